"""The network: layers of weighted sums, all of its parameters in one flat vector.

A layer computes ``activation(x @ W + b)`` with W of shape (inputs, outputs). In the flat vector the
layers follow one another, each with its weights row by row and then its biases; seen as one matrix,
a layer's part has shape (inputs + 1, outputs) with the biases as its last row.
"""

import numpy as np

from core.arrays import Array, run
from core.network.architecture import ESSAY_WEIGHTS, Architecture, is_essays_start
from core.network.initialisations import INITIALISATIONS
from core.randomness import Purpose, generator


def initial_parameters(
    architecture: Architecture, seed: int, initialisation: str = "auto"
) -> Array:
    """Draw a network's first parameters, shape (parameter_count,).

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    seed : int
        0 … 2³² − 1. Seed 0 of the essay's network gives the essay's four weights, unless another
        way to draw them is asked for.
    initialisation : str
        A name in `INITIALISATIONS`: how the weights are drawn. Biases are zero.
    """
    if is_essays_start(architecture, seed, initialisation):
        return np.array(ESSAY_WEIGHTS)
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

    def forward(self, images: Array) -> tuple[Array, ...]:
        """Compute each level's numbers, the images themselves first.

        Parameters
        ----------
        images : ndarray, shape (n, inputs)
            What goes in.

        Returns
        -------
        tuple of ndarray
            (n, inputs), (n, outputs of layer 1), …, (n, 1).
        """
        levels = [images]
        for layer, weights, biases in zip(
            self.architecture.layers, self.weights, self.biases, strict=True
        ):
            outputs = levels[-1] @ weights
            if layer.bias:
                outputs += biases
            run(layer.activation.operations(outputs))
            levels.append(outputs)
        return tuple(levels)
