"""Cells that are drawn on before they become rows: a character and a code for the style of each."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style

from tui.panes.picture.axis import Integers
from tui.panes.picture.contours import Glyphs
from tui.terminal.drawing import Line


def put(glyphs: Glyphs, roles: Integers, cell: tuple[int, int], glyph: str, role: int) -> None:
    """Set a mark, if its cell is in the picture."""
    row, column = cell
    if 0 <= row < glyphs.shape[0] and 0 <= column < glyphs.shape[1]:
        glyphs[row, column], roles[row, column] = glyph, role


def write(glyphs: Glyphs, roles: Integers, row: int, left: int, text: str, role: int) -> None:
    """Write a text into a row, from a column on."""
    cells = slice(left, left + len(text))
    glyphs[row, cells], roles[row, cells] = list(text), role


def write_corners(
    glyphs: Glyphs,
    roles: Integers,
    texts: Sequence[tuple[str, ...]],
    free: NDArray[np.bool_],
    role: int,
) -> None:
    """Write a text into each corner, top left and right and bottom left and right.

    Of the texts for a corner it is the first that covers only what is free; if none does, none.
    """
    high, wide = glyphs.shape
    for place, ways in enumerate(texts):
        row = (high - 1) * (place // 2)
        for text in ways:
            left = (wide - len(text)) * (place % 2)
            fits = 2 * (len(text) + 2) <= wide and (high > 1 or place < 2)
            if fits and free[row, left : left + len(text)].all():
                write(glyphs, roles, row, left, text, role)
                break


def pieces(glyphs: Glyphs, codes: Integers, styles: list[Style]) -> list[Line]:
    """Return the rows in pieces, one for each stretch of the same style."""
    rows, width = codes.shape
    last = np.ones(codes.shape, np.bool_)
    last[:, :-1] = codes[:, 1:] != codes[:, :-1]
    lines: list[Line] = [[] for _ in range(rows)]
    texts = ["".join(row) for row in glyphs.tolist()]
    start = 0
    for end, code in zip(np.flatnonzero(last).tolist(), codes[last].tolist(), strict=True):
        row, column = divmod(end, width)
        lines[row].append(Segment(texts[row][start : column + 1], styles[code]))
        start = (column + 1) % width
    return lines
