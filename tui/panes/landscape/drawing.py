"""A landscape as rows: shaded cells, lines of equal loss, and the marks of a walk through it.

Higher is more colour, or without colour more ink: the valley is where there is least of it.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from core.landscape import Frame, Landscape, multiple
from tui.panes.picture.axis import Floats, Integers
from tui.panes.picture.canvas import pieces, put, write, write_corners
from tui.panes.picture.contours import Glyphs, braille, labels_of, levels_of, lines_of, reached
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import ARROWS, BEST, HEIGHTS, HERE, SIDE, STROKES, TICK, WAY
from tui.words.numerals import MINUS, fixed, loss_text

GUTTER = 8
"""Columns for the values of the rows."""
_DARK, _LIGHT = Color(148, 112, 214), Color(112, 72, 178)
_DEEPEST = 0.62
"""The share of the hue in the ground that is highest."""
_PLAIN, _LINE, _TEXT, _WAY, _SLOPE, _HERE, _BEST = range(7)
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


@dataclass(frozen=True, eq=False)
class Marks:
    """What stands on a landscape."""

    here: tuple[float, float]
    """Where we are, across and up."""
    path: Floats
    """Where we were, shape (n, 2)."""
    down: tuple[float, float] | None
    """Which way is downhill, across and up; None while it is not known."""


@dataclass(frozen=True, eq=False)
class DrawnLandscape:
    """A drawn landscape."""

    lines: list[Line]
    """The rows, the last one the axis."""
    levels: tuple[float, ...]
    """Of the lines of equal loss."""
    best: tuple[float, float, float] | None
    """The lowest cell: across, up, its loss."""
    is_there: bool
    """Whether that is the cell where we are."""


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
    if marks.down is not None:
        _draw_slope(glyphs, roles, here, marks.down, unicode=ink.unicode)
    if best is not None:
        put(glyphs, roles, frame.cell(best[:2]), BEST, _BEST)
    put(glyphs, roles, here, HERE, _HERE)
    corners = [loss_text(loss) for loss in landscape.corners]
    write_corners(glyphs, roles, corners, roles <= _LINE, _TEXT)
    for row, left, text in labels_of(heights, levels, roles <= _LINE):
        write(glyphs, roles, row, left, text, _TEXT)
    styles = _styles(ink, len(levels))
    labels = row_labels(frame, GUTTER)
    # A line has the style of the ground beside it, so that both are one piece: half the output.
    pictures = pieces(glyphs, np.maximum(roles, _LINE) + 8 * heights, styles)
    lines = [[Segment(label, ink.dim), *row] for label, row in zip(labels, pictures, strict=True)]
    lines.append([Segment(" " * GUTTER + column_ticks(frame), ink.dim)])
    return DrawnLandscape(lines, levels, best, best is not None and frame.cell(best[:2]) == here)


def swatches(ink: Ink, levels: int) -> Line:
    """Show the shades from low to high, a cell each."""
    if ink.colour:
        return [Segment("  ", _styles(ink, levels)[8 * height]) for height in range(levels + 1)]
    return [Segment(HEIGHTS, ink.text)]


def style_of(ink: Ink, mark: str) -> Style:
    """Return the style of a mark, as it is beside the landscape."""
    return {HERE: ink.strong, WAY: ink.text, BEST: ink.good}.get(mark, ink.key)


def head_of(down: tuple[float, float]) -> str:
    """Return the arrow for a direction."""
    return ARROWS[_eighth(down)]


def _eighth(down: tuple[float, float]) -> int:
    """Count eighths of a turn from right, against the clock."""
    return round(math.atan2(down[1], down[0]) / (math.pi / 4)) % 8


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


def _draw_slope(
    glyphs: Glyphs,
    roles: Integers,
    here: tuple[int, int],
    down: tuple[float, float],
    *,
    unicode: bool,
) -> None:
    """Draw an arrow from a cell; its length means nothing."""
    size = math.hypot(*down)
    if not 0 < size < math.inf:
        return
    high, wide = glyphs.shape
    length = min(10.0, max(5.0, 1.1 * high))
    x, y = down[0] / size, down[1] / size
    eighth = _eighth(down)
    lit = np.zeros((4 * high, 2 * wide), np.bool_)
    head = here
    # Dots are as far apart across as up: half the width of a cell.
    for dots in range(2, 2 * round(length) + 1):
        across, below = 2 * here[1] + 0.5 + x * dots, 4 * here[0] + 1.5 - y * dots
        dot = round(below), round(across)
        if not (0 <= dot[0] < lit.shape[0] and 0 <= dot[1] < lit.shape[1]):
            break
        lit[dot] = True
        head = dot[0] // 4, dot[1] // 2
    shaft = braille(lit)
    drawn = shaft != " "
    glyphs[drawn] = shaft[drawn] if unicode else STROKES[eighth]
    roles[drawn] = _SLOPE
    if head != here:
        put(glyphs, roles, head, ARROWS[eighth], _SLOPE)


@lru_cache(64)
def _styles(ink: Ink, levels: int) -> list[Style]:
    """Return the style of every role at every height: role + 8 × height."""
    marks = {_WAY: ink.text, _SLOPE: ink.key, _HERE: ink.strong, _BEST: ink.good}
    if not ink.colour or ink.text.bgcolor is None or ink.text.color is None:
        plain = [marks.get(role, ink.dim) for role in range(8)]
        return plain * (levels + 1)
    paper = Color.from_rich_color(ink.text.bgcolor)
    text = Color.from_rich_color(ink.text.color)
    hue = _DARK if paper.brightness < 0.5 else _LIGHT
    # One colour for the lines at every height: a move to the next one sends only the other ground.
    middle = paper.blend(hue, _DEEPEST / 2)
    line = Style(color=middle.blend(text, 0.55).rich_color)
    words = Style(color=middle.blend(text, 0.85).rich_color)
    fronts = {_PLAIN: line, _LINE: line, _TEXT: words, **marks}
    styles: list[Style] = []
    for height in range(levels + 1):
        ground = paper.blend(hue, _DEEPEST * (height / max(1, levels)))
        shade = Style(bgcolor=ground.rich_color)
        styles += [fronts.get(role, line) + shade for role in range(8)]
    return styles
