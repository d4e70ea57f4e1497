"""Tables of a command: as plain text that fits the terminal, or in Markdown."""

import shutil
import sys
from textwrap import fill

from core.structs import Struct

_GAP = 2
"""Cells between two columns."""
_SENTENCE = 80


class Table(Struct):
    """Rows of text under a heading."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Each as long as the header; the first column names the row."""
    note: str = ""
    """What its columns mean; below the table."""


def plain(table: Table, width: int | None) -> str:
    """Write a table as plain text, the first column left-aligned, the others right-aligned.

    Parameters
    ----------
    table : Table
        What is written.
    width : int, optional
        Cells of a line. Columns that do not fit follow below, each time with the first column; one
        that does not fit even beside that has each cell below the name of its row. None: nothing
        limits a line.

    Returns
    -------
    str
        Its lines, the last one with its line break.
    """
    lines = [wrapped(table.title, width)]
    columns = list(zip(table.header, *table.rows, strict=True))
    sizes = [max(map(len, column)) for column in columns]
    for group in _groups(sizes, width):
        shown = [0, *group]
        for row in (table.header, *table.rows):
            first, *others = (row[number] for number in shown)
            cells = [first.ljust(sizes[0])]
            cells += [cell.rjust(sizes[at]) for at, cell in zip(group, others, strict=True)]
            line = (" " * _GAP).join(cells).rstrip()
            fits = width is None or sizes[0] + _GAP + sizes[shown[1]] <= width
            lines += [line] if fits else [*filter(None, [first]), " " * _GAP + others[0]]
    if table.note:
        lines.append(wrapped(table.note, width))
    return "\n".join(lines) + "\n"


def _groups(sizes: list[int], width: int | None) -> list[list[int]]:
    """Return which columns are beside the first one, line group by line group."""
    groups: list[list[int]] = [[]]
    left = sizes[0]
    for number, size in enumerate(sizes[1:], 1):
        if groups[-1] and width is not None and left + _GAP + size > width:
            groups.append([])
            left = sizes[0]
        groups[-1].append(number)
        left += _GAP + size
    return groups


def wrapped(text: str, width: int | None) -> str:
    """Return a sentence in lines of at most 80 cells."""
    return fill(text, max(1, min(width or _SENTENCE, _SENTENCE)), break_on_hyphens=False)


def markdown(table: Table) -> str:
    """Write a table in Markdown, with its title as a heading."""
    rules = [":--", *["--:"] * (len(table.header) - 1)]
    rows = [f"| {' | '.join(row)} |" for row in (table.header, tuple(rules), *table.rows)]
    note = f"\n{table.note}\n" if table.note else ""
    return f"## {table.title}\n\n" + "\n".join(rows) + "\n" + note


def columns_of_terminal() -> int | None:
    """Return the columns of the terminal that standard output is; None if it is none."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if is_terminal else None
