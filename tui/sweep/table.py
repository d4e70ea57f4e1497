"""What a sweep has found, as rows of a table that is sorted, opened row by row and scrolled."""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from rich.segment import Segment

from core.structs import Struct
from core.sweeps import (
    Groups,
    Row,
    Summary,
    best_of,
    cost_to_goal,
    summary_of,
    title_of,
    typed_values,
)
from tui.sweep.charts import Floats, Towards
from tui.sweep.columns import LOSS, Column, columns_of, ordered, stacked
from tui.sweep.goal import goal_name, setting_text, winner_text
from tui.sweep.work import Curve, SweepWork, Values
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import BEST, CLOSED, DOWN, OPEN, POINTER, UP

MOST_CURVES = 30
"""Curves that are drawn together: more could not be told apart."""


class Entry(NamedTuple):
    """A row of the table: a combination, or below it one of its runs."""

    found: Summary | Row
    """What the combination, or the run, has come to."""

    @property
    def is_run(self) -> bool:
        """Whether it is a run."""
        return isinstance(self.found, Row)

    @property
    def values(self) -> Values:
        """Of the settings that tell the combinations apart; of a run, of the seeds too."""
        return self.found.values

    @property
    def summary(self) -> Summary:
        """Its numbers; those of a run are put together only where they are looked at."""
        if isinstance(self.found, Row):
            return summary_of(self.found.values, [self.found])
        return self.found


class Table(Struct, eq=False):
    """What was found until a moment."""

    work: SweepWork
    summaries: tuple[Summary, ...]
    """The combinations, in the order of the table."""
    columns: tuple[Column, ...]
    sorted_by: str
    """The title of the column by which they are sorted."""
    opened: frozenset[Values]
    """The combinations whose runs are shown."""
    goal: str | None = None
    """What the goal of all runs is called."""

    @classmethod
    def of(
        cls, work: SweepWork, groups: Groups, sorted_by: str, opened: frozenset[Values]
    ) -> "Table":
        """Return what there is now."""
        summaries = groups.summaries()
        goal = goal_name(work.plan.grid, work.plan.goal)
        columns = columns_of(goal, summaries)
        title, rows = ordered(goal, columns, summaries, sorted_by)
        return cls(work, tuple(rows), tuple(columns), title, opened, goal)

    @cached_property
    def best(self) -> frozenset[Values]:
        """The combinations that no other one beats."""
        # Of many rows few are left to compare one by one: those that none before them beats.
        order = np.lexsort((self.losses, self.costs))
        losses = np.nan_to_num(self.losses[order], nan=np.inf)
        places = order[losses <= np.minimum.accumulate(losses)] if order.size else order
        rows = [self.summaries[place] for place in places.tolist()]
        return frozenset(best_of(rows))

    @cached_property
    def entries(self) -> list[Entry]:
        """Every row, those of runs below their combination."""
        entries: list[Entry] = []
        for summary in self.summaries:
            entries.append(Entry(summary))
            if summary.values in self.opened:
                entries += map(Entry, self.runs_of(summary.values))
        return entries

    @cached_property
    def places(self) -> dict[tuple[Values, bool], int]:
        """The place of each row."""
        return {(entry.values, entry.is_run): n for n, entry in enumerate(self.entries)}

    def runs_of(self, values: Values) -> list[Row]:
        """Return the runs of a combination, the best first: by cost to the goal, or by loss."""
        rows = self.work.groups.rows(values)
        if self.goal is not None:
            return sorted(rows, key=lambda row: (_cost_to_goal(row), not row.is_usable, row.loss))
        return sorted(rows, key=lambda row: (not row.is_usable, row.loss))

    def run_of(self, entry: Entry) -> Values:
        """Return the run that a row opens: of a combination the one in the middle."""
        if entry.is_run:
            return entry.values
        rows = self.runs_of(entry.values)
        return rows[(len(rows) - 1) // 2].values

    def seeds_text(self, run: Values) -> str:
        """Return which run of its combination it is: seed 1."""
        names = self.work.groups.all_names[len(self.work.groups.names) :]
        values = run[len(self.work.groups.names) :]
        each = zip(names, values, strict=True)
        return ", ".join(f"{title_of(name)} {typed_values((value,))}" for name, value in each)

    def told_apart(self, entry: Entry, titles: Sequence[str]) -> str:
        """Return the values of a row's settings that have these titles."""
        each = zip(self.work.groups.names, entry.values, strict=False)  # a run has seeds, too
        return ", ".join(setting_text(*pair) for pair in each if title_of(pair[0]) in titles)

    # -- for the pictures -------------------------------------------------------------------------

    @cached_property
    def costs(self) -> Floats:
        """The median multiply-adds of each combination, of all steps."""
        spreads = (summary.multiply_adds for summary in self.summaries)
        return np.array([np.nan if each is None else each.median for each in spreads], np.float64)

    @cached_property
    def losses(self) -> Floats:
        """The median loss of each combination."""
        spreads = (summary.loss for summary in self.summaries)
        return np.array([np.nan if each is None else each.median for each in spreads], np.float64)

    @cached_property
    def sentence(self) -> str:
        """Which combination reaches the goal for the fewest multiply-adds; empty without a goal."""
        if self.goal is None or not self.summaries:
            return ""
        is_over = sum(summary.runs for summary in self.summaries) == len(self.work.plan.grid)
        return winner_text(self.work.groups, self.goal, self.summaries, is_over=is_over)

    @cached_property
    def towards(self) -> Towards | None:
        """The goal, to be drawn."""
        if self.goal is None:
            return None
        plan, costs = self.work.plan, map(cost_to_goal, self.summaries)
        loss = plan.grid.first.until_loss if plan.goal is None else plan.goal
        return Towards(self.goal, loss, max(filter(math.isfinite, costs), default=0.0))

    @cached_property
    def frontier(self) -> list[int]:
        """The places of the combinations that no other one beats."""
        return [n for n, each in enumerate(self.summaries) if each.values in self.best]

    @cached_property
    def some_curves(self) -> list[Curve]:
        """A curve each of combinations all over the table: that of the run which ended first."""
        last = len(self.summaries) - 1
        places = np.unique(np.linspace(0, last, min(MOST_CURVES, last + 1)).astype(int))
        groups = (self.work.groups.rows(self.summaries[place].values) for place in places)
        return [self.work.curves[rows[0].values] for rows in groups]

    def curves_of(self, entry: Entry) -> list[Curve]:
        """Return the curves of a row."""
        if entry.is_run:
            return [self.work.curves[entry.values]]
        rows = self.work.groups.rows(entry.values)[:MOST_CURVES]
        return [self.work.curves[row.values] for row in rows]

    def combination_of(self, entry: Entry) -> int:
        """Return the place of a row's combination among all of them."""
        group = entry.values[: len(self.work.groups.names)]
        return next(n for n, each in enumerate(self.summaries) if each.values == group)


def _cost_to_goal(row: Row) -> float:
    return math.inf if row.goal_multiply_adds is None else row.goal_multiply_adds


_LEAST_HEADING = 4
"""Characters that are left of a setting's heading at least."""
_ALL, _LOSS, _NONE = "all", "loss", "none"
"""The columns with ranges: all, the loss, none."""


def _cells(table: Table, entry: Entry, ranges: str) -> list[str]:
    """Return what stands in a row."""
    names, summary = table.work.groups.names, entry.summary
    if entry.is_run:
        head = ["", table.seeds_text(entry.values), *[""] * (len(names) - 1)]
    else:
        is_opened = entry.values in table.opened
        mark = OPEN if is_opened else CLOSED if summary.runs > 1 else " "
        head = [
            f"{BEST if entry.values in table.best else ' '}{mark}",
            *(typed_values((value,)) for value in entry.values),
        ]
        if not names:
            head.append("all")
    return [
        *head,
        *(
            column.text(summary, ranges == _ALL or (ranges == _LOSS and column.title == LOSS))
            for column in table.columns
        ),
    ]


class Heading(NamedTuple):
    """What stands above a column."""

    title: str
    """In a row; of the marks nothing."""
    above: str
    below: str
    """In two rows; the lower one has room for the mark of the column that sorts."""
    is_sorting: bool = False


def _headings(table: Table) -> list[Heading]:
    """Return what stands above the columns."""
    names = [title_of(name) for name in table.work.groups.names] or ["settings"]
    headings = [Heading("", "", ""), *(Heading(name, *stacked(name)) for name in names)]
    for column in table.columns:
        is_sorting = column.title == table.sorted_by
        mark = " " if not is_sorting else DOWN if column.is_high_better else UP
        above, below = stacked(column.title)
        headings.append(Heading(column.title, above, below + mark, is_sorting))
    return headings


class Drawn(NamedTuple):
    """The table as lines."""

    headings: tuple[Line, Line]
    rows: list[Line]
    hidden: list[str]
    """The titles of the columns that there is no room for."""


class Drawing:
    """The table as lines; a column that has become wide stays so while it is scrolled.

    Parameters
    ----------
    ink : Ink
        How to write.
    """

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._wide: dict[tuple[str, str], int] = {}

    def lines(self, table: Table, top: int, height: int, selected: int, width: int) -> Drawn:
        """Return the heading, and the rows from one on; only what is seen is written.

        If all does not fit, only the loss has ranges, then nothing; then the last columns are left
        out, but never the one that sorts. Before a setting is, headings of settings are cut.
        """
        entries, headings = table.entries[top : top + height], _headings(table)
        rows, widths = self._written(table, entries, headings, _ALL)
        for ranges in (_LOSS, _NONE):
            if _total(widths) > width:
                rows, widths = self._written(table, entries, headings, ranges)
        shown, settings = _fitting(headings, widths, width), len(headings) - len(table.columns)
        if shown[:settings] != [*range(settings)]:
            widths = [*self._narrow(rows, headings[:settings]), *widths[settings:]]
            shown = _fitting(headings, widths, width)
        above = " " + self._row([each.above for each in headings], widths, shown)
        below = " " + self._row([each.below for each in headings], widths, shown)
        lines: list[Line] = []
        for place, (entry, row) in enumerate(zip(entries, rows, strict=True), top):
            text = self._row(row, widths, shown)
            is_best = entry.values in table.best and not entry.is_run
            style = self._ink.dim if entry.is_run else self._ink.text
            style = self._ink.good if is_best else style
            is_selected = place == selected
            lines.append(
                [
                    Segment(POINTER if is_selected else " ", self._ink.focus),
                    Segment(text, self._ink.selected if is_selected else style),
                ]
            )
        hidden = [each.title for place, each in enumerate(headings) if place not in shown]
        style = self._ink.dim
        return Drawn(([Segment(above, style)], [Segment(below, style)]), lines, hidden)

    def _written(
        self, table: Table, entries: Sequence[Entry], headings: Sequence[Heading], ranges: str
    ) -> tuple[list[list[str]], list[int]]:
        """Return the cells of rows, and the widths of their columns."""
        rows = [_cells(table, entry, ranges) for entry in entries]
        widths: list[int] = []
        for place, heading in enumerate(headings):
            key = f"{place} {heading.title}", ranges
            most = max(len(each[place]) for each in rows) if rows else 0
            titles = max(len(heading.above), len(heading.below))
            self._wide[key] = max(most, titles, self._wide.get(key, 0))
            widths.append(self._wide[key])
        return rows, widths

    def _narrow(self, rows: list[list[str]], headings: Sequence[Heading]) -> list[int]:
        """Return the widths of the settings' columns if headings longer than values are cut."""
        for place, heading in enumerate(headings):
            key = f"{place} {heading.title}", "cut"
            before = self._wide.get(key, min(len(heading.title), _LEAST_HEADING))
            self._wide[key] = max(before, *(len(each[place]) for each in rows))
        return [self._wide[f"{place} {each.title}", "cut"] for place, each in enumerate(headings)]

    @staticmethod
    def _row(cells: Sequence[str], widths: Sequence[int], shown: Sequence[int]) -> str:
        written = [(cells[place], widths[place]) for place in shown]
        return "  ".join(
            (cell if len(cell) <= width else f"{cell[: width - 1]}…").ljust(width)
            for cell, width in written
        )


def _total(widths: Sequence[int]) -> int:
    """Return how wide a row is: its pointer, its cells, and two columns between them."""
    return 1 + sum(widths) + 2 * (len(widths) - 1)


def _fitting(headings: Sequence[Heading], widths: Sequence[int], width: int) -> list[int]:
    """Return the columns that there is room for; the one that sorts is always there."""
    shown = list(range(len(headings)))
    while len(shown) > 3 and _total([widths[place] for place in shown]) > width:
        shown.remove([place for place in shown if not headings[place].is_sorting][-1])
    return shown
