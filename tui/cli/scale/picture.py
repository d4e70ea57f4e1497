"""A log-log picture in plain text: the time of a step over its multiply-adds."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from core.structs import Struct

LEAST_WIDTH = 44
"""Cells that the picture needs."""
_MOST_WIDTH = 100
_HEIGHT = 18
_LABEL = 9
_HOUR = 3600.0
_YEAR = 365.25 * 24 * _HOUR
_TIMES = (
    ("1 ps", 1e-12),
    ("1 ns", 1e-9),
    ("1 µs", 1e-6),
    ("1 ms", 1e-3),
    ("1 s", 1.0),
    ("1 h", _HOUR),
    ("1 year", _YEAR),
    ("1 k years", 1e3 * _YEAR),
    ("1 M years", 1e6 * _YEAR),
)
"""Times that the axis is labelled with."""


class Line(Struct):
    """The times of one engine or accelerator."""

    mark: str
    """One character."""
    name: str
    seconds: Sequence[float]
    """Of each network; all are above 0."""


class _Axis(Struct):
    """A logarithmic axis."""

    least: float
    """Exponent of ten of its first cell."""
    most: float
    """Exponent of ten of its last cell."""
    cells: int

    @classmethod
    def over(cls, values: Sequence[float], cells: int) -> "_Axis":
        """Return an axis that all values are on, from one power of ten to another."""
        powers = [math.log10(value) for value in values]
        least = math.floor(min(powers))
        return cls(least, max(math.ceil(max(powers)), least + 1), cells)

    def cell(self, value: float) -> int:
        """Return the cell of a value; it is outside 0 … cells − 1 if the value is not on it."""
        share = (math.log10(value) - self.least) / (self.most - self.least)
        return round(share * (self.cells - 1))


def picture(multiply_adds: Sequence[float], lines: Sequence[Line], width: int) -> str:
    """Draw seconds over multiply-adds, both logarithmic.

    Parameters
    ----------
    multiply_adds : sequence of float
        Of a step of each network, in the order of their numbers from 1; all are above 0.
    lines : sequence of Line
        What is drawn; marks of the later ones lie over those of the earlier.
    width : int
        Cells of a line, at least `LEAST_WIDTH`.
    """
    columns = min(width, _MOST_WIDTH) - _LABEL - 2
    across = _Axis.over(multiply_adds, columns)
    up = _Axis.over([time for line in lines for time in line.seconds], _HEIGHT)
    field = [[" "] * columns for _ in range(_HEIGHT)]
    marks: list[tuple[int, int, str]] = []
    for line in lines:
        cells = [
            (across.cell(each), up.cell(time))
            for each, time in zip(multiply_adds, line.seconds, strict=True)
        ]
        for column, row in _between(cells):
            field[row][column] = "·"
        marks += [(column, row, line.mark) for column, row in cells]
    for column, row, mark in marks:
        field[row][column] = mark
    labels = {up.cell(seconds): name for name, seconds in _TIMES}
    rows = [
        f"{labels.get(row, ''):>{_LABEL}} │{''.join(field[row])}".rstrip()
        for row in reversed(range(_HEIGHT))
    ]
    return "\n".join([*rows, *_bottom(multiply_adds, across)]) + "\n"


def _between(cells: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Return the cells on the way from each cell to the next, left to right."""
    ordered = sorted(cells)
    for (left, start), (right, end) in pairwise(ordered):
        for column in range(left, right):
            yield column, round(start + (end - start) * (column - left) / (right - left))


def _bottom(multiply_adds: Sequence[float], across: _Axis) -> list[str]:
    """Return the lower axis: powers of a thousand, and below them the numbers of the networks."""
    blank, start = " " * _LABEL, " " * (_LABEL + 2)
    axis, powers = ["─"] * across.cells, [" "] * across.cells
    for power in range(math.ceil(across.least / 3) * 3, math.floor(across.most) + 1, 3):
        cell = across.cell(10.0**power)
        axis[cell] = "┴"
        text = f"1e{power}"
        if cell + len(text) <= across.cells:
            powers[cell : cell + len(text)] = text
    numbers: list[list[str]] = []
    for number, each in enumerate(multiply_adds, 1):
        text, cell = str(number), across.cell(each)
        cell = min(cell, across.cells - len(text))
        # Numbers that would touch go to a line of their own.
        room = max(0, cell - 1), cell + len(text) + 1
        row = next((row for row in numbers if not "".join(row[slice(*room)]).strip()), None)
        if row is None:
            numbers.append(row := [" "] * across.cells)
        row[cell : cell + len(text)] = text
    return [
        f"{blank} └{''.join(axis)}",
        f"{start}{''.join(powers)}".rstrip(),
        *(f"{start}{''.join(row)}".rstrip() for row in numbers),
    ]
