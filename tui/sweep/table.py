"""What a sweep has found, as rows of a table that is sorted, opened row by row and scrolled."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from rich.segment import Segment

from core.settings import SETTINGS
from core.structs import Struct
from core.sweeps import Groups, Row, Summary, best_of, summary_of, typed_values
from tui.sweep.charts import Floats
from tui.sweep.columns import Column, columns_of
from tui.sweep.work import Curve, SweepWork, Values
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import BEST, CLOSED, DOWN, OPEN, POINTER

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

    @classmethod
    def of(
        cls, work: SweepWork, groups: Groups, sorted_by: str, opened: frozenset[Values]
    ) -> "Table":
        """Return what there is now."""
        summaries = groups.summaries()
        columns = columns_of(work.plan.goal, summaries)
        column = next((each for each in columns if each.title == sorted_by), columns[0])
        ordered = tuple(sorted(summaries, key=column.sorting))
        return cls(work, ordered, tuple(columns), column.title, opened)

    @cached_property
    def best(self) -> frozenset[Values]:
        """The combinations that no other one beats."""
        # Of many rows few are left to compare one by one: those that none before them beats.
        order = np.lexsort((self.losses, self.costs))
        losses = np.nan_to_num(self.losses[order], nan=np.inf)
        places = order[losses <= np.minimum.accumulate(losses)] if order.size else order
        return frozenset(best_of([self.summaries[place] for place in places.tolist()]))

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
        """Return the runs of a combination, the lowest loss first."""
        rows = self.work.groups.rows(values)
        return sorted(rows, key=lambda row: (not row.is_usable, row.loss))

    def run_of(self, entry: Entry) -> Values:
        """Return the run that a row opens: of a combination the one with the median loss."""
        if entry.is_run:
            return entry.values
        rows = self.runs_of(entry.values)
        return rows[(len(rows) - 1) // 2].values

    # -- for the pictures -------------------------------------------------------------------------

    @cached_property
    def costs(self) -> Floats:
        """The median multiply-adds of each combination; NaN if there are none."""
        spreads = (summary.multiply_adds for summary in self.summaries)
        return np.array([np.nan if each is None else each.median for each in spreads], np.float64)

    @cached_property
    def losses(self) -> Floats:
        """The median loss of each combination."""
        spreads = (summary.loss for summary in self.summaries)
        return np.array([np.nan if each is None else each.median for each in spreads], np.float64)

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


_ALL, _SORTED, _NONE = "all", "sorted", "none"
"""The columns with ranges: all, the one that sorts, none."""


def _cells(table: Table, entry: Entry, ranges: str) -> list[str]:
    """Return what stands in a row."""
    names, summary = table.work.groups.names, entry.summary
    if entry.is_run:
        seeds = zip(table.work.groups.all_names, entry.values, strict=True)
        told = [
            f"{SETTINGS[name].title} {typed_values((value,))}"
            for name, value in seeds
            if name not in names
        ]
        head = ["", ", ".join(told), *[""] * (len(names) - 1)]
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
            column.text(
                summary,
                ranges == _ALL or (ranges == _SORTED and column.title == table.sorted_by),
            )
            for column in table.columns
        ),
    ]


def _headings(table: Table) -> list[str]:
    """Return what stands above the columns; the one that sorts them has a mark."""
    names = [SETTINGS[name].title for name in table.work.groups.names] or ["settings"]
    columns = [
        f"{column.title}{DOWN if column.title == table.sorted_by else ''}"
        for column in table.columns
    ]
    return ["", *names, *columns]


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

    def lines(
        self, table: Table, top: int, height: int, selected: int, width: int
    ) -> tuple[Line, list[Line]]:
        """Return the heading, and the rows from one on; only what is seen is written.

        If all does not fit, only the column that sorts has ranges, then none; then the last columns
        are left out.
        """
        entries, headings = table.entries[top : top + height], _headings(table)
        rows, widths = self._written(table, entries, headings, _ALL)
        for ranges in (_SORTED, _NONE):
            if sum(widths) + 2 * len(widths) > width:
                rows, widths = self._written(table, entries, headings, ranges)
        shown = _fitting(headings, widths, width)
        heading: Line = [Segment(" " + self._row(headings, widths, shown), self._ink.dim)]
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
        return heading, lines

    def _written(
        self, table: Table, entries: Sequence[Entry], headings: Sequence[str], ranges: str
    ) -> tuple[list[list[str]], list[int]]:
        """Return the cells of rows, and the widths of their columns."""
        rows = [_cells(table, entry, ranges) for entry in entries]
        which = table.sorted_by if ranges == _SORTED else ranges
        widths: list[int] = []
        for place, name in enumerate(headings):
            key = f"{place} {name.rstrip(DOWN)}", which
            most = max(len(each[place]) for each in (headings, *rows))
            self._wide[key] = max(most, len(name), self._wide.get(key, 0))
            widths.append(self._wide[key])
        return rows, widths

    @staticmethod
    def _row(cells: Sequence[str], widths: Sequence[int], shown: Sequence[int]) -> str:
        return "  ".join(cells[place].ljust(widths[place]) for place in shown)


def _fitting(headings: Sequence[str], widths: Sequence[int], width: int) -> list[int]:
    """Return the columns that there is room for; the one that sorts is always there."""
    shown = list(range(len(headings)))
    while len(shown) > 3 and sum(widths[place] + 2 for place in shown) > width + 1:
        others = [place for place in shown if not headings[place].endswith(DOWN)]
        shown.remove(others[-1])
    return shown
