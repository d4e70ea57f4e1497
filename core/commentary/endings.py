"""Facts about the end of a run: which stop condition it met, or that it diverged."""

import math
from dataclasses import dataclass
from typing import TypeAlias

from core.commentary.settings import stable_rate_limit
from core.run.snapshot import Snapshot
from core.run.stopping import Outcome


@dataclass(frozen=True)
class Diverged:
    """The run is over: it diverged, its loss or its weights leaving all bounds."""

    step: int
    loss: float
    learning_rate: float
    limit: float | None
    is_loss_finite: bool
    """Whether only the weights became infinite."""


@dataclass(frozen=True)
class LossReached:
    """The run is over: its loss reached the target."""

    step: int
    loss: float


@dataclass(frozen=True)
class AccuracyReached:
    """The run is over: its accuracy reached the target."""

    step: int
    correct: int
    images: int


@dataclass(frozen=True)
class StepsTaken:
    """The run is over: it has taken its steps."""

    step: int
    loss: float


@dataclass(frozen=True)
class NoProgress:
    """The run is over: for some epochs the loss has not come lower than before them."""

    step: int
    loss: float
    epochs: int


EndFact: TypeAlias = Diverged | LossReached | AccuracyReached | StepsTaken | NoProgress
"""Any of them."""


def ended(after: Snapshot) -> EndFact:
    """Return why the run goes no further."""
    loss = float(after.curve.last[-1]) if after.curve.length else math.nan
    config = after.config
    match after.outcome:
        case Outcome.LOSS_REACHED:
            return LossReached(after.step, loss)
        case Outcome.STEPS_TAKEN:
            return StepsTaken(after.step, loss)
        case Outcome.NO_PROGRESS:
            return NoProgress(after.step, loss, config.patience or 0)
        case Outcome.ACCURACY_REACHED:
            return AccuracyReached(after.step, after.correct, after.batch_size)
    step = after.step if after.diverged_at is None else after.diverged_at
    # What is shown is the moment before, though the loss was a number: then the weights were not.
    is_loss_finite = step > after.step and math.isfinite(loss)
    limit = stable_rate_limit(config, after)
    return Diverged(step, loss, after.rates.at(max(0, step - 1)), limit, is_loss_finite)
