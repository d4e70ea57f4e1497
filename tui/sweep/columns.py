"""The columns of a table of a sweep's results, for the command and for the screen."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from core.settings import written
from core.sweeps import Spread, Summary


class Column(NamedTuple):
    """A column of the table."""

    title: str
    text: Callable[[Summary, bool], str]
    """Returns what stands in it: with ranges, or without."""
    spread: Callable[[Summary], Spread | None]
    """Returns its numbers, to sort by."""
    is_high_better: bool = False

    def sorting(self, summary: Summary) -> float:
        """Return what to sort by, the best first: the median; what has none comes last."""
        spread = self.spread(summary)
        if spread is None or math.isnan(spread.median):
            return math.inf
        return -spread.median if self.is_high_better else spread.median


def columns_of(goal: float | None, summaries: Sequence[Summary]) -> list[Column]:
    """Return the columns that have something in them.

    Parameters
    ----------
    goal : float, optional
        The loss that was waited for.
    summaries : sequence of Summary
        What stands in the table.
    """
    columns = [_ranged("loss", lambda each: each.loss)]
    if any(summary.test_loss for summary in summaries):
        columns.append(_ranged("test loss", lambda each: each.test_loss))
    if any(summary.accuracy for summary in summaries):
        columns.append(_median("accuracy", lambda each: each.accuracy, _percent, is_high=True))
    if any(summary.test_accuracy for summary in summaries):
        columns.append(
            _median("test accuracy", lambda each: each.test_accuracy, _percent, is_high=True)
        )
    if goal is not None or any(summary.reached for summary in summaries):
        name = "goal" if goal is None else written(goal)
        columns.append(Column(f"steps to {name}", _goal_steps, lambda each: each.goal_steps))
    columns.append(_median("multiply-adds", lambda each: each.multiply_adds, _whole))
    columns.append(_median("seconds", lambda each: each.seconds, lambda value: f"{value:.2g}"))
    if any(summary.unusable for summary in summaries):
        columns.append(Column("diverged", _diverged, _unusable))
    return columns


def _ranged(title: str, spread: Callable[[Summary], Spread | None]) -> Column:
    """Return a column of medians with their ranges."""
    return Column(title, lambda each, has_ranges: _spread_text(spread(each), has_ranges), spread)


def _median(
    title: str,
    spread: Callable[[Summary], Spread | None],
    form: Callable[[float], str],
    *,
    is_high: bool = False,
) -> Column:
    """Return a column of medians."""

    def text(summary: Summary, _: bool) -> str:
        found = spread(summary)
        return "–" if found is None else form(found.median)

    return Column(title, text, spread, is_high)


def _diverged(summary: Summary, _: bool) -> str:
    return f"{summary.unusable} of {summary.runs}" if summary.unusable else ""


def _unusable(summary: Summary) -> Spread:
    """Return how many diverged, as something to sort by."""
    return Spread(summary.unusable, summary.unusable, summary.unusable)


def _spread_text(spread: Spread | None, has_ranges: bool) -> str:
    """Write a median, and its range if it has one."""
    if spread is None:
        return "–"
    if not has_ranges or spread.low == spread.high == spread.median:
        return _short(spread.median)
    return f"{_short(spread.median)} ({_short(spread.low)}–{_short(spread.high)})"


def _short(value: float) -> str:
    return "diverged" if math.isinf(value) else f"{value:.3g}"


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _goal_steps(summary: Summary, is_wide: bool) -> str:
    """Write after how many steps half of the runs have reached the goal, or how many ever do."""
    steps = summary.goal_steps
    if steps is not None and math.isfinite(steps.median):
        return _whole(steps.median)
    if not is_wide:
        return f"{summary.reached} of {summary.runs}"
    return "not reached" if steps is None else f"reached by {summary.reached} of {summary.runs}"


def _percent(value: float) -> str:
    return f"{100 * value:.3g}%"
