"""A landscape as rows: shaded cells, lines of equal loss, and the marks of a walk through it.

Higher is more colour, or without colour more ink: the valley is where there is least of it. Every
mark is a place, and the line to where the next update leads is to scale. A direction has no length
that would be true here, so it is drawn in the legend only.
"""

import math
from enum import Enum, auto
from functools import lru_cache

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from core.landscape import Frame, Landscape, Point, multiple
from core.structs import Struct
from tui.panes.picture.axis import Floats, Integers
from tui.panes.picture.canvas import pieces, put, write, write_corners
from tui.panes.picture.contours import Glyphs, braille, labels_of, levels_of, lines_of, reached
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import ARROWS, BEST, HEIGHTS, HERE, NEXT, SIDE, STROKES, TICK, WAY
from tui.words.numerals import MINUS, fixed, loss_text

GUTTER = 8
"""Columns for the values of the rows."""
_DARK, _LIGHT = Color(148, 112, 214), Color(112, 72, 178)
_FLOOR, _DEEPEST = 0.2, 0.62
"""The share of the hue in the ground that is lowest, which is seen too, and that is highest."""
_PLAIN, _LINE, _TEXT, _WAY, _UPDATE, _HERE, _BEST = range(7)
_STRIDES = (1, 2, 5, 10, 20, 50, 100)
"""Columns from one value of the axis to the next."""
_LONGEST = 9
"""Characters of a value."""


@lru_cache(8)
def row_labels(frame: Frame, width: int) -> tuple[str, ...]:
    """Write the values of the rows, from the top, each with the edge of the picture."""
    stride = next((n for n in (2, 5, 10) if frame.height <= 6 * n), 10)
    labels = []
    for y in range(frame.height):
        count = frame.bottom + frame.height - 1 - y
        text = value_text(2 * count, frame.rung, width - 2) if count % stride == 0 else ""
        labels.append(f"{text:>{width - 2}} {TICK if text else SIDE}")
    return tuple(labels)


@lru_cache(8)
def column_ticks(frame: Frame) -> str:
    """Write the values of the columns in one row, each under its column."""
    longest = max(
        len(value_text(count, frame.rung)) for count in (frame.left, frame.left + frame.width - 1)
    )
    stride = next((n for n in _STRIDES if n >= longest + 3), _STRIDES[-1])
    row = ""
    for x in range(frame.width):
        if (frame.left + x) % stride:
            continue
        text = value_text(frame.left + x, frame.rung)
        # Under a minus sign nothing stands: the digits are centred.
        start = x - (len(text.lstrip(MINUS)) - 1) // 2 - text.startswith(MINUS)
        if start >= len(row) + bool(row) and start + len(text) <= frame.width:
            row = row.ljust(start) + text
    return row.ljust(frame.width)


def value_text(count: int, rung: int, width: int = _LONGEST) -> str:
    """Write so many times a column's width, with as many decimals as that has and room allows."""
    return fixed(multiple(count, rung), max(0, -(rung // 3)), width=width).strip()


class Marks(Struct, eq=False):
    """What stands on a landscape."""

    here: Point
    """Where we are, across and up."""
    path: Floats
    """Where we were, shape (n, 2)."""
    following: Point | None
    """Where the next update leads; None while that is not known, or too far to compute."""


class Landing(Enum):
    """Where the next update leads, as far as the picture can show it."""

    SEEN = auto()
    """To a cell of the picture."""
    NEAR = auto()
    """Less far than the next cell is: no mark could be drawn to scale."""
    OUTSIDE = auto()
    """Out of the picture."""


class DrawnLandscape(Struct, eq=False):
    """A drawn landscape."""

    lines: list[Line]
    """The rows, the last one the axis."""
    levels: tuple[float, ...]
    """Of the lines of equal loss."""
    best: tuple[float, float, float] | None
    """The lowest cell: across, up, its loss."""
    is_there: bool
    """Whether that is the cell where we are."""
    landing: Landing | None
    """Where the next update leads; None while that is not known."""


def draw_landscape(landscape: Landscape, frame: Frame, marks: Marks, ink: Ink) -> DrawnLandscape:
    """Draw a landscape in a frame; one of fewer cells than the frame has fills it with blocks."""
    down, across = _blocks(landscape, frame)
    losses = landscape.losses[np.ix_(down, across)]
    levels = levels_of(losses)
    heights = reached(losses, levels)
    glyphs = lines_of(losses, levels, unicode=ink.unicode)
    roles = np.where(glyphs == " ", _PLAIN, _LINE)
    if not ink.colour:
        fills = np.array(list(HEIGHTS))
        share = heights * (len(HEIGHTS) - 1) // max(1, len(levels))
        glyphs = np.where(glyphs == " ", fills[share], glyphs)
    rows, columns = _cells(marks.path, frame)
    glyphs[rows, columns], roles[rows, columns] = WAY, _WAY
    best = None
    if landscape.best is not None:
        row, column = landscape.best
        best = (
            float(landscape.columns[column]),
            float(landscape.rows[row]),
            float(landscape.losses[row, column]),
        )
    here = frame.cell(marks.here)
    if best is not None:
        put(glyphs, roles, frame.cell(best[:2]), BEST, _BEST)
    landing = _draw_update(glyphs, roles, frame, marks, unicode=ink.unicode)
    put(glyphs, roles, here, HERE, _HERE)
    corners = [(f"loss {loss_text(loss)}",) for loss in landscape.corners]
    write_corners(glyphs, roles, corners, roles <= _LINE, _TEXT)
    for row, left, text in labels_of(heights, levels, roles <= _LINE):
        write(glyphs, roles, row, left, text, _TEXT)
    styles = _styles(ink, len(levels))
    labels = row_labels(frame, GUTTER)
    # A line has the style of the ground beside it, so that both are one piece: half the output.
    pictures = pieces(glyphs, np.maximum(roles, _LINE) + 8 * heights, styles)
    lines = [[Segment(label, ink.dim), *row] for label, row in zip(labels, pictures, strict=True)]
    lines.append([Segment(" " * GUTTER + column_ticks(frame), ink.dim)])
    is_there = best is not None and frame.cell(best[:2]) == here
    return DrawnLandscape(lines, levels, best, is_there, landing)


def swatches(ink: Ink, levels: int) -> Line:
    """Show the shades from low to high, a cell each."""
    if ink.colour:
        return [Segment("  ", _styles(ink, levels)[8 * height]) for height in range(levels + 1)]
    return [Segment(HEIGHTS, ink.text)]


def style_of(ink: Ink, mark: str) -> Style:
    """Return the style of a mark, as it is beside the landscape."""
    return {HERE: ink.strong, WAY: ink.text, BEST: ink.good}.get(mark, ink.downhill)


def head_of(down: Point) -> str:
    """Return the arrow for a direction."""
    return ARROWS[_eighth(down[0], down[1])]


def _eighth(right: float, up: float) -> int:
    """Count eighths of a turn from right, against the clock."""
    return round(math.atan2(up, right) / (math.pi / 4)) % 8


def _blocks(landscape: Landscape, frame: Frame) -> tuple[Integers, Integers]:
    """Return for each row and column of the frame which of the landscape's it shows."""
    high, wide = landscape.losses.shape
    by = -(-frame.height // high), -(-frame.width // wide)
    down, across = np.arange(frame.height) // by[0], np.arange(frame.width) // by[1]
    return np.minimum(down, high - 1), np.minimum(across, wide - 1)


def _cells(places: Floats, frame: Frame) -> tuple[Integers, Integers]:
    """Return the rows and columns of those places that are in the frame."""
    with np.errstate(invalid="ignore", over="ignore"):
        cells = np.rint(places.reshape(-1, 2) / frame.step) - [frame.left, frame.bottom]
        inside = ((cells >= 0) & (cells < [frame.width, frame.height])).all(axis=1)
    columns, rows = cells[inside].astype(np.int64).T
    return frame.height - 1 - rows, columns


def _draw_update(
    glyphs: Glyphs, roles: Integers, frame: Frame, marks: Marks, *, unicode: bool
) -> Landing | None:
    """Draw a line from here to where the next update leads, to scale; return where that is."""
    if marks.following is None:
        return None
    start, end = _dots(marks.here, frame), _dots(marks.following, frame)
    with np.errstate(over="ignore", invalid="ignore"):
        way = end - start
        length = float(np.abs(way).max())
    if not length < math.inf:
        return Landing.OUTSIDE
    if np.abs(way[0]) < 4 and np.abs(way[1]) < 2:
        return Landing.NEAR
    high, wide = glyphs.shape
    # As many dots as there are from here to the edges of the picture, at most.
    steps = np.arange(min(length, 4.0 * high + 2.0 * wide))[:, np.newaxis]
    dots = np.rint(start + way * (steps / length)).astype(np.int64)
    down, across = dots[((dots >= 0) & (dots < [4 * high, 2 * wide])).all(axis=1)].T
    if down.size:  # only of its own cells: the rest of the picture has no part in it
        top, left = down.min() // 4, across.min() // 2
        lit = np.zeros((4 * (down.max() // 4 - top + 1), 2 * (across.max() // 2 - left + 1)), bool)
        lit[down - 4 * top, across - 2 * left] = True
        line = braille(lit)
        drawn = line != " "
        cells = slice(top, top + line.shape[0]), slice(left, left + line.shape[1])
        glyphs[cells][drawn] = line[drawn] if unicode else STROKES[_eighth(way[1], -way[0])]
        roles[cells][drawn] = _UPDATE
    cell = frame.cell(marks.following)
    put(glyphs, roles, cell, NEXT, _UPDATE)
    is_seen = 0 <= cell[0] < high and 0 <= cell[1] < wide
    return Landing.SEEN if is_seen else Landing.OUTSIDE


def _dots(place: Point, frame: Frame) -> Floats:
    """Find a place's row and column of dots: as far apart across as up, half a cell's width."""
    x, y = place[0] / frame.step[0] - frame.left, place[1] / frame.step[1] - frame.bottom
    return np.array([4 * (frame.height - 1 - y) + 1.5, 2 * x + 0.5])


@lru_cache(64)
def _styles(ink: Ink, levels: int) -> list[Style]:
    """Return the style of every role at every height: role + 8 × height."""
    marks = {_WAY: ink.text, _UPDATE: ink.downhill, _HERE: ink.strong, _BEST: ink.good}
    if not ink.colour or ink.text.bgcolor is None or ink.text.color is None:
        plain = [marks.get(role, ink.dim) for role in range(8)]
        return plain * (levels + 1)
    paper = Color.from_rich_color(ink.text.bgcolor)
    text = Color.from_rich_color(ink.text.color)
    hue = _DARK if paper.brightness < 0.5 else _LIGHT
    # One colour for the lines at every height: a move to the next one sends only the other ground.
    middle = paper.blend(hue, (_FLOOR + _DEEPEST) / 2)
    line = Style(color=middle.blend(text, 0.55).rich_color)
    words = Style(color=middle.blend(text, 0.85).rich_color)
    fronts = {_PLAIN: line, _LINE: line, _TEXT: words, **marks}
    styles: list[Style] = []
    for height in range(levels + 1):
        ground = paper.blend(hue, _FLOOR + (_DEEPEST - _FLOOR) * (height / max(1, levels)))
        shade = Style(bgcolor=ground.rich_color)
        styles += [fronts.get(role, line) + shade for role in range(8)]
    return styles
