"""The results of a sweep as a table to read."""

from collections.abc import Sequence

from core.settings import SETTINGS, Value
from core.sweeps import Finished, Summary, best_of, typed_values
from tui.sweep.columns import Column, columns_of

MOST_LINES = 40
"""Combinations that are printed; more are in the CSV and the JSON."""
_MARK = "*"


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
    best = best_of(summaries)
    columns = columns_of(finished.goal, summaries)
    shown = sorted(summaries, key=columns[0].sorting)
    left = len(shown) - MOST_LINES
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
    heading = ["", *(SETTINGS[name].title for name in names), *(column.title for column in columns)]
    rows = [heading]
    for summary in summaries:
        mark = _MARK if summary.values in best else ""
        values = [typed_values((value,)) for value in summary.values]
        rows.append([mark, *values, *(column.text(summary, has_ranges) for column in columns)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
