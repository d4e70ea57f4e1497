"""The network: layers of weighted sums, all of its parameters in one flat vector.

A layer computes ``activation(x @ W + b)`` with W of shape (inputs, outputs). In the flat vector the
layers follow one another, each with its weights row by row and then its biases; seen as one matrix,
a layer's part has shape (inputs + 1, outputs) with the biases as its last row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from core.arrays import Array, run
from core.errors import ConfigError
from core.network.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, Activation
from core.network.initialisations import INITIALISATIONS
from core.randomness import Purpose, generator

MAXIMUM_PARAMETERS = 10_000_000
MAXIMUM_LAYERS = 10_000
"""Hidden layers; a file of a run holds no more."""

ESSAY_WEIGHTS = (0.98, 0.4, 0.86, -0.08)
"""The essay's randomly picked weights."""


@dataclass(frozen=True)
class Layer:
    """Where one layer lies in the flat vector, and what it does."""

    inputs: int
    outputs: int
    activation: Activation
    bias: bool
    start: int
    """Index of its first parameter."""

    @property
    def weights(self) -> slice:
        """Its weights in the flat vector, row by row: all that leave input 0, then input 1, …"""
        return slice(self.start, self.start + self.inputs * self.outputs)

    @property
    def biases(self) -> slice:
        """Its biases in the flat vector; empty without bias."""
        return slice(self.start + self.inputs * self.outputs, self.stop)

    @property
    def stop(self) -> int:
        """One past its last parameter."""
        rows = self.inputs + (1 if self.bias else 0)
        return self.start + rows * self.outputs


@dataclass(frozen=True)
class Architecture:
    """The shape of a network with one output neuron.

    Raises
    ------
    ConfigError
        For a layer without neurons, an unknown activation, activations for another number of
        layers, or more than 10⁴ hidden layers or 10⁷ parameters.
    """

    hidden: tuple[int, ...] = ()
    """Neurons of each hidden layer."""
    activation: str = "tanh"
    """Of the hidden layers: one name for all, or one for each with commas between."""
    output: str = "linear"
    """Activation of the output neuron."""
    bias: bool = False
    """Whether each neuron adds a bias to its sum."""
    inputs: int = 4
    """Numbers in an image."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if any(neurons < 1 for neurons in self.hidden):
            raise ConfigError(
                "hidden", f"takes layers of at least 1 neuron, not {min(self.hidden)}"
            )
        if len(self.hidden) > MAXIMUM_LAYERS:
            raise ConfigError(
                "hidden", f"takes {MAXIMUM_LAYERS:,} layers at most, not {len(self.hidden):,}"
            )
        if any(neurons > MAXIMUM_PARAMETERS for neurons in self.hidden):
            raise ConfigError("hidden", f"takes layers of {MAXIMUM_PARAMETERS:,} neurons at most")
        names, layers = self.activation.split(","), len(self.hidden)
        if any(name not in ACTIVATIONS for name in names):
            raise ConfigError(
                "activation", f"takes {', '.join(ACTIVATIONS)}, not {self.activation!r}"
            )
        if len(names) > 1 and len(names) != layers:
            there = "is 1 hidden layer" if layers == 1 else f"are {layers} hidden layers"
            raise ConfigError("activation", f"names {len(names)}, and there {there}")
        if self.output not in OUTPUT_ACTIVATIONS:
            raise ConfigError(
                "output", f"takes {' or '.join(OUTPUT_ACTIVATIONS)}, not {self.output!r}"
            )
        if self.parameter_count > MAXIMUM_PARAMETERS:
            raise ConfigError(
                "hidden",
                f"makes {self.parameter_count:,} weights and biases; "
                f"{MAXIMUM_PARAMETERS:,} is the most",
            )

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Numbers on each level: inputs, hidden layers, output."""
        return (self.inputs, *self.hidden, 1)

    @cached_property
    def activations(self) -> tuple[str, ...]:
        """The activation of each hidden layer."""
        names = tuple(self.activation.split(","))
        return names * len(self.hidden) if len(names) == 1 else names

    @cached_property
    def parameter_count(self) -> int:
        """Weights and biases in all."""
        extra = 1 if self.bias else 0
        count = 0
        for inputs, outputs in pairwise(self.sizes):
            count += (inputs + extra) * outputs
        return count

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers in order, the output layer last."""
        layers: list[Layer] = []
        start = 0
        for level, (inputs, outputs) in enumerate(pairwise(self.sizes)):
            activation = ACTIVATIONS[(*self.activations, self.output)[level]]
            layers.append(Layer(inputs, outputs, activation, self.bias, start))
            start = layers[-1].stop
        return tuple(layers)

    @property
    def is_linear(self) -> bool:
        """Whether the prediction is a plain weighted sum of the pixels, with no layer between."""
        return not self.hidden and self.output == "linear"

    @property
    def is_essays(self) -> bool:
        """Whether this is the essay's network: four weights and nothing else."""
        return self.is_linear and self.inputs == len(ESSAY_WEIGHTS) and not self.bias


def written_activations(names: Sequence[str]) -> str:
    """Write activations of layers as options take them: one name if they are all the same."""
    return names[0] if len(set(names)) == 1 else ",".join(names)


def is_essays_start(architecture: Architecture, seed: int, initialisation: str) -> bool:
    """Tell whether the first weights are the essay's: its network, seed 0, drawn no other way."""
    return architecture.is_essays and seed == 0 and initialisation == "auto"


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
