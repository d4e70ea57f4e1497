"""What `napkin-net scale` prints: tables, the picture, and the same as data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from core.scale import (
    ACCELERATORS,
    CALL_SECONDS,
    HELPS_FROM,
    MEASURED,
    START_SECONDS,
    Accelerator,
    Estimate,
    LayerCost,
    Model,
    cards_for,
    time_on,
)
from core.structs import Struct
from tui import PROGRAM
from tui.cli.scale.here import Here
from tui.cli.scale.picture import Line, picture
from tui.cli.tables import Table, wrapped
from tui.words.machine import (
    amount_text,
    batch_text,
    energy_text,
    long_time_text,
    storage_text,
    thousands_text,
    time_text,
)
from tui.words.phrases import listed

_DRAWN = (("A", "A100"), ("H", "H100"))
"""Accelerators in the picture, with their marks."""
_ENGINES = {"loops": "l", "matrix": "m", "compiled": "c", "gpu": "g"}
"""Marks of the engines in the picture."""
_STARTING = f"{time_text(START_SECONDS)} + {time_text(CALL_SECONDS)} per call"
"""What starting the calls of a step on an accelerator takes at the least, in words."""
_BOUND = (
    "≥: at least, for networks that this program cannot train: every multiply-add at the rate of a "
    "large matrix product in float64 (matrix) or of plain Python (loops)."
)
"""What the sign of times on this machine means."""


class Report(Struct):
    """What is reported."""

    models: Sequence[Model]
    here: Here
    cards: int
    """Accelerators that share each step."""
    utilisation: float
    """The share of a data sheet's peak that is reached."""

    def on(self, model: Model, card: Accelerator) -> Estimate:
        """Estimate the time and the energy of a model on an accelerator."""
        return time_on(model, card, cards=self.cards, utilisation=self.utilisation)

    @property
    def engines(self) -> list[str]:
        """The engines that any time is known of, in their usual order."""
        known = {name for times in self.here.times for name in times}
        return [name for name in _ENGINES if name in known]

    @property
    def rates_text(self) -> str:
        """When the rates were measured, and how to measure them again, in words."""
        return f"Base rates measured {self.here.measured} UTC; again: {PROGRAM} bench --again"

    @property
    def cards_text(self) -> str:
        """The accelerators and their utilisation, in words."""
        return f"{listed(self.cards, 'card')} at {_percent(self.utilisation)} of the peak"


def tables_of(report: Report) -> list[Table]:
    """Return the tables of all networks."""
    return [_costs(report), _times_here(report), _times(report), _energies(report), _published()]


def _named(report: Report) -> list[str]:
    """Return the names of the networks, with their numbers in the picture."""
    digits = len(str(len(report.models)))
    return [f"{number:>{digits}} {model.name}" for number, model in enumerate(report.models, 1)]


def _costs(report: Report) -> Table:
    rows = [
        (
            name,
            amount_text(model.parameters),
            batch_text(model.batch, model.batch_tokens),
            amount_text(model.multiply_adds_forward),
            amount_text(model.multiply_adds_step),
            amount_text(model.multiply_adds_training),
            storage_text(model.memory(0).total),
            _activations(model),
        )
        for name, model in zip(_named(report), report.models, strict=True)
    ]
    header = ("parameters", "batch", "forward", "step", "training", "memory", "example")
    return Table(
        "Networks and their multiply-adds",
        ("", *header),
        tuple(rows),
        "batch: images or tokens per step; compare steps of equal batches only. forward: "
        "multiply-adds of one image, of one sequence of tokens, or where only the size of a "
        "network is given of one token. step, training: multiply-adds "
        "of a step and of all steps, both passes and the update. memory: parameters, gradient and "
        "optimizer state. example: activations of one image or sequence, kept for the backward "
        "pass. k, M, G, T, P, E, Z, Y: 1e3, 1e6, … 1e24.",
    )


def _activations(model: Model) -> str:
    """Return the memory of one example's activations; a dash where the layers are not known."""
    return storage_text(model.memory(1).activations) if model.activations else "–"


def _times_here(report: Report) -> Table:
    engines = report.engines
    rows = []
    for name, model, times in zip(_named(report), report.models, report.here.times, strict=True):
        cells = [
            f"{_bound(model)}{long_time_text(times[engine] * steps)}" if engine in times else "–"
            for engine in engines
            for steps in (1.0, model.steps)
        ]
        rows.append((name, *cells))
    header = [cell for engine in engines for cell in (f"{engine}, step", "training")]
    return Table(
        "Time on this machine, predicted from its base rates",
        ("", *header),
        tuple(rows),
        f"{_BOUND} {report.rates_text}",
    )


def _times(report: Report) -> Table:
    return _by_accelerator(
        report,
        "Time of the whole training on accelerators, by data sheet",
        lambda model, found: f"{_least(found)}{long_time_text(found.training)}",
        f"{report.cards_text}. ≥: at least, since starting the calls of a step matters: it takes "
        f"{_STARTING} or more. So a GPU helps from about "
        f"{thousands_text(HELPS_FROM)} multiply-adds per step on. None of this was measured here. "
        "A large network needs the memory of several cards: scale NETWORK shows of how many.",
    )


def _energies(report: Report) -> Table:
    return _by_accelerator(
        report,
        "Energy of the whole training on accelerators, by data sheet",
        lambda model, found: _energy(found),
        f"{report.cards_text}, each at the most that it draws, without the computer around it. –: "
        "not known, since the card waits for the calls of a step.",
    )


def _by_accelerator(
    report: Report, title: str, cell: Callable[[Model, Estimate], str], note: str
) -> Table:
    """Return a table with a column for each accelerator."""
    rows = tuple(
        (name, *(cell(model, report.on(model, card)) for card in ACCELERATORS))
        for name, model in zip(_named(report), report.models, strict=True)
    )
    return Table(title, ("", *(card.name for card in ACCELERATORS)), rows, note)


def _least(found: Estimate) -> str:
    """Return the sign of what is estimated for an accelerator, if it is only the least."""
    return "≥" if found.is_least else ""


def _energy(found: Estimate) -> str:
    """Return the energy on an accelerator; one that waits for its calls draws less than it can."""
    return "–" if found.is_least else energy_text(found.joules)


def _bound(model: Model) -> str:
    """Return the sign of a time on this machine, if it is only the least."""
    return "≥" if model.is_least else ""


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
    (model,), (times,) = report.models, report.here.times
    engines = tuple(_engine(report, model, name, times[name]) for name in report.engines)
    cards = tuple(_card(report, model, card) for card in ACCELERATORS)
    return [
        _layers(model),
        Table(
            f"Time of a step ({_batch(model)}) and of the training "
            f"({amount_text(model.steps)} {'step' if model.steps == 1 else 'steps'})",
            ("", "cards that hold it", "step", "training", "energy"),
            engines + cards,
            f"{_BOUND} On accelerators: {report.cards_text}, and at least {_STARTING}. "
            f"{report.rates_text}",
        ),
    ]


def _batch(model: Model) -> str:
    """Return what a step sees: 1,000 images, or 480 sequences of 1,024 tokens."""
    if model.tokens is None or model.tokens == 1:
        return batch_text(model.batch, model.tokens and model.batch)
    return f"{listed(model.batch, 'sequence')} of {model.tokens:,} tokens"


def _engine(report: Report, model: Model, name: str, seconds: float) -> tuple[str, ...]:
    watts, training, sign = report.here.watts, seconds * model.steps, _bound(model)
    return (
        f"this machine, {name}",
        "predicted",
        f"{sign}{long_time_text(seconds)}",
        f"{sign}{long_time_text(training)}",
        "" if watts is None else f"{sign}{energy_text(watts * training)}",
    )


def _card(report: Report, model: Model, card: Accelerator) -> tuple[str, ...]:
    found, sign = report.on(model, card), _least(report.on(model, card))
    return (
        f"{card.name} ({card.year})",
        f"{cards_for(model, card):,}",
        f"{sign}{long_time_text(found.step)}",
        f"{sign}{long_time_text(found.training)}",
        _energy(found),
    )


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
    lines = [
        Line(_ENGINES[name], f"{name}, here", [times[name] for times in report.here.times])
        for name in report.engines
        if all(name in times for times in report.here.times)
    ]
    by_name = {card.name: card for card in ACCELERATORS}
    lines += [
        Line(mark, name, [report.on(model, by_name[name]).step for model in report.models])
        for mark, name in _DRAWN
    ]
    marks = "   ".join(f"{line.mark} {line.name}" for line in lines)
    drawn = picture([model.multiply_adds_step for model in report.models], lines, width)
    title = "Time of a step over its multiply-adds; the networks by their numbers"
    note = "Where a table has ≥, the time that is drawn is the least."
    return f"{wrapped(title, width)}\n{wrapped(marks, width)}\n{drawn}{wrapped(note, width)}\n"


def json_of(report: Report) -> object:
    """Return all of it as plain data: seconds, bytes and joules."""
    return {
        "cards": report.cards,
        "utilisation": report.utilisation,
        "rates_measured": report.here.measured,
        "models": [
            _model(report, model, times)
            for model, times in zip(report.models, report.here.times, strict=True)
        ],
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


def _model(report: Report, model: Model, times: Mapping[str, float]) -> object:
    """Return one network as plain data."""
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
            for name, seconds in times.items()
        },
        "accelerators": {
            card.name: asdict(found)
            | {"is_least": found.is_least, "cards_for": cards_for(model, card)}
            for card, found in ((each, report.on(model, each)) for each in ACCELERATORS)
        },
        "layers": [asdict(layer) for layer in model.layers],
    }
