"""Networks of all sizes: the cost of a step, here and on accelerators by their data sheets."""

from collections.abc import Iterator, Mapping, Sequence

from rich.segment import Segment
from rich.style import Style

from core import TrainingConfig
from core.arrays import Cancelled, IsCancelled
from core.rates import Rates
from core.scale import (
    ACCELERATORS,
    CALL_SECONDS,
    HELPS_FROM,
    LADDER,
    START_SECONDS,
    UTILISATION,
    Estimate,
    Model,
    model_of,
    seconds_here,
    time_on,
)
from core.structs import Struct
from tui.panes.lab.chart import BOLD, TIMES, Axis, Chart, Curve, Mark, draw_chart, powers_of_ten
from tui.panes.lab.roofline import MARKS
from tui.terminal.drawing import Ink, Line, width_of, wrapped
from tui.terminal.glyphs import CURSOR, POINTER
from tui.words.machine import (
    amount_text,
    batch_text,
    energy_text,
    long_time_text,
    storage_text,
    thousands_text,
    time_text,
)
from tui.words.phrases import fit

CARDS = ("A100", "H100")
"""The accelerators that are shown."""
_DRAWN = "A100"
"""The accelerator in the picture; another one's line would lie on it."""
_THIS = "this run"
_NAME = 14
"""Cells of the name of a network; that of the run is cut."""
_STEPS = 300
"""Steps of a run that has no last one, as the smallest networks have."""
_TABLE, _BESIDE = 78, 112
"""Columns of the tables, where the picture is beside them; and from how many on it is."""
_PICTURE = 38
"""Columns that the picture keeps then."""
_LEAST, _TALL = 8, 24
"""Rows of the smallest picture, and of the tallest one beside the tables."""
_NONE = "–"
_SHARED = "*"
"""Stands in the picture where marks share a cell."""
HELPS = f"A GPU helps from about {thousands_text(HELPS_FROM)} multiply-adds per step on"
"""From which size on a GPU helps, as far as that is known."""


class Rung(Struct):
    """A network of the ladder, with the seconds of a step."""

    model: Model
    here: Mapping[str, float]
    """On this machine, by engine."""
    cards: Mapping[str, Estimate]
    """On an accelerator, by its data sheet."""

    @property
    def seconds(self) -> Mapping[str, float]:
        """All of them."""
        return {**self.here, **{name: each.step for name, each in self.cards.items()}}

    def time_here(self, engine: str, steps: float = 1.0) -> str:
        """Return the time of so many steps here, with its sign if it is only a least time."""
        if engine not in self.here:
            return _NONE
        return f"{'≥' if self.model.is_least else ''}{long_time_text(self.here[engine] * steps)}"


def _sign(found: Estimate) -> str:
    """Return the sign of what is estimated for an accelerator, if it is only the least."""
    return "≥" if found.is_least else ""


def rungs(
    config: TrainingConfig,
    steps: int | None,
    rates: Rates,
    cancelled: IsCancelled | None = None,
) -> tuple[Rung, ...]:
    """Estimate the network of a run, and after it every other one of the ladder.

    Parameters
    ----------
    config : TrainingConfig
        Of the run, as `core.prediction.as_timed` returns it.
    steps : int, optional
        Of the run, if it has a last one.
    rates : Rates
        Of this machine.
    cancelled : callable, optional
        Asked now and then; once it says True, this raises `Cancelled`.
    """
    own = model_of(_name(config), config, steps=steps or _STEPS)
    others = [each for each in LADDER if (each.layers, each.batch) != (own.layers, own.batch)]
    return tuple(_rungs([own, *others], rates, cancelled))


def _name(config: TrainingConfig) -> str:
    """Return the name of the run's network, with its layers if there is room for them."""
    long = f"{_THIS} {'→'.join(map(str, config.architecture.sizes))}"
    return fit(long, _THIS, width=_NAME)


def _rungs(models: Sequence[Model], rates: Rates, cancelled: IsCancelled | None) -> Iterator[Rung]:
    by_name = {card.name: card for card in ACCELERATORS}
    for model in models:
        if cancelled is not None and cancelled():
            raise Cancelled
        cards = {name: time_on(model, by_name[name]) for name in CARDS}
        yield Rung(model, seconds_here(model, rates), cards)


def scale_rows(ladder: Sequence[Rung], width: int, height: int, ink: Ink) -> list[Line]:
    """Return the tables, and where there is room the picture: beside them, or between.

    Parameters
    ----------
    ladder : sequence of Rung
        The first one is the network of the run.
    width, height : int
        Columns and rows.
    ink : Ink
        The styles.
    """
    first = [[Segment(f" {_gpu_words(ladder[0], width - 1)}"[:width], ink.strong)]]
    beside = width >= _BESIDE and height > _LEAST
    room = max(_TABLE, width - _PICTURE) if beside else width
    table = _steps(ladder, room, ink)
    training = [[], *_trainings(ladder, room, ink)]
    if beside:
        rows = table + training
        left = max(map(width_of, rows)) + 2
        picture = _picture(ladder, width - left - 1, min(height - len(first), _TALL), ink)
        rows += [[] for _ in range(len(picture) - len(rows))]
        return first + [
            [*line, Segment(" " * (left - width_of(line)), ink.text), *drawn]
            for line, drawn in zip(rows, picture + [[] for _ in rows], strict=False)
        ]
    spare = height - len(first) - len(table)
    picture = _picture(ladder, width, min(spare, _TALL), ink) if spare >= _LEAST else []
    return first + table + picture + training


def _gpu_words(own: Rung, width: int) -> str:
    """Return whether a GPU would help the run, as far as that is known."""
    others = {name: seconds for name, seconds in own.here.items() if name != "gpu"}
    engine, here = min(others.items(), key=lambda each: each[1])
    found, time = own.cards[_DRAWN], long_time_text(here)
    if "gpu" in own.here:
        short = f"gpu {long_time_text(own.here['gpu'])}, {engine} {time}."
        return fit(f"This step here: {short}", short, width=width)
    if found.calls >= here:
        least = f"≥{long_time_text(found.calls)}"
        calls, short = f"A GPU’s calls alone take {least}", f"{least} for a GPU’s calls alone."
        texts = [
            f"{calls}, longer than this whole step on {engine}, {time}.",
            f"{calls}, this step {time} on {engine}.",
            f"{calls}, {engine} {time}.",
        ]
    else:
        there = f"{_sign(found)}{long_time_text(found.step)} on an {_DRAWN}"
        # Calls that are started one by one take three times as long.
        is_near = max(found.step, 3 * found.calls) >= here
        answer = "a GPU takes about as long" if is_near else "a GPU may help"
        short = f"{there}, {time} on {engine}."
        texts = [
            f"This step takes {time} on {engine}, and {there}: {answer}.",
            f"This step: {short}",
        ]
    ways = [f"{text} {HELPS}{end}." for end in (" (not measured here)", "") for text in texts]
    return fit(*ways, *texts, short, width=width)


def _steps(ladder: Sequence[Rung], width: int, ink: Ink) -> list[Line]:
    """Return a row for each network: its size, and the time of a step on each machine."""
    engines = _engines(ladder)
    header = ["a step of", "parameters", "batch", "multiply-adds", "memory", *engines, *CARDS]
    rows = []
    for rung in ladder:
        model = rung.model
        costs = (
            amount_text(model.parameters),
            batch_text(model.batch, model.batch_tokens),
            amount_text(model.multiply_adds_step),
            storage_text(model.memory(0).total),
        )
        times = [rung.time_here(name) for name in engines]
        cards = [f"{_sign(each)}{long_time_text(each.step)}" for each in rung.cards.values()]
        rows.append([model.name, *costs, *times, *cards])
    first, then = ("memory", "compiled", "loops", "H100", "gpu"), header[3:0:-1]
    lines = _table(header, rows, (first, then), width, ink)
    here = ", ".join(f"{MARKS[name]} {name}" for name in engines)
    note = (
        f"Here: {here}, predicted call by call. ≥: at least, in the picture too; {_SHARED} in it: "
        "several. A network that this program cannot train: all its multiply-adds at the peak in "
        f"float64 (m) or one by one (l). {' and '.join(CARDS)}: one card by its data sheet, at "
        f"{UTILISATION:.0%} of its peak, and at least {time_text(START_SECONDS)} + "
        f"{time_text(CALL_SECONDS)} per call. Not measured here. Memory: parameters, gradient, "
        "optimizer state."
    )
    return lines + _note(note, width, ink)


def _trainings(ladder: Sequence[Rung], width: int, ink: Ink) -> list[Line]:
    """Return a row for each network: the time of its whole training, and the energy."""
    engine = _engines(ladder)[0]
    energies = [f"{name}, energy" for name in CARDS]
    header = ["the training of", "steps", engine, *CARDS, *energies]
    rows = []
    for rung in ladder:
        model = rung.model
        found = rung.cards.values()
        times = [f"{_sign(each)}{long_time_text(each.training)}" for each in found]
        joules = [_NONE if each.is_least else energy_text(each.joules) for each in found]
        here = rung.time_here(engine, model.steps)
        rows.append([model.name, amount_text(model.steps), here, *times, *joules])
    note = (
        f"A training is so many steps, each with the batch above. {_THIS.capitalize()}: up to its "
        f"last step, or {_STEPS} steps if it has none. Energy: the card at the most that it draws; "
        f"{_NONE}: not known, since it waits for its calls."
    )
    dropped = (energies[1], "H100", energies[0])
    return _table(header, rows, (dropped, ["steps"]), width, ink) + _note(note, width, ink)


def _note(text: str, width: int, ink: Ink) -> list[Line]:
    return [[Segment(f" {row}", ink.dim)] for row in wrapped(text, width - 2)]


def _engines(ladder: Sequence[Rung]) -> list[str]:
    """Return the engines that the run's own time is known of."""
    return [name for name in MARKS if name in ladder[0].here]


def _table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    dropped: tuple[Sequence[str], Sequence[str]],
    width: int,
    ink: Ink,
) -> list[Line]:
    """Return a table with its first row highlighted.

    Where it is too wide, the columns of the first part of `dropped` give way, in that order. Then
    the gaps get smaller, then the columns of its second part give way, and then the last ones.
    """
    every = [header, *rows]
    cells = [max(len(row[column]) for row in every) for column in range(len(header))]
    shown = list(range(len(header)))
    gap = 2

    def is_too_wide() -> bool:
        return 1 + sum(cells[each] + gap for each in shown) - gap > width

    for names in dropped:
        for name in names:
            if name in header and is_too_wide():
                shown.remove(header.index(name))
        if is_too_wide():
            gap = 1
    while is_too_wide() and len(shown) > 1:
        shown.pop()
    lines: list[Line] = []
    for number, row in enumerate(every):
        style = (ink.dim, ink.strong, ink.text)[min(number, 2)]
        line = [Segment(f"{POINTER if number == 1 else ' '}{row[0]:<{cells[0]}}", style)]
        line += [Segment(f"{row[each]:>{cells[each] + gap}}", style) for each in shown[1:]]
        lines.append(line)
    return lines


def _picture(ladder: Sequence[Rung], width: int, height: int, ink: Ink) -> list[Line]:
    """Return the time of a step over its multiply-adds, with what the axes and the marks mean."""
    marks = _marks(ladder)
    legend = _legend(marks, width, ink)
    title = fit("↑ time of a step   → multiply-adds of it", "↑ time → multiply-adds", width=width)
    drawn = draw_chart(_chart(ladder, marks, ink), width, height - 1 - len(legend), ink)
    return [[Segment(title[:width], ink.dim)], *drawn, *legend]


def _legend(marks: Mapping[str, str], width: int, ink: Ink) -> list[Line]:
    """Return what the marks mean, each in the colour of its curve."""
    rows: list[Line] = [[]]
    for name, mark in (*marks.items(), (_THIS, CURSOR)):
        if rows[-1] and width_of(rows[-1]) + len(f"{mark} {name} ") > width:
            rows.append([])
        style = ink.faint if mark == CURSOR else _style(name, ink)
        rows[-1] += [Segment(mark, style), Segment(f" {name} ", ink.dim)]
    return rows


def _style(name: str, ink: Ink) -> Style:
    """Return the style of the curve of an engine, or of an accelerator."""
    styles = dict(zip(MARKS, (ink.positive, ink.negative, ink.test, ink.text), strict=True))
    return styles.get(name, ink.downhill)


def _marks(ladder: Sequence[Rung]) -> dict[str, str]:
    """Return the marks of what is drawn, by name."""
    return {name: MARKS[name] for name in _engines(ladder)} | {_DRAWN: _DRAWN[0]}


def _chart(ladder: Sequence[Rung], names: Mapping[str, str], ink: Ink) -> Chart:
    """Return the time of a step over its multiply-adds, and where the run is."""
    work = [float(rung.model.multiply_adds_step) for rung in ladder]
    every = [rung.seconds[name] for rung in ladder for name in names if name in rung.seconds]
    left, right = min(work) / 3, max(work) * 3
    low, high = min(every) / 2, max(every) * 2
    # Powers of a thousand: there is no room for all, and so they are evenly apart.
    labels = [each for each in powers_of_ten(left, right) if each[1].startswith("1 ")]
    across, up = Axis(left, right, labels), Axis(low, high, TIMES)
    curves, marks = [Curve([(work[0], low), (work[0], high)], ink.faint)], []
    for name, mark in names.items():
        style = _style(name, ink)
        points = sorted(
            (n, rung.seconds[name])
            for n, rung in zip(work, ladder, strict=True)
            if name in rung.seconds
        )
        curves.append(Curve(points, style))
        marks += [Mark(point, mark, style + BOLD) for point in points]
    return Chart(across, up, curves, marks, _SHARED)
