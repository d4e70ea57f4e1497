"""The columns of tables that compare networks: what each shows, and what it means."""

from collections.abc import Callable, Iterable, Sequence

from core.scale import ACCELERATORS, ONE_BY_ONE, TOGETHER, Rung
from core.structs import Struct
from tui.words.machine import (
    amount_text,
    batch_text,
    energy_text,
    long_time_text,
    percent_text,
    storage_text,
    time_range_text,
    time_text,
)

_UNKNOWN = "–"
"""Stands for what is not known."""
_CALLS = 8
"""Calls of a step that is given as an example: those of the default network."""


class Column(Struct):
    """One number of every network."""

    header: str
    cell: Callable[[Rung], str]
    about: str = ""
    """What it means, in sentences; nothing if its header is enough."""
    signs: tuple[tuple[str, str], ...] = ()
    """Signs that some of its cells have, each with what it means."""
    card: str = ""
    """The accelerator, if it is a time on one."""


PARAMETERS = Column("parameters", lambda rung: amount_text(rung.model.parameters))
BATCH = Column(
    "batch",
    lambda rung: batch_text(rung.model.batch, rung.model.batch_tokens),
    "Batch: images or tokens per step; compare steps of equal batches only.",
)
FORWARD = Column(
    "forward",
    lambda rung: amount_text(rung.model.multiply_adds_forward),
    "Forward: multiply-adds of one image or sequence, or of one token where only the size of a "
    "network is given.",
)
STEP = Column("step", lambda rung: amount_text(rung.model.multiply_adds_step))
TRAINING = Column(
    "training",
    lambda rung: amount_text(rung.model.multiply_adds_training),
    "Step, training: multiply-adds of a step and of all steps, both passes and the update.",
)
MEMORY = Column(
    "memory",
    lambda rung: storage_text(rung.model.memory(0).total),
    "Memory: parameters, gradient and optimizer state.",
)
EXAMPLE = Column(
    "example",
    lambda rung: (
        storage_text(rung.model.memory(1).activations) if rung.model.activations else _UNKNOWN
    ),
    "Example: activations of one image or sequence, kept for the backward pass.",
)
STEPS = Column("steps", lambda rung: amount_text(rung.model.steps))


def times_here(engine: str, header: str, *, is_training: bool = False) -> Column:
    """Return the predicted time of a step, or of the training, with an engine on this machine."""

    def cell(rung: Rung) -> str:
        if engine not in rung.here:
            return _UNKNOWN
        steps = rung.model.steps if is_training else 1.0
        return f"{'≥' if rung.model.is_least else ''}{long_time_text(rung.here[engine] * steps)}"

    return Column(
        header,
        cell,
        "Times on this machine are predicted call by call.",
        (
            (
                "≥",
                "≥: at least, for networks that this program cannot train: every multiply-add at "
                "the rate of a large matrix product in float64 (matrix) or of plain Python "
                "(loops).",
            ),
        ),
    )


def times_on(names: Sequence[str], *, is_training: bool = False) -> list[Column]:
    """Return the time of a step, or of the training, on each of some accelerators."""

    def column(name: str) -> Column:
        def cell(rung: Rung) -> str:
            found = rung.cards[name]
            times = found.step, found.longest_step
            if is_training:
                times = found.training, found.longest_training
            sign = "≥" if found.waits and rung.model.is_least else ""
            cards = f" ×{amount_text(found.cards)}" if found.cards > 1 else ""
            return f"{sign}{time_range_text(*times)}{cards}"

        return Column(name, cell, "", _on_cards(), name)

    return [column(name) for name in names]


def energies(names: Sequence[str], header: str = "{}") -> list[Column]:
    """Return the energy of the whole training on accelerators; the header has a place for a
    name."""

    def column(name: str) -> Column:
        def cell(rung: Rung) -> str:
            joules = rung.cards[name].joules
            return _UNKNOWN if joules is None else energy_text(joules)

        return Column(
            header.format(name),
            cell,
            "Energy: each card at the most that it draws, without the computer around it.",
            ((_UNKNOWN, f"{_UNKNOWN}: not known, since the card waits for the calls of a step."),),
        )

    return [column(name) for name in names]


def notes(columns: Iterable[Column], rungs: Sequence[Rung], share: float) -> str:
    """Return what columns mean, each sentence once.

    Parameters
    ----------
    columns : iterable of Column
        Those that are shown.
    rungs : sequence of Rung
        The networks that are shown.
    share : float
        The share of a data sheet's peak that is reached, in (0, 1].
    """
    shown = list(columns)
    cards = list(dict.fromkeys(each.card for each in shown if each.card))
    texts = [each.about for each in shown if each.about]
    texts += [_about(cards, share)] if cards else []
    for column in shown:
        cells = "".join(map(column.cell, rungs))
        texts += [text for sign, text in column.signs if sign in cells]
    return " ".join(dict.fromkeys(texts))


def _about(names: Sequence[str], share: float) -> str:
    """Return what the times on accelerators are."""
    formats: dict[str, list[str]] = {}
    for card in ACCELERATORS:
        if card.name in names:
            formats.setdefault(card.precision, []).append(card.name)
    among = [f"{each} ({', '.join(cards)})" for each, cards in formats.items()]
    return (
        f"{' and '.join(names) if len(names) < 3 else 'Accelerators'}: estimates from data sheets, "
        f"in {' or '.join(among if len(among) > 1 else formats)}, at {percent_text(share)} of the "
        "peak. None of them was measured here."
    )


def _on_cards() -> tuple[tuple[str, str], ...]:
    """Return the signs of times on accelerators, and what they mean."""
    together, apart = (time_text(each.seconds(_CALLS), 2) for each in (TOGETHER, ONE_BY_ONE))
    return (
        (
            "–",
            "A range: the calls of a step are started together, or each by itself; "
            f"{_CALLS} calls take {together} or {apart}.",
        ),
        (
            "×",
            "×70: on 70 cards; the memory of fewer does not hold the parameters, their gradient "
            "and the optimizer state.",
        ),
    )
