"""Facts about layers: vanishing and exploding gradients, dead relus, identical neurons.

On its way back a delta is multiplied, layer by layer, by weights and by derivatives. Where these
are small the gradient vanishes, and the first layers hardly learn; where they are large it
explodes. A hidden neuron's gradient is its delta times what comes in, and its delta is made of the
weights that lead on from it. So it follows, whatever the images:

- Where the output's weights are all 0, no delta gets past them: no hidden layer has a gradient.
  If the last hidden layer's outputs are 0 as well (its weights and biases are 0, and so is its
  activation of 0, as that of linear, relu and tanh), then the output's weights have none either.
  Only the output's bias learns, and that for ever: every image gets the same prediction.
- Neurons of a layer that have the same weights, in and out, have the same output and the same
  gradient: each step leaves them identical. With sigmoid, whose value at 0 is ½, a network that
  begins at zero learns in that way, each layer as if it were a single neuron.
- Where any layer's weights are all 0, nothing of the image gets past it.

Source: Hochreiter, 1991; Bengio, Simard and Frasconi, 1994,
https://doi.org/10.1109/72.279181; and for feedforward networks Glorot and Bengio, 2010,
https://proceedings.mlr.press/v9/glorot10a.html.
"""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.network.architecture import Layer
from core.network.network import Network
from core.run.snapshot import Snapshot
from core.structs import Struct

NOTABLE = 100.0
"""Smallest factor between the first layer's gradient and the last's that is a fact."""
SERIOUS = 1_000.0
"""Smallest such factor that comes before any other fact."""
TOO_LARGE = 10.0
"""Smallest ratio of the coming step to the parameters that is a fact."""
TOLERANCE = 1e-9
"""Largest difference between neurons that are identical, as a share of the layer's largest number:
only rounding, since a product of matrices does not add up all its columns in the same order."""
_TINY, _HUGE = 1e-280, 1e280
"""Sums of squares outside of these have lost digits, or all of them."""


class LayerStats(Struct):
    """Size of the activations and of the gradient in one layer."""

    output: float
    """Mean size of its activations for the selected image."""
    gradient: float | None
    """Root mean square of its weights' and biases' gradient; None while that is not known."""
    relus: int
    """Its neurons with relu."""
    zero_gradient: int
    """Those of them that no image of the batch gives a gradient: dead ones, whose sum is above 0
    for no image, and such as lie behind dead ones only."""


def layer_stats(moment: Snapshot) -> tuple[LayerStats, ...]:
    """Return the signals of each layer, the first one first."""
    layers, gradient = moment.architecture.layers, moment.gradient
    found = []
    for layer, outputs in zip(layers, moment.reading.activations[1:], strict=True):
        with np.errstate(over="ignore", invalid="ignore"):
            output = float(np.abs(outputs).mean())
        size, zero_gradient = None, 0
        relus = layer.outputs if layer.activation.name == "relu" else 0
        if gradient is not None:
            size = root_mean_square(gradient[layer.start : layer.stop])
            zero_gradient = (
                int(np.count_nonzero(zero_gradient_neurons(layer, gradient))) if relus else 0
            )
        found.append(LayerStats(output, size, relus, zero_gradient))
    return tuple(found)


def root_mean_square(numbers: Array) -> float:
    """Return √(mean of squares), even if the squares leave the range of floats; NaN stays NaN."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        # np.dot would wake numpy's other threads, for which a frame has no time.
        squares = float(np.einsum("i,i", numbers, numbers))
        if _TINY < squares < _HUGE:
            return math.sqrt(squares / len(numbers))
        largest = float(np.abs(numbers).max())
        if not 0.0 < largest < math.inf:
            return largest
        return largest * math.sqrt(float(np.mean((numbers / largest) ** 2)))


def zero_gradient_neurons(layer: Layer, gradient: Array) -> NDArray[np.bool_]:
    """Return, per neuron of a layer, whether the gradient is 0 in all of its parameters."""
    rows = gradient[layer.start : layer.stop].reshape(-1, layer.outputs)
    zero_gradient: NDArray[np.bool_] = rows[-1] == 0.0
    # One row decides it for most neurons.
    asked = np.flatnonzero(zero_gradient)
    zero_gradient[asked] = ~(rows[:, asked] != 0.0).any(axis=0)
    return zero_gradient


class Vanishing(Struct):
    """The gradient is far smaller in the first layer than in the last."""

    times: float
    """By what factor, at least 100."""
    scaled_by: str
    """The optimizer, if it divides each gradient by its usual size; otherwise empty."""


def vanishing(moment: Snapshot, times: float = NOTABLE) -> Vanishing | None:
    """Return by how much the gradient vanishes, if by at least this factor."""
    ends = _ends(moment)
    if ends is None or not ends[0] > 0 or not ends[1] / times >= ends[0]:
        return None
    optimizer = moment.config.optimizer
    return Vanishing(ends[1] / ends[0], optimizer if optimizer in ("rmsprop", "adam") else "")


class Exploding(Struct):
    """The gradient is far larger in the first layer than in the last."""

    times: float
    """By what factor, at least 100."""


def exploding(moment: Snapshot, times: float = NOTABLE) -> Exploding | None:
    """Return by how much the gradient explodes, if by at least this factor."""
    ends = _ends(moment)
    if ends is None or not ends[1] > 0 or not ends[0] / times >= ends[1]:
        return None
    return Exploding(ends[0] / ends[1])


class UpdateTooLarge(Struct):
    """The coming step of a deep network is far larger than its parameters."""

    times: float
    """Size of the step over that of the parameters, as root mean squares; at least 10."""


def update_too_large(moment: Snapshot) -> UpdateTooLarge | None:
    """Return how much larger than its parameters a deep network's coming step is, if far larger."""
    change = moment.change
    if change is None or len(moment.architecture.hidden) < 2:
        return None
    step, size = root_mean_square(change), root_mean_square(moment.parameters)
    if not (size > 0 and TOO_LARGE * size <= step < math.inf):
        return None
    return UpdateTooLarge(step / size)


class ReluGradientZero(Struct):
    """Neurons with relu whose gradient is exactly 0, though there are errors to learn from."""

    neurons: int
    relus: int
    """All there are with relu."""
    forever: bool
    """Whether no step can change that: no neuron gets any, and each step is −η times the gradient
    over the same images."""


def relu_gradient_zero(moment: Snapshot) -> ReluGradientZero | None:
    """Return how many relu neurons get no gradient, though there are errors to learn from."""
    gradient = moment.gradient
    *hidden, last = moment.architecture.layers
    relus = [layer for layer in hidden if layer.activation.name == "relu"]
    if gradient is None or not relus or not moment.too_high + moment.too_low:
        return None
    zero_gradient = sum(
        int(np.count_nonzero(zero_gradient_neurons(layer, gradient))) for layer in relus
    )
    if not zero_gradient:
        return None
    # A neuron at 0 gives the weight that leads on from it no gradient either: that tells it from
    # one that only waits for that weight to leave 0.
    nothing = not np.any(gradient[: last.weights.stop])
    neurons = sum(layer.outputs for layer in relus)
    forever = nothing and moment.is_full_batch and moment.config.is_plain_descent
    return ReluGradientZero(zero_gradient, neurons, forever)


def serious_layer_problem(moment: Snapshot) -> tuple[Vanishing | Exploding | UpdateTooLarge, ...]:
    """Return what is so wrong with the signals of a network that it comes before anything else."""
    facts = (update_too_large(moment), vanishing(moment, SERIOUS), exploding(moment))
    return tuple(fact for fact in facts if fact is not None)


def _ends(moment: Snapshot) -> tuple[float, float] | None:
    """Return the first layer's gradient and the last's, if there are two hidden layers or more.

    None where they are not known or not finite.
    """
    layers, gradient = moment.architecture.layers, moment.gradient
    if gradient is None or len(layers) < 3:
        return None
    first, last = (root_mean_square(gradient[at.start : at.stop]) for at in (layers[0], layers[-1]))
    return (first, last) if math.isfinite(first + last) else None


class NoGradientToHidden(Struct):
    """No gradient reaches the hidden layers, because the output's weights are all 0."""

    layers: int
    """How many hidden layers there are."""
    bias: bool
    """Whether the output has a bias, which learns all the same."""
    forever: bool
    """Whether the output's weights get no gradient either, now and in every later step."""


def no_gradient_to_hidden(moment: Snapshot) -> NoGradientToHidden | None:
    """Return what it means that the output's weights are 0, if there is something below to learn.

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
    zero_gradient = change is None or not change[below.start : last.weights.stop].any()
    return NoGradientToHidden(len(architecture.hidden), architecture.bias, silent and zero_gradient)


class IdenticalNeurons(Struct):
    """In some layers all neurons are identical, get the same gradient, and so stay identical."""

    layer: int
    """The first such layer, from 0; it has two neurons or more."""
    layers: int
    """How many such layers there are."""
    neurons: int
    """How many neurons these have together."""
    hidden: int
    """How many hidden layers there are."""
    ignores_image: bool
    """Whether some layer's weights are all 0, so that every image gets the same answer."""


def identical_neurons(moment: Snapshot) -> IdenticalNeurons | None:
    """Return in which hidden layers all neurons are identical, and stay so with the coming step."""
    architecture = moment.architecture
    layers = [layer for layer in range(len(architecture.hidden)) if are_identical(moment, layer)]
    if not layers:
        return None
    weights = [moment.parameters[layer.weights] for layer in architecture.layers]
    return IdenticalNeurons(
        layers[0],
        len(layers),
        sum(architecture.hidden[layer] for layer in layers),
        len(architecture.hidden),
        any(not matrix.any() for matrix in weights),
    )


def unbroken_symmetry(moment: Snapshot) -> tuple[NoGradientToHidden | IdenticalNeurons, ...]:
    """Return what keeps a network from learning whose initial weights were identical; one at
    most."""
    nothing, same = no_gradient_to_hidden(moment), identical_neurons(moment)
    if nothing is not None and (nothing.forever or same is None):
        return (nothing,)
    return () if same is None else (same,)


def are_identical(moment: Snapshot, layer: int) -> bool:
    """Whether all neurons of a hidden layer are identical, and stay so with the coming step.

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
    """Whether a layer's neurons have equal numbers: weights in, bias, weights out."""
    into, biases = network.weights[layer], network.biases[layer]
    parts = (into.T, biases.reshape(-1, 1), network.weights[layer + 1])
    present = [part for part in parts if part.size]
    # Two neurons decide it quickly, most of the time.
    return all(_are_equal(part[:2]) for part in present) and all(map(_are_equal, present))


def _are_equal(rows: Array) -> bool:
    """Whether all rows are the same, but for rounding."""
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(np.ptp(rows, axis=0).max())
    return spread <= TOLERANCE * float(np.abs(rows).max())


LayerFact: TypeAlias = (
    NoGradientToHidden
    | IdenticalNeurons
    | ReluGradientZero
    | Vanishing
    | Exploding
    | UpdateTooLarge
)
"""Any of them."""
