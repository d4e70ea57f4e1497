"""The frame of a landscape: which part of it is shown, at nice scales and keeping still.

A column is 1, 2 or 5 · 10ᵏ wide and a row twice that, as a character is about twice as high as it
is wide: so angles are true, and the way straight downhill crosses the lines of equal loss at right
angles. Cells stand at whole multiples of that, so that their values are round numbers.
"""

import math
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias

import numpy as np

from core.arrays import Array
from core.structs import Struct

Point: TypeAlias = tuple[float, float]
"""Across and up."""

_MARGIN = 0.12
"""The share of the frame at each edge that is not its middle part."""
_BEYOND = 0.4
"""How much farther than to a lowest point one should see, so that its other side is in sight."""
_FINEST = 1e-12
"""A column is at least this share of the largest value: finer ones could not be told apart."""

FARTHEST = 1e300
"""Farther points are not computed: the distance between two has to be a number."""


class Frame(Struct):
    """A grid of cells over a plane."""

    rung: int
    """A column is so wide: 0 is 1, 1 is 2, 2 is 5, 3 is 10, −1 is 0.5, …"""
    left: int
    """The middle of the first column, counted in columns from 0."""
    bottom: int
    """The middle of the lowest row, counted in rows from 0."""
    width: int
    """Columns."""
    height: int
    """Rows."""

    @property
    def step(self) -> Point:
        """From one column to the next, and from one row to the next one up."""
        return multiple(1, self.rung), multiple(2, self.rung)

    @cached_property
    def columns(self) -> Array:
        """The places of the columns, rising, shape (width,)."""
        return np.array([multiple(self.left + x, self.rung) for x in range(self.width)])

    @cached_property
    def rows(self) -> Array:
        """The places of the rows, the topmost first, shape (height,)."""
        top = self.bottom + self.height - 1
        return np.array([multiple(2 * (top - y), self.rung) for y in range(self.height)])

    def cell(self, place: Point) -> tuple[int, int]:
        """Return row and column of the cell that a finite place is in; it may be outside."""
        x, y = (round(value / step) for value, step in zip(place, self.step, strict=True))
        return self.bottom + self.height - 1 - y, x - self.left

    def moved_to_hold(self, place: Point) -> "Frame":
        """Move by as few cells as it takes for a place to be in the middle part."""
        row, column = self.cell(place)
        x, y = _margin(self.width), _margin(self.height)
        right = min(0, column - x) + max(0, column - (self.width - 1 - x))
        down = min(0, row - y) + max(0, row - (self.height - 1 - y))
        if not right and not down:
            return self
        return replace(self, left=self.left + right, bottom=self.bottom - down)


def frame_for(
    point: Point,
    others: list[Point],
    width: int,
    height: int,
    *,
    reach: float,
    previous: Frame | None = None,
    closer: int = 0,
    keep_scale: bool = False,
) -> Frame:
    """Choose the frame for a point and what should be seen with it.

    The previous frame stays, to the cell, while the point is in its middle part and its scale will
    do: coarser only when something would be left out, finer only when two rungs finer would do.

    Parameters
    ----------
    point : tuple of two floats
        What must be in the frame; no farther out than `FARTHEST`.
    others : list of tuples of two floats
        What is to be in it too; those that are farther out are left out.
    width, height : int
        Columns and rows.
    reach : float
        At least so much is to be seen on each side of the point.
    previous : Frame, optional
        The frame before.
    closer : int
        So many rungs finer than it takes, around the point; below 0, coarser.
    keep_scale : bool
        Whether the scale must stay whatever happens, because a key is held.
    """
    if previous is not None and (previous.width, previous.height) != (width, height):
        previous = None
    if previous is not None and keep_scale:
        return previous.moved_to_hold(point)
    around = [place for place in others if all(abs(part) <= FARTHEST for part in place)]
    around += [(point[0] - reach, point[1] - reach), (point[0] + reach, point[1] + reach), point]
    low, high = (tuple(map(end, zip(*around, strict=True))) for end in (min, max))
    rung = _rung_for(low, high, width, height) - closer
    if previous is not None and previous.rung - 1 <= rung <= previous.rung:
        held = previous.moved_to_hold(point)
        if closer or rung < previous.rung or all(_is_inside(held, end) for end in (low, high)):
            return held
    unit, tall = multiple(1, rung), multiple(2, rung)
    middle = point if closer else ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
    left = round(middle[0] / unit - (width - 1) / 2)
    bottom = round(middle[1] / tall - (height - 1) / 2)
    return Frame(rung, left, bottom, width, height).moved_to_hold(point)


def extremes(places: Array) -> list[Point]:
    """Return two corners of the box around those places, shape (n, 2), that can be looked at."""
    near = places[(np.abs(places) <= FARTHEST).all(axis=1)]
    if not near.size:
        return []
    low, high = near.min(axis=0).tolist(), near.max(axis=0).tolist()
    return [(low[0], low[1]), (high[0], high[1])]


def both_sides(bottom: Point, places: list[Point]) -> list[Point]:
    """Return the corners of a box around a lowest point, so that it is seen to be one.

    It reaches some way beyond it as seen from the farthest of the places.
    """
    far = max([max(abs(x - bottom[0]), abs(y - bottom[1])) for x, y in places], default=0.0)
    side = _BEYOND * far
    return [(bottom[0] - side, bottom[1] - side), (bottom[0] + side, bottom[1] + side)]


def multiple(count: int, rung: int) -> float:
    """Return so many widths of a column, rounded once: 0.15 and not 0.15000000000000002."""
    digit, power = (1, 2, 5)[rung % 3], rung // 3
    if abs(power) > 22:
        return count * digit * float(f"1e{power}")
    return count * digit * 10.0**power if power >= 0 else count * digit / 10.0**-power


def _rung_for(low: Point, high: Point, width: int, height: int) -> int:
    """Find the finest scale at which everything between two corners is in the middle part."""
    wide, tall = width - 1 - 2 * _margin(width), height - 1 - 2 * _margin(height)
    needed = max((high[0] - low[0]) / max(1, wide), (high[1] - low[1]) / (2 * max(1, tall)))
    needed = max(needed, _FINEST * max(map(abs, (*low, *high))), 1e-280)
    rung = 3 * math.floor(math.log10(needed)) - 1
    while multiple(1, rung) < needed:
        rung += 1
    return rung


def _margin(cells: int) -> int:
    return int(cells * _MARGIN)


def _is_inside(frame: Frame, place: Point) -> bool:
    row, column = frame.cell(place)
    return 0 <= row < frame.height and 0 <= column < frame.width
