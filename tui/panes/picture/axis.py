"""The loss plot's value axis: nice numbers evenly apart in rows, on a linear or a log scale."""

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.structs import Struct

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

LABEL_WIDTH = 5
"""A value's label is seldom wider, so the curve does not move sideways."""
_MOST = 8
"""Labels above the lowest one, at most."""
_DIGITS = ((1, 1.0), (2, 1.0), (5, 1.0), (3, 1.15), (4, 1.15), (6, 1.15), (8, 1.15))
"""First digits of a linear step, and how much longer an axis seems with them."""
_BESIDE_DECADES = 1.5
"""How much longer a log axis may be for labels 1, 10, 100 instead of 2, 20, 200."""
_RATIOS = (
    (2, 0),
    (5, 0),
    *((1, power) for power in (1, 2, 3, 4, 5, 6, 8, 10, 20, 50, 100, 200, 500, 1000)),
)
"""From one label of a log axis to the next: a factor, and a power of ten."""


class Axis(Struct):
    """A value axis. Heights are 0 at its bottom and 1 at its top."""

    bottom: float
    top: float
    unit: float | None
    """Linear: what bottom, top and losses are counted in, far from any overflow.
    None is the log scale: bottom and top are powers of ten."""
    labels: Mapping[int, str]
    """What stands beside which row, counted from the top: nice numbers, evenly apart in rows."""

    def heights(self, losses: Floats) -> Floats:
        scaled = np.log10(losses) if self.unit is None else losses / self.unit
        return np.clip((scaled - self.bottom) / (self.top - self.bottom), 0.0, 1.0)


class _Spacing(Struct):
    """A way to put labels into rows, the lowest one into the last row."""

    rows: tuple[int, ...]
    """The rows of the labels, counted from the top, from the lowest label up."""
    reach: Fraction
    """How high the axis is, in distances from one label to the next."""

    @property
    def cost(self) -> float:
        """How much longer an axis seems with it: two labels show less of a scale than five."""
        return float(self.reach) * (1 + 1 / (2 * (len(self.rows) - 1)))


@lru_cache(64)
def _spacings(rows: int, dots: int) -> tuple[_Spacing, ...]:
    """Find every way to put labels into some rows of dots, a whole number of rows apart.

    The distance in dots is such that the dot of the lowest label is the last of its row, the dot of
    the highest the first of its own, and each one between is in its own row too.
    """
    if rows == 1:  # a single label, that of the top
        return (_Spacing((0, 0), Fraction(1)),)
    found = []
    for apart in range(min(2, rows - 1), rows):
        if (more := (rows - 1) // apart) <= _MOST:
            reach = Fraction(more * (rows * dots - 1), dots * apart * more + dots - 1)
            places = tuple(rows - 1 - apart * mark for mark in range(more + 1))
            found.append(_Spacing(places, reach))
    return tuple(found)


@lru_cache(64)
def linear_axis(low: float, high: float, rows: int, dots: int) -> Axis:
    """Choose nice steps, counted from 0, for rows of so many dots.

    `low` is at most 0 and `high` at least 0.
    """
    if low == high:
        high = 1.0
    # Decimals, since steps near the smallest and the largest float are no floats themselves.
    lowest, highest, unit = Decimal(low), Decimal(high), max(high, -low)
    best: tuple[bool, float, Axis] | None = None
    for spacing in _spacings(rows, dots):
        if lowest < 0 < highest and spacing.reach < 2:
            continue  # 0 has no label between two
        parts, of = spacing.reach.as_integer_ratio()
        for digit, dearer in _DIGITS:
            # The axis is no shorter than what is to be drawn.
            if best is not None and (False, dearer * spacing.cost * of / parts) >= best[:2]:
                continue
            power = math.floor(math.log10(unit) - math.log10(digit * parts / of)) - 1
            step, first = Decimal(0), 0
            while (first * of + parts) * step < highest * of or not step:
                power += 1
                step = Decimal(digit).scaleb(power)
                first = math.floor(lowest / step)
            share = step / Decimal(unit)
            cost = float(share) * spacing.cost * dearer
            if best is not None and (False, cost) >= best[:2]:
                continue
            marks = range(first, first + len(spacing.rows))
            texts = [_label(mark * digit, power) for mark in marks]
            # 2e10 is preferred to 1.5e10, which would need a wider column.
            is_wide = any(len(text) > LABEL_WIDTH for text in texts)
            if best is None or (is_wide, cost) < best[:2]:
                ends = float(first * share), float((first * of + parts) * share / of)
                best = is_wide, cost, Axis(*ends, unit, dict(zip(spacing.rows, texts, strict=True)))
    return Axis(low / unit, high / unit, unit, {}) if best is None else best[2]


@lru_cache(64)
def log_axis(low: float, high: float, rows: int, dots: int) -> Axis:
    """Choose powers of ten, or where they would be too few the doubles of a nice number.

    The marks 1, 2, 5 are not evenly apart on a log scale; 1, 2, 4, 8 are, and 1, 10, 100.
    """
    top = math.log10(high) - 1e-12
    index = _mark_below(low)
    best: tuple[bool, float, Axis] | None = None
    for digit, power in {nice(index), (1, index // 3)}:
        bottom = power + math.log10(digit)
        for spacing in _spacings(rows, dots):
            reach = float(spacing.reach)
            heights = [reach * (powers + math.log10(factor)) for factor, powers in _RATIOS]
            place = next(n for n, height in enumerate(heights) if bottom + height >= top)
            height, (factor, powers) = heights[place], _RATIOS[place]
            marks = range(len(spacing.rows))
            texts = [_label(digit * factor**mark, power + powers * mark) for mark in marks]
            is_wide = any(len(text) > LABEL_WIDTH for text in texts)
            cost = (powers + math.log10(factor)) * spacing.cost
            if powers and digit > 1:
                cost *= _BESIDE_DECADES
            if best is None or (is_wide, cost) < best[:2]:
                labels = dict(zip(spacing.rows, texts, strict=True))
                best = is_wide, cost, Axis(bottom, bottom + height, None, labels)
    assert best is not None
    return best[2]


def nice(index: int) -> tuple[int, int]:
    """Number the nice values …, 0.5, 1, 2, 5, 10, …, of which 1 is 0: a digit, a power of ten."""
    return (1, 2, 5)[index % 3], index // 3


def _mark_below(loss: float) -> int:
    """Find the largest nice value at or below a positive loss, but for the rounding of a float."""
    index = 3 * math.floor(math.log10(loss)) + 3
    most = Decimal(loss) * Decimal("1.000000000001")
    while Decimal(nice(index)[0]).scaleb(nice(index)[1]) > most:
        index -= 1
    return index


def _label(digits: int, power: int) -> str:
    """Write digits · 10^power: 0.05 or 2,500, else the short way: 2.5e4 or 1e−05."""
    value = Decimal(digits).scaleb(power)
    text = f"{value:,f}"
    if len(text) > LABEL_WIDTH:
        power = value.adjusted()
        mantissa = value.scaleb(-power).normalize()
        text = f"{mantissa:f}e{power:0{3 if power < 0 else 1}d}" if digits else "0"
    return text.replace("-", "−")
