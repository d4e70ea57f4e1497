"""The loss plot as text: axes with nice ticks, curves in braille or ASCII that lose no spike."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import TypeAlias

import numpy as np

from core.metrics import Course, Curve, RateCourse, TestCurve
from core.structs import Struct
from tui.panes.picture.axis import LABEL_WIDTH, Axis, Floats, Integers, linear_axis, log_axis, nice
from tui.terminal.glyphs import ASCII_DOTS, BRAILLE, CURSOR, SIDE, TICK, Dots, ascii_only

_LONGER, _FEW = 4, 40
# A previous run is shown over at most so many times the present one's steps, or so few steps …
_HIGHER = 3  # … and up to so many times its highest loss
_NARROWEST = 8  # columns; where the value axis would leave the curve fewer, it is left out


Places: TypeAlias = Integers | Floats
"""Where steps stand from left to right, in what they are counted in; whole numbers are exact."""


class Across(Struct):
    """What the steps of both curves are counted in, from left to right, where not in steps."""

    course: Course
    """What the steps of the curve took."""
    previous: Course | None
    """The same of the previous run."""
    label: Callable[[float], str]
    """Writes an amount."""


class Plot(Struct):
    """A drawn plot: its text, what each cell is, and which step stands where."""

    rows: tuple[str, ...]
    """The text; every row is as wide as was asked for."""
    roles: tuple[str, ...]
    """One letter a cell: a axis or label, c curve, t test losses, e earlier curve, r learning rate,
    x cursor, space blank."""
    first_step: int
    """The step at the left end of the curve."""
    last_step: int
    """The step at its right end; −1 if there is none. Counted in something else than steps: the
    newest step of the curve, which may end before that."""
    end: float
    """What stands at its right end, in what steps are counted in; −1 if nothing does."""
    left: int
    """The first column of the curve."""
    columns: int
    """How many columns the curve has."""
    note: str
    """What could not be drawn, in a few words; mostly empty."""
    across: Across | None
    """What steps are counted in, if not in steps."""

    def step_at(self, column: int) -> int | None:
        """Return the step at a column: the newest one at the last column. None beside the curve."""
        place, spaces = column - self.left, max(self.columns - 1, 1)
        if self.last_step < 0 or not 0 <= place < self.columns:
            return None
        if self.across is not None:
            return min(self.last_step, self.across.course.step_at(place / spaces * self.end))
        return (2 * place * self.last_step + spaces) // (2 * spaces)

    def column_of(self, step: int) -> int | None:
        """Return the column of a step; None if it is not on the plot."""
        if not 0 <= step <= self.last_step or not self.columns:
            return None
        place = _placed(np.array([step]), None if self.across is None else self.across.course)
        return self.left + int(_dot_columns(place, self.end, self.columns)[0]) // 2


def plot(
    curve: Curve,
    width: int,
    height: int,
    *,
    log: bool,
    previous_run: Curve | None,
    cursor: int | None,
    unicode: bool,
    test: TestCurve | None = None,
    rates: RateCourse | None = None,
    across: Across | None = None,
) -> Plot:
    """Draw a curve, behind it test losses and an earlier curve on the same axes, and a cursor.

    Learning rates are a dotted line behind all that, from 0 at the bottom to the highest of them at
    the top. The last row is that of the step labels, where there is more than one row.
    """
    width, height, rows = max(width, 0), max(height, 0), max(height - 1, 1)
    curves = [curve] if previous_run is None else [curve, previous_run]
    courses = (None, None) if across is None else (across.course, across.previous)
    bands, end = _on_the_same_axes(curves, courses, log)
    last_step = int(end) if across is None else curve.length - 1
    if test is not None:
        bands.insert(1, _points(test, end, log, courses[0]))
    dots = BRAILLE if unicode else ASCII_DOTS
    axis = _axis(bands, rows, dots, log)
    labels = axis.labels if axis else {}
    left = max([LABEL_WIDTH, *map(len, labels.values())]) + 2
    if width < left + _NARROWEST + 1:
        left = 0
    columns = max(width - left - 1, 0) if left else width
    note = _note(curves, bands, log)
    frame = Plot(("",) * height, ("",) * height, 0, last_step, end, left, columns, note, across)
    if not width or not height:
        return frame
    roles = "c" + ("t" if test is not None else "") + ("e" if previous_run is not None else "")
    layers = [_codes(band, axis, frame, rows, dots) for band in bands]
    if rates is not None and curve.length:
        roles += "r"
        layers.append(_rate_codes(rates, min(curve.length - 1, last_step), frame, rows, dots))
    lines = []
    for row in range(rows):
        cells, names = _stack([layer[row] for layer in layers], roles, dots.glyphs)
        lines.append((_edge(labels.get(row, ""), left) + cells, "a" * left + names))
    if cursor is not None and (column := frame.column_of(cursor)) is not None:
        lines = [_marked(*line, column) for line in lines]
    if height > 1:
        lines.append((" " * left + _step_labels(frame), "a" * width))
    text = [cells.ljust(width) for cells, _ in lines]
    if not unicode:
        text = [ascii_only(line) for line in text]
    return replace(frame, rows=tuple(text), roles=tuple(role.ljust(width) for _, role in lines))


def _edge(label: str, left: int) -> str:
    """Draw a row's piece of the value axis, so many columns wide; none where it is left out."""
    return f"{label:>{left - 2}} {TICK if label else SIDE}" if left else ""


def _marked(cells: str, roles: str, column: int) -> tuple[str, str]:
    """Draw the cursor into a row, where the curve leaves room for it."""
    marked = cells[:column] + cells[column].replace(" ", CURSOR) + cells[column + 1 :]
    return marked, roles[:column] + "x" + roles[column + 1 :]


class _Band(Struct):
    """The buckets of a curve that have a place on the axis, with their lowest and highest loss."""

    buckets: Integers
    places: Places
    low: Floats
    high: Floats


def _on_the_same_axes(
    curves: list[Curve], courses: tuple[Course | None, Course | None], log: bool
) -> tuple[list[_Band], float]:
    """Return the band of a curve, that of an earlier one if there is one, and where both end.

    The earlier one is cut off where it is far longer, or far higher, than the curve.
    """
    bands = [_band(each, log, course) for each, course in zip(curves, courses, strict=False)]
    last_step = curves[0].length - 1
    end = _place(last_step, courses[0])
    if len(curves) > 1:
        # In units, as many as the few steps would have taken in the run as it is.
        few = _place(_FEW, courses[0]) if last_step >= 0 else _FEW
        most = max(_LONGER * end, few)
        end = max(end, min(_place(curves[1].length - 1, courses[1]), most))
        bands[1] = _within(bands[1], end, math.inf if log else _HIGHER * _top(bands[0]))
    return bands, end


def _place(step: int, course: Course | None) -> float:
    """Return where one step stands from left to right."""
    if course is None or step < 0:
        return step
    return float(course.at(np.array([step]))[0])


def _placed(steps: Integers, course: Course | None) -> Places:
    """Return where steps stand from left to right."""
    return steps if course is None else course.at(steps)


def _band(curve: Curve, log: bool, course: Course | None) -> _Band:
    low, high = curve.minimum, curve.maximum
    if log:
        # Where a bucket reaches 0 or below, its highest loss is all that surely has a place.
        low = np.where(low > 0, low, high)
        buckets = np.flatnonzero(high > 0)
    else:
        buckets = np.flatnonzero(np.isfinite(high))
    # A bucket stands at its middle step, but the curve begins and ends where the steps do.
    steps = np.arange(len(high)) * curve.width + curve.width // 2
    steps[:1] = 0
    steps[-1:] = curve.length - 1
    return _Band(buckets, _placed(steps, course)[buckets], low[buckets], high[buckets])


def _points(test: TestCurve, end: float, log: bool, course: Course | None) -> _Band:
    """Return the test losses as points that are not joined: between them nobody has looked."""
    losses, places = test.losses, _placed(test.steps, course)
    kept = np.isfinite(losses) & (places <= end)
    if log:
        kept &= losses > 0
    buckets = 2 * np.arange(len(losses))
    return _Band(buckets[kept], places[kept], losses[kept], losses[kept])


def _top(band: _Band) -> float:
    return float(band.high.max()) if band.high.size else math.inf


def _within(band: _Band, end: float, top: float) -> _Band:
    """Leave out what would press the present run flat, to the left or to the bottom."""
    kept = (band.places <= end) & (band.low <= top)
    high = np.minimum(band.high[kept], top)
    return _Band(band.buckets[kept], band.places[kept], band.low[kept], high)


def _note(curves: list[Curve], bands: list[_Band], log: bool) -> str:
    if log and any((each.minimum <= 0).any() for each in curves):
        return "a log scale cannot show 0"
    if any(each.length for each in curves) and not any(band.low.size for band in bands):
        return "no loss is finite"
    return ""


def _axis(bands: list[_Band], rows: int, dots: Dots, log: bool) -> Axis | None:
    """Choose the value axis that takes in all there is to draw; None if that is nothing."""
    lows = [float(band.low.min()) for band in bands if band.low.size]
    highs = [float(band.high.max()) for band in bands if band.high.size]
    if not lows:
        return None
    if log:
        return log_axis(min(lows), max(highs), rows, dots.high)
    return linear_axis(min(*lows, 0.0), max(*highs, 0.0), rows, dots.high)


def _dot_columns(places: Places, end: float, columns: int) -> Integers:
    """Spread places over the dots of some columns, two a column: the end on the last dot."""
    if places.dtype == np.int64:
        last = int(end)
        steps = places.astype(np.int64)
        return (2 * steps * (2 * columns - 1) + last) // max(2 * last, 1)
    shares = places / end if end > 0 else np.zeros_like(places)
    return np.floor(shares * (2 * columns - 1) + 0.5).astype(np.int64)


def _codes(
    band: _Band,
    axis: Axis | None,
    frame: Plot,
    rows: int,
    dots: Dots,
    *,
    is_dotted: bool = False,
) -> list[list[int]]:
    """Draw one curve alone, as rows of cells: each the code of the dots that are lit in it."""
    if axis is None or not band.buckets.size:
        return [[0] * frame.columns] * rows
    high = rows * dots.high
    lit = np.zeros((high, 2 * frame.columns), np.bool_)
    first, tops, bottoms = _spans(band, axis, frame, high)
    places = np.arange(high)[:, np.newaxis]
    lit[:, first : first + len(tops)] = (tops <= places) & (places <= bottoms)
    if is_dotted:
        lit[:, 1::2] = False
    codes: list[list[int]] = dots.codes(lit).tolist()
    return codes


def _rate_codes(
    rates: RateCourse, last: int, frame: Plot, rows: int, dots: Dots
) -> list[list[int]]:
    """Draw the learning rates up to a step, on an axis of their own, in every other dot column."""
    sampled = np.linspace(0, last, 4 * frame.columns).astype(np.int64).tolist()
    steps = sorted({*sampled, *rates.turns(last)})
    values = np.array([rates.at(step) for step in steps])
    axis = Axis(0.0, 1.0, rates.highest(last) or 1.0, {})
    places = _placed(np.array(steps), None if frame.across is None else frame.across.course)
    band = _Band(np.arange(len(steps)), places, values, values)
    return _codes(band, axis, frame, rows, dots, is_dotted=True)


def _spans(band: _Band, axis: Axis, frame: Plot, dots: int) -> tuple[int, Integers, Integers]:
    """Find the first column of dots, and the highest and lowest dot lit in each from there on."""
    columns = _dot_columns(band.places, frame.end, frame.columns)
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    ends = np.append(starts[1:], len(columns)) - 1
    # A column is joined to the next one if no bucket between them is missing: that is a gap.
    joined = np.append(band.buckets[starts[1:]] - band.buckets[ends[:-1]] == 1, False)
    columns = columns[starts]
    high = (1 - axis.heights(np.maximum.reduceat(band.high, starts))) * (dots - 1)
    low = (1 - axis.heights(np.minimum.reduceat(band.low, starts))) * (dots - 1)

    every = np.arange(columns[0], columns[-1] + 1)
    nearest = np.searchsorted(columns, every, side="right") - 1
    tops = np.rint(np.interp(every, columns, high)).astype(np.int64)
    bottoms = np.rint(np.interp(every, columns, low)).astype(np.int64)
    # Where neighbours would not touch, each is drawn out half the way to the other.
    here = np.flatnonzero(joined[nearest[:-1]])
    there = here + 1
    down, up = (bottoms[here] + tops[there]) // 2, (bottoms[there] + tops[here]) // 2
    bottoms[here], tops[there] = np.maximum(bottoms[here], down), np.minimum(tops[there], down + 1)
    tops[here], bottoms[there] = np.minimum(tops[here], up + 1), np.maximum(bottoms[there], up)
    tops[(columns[nearest] != every) & ~joined[nearest]] = dots
    return int(columns[0]), tops, bottoms


def _stack(layers: list[list[int]], names: str, glyphs: str) -> tuple[str, str]:
    """Lay one row of the curves over one another, the current one on top: cells and roles."""
    codes, roles = list(layers[-1]), [names[-1] if code else " " for code in layers[-1]]
    for layer, name in zip(layers[-2::-1], names[-2::-1], strict=True):
        shared = False
        for x, code in enumerate(layer):
            if not code:
                shared = False
                continue
            below, before = roles[x], roles[x - 1] if shared else ""
            # No curve hides another: they share the cell, and where they run together every other
            # cell has the colour of the one below. A test loss is a single dot, so it comes first.
            shared = below != " "
            codes[x] |= code
            if below == "t":
                roles[x] = name if before == "t" else "t"
            else:
                roles[x] = below if shared and before == name else name
    return "".join(map(glyphs.__getitem__, codes)), "".join(roles)


def _step_labels(frame: Plot) -> str:
    """Write the first and the last place, and nice ones between them where they have room."""
    last, across = frame.end, frame.across
    label = _whole if across is None else across.label
    newest = label(last) if frame.last_step >= 0 else ""
    if last <= 0 or frame.last_step < 1 or len(newest) + 2 > frame.columns:
        # Alone, the newest label keeps its end of the row; never is one cut short.
        text = newest.rjust(frame.columns) if last else newest
        return (text if len(text) <= frame.columns else "").ljust(frame.columns)
    pitch = (frame.columns - 1) / last
    smallest = 0 if across is None else 3 * math.floor(math.log10(last) - 3)
    end = frame.columns - len(newest)
    steps = (
        (index, digit * 10**power) for index in count(smallest) for digit, power in [nice(index)]
    )
    index = next(
        index for index, n in steps if n * pitch >= len(label(math.ceil(last / n - 1) * n)) + 3
    )
    text = _marked_amounts(frame, index, label, end)
    if text == "0" and index > smallest:  # the only one is too near the end: others have room
        text = _marked_amounts(frame, index - 1, label, end)
    return text.ljust(end) + newest


def _marked_amounts(frame: Plot, index: int, label: Callable[[float], str], end: int) -> str:
    """Write the multiples of a nice amount up to a column, each that has room."""
    digit, power = nice(index)
    step = digit * 10**power
    text, marks = "0", np.arange(1, math.ceil(frame.end / step)) * step
    places = _dot_columns(marks, frame.end, frame.columns) // 2
    for mark, place in zip(marks.tolist(), places.tolist(), strict=True):
        name = label(mark)
        start = place - (len(name) - 1) // 2
        if len(text) + 2 <= start <= end - len(name) - 2:
            text = text.ljust(start) + name
    return text


def _whole(amount: float) -> str:
    """Write a count of steps."""
    return f"{int(amount):,}"
