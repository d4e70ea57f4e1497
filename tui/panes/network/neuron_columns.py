"""Where the numbers of a hidden layer's table stand, and with how many decimals."""

from dataclasses import dataclass, replace
from functools import lru_cache

STENCIL = 3
"""The stencil's column; two cells a pixel."""
_NUMBERS = STENCIL + 4
"""Where the numbers begin."""
NAME = 7
"""Cells of the word before a gradient."""


@dataclass(frozen=True)
class Columns:
    """How the numbers are written, and where they begin; 0 for one that has no room."""

    places: int
    """Decimals of weights."""
    finer: int
    """Decimals of sums, activations and products."""
    weights: int
    sum: int
    activation: int
    out: int
    adds: int
    update: int
    finest: int
    """Decimals of gradients and steps."""


@lru_cache(64)
def columns_for(width: int) -> Columns:
    """Lay the table out. As it gets narrower the updates go first, then products, then weights."""
    for places, finer, finest in ((6, 6, 8), (4, 4, 6), (3, 3, 5), (2, 3, 5)):
        columns = _with_update(_placed(places, finer), finest)
        if columns.update + NAME + 2 * (finest + 3) + 3 <= width:
            return columns
    for places, finer in ((4, 4), (2, 3)):
        columns = _placed(places, finer)
        if columns.adds + finer + 3 <= width:
            return columns
    plain = _placed(2, 3)
    if plain.activation + 6 <= width:
        return Columns(2, 3, plain.weights, plain.sum, plain.activation, 0, 0, 0, 5)
    if width >= _NUMBERS + 16:
        return Columns(2, 3, 0, _NUMBERS + 1, _NUMBERS + 10, 0, 0, 0, 5)
    return Columns(2, 3, 0, 0, _NUMBERS + 1, 0, 0, 0, 5)


def _placed(places: int, finer: int) -> Columns:
    """Lay out all but gradient and step."""
    weight, number = places + 3, finer + 3
    sum_ = _NUMBERS + 2 * (weight + 1) + 1
    activation = sum_ + number + 3
    out = activation + number + 3
    return Columns(places, finer, _NUMBERS + 1, sum_, activation, out, out + weight + 3, 0, 5)


def _with_update(columns: Columns, finest: int) -> Columns:
    """Add columns for gradient and step."""
    return replace(columns, update=columns.adds + columns.finer + 5, finest=finest)
