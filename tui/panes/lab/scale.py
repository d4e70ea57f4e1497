"""Networks of all sizes: the cost of a step, here and on accelerators by their data sheets."""

from collections.abc import Iterator, Mapping, Sequence

from rich.segment import Segment

from core.arrays import Cancelled, IsCancelled
from core.rates import Rates
from core.scale import ACCELERATORS, LADDER, UTILISATION, Model, seconds_here, time_on
from core.structs import Struct
from tui.panes.lab.chart import BOLD, TIMES, Axis, Chart, Curve, Mark, draw_chart, powers_of_ten
from tui.panes.lab.roofline import MARKS
from tui.terminal.drawing import Ink, Line, width_of, wrapped
from tui.words.machine import amount_text, energy_text, long_time_text, storage_text

CARDS = ("A100", "H100")
"""The accelerators that are shown."""
_DRAWN = "A100"
"""The accelerator in the picture; another one's line would lie on it."""
_SHORT = 1e-3
"""Seconds of a step below which starting its calls on an accelerator matters."""
_TABLE, _BESIDE = 78, 112
"""Columns of the tables, where the picture is beside them; and from how many on it is."""
_LEAST, _TALL = 8, 24
"""Rows of the smallest picture, and of the tallest one beside the tables."""


class Rung(Struct):
    """A network of the ladder, with the seconds of a step."""

    model: Model
    here: Mapping[str, float]
    """On this machine, predicted, by engine."""
    cards: Mapping[str, float]
    """On an accelerator, by its data sheet."""

    @property
    def seconds(self) -> Mapping[str, float]:
        """All of them."""
        return {**self.here, **self.cards}


def rungs(rates: Rates, cancelled: IsCancelled | None = None) -> tuple[Rung, ...]:
    """Estimate every network of the ladder; raises `Cancelled` once `cancelled` says so."""
    return tuple(_rungs(rates, cancelled))


def _rungs(rates: Rates, cancelled: IsCancelled | None) -> Iterator[Rung]:
    shown = {card.name: card for card in ACCELERATORS if card.name in CARDS}
    for model in LADDER:
        if cancelled is not None and cancelled():
            raise Cancelled
        cards = {name: time_on(model, card).step for name, card in shown.items()}
        yield Rung(model, seconds_here(model, rates), cards)


def scale_rows(ladder: Sequence[Rung], width: int, height: int, ink: Ink) -> list[Line]:
    """Return the tables, and where there is room the picture: beside them, or between."""
    beside = width >= _BESIDE and height >= _LEAST
    room = min(width, _TABLE) if beside else width
    table = _steps(ladder, room, ink)
    training = [[], *_trainings(ladder, room, ink)]
    if beside:
        left = room + 2
        picture = draw_chart(_chart(ladder, ink), width - left - 1, min(height, _TALL), ink)
        rows = table + training
        rows += [[] for _ in range(len(picture) - len(rows))]
        return [
            [*line, Segment(" " * (left - width_of(line)), ink.text), *drawn]
            for line, drawn in zip(rows, picture + [[] for _ in rows], strict=False)
        ]
    spare = height - len(table)
    picture = draw_chart(_chart(ladder, ink), width, spare, ink) if spare >= _LEAST else []
    return table + picture + training


def _steps(ladder: Sequence[Rung], width: int, ink: Ink) -> list[Line]:
    """Return a row for each network: its size, and the time of a step on each machine."""
    engines = _engines(ladder)
    header = ["a step of", "parameters", "multiply-adds", "memory", *engines, *CARDS]
    rows = []
    for rung in ladder:
        model = rung.model
        costs = amount_text(model.parameters), amount_text(model.multiply_adds_step)
        times = (long_time_text(rung.here[name]) for name in engines)
        cards = (f"{_sign(rung.cards[name])}{long_time_text(rung.cards[name])}" for name in CARDS)
        rows.append([model.name, *costs, storage_text(model.memory(0).total), *times, *cards])
    # Where there is no room for all columns, the costs give way: the times are what it is about.
    lines = _table(header, rows, (3, 1, 2, len(header) - 2), width, ink)
    here = ", ".join(f"{MARKS[name]} {name}" for name in engines)
    note = (
        f"Predicted here: {here}. One accelerator by its data sheet, at {UTILISATION:.0%} of its "
        "peak; ≥: starting its calls takes longer."
    )
    return lines + [[Segment(f" {text}", ink.dim)] for text in wrapped(note, width - 2)]


def _trainings(ladder: Sequence[Rung], width: int, ink: Ink) -> list[Line]:
    """Return a row for each network: the time of its whole training, and the energy."""
    best = next(iter(_engines(ladder)))
    header = ["the training of", "steps", best, *CARDS, *(f"{name}, energy" for name in CARDS)]
    by_name = {card.name: card for card in ACCELERATORS}
    rows = []
    for rung in ladder:
        model = rung.model
        found = [time_on(model, by_name[name]) for name in CARDS]
        times = [f"{_sign(each.step)}{long_time_text(each.training)}" for each in found]
        energies = [f"{_sign(each.step)}{energy_text(each.joules)}" for each in found]
        here = long_time_text(rung.here[best] * model.steps)
        rows.append([model.name, amount_text(model.steps), here, *times, *energies])
    return _table(header, rows, (1, len(header) - 1, len(header) - 2), width, ink)


def _engines(ladder: Sequence[Rung]) -> list[str]:
    """Return the engines of which every time is known."""
    return [name for name in MARKS if all(name in rung.here for rung in ladder)]


def _sign(step: float) -> str:
    """Return the sign of an estimate that leaves out what matters: starting the calls."""
    return "≥" if step < _SHORT else ""


def _table(
    header: Sequence[str], rows: Sequence[Sequence[str]], order: Sequence[int], width: int, ink: Ink
) -> list[Line]:
    """Return a table; where it is too wide, the columns of `order` give way, then the last ones."""
    every = [header, *rows]
    sizes = [max(len(row[column]) for row in every) + 2 for column in range(len(header))]
    shown = list(range(len(header)))
    for column in (*order, *(each for each in reversed(shown[1:]) if each not in order)):
        if sum(sizes[each] for each in shown) > width:
            shown.remove(column)
    lines: list[Line] = []
    for row, style in [(header, ink.dim), *((row, ink.text) for row in rows)]:
        line = [Segment(f" {row[0]:<{sizes[0] - 1}}", style)]
        line += [Segment(f"{row[column]:>{sizes[column]}}", style) for column in shown[1:]]
        lines.append(line)
    return lines


def _chart(ladder: Sequence[Rung], ink: Ink) -> Chart:
    """Return the time of a step over its multiply-adds."""
    work = [rung.model.multiply_adds_step for rung in ladder]
    lines = {name: MARKS[name] for name in _engines(ladder)} | {_DRAWN: _DRAWN[0]}
    every = [rung.seconds[name] for rung in ladder for name in lines]
    left, right = work[0] / 3, work[-1] * 3
    across = Axis(left, right, powers_of_ten(left, right))
    up = Axis(min(every) / 2, max(every) * 2, TIMES)
    styles = (ink.positive, ink.negative, ink.downhill, ink.text, ink.dim)
    curves, marks = [], []
    for name, style in zip(lines, styles, strict=False):
        points = [(float(n), rung.seconds[name]) for n, rung in zip(work, ladder, strict=True)]
        curves.append(Curve(points, style))
        marks += [Mark(point, lines[name], style + BOLD) for point in points]
    return Chart(across, up, curves, marks)
