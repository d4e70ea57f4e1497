"""Seconds, by what they are spent on, and the equation they come from."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from core.network.cost import Phase
from core.structs import Struct

UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
DIGITS = 3
"""Significant digits of a time."""


class Share(Struct):
    """Seconds by what they are spent on."""

    call: float = 0.0
    """Calling: Python and numpy, before any number is computed."""
    compute: float = 0.0
    """Computing: multiply-adds, and the numbers of elementwise functions."""
    memory: float = 0.0
    """Reading and writing memory, as far as it takes longer than computing."""

    @property
    def total(self) -> float:
        """All of it."""
        return self.call + self.compute + self.memory

    def __add__(self, other: Share) -> Share:
        """Add the seconds of two."""
        return Share(
            self.call + other.call, self.compute + other.compute, self.memory + other.memory
        )

    def __mul__(self, times: float) -> Share:
        """Return the seconds of so many."""
        return Share(self.call * times, self.compute * times, self.memory * times)


class TimeTerm(NamedTuple):
    """A count times the seconds of one."""

    number: float
    seconds: float
    of: str = ""
    """What is counted: ``bytes``, or numbers that are ``read`` or ``written``; empty for numbers
    that are computed, and for a time that is no product."""


Terms: TypeAlias = tuple[TimeTerm, ...]
"""A sum of products."""


class CallTime(Struct):
    """One kind of call of a step: how often it is made, and how long it takes."""

    name: str
    """What is called, such as ``dot`` or ``tanh``."""
    shape: str
    """What it is called on, such as ``4×1,000``."""
    count: int
    """How often a step calls it."""
    share: Share
    """Seconds of all `count` calls."""
    terms: Terms
    """What the seconds of one call are the sum of."""
    phase: Phase | None = None
    """The part of the step that calls it; None if that is around them all, or not told here."""

    @property
    def equation(self) -> str:
        """Seconds of one call as they are written, such as ``347 ns + 4,000 × 13.2 ns``."""
        parts = [
            written_seconds(seconds)
            if count == 1
            else " ".join((f"{count:,.10g}", *of.split(), "×", written_seconds(seconds)))
            for count, seconds, of in self.terms
        ]
        return " + ".join(parts) or written_seconds(0.0)

    def __add__(self, other: CallTime) -> CallTime:
        """Return the calls of both, whose equations are written alike: the mean of their terms."""
        count = self.count + other.count
        terms = tuple(
            one._replace(seconds=(one.seconds * self.count + two.seconds * other.count) / count)
            for one, two in zip(self.terms, other.terms, strict=True)
        )
        return replace(self, count=count, share=self.share + other.share, terms=terms)


@lru_cache(maxsize=1024)
def written_seconds(seconds: float) -> str:
    """Write a time with three digits and its unit, such as ``13.2 ns``."""
    unit, size = next((each for each in UNITS if seconds >= each[1]), UNITS[-1])
    number = float(f"{seconds / size:.{DIGITS}g}")
    return f"{number:,.10g} {unit}"


def equation(*terms: tuple[float, float] | tuple[float, float, str]) -> Terms:
    """Return the sum of products, each of a count and the seconds of one, without what is zero."""
    made = (TimeTerm(*term) for term in terms)
    return tuple(term for term in made if term.number and term.seconds > 0.0)


def moved_or_computed(
    computed: tuple[float, float], moved: float, seconds: float
) -> tuple[float, float] | tuple[float, float, str]:
    """Return what takes longer, as a term: computing numbers, or moving so many bytes.

    Parameters
    ----------
    computed : tuple of float
        How many numbers, and the seconds of one.
    moved : float
        Bytes.
    seconds : float
        Of all those bytes.
    """
    count, each = computed
    return (moved, seconds / moved, "bytes") if seconds > count * each else computed


def written_shape(shape: tuple[int, ...]) -> str:
    """Write a shape, such as ``4×1,000``."""
    return "×".join(f"{size:,}" for size in shape)
