"""Words for the end of a run."""

from core.commentary import AccuracyReached, Diverged, LossReached, NoProgress, StepsTaken
from tui.words.numerals import count, short
from tui.words.phrases import Lines, diverges_above, fit, images, listed, says

_ON = "c, stopping: a later end lets it go on. r: this start again."
"""What to do where a run has ended as was asked for."""


@says.register
def _(fact: Diverged) -> Lines:
    where = f"Diverged at step {count(fact.step)}: the loss has grown to {short(fact.loss)}."
    if fact.is_loss_finite:
        where = f"Diverged at step {count(fact.step)}: a weight is too large for a number."
    if fact.loss != fact.loss:
        where = f"Diverged at step {count(fact.step)}: the loss is not a number any more."
    if fact.limit is not None and fact.learning_rate > fact.limit:
        return where, f"{diverges_above(fact.limit)} ( is smaller, then r."
    return where, "Smaller steps may do: ( is smaller, then r: this start again."


@says.register
def _(fact: LossReached) -> Lines:
    return f"Target reached at step {count(fact.step)}: loss {short(fact.loss)}.", _ON


@says.register
def _(fact: AccuracyReached) -> Lines:
    correct = f"{count(fact.correct)} of {images(fact.images)} answered right"
    where = f"Accuracy reached at step {count(fact.step)}"
    return fit(f"{where}: {correct}.", f"{where}."), _ON


@says.register
def _(fact: StepsTaken) -> Lines:
    return f"{listed(fact.step, 'step')} taken, as was asked for: loss {short(fact.loss)}.", _ON


@says.register
def _(fact: NoProgress) -> Lines:
    epochs = "an epoch" if fact.epochs == 1 else f"{count(fact.epochs)} epochs"
    return (
        fit(
            f"No progress: for {epochs} the loss has not come lower than it was before.",
            f"No progress: for {epochs} the loss has not come lower.",
        ),
        f"It stands at {short(fact.loss)}, at step {count(fact.step)}.",
    )
