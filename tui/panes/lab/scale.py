"""Networks of all sizes: the cost of a step, here and on accelerators by their data sheets."""

from collections.abc import Iterator, Mapping, Sequence

from rich.segment import Segment
from rich.style import Style

from core import TrainingConfig
from core.arrays import Cancelled, IsCancelled
from core.rates import Rates
from core.scale import LADDER, UTILISATION, Model, Rung, model_of, rung_of, seconds_here
from tui.panes.lab.chart import BOLD, TIMES, Axis, Chart, Curve, Mark, draw_chart, powers_of_ten
from tui.panes.lab.roofline import MARKS
from tui.terminal.drawing import Ink, Line, width_of, wrapped
from tui.terminal.glyphs import CURSOR, POINTER
from tui.words.phrases import Lines, fit
from tui.words.scale import (
    BATCH,
    MEMORY,
    PARAMETERS,
    STEP,
    STEPS,
    Column,
    answer_text,
    energies,
    helps_text,
    notes,
    times_here,
    times_on,
    training_text,
)

CARDS = ("A100", "H100")
"""The accelerators that are shown."""
_DRAWN = "A100"
"""The accelerator in the picture; another one's line would lie on it."""
_ASKED = "GPT-2 124M"
"""The network whose whole training is told in a sentence."""
_THIS = "this run"
_NAME = 12
"""Cells of the name of a network; that of the run is cut."""
_STEPS = 300
"""Steps of a run that has no last one, as the smallest networks have."""
_TABLE, _BESIDE = 78, 112
"""Columns of the tables, where the picture is beside them; and from how many on it is."""
_PICTURE = 38
"""Columns that the picture keeps then."""
_LEAST, _TALL = 8, 24
"""Rows of the smallest picture, and of the tallest one beside the tables."""
_SHARED = "*"
"""Stands in the picture where marks share a cell."""


def rungs(
    config: TrainingConfig,
    steps: int | None,
    rates: Rates,
    cancelled: IsCancelled | None = None,
    *,
    frozen: int = 0,
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
    frozen : int
        Weights of the run that steps do not move.
    """
    own = model_of(_name(config), config, steps=steps or _STEPS, frozen=frozen)
    others = [each for each in LADDER if not _is_same(each, own)]
    return tuple(_rungs([own, *others], rates, cancelled))


def _name(config: TrainingConfig) -> str:
    """Return the name of the run's network, with its layers if there is room for them."""
    long = f"{_THIS} {'→'.join(map(str, config.architecture.sizes))}"
    return fit(long, _THIS, width=_NAME)


def _is_same(model: Model, own: Model) -> bool:
    """Whether a step of a network costs what a step of the run does."""
    return (model.layers, model.batch, model.multiply_adds_step, model.memory()) == (
        own.layers,
        own.batch,
        own.multiply_adds_step,
        own.memory(),
    )


def _rungs(models: Sequence[Model], rates: Rates, cancelled: IsCancelled | None) -> Iterator[Rung]:
    for model in models:
        if cancelled is not None and cancelled():
            raise Cancelled
        yield rung_of(model, seconds_here(model, rates))


def larger_networks(ladder: Sequence[Rung]) -> Lines:
    """Return for the lines below the panes from which network on a GPU is faster, and how long
    GPT-2 takes."""
    asked = next(rung for rung in ladder if rung.model.name == _ASKED)
    first, second = helps_text(ladder), training_text(asked)
    return (first, second) if first else (second, "")


def scale_rows(
    ladder: Sequence[Rung], width: int, height: int, ink: Ink, gpu: str = ""
) -> list[Line]:
    """Return the tables, where there is room the picture beside them or between, and the notes.

    Parameters
    ----------
    ladder : sequence of Rung
        The first one is the network of the run.
    width, height : int
        Columns and rows.
    ink : Ink
        The styles.
    gpu : str
        The name of this machine's GPU, if it has rates.
    """
    answer: Line = [Segment(f" {answer_text(ladder[0], width - 1, gpu)}"[:width], ink.strong)]
    beside = width >= _BESIDE and height > _LEAST
    room = max(_TABLE, width - _PICTURE) if beside else width
    steps, shown = _steps(ladder, room, ink)
    trainings, also = _trainings(ladder, room, ink)
    picture: list[Line] = []
    if beside:
        rows = [*steps, [], *trainings]
        left = max(map(width_of, rows)) + 2
        high = min(height - 1, _TALL, len(rows))
        picture = _picture(ladder, width - left - 1, high, ink)
        rows = [
            [*line, Segment(" " * (left - width_of(line)), ink.text), *drawn] if drawn else line
            for line, drawn in zip(rows, picture + [[]] * (len(rows) - len(picture)), strict=True)
        ]
    else:
        spare = height - 1 - len(steps)
        picture = _picture(ladder, width, min(spare, _TALL), ink) if spare >= _LEAST else []
        rows = [*steps, *picture, [], *trainings]
    texts = [
        notes([*shown, *also], ladder, UTILISATION),
        f"A training is so many steps, each with its batch. {_THIS.capitalize()}: up to its last "
        f"step, or {_STEPS} steps if it has none.",
    ]
    if picture:
        texts.append(
            "The picture has the shortest time of a range, on as many cards as hold the network."
        )
    note = wrapped(" ".join(texts), width - 2)
    return [answer, *rows, *([Segment(f" {row}", ink.dim)] for row in note)]


def _steps(ladder: Sequence[Rung], width: int, ink: Ink) -> tuple[list[Line], list[Column]]:
    """Return a row for each network, its size and the time of a step; and the columns shown, the
    one of the run's engine among them."""
    here = [times_here(name, name) for name in _engines(ladder)]
    there = times_on(CARDS)
    step = Column("multiply-adds", STEP.cell)
    columns = [PARAMETERS, BATCH, step, MEMORY, *here, *there]
    config = ladder[0].model.config
    own = "" if config is None else config.engine
    first = [name for name in ("memory", "compiled", "loops", "H100", "gpu") if name != own]
    return _table("a step of", ladder, columns, (first, ("multiply-adds", "batch")), width, ink)


def _trainings(ladder: Sequence[Rung], width: int, ink: Ink) -> tuple[list[Line], list[Column]]:
    """Return a row for each network, the time of its whole training and the energy; and the columns
    shown."""
    engine = _engines(ladder)[0]
    there = times_on(CARDS, is_training=True)
    energy = energies(CARDS, "{}, energy")
    columns = [STEPS, times_here(engine, engine, is_training=True), *there, *energy]
    dropped = (energy[1].header, "H100", energy[0].header)
    return _table("the training of", ladder, columns, (dropped, ["steps"]), width, ink)


def _engines(ladder: Sequence[Rung]) -> list[str]:
    """Return the engines that the run's own time is known of."""
    return [name for name in MARKS if name in ladder[0].here]


def _table(
    title: str,
    ladder: Sequence[Rung],
    columns: Sequence[Column],
    dropped: tuple[Sequence[str], Sequence[str]],
    width: int,
    ink: Ink,
) -> tuple[list[Line], list[Column]]:
    """Return a table with its first network highlighted, and the columns that it shows.

    Where it is too wide, the columns of the first part of `dropped` give way, in that order. Then
    the gaps get smaller, then the columns of its second part give way, and then the last ones.
    """
    names = [title, *(rung.model.name for rung in ladder)]
    texts = {each.header: [each.header, *map(each.cell, ladder)] for each in columns}
    cells = {header: max(map(len, column)) for header, column in texts.items()}
    shown, gap, first = list(columns), 2, max(map(len, names))

    def is_too_wide() -> bool:
        return 1 + first + sum(cells[each.header] + gap for each in shown) > width

    for headers in dropped:
        for header in headers:
            if is_too_wide():
                shown = [each for each in shown if each.header != header]
        if is_too_wide():
            gap = 1
    while is_too_wide() and shown:
        shown.pop()
    lines: list[Line] = []
    for number, name in enumerate(names):
        style = (ink.dim, ink.strong, ink.text)[min(number, 2)]
        line = [Segment(f"{POINTER if number == 1 else ' '}{name:<{first}}", style)]
        for header in (each.header for each in shown):
            line.append(Segment(f"{texts[header][number]:>{cells[header] + gap}}", style))
        lines.append(line)
    return lines, shown


def _picture(ladder: Sequence[Rung], width: int, height: int, ink: Ink) -> list[Line]:
    """Return the time of a step over its multiply-adds, with what the axes and the marks mean."""
    marks = _marks(ladder)
    title = fit("↑ time of a step   → multiply-adds of it", "↑ time → multiply-adds", width=width)
    meanings = [*marks.items(), (_THIS, CURSOR), ("several", _SHARED)]
    most = len(_legend(meanings, width, ink))
    drawn = draw_chart(_chart(ladder, marks, ink), width, height - 1 - most, ink)
    if not any(_SHARED in segment.text for line in drawn for segment in line):
        meanings.pop()
    return [[Segment(title[:width], ink.dim)], *drawn, *_legend(meanings, width, ink)]


def _legend(meanings: Sequence[tuple[str, str]], width: int, ink: Ink) -> list[Line]:
    """Return what the marks mean, each in the colour of its curve."""
    rows: list[Line] = [[]]
    for name, mark in meanings:
        if rows[-1] and width_of(rows[-1]) + len(f"{mark} {name} ") > width:
            rows.append([])
        style = {CURSOR: ink.faint, _SHARED: ink.text}.get(mark) or _style(name, ink)
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
