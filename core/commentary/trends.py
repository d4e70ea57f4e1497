"""What the loss does over some steps, as facts."""

import math

import numpy as np

from core.arrays import Array
from core.commentary.endings import (
    AccuracyReached,
    Diverged,
    EndFact,
    NoProgress,
    StepsTaken,
    TargetReached,
)
from core.commentary.facts import (
    EpochDone,
    Gap,
    LooksFlat,
    LossMoved,
    Overshot,
    Passed,
    Slowed,
    Timid,
)
from core.commentary.settings import known_limit
from core.run.snapshot import Snapshot
from core.run.stopping import Outcome

FLAT = 0.02
"""A loss below this share of the curve's highest point is flat on a linear plot."""
FALLING = 0.005
"""A loss that loses this share of itself each step has not come to rest."""
TIMID = 0.01
"""A loss that loses less than this share each step could go faster, if much larger steps hold."""
SLOWED = 5.0
"""How many times smaller a share than at first is worth a word."""
EVEN = 10.0
"""How many times more the weights' differences must be off than their mean, to be what is left."""
ROUNDING = 1e-9
"""A loss that rises by less of itself may only have been rounded otherwise."""
NOISE = 1e-12
"""Smaller gradients change their signs by rounding alone."""
ROOM = 20.0
"""How many times larger a step could be, to be worth a word."""
WIDE = 2.0
"""How many times the training loss a test loss is that is worth a word."""
POWERS = frozenset(float(f"1e{exponent}") for exponent in range(-30, 7))


def ended(after: Snapshot) -> EndFact:
    """Tell why the run goes no further."""
    loss = float(after.curve.last[-1]) if after.curve.length else math.nan
    config = after.config
    match after.outcome:
        case Outcome.TARGET_REACHED:
            return TargetReached(after.step, loss)
        case Outcome.STEPS_TAKEN:
            return StepsTaken(after.step, loss)
        case Outcome.NO_PROGRESS:
            return NoProgress(after.step, loss, config.patience or 0)
        case Outcome.ACCURACY_REACHED:
            return AccuracyReached(after.step, after.right, after.batch_size)
    step = after.step if after.diverged_at is None else after.diverged_at
    # What is shown is the moment before, though the loss was a number: then the weights were not.
    is_loss_finite = step > after.step and math.isfinite(loss)
    limit = known_limit(config, after)
    return Diverged(step, loss, config.learning_rate, limit, is_loss_finite)


def loss_moved(before: Snapshot, after: Snapshot) -> LossMoved | Overshot | None:
    """Tell how the loss moved; that a step overshot only where it is known to be the cause."""
    old, new, config = _loss_of(before, after), after.loss, after.config
    if old is None or new is None:
        return None
    whole = after.is_full_batch
    if not (whole and new > old * (1 + ROUNDING) and passed_the_lowest(before, after)):
        return LossMoved(old, new, after.step - before.step, after.batch_size, whole)
    most = before.batch_size / 2
    were_high, were_low = before.too_high > most, before.too_low > most
    swung = (were_high and after.too_low > most) or (were_low and after.too_high > most)
    limit = known_limit(config, after)
    return Overshot(old, new, swung, were_high, config.task, config.learning_rate, limit)


def timid(before: Snapshot, after: Snapshot) -> Timid | None:
    """Tell that steps are far smaller than they could be, where it is known what they could be."""
    share, rate = _share(before, after), after.config.learning_rate
    limit = known_limit(after.config, after)
    if share is None or limit is None or is_flat(after):
        return None
    return Timid(share, rate, limit) if share < TIMID and rate * ROOM <= limit else None


def slowed(moment: Snapshot) -> Slowed | None:
    """Tell that the last step took a far smaller share of the loss than the first."""
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
    best = None if moment.bowl is None else moment.bowl.best
    if best is None or moment.architecture.bias:
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        missing = moment.parameters - best
        common = missing.mean()
        return bool(np.linalg.norm(missing - common) > EVEN * abs(common))


def looks_flat(before: Snapshot, after: Snapshot) -> LooksFlat | None:
    """Tell that the loss still falls where a linear plot from 0 no longer shows it."""
    share = _share(before, after)
    if share is None or share < FALLING or not is_flat(after):
        return None
    return LooksFlat(share)


def is_flat(moment: Snapshot) -> bool:
    """Whether the loss is lost at the foot of a linear plot of the whole curve."""
    highest = moment.curve.maximum[np.isfinite(moment.curve.maximum)]
    return moment.loss is not None and highest.size > 0 and moment.loss < FLAT * highest.max()


def is_noise(gradient: Array) -> bool:
    """Whether a gradient has come down to where rounding decides its signs, or is not a number."""
    return not np.abs(gradient).max() > NOISE


def passed(before: Snapshot, after: Snapshot) -> Passed | None:
    """Tell the lowest power of ten that the loss came below for the first time."""
    steps = {power: step for power, step in after.curve.passed.items() if power in POWERS}
    new = [power for power, step in steps.items() if before.step < step <= after.step]
    if not new:
        return None
    threshold = min(new)
    step = steps[threshold]
    above = steps.get(min((power for power in steps if power > threshold), default=math.nan), 0)
    # What the run began below was not passed.
    since = step - above if above else None
    return Passed(threshold, step, since, after.is_full_batch)


def epoch_done(before: Snapshot, after: Snapshot) -> EpochDone | None:
    """Tell that all images were seen once, where that takes more than a step."""
    schedule = after.schedule
    if schedule.is_full_batch or before.epoch or not after.epoch or before.schedule != schedule:
        return None
    return EpochDone(schedule.images, schedule.batch_size, schedule.per_epoch)


def gap(before: Snapshot, after: Snapshot) -> Gap | None:
    """Tell that the test loss has come to be far above the training loss."""
    if not _is_wide(after) or _is_wide(before) or after.scores is None:
        return None
    train, test = after.scores.train, after.scores.test
    return None if test is None else Gap(train.loss, test.loss, train.images)


def _is_wide(moment: Snapshot) -> bool:
    scores = moment.scores
    if scores is None or scores.test is None:
        return False
    return scores.test.loss > WIDE * scores.train.loss


def _loss_of(before: Snapshot, after: Snapshot) -> float | None:
    """Give the loss before, from the later curve if it was still being computed then."""
    if before.loss is None and before.step < after.curve.length:
        stretch = after.curve.at(before.step)
        return stretch.last if stretch.first_step == stretch.last_step else None
    return before.loss


def _share(before: Snapshot, after: Snapshot) -> float | None:
    """Give the share of the loss that each step took away, if it fell and the two compare."""
    old, new, steps = _loss_of(before, after), after.loss, after.step - before.step
    if old is None or new is None or steps < 1 or not after.is_full_batch:
        return None
    return _lost(old, new, steps)


def _lost(old: float, new: float, steps: int = 1) -> float | None:
    """Give the share that each step took, in (0, 1); None if the loss did not fall."""
    if not (0 < new < old and math.isfinite(old)):
        return None
    share = -math.expm1((math.log(new) - math.log(old)) / steps)
    return share if share > 0 else None


def passed_the_lowest(before: Snapshot, after: Snapshot) -> bool:
    """Whether the way of the step led downhill first, and uphill where it ended."""
    if after.step > before.step + 1:
        limit = known_limit(after.config, after)
        return limit is not None and after.config.learning_rate > limit
    if before.gradient is None or after.gradient is None:
        return False
    if is_noise(before.gradient) or is_noise(after.gradient):
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        way = after.parameters - before.parameters
        return bool(np.dot(before.gradient, way) < 0 < np.dot(after.gradient, way))
