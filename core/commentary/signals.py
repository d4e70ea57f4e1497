"""How strong the signals of each layer are: forward what it says, backward its gradient.

On its way back an error is multiplied, layer by layer, by weights and by slopes. Where these are
small it vanishes: the first layers hardly learn. Where they are large it explodes.

Source: Hochreiter, 1991; Bengio, Simard and Frasconi, 1994,
https://doi.org/10.1109/72.279181; and for feedforward networks Glorot and Bengio, 2010,
https://proceedings.mlr.press/v9/glorot10a.html.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.network.architecture import Layer
from core.run.snapshot import Snapshot

NOTABLE = 100.0
"""How many times smaller or larger the first layer's gradient is than the last's, to be told."""
SERIOUS = 1_000.0
"""The same to be told before anything else."""
HURLED = 10.0
"""How many times as large as the parameters a step is, to be told."""
_TINY, _HUGE = 1e-280, 1e280
"""Sums of squares outside of these have lost digits, or all of them."""


@dataclass(frozen=True)
class Signal:
    """One layer, as a whole."""

    output: float
    """Mean size of what its neurons say of the image that is looked at."""
    gradient: float | None
    """Root mean square of its weights' and biases' gradient; None while that is not known."""
    relus: int
    """Its neurons with relu."""
    still: int
    """Those of them that no image of the batch gives a gradient: dead ones, whose sum is above 0
    for no image, and such as lie behind dead ones only."""


@dataclass(frozen=True)
class Vanishing:
    """The gradient is far smaller in the first layer than in the last."""

    times: float
    """By what factor, at least 100."""
    scaled_by: str
    """The optimizer, if it divides each gradient by its usual size; otherwise empty."""


@dataclass(frozen=True)
class Exploding:
    """The gradient is far larger in the first layer than in the last."""

    times: float
    """By what factor, at least 100."""


@dataclass(frozen=True)
class Hurled:
    """The coming step of a deep network is far larger than all that it has learnt so far."""

    times: float
    """Size of the step over that of the parameters, as root mean squares; at least 10."""


def signals(moment: Snapshot) -> tuple[Signal, ...]:
    """Give the signals of each layer, the first one first."""
    layers, gradient = moment.architecture.layers, moment.gradient
    found = []
    for layer, outputs in zip(layers, moment.reading.levels[1:], strict=True):
        with np.errstate(over="ignore", invalid="ignore"):
            output = float(np.abs(outputs).mean())
        size, still = None, 0
        relus = layer.outputs if layer.activation.name == "relu" else 0
        if gradient is not None:
            size = root_mean_square(gradient[layer.start : layer.stop])
            still = int(np.count_nonzero(still_neurons(layer, gradient))) if relus else 0
        found.append(Signal(output, size, relus, still))
    return tuple(found)


def root_mean_square(numbers: Array) -> float:
    """Give √(mean of squares), also where the squares leave the range of floats; NaN stays NaN."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        # np.dot would wake numpy's other threads, for which a frame has no time.
        squares = float(np.einsum("i,i", numbers, numbers))
        if _TINY < squares < _HUGE:
            return math.sqrt(squares / len(numbers))
        largest = float(np.abs(numbers).max())
        if not 0.0 < largest < math.inf:
            return largest
        return largest * math.sqrt(float(np.mean((numbers / largest) ** 2)))


def still_neurons(layer: Layer, gradient: Array) -> NDArray[np.bool_]:
    """Tell of each neuron of a layer whether the gradient is 0 in all of its parameters."""
    rows = gradient[layer.start : layer.stop].reshape(-1, layer.outputs)
    still: NDArray[np.bool_] = rows[-1] == 0.0
    # One row tells it of most neurons.
    asked = np.flatnonzero(still)
    still[asked] = ~(rows[:, asked] != 0.0).any(axis=0)
    return still


def vanishing(moment: Snapshot, times: float = NOTABLE) -> Vanishing | None:
    """Tell that at least so many times less gradient gets to the first layer than to the last."""
    ends = _ends(moment)
    if ends is None or not ends[0] > 0 or not ends[1] / times >= ends[0]:
        return None
    optimizer = moment.config.optimizer
    return Vanishing(ends[1] / ends[0], optimizer if optimizer in ("rmsprop", "adam") else "")


def exploding(moment: Snapshot, times: float = NOTABLE) -> Exploding | None:
    """Tell that at least so many times more gradient gets to the first layer than to the last."""
    ends = _ends(moment)
    if ends is None or not ends[1] > 0 or not ends[0] / times >= ends[1]:
        return None
    return Exploding(ends[0] / ends[1])


def hurled(moment: Snapshot) -> Hurled | None:
    """Tell that a deep network's coming step is far larger than its parameters."""
    change = moment.change
    if change is None or len(moment.architecture.hidden) < 2:
        return None
    step, size = root_mean_square(change), root_mean_square(moment.parameters)
    if not (size > 0 and HURLED * size <= step < math.inf):
        return None
    return Hurled(step / size)


def strained(moment: Snapshot) -> tuple[Vanishing | Exploding | Hurled, ...]:
    """Tell what is so wrong with the signals of a network that it comes before anything else."""
    facts = (hurled(moment), vanishing(moment, SERIOUS), exploding(moment))
    return tuple(fact for fact in facts if fact is not None)


def _ends(moment: Snapshot) -> tuple[float, float] | None:
    """Give the first layer's gradient and the last's, of a network with two hidden layers or more.

    None where they are not known or not finite.
    """
    layers, gradient = moment.architecture.layers, moment.gradient
    if gradient is None or len(layers) < 3:
        return None
    first, last = (root_mean_square(gradient[at.start : at.stop]) for at in (layers[0], layers[-1]))
    return (first, last) if math.isfinite(first + last) else None
