"""Two pictures of a sweep as text: curves of the loss together, and loss against multiply-adds."""

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style

from tui.panes.picture.axis import LABEL_WIDTH, Axis, log_axis
from tui.sweep.work import Curve
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import ASCII_DOTS, BEST, BRAILLE, CONTOUR, HERE, SIDE, TICK, Dots
from tui.words.machine import thousands_text
from tui.words.numerals import count
from tui.words.phrases import fit

_HIGHER = 10.0
"""Curves are shown up to so many times the highest loss that one of them begins with."""
_BEYOND = 1.1
"""With a goal, curves are shown up to so many times the highest cost to reach it."""
_NARROW = 2.0
"""Losses that differ by less than this factor have labels at the ends of their axis."""
_LEFT = LABEL_WIDTH + 2
LEAST = (_LEFT + 12, 4)
"""Columns and rows of the smallest picture."""
_COST = ("multiply-adds", "mult.-adds")
"""What the axis across shows, the longest text first."""
_OTHER, _CHOSEN, _FRONTIER, _BLANK = range(4)

Floats: TypeAlias = NDArray[np.float64]
Lit: TypeAlias = NDArray[np.bool_]


class Chart:
    """Cells of dots, drawn on one layer after the other.

    Parameters
    ----------
    width, height : int
        Cells, with the title, the labels on the left and those below.
    low, high : float
        The losses that are to be seen, above 0; the axis is logarithmic.
    ink : Ink
        How to write.
    """

    def __init__(self, width: int, height: int, low: float, high: float, ink: Ink) -> None:
        self.rows = height - 2
        self.dots: Dots = BRAILLE if ink.unicode else ASCII_DOTS
        is_narrow = high < _NARROW * low
        axis = _narrow_axis(low, high, self.rows) if is_narrow else None
        self.axis: Axis = axis or log_axis(low, high, self.rows, self.dots.high)
        self._left = max(LABEL_WIDTH, *map(len, self.axis.labels.values())) + 2
        self.columns = width - self._left
        self._width = width
        self._ink = ink
        self._codes = np.zeros((self.rows, self.columns), np.uint8)
        self._roles = np.full((self.rows, self.columns), _BLANK)
        self._marks: dict[tuple[int, int], str] = {}

    def blank(self) -> Lit:
        """Return dots of which none is lit."""
        return np.zeros((self.rows * self.dots.high, 2 * self.columns), np.bool_)

    def places(self, losses: Floats) -> NDArray[np.int64]:
        """Return the row of dots of losses."""
        shares = 1 - self.axis.heights(losses)
        return np.rint(shares * (self.rows * self.dots.high - 1)).astype(np.int64)

    def lay(self, lit: Lit, role: int) -> None:
        """Lay dots over what is there: their cells are theirs alone."""
        codes = self.dots.codes(lit)
        self._codes = np.where(codes > 0, codes, self._codes)
        self._roles = np.where(codes > 0, role, self._roles)

    def mark(self, row: int, column: int, glyph: str, role: int) -> None:
        """Set a mark instead of a cell's dots; the row and the column are those of dots."""
        cell = row // self.dots.high, column // 2
        self._marks[cell] = glyph
        self._roles[cell] = role

    def level(self, loss: float, glyph: str, role: int) -> None:
        """Draw a level line: where nothing is, and in every other cell over what is not chosen."""
        row = int(self.places(np.array([loss]))[0]) // self.dots.high
        is_even = np.arange(self.columns) % 2 == 0
        is_free = (self._codes[row] == 0) | ((self._roles[row] == _OTHER) & is_even)
        for column in np.flatnonzero(is_free).tolist():
            self._marks[row, column] = glyph
            self._roles[row, column] = role

    def lines(
        self, titles: Sequence[str], left: str = "", names: Sequence[str] = ("",), right: str = ""
    ) -> list[Line]:
        """Return the rows: the title, the picture with the labels of its axis, those below.

        Parameters
        ----------
        titles : sequence of str
            What the upright axis shows, the longest text first.
        left, right : str
            The ends of the other axis.
        names : sequence of str
            What that one shows, the longest text first.
        """
        ink = self._ink
        styles: list[Style] = [ink.previous, ink.focus, ink.good, ink.text]
        title = fit(*titles, width=self._width - 1)[: self._width - 1]
        lines: list[Line] = [[Segment(f" {title}", ink.dim)]]
        for row in range(self.rows):
            label = self.axis.labels.get(row, "")
            line = [Segment(f"{label:>{self._left - 2}} {TICK if label else SIDE}", ink.dim)]
            for column in range(self.columns):
                text = self._marks.get((row, column), self.dots.glyphs[self._codes[row, column]])
                style = styles[self._roles[row, column]]
                if len(line) > 1 and line[-1].style is style:
                    line[-1] = Segment(line[-1].text + text, style)
                else:
                    line.append(Segment(text, style))
            lines.append(line)
        # The end on the left goes below the labels, so that a name has room between both.
        begin, room = f"{left:>{self._left + 1}}", self.columns - 1 - len(right)
        name = fit(*(f" {each} " for each in names), "", width=room)
        return [*lines, [Segment(f"{begin}{name:^{max(0, room)}}{right}", ink.dim)]]


def _narrow_axis(low: float, high: float, rows: int) -> Axis | None:
    """Return an axis that is labelled at its ends, for losses that are close together."""
    unit = 10.0 ** (math.floor(math.log10(low)) - 2)
    bottom, top = math.floor(low / unit), math.ceil(high / unit)
    if rows < 2 or not 1e-4 <= low <= high < 1e4:
        return None
    if bottom == top:
        bottom, top = bottom - 1, top + 1
    texts = (f"{value * unit:.3g}" for value in (top, bottom))
    labels = dict(zip((0, rows - 1), texts, strict=True))
    return Axis(math.log10(bottom * unit), math.log10(top * unit), None, labels)


class Towards(NamedTuple):
    """A goal, which curves are drawn towards, over multiply-adds instead of steps."""

    name: str
    """What it is called."""
    loss: float | None
    """The loss that it is; None: an accuracy."""
    reach: float
    """The most multiply-adds that a row needs to reach it; 0: none does."""


def curves_chart(
    others: Sequence[Curve],
    chosen: Sequence[Curve],
    goal: Towards | None,
    width: int,
    height: int,
    ink: Ink,
) -> list[Line]:
    """Draw loss curves, those of the chosen row on top.

    Parameters
    ----------
    others, chosen : sequence of ndarray, shape (2, points)
        The curves: over steps, or with a goal over multiply-adds.
    goal : Towards, optional
        The goal.
    width, height : int
        Cells for all of it.
    ink : Ink
        How to write.
    """
    titles = ["loss (log scale)", "loss (log)", "loss"]
    if goal is not None and goal.loss:
        titles = [f"{title}; {CONTOUR} goal {goal.name}" for title in titles[:-1]] + titles
    seen = [_positive(curve) for curve in (*others, *chosen)]
    last = max((int(curve[0, -1]) for curve in seen if curve.size), default=0)
    if goal is not None and goal.reach:
        last = min(last, math.ceil(_BEYOND * goal.reach))
    seen = [_until(curve, last) for curve in seen]
    drawn = [curve for curve in seen if curve.size]
    if not drawn:
        return _nothing(titles[-1], width, height, ink)
    limit = _HIGHER * max(float(curve[1, 0]) for curve in drawn)
    low = min(float(curve[1].min()) for curve in drawn)
    high = min(limit, max(float(curve[1].max()) for curve in drawn))
    level = 0.0 if goal is None or goal.loss is None else goal.loss
    if level:
        low, high = min(low, level), max(high, level)
    chart = Chart(width, height, low, high, ink)
    for curves, role in ((seen[: len(others)], _OTHER), (seen[len(others) :], _CHOSEN)):
        lit = chart.blank()
        for curve in curves:
            if curve.size:
                _trace(chart, lit, curve, last)
        chart.lay(lit, role)
    if level:
        chart.level(level, CONTOUR, _FRONTIER)
    if goal is None:
        return chart.lines(titles, "0", ("step",), f"{last:,}")
    return chart.lines(titles, "0", _COST, thousands_text(last))


def _positive(curve: Curve) -> Floats:
    """Return those points of a curve that a log axis can show."""
    kept = np.isfinite(curve[1]) & (curve[1] > 0)
    return curve[:, kept].astype(np.float64)


def _until(curve: Floats, last: int) -> Floats:
    """Return a curve until a place across, where it is between two of its points."""
    if not curve.size or curve[0, -1] <= last:
        return curve
    end = math.exp(np.interp(last, curve[0], np.log(curve[1])))
    return np.column_stack([curve[:, curve[0] < last], [last, end]])


def _trace(chart: Chart, lit: Lit, curve: Floats, last: int) -> None:
    """Light the dots of a curve, its points joined."""
    columns = np.rint(curve[0] / max(last, 1) * (2 * chart.columns - 1)).astype(np.int64)
    every = np.arange(columns[0], columns[-1] + 1)
    places = np.rint(np.interp(every, columns, chart.places(curve[1]))).astype(np.int64)
    before = np.concatenate([places[:1], places[:-1]])
    # A steep piece goes from just beside the dot before it to its own.
    tops = np.where(before < places, np.minimum(before + 1, places), places)
    bottoms = np.where(before > places, np.maximum(before - 1, places), places)
    rows = np.arange(lit.shape[0])[:, np.newaxis]
    lit[:, every] |= (tops <= rows) & (rows <= bottoms)


def scatter_chart(
    costs: Floats,
    losses: Floats,
    frontier: Sequence[int],
    chosen: int | None,
    width: int,
    height: int,
    ink: Ink,
) -> list[Line]:
    """Draw the loss after all steps against their multiply-adds, both on log axes.

    Parameters
    ----------
    costs, losses : ndarray, shape (rows of the table,)
        Medians; what is not finite and above 0 is left out.
    frontier : sequence of int
        Which of them no other one beats.
    chosen : int, optional
        Which of them is selected.
    width, height : int
        Cells for all of it.
    ink : Ink
        How to write.
    """
    titles = [
        f"loss after all steps (log scale); {BEST} frontier, {HERE} selected",
        f"loss after all steps (log scale); {BEST} frontier",
        f"loss at the end (log); {BEST} frontier",
        "loss after all steps (log)",
        "loss at the end",
    ]
    usable = np.isfinite(costs) & np.isfinite(losses) & (costs > 0) & (losses > 0)
    if not usable.any():
        return _nothing(titles[-1], width, height, ink)
    low, high = float(losses[usable].min()), float(losses[usable].max())
    chart = Chart(width, height, low, high, ink)
    least, most = float(costs[usable].min()), float(costs[usable].max())
    reach = math.log10(most / least)
    rows = chart.places(np.where(usable, losses, low))
    shares = np.full(len(costs), 0.5)
    if reach:
        shares = np.log10(np.where(usable, costs, least) / least) / reach
    columns = np.rint(shares * (2 * chart.columns - 1)).astype(np.int64)
    lit = chart.blank()
    lit[rows[usable], columns[usable]] = True
    chart.lay(lit, _OTHER)
    for place in frontier:
        if usable[place]:
            chart.mark(int(rows[place]), int(columns[place]), BEST, _FRONTIER)
    if chosen is not None and usable[chosen]:
        chart.mark(int(rows[chosen]), int(columns[chosen]), HERE, _CHOSEN)
    if not reach:
        same = f"each costs {count(round(least))}"
        return chart.lines(titles, names=(f"{same} multiply-adds", same))
    logs = " of all steps (log scale)", " of all steps (log)", " (log)"
    names = [f"{name}{log}" for name in _COST for log in logs]
    return chart.lines(titles, thousands_text(least), [*names, *_COST], thousands_text(most))


def _nothing(title: str, width: int, height: int, ink: Ink) -> list[Line]:
    """Return the rows of a picture that has nothing to show."""
    rows = [f" {title}", "", f"{' ' * _LEFT}No loss above 0 yet."]
    rows += [""] * (height - len(rows))
    return [[Segment(row[:width], ink.dim)] for row in rows]
