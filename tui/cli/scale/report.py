"""What `napkin-net scale` prints: tables, the picture, and the same as data."""

from collections.abc import Sequence
from dataclasses import asdict

from core.scale import (
    ACCELERATORS,
    MEASURED,
    LayerCost,
    Model,
    Rung,
    cards_for,
    rung_of,
)
from core.structs import Struct
from tui import PROGRAM
from tui.cli.scale.here import Here
from tui.cli.scale.picture import Line, picture
from tui.cli.tables import Table, wrapped
from tui.words.machine import amount_text, batch_text, energy_text, long_time_text, time_text
from tui.words.phrases import listed
from tui.words.scale import (
    BATCH,
    EXAMPLE,
    FORWARD,
    MEMORY,
    PARAMETERS,
    STEP,
    TRAINING,
    Column,
    energies,
    helps_text,
    notes,
    times_here,
    times_on,
)

_DRAWN = (("A", "A100"), ("H", "H100"))
"""Accelerators in the picture, with their marks."""
_ENGINES = {"loops": "l", "matrix": "m", "compiled": "c", "gpu": "g"}
"""Marks of the engines in the picture."""
_CARDS = tuple(card.name for card in ACCELERATORS)
_WIDE = 160
"""Cells of a sentence that is wrapped."""


class Report(Struct):
    """What is reported."""

    rungs: Sequence[Rung]
    measured: str
    """When the base rates of this machine were measured, in UTC."""
    told: str
    """The same in words: also whether the machine was busy."""
    watts: float | None
    """Power of the processor then, if it is known."""
    is_on_gpu: bool
    """Whether the gpu engine computes on a GPU, not on the processor."""
    cards: int
    """Accelerators that share each step, at the least."""
    utilisation: float
    """The share of a data sheet's peak that is reached."""

    @property
    def engines(self) -> list[str]:
        """The engines that any time is known of, in their usual order."""
        known = {name for rung in self.rungs for name in rung.here}
        return [name for name in _ENGINES if name in known]

    @property
    def cards_text(self) -> str:
        """How many accelerators share each step, in words; nothing if it is one."""
        if self.cards == 1:
            return ""
        return f"Here {self.cards:,} cards share each step, or as many as hold the network."

    @property
    def rates_text(self) -> str:
        """When the rates were measured, and how to measure them again, in words."""
        return f"Base rates measured {self.told}; again: {PROGRAM} bench --again"


def report_of(models: Sequence[Model], here: Here, cards: int, utilisation: float) -> Report:
    """Return what is reported of networks, each with its times here."""
    rungs = [
        rung_of(model, times, cards=cards, utilisation=utilisation)
        for model, times in zip(models, here.times, strict=True)
    ]
    return Report(rungs, here.measured, here.told, here.watts, here.is_on_gpu, cards, utilisation)


def tables_of(report: Report) -> list[Table]:
    """Return the tables of all networks."""
    costs = [PARAMETERS, BATCH, FORWARD, STEP, TRAINING, MEMORY, EXAMPLE]
    here = [
        times_here(engine, header, is_training=header == "training")
        for engine in report.engines
        for header in (f"{engine}, step", "training")
    ]
    rungs = report.rungs
    there = times_on(_CARDS, is_training=True)
    return [
        _table(
            report,
            "Networks and their multiply-adds",
            costs,
            "k, M, G, T, P, E, Z, Y: 1e3, 1e6, … 1e24.",
        ),
        _table(
            report,
            "Time on this machine, predicted from its base rates",
            here,
            report.rates_text,
        ),
        _table(
            report,
            "Time of the whole training on accelerators, by data sheet",
            there,
            " ".join(filter(None, (report.cards_text, helps_text(rungs, _WIDE)))),
        ),
        _table(
            report,
            "Energy of the whole training on accelerators, by data sheet",
            energies(_CARDS),
        ),
        _published(),
    ]


def _table(report: Report, title: str, columns: Sequence[Column], more: str = "") -> Table:
    """Return a table with a row for each network, by its number in the picture."""
    digits = len(str(len(report.rungs)))
    rows = tuple(
        (f"{number:>{digits}} {rung.model.name}", *(each.cell(rung) for each in columns))
        for number, rung in enumerate(report.rungs, 1)
    )
    note = " ".join(
        each for each in (notes(columns, report.rungs, report.utilisation), more) if each
    )
    return Table(title, ("", *(each.header for each in columns)), rows, note)


def _published() -> Table:
    rows = tuple(
        (
            each.model.name,
            "step" if each.is_step else "training",
            listed(int(each.examples), "sequence") if each.is_step else "–",
            f"{each.cards:,} × {each.accelerator.name}",
            time_text(each.seconds),
            long_time_text(each.peak_seconds),
            _percent(each.utilisation),
        )
        for each in MEASURED
    )
    header = ("", "of a", "batch", "on", "published", "at peak", "reached")
    return Table(
        "Published times, and what the data sheet would allow",
        header,
        rows,
        "A step here has the batch of its source, not the one of the first table. published: as "
        "its authors give it, most of them rounded; Llama 3: the hours of all cards, added up. at "
        "peak: the time at the peak of the data sheet.",
    )


def _percent(share: float) -> str:
    """Return a share of 1 in percent, with two digits: 37%, 100%."""
    return f"{100 * share:.2g}%" if share < 0.995 else "100%"


def lines_of(report: Report) -> list[Table]:
    """Return the tables of one network: its layers, and its times."""
    (rung,) = report.rungs
    model = rung.model
    here = [
        (
            f"this machine, {name}",
            times_here(name, "").cell(rung),
            times_here(name, "", is_training=True).cell(rung),
            _energy_here(report, rung, name),
        )
        for name in report.engines
        if name in rung.here
    ]
    columns = zip(
        ACCELERATORS,
        times_on(_CARDS),
        times_on(_CARDS, is_training=True),
        energies(_CARDS),
        strict=True,
    )
    there = [
        (f"{card.name} ({card.year})", *(each.cell(rung) for each in shown))
        for card, *shown in columns
    ]
    shown = [times_here("", ""), *times_on(_CARDS), *energies(_CARDS)]
    about = notes(shown, [rung], report.utilisation)
    return [
        _layers(model),
        Table(
            f"Time of a step ({_batch(model)}) and of the training "
            f"({amount_text(model.steps)} {'step' if model.steps == 1 else 'steps'})",
            ("", "step", "training", "energy"),
            (*here, *there),
            " ".join(filter(None, (about, report.cards_text, report.rates_text))),
        ),
    ]


def _energy_here(report: Report, rung: Rung, engine: str) -> str:
    """Return the energy of the training on this machine; nothing if its power is not known, as that
    of a GPU is not."""
    if report.watts is None or (engine == "gpu" and report.is_on_gpu):
        return ""
    joules = report.watts * rung.here[engine] * rung.model.steps
    return f"{'≥' if rung.model.is_least else ''}{energy_text(joules)}"


def _batch(model: Model) -> str:
    """Return what a step sees: 1,000 images, or 480 sequences of 1,024 tokens."""
    if model.tokens is None or model.tokens == 1:
        return batch_text(model.batch, model.tokens and model.batch)
    return f"{listed(model.batch, 'sequence')} of {model.tokens:,} tokens"


def _layers(model: Model) -> Table:
    whole = LayerCost(
        "in all",
        model.parameters,
        model.multiply_adds_forward,
        model.multiply_adds_backward,
        model.activations,
    )
    rows = []
    for layer in (*model.layers, whole):
        parameters, forward = layer.parameters * layer.times, layer.forward * layer.times
        rows.append(
            (
                layer.name,
                f"{layer.times:,} ×" if layer.times > 1 else "",
                f"{parameters:,}",
                _percent(parameters / model.parameters),
                f"{forward:,}",
                _percent(forward / model.multiply_adds_forward),
                amount_text(layer.backward * layer.times),
                amount_text(layer.activations * layer.times),
            )
        )
    header = ("", "layers", "parameters", "share", "forward", "share", "backward", "activations")
    return Table(
        f"{model.name}, layer by layer; multiply-adds and activations of one {model.example}",
        header,
        tuple(rows),
        model.source,
    )


def picture_of(report: Report, width: int) -> str:
    """Draw the time of a step over its multiply-adds, for engines and accelerators."""
    rungs = report.rungs
    lines = [
        Line(_ENGINES[name], f"{name}, here", [rung.here[name] for rung in rungs])
        for name in report.engines
        if all(name in rung.here for rung in rungs)
    ]
    lines += [Line(mark, name, [rung.cards[name].step for rung in rungs]) for mark, name in _DRAWN]
    marks = "   ".join(f"{line.mark} {line.name}" for line in lines)
    drawn = picture([rung.model.multiply_adds_step for rung in rungs], lines, width)
    title = "Time of a step over its multiply-adds; the networks by their numbers"
    note = "Where a table has ≥ or a range, the shortest time is drawn."
    return f"{wrapped(title, width)}\n{wrapped(marks, width)}\n{drawn}{wrapped(note, width)}\n"


def json_of(report: Report) -> object:
    """Return all of it as plain data: seconds, bytes and joules."""
    return {
        "cards": report.cards,
        "utilisation": report.utilisation,
        "rates_measured": report.measured,
        "models": [_model(rung) for rung in report.rungs],
        "accelerators": [
            asdict(card) | {"multiply_adds_per_second": card.multiply_adds} for card in ACCELERATORS
        ],
        "measured": [
            {
                "model": each.model.name,
                "accelerator": each.accelerator.name,
                "cards": each.cards,
                "examples": each.examples,
                "steps": each.steps,
                "multiply_adds": each.multiply_adds,
                "seconds": each.seconds,
                "seconds_at_peak": each.peak_seconds,
                "utilisation": each.utilisation,
                "source": each.source,
            }
            for each in MEASURED
        ],
    }


def _model(rung: Rung) -> object:
    """Return one network as plain data."""
    model = rung.model
    return {
        "name": model.name,
        "source": model.source,
        "parameters": model.parameters,
        "example": model.example,
        "batch": model.batch,
        "is_least": model.is_least,
        "steps": model.steps,
        "multiply_adds": {
            "forward": model.multiply_adds_forward,
            "backward": model.multiply_adds_backward,
            "step": model.multiply_adds_step,
            "training": model.multiply_adds_training,
        },
        "bytes": asdict(model.memory(1)),
        "here": {
            name: {"step": seconds, "training": seconds * model.steps}
            for name, seconds in rung.here.items()
        },
        "accelerators": {
            card.name: asdict(rung.cards[card.name]) | {"cards_for": cards_for(model, card)}
            for card in ACCELERATORS
        },
        "layers": [asdict(layer) for layer in model.layers],
    }
