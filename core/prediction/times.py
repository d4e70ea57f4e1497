"""Seconds, by what they are spent on, and the equation they come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
DIGITS = 3
"""Significant digits of a time."""


@dataclass(frozen=True)
class Share:
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


Terms: TypeAlias = tuple[tuple[float, float], ...]
"""A sum of products, each of a count and the seconds of one."""


@dataclass(frozen=True)
class CallTime:
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

    @property
    def equation(self) -> str:
        """Seconds of one call as they are written, such as ``347 ns + 4,000 × 13.2 ns``."""
        parts = [
            written_seconds(seconds)
            if count == 1
            else f"{count:,.10g} × {written_seconds(seconds)}"
            for count, seconds in self.terms
        ]
        return " + ".join(parts) or written_seconds(0.0)

    def __add__(self, other: CallTime) -> CallTime:
        """Return the calls of both, whose equations are written alike: the mean of their terms."""
        count = self.count + other.count
        terms = tuple(
            (number, (first * self.count + second * other.count) / count)
            for (number, first), (_, second) in zip(self.terms, other.terms, strict=True)
        )
        return replace(self, count=count, share=self.share + other.share, terms=terms)


@lru_cache(maxsize=1024)
def written_seconds(seconds: float) -> str:
    """Write a time with three digits and its unit, such as ``13.2 ns``."""
    unit, size = next((each for each in UNITS if seconds >= each[1]), UNITS[-1])
    number = float(f"{seconds / size:.{DIGITS}g}")
    return f"{number:,.10g} {unit}"


def equation(*terms: tuple[float, float]) -> Terms:
    """Return the sum of products, each of a count and the seconds of one, without what is zero."""
    return tuple((count, seconds) for count, seconds in terms if count and seconds > 0.0)


def written_shape(shape: tuple[int, ...]) -> str:
    """Write a shape, such as ``4×1,000``."""
    return "×".join(f"{size:,}" for size in shape)
