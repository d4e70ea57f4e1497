"""Zero gradients, and nearly zero ones: why they are.

An image's own gradient in a weight is *input × slope × what comes back*. If one of the three is
zero so is the product; over a batch, products that are not zero may still cancel out.
"""

import numpy as np
from numpy.typing import NDArray

from core.commentary.layers import are_identical
from core.explain.batch_trace import BatchTrace
from core.explain.equations import Scope
from core.explain.explanation import Cause, IdenticalNeurons, Reason
from core.network.architecture import Place
from core.run.snapshot import Snapshot

FLAT = 0.01
"""A slope below this hardly lets anything through; at 0 the steepest is 1, a sigmoid's ¼."""


def reasons_for(
    own: BatchTrace, working: BatchTrace | None, place: Place, gradient: float
) -> tuple[Reason, ...]:
    """Return what makes a gradient zero or small, for the selected image and for the batch.

    Parameters
    ----------
    own : BatchTrace
        Of the image that is looked at.
    working : BatchTrace or None
        Of the batch, if it was worked through.
    place : Place
        Where the parameter is.
    gradient : float
        The batch's gradient.
    """
    reasons = _reasons(own, place, Scope.IMAGE)
    if working is None:
        return reasons
    image_gradients = working.image_gradients(place.layer, place.source, place.neuron)
    count = len(working.batch)
    found = _reasons(working, place, Scope.BATCH)
    if not image_gradients.any():
        return reasons + found
    if gradient == 0.0:
        working_against = int(np.count_nonzero(image_gradients))
        cancel = _reason(working, place, Cause.CANCEL, Scope.BATCH, working_against)
        return (*reasons, *found, cancel)
    # It is not zero: only a neuron that is flat or dead for most images is worth a word.
    heavy = (Cause.SATURATED, Cause.DEAD)
    return reasons + tuple(r for r in found if r.cause in heavy and 2 * r.images > count)


def identical_at(snapshot: Snapshot, place: Place) -> tuple[IdenticalNeurons, ...]:
    """Return the layers that a parameter leads to or comes from, if all their neurons are alike.

    Then this gradient is theirs as well, and no step tells them apart.
    """
    hidden = snapshot.architecture.hidden
    layers = [place.layer] if place.source is None else [place.layer, place.layer - 1]
    return tuple(
        IdenticalNeurons(layer, hidden[layer])
        for layer in layers
        if 0 <= layer < len(hidden) and are_identical(snapshot, layer)
    )


def _reasons(working: BatchTrace, place: Place, scope: Scope) -> tuple[Reason, ...]:
    """Count the images for which each cause holds, or give the one that holds for all."""
    found = [(cause, where) for cause, where in _causes(working, place) if where.any()]
    whole = [(cause, where) for cause, where in found if where.all()]
    reasons = []
    left = np.ones(len(working.batch), dtype=bool)
    for cause, where in whole[:1] or found:
        hits = where & left
        if hits.any():
            slope = None
            if cause is Cause.SATURATED:
                slope = float(working.slopes(place.layer, place.neuron)[hits].mean())
            number = int(np.count_nonzero(hits))
            reasons.append(_reason(working, place, cause, scope, number, slope))
            left[hits] = False
    return tuple(reasons)


def _causes(working: BatchTrace, place: Place) -> list[tuple[Cause, NDArray[np.bool_]]]:
    """Return for each image which causes hold, in the order of the product."""
    layer, neuron = place.layer, place.neuron
    activation = working.network.architecture.layers[layer].activation
    is_last = layer == len(working.sums) - 1
    causes: list[tuple[Cause, NDArray[np.bool_]]] = [
        (Cause.INPUT, working.inputs(layer, place.source) == 0.0)
    ]
    # Cross-entropy cancels the slope of the output: there it is no cause.
    if not activation.is_linear and not (is_last and working.loss.needs_sums):
        slopes = working.slopes(layer, neuron)
        relu = activation.name == "relu"
        causes.append((Cause.DEAD, slopes == 0.0) if relu else (Cause.SATURATED, slopes < FLAT))
    if not is_last:
        above = working.network.weights[layer + 1][neuron]
        causes.append((Cause.WEIGHTS, np.full(len(working.batch), not above.any())))
    causes.append((Cause.RIGHT, working.differences == 0.0))
    if not is_last:
        causes.append((Cause.BLOCKED, working.carried(layer, neuron) == 0.0))
    return causes


def _reason(
    working: BatchTrace,
    place: Place,
    cause: Cause,
    scope: Scope,
    images: int,
    slope: float | None = None,
) -> Reason:
    """Return a cause as a reason for a parameter."""
    activation = working.network.architecture.layers[place.layer].activation.name
    count = len(working.batch)
    return Reason(cause, scope, images, count, place.layer, place.neuron, activation, slope)
