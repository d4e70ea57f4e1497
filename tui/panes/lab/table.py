"""The table of the lab: a line for each engine, where the time goes, and the experiments."""

import math
from collections.abc import Mapping, Sequence

from rich.segment import Segment
from rich.style import Style

from core.metrics import IN_A_ROW
from core.prediction import Experiment, Prediction, Share
from core.rates import Disturbance, Kept, is_far_off
from core.structs import Struct
from tui.panes.lab.survey import Survey
from tui.panes.lab.words import (
    LOADING,
    after_pause_text,
    doctor,
    exactly,
    growth_text,
    installing_text,
    rates_text,
    times,
    unknown_text,
    verdict,
    why_not,
)
from tui.terminal.drawing import Ink, Line, width_of, wrapped
from tui.terminal.glyphs import POINTER, SHADES
from tui.words.machine import long_time_text, percent_text
from tui.words.numerals import short
from tui.words.phrases import fit
from tui.worker.timing import Readings

KEYS = {Experiment.IMAGES: "i", Experiment.WIDTH: "w", Experiment.LAYER: "l"}
"""Which key measures an experiment."""
ENOUGH = 3
"""Readings of a short step from which on they are held against its prediction; of one as long as
`IN_A_ROW`, the first is."""
LONGER = 1.5
"""Times that a step after a pause takes at least, to be worth a word."""
_NAME = 19
_COLUMNS = (
    ("predicted", 10), ("measured", 10), ("ratio", 7), ("of peak", 9), ("speed", 10),
    ("median", 10),
)  # fmt: skip
"""Columns with their cells; those that there is no room for are left out, from the last on."""
_ORDER = ("predicted", "measured", "median", "ratio", "speed", "of peak")
_SHORTEST = 12
"""Cells of the bar at least, if its parts are named."""
_FIGURES = 83
"""Columns behind the name of an experiment, with the reason why it is not timed."""
_WHOLE = 60
"""Columns that the experiments need, each in a row of its own."""
_BARS = SHADES[4], SHADES[2], SHADES[0]
"""Of call, compute and memory."""


class Table(Struct):
    """What the rows show."""

    survey: Survey
    engines: tuple[str, ...]
    own: str
    """The engine of the run."""
    selected: str
    readings: Mapping[str, Readings]
    """Of the network of the run, by engine."""
    waiting: Mapping[str, str]
    """Why an engine is not timed."""
    tried: Mapping[Experiment, Readings]
    """Of the experiments that were asked for, on the selected engine."""
    disturbances: Sequence[Disturbance]
    kept: Kept
    """The rates that it is predicted from."""
    percent: int | None = None
    """How much of the measuring of rates is done; None if that is not going on."""
    problem: str = ""
    """Why measuring rates again has failed."""
    after_pause: float = math.inf
    """Seconds of a step of the run after a pause; infinite if none was measured."""


def table_rows(table: Table, width: int, height: int, ink: Ink) -> list[Line]:
    """Return all rows, for so many columns; where they are more than `height`, in a brief form."""
    shown = _shown(width)
    rows = [_cells(["", *shown], width, ink, [ink.dim] * len(shown), "")]
    rows += [_engine(table, name, shown, width, ink) for name in table.engines]
    prediction = table.survey.now.predictions.get(table.selected)
    if prediction is None:
        is_loading = table.waiting.get(table.selected) in LOADING.values()
        is_measuring = table.percent is not None
        text = unknown_text(table.selected, is_loading=is_loading, is_measuring=is_measuring)
        return [*rows, *_words(text, width, ink, ink.dim), *_rates(table, width, ink)]
    bar = bar_row(prediction.share, width, ink)
    words = _words(verdict(table.survey, table.selected, width - 1), width, ink, ink.text)
    why = _words(growth_text(table.survey, table.selected, width - 1), width, ink, ink.dim)
    trouble = _doctor(table, width, ink) + _not_timed(table, width, ink)
    about = _after_pause(table, width, ink) + _rates(table, width, ink)
    if width >= _WHOLE:
        experiments = [*trouble, *_experiments(table, width, ink)]
        for told, later in (([*words, *why], about), (words, [*why, *about])):
            whole = [*rows, bar, *told, *experiments]
            if len(whole) <= height:
                whole += later
                more = _words(installing_text(), width, ink, ink.dim)
                return whole + more[: max(0, height - len(whole))]
    tried = _brief_experiments(table, width, ink)
    # What is below the last row is scrolled to: first what a person cannot do without.
    first = [*(trouble or words), *tried]
    if trouble:
        return [*rows, *first, *words, bar, *why, *about]
    if len(rows) + len(first) < height:
        return [*rows, *first, bar, *why, *about]
    return [*rows, bar, *tried, *words, *why, *about]


def _shown(width: int) -> list[str]:
    """Return the columns that there is room for."""
    left, shown = width - _NAME - 1, []
    for name, cells in _COLUMNS:
        left -= cells
        if left < 0:
            break
        shown.append(name)
    return [name for name in _ORDER if name in shown]


def _cells(texts: Sequence[str], width: int, ink: Ink, styles: Sequence[Style], mark: str) -> Line:
    """Return a row: the name, and right-aligned what is in the columns."""
    sizes = dict(_COLUMNS)
    name, *others = texts
    line = [Segment(f"{mark or ' '}", ink.focus), Segment(f"{name:<{_NAME - 1}}", ink.text)]
    for column, text, style in zip(_shown(width), others, styles, strict=True):
        line.append(Segment(text.rjust(sizes[column]), style))
    return line


def _engine(table: Table, name: str, shown: Sequence[str], width: int, ink: Ink) -> Line:
    """Return the line of an engine."""
    prediction, readings = table.survey.now.predictions.get(name), table.readings[name]
    lacking = "press s" if name == table.own else "too large"
    waiting = table.waiting.get(name, lacking if readings.is_too_large else "…")
    texts = _figures(prediction, readings, table.survey.peak_for(name), waiting)
    is_off = _is_off(prediction, readings)
    styles = [ink.warning if each == "ratio" and is_off else ink.text for each in shown]
    styles = [
        ink.strong if each == "measured" and readings.seconds else style
        for each, style in zip(shown, styles, strict=True)
    ]
    label = f"{name}, this run" if name == table.own else name
    mark = POINTER if name == table.selected else ""
    return _cells([label, *(texts[each] for each in shown)], width, ink, styles, mark)


def _figures(
    prediction: Prediction | None, readings: Readings, peak: float, waiting: str
) -> dict[str, str]:
    """Return the texts of all columns."""
    found = dict.fromkeys(_ORDER, "")
    found["predicted"] = "–" if prediction is None else long_time_text(prediction.seconds)
    found["measured"] = long_time_text(readings.fastest) if readings.seconds else waiting
    found["median"] = long_time_text(readings.median) if readings.seconds else ""
    if prediction is None:
        return found
    if readings.seconds:
        found["ratio"] = times(readings.fastest / prediction.seconds)
    seconds = readings.fastest if readings.seconds else prediction.seconds
    speed = prediction.multiply_adds / seconds
    mark = "" if readings.seconds else "≈"
    found["speed"], found["of peak"] = mark + speed_text(speed), mark + percent_text(speed / peak)
    return found


def speed_text(speed: float) -> str:
    """Write multiply-adds per second: 1.03 G/s."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if speed >= size * 0.9995:
            return f"{short(speed / size)} {letter}/s"
    return f"{short(speed)}/s"


def _is_off(prediction: Prediction | None, readings: Readings) -> bool:
    if prediction is None or not readings.seconds:
        return False
    is_enough = len(readings.seconds) >= ENOUGH or readings.fastest >= IN_A_ROW
    return is_enough and is_far_off(prediction.seconds, readings.fastest)


def bar_row(share: Share, width: int, ink: Ink) -> Line:
    """Return a bar of what a step is spent on, and its parts."""
    parts = (("call", share.call), ("compute", share.compute), ("memory", share.memory))
    styles = (ink.positive, ink.downhill, ink.dim)
    shares = [percent_text(seconds / share.total) for _, seconds in parts]
    labels = [f" {name} {part}" for (name, _), part in zip(parts, shares, strict=True)]
    if sum(len(label) + 3 for label in labels) > width - _SHORTEST:
        labels = [f" {part}" for part in shares]
    cells = max(0, width - sum(len(label) + 3 for label in labels) - 2)
    ends = [0.0]
    for _, seconds in parts:
        ends.append(ends[-1] + seconds)
    places = [round(cells * end / share.total) for end in ends]
    line = [Segment(" ", ink.text)]
    for bar, style, first, last in zip(_BARS, styles, places, places[1:], strict=False):
        line.append(Segment(bar * (last - first), style))
    for bar, style, label in zip(_BARS, styles, labels, strict=True):
        line += [Segment("  ", ink.text), Segment(bar, style), Segment(label, ink.text)]
    return line


def _words(text: str, width: int, ink: Ink, style: Style) -> list[Line]:
    return [[Segment(f" {row}", style)] for row in wrapped(text, width - 1)] if text else []


def _doctor(table: Table, width: int, ink: Ink) -> list[Line]:
    """Return what most likely disturbs, where a measurement is far from its prediction: that of the
    selected engine, else of the first one."""
    predictions = table.survey.now.predictions
    for engine in (table.selected, *table.engines):
        prediction, readings = predictions.get(engine), table.readings[engine]
        if prediction is not None and _is_off(prediction, readings):
            text = doctor(
                engine,
                prediction.seconds,
                readings.fastest,
                table.disturbances,
                were_rates_disturbed=table.kept.was_disturbed,
            )
            return _words(text, width, ink, ink.warning)
    return []


def _not_timed(table: Table, width: int, ink: Ink) -> list[Line]:
    """Return why the selected engine is not timed."""
    readings = table.readings[table.selected]
    if readings.seconds:
        return []
    reason = why_not(table.survey.now, table.selected, readings)
    if table.selected == table.own and reason:
        reason += "; press s: steps of the run are timed as they are taken"
    return _words(f"{table.selected} is {reason}." if reason else "", width, ink, ink.text)


def _rates(table: Table, width: int, ink: Ink) -> list[Line]:
    """Return when the rates were measured."""
    text = rates_text(table.kept, table.percent, table.problem, width - 1)
    is_warning = table.kept.was_disturbed and table.percent is None
    return [[Segment(f" {text}", ink.warning if is_warning else ink.dim)]]


def _after_pause(table: Table, width: int, ink: Ink) -> list[Line]:
    """Return what a step of the run takes after a pause, where its engine is selected and that is
    more."""
    fastest, seconds = table.readings[table.own].fastest, table.after_pause
    if table.selected != table.own or math.isinf(seconds) or seconds < LONGER * fastest:
        return []
    text = after_pause_text(seconds, seconds / fastest, width - 1)
    return [[Segment(f" {text}", ink.dim)]]


def _experiments(table: Table, width: int, ink: Ink) -> list[Line]:
    """Return the experiments: each predicted, and measured where that was asked for."""
    head = f" try on {table.selected}"
    trials = table.survey.trials
    labels = {each: f"{each.value}: {exactly(trials[each], each)}" for each in Experiment}
    name = max((len(text) for text in labels.values()), default=0) + 3
    if name + _FIGURES > width:
        labels, name = {each: each.value for each in Experiment}, _NAME
    titles = f"{head:<{name}}    predicted   × now   measured   × now"
    titles += "       ratio" if len(titles) + 12 <= width else ""
    rows: list[Line] = [[Segment(titles, ink.dim)]]
    now = table.survey.now.predictions[table.selected].seconds
    base = table.readings[table.selected]
    for experiment in Experiment:
        trial = table.survey.trials[experiment]
        line = [
            Segment(f" {KEYS[experiment]} ", ink.key),
            Segment(f"{labels[experiment].removesuffix(': '):<{name - 3}}", ink.text),
        ]
        prediction = trial.predictions.get(table.selected)
        if prediction is not None:
            ahead = f"{long_time_text(prediction.seconds):>13} {times(prediction.seconds / now):>7}"
            line.append(Segment(ahead, ink.text))
        readings = table.tried.get(experiment)
        refusal = why_not(trial, table.selected, readings)
        if refusal:
            room = width - sum(len(each.text) for each in line) - 3
            brief = "not timed: too large" if trial.config is not None else "not possible"
            line.append(Segment(f"  {fit(refusal, brief, width=room)}", ink.dim))
        elif readings is None:
            line.append(Segment(f"  press {KEYS[experiment]} to measure", ink.dim))
        elif not readings.seconds:
            line.append(Segment("  measuring …", ink.dim))
        elif prediction is not None:
            ratio = times(readings.fastest / base.fastest) if base.seconds else ""
            line.append(Segment(f"{long_time_text(readings.fastest):>11} {ratio:>7}", ink.strong))
            off = Segment(f" {times(readings.fastest / prediction.seconds):>11}", ink.text)
            line += [off] if width_of(line) + len(off.text) <= width else []
        rows.append(line)
    return rows


def _brief_experiments(table: Table, width: int, ink: Ink) -> list[Line]:
    """Return the experiments, how many times as long each takes: predicted (measured)."""
    trials = table.survey.trials
    plain = {each: each.value.rpartition(" ")[2] for each in Experiment}
    exact = {each: exactly(trials[each], each) or plain[each] for each in Experiment}
    rows = _brief_rows(table, exact, width, ink)
    return rows if len(rows) == 1 else _brief_rows(table, plain, width, ink)


def _brief_rows(table: Table, names: Mapping[Experiment, str], width: int, ink: Ink) -> list[Line]:
    """Return them under these names."""
    now = table.survey.now.predictions[table.selected].seconds
    base = table.readings[table.selected]
    is_measured = any(each.seconds for each in table.tried.values())
    chunks = [[Segment(" × now (measured)" if is_measured else " try, × now", ink.dim)]]
    for experiment in Experiment:
        trial = table.survey.trials[experiment]
        name = Segment(names[experiment], ink.text)
        chunks.append([Segment(f"  {KEYS[experiment]} ", ink.key), name])
        prediction = trial.predictions.get(table.selected)
        readings = table.tried.get(experiment)
        if why_not(trial, table.selected, readings) or prediction is None:
            chunks[-1].append(Segment(" –", ink.dim))
            continue
        chunks[-1].append(Segment(f" {times(prediction.seconds / now)}", ink.text))
        if readings is not None:
            is_known = readings.seconds and base.seconds
            text = times(readings.fastest / base.fastest) if is_known else "…"
            chunks[-1] += [Segment(" (", ink.dim), Segment(text, ink.strong), Segment(")", ink.dim)]
    rows: list[Line] = [[]]
    for chunk in chunks:
        if rows[-1] and width_of(rows[-1]) + width_of(chunk) > width:
            rows.append([])
        rows[-1].extend(chunk)
    return rows
