"""Zero gradients, and nearly zero ones: why they are.

The per-image gradient of a weight is *input × derivative × delta passed back*. If one of the three
is zero so is the product; over a batch, products that are not zero may still cancel out.
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
"""A derivative below this hardly lets anything through; at 0 the steepest is 1, a sigmoid's ¼."""


def reasons_for(
    own: BatchTrace, batch_trace: BatchTrace | None, place: Place, gradient: float
) -> tuple[Reason, ...]:
    """Return what makes a gradient zero or small, for the selected image and for the batch.

    Parameters
    ----------
    own : BatchTrace
        Of the selected image.
    batch_trace : BatchTrace or None
        Of the batch, if it was worked through.
    place : Place
        Where the parameter is.
    gradient : float
        The batch's gradient.
    """
    reasons = _reasons(own, place, Scope.IMAGE)
    if batch_trace is None:
        return reasons
    image_gradients = batch_trace.image_gradients(place.layer, place.source, place.neuron)
    count = len(batch_trace.batch)
    found = _reasons(batch_trace, place, Scope.BATCH)
    if not image_gradients.any():
        return reasons + found
    if gradient == 0.0:
        working_against = int(np.count_nonzero(image_gradients))
        cancel = _reason(batch_trace, place, Cause.CANCEL, Scope.BATCH, working_against)
        return (*reasons, *found, cancel)
    # It is not zero: only a neuron that is flat or dead for most images is worth a word.
    heavy = (Cause.SATURATED, Cause.DEAD)
    return reasons + tuple(r for r in found if r.cause in heavy and 2 * r.images > count)


def identical_at(snapshot: Snapshot, place: Place) -> tuple[IdenticalNeurons, ...]:
    """Return the layers that a parameter leads to or comes from, if all their neurons are
    identical.

    Then this gradient is theirs as well, and no step tells them apart.
    """
    hidden = snapshot.architecture.hidden
    layers = [place.layer] if place.source is None else [place.layer, place.layer - 1]
    return tuple(
        IdenticalNeurons(layer, hidden[layer])
        for layer in layers
        if 0 <= layer < len(hidden) and are_identical(snapshot, layer)
    )


def _reasons(batch_trace: BatchTrace, place: Place, scope: Scope) -> tuple[Reason, ...]:
    """Count the images for which each cause holds, or return the one that holds for all."""
    found = [(cause, where) for cause, where in _causes(batch_trace, place) if where.any()]
    whole = [(cause, where) for cause, where in found if where.all()]
    reasons = []
    left = np.ones(len(batch_trace.batch), dtype=bool)
    for cause, where in whole[:1] or found:
        hits = where & left
        if hits.any():
            derivative = None
            if cause is Cause.SATURATED:
                derivative = float(batch_trace.derivatives(place.layer, place.neuron)[hits].mean())
            number = int(np.count_nonzero(hits))
            reasons.append(_reason(batch_trace, place, cause, scope, number, derivative))
            left[hits] = False
    return tuple(reasons)


def _causes(batch_trace: BatchTrace, place: Place) -> list[tuple[Cause, NDArray[np.bool_]]]:
    """Return for each image which causes hold, in the order of the product."""
    layer, neuron = place.layer, place.neuron
    activation = batch_trace.network.architecture.layers[layer].activation
    is_last = layer == len(batch_trace.sums) - 1
    causes: list[tuple[Cause, NDArray[np.bool_]]] = [
        (Cause.INPUT, batch_trace.inputs(layer, place.source) == 0.0)
    ]
    # Cross-entropy cancels the derivative of the output: there it is no cause.
    if not activation.is_linear and not (is_last and batch_trace.loss.needs_sums):
        derivatives = batch_trace.derivatives(layer, neuron)
        relu = activation.name == "relu"
        causes.append(
            (Cause.DEAD, derivatives == 0.0) if relu else (Cause.SATURATED, derivatives < FLAT)
        )
    if not is_last:
        above = batch_trace.network.weights[layer + 1][neuron]
        causes.append((Cause.WEIGHTS, np.full(len(batch_trace.batch), not above.any())))
    causes.append((Cause.RIGHT, batch_trace.differences == 0.0))
    if not is_last:
        causes.append((Cause.BLOCKED, batch_trace.carried(layer, neuron) == 0.0))
    return causes


def _reason(
    batch_trace: BatchTrace,
    place: Place,
    cause: Cause,
    scope: Scope,
    images: int,
    derivative: float | None = None,
) -> Reason:
    """Return a cause as a reason for a parameter."""
    activation = batch_trace.network.architecture.layers[place.layer].activation.name
    count = len(batch_trace.batch)
    return Reason(cause, scope, images, count, place.layer, place.neuron, activation, derivative)
