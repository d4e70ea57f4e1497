"""Curves and marks on two logarithmic axes, drawn with dots."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from rich.segment import Segment
from rich.style import Style

from core.structs import Struct
from tui.panes.picture.axis import Integers
from tui.panes.picture.canvas import pieces, put
from tui.panes.picture.contours import Glyphs
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import ASCII_DOTS, BRAILLE, SIDE, TICK

TIMES = (
    (1e-9, "1 ns"), (1e-6, "1 µs"), (1e-3, "1 ms"), (1.0, "1 s"), (3600.0, "1 h"),
    (86_400.0, "1 day"), (365.25 * 86_400, "1 year"), (365_250 * 86_400.0, "1,000 years"),
)  # fmt: skip
"""Labels of an axis of seconds."""
BOLD = Style(bold=True)
"""Makes a mark stronger than its curve, in the same colour."""
_PREFIXES = ("", " k", " M", " G", " T", " P", " E", " Z")
_APART = 2
"""Columns between two labels at least; and rows from one to the next."""


class Axis(Struct):
    """A logarithmic axis."""

    low: float
    high: float
    labels: Sequence[tuple[float, str]]
    """Values that may have a label, ascending; those outside have none."""

    def share(self, value: float) -> float:
        """Return where a value is: 0 at the low end, 1 at the high one."""
        return math.log(value / self.low) / math.log(self.high / self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Return where the labels within are, as shares, and their texts."""
        places = [(self.share(value), text) for value, text in self.labels]
        return [(place, text) for place, text in places if 0.0 <= place <= 1.0]


def powers_of_ten(low: float, high: float) -> list[tuple[float, str]]:
    """Return the powers of ten from one value to another, with labels such as 0.1, 10 and 1 M."""
    found = []
    for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1):
        group, place = divmod(power, 3)
        text = f"{10**place}{_PREFIXES[group]}" if power >= 0 else f"{10.0**power:g}"
        found.append((10.0**power, text))
    return found


class Curve(Struct):
    """Points that are joined by lines."""

    points: Sequence[tuple[float, float]]
    style: Style


class Mark(Struct):
    """A character at a point."""

    at: tuple[float, float]
    glyph: str
    style: Style


class Chart(Struct):
    """Curves, and over them marks."""

    across: Axis
    up: Axis
    curves: Sequence[Curve]
    marks: Sequence[Mark]
    shared: str = ""
    """Stands where different marks share a cell; else the last one does."""


def draw_chart(chart: Chart, width: int, height: int, ink: Ink) -> list[Line]:
    """Return the rows, the last one the labels of the axis."""
    gutter = max((len(text) for _, text in chart.up.ticks()), default=0) + 2
    wide, high = width - gutter, height - 1
    glyphs: Glyphs = np.full((high, wide), " ")
    codes: Integers = np.zeros((high, wide), np.int64)
    styles = [ink.text]
    dots = BRAILLE if ink.unicode else ASCII_DOTS
    every = np.zeros((high * dots.high, wide * 2), np.bool_)
    for curve in chart.curves:
        lit = np.zeros_like(every)
        for x, y in _between(chart, curve.points, lit.shape):
            lit[y, x] = True
        every |= lit  # where curves share a cell, it shows both, in the style of the last one
        crossed, cells = dots.codes(lit) > 0, dots.codes(every)
        styles.append(curve.style)
        glyphs[crossed] = np.array(list(dots.glyphs))[cells[crossed]]
        codes[crossed] = len(styles) - 1
    taken: dict[tuple[int, int], str] = {}
    for mark in chart.marks:
        styles.append(mark.style)
        right, above = chart.across.share(mark.at[0]), chart.up.share(mark.at[1])
        if 0.0 <= right <= 1.0 and 0.0 <= above <= 1.0:
            cell = _row(above, high), min(wide - 1, int(right * wide))
            is_shared = bool(chart.shared) and taken.setdefault(cell, mark.glyph) != mark.glyph
            put(glyphs, codes, cell, chart.shared if is_shared else mark.glyph, len(styles) - 1)
    labels = _beside(chart.up, high)
    rows: list[Line] = []
    for row, line in enumerate(pieces(glyphs, codes, styles)):
        edge = TICK if row in labels else SIDE
        rows.append([Segment(f"{labels.get(row, ''):>{gutter - 1}}{edge}", ink.dim), *line])
    return [*rows, [Segment(_below(chart.across, gutter, wide), ink.dim)]]


def _row(share: float, high: int) -> int:
    """Return the row of a share of the height; 0 is the top one."""
    return high - 1 - min(high - 1, int(share * high))


def _between(
    chart: Chart, points: Sequence[tuple[float, float]], shape: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield the dots on the lines from each point to the next, as column and row."""
    places = [
        (chart.across.share(x) * (shape[1] - 1), (1 - chart.up.share(y)) * (shape[0] - 1))
        for x, y in points
    ]
    for first, second in pairwise(places):
        count = 2 + int(max(abs(second[0] - first[0]), abs(second[1] - first[1])))
        for part in range(count):
            share = part / (count - 1)
            x = round(first[0] + share * (second[0] - first[0]))
            y = round(first[1] + share * (second[1] - first[1]))
            if 0 <= x < shape[1] and 0 <= y < shape[0]:
                yield x, y


def _beside(axis: Axis, high: int) -> dict[int, str]:
    """Return the labels of the rows, as many as have room."""
    found: dict[int, str] = {}
    for share, text in axis.ticks():
        row = _row(share, high)
        if all(other - row >= _APART for other in found):
            found[row] = text
    return found


def _below(axis: Axis, gutter: int, wide: int) -> str:
    """Return the row of labels, each below the middle of its place, as many as have room."""
    cells = [" "] * (gutter + wide)
    end = 0
    for share, text in axis.ticks():
        at = gutter + min(wide - 1, int(share * wide)) - len(text) // 2
        at = max(0, min(at, len(cells) - len(text)))
        if at >= end:
            cells[at : at + len(text)] = text
            end = at + len(text) + _APART
    return "".join(cells)
