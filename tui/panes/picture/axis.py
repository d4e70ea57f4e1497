"""The loss plot's value axis: nice ticks, in linear steps from 0 or in powers of ten."""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import count
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

LABEL_WIDTH = 5
"""A value's label is seldom wider, so the curve does not move sideways."""
_PITCH = 1.6
"""Rows from one value label to the next, at least."""


@dataclass(frozen=True)
class Axis:
    """A value axis. Heights are 0 at its bottom and 1 at its top."""

    bottom: float
    top: float
    unit: float | None
    """Linear: what bottom, top and losses are counted in, far from any overflow.
    None is the log scale: bottom and top are powers of ten."""
    ticks: tuple[tuple[float, str], ...]
    """Heights and labels, from the top down."""

    def heights(self, losses: Floats) -> Floats:
        scaled = np.log10(losses) if self.unit is None else losses / self.unit
        return np.clip((scaled - self.bottom) / (self.top - self.bottom), 0.0, 1.0)


@lru_cache(64)
def linear_axis(low: float, high: float, rows: int) -> Axis:
    """Choose the finest nice steps, counted from 0, of which a few are enough.

    `low` is at most 0 and `high` at least 0.
    """
    if low == high:
        high = 1.0
    unit = max(high, -low)
    most = min(max(5, (rows - 1) // 2), 10)
    index = 3 * math.floor(math.log10(unit)) - 6
    while True:
        # Fractions, since steps near the smallest and the largest float have none of their own.
        digit, power = nice(index)
        step = digit * Fraction(10) ** power
        first, last = math.floor(Fraction(low) / step), math.ceil(Fraction(high) / step)
        parts = last - first
        index += 1
        if parts > most:
            continue
        # Label each mark, or every second, …: what divides the axis evenly and leaves room.
        strides = [n for n in range(1, parts) if not parts % n and n * (rows - 1) >= _PITCH * parts]
        marks = range(last, first - 1, -min([*strides, parts]))
        ticks = [((mark - first) / parts, _label(mark * digit, power)) for mark in marks]
        # 2e10 is preferred to 1.5e10, which would need a wider column.
        if parts <= 2 or all(len(label) <= LABEL_WIDTH for _, label in ticks):
            step /= Fraction(unit)
            return Axis(float(first * step), float(last * step), unit, tuple(ticks))


@lru_cache(64)
def log_axis(low: float, high: float, rows: int) -> Axis:
    """Choose powers of ten, or the marks 1, 2, 5 where there would be too few of them."""
    first, last = _mark_above(low), _mark_above(high)
    if _nice_value(first) > low or first == last:
        first -= 1
    unit = 1
    if last - first > 6:
        unit, first, last = 3, first // 3 * 3, -(-last // 3) * 3
    # The bottom moves down to where the last of the evenly spaced labels stands.
    parts = (last - first) // unit
    stride = -(-parts // max(1, int((rows - 1) / _PITCH))) * unit
    first = last + (first - last) // stride * stride
    bottom, top = _nice_log10(first), _nice_log10(last)
    ticks = tuple(
        ((_nice_log10(mark) - bottom) / (top - bottom), _label(*nice(mark)))
        for mark in range(last, first - 1, -stride)
    )
    return Axis(bottom, top, None, ticks)


def nice(index: int) -> tuple[int, int]:
    """Number the nice values …, 0.5, 1, 2, 5, 10, …, of which 1 is 0: a digit, a power of ten."""
    return (1, 2, 5)[index % 3], index // 3


def _nice_value(index: int) -> float:
    digit, power = nice(index)
    return float(f"{digit}e{power}")


def _nice_log10(index: int) -> float:
    digit, power = nice(index)
    return power + math.log10(digit)


def _mark_above(loss: float) -> int:
    """Find the smallest nice value at or above a positive loss."""
    return next(n for n in count(3 * math.floor(math.log10(loss)) - 1) if _nice_value(n) >= loss)


def _label(digits: int, power: int) -> str:
    """Write digits · 10^power: 0.05 or 2,500, else the short way: 2.5e4 or 1e−05."""
    value = Decimal(digits).scaleb(power)
    text = f"{value:,f}"
    if len(text) > LABEL_WIDTH:
        power = value.adjusted()
        mantissa = value.scaleb(-power).normalize()
        text = f"{mantissa:f}e{power:0{3 if power < 0 else 1}d}" if digits else "0"
    return text.replace("-", "−")
