"""Facts about the weights and biases: which way steps moved them, and whether they can go on."""

from typing import TypeAlias

import numpy as np

from core.commentary.steps.loss import is_noise, last_rate, passed_minimum
from core.images.images import PIXELS
from core.run.snapshot import Snapshot
from core.run.stopping import NEAR_BEST, Standstill, is_converged
from core.settings.config import TrainingConfig
from core.structs import Struct

AVERAGE = 1e-6
"""How near the best parameters are to the plain average's to be called that."""


class WeightsMoved(Struct):
    """Which way the parameters of a network without hidden layers moved, and for what images."""

    fell: tuple[int, ...]
    """Indices of those that fell."""
    rose: tuple[int, ...]
    """Indices of those that rose."""
    parameters: int
    """How many there are; the ones in neither list did not move."""
    weights: int
    """How many of them are weights; a bias comes after."""
    against: float | None
    """The value, before, of one that went away from the best it can be; None if none did."""
    too_high: int
    """Images predicted too high before the step, so what it answered to."""
    too_low: int
    images: int
    task: str


def weights_moved(before: Snapshot, after: Snapshot) -> WeightsMoved | None:
    """Return which way each parameter went, and whether one went away from its best value."""
    if not is_small(after):
        return None
    old, new = before.parameters, after.parameters
    against = None
    if after.quadratic is not None and after.quadratic.best is not None:
        best = after.quadratic.best
        away = ((new < old) & (best > old)) | ((new > old) & (best < old))
        with np.errstate(over="ignore"):
            distance = np.where(away, np.abs(best - old), 0.0)
        if distance.max() > NEAR_BEST:
            against = int(np.argmax(distance))
    return WeightsMoved(
        fell=tuple(np.flatnonzero(new < old).tolist()),
        rose=tuple(np.flatnonzero(new > old).tolist()),
        parameters=len(new),
        weights=_weights(after),
        against=None if against is None else float(old[against]),
        too_high=before.too_high,
        too_low=before.too_low,
        images=before.batch_size,
        task=after.config.task,
    )


class Stepped(Struct):
    """The parameters of a network with hidden layers, too many to be named, took a step."""

    config: TrainingConfig
    """What the step was made by."""
    learning_rate: float
    """What it took."""
    parameters: int
    biases: bool
    """Whether some of them are biases."""
    most: float
    """The farthest that one of them moved."""


def stepped(before: Snapshot, after: Snapshot) -> Stepped | None:
    """Return how far a step moved parameters too many to be named."""
    if is_small(after) or after.step != before.step + 1 or after.frozen:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        most = float(np.abs(after.parameters - before.parameters).max())
    return Stepped(
        after.config, last_rate(after), len(after.parameters), after.architecture.bias, most
    )


class SignChanged(Struct):
    """Parameters whose gradient changed its sign, all to the same one."""

    indices: tuple[int, ...]
    weights: int
    """How many parameters are weights; an index from there on is a bias."""
    below: bool
    """Whether the gradient is now below 0."""
    all_past: bool
    """Whether one step turned all of them and still lowered the loss: it passed the lowest point
    of its way, and ended not as high beyond."""
    follows: bool
    """Whether the next step moves them all that way; what an optimizer remembers, or a penalty, may
    be stronger."""


def sign_changed(before: Snapshot, after: Snapshot) -> tuple[SignChanged, ...]:
    """Return whose gradient changed its sign: those now below 0, and those now above.

    With mini-batches each gradient belongs to other images, so that a sign means little.
    """
    old, new = before.gradient, after.gradient
    if old is None or new is None or not is_small(after) or not after.is_full_batch:
        return ()
    if is_noise(old) or is_noise(new):
        return ()
    turns = (
        (np.flatnonzero((old > 0) & (new < 0)), True),
        (np.flatnonzero((old < 0) & (new > 0)), False),
    )
    weights = _weights(after)
    lowered = before.loss is not None and after.loss is not None and after.loss < before.loss
    past = lowered and after.step == before.step + 1 and passed_minimum(before, after)
    change = np.zeros_like(new) if after.change is None else after.change
    return tuple(
        SignChanged(
            tuple(which.tolist()),
            weights,
            below,
            past and len(which) == len(new),
            bool((change[which] > 0).all() if below else (change[which] < 0).all()),
        )
        for which, below in turns
        if which.size
    )


class Converged(Struct):
    """Every parameter is within 0.001 of the best there is for these images."""

    weights: int
    biases: int
    average: float | None
    """What each weight is, if the best is the plain average of the pixels; otherwise None."""


def converged(moment: Snapshot) -> Converged | None:
    """Return what the best parameters are, if each is as good as that."""
    best = None if moment.quadratic is None else moment.quadratic.best
    if best is None or not is_converged(moment.parameters, moment.quadratic):
        return None
    weights = _weights(moment)
    average = np.where(np.arange(len(best)) < weights, 1.0 / weights, 0.0)
    is_average = bool(np.all(np.abs(best - average) <= AVERAGE))
    return Converged(weights, len(best) - weights, 1.0 / weights if is_average else None)


class NoChange(Struct):
    """The last step left every parameter as it was, to the last bit."""

    why: Standstill
    loss: float


def no_change(moment: Snapshot) -> NoChange | None:
    """Return why nothing moves any more, if the last step changed nothing at all and none will."""
    why = moment.standstill
    return None if why is None or moment.loss is None else NoChange(why, moment.loss)


WeightFact: TypeAlias = WeightsMoved | Stepped | SignChanged | Converged | NoChange
"""Any of them."""


def is_small(moment: Snapshot) -> bool:
    """Whether each parameter can be spoken of by its name."""
    return not moment.architecture.hidden and moment.architecture.inputs <= PIXELS


def _weights(moment: Snapshot) -> int:
    """Return how many of the parameters are weights."""
    return sum(layer.inputs * layer.outputs for layer in moment.architecture.layers)
