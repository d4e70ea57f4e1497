"""The arithmetic behind a gradient: the chain rule for one image, then the mean over the batch.

An image's **delta** of a neuron is how fast that image's loss rises with the neuron's sum:

- of the output neuron, 2·(prediction − target), times the derivative of its activation if it
  has one;
- of a neuron below, the deltas of the neurons above, each times the weight that leads there, added
  up, times the derivative of its activation: one term for each way that leads to the output.

The per-image gradient of a weight is its neuron's delta times the number that the weight
multiplies; in a bias, the delta alone. The batch's gradient is the mean of them.
"""

import math

import numpy as np

from core.engines.engine import NUDGE
from core.explain.batch_trace import (
    BatchTrace,
    effort_of,
    multiplies_derivative,
    trace_batch,
    trace_image,
)
from core.explain.equations import Equation, Factor, Scope, Term, equation, products, subscript
from core.explain.explanation import AtCorner, Explanation, Fact, TooManyTerms
from core.explain.loss import (
    largest,
    loss_equation,
    rest_of,
    seen,
    top_images,
)
from core.explain.zero import identical_at, reasons_for
from core.images.images import Batch
from core.metrics.corners import corner_of
from core.network.architecture import Place
from core.network.network import Network
from core.quantities.quantities import GradientQuantity
from core.run.snapshot import Snapshot

MOST_NEURONS = 8
"""Neurons of a layer whose deltas are worked out one by one."""
IMAGES_PER_SIGN = 3
"""Images named that raise a gradient most, and that lower it most."""


def explain_gradient(
    snapshot: Snapshot, batch: Batch | None, quantity: GradientQuantity, effort: int
) -> Explanation:
    """Work out the gradient in one parameter, by the method that the run uses.

    Parameters
    ----------
    snapshot : Snapshot
        The moment.
    batch : Batch or None
        The images of the coming step; without, only the selected image is worked out.
    quantity : GradientQuantity
        The parameter.
    effort : int
        Multiply-adds that a look at every image may cost.
    """
    place = snapshot.architecture.place(quantity.index)
    own = trace_image(snapshot)
    nudges = snapshot.config.gradient == "nudge"
    of_this_image = not nudges and math.isfinite(snapshot.reading.target)
    equations = chain(own, place) if of_this_image else ()
    batch_trace, left_out = None, None
    if batch is not None:
        needed = effort_of(snapshot.architecture, len(batch))
        if needed <= effort:
            batch_trace = trace_batch(own.network, own.loss, batch)
        else:
            known = None if snapshot.gradient is None else float(snapshot.gradient[quantity.index])
            left_out = TooManyTerms(needed, known)
    facts: tuple[Fact, ...] = ()
    if left_out is not None:
        facts += (left_out,)
    if batch_trace is None:
        facts += (*reasons_for(own, None, place, 0.0), *identical_at(snapshot, place))
        return Explanation(quantity, None, equations, facts=facts)
    image_gradients = batch_trace.image_gradients(place.layer, place.source, place.neuron)
    up = [
        index for index in largest(image_gradients, IMAGES_PER_SIGN) if image_gradients[index] > 0
    ]
    down = [
        index for index in largest(-image_gradients, IMAGES_PER_SIGN) if image_gradients[index] < 0
    ]
    if nudges:
        equations = nudging(batch_trace, quantity.index)
    else:
        equations += (_mean(batch_trace, place, up + down),)
    result = equations[-1].result
    facts += (*reasons_for(own, batch_trace, place, result), *identical_at(snapshot, place))
    corner = corner_of(
        snapshot.architecture, snapshot.parameters, batch_trace.batch, quantity.index
    )
    if corner is not None:
        facts += (AtCorner(corner, snapshot.config.gradient),)
    if of_this_image:
        facts += (seen(snapshot),)
    return Explanation(
        quantity, result, equations, top_images(batch_trace, image_gradients, up + down), facts
    )


def chain(own: BatchTrace, place: Place) -> tuple[Equation, ...]:
    """Carry one image's delta back to a parameter, neuron by neuron.

    Parameters
    ----------
    own : BatchTrace
        Of that image alone.
    place : Place
        Where the parameter is.
    """
    last = len(own.sums) - 1
    source = _source(own, place, 0)
    if place.layer == last:
        factors, formula = _output_delta(own, 0)
        formula += "" if source is None else f"·{source.name}"
        factors += () if source is None else (source,)
        return (equation("per-image gradient", formula, (Term(factors),)),)
    factors, formula = _output_delta(own, 0)
    steps = [equation("delta of the output", formula, (Term(factors),))]
    for layer in range(last - 1, place.layer, -1):
        steps += _layer_deltas(own, layer)
    neuron_delta = _delta(own, place.layer, place.neuron, 0)
    factor = Factor("delta", neuron_delta.result)
    if source is None:
        image_gradient = equation("per-image gradient", "delta", (Term((factor,)),))
    else:
        terms = (Term((factor, source)),)
        image_gradient = equation("per-image gradient", f"delta·{source.name}", terms)
    return (*steps, neuron_delta, image_gradient)


def _source(own: BatchTrace, place: Place, image: int) -> Factor | None:
    """Return what a weight is multiplied by."""
    if place.source is None:
        return None
    symbol = "x" if place.layer == 0 else "h"
    value = float(own.activations[place.layer][image, place.source])
    return Factor(f"{symbol}{subscript(place.source + 1)}", value)


def _output_delta(batch_trace: BatchTrace, image: int) -> tuple[tuple[Factor, ...], str]:
    """Return the factors of the output neuron's delta, and their names in a row."""
    constant = batch_trace.loss.factor
    two = (Factor("2", constant),) if constant != 1.0 else ()
    factors = (*two, Factor("error", float(batch_trace.differences[image])))
    if multiplies_derivative(batch_trace.network.architecture, batch_trace.loss):
        factors += (
            Factor("derivative", _derivative(batch_trace, len(batch_trace.sums) - 1, 0, image)),
        )
    return factors, "·".join(factor.name for factor in factors)


def _derivative(batch_trace: BatchTrace, layer: int, neuron: int, image: int) -> float:
    """Work out the derivative of a neuron's activation from its output."""
    activation = batch_trace.network.architecture.layers[layer].activation
    return activation.derivative(float(batch_trace.activations[layer + 1][image, neuron]))


def _layer_deltas(own: BatchTrace, layer: int) -> list[Equation]:
    """Work out the deltas of a layer's neurons, the largest if there are many."""
    deltas = own.deltas[layer][0]
    chosen = sorted(largest(np.abs(deltas), MOST_NEURONS))
    left_out = len(deltas) - len(chosen)
    return [
        _delta(own, layer, neuron, left_out if neuron == chosen[-1] else 0) for neuron in chosen
    ]


def _delta(own: BatchTrace, layer: int, neuron: int, similar: int) -> Equation:
    """Work out a hidden neuron's delta: what comes back to it, times its derivative."""
    activation = own.network.architecture.layers[layer].activation
    weights = own.network.weights[layer + 1][neuron]
    terms, rest = products(("w", weights), ("δ", own.deltas[layer + 1][0]))
    formula = "Σ wₖ·δₖ" if len(weights) > 1 else "w·δ"
    derivative = None
    if not activation.is_linear:
        formula = f"({formula})·derivative" if len(weights) > 1 else f"{formula}·derivative"
        derivative = Factor("derivative", _derivative(own, layer, neuron, 0))
    name = f"delta of neuron {neuron + 1}"
    if len(own.network.architecture.hidden) > 1:
        name += f" in layer {layer + 1}"
    return equation(name, formula, terms, rest=rest, times=derivative, similar=similar)


def _mean(batch_trace: BatchTrace, place: Place, listed: list[int]) -> Equation:
    """Work out the mean of the images' own gradients; some of them are named."""
    image_gradients = batch_trace.image_gradients(place.layer, place.source, place.neuron)
    terms = tuple(_image_gradient(batch_trace, place, index) for index in listed)
    number = Factor("n", float(len(image_gradients)))
    return equation(
        "gradient",
        "Σ per-image gradients ÷ n",
        terms,
        Scope.BATCH,
        rest=rest_of(image_gradients, listed),
        divisor=number,
    )


def _image_gradient(batch_trace: BatchTrace, place: Place, image: int) -> Term:
    """Return one image's own gradient in its factors."""
    if place.layer == len(batch_trace.sums) - 1:
        factors, _ = _output_delta(batch_trace, image)
    else:
        delta = float(batch_trace.deltas[place.layer][image, place.neuron])
        factors = (Factor("delta", delta),)
    source = _source(batch_trace, place, image)
    return Term(factors if source is None else (*factors, source))


def nudging(batch_trace: BatchTrace, index: int) -> tuple[Equation, ...]:
    """Work out a gradient by finite differences: the loss here, and after the nudge.

    Parameters
    ----------
    batch_trace : BatchTrace
        Of the batch.
    index : int
        The parameter that is nudged.
    """
    nudged = batch_trace.network.parameters.copy()
    nudged[index] += NUDGE
    there = Network(batch_trace.network.architecture, nudged)
    losses = []
    for name, at in (("loss here", batch_trace.network), ("loss nudged", there)):
        done = trace_batch(at, batch_trace.loss, batch_trace.batch, back=False)
        own = done.losses()
        found = top_images(done, own, largest(own, 1))
        losses.append(loss_equation(done, own, found, name))
    here, beyond = losses
    terms = (
        Term((Factor("loss nudged", beyond.result),)),
        Term((Factor("loss here", here.result),), -1),
    )
    derivative = equation(
        "gradient", "(loss nudged − loss here) ÷ ε", terms, Scope.BATCH, divisor=Factor("ε", NUDGE)
    )
    return here, beyond, derivative
