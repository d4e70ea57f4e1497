"""Facts about the loss: how it moved over some steps, how fast it falls, and what it passed."""

import math
from typing import TypeAlias

import numpy as np

from core.arrays import Array
from core.commentary.opening import has_schedule, stable_rate_limit
from core.run.snapshot import Snapshot
from core.structs import Struct

FLAT = 0.02
"""A loss below this share of the curve's highest point is flat on a linear plot."""
FALLING = 0.005
"""A loss that falls by this share per step still falls."""
SLOW = 0.01
"""A loss that falls by less than this share per step could fall faster, if larger rates hold."""
SLOWED = 5.0
"""How many times smaller a share than at first is a fact."""
EVEN = 10.0
"""How many times more the weights' differences must be off than their mean, to be what is left."""
ROUNDING = 1e-9
"""A loss that rises by less of itself may only have been rounded otherwise."""
NOISE = 1e-12
"""Smaller gradients change their signs by rounding alone."""
ROOM = 20.0
"""How many times larger a step could be, to be a fact."""
OVERFITTING = 2.0
"""How many times the training loss a test loss is, to be a fact."""
POWERS = frozenset(float(f"1e{exponent}") for exponent in range(-30, 7))
"""The powers of ten that are milestones of the loss."""


class LossMoved(Struct):
    """The loss before and after some steps."""

    before: float
    after: float
    steps: int
    images: int
    """In the batch that `after` is the mean of."""
    whole: bool
    """Whether each batch is all training images; otherwise the two losses are of different ones."""


class Went(Struct):
    """How far a fast run has gone, where nothing else is to be told of its steps."""

    step: int
    steps: int
    """Steps since what was told before."""
    before: float | None
    """The loss then; None where it is not known, or of other images."""
    after: float
    images: int
    """In the batch that `after` is the mean of."""
    whole: bool
    """Whether that is all training images."""


def went(before: Snapshot, after: Snapshot) -> Went | None:
    """Return how far the run has gone, and how the loss has moved."""
    if after.loss is None or after.step <= before.step:
        return None
    old = _loss_of(before, after) if after.is_full_batch else None
    steps = after.step - before.step
    return Went(after.step, steps, old, after.loss, after.batch_size, after.is_full_batch)


class Overshot(Struct):
    """The loss rose: in a step's direction the lowest point was passed, and more than made up."""

    before: float
    after: float
    swung: bool
    """Whether most predictions were wrong in one direction before, and are in the other now."""
    were_high: bool
    """Whether most were too high before."""
    task: str
    learning_rate: float
    limit: float | None
    is_scheduled: bool = False
    """Whether the rate changes by a schedule, and may come below the limit by itself."""


def loss_moved(before: Snapshot, after: Snapshot) -> LossMoved | Overshot | None:
    """Return how the loss moved; that a step overshot only where it is known to be the cause."""
    old, new, config = _loss_of(before, after), after.loss, after.config
    if old is None or new is None:
        return None
    whole = after.is_full_batch
    if not (whole and new > old * (1 + ROUNDING) and passed_minimum(before, after)):
        return LossMoved(old, new, after.step - before.step, after.batch_size, whole)
    most = before.batch_size / 2
    were_high, were_low = before.too_high > most, before.too_low > most
    swung = (were_high and after.too_low > most) or (were_low and after.too_high > most)
    limit = stable_rate_limit(config, after)
    rate = last_rate(after)
    return Overshot(old, new, swung, were_high, config.task, rate, limit, has_schedule(config))


class RateTooSmall(Struct):
    """The loss falls slowly, and a larger learning rate would still converge."""

    share: float
    """Of the loss, lost with each step; in (0, 1)."""
    learning_rate: float
    limit: float
    """2/λ: it converges below."""


def rate_too_small(before: Snapshot, after: Snapshot) -> RateTooSmall | None:
    """Return how slowly the loss falls, if a far larger learning rate is known to be stable."""
    share, rate = _share(before, after), after.rate
    limit = stable_rate_limit(after.config, after)
    changes = is_warming_up(after) or has_schedule(after.config)
    if share is None or limit is None or is_flat(after) or changes:
        return None
    return RateTooSmall(share, rate, limit) if share < SLOW and rate * ROOM <= limit else None


class Slowed(Struct):
    """The loss falls by a far smaller share with each step than with the first."""

    share: float
    """Of the loss, lost with each step; in (0, 1)."""
    first: float
    """The same of the first step."""
    even: bool
    """Whether the weights are right on average, so that their differences are what is left."""


def slowed(moment: Snapshot) -> Slowed | None:
    """Return how the loss has slowed, if the last step took a far smaller share than the first."""
    curve = moment.curve
    if curve.width > 1 or not moment.is_full_batch or is_flat(moment):
        return None
    if not 1 < moment.step < curve.length:
        return None
    first = _lost(float(curve.last[0]), float(curve.last[1]))
    share = _lost(float(curve.last[moment.step - 1]), float(curve.last[moment.step]))
    if first is None or share is None or share * SLOWED > first:
        return None
    return Slowed(share, first, _even(moment))


def _even(moment: Snapshot) -> bool:
    """Whether the weights are right on average, and what they still miss is mostly differences."""
    best = None if moment.quadratic is None else moment.quadratic.best
    if best is None or moment.architecture.bias:
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        missing = moment.parameters - best
        common = missing.mean()
        return bool(np.linalg.norm(missing - common) > EVEN * abs(common))


class FlatCurve(Struct):
    """The curve has come down to where a linear plot shows nothing, and the loss still falls."""

    share: float
    """Of the loss, lost with each step; in (0, 1)."""


def flat_curve(before: Snapshot, after: Snapshot) -> FlatCurve | None:
    """Return how fast the loss still falls, if a linear plot from 0 no longer shows it."""
    share = _share(before, after)
    if share is None or share < FALLING or not is_flat(after):
        return None
    return FlatCurve(share)


def is_flat(moment: Snapshot) -> bool:
    """Whether the loss cannot be seen on a linear plot of the whole curve."""
    highest = moment.curve.maximum[np.isfinite(moment.curve.maximum)]
    return moment.loss is not None and highest.size > 0 and moment.loss < FLAT * highest.max()


def is_noise(gradient: Array) -> bool:
    """Whether a gradient has come down to where rounding decides its signs, or is not a number."""
    return not np.abs(gradient).max() > NOISE


class LossMilestone(Struct):
    """The loss came below a power of ten for the first time."""

    threshold: float
    step: int
    steps_since: int | None
    """Steps since ten times that was passed; None if the run began below that."""
    whole: bool
    """Whether the loss is the mean over all training images."""


def loss_milestone(before: Snapshot, after: Snapshot) -> LossMilestone | None:
    """Return the lowest power of ten that the loss came below for the first time."""
    steps = {power: step for power, step in after.curve.passed.items() if power in POWERS}
    new = [power for power, step in steps.items() if before.step < step <= after.step]
    if not new:
        return None
    threshold = min(new)
    step = steps[threshold]
    above = steps.get(min((power for power in steps if power > threshold), default=math.nan), 0)
    # What the run began below was not passed.
    since = step - above if above else None
    return LossMilestone(threshold, step, since, after.is_full_batch)


class EpochDone(Struct):
    """All training images were seen once."""

    images: int
    batch: int
    """Images per step."""
    steps: int
    """Steps that took."""


def epoch_done(before: Snapshot, after: Snapshot) -> EpochDone | None:
    """Return what the first epoch was, if it is over and took more than a step."""
    schedule = after.schedule
    if schedule.is_full_batch or before.epoch or not after.epoch or before.schedule != schedule:
        return None
    return EpochDone(schedule.images, schedule.batch_size, schedule.per_epoch)


class Overfitting(Struct):
    """Overfitting: the test loss is far above the training loss."""

    train: float
    test: float
    images: int
    """Training images."""


def overfitting(before: Snapshot, after: Snapshot) -> Overfitting | None:
    """Return the two losses, if the test loss is now far above the training loss."""
    if not _is_overfitting(after) or _is_overfitting(before) or after.scores is None:
        return None
    train, test = after.scores.train, after.scores.test
    return None if test is None else Overfitting(train.loss, test.loss, train.images)


def _is_overfitting(moment: Snapshot) -> bool:
    """Whether the test loss is far above the training loss."""
    scores = moment.scores
    if scores is None or scores.test is None:
        return False
    return scores.test.loss > OVERFITTING * scores.train.loss


LossFact: TypeAlias = (
    LossMoved
    | Went
    | Overshot
    | RateTooSmall
    | Slowed
    | FlatCurve
    | LossMilestone
    | EpochDone
    | Overfitting
)
"""Any of them."""


def _loss_of(before: Snapshot, after: Snapshot) -> float | None:
    """Return the loss before, from the later curve if it was still being computed then."""
    if before.loss is None and before.step < after.curve.length:
        stretch = after.curve.at(before.step)
        return stretch.last if stretch.first_step == stretch.last_step else None
    return before.loss


def _share(before: Snapshot, after: Snapshot) -> float | None:
    """Return the share of the loss that each step took away, if it fell and the two compare."""
    old, new, steps = _loss_of(before, after), after.loss, after.step - before.step
    if old is None or new is None or steps < 1 or not after.is_full_batch:
        return None
    return _lost(old, new, steps)


def _lost(old: float, new: float, steps: int = 1) -> float | None:
    """Return the share that each step took, in (0, 1); None if the loss did not fall."""
    if not (0 < new < old and math.isfinite(old)):
        return None
    share = -math.expm1((math.log(new) - math.log(old)) / steps)
    return share if share > 0 else None


def last_rate(after: Snapshot) -> float:
    """Return the learning rate of the last step that was taken."""
    return after.rates.at(max(0, after.step - 1))


def is_warming_up(moment: Snapshot) -> bool:
    """Whether the learning rate rises by itself from step to step."""
    return moment.step < moment.config.warmup_steps


def passed_minimum(before: Snapshot, after: Snapshot) -> bool:
    """Whether the step led downhill first, and uphill where it ended."""
    if after.step > before.step + 1:
        limit = stable_rate_limit(after.config, after)
        return limit is not None and last_rate(after) > limit
    if before.gradient is None or after.gradient is None:
        return False
    if is_noise(before.gradient) or is_noise(after.gradient):
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        update = after.parameters - before.parameters
        return bool(np.dot(before.gradient, update) < 0 < np.dot(after.gradient, update))
