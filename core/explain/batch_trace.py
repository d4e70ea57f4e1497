"""Forward and backward pass image by image, every number kept, so that it can be pointed at.

An engine keeps only what the gradient needs and adds the images up as it goes. Here nothing is
added up: each image has its own row.
"""

import numpy as np

from core.arrays import Array, run
from core.images.images import Batch
from core.network.activations import Activation
from core.network.architecture import Architecture
from core.network.losses import LOSSES, Loss
from core.network.network import Network
from core.run.snapshot import Snapshot
from core.structs import Struct

EFFORT = 10_000_000
"""Multiply-adds that a look at every image of a batch may cost: a few milliseconds."""
_PER_IMAGE = 20
"""Roughly what else an image costs, in multiply-adds."""


class BatchTrace(Struct, eq=False):
    """Every number of forward and backward pass for n images."""

    network: Network
    loss: Loss
    batch: Batch
    activations: tuple[Array, ...]
    """The activations of each layer, shapes (n, inputs), (n, neurons), …, (n, 1)."""
    sums: tuple[Array, ...]
    """Each layer's weighted sums, shapes (n, neurons), …, (n, 1)."""
    deltas: tuple[Array, ...]
    """Each layer's deltas: by how much an image's own loss rises with each sum; like `sums`."""

    @property
    def predictions(self) -> Array:
        """Shape (n,)."""
        return self.activations[-1][:, 0]

    @property
    def differences(self) -> Array:
        """Prediction minus target, shape (n,)."""
        return self.predictions - self.batch.targets

    def inputs(self, layer: int, source: int | None) -> Array:
        """What a weight is multiplied by, shape (n,): a number of the level below; a bias, by 1."""
        return np.ones(len(self.batch)) if source is None else self.activations[layer][:, source]

    def image_gradients(self, layer: int, source: int | None, neuron: int) -> Array:
        """Each image's own gradient in a parameter, shape (n,)."""
        return self.inputs(layer, source) * self.deltas[layer][:, neuron]

    def derivatives(self, layer: int, neuron: int) -> Array:
        """Each image's derivative of a neuron's activation, shape (n,)."""
        activation = self.network.architecture.layers[layer].activation
        return derivatives_of(activation, self.activations[layer + 1][:, neuron])

    def carried(self, layer: int, neuron: int) -> Array:
        """The deltas passed back to a neuron, before its derivative, shape (n,)."""
        if layer == len(self.sums) - 1:
            return self.loss.factor * self.differences
        carried: Array = self.deltas[layer + 1] @ self.network.weights[layer + 1][neuron]
        return carried

    def losses(self) -> Array:
        """Each image's own loss, shape (n,)."""
        if not self.loss.needs_sums:
            return self.differences**2
        total, target = self.sums[-1][:, 0], self.batch.targets
        return target * np.logaddexp(0.0, -total) + (1.0 - target) * np.logaddexp(0.0, total)


def derivatives_of(activation: Activation, outputs: Array) -> Array:
    """Return an activation's derivatives where it gave these outputs."""
    derivatives = np.ones_like(outputs)
    run(activation.derivative_operations(outputs, derivatives, np.empty_like(outputs)))
    return derivatives


def multiplies_derivative(architecture: Architecture, loss: Loss) -> bool:
    """Whether the output's delta contains its derivative; cross-entropy cancels it."""
    return not loss.needs_sums and not architecture.layers[-1].activation.is_linear


def effort_of(architecture: Architecture, images: int, passes: int = 2) -> int:
    """Estimate the multiply-adds of going through so many images."""
    return images * (passes * architecture.weight_count + _PER_IMAGE)


def trace_batch(network: Network, loss: Loss, batch: Batch, *, back: bool = True) -> BatchTrace:
    """Return every number of a forward and backward pass over a batch.

    Parameters
    ----------
    network : Network
        What makes the predictions.
    loss : Loss
        What training minimises.
    batch : Batch
        n images.
    back : bool
        Whether deltas are wanted too.
    """
    activations, sums = network.forward_with_sums(batch.images)
    layers = network.architecture.layers
    deltas: list[Array] = []
    if back:
        delta = loss.factor * (activations[-1] - batch.targets[:, np.newaxis])
        if multiplies_derivative(network.architecture, loss):
            delta = delta * derivatives_of(layers[-1].activation, activations[-1])
        deltas.append(delta)
        for index in reversed(range(1, len(layers))):
            below = layers[index - 1].activation
            carried = deltas[0] @ network.weights[index].T
            deltas.insert(0, carried * derivatives_of(below, activations[index]))
    return BatchTrace(network, loss, batch, activations, sums, tuple(deltas))


def trace_image(snapshot: Snapshot, *, back: bool = True) -> BatchTrace:
    """Return every number for the selected image, with the present network."""
    reading = snapshot.reading
    return trace_batch(
        Network(snapshot.architecture, snapshot.parameters),
        LOSSES[snapshot.config.loss],
        Batch(np.array([reading.image]), np.array([reading.target])),
        back=back,
    )
