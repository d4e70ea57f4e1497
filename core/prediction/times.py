"""Seconds, by what they are spent on, and the equation they come from."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from core.network.cost import Phase
from core.structs import Struct

UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9), ("ps", 1e-12))
DIGITS = 3
"""Significant digits of a time."""
_BY_HAND = Context(prec=DIGITS, rounding=ROUND_HALF_UP)


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
    size: int = 1
    """Bytes of each number, where numbers are counted and `seconds` are those of a byte."""

    @property
    def is_alone(self) -> bool:
        """Whether it is a time, and no product."""
        return self.number == self.size == 1

    @property
    def written(self) -> str:
        """The product as it is written, such as ``1,000 × 32 bytes × 4.5 ps``."""
        seconds = written_seconds(self.seconds)
        if self.is_alone:
            return seconds
        counts = [f"{_whole(self.number):,}"] + [f"{self.size}"] * (self.size != 1)
        return " × ".join((" ".join((" × ".join(counts), *self.of.split())), seconds))


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
    is_mean: bool = False
    """Whether its calls take different times, of which the terms are the means."""

    @property
    def equation(self) -> str:
        """Seconds of one call as they are written, such as ``347 ns + 4,000 × 13.2 ns``."""
        return " + ".join(term.written for term in self.terms) or written_seconds(0.0)

    @property
    def adds_up(self) -> bool:
        """Whether the equation as it is written, times `count`, is the time of all calls as that is
        written."""
        one = sum(
            Decimal(_whole(term.number)) * term.size * rounded(term.seconds) for term in self.terms
        )
        return rounded(one * self.count) == rounded(self.share.total)

    @property
    def counted(self) -> tuple[tuple[float, str, int], ...]:
        """What its terms count."""
        return tuple((term.number, term.of, term.size) for term in self.terms)

    def __add__(self, other: CallTime) -> CallTime:
        """Return the calls of both, whose terms count the same: the means of their seconds."""
        count = self.count + other.count
        terms = tuple(
            one._replace(seconds=(one.seconds * self.count + two.seconds * other.count) / count)
            for one, two in zip(self.terms, other.terms, strict=True)
        )
        share, is_mean = self.share + other.share, self.is_mean or self.equation != other.equation
        return replace(self, count=count, share=share, terms=terms, is_mean=is_mean)


@lru_cache(maxsize=1024)
def written_seconds(seconds: float) -> str:
    """Write a time with three digits and its unit, such as ``13.2 ns``."""
    # What rounds up to a whole larger unit is written in that one.
    digits = float(f"{seconds:.{DIGITS}g}")
    unit, size = next((each for each in UNITS if digits >= each[1]), UNITS[-1])
    number = float(f"{seconds / size:.{DIGITS}g}")
    return f"{number:,.0f} {unit}" if number >= 100 else f"{number:.{DIGITS}g} {unit}"


def _whole(number: float) -> float:
    """Return a count as it is written: whole, or with ten digits."""
    return round(number) if number == round(number) else float(f"{number:.10g}")


def rounded(number: float | Decimal) -> Decimal:
    """Return seconds, or another amount, with the digits that are written; a decimal number, which
    is worked out from written ones, as it is rounded by hand."""
    if isinstance(number, Decimal):
        return _BY_HAND.create_decimal(number)
    return Decimal(f"{number:.{DIGITS}g}")


def equation(
    *terms: tuple[float, float] | tuple[float, float, str] | tuple[float, float, str, int],
) -> Terms:
    """Return the sum of products, each of a count and the seconds of one; what counts nothing is
    left out."""
    made = (TimeTerm(*term) for term in terms)
    return tuple(term for term in made if term.number)


def moved_or_computed(
    computed: tuple[float, float], moved: int, seconds: float
) -> tuple[float, float] | tuple[float, float, str, int]:
    """Return what takes longer, as a term: computing numbers, or moving so many bytes.

    Parameters
    ----------
    computed : tuple of float
        How many numbers, and the seconds of one.
    moved : int
        Bytes.
    seconds : float
        Of all those bytes.
    """
    count, each = computed
    if seconds <= count * each:
        return computed
    # As bytes of each number, wherever each has the same.
    size, rest = divmod(moved, round(count)) if count else (0, 1)
    numbers, size = (moved, 1) if rest else (round(count), size)
    return numbers, seconds / moved, "bytes", size


def written_shape(shape: tuple[int, ...]) -> str:
    """Write a shape, such as ``4×1,000``."""
    return "×".join(f"{size:,}" for size in shape)
