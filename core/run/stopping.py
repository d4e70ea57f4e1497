"""Stop conditions: those of the config, and divergence."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.arrays import Array
from core.engines.engine import Evaluation
from core.metrics.scores import confusion_of
from core.settings.config import TrainingConfig

DIVERGENCE_FACTOR = 1e6
"""A loss so many times its start, or the mean squared target if that is larger, has diverged."""


class Outcome(StrEnum):
    """Why a run goes no further."""

    DIVERGED = "diverged"
    LOSS_REACHED = "target reached"
    ACCURACY_REACHED = "accuracy reached"
    STEPS_TAKEN = "steps taken"
    NO_PROGRESS = "no progress"


@dataclass(frozen=True)
class Progress:
    """What patience has seen so far; it takes in the loss of every step, once."""

    step: int = -1
    """The last step that was taken in."""
    total: float = 0.0
    """Of the losses of the epoch that is going on, each times the images of its batch."""
    images: int = 0
    """Images of that epoch so far."""
    best: float = math.inf
    """The lowest loss of an epoch: the mean over all its images, each when it was seen."""
    epochs: int = 0
    """Epochs since then."""

    def after(self, step: int, evaluation: Evaluation, *, ends_epoch: bool) -> "Progress":
        """Return the progress after one more loss.

        Parameters
        ----------
        step : int
            The number of updates before it.
        evaluation : Evaluation
            Of the coming batch.
        ends_epoch : bool
            Whether that batch is the last one of its epoch.
        """
        if step <= self.step:
            return self
        size = len(evaluation.targets)
        total, images = self.total + evaluation.loss * size, self.images + size
        if not ends_epoch:
            return Progress(step, total, images, self.best, self.epochs)
        loss = total / images
        if loss < self.best:
            return Progress(step, 0.0, 0, loss, 0)
        return Progress(step, 0.0, 0, self.best, self.epochs + 1)


def outcome_of(
    config: TrainingConfig, step: int, evaluation: Evaluation, progress: Progress
) -> Outcome | None:
    """Return whether a run is to stop here, and why.

    Parameters
    ----------
    config : TrainingConfig
        Says when.
    step : int
        Updates so far.
    evaluation : Evaluation
        Of the present parameters, on the coming batch.
    progress : Progress
        With that evaluation taken in.
    """
    if config.until_loss is not None and evaluation.loss <= config.until_loss:
        return Outcome.LOSS_REACHED
    if config.until_accuracy is not None:
        confusion = confusion_of(evaluation.predictions, evaluation.targets)
        if confusion.accuracy >= config.until_accuracy:
            return Outcome.ACCURACY_REACHED
    if config.patience is not None and progress.epochs >= config.patience:
        return Outcome.NO_PROGRESS
    if config.steps is not None and step >= config.steps:
        return Outcome.STEPS_TAKEN
    return None


@dataclass
class Ending:
    """Whether a run goes no further, and what that is judged by."""

    outcome: Outcome | None = None
    """Why it goes no further, if so."""
    diverged_at: int | None = None
    """The step whose loss showed that it diverges."""
    progress: Progress = Progress()
    """What patience has seen."""
    first_loss: float | None = None
    """The loss that the run began with, once that is known and finite."""
    limit: float = math.inf
    """From which loss on the run has diverged."""

    def set_limit(self, targets: Array) -> None:
        """Set the limit by the first loss and the targets that there are now."""
        if self.first_loss is not None:
            mean_square = float(np.mean(targets**2))
            self.limit = DIVERGENCE_FACTOR * max(self.first_loss, mean_square)

    def reopen(self) -> None:
        """Reopen an ended run."""
        self.outcome, self.diverged_at = None, None
