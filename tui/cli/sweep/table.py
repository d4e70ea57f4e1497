"""The results of a sweep as a table to read."""

from collections.abc import Sequence
from textwrap import wrap

from core.settings import Value
from core.sweeps import Finished, Summary, best_of, title_of, typed_values
from tui.sweep.columns import Column, columns_of, ordered, stacked
from tui.sweep.goal import goal_name, winner_text
from tui.terminal.glyphs import BEST
from tui.words.phrases import listed

MOST_LINES = 40
"""Combinations that are printed; more are in the CSV of medians and in the JSON."""


def table_of(finished: Finished, width: int | None = None) -> str:
    """Return the result in a table: a line per combination, the best first.

    Parameters
    ----------
    finished : Finished
        The sweep.
    width : int, optional
        Characters of a line; what does not fit is told shorter. None: as many as it takes.
    """
    summaries = finished.summaries()
    best = best_of(summaries)
    goal = goal_name(finished.grid, finished.goal)
    columns = columns_of(goal, summaries)
    _, shown = ordered(goal, columns, summaries)
    left = len(shown) - MOST_LINES
    lines = _lines(finished, shown[:MOST_LINES], best, columns, is_wide=True)
    places = len(columns)
    while width is not None and max(map(len, lines)) > width and places:
        lines = _lines(finished, shown[:MOST_LINES], best, columns[:places], is_wide=False)
        places -= 1
    if left > 0:
        lines.append(f"and {left:,} more combinations; --medians and --json have all of them")
    if hidden := [column.title for column in columns[places + 1 :]]:
        text = f"not shown: {', '.join(hidden)}; a wider terminal, --medians and --json have all"
        lines += ["", *wrap(text, max(1, width or len(text)), break_on_hyphens=False)]
    head = [_headline(finished, summaries)]
    if goal is not None:
        is_over = finished.runs == len(finished.grid)
        text = winner_text(finished.groups, goal, summaries, is_over=is_over)
        head += [text] if width is None else wrap(text, max(1, width), break_on_hyphens=False)
    return "\n".join([*head, "", *lines])


def _headline(finished: Finished, summaries: Sequence[Summary]) -> str:
    """Return in a line what was trained."""
    total, runs = len(finished.grid), finished.runs
    parts = [f"{runs:,} of {total:,} runs" if runs < total else listed(runs, "run")]
    parts.append(listed(len(summaries), "combination"))
    memory = sum(summary.out_of_memory for summary in summaries)
    diverged = sum(summary.unusable for summary in summaries) - memory
    each = ((diverged, "diverged"), (memory, "out of memory"))
    parts += [f"{lost:,} {word}" for lost, word in each if lost]
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
    is_wide: bool,
) -> list[str]:
    """Return the lines of the table, its heading first; one that is not wide has no ranges."""
    settings = [title_of(name) for name in finished.groups.names]
    rows = _heading(["", *settings, *(column.title for column in columns)], is_wide=is_wide)
    for summary in summaries:
        mark = BEST if summary.values in best else ""
        values = [typed_values((value,)) for value in summary.values]
        rows.append([mark, *values, *(column.text(summary, is_wide) for column in columns)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _heading(titles: Sequence[str], *, is_wide: bool) -> list[list[str]]:
    """Return the rows of the heading: one, or two of which each is half as wide."""
    if is_wide:
        return [list(titles)]
    return [list(row) for row in zip(*map(stacked, titles), strict=True)]
