"""Lines of equal loss: nice levels, which level each cell has reached, and where a line runs."""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tui.panes.picture.axis import Floats, Integers, nice
from tui.terminal.glyphs import BRAILLE
from tui.words.numerals import rate, short

MOST_LEVELS = 8
"""Lines of equal loss on one picture, at most."""
_FEWEST = 4
"""A picture with fewer levels among 1, 2, 5 × 10ᵏ has evenly spaced ones."""
_LONGEST = 7
_FLATTEST, _STEEPEST = math.tan(math.radians(30)), math.tan(math.radians(75))
"""Lines between these slopes are drawn as diagonals."""

Glyphs: TypeAlias = NDArray[np.str_]

_BRAILLE = np.array(list(BRAILLE.glyphs))


def levels_of(losses: Floats) -> tuple[float, ...]:
    """Choose nice losses between the lowest and the highest, rising; at most `MOST_LEVELS`.

    They stand still while the losses move: 1, 2, 5 × 10ᵏ where those span much, else whole
    multiples of such a number.
    """
    finite = losses[np.isfinite(losses)]
    if not finite.size or not (low := float(finite.min())) < (high := float(finite.max())):
        return ()
    index = 3 * math.floor(math.log10(high)) + 3
    rungs = [_number(*nice(index - place)) for place in range(4 + MOST_LEVELS)]
    ladder = [level for level in rungs if low < level <= high][:MOST_LEVELS]
    if len(ladder) >= _FEWEST:
        return tuple(ladder[::-1])
    index = 3 * math.floor(math.log10(high - low)) - 4
    while (high - low) / _number(*nice(index)) > MOST_LEVELS - 1:
        index += 1
    digit, power = nice(index)
    step = _number(digit, power)
    marks = range(math.floor(low / step) + 1, math.floor(high / step) + 1)
    return tuple(_number(mark * digit, power) for mark in marks)


def level_text(level: float) -> str:
    """Write a nice number in a few characters."""
    text = rate(level)
    return text if len(text) <= _LONGEST else short(level, 1)


def reached(losses: Floats, levels: tuple[float, ...]) -> Integers:
    """Count the levels that each cell's loss has reached; what is not finite has reached all."""
    return np.searchsorted(np.array(levels), losses, side="right").astype(np.int64)


def lines_of(losses: Floats, levels: tuple[float, ...], *, unicode: bool) -> Glyphs:
    """Return a character for each cell: of the lines that run through it, or a space.

    Between which cells a line passes is exact; where between their middles, interpolated.
    """
    if not losses.size or not levels:
        return np.full(losses.shape, " ")
    if not unicode:
        return _characters(losses, levels)
    finite = np.nan_to_num(losses, nan=1e300, posinf=1e300)
    heights = reached(_between(_between(finite, 4).T, 2).T, levels).astype(np.int8)
    lit = np.zeros(heights.shape, np.bool_)
    # The lit dots are those on the higher side of a line.
    for here, there in ((np.s_[1:, :], np.s_[:-1, :]), (np.s_[:, 1:], np.s_[:, :-1])):
        lit[here] |= heights[here] > heights[there]
        lit[there] |= heights[there] > heights[here]
    return braille(lit)


def braille(lit: NDArray[np.bool_]) -> Glyphs:
    """Return the characters for dots, four high and two wide a cell."""
    glyphs: Glyphs = _BRAILLE[BRAILLE.codes(lit)]
    return glyphs


def labels_of(
    heights: Integers, levels: tuple[float, ...], free: NDArray[np.bool_]
) -> list[tuple[int, int, str]]:
    """Find a place on the line of each level for its loss: row, first column and text."""
    free = free.copy()
    rows = len(heights)
    # Between which neighbours in a row each line passes.
    low = np.minimum(heights[:, :-1], heights[:, 1:])
    high = np.maximum(heights[:, :-1], heights[:, 1:])
    # From the middle outwards; the corners have labels of their own.
    order = sorted(range(1, rows - 1), key=lambda row: abs(row - 0.62 * rows))
    found: list[tuple[int, int, str]] = []
    for height, level in enumerate(levels, 1):
        text = level_text(level)
        crossed = (low < height) & (high >= height)
        crossed_rows = set(np.flatnonzero(crossed.any(axis=1)).tolist())
        for row in order:
            if row not in crossed_rows:
                continue
            places = np.flatnonzero(crossed[row]).tolist()
            starts = [place + 1 - len(text) // 2 for place in (places[-1], places[0])]
            start = next((at for at in starts if _is_free(free[row], at, len(text))), None)
            if start is not None:
                found.append((row, start, text))
                free[row, start - 1 : start + len(text) + 1] = False
                break
    return found


def _is_free(free: NDArray[np.bool_], start: int, length: int) -> bool:
    """Whether a text fits there, with a cell to spare on both sides."""
    return 0 < start < len(free) - length and bool(free[start - 1 : start + length + 1].all())


def _between(losses: Floats, parts: int) -> Floats:
    """Cut each row into so many and interpolate, so that a row's loss is that of its middle."""
    rows = len(losses)
    places = (np.arange(rows * parts) + 0.5) / parts - 0.5
    low = np.clip(np.floor(places).astype(np.int64), 0, max(0, rows - 2))
    share = (places - low)[:, np.newaxis]
    # In place: so many large arrays a frame would take more time than the arithmetic.
    below: Floats = losses[low]
    below *= 1 - share
    above = losses[np.minimum(low + 1, rows - 1)]
    above *= share
    below += above
    return below


def _characters(losses: Floats, levels: tuple[float, ...]) -> Glyphs:
    """Draw the lines as strokes, in the cells on their higher side."""
    heights = reached(losses, levels)
    rows, columns = heights.shape
    around = np.pad(heights, 1, mode="edge")
    lowest = np.minimum.reduce(
        [
            around[:rows, 1:-1], around[2:, 1:-1], around[1:-1, :columns], around[1:-1, 2:],
        ]
    )  # fmt: skip
    edge = np.pad(np.where(np.isfinite(losses), losses, np.nan), 1, mode="edge")
    right = edge[1:-1, 2:] - edge[1:-1, :columns]
    # A row is twice as far as a column.
    down = (edge[2:, 1:-1] - edge[:rows, 1:-1]) / 2
    with np.errstate(invalid="ignore", over="ignore"):
        steep, flat = np.abs(right), np.abs(down)
        glyphs = np.where(right * down < 0, "\\", "/")
        glyphs[steep <= flat * _FLATTEST] = "-"
        glyphs[steep >= flat * _STEEPEST] = "|"
    glyphs[lowest >= heights] = " "
    return glyphs


def _number(digits: int, power: int) -> float:
    return float(f"{digits}e{power}")
