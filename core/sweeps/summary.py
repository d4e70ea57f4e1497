"""What results show together: the spread over seeds, and which loss costs least."""

import math
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple, TypeVar

from core.settings.kinds import Value
from core.structs import Struct
from core.sweeps.task import Ended, Result, is_usable

T = TypeVar("T")
R = TypeVar("R", "Result", "Row")

SEEDS = ("seed", "data_seed")
"""Settings whose values are repetitions of the same run."""


class Spread(Struct):
    """The median and the range of some numbers."""

    median: float
    low: float
    high: float


def spread_of(values: Sequence[float], without: int = 0, worst: float = math.inf) -> Spread | None:
    """Return median and range of some numbers; None if there are none.

    Parameters
    ----------
    values : sequence of float
        The numbers.
    without : int
        How many more runs have no number, because they diverged or did not reach the goal: for
        the median each counts as the worst number, and the range leaves it out.
    worst : float
        ∞, or −∞ where higher is better.
    """
    if not values:
        return None
    return Spread(median([*values, *[worst] * without]), min(values), max(values))


class Summary(Struct):
    """The runs of one combination of settings, over all seeds."""

    values: tuple[Value, ...]
    """What tells it apart: the values of `Groups.names`."""
    runs: int
    """How many have ended."""
    unusable: int
    """How many of them diverged, or were out of memory."""
    out_of_memory: int
    """How many of those were out of memory."""
    loss: Spread | None
    """Of those that are usable; for the median each other run counts as the worst there can be."""
    test_loss: Spread | None
    accuracy: Spread | None
    """Shares in [0, 1]."""
    test_accuracy: Spread | None
    reached: int
    """How many reached the goal, whatever came after."""
    goal_steps: Spread | None
    """Of those that reached it; the median is over all runs."""
    goal_multiply_adds: Spread | None
    goal_seconds: Spread | None
    multiply_adds: Spread | None
    """Of all steps that a run took, also until it diverged; without those out of memory."""
    seconds: Spread | None


class Row(NamedTuple):
    """The numbers of one result, in little memory: a config takes more than all of them."""

    values: tuple[Value, ...]
    """Of the settings that differ within the sweep, `Groups.all_names`."""
    outcome: str
    steps: int
    loss: float
    test_loss: float | None
    accuracy: float | None
    test_accuracy: float | None
    goal_steps: int | None
    goal_multiply_adds: int | None
    goal_seconds: float | None
    multiply_adds: int
    seconds: float

    @property
    def is_usable(self) -> bool:
        """Whether its loss means something; see `Result.is_usable`."""
        return is_usable(self.outcome)


NUMBERS = Row._fields[1:]
"""Fields of a `Row` and of a `Result`, in the order in which they are written."""


def summary_of(values: tuple[Value, ...], results: Sequence[Row]) -> Summary:
    """Return what the runs of one combination of settings have come to."""
    usable = [result for result in results if result.is_usable]
    lost = len(results) - len(usable)
    trained = [result for result in results if result.outcome != Ended.MEMORY]

    def at_end(number: Callable[[Row], float | None], worst: float = math.inf) -> Spread | None:
        found = [value for result in usable if (value := number(result)) is not None]
        return spread_of(found, lost, worst)

    reached = [result for result in results if result.goal_steps is not None]

    def to_goal(number: Callable[[Row], float | None]) -> Spread | None:
        found = [value for result in reached if (value := number(result)) is not None]
        return spread_of(found, len(results) - len(found))

    return Summary(
        values,
        len(results),
        lost,
        len(results) - len(trained),
        at_end(lambda result: result.loss),
        at_end(lambda result: result.test_loss),
        at_end(lambda result: result.accuracy, -math.inf),
        at_end(lambda result: result.test_accuracy, -math.inf),
        len(reached),
        to_goal(lambda result: result.goal_steps),
        to_goal(lambda result: result.goal_multiply_adds),
        to_goal(lambda result: result.goal_seconds),
        spread_of([result.multiply_adds for result in trained]),
        spread_of([result.seconds for result in trained]),
    )


class Groups:
    """The results of a sweep as they come, put together over seeds; a few hundred bytes each.

    Parameters
    ----------
    names : sequence of str
        The settings that differ within the sweep; seeds among them tell no groups apart.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.all_names = tuple(sorted(names, key=lambda name: name in SEEDS))
        """All of them, seeds last."""
        self.names = tuple(name for name in self.all_names if name not in SEEDS)
        """Those that tell groups apart."""
        self._rows: dict[tuple[Value, ...], list[Row]] = {}
        self._summaries: dict[tuple[Value, ...], Summary] = {}

    def add(self, result: Result) -> Row:
        """Take in a result; return what is kept of it."""
        values: tuple[Value, ...] = tuple(getattr(result.config, each) for each in self.all_names)
        row = Row(values, *(getattr(result, name) for name in NUMBERS))
        group = values[: len(self.names)]
        self._rows.setdefault(group, []).append(row)
        self._summaries.pop(group, None)
        return row

    def rows(self, group: tuple[Value, ...]) -> Sequence[Row]:
        """Return the results of one group, in the order in which they came."""
        return self._rows[group]

    def summaries(self) -> list[Summary]:
        """Return every group's summary, in the order in which the groups came."""
        for group, rows in self._rows.items():
            if group not in self._summaries:
                self._summaries[group] = summary_of(group, rows)
        return [self._summaries[group] for group in self._rows]


def frontier(items: Sequence[T], cost: Callable[[T], float], loss: Callable[[T], float]) -> list[T]:
    """Return the items that no other one beats: none has a lower loss at no higher cost.

    Parameters
    ----------
    items : sequence
        Runs or groups.
    cost, loss : callable
        Return two numbers of an item; if one of them is not finite, it is left out.

    Returns
    -------
    list
        In order of cost, with falling loss; of items that are equal in both, the first.
    """
    usable = [item for item in items if math.isfinite(loss(item)) and math.isfinite(cost(item))]
    found: list[T] = []
    for item in sorted(usable, key=lambda item: (cost(item), loss(item))):
        if not found or loss(item) < loss(found[-1]):
            found.append(item)
    return found


def frontier_of_groups(summaries: Sequence[Summary]) -> list[Summary]:
    """Return the groups that no other one beats, by medians.

    None has a lower loss for as few multiply-adds, both after all steps.
    """
    return frontier(
        summaries, lambda each: _median(each.multiply_adds), lambda each: _median(each.loss)
    )


def cost_to_goal(summary: Summary) -> float:
    """Return the median multiply-adds of a group until the goal; ∞ without any."""
    return _median(summary.goal_multiply_adds)


def cheapest_of(summaries: Sequence[Summary]) -> list[Summary]:
    """Return the groups that reach the goal for the fewest multiply-adds, by medians.

    A run that does not reach it counts as infinitely expensive. Of several that cost the same, the
    one with the lowest loss is first; there is none if no group reaches it in more than half of its
    runs.
    """
    least = min((cost_to_goal(each) for each in summaries), default=math.inf)
    if math.isinf(least):
        return []
    equal = [each for each in summaries if cost_to_goal(each) == least]
    return sorted(equal, key=lambda each: _median(each.loss))


def _median(spread: Spread | None) -> float:
    return math.inf if spread is None else spread.median


def frontier_of_runs(runs: Sequence[R]) -> list[R]:
    """Return the runs whose training loss no other run reaches with as few multiply-adds."""
    usable = [run for run in runs if run.is_usable]
    return frontier(usable, lambda run: run.multiply_adds, lambda run: run.loss)
