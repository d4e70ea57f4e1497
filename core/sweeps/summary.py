"""What results show together: the spread over seeds, and which loss costs least."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from core.settings.kinds import Value
from core.sweeps.task import Result

T = TypeVar("T")

SEEDS = ("seed", "data_seed")
"""Settings whose values are repetitions of the same run."""


@dataclass(frozen=True)
class Spread:
    """The median and the range of some numbers."""

    median: float
    low: float
    high: float


def spread_of(values: Sequence[float], without: int = 0) -> Spread | None:
    """Return median and range of some numbers; None if there are none.

    Parameters
    ----------
    values : sequence of float
        The numbers.
    without : int
        How many more runs have no number because they diverged: for the median each counts as
        infinitely large, and the range leaves it out.
    """
    if not values:
        return None
    return Spread(median([*values, *[math.inf] * without]), min(values), max(values))


@dataclass(frozen=True)
class Summary:
    """The runs of one combination of settings, over all seeds."""

    values: tuple[Value, ...]
    """What tells it apart: the values of `Groups.names`."""
    runs: int
    """How many have ended."""
    unusable: int
    """How many of them diverged, or were out of memory."""
    loss: Spread | None
    test_loss: Spread | None
    accuracy: Spread | None
    """Shares in [0, 1]."""
    test_accuracy: Spread | None
    reached: int
    """How many reached the goal."""
    goal_steps: Spread | None
    """Of those that reached it; the median is over all runs."""
    multiply_adds: Spread | None
    seconds: Spread | None


def summary_of(values: tuple[Value, ...], results: Sequence[Result]) -> Summary:
    """Return what the runs of one combination of settings have come to."""
    usable = [result for result in results if result.is_usable]
    lost = len(results) - len(usable)

    def spread(number: Callable[[Result], float | None], without: int = 0) -> Spread | None:
        found = [value for result in usable if (value := number(result)) is not None]
        return spread_of(found, without)

    reached = [result for result in usable if result.goal_steps is not None]
    return Summary(
        values,
        len(results),
        lost,
        spread(lambda result: result.loss, lost),
        spread(lambda result: result.test_loss, lost),
        spread(lambda result: result.accuracy),
        spread(lambda result: result.test_accuracy),
        len(reached),
        spread(lambda result: result.goal_steps, len(results) - len(reached)),
        spread(lambda result: result.multiply_adds),
        spread(lambda result: result.seconds),
    )


class Groups:
    """The results of a sweep as they come, put together over seeds.

    Parameters
    ----------
    names : tuple of str
        The settings that differ within the sweep; seeds among them tell no groups apart.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(name for name in names if name not in SEEDS)
        self._results: dict[tuple[Value, ...], list[Result]] = {}
        self._summaries: dict[tuple[Value, ...], Summary] = {}

    def add(self, result: Result) -> None:
        """Take in a result; its curve is not kept."""
        values: tuple[Value, ...] = tuple(getattr(result.config, name) for name in self.names)
        self._results.setdefault(values, []).append(result.without_curve())
        self._summaries.pop(values, None)

    def results(self, values: tuple[Value, ...]) -> Sequence[Result]:
        """Return the results of one group, in the order in which they came."""
        return self._results[values]

    def summaries(self) -> list[Summary]:
        """Return every group's summary, in the order in which the groups came."""
        for values, results in self._results.items():
            if values not in self._summaries:
                self._summaries[values] = summary_of(values, results)
        return [self._summaries[values] for values in self._results]


def frontier(items: Sequence[T], cost: Callable[[T], float], loss: Callable[[T], float]) -> list[T]:
    """Return the items that no other one beats: none has a lower loss at no higher cost.

    Parameters
    ----------
    items : sequence
        Runs or groups.
    cost, loss : callable
        Return two numbers of an item; one whose loss is not finite is left out.

    Returns
    -------
    list
        In order of cost, with falling loss; of items that are equal in both, the first.
    """
    found: list[T] = []
    lowest = math.inf
    for item in sorted(items, key=lambda item: (cost(item), loss(item))):
        if loss(item) < lowest:
            lowest = loss(item)
            found.append(item)
    return found


def frontier_of(results: Sequence[Result]) -> list[Result]:
    """Return the runs whose training loss no other run reaches with as few multiply-adds."""
    usable = [result for result in results if result.is_usable]
    return frontier(usable, lambda run: run.multiply_adds, lambda run: run.loss)
