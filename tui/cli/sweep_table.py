"""The results of a sweep as text: a table to read, rows of CSV, and JSON."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TextIO

from core.settings import SETTINGS, Value, written
from core.sweeps import (
    NUMBERS,
    Grid,
    Groups,
    Row,
    Spread,
    Summary,
    frontier_of_groups,
    typed_values,
)

MOST_LINES = 40
"""Combinations that are printed; more are in the CSV and the JSON."""
_MARK = "*"


@dataclass(frozen=True)
class Finished:
    """A sweep that has ended, or was stopped."""

    grid: Grid
    goal: float | None
    groups: Groups
    runs: int
    """How many of its runs are done, in this sweep or before."""
    before: int
    """How many of those were in its file."""
    seconds: float
    """Of training now."""
    interrupted_by: int = 0
    """The signal that stopped it; 0: none did."""
    problem: str = ""
    """What stopped it otherwise, in words."""

    @property
    def status(self) -> str:
        """Whether it is complete."""
        return "finished" if self.runs == len(self.grid) else "interrupted"

    def summaries(self) -> list[Summary]:
        """Return the combinations, in order of the sweep."""
        return sorted(self.groups.summaries(), key=self._places)

    def rows(self, summary: Summary) -> list[Row]:
        """Return the runs of a combination, in order of the sweep."""
        return sorted(self.groups.rows(summary.values), key=self._places)

    def _places(self, found: Summary | Row) -> list[int]:
        """Return for each setting the place of its value."""
        each = zip(self._order, found.values, strict=False)  # a combination has no seeds
        return [places[value] for places, value in each]

    @cached_property
    def _order(self) -> list[dict[Value, int]]:
        """For each setting that differs, the place of each value."""
        axes = [self.grid.axes[name] for name in self.groups.all_names]
        return [{value: place for place, value in enumerate(values)} for values in axes]


def _best(summaries: Sequence[Summary]) -> set[tuple[Value, ...]]:
    """Return the combinations that no other one beats."""
    return {summary.values for summary in frontier_of_groups(summaries)}


def table_of(finished: Finished, width: int | None = None) -> str:
    """Return the result in a table: a line per combination, the lowest loss first.

    Parameters
    ----------
    finished : Finished
        The sweep.
    width : int, optional
        Characters of a line; what does not fit is told shorter. None: as many as it takes.
    """
    summaries = finished.summaries()
    best = _best(summaries)
    shown = sorted(summaries, key=lambda summary: _sorting(summary.loss))
    left = len(shown) - MOST_LINES
    columns = _columns(finished, summaries)
    lines = _lines(finished, shown[:MOST_LINES], best, columns, has_ranges=True)
    if width is not None and max(map(len, lines)) > width:
        lines = _lines(finished, shown[:MOST_LINES], best, columns, has_ranges=False)
    if left > 0:
        lines.append(f"and {left:,} more combinations; --csv and --json have all of them")
    return "\n".join([_headline(finished, summaries), "", *lines])


def _headline(finished: Finished, summaries: Sequence[Summary]) -> str:
    """Return in a line what was trained."""
    total, runs = len(finished.grid), finished.runs
    parts = [f"{runs:,} of {total:,} runs" if runs < total else f"{runs:,} runs"]
    parts.append(f"{len(summaries):,} combination{'' if len(summaries) == 1 else 's'}")
    if lost := sum(summary.unusable for summary in summaries):
        parts.append(f"{lost:,} diverged")
    if finished.before:
        parts.append(f"{finished.before:,} were in the file")
    parts.append(f"{finished.seconds:.3g} s")
    return "; ".join(parts)


def _sorting(spread: Spread | None) -> float:
    return math.inf if spread is None else spread.median


Column = tuple[str, Callable[[Summary, bool], str]]
"""A heading, and what stands below it: with ranges, or without."""


def _columns(finished: Finished, summaries: Sequence[Summary]) -> list[Column]:
    """Return the columns that have something in them."""

    def ranged(number: Callable[[Summary], Spread | None]) -> Callable[[Summary, bool], str]:
        return lambda summary, has_ranges: _spread_text(number(summary), has_ranges)

    def median(
        number: Callable[[Summary], Spread | None], form: Callable[[float], str]
    ) -> Callable[[Summary, bool], str]:
        def text(summary: Summary, _: bool) -> str:
            spread = number(summary)
            return "–" if spread is None else form(spread.median)

        return text

    columns: list[Column] = [("loss", ranged(lambda each: each.loss))]
    if any(summary.test_loss for summary in summaries):
        columns.append(("test loss", ranged(lambda each: each.test_loss)))
    if any(summary.accuracy for summary in summaries):
        columns.append(("accuracy", median(lambda each: each.accuracy, _percent)))
    if any(summary.test_accuracy for summary in summaries):
        columns.append(("test accuracy", median(lambda each: each.test_accuracy, _percent)))
    if finished.goal is not None or any(summary.reached for summary in summaries):
        goal = "goal" if finished.goal is None else written(finished.goal)
        columns.append((f"steps to {goal}", _goal_steps))
    columns.append(("multiply-adds", median(lambda each: each.multiply_adds, _whole)))
    columns.append(("seconds", median(lambda each: each.seconds, lambda value: f"{value:.2g}")))
    if any(summary.unusable for summary in summaries):
        columns.append(("diverged", _diverged))
    return columns


def _diverged(summary: Summary, _: bool) -> str:
    return f"{summary.unusable} of {summary.runs}" if summary.unusable else ""


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


def _goal_steps(summary: Summary, _: bool) -> str:
    """Write after how many steps half of the runs have reached the goal, or how many ever do."""
    steps = summary.goal_steps
    if steps is None:
        return "not reached"
    if math.isinf(steps.median):
        return f"reached by {summary.reached} of {summary.runs}"
    return _whole(steps.median)


def _percent(value: float) -> str:
    return f"{100 * value:.3g}%"


def _lines(
    finished: Finished,
    summaries: Sequence[Summary],
    best: set[tuple[Value, ...]],
    columns: Sequence[Column],
    *,
    has_ranges: bool,
) -> list[str]:
    """Return the lines of the table, its heading first."""
    names = finished.groups.names
    heading = ["", *(SETTINGS[name].title for name in names), *(title for title, _ in columns)]
    rows = [heading]
    for summary in summaries:
        mark = _MARK if summary.values in best else ""
        values = [typed_values((value,)) for value in summary.values]
        rows.append([mark, *values, *(text(summary, has_ranges) for _, text in columns)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def rows_of(finished: Finished) -> Iterator[list[str]]:
    """Yield the rows of the CSV, the heading first: one for each run."""
    names = finished.groups.all_names
    yield [*names, *NUMBERS, "frontier"]
    summaries = finished.summaries()
    best = _best(summaries)
    for summary in summaries:
        mark = "yes" if summary.values in best else "no"
        for result in finished.rows(summary):
            settings = [typed_values((value,)) for value in result.values]
            yield [*settings, *(_cell(getattr(result, name)) for name in NUMBERS), mark]


def _cell(value: object) -> str:
    """Write a number as exactly as it is; nothing where there is none."""
    return "" if value is None else str(value)


def write_json(finished: Finished, stream: TextIO) -> None:
    """Write one JSON object, piece by piece: there may be many runs."""
    summaries = finished.summaries()
    best = _best(summaries)
    head = {
        "status": finished.status,
        "runs": finished.runs,
        "runs_in_all": len(finished.grid),
        "goal": finished.goal,
        "seconds": finished.seconds,
        "values": {name: list(values) for name, values in finished.grid.axes.items()},
    }
    stream.write(json.dumps(head)[:-1] + ', "combinations": [')
    for number, summary in enumerate(summaries):
        stream.write(", " * (number > 0))
        stream.write(json.dumps(_combination(finished, summary, summary.values in best)))
    stream.write('], "results": [')
    number = 0
    for summary in summaries:
        for result in finished.rows(summary):
            settings = dict(zip(finished.groups.all_names, result.values, strict=True))
            numbers = {name: _finite(getattr(result, name)) for name in NUMBERS}
            stream.write(", " * (number > 0) + json.dumps({"settings": settings, **numbers}))
            number += 1
    stream.write("]}\n")


def _combination(finished: Finished, summary: Summary, is_best: bool) -> dict[str, object]:
    """Return a combination as JSON has it."""
    found: dict[str, object] = {
        "settings": dict(zip(finished.groups.names, summary.values, strict=True)),
        "frontier": is_best,
    }
    for each in fields(summary):
        value = getattr(summary, each.name)
        if isinstance(value, Spread):
            value = {part.name: _finite(getattr(value, part.name)) for part in fields(value)}
        if each.name != "values":
            found[each.name] = value
    return found


def _finite(value: object) -> object:
    """Replace what JSON has no word for."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
