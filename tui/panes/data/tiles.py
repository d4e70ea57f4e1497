"""Images as tiny pictures in a grid, each with its error below it. Pure functions, no widget.

Where there is colour, a picture is two half-block cells: four pixels in their true grey. Where
there are no half blocks, it is four cells in two rows; where there is no colour, four shades.
"""

import math
from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from core.arrays import Array
from core.structs import Struct
from tui.terminal.drawing import Ink, Line, within
from tui.terminal.glyphs import HALF, UPPER_HALF
from tui.words.numerals import MINUS


class Window(Struct):
    """A grid of things, row by row, of which some rows are visible."""

    count: int
    """How many things there are."""
    columns: int
    """Things in a row."""
    rows: int
    """Visible rows."""
    top: int = 0
    """The first visible row."""

    @property
    def last_top(self) -> int:
        """The top from which on there is nothing more to scroll to."""
        return max(0, -(-self.count // self.columns) - self.rows)

    @property
    def first(self) -> int:
        """The place of the first visible thing."""
        return self.top * self.columns

    @property
    def stop(self) -> int:
        """One past the place of the last visible thing."""
        return min(self.count, (self.top + self.rows) * self.columns)

    def scrolled(self, top: int) -> "Window":
        """Return the window with another top, as far as there are rows."""
        top = max(0, min(top, self.last_top))
        return Window(self.count, self.columns, self.rows, top)

    def showing(self, place: int) -> "Window":
        """Return the window moved as little as can be, so that a place is visible."""
        row = place // self.columns
        if row < self.top:
            return self.scrolled(row)
        return self.scrolled(max(self.top, row - self.rows + 1))


ACROSS = 3
"""Columns of an image: one for the mark, two for its pixels."""
_LADDER = (1, 2, 5)
_STAYS = 5.0
"""A scale is kept until the largest error is so many times smaller."""


def rows_of_tile(ink: Ink) -> int:
    """Count the rows of an image with its error."""
    return 2 if ink.has_half_blocks else 3


class Tiles(Struct, eq=False):
    """Images in a row, or a part of one."""

    images: Array
    """Shape (n, 4)."""
    errors: Array | None
    """Predictions minus labels, shape (n,); None while they are not known."""
    scale: float
    """The error that is shown in full colour."""
    chosen: int | None
    """Which of them the arrows stand on."""

    @property
    def content(self) -> object:
        """What can be asked whether it is the same."""
        errors = None if self.errors is None else self.errors.tobytes()
        return self.images.tobytes(), errors, self.scale, self.chosen


def draw_tiles(tiles: Tiles, ink: Ink) -> list[Line]:
    """Draw some images side by side, their errors below them."""
    images: list[list[float]] = tiles.images.tolist()
    marks = [" "] * len(images)
    if tiles.chosen is not None:
        marks[tiles.chosen] = HALF
    edge = Segment(ink.edge.text, ink.faint)
    picture: list[Line] = [[] for _ in range(rows_of_tile(ink) - 1)]
    for mark, pixels in zip(marks, images, strict=True):
        for row, line in enumerate(picture):
            line.append(edge if mark == " " else Segment(mark, ink.focus))
            if ink.has_half_blocks:
                line.append(Segment(UPPER_HALF, _pair(_level(pixels[0]), _level(pixels[2]))))
                line.append(Segment(UPPER_HALF, _pair(_level(pixels[1]), _level(pixels[3]))))
            else:
                line += (ink.swatch(pixel, 1) for pixel in pixels[2 * row : 2 * row + 2])
    return [*picture, _errors(tiles, marks, ink)]


def _errors(tiles: Tiles, marks: list[str], ink: Ink) -> Line:
    """Draw the row of errors: their signs always, their sizes as colour or as a digit."""
    if tiles.errors is None:
        return [Segment("".join(f"{mark}··" for mark in marks), ink.faint)]
    line: Line = []
    for mark, error in zip(marks, tiles.errors.tolist(), strict=True):
        line.append(Segment(mark, ink.focus))
        if not math.isfinite(error):
            line.append(Segment("!!", ink.warning))
            continue
        text = error_text(error, tiles.scale, digit=not ink.colour)
        line.append(ink.signed_cell(error, tiles.scale, text))
    return line


def error_text(error: float, scale: float, *, digit: bool) -> str:
    """Write an error in two cells: its sign, and its size in tenths of the scale if wanted."""
    sign = MINUS if error < 0 else "+" if error > 0 else "0"
    if not digit or not error:
        return f"{sign} "
    return f"{sign}{min(9, int(10 * abs(error) / scale))}"


def scale_for(errors: Array, before: float | None) -> float:
    """Choose the error that is shown in full colour: 1, 2, 5 × 10ᵏ.

    It stays as it is until an error is larger, or all are much smaller, so that colours do not
    change all the time.

    Parameters
    ----------
    errors : ndarray, shape (n,)
        What is visible; those that are not finite count for nothing.
    before : float or None
        The scale so far.
    """
    largest = max((abs(error) for error in errors.tolist() if math.isfinite(error)), default=0.0)
    if before is not None and largest <= before <= _STAYS * largest:
        return before
    if not largest > 1e-300:
        return 1.0 if before is None else before
    power = math.floor(math.log10(largest))
    rungs = (float(f"{digit}e{power + more}") for more in (0, 1) for digit in _LADDER)
    return next((rung for rung in rungs if rung >= largest), largest)


def _level(darkness: float) -> int:
    return round(255 * (1.0 - within(darkness)))


@lru_cache(4096)
def _pair(above: int, below: int) -> Style:
    """Return the style of a half block: two greys, one above the other."""
    return Style(
        color=Color.from_rgb(above, above, above), bgcolor=Color.from_rgb(below, below, below)
    )
