"""Stop conditions: those of the config, divergence, and that a run has arrived."""

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from core.arrays import Array
from core.engines.engine import Evaluation
from core.metrics.quadratic import Quadratic
from core.metrics.scores import confusion_of
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule, State
from core.settings.config import TrainingConfig
from core.structs import Struct

DIVERGENCE_FACTOR = 1e6
"""A loss so many times its start, or the mean squared target if that is larger, has diverged."""
STEPS = 300
"""Where nothing else ends a run without a screen, this many steps do …"""
STEPS_AT_MOST = 1_000_000
"""… and this many where there are other stop conditions, which may never hold."""
NEAR_BEST = 1e-3
"""How near every parameter is to its best value when a network has converged."""


class Arrival(StrEnum):
    """What makes a run pause by itself, once: there is something to read, and it can go on."""

    SHOWN = "shown"
    """What a preset is there for has happened."""
    CONVERGED = "converged"
    """Every parameter is near its best value."""
    AT_REST = "at rest"
    """A step has changed no parameter, and no further step will."""


def is_converged(parameters: Array, quadratic: Quadratic | None) -> bool:
    """Whether each parameter is near the best one that there is, where that is known."""
    best = None if quadratic is None else quadratic.best
    return best is not None and bool(np.all(np.abs(parameters - best) <= NEAR_BEST))


class Standstill(StrEnum):
    """Why no step moves a parameter any more."""

    FROZEN = "frozen"
    """A person has frozen all of them."""
    RATE = "rate"
    """The learning rate is 0: its schedule has come to that."""
    GRADIENT = "gradient"
    """The gradient is exactly 0."""
    ROUNDING = "rounding"
    """The step is too small to change a float."""


class Update(Struct, eq=False):
    """The update that comes next in a run."""

    config: TrainingConfig
    step: int
    """Updates before it."""
    state: State
    frozen: frozenset[int]
    """The parameters that it does not move."""
    parameters: Array
    """Shape (parameter_count,)."""
    gradient: Array
    """Of the loss over the coming batch, shape (parameter_count,)."""

    @property
    def change(self) -> Array:
        """What it adds to the parameters, shape (parameter_count,)."""
        rule = Rule(OPTIMIZERS[self.config.optimizer], self.config.options, self.state)
        rule.begin_at(self.step)
        change = rule.change(self.config.architecture, self.parameters, self.gradient)
        change[list(self.frozen)] = 0.0
        return change

    def standstill_after(self, previous: Array, *, whole: bool) -> Standstill | None:
        """Return why no step moves anything any more; None if the last one did, or one may.

        Parameters
        ----------
        previous : ndarray, shape (parameter_count,)
            The parameters one step before.
        whole : bool
            Whether each step learns from all training images.
        """
        if not np.array_equal(previous, self.parameters):
            return None
        if len(self.frozen) == len(self.parameters):
            return Standstill.FROZEN
        if self.step < self.config.warmup_steps:  # the rate rises yet, and never after that
            return None
        if self.config.rate_at(self.step) == 0.0:
            return Standstill.RATE
        change, is_zero = self.change, not self.gradient.any()
        if not whole or not np.array_equal(self.parameters + change, self.parameters):
            return None
        # What an optimizer remembers may move them yet, unless that is used up as well.
        if len(self.state.slots) and not (is_zero and not change.any()):
            return None
        return Standstill.GRADIENT if is_zero else Standstill.ROUNDING


class Outcome(StrEnum):
    """Why a run goes no further."""

    DIVERGED = "diverged"
    LOSS_REACHED = "target reached"
    ACCURACY_REACHED = "accuracy reached"
    STEPS_TAKEN = "steps taken"
    NO_PROGRESS = "no progress"


class Overall(Struct):
    """What a network makes of all training images, at one moment."""

    loss: float
    """Mean over them."""
    predictions: Array
    """Shape (n,)."""
    targets: Array
    """Shape (n,)."""


class Progress(Struct):
    """What patience has seen so far; it takes in the loss of every epoch, once."""

    step: int = -1
    """The last step that was taken in."""
    total: float = 0.0
    """What an older session had added up of an epoch's batches; nothing is judged by it."""
    images: int = 0
    """The images of those."""
    best: float = math.inf
    """The lowest loss at an epoch's end, over all training images."""
    epochs: int = 0
    """Epochs since then."""

    def after(self, step: int, loss: float) -> "Progress":
        """Return the progress after one more epoch.

        Parameters
        ----------
        step : int
            The number of updates before it.
        loss : float
            Over all training images, with the parameters at its end.
        """
        if step <= self.step:
            return self
        if loss < self.best:
            return Progress(step, best=loss)
        return Progress(step, best=self.best, epochs=self.epochs + 1)


def outcome_of(
    config: TrainingConfig, step: int, overall: Evaluation | Overall | None, progress: Progress
) -> Outcome | None:
    """Return whether a run is to stop here, and why.

    Parameters
    ----------
    config : TrainingConfig
        Says when.
    step : int
        Updates so far.
    overall : Evaluation or Overall, optional
        Of the present parameters, on all training images; None within an epoch of mini-batches.
    progress : Progress
        With that taken in.
    """
    if overall is not None:
        if config.until_loss is not None and overall.loss <= config.until_loss:
            return Outcome.LOSS_REACHED
        if config.until_accuracy is not None:
            confusion = confusion_of(overall.predictions, overall.targets)
            if confusion.accuracy >= config.until_accuracy:
                return Outcome.ACCURACY_REACHED
    if config.patience is not None and progress.epochs >= config.patience:
        return Outcome.NO_PROGRESS
    if config.steps is not None and step >= config.steps:
        return Outcome.STEPS_TAKEN
    return None


def ending(config: TrainingConfig, steps: int = STEPS) -> TrainingConfig:
    """Return a config that ends: after some steps, or with another stop condition after 10⁶."""
    if config.steps is not None:
        return config
    return replace(config, steps=STEPS_AT_MOST if config.is_judged else steps)


@dataclass
class Ending:
    """Whether a run goes no further, and what that is judged by."""

    outcome: Outcome | None = None
    """Why it goes no further, if so."""
    diverged_at: int | None = None
    """The step whose loss showed that it diverges."""
    progress: Progress = field(default_factory=Progress)
    """What patience has seen."""
    overall: Overall | None = None
    """What the network makes of all training images, where an epoch of mini-batches has just ended
    by which the run is judged; None while that is not computed, and elsewhere."""
    first_loss: float | None = None
    """The loss that the run began with, once that is known and finite."""
    limit: float = math.inf
    """From which loss on the run has diverged."""

    def set_limit(self, targets: Array) -> None:
        """Set the limit by the first loss and the targets that there are now."""
        if self.first_loss is not None:
            with np.errstate(over="ignore"):  # of labels beyond 1e154
                mean_square = float(np.mean(targets**2))
            self.limit = DIVERGENCE_FACTOR * max(self.first_loss, mean_square)

    def reopen(self) -> None:
        """Reopen an ended run."""
        self.outcome, self.diverged_at = None, None
