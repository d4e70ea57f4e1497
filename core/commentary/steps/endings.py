"""Facts about the end of a run: which stop condition it met, that it diverged, or has arrived."""

import math
from typing import TypeAlias

from core.commentary.opening import has_schedule, stable_rate_limit
from core.run.snapshot import Snapshot
from core.run.stopping import Outcome
from core.settings.presets import preset_of
from core.structs import Struct


class Diverged(Struct):
    """The run is over: it diverged, its loss or its weights leaving all bounds."""

    step: int
    loss: float
    learning_rate: float
    limit: float | None
    is_loss_finite: bool
    """Whether only the weights became infinite."""
    is_scheduled: bool = False
    """Whether the rate changes by a schedule, and may come below the limit by itself."""


class LossReached(Struct):
    """The run is over: its loss reached the target."""

    step: int
    loss: float
    images: int
    """Training images that it is the mean over."""


class AccuracyReached(Struct):
    """The run is over: its accuracy reached the target."""

    step: int
    correct: int
    images: int
    """All training images."""


class StepsTaken(Struct):
    """The run is over: it has taken its steps."""

    step: int
    loss: float
    batch: int | None
    """Images that the loss is the mean over, if they are not all."""


class NoProgress(Struct):
    """The run is over: for some epochs the loss has not come lower than before them."""

    step: int
    loss: float
    images: int
    """Training images that it is the mean over."""
    epochs: int


class PresetShown(Struct):
    """What a preset is there for has happened; its words come with it."""

    what: str
    then: str


class Paused(Struct):
    """The run has paused by itself, since it has arrived."""

    step: int
    goes_on: bool = True
    """Whether further steps change anything."""


EndFact: TypeAlias = (
    Diverged | LossReached | AccuracyReached | StepsTaken | NoProgress | PresetShown | Paused
)
"""Any of them."""


def ended(after: Snapshot) -> EndFact:
    """Return why the run goes no further."""
    loss = float(after.curve.last[-1]) if after.curve.length else math.nan
    config, overall = after.config, after.overall
    # A session of an earlier version may have ended within an epoch, by a batch.
    images = after.batch_size if overall is None else overall.images
    reached = loss if overall is None else overall.loss
    match after.outcome:
        case Outcome.LOSS_REACHED:
            return LossReached(after.step, reached, images)
        case Outcome.STEPS_TAKEN:
            return StepsTaken(after.step, reached, images if overall is None else None)
        case Outcome.NO_PROGRESS:
            return NoProgress(after.step, reached, images, config.patience or 0)
        case Outcome.ACCURACY_REACHED:
            confusion = None if overall is None else overall.confusion
            correct = 0 if confusion is None else confusion.correct
            return AccuracyReached(after.step, correct, images)
    step = after.step if after.diverged_at is None else after.diverged_at
    # What is shown is the moment before, though the loss was a number: then the weights were not.
    is_loss_finite = step > after.step and math.isfinite(loss)
    limit = stable_rate_limit(config, after)
    rate = after.rates.at(max(0, step - 1))
    return Diverged(step, loss, rate, limit, is_loss_finite, has_schedule(config))


def preset_shown(after: Snapshot) -> PresetShown | None:
    """Return the closing words of the preset that the run is, if it has any."""
    preset = preset_of(after.config)
    closing = None if preset is None else preset.closing
    return None if closing is None else PresetShown(closing.what, closing.then)
