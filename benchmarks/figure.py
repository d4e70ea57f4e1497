"""A measured number beside what it has to keep to."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number and what it has to keep to."""

    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def holds(self) -> bool:
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    def __str__(self) -> str:
        if self.at_most is not None:
            bound, verdict = f"≤ {self.at_most:g}", "ok" if self.holds else "OVER"
        elif self.at_least is not None:
            bound, verdict = f"≥ {self.at_least:g}", "ok" if self.holds else "UNDER"
        else:
            bound = verdict = ""
        return f"{self.name:<52} {self.value:>12,.2f} {self.unit:<8} {bound:>8}  {verdict}".rstrip()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that such a share of them does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def waits(name: str, milliseconds: Sequence[float], at_most: float) -> Iterator[Figure]:
    """Yield the median, the 95th percentile, which has the bound, and the longest of some waits."""
    yield Figure(f"{name}: median", statistics.median(milliseconds), "ms")
    yield Figure(f"{name}: p95", percentile(milliseconds, 0.95), "ms", at_most=at_most)
    yield Figure(f"{name}: longest", max(milliseconds), "ms")
