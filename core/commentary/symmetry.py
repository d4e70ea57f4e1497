"""Why weights must not all begin alike: what zeros and equal neurons keep a network from learning.

A hidden neuron's gradient is its error times what comes in, and its error is made of the weights
that lead on from it. So it follows, whatever the images:

- Where the output's weights are all 0, no error gets past them: no hidden layer has a gradient.
  If the last hidden layer says 0 as well (its weights and biases are 0, and so is its activation of
  0, as that of linear, relu and tanh), then the output's weights have none either. Only the
  output's bias learns, and that for ever: every image gets the same answer.
- Neurons of a layer that have the same weights, in and out, say the same and have the same
  gradient: each step leaves them alike. With sigmoid, whose value at 0 is ½, a network that begins
  at zero learns in that way, each layer as if it were a single neuron.
- Where any layer's weights are all 0, nothing of the image gets past it.
"""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.network.network import Network
from core.run.snapshot import Snapshot

ALIKE = 1e-9
"""Neurons whose numbers differ by less of the layer's largest are alike: only rounding does that,
since a product of matrices does not add up all its columns in the same order."""


@dataclass(frozen=True)
class Unreached:
    """No gradient reaches the hidden layers, because the output's weights are all 0."""

    layers: int
    """How many hidden layers there are."""
    bias: bool
    """Whether the output has a bias, which learns all the same."""
    forever: bool
    """Whether the output's weights get no gradient either, now and in every later step."""


@dataclass(frozen=True)
class Alike:
    """In some layers all neurons are alike, get the same gradient, and so stay alike."""

    layer: int
    """The first such layer, from 0; it has two neurons or more."""
    layers: int
    """How many such layers there are."""
    neurons: int
    """How many neurons these have together."""
    hidden: int
    """How many hidden layers there are."""
    blind: bool
    """Whether some layer's weights are all 0, so that every image gets the same answer."""


def unbroken(moment: Snapshot) -> tuple[Unreached | Alike, ...]:
    """Tell what keeps a network that began alike from learning, what weighs most first."""
    nothing, same = unreached(moment), alike(moment)
    if nothing is not None and (nothing.forever or same is None):
        return (nothing,)
    return () if same is None else (same,)


def unreached(moment: Snapshot) -> Unreached | None:
    """Tell that the output's weights are 0, though there is something below them to be learnt.

    The parameters decide it, so that it is known before any gradient is.
    """
    architecture, parameters = moment.architecture, moment.parameters
    if not architecture.hidden or parameters[architecture.layers[-1].weights].any():
        return None
    if moment.loss is not None and not moment.too_high + moment.too_low:
        return None
    below, last = architecture.layers[-2:]
    silent = not parameters[below.start : below.stop].any() and not below.activation.value(0.0)
    # What an optimizer remembers may move them yet.
    change = moment.change
    still = change is None or not change[below.start : last.weights.stop].any()
    return Unreached(len(architecture.hidden), architecture.bias, silent and still)


def alike(moment: Snapshot) -> Alike | None:
    """Tell in which hidden layers all neurons are alike, and the coming step leaves them so."""
    architecture = moment.architecture
    layers = [layer for layer in range(len(architecture.hidden)) if is_alike(moment, layer)]
    if not layers:
        return None
    weights = [moment.parameters[layer.weights] for layer in architecture.layers]
    return Alike(
        layers[0],
        len(layers),
        sum(architecture.hidden[layer] for layer in layers),
        len(architecture.hidden),
        any(not matrix.any() for matrix in weights),
    )


def is_alike(moment: Snapshot, layer: int) -> bool:
    """Tell whether all neurons of a hidden layer are alike, and stay so with the coming step.

    Parameters
    ----------
    moment : Snapshot
        Gives the parameters and, if it is known already, what the coming step adds to them.
    layer : int
        Counted from 0.
    """
    architecture = moment.architecture
    if architecture.hidden[layer] < 2:
        return False
    if not _has_equal_neurons(Network(architecture, moment.parameters), layer):
        return False
    change = moment.change
    return change is None or _has_equal_neurons(Network(architecture, change), layer)


def _has_equal_neurons(network: Network, layer: int) -> bool:
    """Tell whether a layer's neurons have equal numbers: weights in, bias, weights out."""
    into, biases = network.weights[layer], network.biases[layer]
    parts = (into.T, biases.reshape(-1, 1), network.weights[layer + 1])
    present = [part for part in parts if part.size]
    # Two neurons tell it quickly, most of the time.
    return all(_are_equal(part[:2]) for part in present) and all(map(_are_equal, present))


def _are_equal(rows: Array) -> bool:
    """Tell whether all rows are the same, but for rounding."""
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(np.ptp(rows, axis=0).max())
    return spread <= ALIKE * float(np.abs(rows).max())
