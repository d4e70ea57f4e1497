"""The results of a sweep for other programs: rows of CSV, and JSON."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import cached_property
from typing import TextIO

from core.settings.kinds import Value
from core.structs import Struct
from core.sweeps.grid import Grid
from core.sweeps.summary import (
    NUMBERS,
    Groups,
    Row,
    Spread,
    Summary,
    cheapest_of,
    frontier_of_groups,
)
from core.sweeps.values import typed_values


class Finished(Struct):
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

    @cached_property
    def has_goal(self) -> bool:
        """Whether all runs have the same goal, by which they are compared."""
        return self.grid.has_goal(self.goal)

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


def best_of(summaries: Sequence[Summary]) -> set[tuple[Value, ...]]:
    """Return the combinations that no other one beats."""
    return {summary.values for summary in frontier_of_groups(summaries)}


def rows_of(finished: Finished) -> Iterator[list[str]]:
    """Yield the rows of the CSV, the heading first: one for each run."""
    names = finished.groups.all_names
    yield [*names, *NUMBERS, "frontier"]
    summaries = finished.summaries()
    best = best_of(summaries)
    for summary in summaries:
        mark = "yes" if summary.values in best else "no"
        for result in finished.rows(summary):
            settings = [typed_values((value,)) for value in result.values]
            yield [*settings, *(_cell(getattr(result, name)) for name in NUMBERS), mark]


def medians_of(finished: Finished) -> Iterator[list[str]]:
    """Yield the rows of the CSV of medians, the heading first: one for each combination."""
    shares = ("runs", "unusable", "out_of_memory", "reached")
    spreads = [each.name for each in fields(Summary) if each.name not in ("values", *shares)]
    parts = [each.name for each in fields(Spread)]
    heading = [f"{name}_{part}" for name in spreads for part in parts]
    yield [*finished.groups.names, *shares, *heading, "frontier"]
    summaries = finished.summaries()
    best = best_of(summaries)
    for summary in summaries:
        row = [typed_values((value,)) for value in summary.values]
        row += [str(getattr(summary, name)) for name in shares]
        for name in spreads:
            spread = getattr(summary, name)
            row += [_cell(getattr(spread, part, None)) for part in parts]
        yield [*row, "yes" if summary.values in best else "no"]


def _cell(value: object) -> str:
    """Write a number as exactly as it is; nothing where there is none."""
    return "" if value is None else str(value)


def write_json(finished: Finished, stream: TextIO) -> None:
    """Write one JSON object, piece by piece: there may be many runs."""
    summaries = finished.summaries()
    best = best_of(summaries)
    cheapest = cheapest_of(summaries) if finished.has_goal else []
    head = {
        "status": finished.status,
        "runs": finished.runs,
        "runs_in_all": len(finished.grid),
        "goal": finished.goal,
        "seconds": finished.seconds,
        "cheapest": _settings(finished, cheapest[0]) if cheapest else None,
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
        "settings": _settings(finished, summary),
        "frontier": is_best,
    }
    for each in fields(summary):
        value = getattr(summary, each.name)
        if isinstance(value, Spread):
            value = {part.name: _finite(getattr(value, part.name)) for part in fields(value)}
        if each.name != "values":
            found[each.name] = value
    return found


def _settings(finished: Finished, summary: Summary) -> dict[str, object]:
    """Return what tells a combination apart."""
    return dict(zip(finished.groups.names, summary.values, strict=True))


def _finite(value: object) -> object:
    """Replace what JSON has no word for."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
