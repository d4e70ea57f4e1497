"""The colours of a map: a scale says which ground each value has, and the ink which style that is.

A darkness, an amount, a yes or no is shown as the grey it is, everything else as a signed colour.
Each colour comes in 33 grounds, so that neighbours share one and little has to be sent; without
colour a fill takes its place.
"""

import math
from functools import lru_cache

import numpy as np
from rich.segment import Segment
from rich.style import Style

from core.images import Answer, Task
from core.structs import Struct
from tui.panes.picture.axis import Floats, Integers, nice
from tui.panes.picture.contours import Glyphs
from tui.terminal.drawing import Ink, Line, grey_style, heat_style
from tui.terminal.glyphs import LETTERS, SHADES, SIGNED_SHADES, TENTHS

BLANK, LINE, TEXT, DOT, HERE = range(5)
"""What stands in a cell: nothing, a line, a text, an image, the selected image."""
ROLES = 8
"""The code of a style is ground × 8 + role."""
YES_LEVELS, LEVELS = 2, 10
"""Levels of a map in few of them: of yes and no, and of all else."""
_SHADES = 32
_FIRST_SIGNED = _SHADES + 1
NO_NUMBER = 2 * _FIRST_SIGNED
"""The ground of what is not finite."""
_SHOWS_ITSELF = (Answer.DARKNESS, Answer.AMOUNT, Answer.YES_NO)
_BOUNDED = ("tanh", "sigmoid")


class ColourScale(Struct):
    """Which ground each value has."""

    signed: bool
    """Orange below zero and blue above; otherwise 0 is white and 1 black."""
    scale: float = 1.0
    """The value of the full colour."""
    levels: int | None = None
    """How many grounds are told apart; None: as many as there are."""

    def shares(self, values: Floats) -> Floats:
        """Return values as shares of the scale, held in [0, 1] or [−1, 1]; NaN stays NaN."""
        shares: Floats = np.clip(values / self.scale, -1.0 if self.signed else 0.0, 1.0)
        return shares

    def bands(self, values: Floats, count: int) -> Integers:
        """Return in which of so many equal parts of the scale each value is, from 0."""
        shares = np.nan_to_num(self.shares(values))
        shares = (shares + 1.0) / 2.0 if self.signed else shares
        return np.minimum(np.floor(shares * count), count - 1).astype(np.int64)

    def grounds(self, values: Floats) -> Integers:
        """Return the number of each value's ground."""
        if self.levels is None:
            shares = np.nan_to_num(self.shares(values))
        elif self.signed:
            shares = (2.0 * self.bands(values, self.levels) + 1.0) / self.levels - 1.0
        else:
            shares = self.bands(values, self.levels) / (self.levels - 1.0)
        half = _SHADES // 2
        grounds = _FIRST_SIGNED + half + np.rint(half * shares) if self.signed else shares * _SHADES
        return np.where(np.isfinite(values), np.rint(grounds), NO_NUMBER).astype(np.int64)

    def fills(self, values: Floats) -> Glyphs:
        """Return what fills each cell where there is no colour."""
        if self.levels is not None:
            fills = TENTHS if self.levels == LEVELS else SHADES[0] + SHADES[-1]
            return np.array(list(fills))[self.bands(values, self.levels)]
        shares = np.nan_to_num(self.shares(values))
        places = np.rint(2.0 * shares + 2.0) if self.signed else np.rint(4.0 * shares)
        fills = SIGNED_SHADES if self.signed else SHADES
        return np.array(list(fills))[places.astype(np.int64)]

    def letters(self, values: Floats) -> Glyphs:
        """Return a letter for each value, from a, the lowest of the scale, to k, the highest."""
        shares = np.nan_to_num(self.shares(values))
        shares = (shares + 1.0) / 2.0 if self.signed else shares
        return np.array(list(LETTERS))[np.rint(10.0 * shares).astype(np.int64)]

    def legend(self, ink: Ink, names: tuple[str, str] = ("", "")) -> Line:
        """Show the scale from its low end to its high one, with a word for each end."""
        if ink.colour:
            steps = np.linspace(-self.scale if self.signed else 0.0, self.scale, self.levels or 9)
            styles = styles_of(ink)
            codes = [int(ground) * ROLES + BLANK for ground in self.grounds(steps)]
            shown = [Segment(" ", styles[code]) for code in codes]
        else:
            fills = SIGNED_SHADES if self.signed else SHADES
            if self.levels is not None:
                fills = TENTHS if self.levels == LEVELS else SHADES[0] + SHADES[-1]
            shown = [Segment(fills, ink.text)]
        top = f"{self.scale:g}"
        low, high = (f"−{top}", f"+{top}") if self.signed else ("0", top)
        low, high = f"{names[0]} {low}".strip(), f"{high} {names[1]}".strip()
        return [Segment(f"{low} ", ink.dim), *shown, Segment(f" {high}", ink.dim)]


def shows_itself(task: Task) -> bool:
    """Whether a task's answers are from 0 to 1, and so have a grey of their own."""
    return task.answer in _SHOWS_ITSELF


def colours_of_answer(task: Task, values: Floats, *, few: bool) -> ColourScale:
    """Choose the colours for a task's answers: those of a network, or the right ones."""
    if shows_itself(task):
        levels = YES_LEVELS if task.yes_no else LEVELS
        return ColourScale(False, levels=levels if few else None)
    scale = round_above(values)
    if task.answer is Answer.DIFFERENCE:
        scale = max(1.0, scale)
    return ColourScale(True, scale, LEVELS if few else None)


def colours_of_neuron(activation: str, values: Floats, *, few: bool) -> ColourScale:
    """Choose the colours for a hidden neuron's outputs."""
    scale = 1.0 if activation in _BOUNDED else round_above(values)
    return ColourScale(True, scale, LEVELS if few else None)


def round_above(values: Floats) -> float:
    """Find the smallest of 1, 2, 5 × 10ᵏ that no finite value exceeds in size; 1 for none at all.

    It stands still while values move.
    """
    sizes = np.abs(values[np.isfinite(values)])
    most = float(sizes.max()) if sizes.size else 0.0
    if not 1e-280 < most < 1e300:
        return 1.0 if most < 1.0 else 1e300
    index = 3 * math.floor(math.log10(most))
    while (found := float("{}e{}".format(*nice(index)))) < most:
        index += 1
    return found


@lru_cache(16)
def styles_of(ink: Ink) -> list[Style]:
    """Return the style of every role on every ground."""
    styles: list[Style] = []
    half, here = _SHADES // 2, ink.selected + Style(bold=True)
    for ground in range(NO_NUMBER + 1):
        share = (ground - _FIRST_SIGNED - half) / half
        full = grey_style(ground / _SHADES)
        if ground >= _FIRST_SIGNED:
            full = heat_style(share, dark=ink.dark)
        blank = Style(bgcolor=full.bgcolor)
        if not ink.colour:
            full = ink.text
            blank = ink.signed(share) if ground >= _FIRST_SIGNED else ink.text
        if ground == NO_NUMBER:
            full = blank = ink.warning
        styles += [blank, full, full, full + Style(bold=True), here, full, full, full]
    return styles
