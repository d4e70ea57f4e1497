"""How a run ended, in words."""

from functools import singledispatch

from core.commentary import (
    AccuracyReached,
    Diverged,
    EndFact,
    NoProgress,
    StepsTaken,
    TargetReached,
)
from tui.words.numerals import count, short
from tui.words.phrases import Lines, fit, images

_ON = "c, stopping: a later end lets it go on. r: this start again."
"""What to do where a run has ended as was asked for."""


@singledispatch
def ending_words(fact: EndFact) -> Lines:
    """Say a fact in two lines; the second may be empty."""
    raise TypeError(f"no words for {fact!r}")


@ending_words.register
def _(fact: Diverged) -> Lines:
    where = f"Diverged at step {count(fact.step)}: the loss has grown to {short(fact.loss)}."
    if fact.is_loss_finite:
        where = f"Diverged at step {count(fact.step)}: a weight is too large for a number."
    if fact.loss != fact.loss:
        where = f"Diverged at step {count(fact.step)}: the loss is not a number any more."
    if fact.limit is not None and fact.learning_rate > fact.limit:
        limit = short(fact.limit)
        return where, f"On these images, rates above {limit} diverge. ( is smaller, then r."
    return where, "Smaller steps may do: ( is smaller, then r: this start again."


@ending_words.register
def _(fact: TargetReached) -> Lines:
    return f"Target reached at step {count(fact.step)}: loss {short(fact.loss)}.", _ON


@ending_words.register
def _(fact: AccuracyReached) -> Lines:
    right = f"{count(fact.right)} of {images(fact.images)} answered right"
    where = f"Accuracy reached at step {count(fact.step)}"
    return fit(f"{where}: {right}.", f"{where}."), _ON


@ending_words.register
def _(fact: StepsTaken) -> Lines:
    steps = f"{count(fact.step)} step{'' if fact.step == 1 else 's'}"
    return f"{steps} taken, as was asked for: loss {short(fact.loss)}.", _ON


@ending_words.register
def _(fact: NoProgress) -> Lines:
    epochs = "an epoch" if fact.epochs == 1 else f"{count(fact.epochs)} epochs"
    return (
        fit(
            f"No progress: for {epochs} the loss has not come lower than it was before.",
            f"No progress: for {epochs} the loss has not come lower.",
        ),
        f"It stands at {short(fact.loss)}, at step {count(fact.step)}.",
    )
