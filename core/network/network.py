"""The network: layers of weighted sums, all of its parameters in one flat vector.

A layer computes ``activation(x @ W + b)`` with W of shape (inputs, outputs). In the flat vector the
layers follow one another, each with its weights row by row and then its biases; seen as one matrix,
a layer's part has shape (inputs + 1, outputs) with the biases as its last row.
"""

import numpy as np

from core.arrays import Array, IsCancelled, in_parts, run
from core.network.architecture import DEFAULT_WEIGHTS, Architecture, is_default_start
from core.network.initialisations import INITIALISATIONS
from core.randomness import Purpose, generator

EVERY = slice(None)
"""All neurons of a layer."""
PART = 20_000_000
"""A part of many images has at most about so many multiply-adds in a forward pass …"""
PART_NUMBERS = 200_000
"""… and so many numbers on all its levels: a few milliseconds, and little memory."""


def initial_parameters(
    architecture: Architecture, seed: int, initialisation: str = "auto"
) -> Array:
    """Draw a network's first parameters, shape (parameter_count,).

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    seed : int
        0 … 2³² − 1. With seed 0 the default network has four fixed weights, unless another way to
        draw them is asked for.
    initialisation : str
        A name in `INITIALISATIONS`: how the weights are drawn. Biases are zero.
    """
    if is_default_start(architecture, seed, initialisation):
        return np.array(DEFAULT_WEIGHTS)
    draw, random = INITIALISATIONS[initialisation].draw, generator(seed, Purpose.WEIGHTS)
    parameters = np.zeros(architecture.parameter_count)
    for layer in architecture.layers:
        drawn = draw(random, layer.inputs, layer.outputs, layer.activation)
        parameters[layer.weights] = drawn
    return parameters


class Network:
    """An architecture with its parameters.

    Parameters
    ----------
    architecture : Architecture
        The shape.
    parameters : ndarray of float64, shape (parameter_count,)
        The flat vector; it is kept, not copied, and the views below look into it.

    Raises
    ------
    ValueError
        When the vector's shape is not the architecture's.
    """

    def __init__(self, architecture: Architecture, parameters: Array) -> None:
        if parameters.shape != (architecture.parameter_count,):
            raise ValueError(
                f"{architecture.parameter_count} parameters needed, got shape {parameters.shape}"
            )
        self.architecture = architecture
        self.parameters = parameters
        self.weights: tuple[Array, ...] = tuple(
            parameters[layer.weights].reshape(layer.inputs, layer.outputs)
            for layer in architecture.layers
        )
        """Each layer's weights, shape (inputs, outputs): views into the flat vector."""
        self.biases: tuple[Array, ...] = tuple(
            parameters[layer.biases] for layer in architecture.layers
        )
        """Each layer's biases, shape (outputs,), or (0,) without bias: views."""

    def sums(self, layer: int, inputs: Array, neurons: slice = EVERY) -> Array:
        """Compute a layer's weighted sums, biases included, before the activation.

        Parameters
        ----------
        layer : int
            Counted from 0.
        inputs : ndarray, shape (n, inputs of the layer)
            What the weights multiply.
        neurons : slice
            Which of its neurons, m of them; all unless said.

        Returns
        -------
        ndarray, shape (n, m)
        """
        sums: Array = inputs @ self.weights[layer][:, neurons]
        if self.architecture.bias:
            sums += self.biases[layer][neurons]
        return sums

    def outputs(self, layer: int, inputs: Array, neurons: slice = EVERY) -> Array:
        """Compute a layer's activations from its inputs; parameters as in `sums`."""
        outputs = self.sums(layer, inputs, neurons)
        run(self.architecture.layers[layer].activation.operations(outputs))
        return outputs

    def forward(self, images: Array, layers: int | None = None) -> tuple[Array, ...]:
        """Make the forward pass: the activations of each layer, the images themselves first.

        Parameters
        ----------
        images : ndarray, shape (n, inputs)
            What goes in.
        layers : int, optional
            How many of the layers to go through; all unless said.

        Returns
        -------
        tuple of ndarray
            (n, inputs), (n, outputs of layer 1), …, (n, 1).
        """
        activations = [images]
        for layer in range(len(self.weights) if layers is None else layers):
            activations.append(self.outputs(layer, activations[-1]))
        return tuple(activations)

    def forward_with_sums(self, images: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """Compute the activations of each layer as `forward` does, and each layer's weighted
        sums."""
        activations, sums = [images], []
        for layer, place in enumerate(self.architecture.layers):
            sums.append(self.sums(layer, activations[-1]))
            outputs = sums[-1].copy()
            run(place.activation.operations(outputs))
            activations.append(outputs)
        return tuple(activations), tuple(sums)

    def neuron_outputs(
        self, images: Array, layer: int, neuron: int, cancelled: IsCancelled | None = None
    ) -> Array:
        """Compute a single neuron's output for each image, as far as its own layer and in parts.

        Parameters
        ----------
        images : ndarray, shape (n, inputs)
            What goes in.
        layer, neuron : int
            Which neuron, counted from 0.
        cancelled : callable, optional
            Asked every few milliseconds; once it says True, this stops.

        Returns
        -------
        ndarray, shape (n,)
            May hold infinities and NaN.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        values = np.empty(len(images))
        most = self.architecture.images_within(PART, PART_NUMBERS)
        with np.errstate(over="ignore", invalid="ignore"):
            for part in in_parts(len(images), most, cancelled):
                below = self.forward(images[part], layer)[-1]
                values[part] = self.outputs(layer, below, slice(neuron, neuron + 1))[:, 0]
        return values

    def predictions(self, images: Array, cancelled: IsCancelled | None = None) -> Array:
        """Compute the prediction for each image, shape (n,); see `neuron_outputs`."""
        return self.neuron_outputs(images, len(self.weights) - 1, 0, cancelled)
