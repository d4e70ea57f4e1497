"""A map as rows: the ground of each cell, a line through it, the images near, and where we are."""

import numpy as np
from rich.segment import Segment

from core.arrays import Array
from core.landscape import Response
from core.structs import Struct
from tui.panes.map.colours import (
    BLANK,
    DOT,
    HERE,
    LINE,
    NO_NUMBER,
    ROLES,
    TEXT,
    ColourScale,
    styles_of,
)
from tui.panes.map.dots import Dots
from tui.panes.picture.canvas import pieces, put, write, write_corners
from tui.panes.picture.contours import Glyphs, labels_of, lines_of, reached
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import BOTH, BROKEN, SIDE, TEST, TICK, TRAINING
from tui.terminal.glyphs import HERE as PROBE
from tui.words.numerals import fixed
from tui.words.phrases import level, plain

GUTTER = 7
"""Columns for the values of the rows."""
_NAMES = ("NY", "ny")
_QUARTERS_DOWN, _QUARTERS_ACROSS = 9, 25
"""Rows and columns from which on there are labels at each quarter."""


class Shading(Struct, eq=False):
    """How a response is to be drawn."""

    colours: ColourScale
    """The colours of its values."""
    label_colours: ColourScale
    """The colours of the images' labels."""
    yes_no: bool
    """Whether labels are yes and no."""
    boundary: float | None
    """The value at which a line is drawn."""


def size_for(width: int, height: int) -> tuple[int, int]:
    """Choose columns and rows of a map in so much room: 0, ½ and 1 have cells of their own."""
    wide, high = width - GUTTER, height - 1
    columns = wide - (wide - 1) % (4 if wide >= _QUARTERS_ACROSS else 2)
    rows = high - (high - 1) % 2
    return max(0, columns), max(0, rows)


def draw_map(
    response: Response, dots: Dots, here: tuple[int, int], shading: Shading, ink: Ink
) -> list[Line]:
    """Draw the rows, the last one the axis.

    Parameters
    ----------
    response : Response
        The values.
    dots : Dots
        The images near.
    here : tuple of two ints
        Row and column of the selected image.
    shading : Shading
        The colours.
    ink : Ink
        The terminal's.
    """
    values = response.values
    grounds = shading.colours.grounds(values)
    broken = grounds == NO_NUMBER
    levels = () if shading.boundary is None else (shading.boundary,)
    glyphs = lines_of(values, levels, unicode=ink.unicode)
    if broken.any():
        glyphs[broken] = BROKEN
    roles = np.where(glyphs == " ", BLANK, LINE)
    if not ink.colour:
        glyphs = np.where(glyphs == " ", shading.colours.fills(values), glyphs)
    free = np.ones(values.shape, dtype=bool)
    free[dots.rows, dots.columns] = False
    free[here] = False
    if levels and not broken.any():
        for row, left, text in labels_of(reached(values, levels), levels, free):
            write(glyphs, roles, row, left, text, TEXT)
    values_there = [value_text(value) for value in response.corners]
    if not ink.colour:  # among digits and letters a number needs room
        values_there = [f" {text}" if n % 2 else f"{text} " for n, text in enumerate(values_there)]
    corners = [(f"output {text.lstrip()}", text) for text in values_there]
    write_corners(glyphs, roles, corners, free, TEXT)
    glyphs[dots.rows, dots.columns] = _marks(dots, shading, ink)
    roles[dots.rows, dots.columns] = DOT
    grounds[dots.rows, dots.columns] = shading.label_colours.grounds(dots.labels)
    put(glyphs, roles, here, PROBE, HERE)
    rows = pieces(glyphs, grounds * ROLES + roles, styles_of(ink))
    labels = _row_labels(response.rows)
    lines = [[Segment(label, ink.dim), *row] for label, row in zip(labels, rows, strict=True)]
    return [*lines, [Segment(" " * GUTTER + _column_labels(response.columns), ink.dim)]]


def value_text(value: float) -> str:
    """Write an output: 0.450, ∞, 1.2e9."""
    return level(value) if np.isfinite(value) else fixed(value, 3)


def _marks(dots: Dots, shading: Shading, ink: Ink) -> Glyphs:
    """Return a character for each cell with images: small for those that are only tested with."""
    if shading.yes_no:
        names = np.array([list(both) for both in _NAMES])
        marks = names[dots.tests, (dots.labels >= 0.5).astype(np.int64)]
        return np.where((dots.labels > 0.0) & (dots.labels < 1.0), BOTH, marks)
    if ink.colour:
        return np.array([TRAINING, TEST])[dots.tests]
    letters = shading.label_colours.letters(dots.labels)
    return np.where(dots.tests == 1, letters, np.char.upper(letters))


def _places(count: int, least: int) -> list[int]:
    """Choose the cells that have labels: both ends and the middle, the quarters where they fit."""
    parts = 4 if count >= least and (count - 1) % 4 == 0 else 2 if count > 2 else 1
    return [part * (count - 1) // parts for part in range(parts + 1)]


def _row_labels(rows: Array) -> list[str]:
    places = _places(len(rows), _QUARTERS_DOWN)
    texts = [plain(float(place)) if y in places else "" for y, place in enumerate(rows)]
    return [f"{text:>{GUTTER - 2}} {TICK if text else SIDE}" for text in texts]


def _column_labels(columns: Array) -> str:
    text = ""
    for place in _places(len(columns), _QUARTERS_ACROSS):
        label = plain(float(columns[place]))
        start = min(place - (len(label) - 1) // 2, len(columns) - len(label))
        if start > len(text) or not text:
            text = text.ljust(start) + label
    return text.ljust(len(columns))
