"""What steps do to parameters, gradient and predictions, as facts."""

import math

import numpy as np

from core.commentary.facts import (
    RIGHT,
    Arrived,
    Counted,
    LookedAt,
    Moved,
    Settled,
    Stepped,
    Stuck,
    Turned,
)
from core.commentary.layers import still_neurons
from core.commentary.trends import is_noise, passed_the_lowest
from core.images.images import PIXELS
from core.run.snapshot import Snapshot

ARRIVED = 1e-3
"""How near every parameter is to its best value when a network has arrived."""
AVERAGE = 1e-6
"""How near the best parameters are to the plain average's to be called that."""
COUNTED = 0.02
"""A smaller share of the images that change sides is not worth a word."""
VISIBLE = 1e-3
"""A smaller change of a prediction need not show in its three decimals."""


def moved(before: Snapshot, after: Snapshot) -> Moved | None:
    """Tell which way each parameter went, and whether one went away from its best value."""
    if not is_small(after):
        return None
    old, new = before.parameters, after.parameters
    against = None
    if after.bowl is not None and after.bowl.best is not None:
        best = after.bowl.best
        away = ((new < old) & (best > old)) | ((new > old) & (best < old))
        with np.errstate(over="ignore"):
            distance = np.where(away, np.abs(best - old), 0.0)
        if distance.max() > ARRIVED:
            against = int(np.argmax(distance))
    return Moved(
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


def stepped(before: Snapshot, after: Snapshot) -> Stepped | None:
    """Tell how a step moved parameters too many to be named."""
    if is_small(after) or after.step != before.step + 1 or after.frozen:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        most = float(np.abs(after.parameters - before.parameters).max())
    return Stepped(after.config, len(after.parameters), after.architecture.bias, most)


def turned(before: Snapshot, after: Snapshot) -> tuple[Turned, ...]:
    """Tell whose gradient changed its sign: those now below 0, and those now above.

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
    past = lowered and after.step == before.step + 1 and passed_the_lowest(before, after)
    change = np.zeros_like(new) if after.change is None else after.change
    return tuple(
        Turned(
            tuple(which.tolist()),
            weights,
            below,
            past and len(which) == len(new),
            bool((change[which] > 0).all() if below else (change[which] < 0).all()),
        )
        for which, below in turns
        if which.size
    )


def looked_at(before: Snapshot, after: Snapshot) -> LookedAt | None:
    """Tell what became of the prediction for the image that is looked at, if one can see it."""
    old, new = before.reading, after.reading
    change = new.prediction - old.prediction
    if old.image != new.image or not math.isfinite(change) or math.isnan(new.truth):
        return None
    better = before.loss is not None and after.loss is not None and after.loss < before.loss
    fact = LookedAt(
        before=old.prediction,
        after=new.prediction,
        truth=new.truth,
        images=before.batch_size,
        together_better=better and after.is_full_batch,
        together_worse=not better and after.is_full_batch,
        answered=before.too_high if change < 0 else before.too_low,
        task=after.config.task,
        is_learnt_from=new.is_learnt_from,
        is_noisy=after.rule is not None,
    )
    is_right = abs(fact.after - fact.truth) < RIGHT
    turned = fact.came_right or fact.went_wrong
    return fact if turned or (abs(change) > VISIBLE and not is_right) else None


def counted(before: Snapshot, after: Snapshot) -> Counted | None:
    """Tell how many images are predicted too high and too low, if that changed much.

    Only where `moved` does not tell it.
    """
    was, now = (before.too_high, before.too_low), (after.too_high, after.too_low)
    if is_small(after) or None in (before.loss, after.loss) or not after.is_full_batch:
        return None
    if abs(was[0] - now[0]) < COUNTED * after.batch_size:
        return None
    return Counted(after.config.task, after.batch_size, was[0], now[0], was[1], now[1])


def arrived(moment: Snapshot) -> Arrived | None:
    """Tell that each parameter is as good as the best there is."""
    best = None if moment.bowl is None else moment.bowl.best
    if best is None or not np.all(np.abs(moment.parameters - best) <= ARRIVED):
        return None
    weights = _weights(moment)
    average = np.where(np.arange(len(best)) < weights, 1.0 / weights, 0.0)
    is_average = bool(np.all(np.abs(best - average) <= AVERAGE))
    return Arrived(weights, len(best) - weights, 1.0 / weights if is_average else None)


def settled(moment: Snapshot) -> Settled | None:
    """Tell that the last step changed nothing at all, and that none will."""
    if moment.previous is None or moment.gradient is None or moment.loss is None:
        return None
    if not moment.is_full_batch or not np.array_equal(moment.previous, moment.parameters):
        return None
    zero = not np.any(moment.gradient)
    # What an optimizer remembers may move them yet, unless that is used up as well.
    if len(moment.state.slots) and not (zero and not np.any(moment.change)):
        return None
    return Settled(zero, moment.loss)


def stuck(moment: Snapshot) -> Stuck | None:
    """Tell how many relu neurons get no gradient, though there are errors to learn from."""
    gradient = moment.gradient
    *hidden, last = moment.architecture.layers
    relus = [layer for layer in hidden if layer.activation.name == "relu"]
    if gradient is None or not relus or not moment.too_high + moment.too_low:
        return None
    still = sum(int(np.count_nonzero(still_neurons(layer, gradient))) for layer in relus)
    if not still:
        return None
    # A neuron at 0 gives the weight that leads on from it no gradient either: that tells it from
    # one that only waits for that weight to leave 0.
    nothing = not np.any(gradient[: last.weights.stop])
    neurons = sum(layer.outputs for layer in relus)
    forever = nothing and moment.is_full_batch and moment.config.is_plain_descent
    return Stuck(still, neurons, forever)


def is_small(moment: Snapshot) -> bool:
    """Whether each parameter can be spoken of by its name."""
    return not moment.architecture.hidden and moment.architecture.inputs <= PIXELS


def _weights(moment: Snapshot) -> int:
    return sum(layer.inputs * layer.outputs for layer in moment.architecture.layers)
