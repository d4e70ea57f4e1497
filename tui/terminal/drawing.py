"""Numbers → coloured cells: greys, signed colours, bars. Pure functions, no widget.

An `Ink` knows what the terminal can show: colours or none, Unicode or ASCII, dark or light. What is
drawn with it says the same thing everywhere: where there is no colour, shades take its place, more
ink meaning darker; the sign of a number is always written.
"""

import math
from functools import lru_cache
from textwrap import wrap
from typing import TypeAlias

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from core.structs import Struct
from tui.terminal.glyphs import EIGHTHS, HALF, SHADES, SIDE, ascii_only

Line: TypeAlias = list[Segment]
"""One row of a pane: pieces of text with their styles."""


class Ink(Struct):
    """Every style that a pane draws with, for one theme on one terminal."""

    text: Style
    """What is read."""
    dim: Style
    """What explains what is read: labels, axes, words."""
    faint: Style
    """What should hardly be seen: rules, what is still to come."""
    previous: Style
    """The curve of the previous run: fainter than the present one, and clear of the background."""
    strong: Style
    """What matters most on a pane; and what a step has just changed."""
    negative: Style
    """Numbers below zero; nothing else is orange."""
    positive: Style
    """Numbers above zero."""
    warning: Style
    """What went wrong."""
    good: Style
    """What went well."""
    key: Style
    """A key that can be pressed."""
    focus: Style
    """The frame of the pane that keys go to, and what its arrows stand on."""
    downhill: Style
    """Where a step leads, and which direction is downhill."""
    test: Style
    """Losses of test images."""
    selected: Style
    """The cell the arrows stand on, in the focused pane."""
    lit: Style
    """Laid over the style of what slow motion computes; a number keeps the colour of its sign."""
    colour: bool
    """Whether greys and signed colours can be told apart here."""
    unicode: bool
    """Whether the terminal shows more than ASCII."""
    dark: bool = True
    """Whether what is written is lighter than what it is written on."""

    @property
    def has_half_blocks(self) -> bool:
        """Whether a cell can show two greys, one above the other."""
        return self.colour and self.unicode

    @property
    def edge(self) -> Segment:
        """What is beside greys, so that black is seen on black and white on white; a cell wide."""
        return Segment(SIDE if self.colour else " ", self.dim)

    def signed(self, value: float, *, strong: bool = False) -> Style:
        """Return the style of a number that may be below zero."""
        style = self.negative if value < 0 else self.positive if value > 0 else self.text
        return style + self.strong if strong and not self.colour else _bold(style, strong)

    def grey(self, darkness: float) -> Style:
        """Return the true grey as background, with an ink that can be read on it."""
        return grey_style(darkness) if self.colour else self.text

    def shade(self, darkness: float) -> str:
        """Return the shade that stands for a grey where there is no colour."""
        return SHADES[round(4 * within(darkness))]

    def fill(self, darkness: float) -> str:
        """Return what fills a cell of a grey: a shade, unless its colour shows it."""
        return " " if self.colour else self.shade(darkness)

    def swatch(self, darkness: float, width: int) -> Segment:
        """Show a grey as a stretch of cells."""
        return Segment(self.fill(darkness) * width, self.grey(within(darkness)))

    def signed_cell(self, value: float, scale: float, text: str) -> Segment:
        """Show a signed number as a coloured cell: orange below zero, blue above, by its size."""
        if not self.colour:
            return Segment(text, self.text)
        return Segment(text, heat_style(value / scale if scale > 0 else 0.0, dark=self.dark))

    def strip(self, line: Line, width: int) -> Strip:
        """Make the row that is shown, exactly so wide."""
        if not self.unicode:
            line = [Segment(ascii_only(text), style) for text, style, _ in line]
        used = width_of(line)
        if used < width:
            line = [*line, Segment(" " * (width - used), self.text)]
        strip = Strip(line, max(used, width))
        return strip.crop(0, width) if used > width else strip


def within(value: float) -> float:
    """Return a value clipped to [0, 1]; NaN counts as 0."""
    return min(1.0, max(0.0, value)) if value == value else 0.0


def _bold(style: Style, strong: bool) -> Style:
    return style + Style(bold=True) if strong else style


@lru_cache(512)
def _grey_of(level: int) -> Style:
    ink = "#000000" if level > 116 else "#ffffff"
    return Style(color=ink, bgcolor=Color.from_rgb(level, level, level))


def grey_style(darkness: float) -> Style:
    """Return the grey of a darkness: 0 white, 1 black."""
    return _grey_of(round(255 * (1.0 - within(darkness))))


@lru_cache(1024)
def _heat_of(level: int, dark: bool) -> Style:
    share = abs(level) / 100
    base = (40, 40, 40) if dark else (238, 238, 238)
    full = (240, 130, 20) if level < 0 else (60, 140, 250)
    red, green, blue = (round(b + (f - b) * share) for b, f in zip(base, full, strict=True))
    ink = "#ffffff" if dark and share <= 0.55 else "#000000"
    return Style(color=ink, bgcolor=Color.from_rgb(red, green, blue))


def heat_style(share: float, *, dark: bool = True) -> Style:
    """Return the background for a signed share in [−1, 1]: orange below zero, blue above."""
    if math.isnan(share):
        return _heat_of(0, dark)
    return _heat_of(round(100 * min(1.0, max(-1.0, share))), dark)


def bar(value: float, scale: float, left: int, right: int) -> tuple[str, str]:
    """Draw a signed bar on both sides of a zero line.

    Parameters
    ----------
    value, scale : float
        A value of ±scale fills a side.
    left, right : int
        Cells on the sides; each result is exactly so long.
    """
    share = value / scale if scale > 0 and math.isfinite(value) else 0.0
    share = min(1.0, max(-1.0, share))
    if share < 0:
        halves = round(-share * left * 2)
        cells = HALF * (halves % 2) + EIGHTHS[-1] * (halves // 2)
        return cells.rjust(left), " " * right
    eighths = round(share * right * 8)
    cells = EIGHTHS[-1] * (eighths // 8) + EIGHTHS[eighths % 8].strip()
    return " " * left, cells.ljust(right)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in rows of at most so many cells; at least one row."""
    return wrap(text, max(1, width), break_on_hyphens=False) or [""]


def in_rows(text: str, width: int, rows: int) -> list[str]:
    """Return a text in exactly so many rows of at most so many cells, cut where it is longer."""
    lines = wrapped(text, width)
    if len(lines) > rows:
        lines[rows - 1] = f"{lines[rows - 1][: max(width - 2, 0)]}…"
    return [*lines[:rows], *[""] * (rows - len(lines))]


def width_of(line: Line) -> int:
    """Count the cells of a row; every character that is drawn is one cell wide."""
    return sum([len(segment.text) for segment in line])
