"""Words for the end of a run."""

from core.commentary.steps import (
    AccuracyReached,
    Diverged,
    LossReached,
    NoProgress,
    Paused,
    PresetShown,
    StepsTaken,
)
from tui.words.numerals import count, short
from tui.words.phrases import Lines, diverges_above, fit, images, listed, says

_ON = "To continue: c, set a later stop. To restart: r."
"""What to do where a run has ended as was asked for."""


@says.register
def _(fact: Diverged) -> Lines:
    where = f"Diverged at step {count(fact.step)}: the loss has grown to {short(fact.loss)}."
    if fact.is_loss_finite:
        where = f"Diverged at step {count(fact.step)}: a weight overflowed (float64)."
    if fact.loss != fact.loss:
        where = f"Diverged at step {count(fact.step)}: the loss is not a number any more."
    if fact.limit is not None and fact.learning_rate > fact.limit:
        limit = diverges_above(fact.limit, is_scheduled=fact.is_scheduled)
        return where, fit(
            f"{limit} Press ( to lower the rate, then r.",
            f"{limit} Press ( for a smaller rate.",
            limit,
        )
    return where, "A smaller rate may converge: press (, then r to restart."


@says.register
def _(fact: LossReached) -> Lines:
    where = f"Target loss reached at step {count(fact.step)}: loss {short(fact.loss)}"
    return fit(f"{where}, over all {images(fact.images)}.", f"{where}."), _ON


@says.register
def _(fact: AccuracyReached) -> Lines:
    correct = f"{count(fact.correct)} of {images(fact.images)} are correct"
    where = f"Accuracy reached at step {count(fact.step)}"
    return fit(f"{where}: {correct}.", f"{where}."), _ON


@says.register
def _(fact: StepsTaken) -> Lines:
    of = "" if fact.batch is None else f" on the next {images(fact.batch)}"
    taken, loss = f"{listed(fact.step, 'step')} taken", f"loss {short(fact.loss)}{of}."
    return f"{taken}: {loss}", _ON


@says.register
def _(fact: NoProgress) -> Lines:
    epochs = "an epoch" if fact.epochs == 1 else f"{count(fact.epochs)} epochs"
    return (
        fit(
            f"No progress: for {epochs} the loss has not fallen below its lowest value.",
            f"No progress: no new lowest loss for {epochs}.",
        ),
        f"At step {count(fact.step)} it is {short(fact.loss)}, over all {images(fact.images)}.",
    )


@says.register
def _(fact: PresetShown) -> Lines:
    return fact.what, fact.then


@says.register
def _(fact: Paused) -> Lines:
    then = " Press space to go on." if fact.goes_on else ""
    return f"So the run paused by itself, at step {count(fact.step)}.{then}", ""
