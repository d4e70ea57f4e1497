"""The shape of a network: its layers, and where each parameter lies in the flat vector.

All weights and biases are one vector. The layers follow one another in it, each with its weights
row by row, a row for each input, and then its biases as one row more.
"""

from collections.abc import Sequence
from dataclasses import field
from functools import cached_property
from itertools import pairwise

from core.errors import ConfigError
from core.network.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, Activation
from core.structs import Struct

MAXIMUM_PARAMETERS = 10_000_000
MAXIMUM_LAYERS = 10_000
"""Hidden layers; a file of a run holds no more."""

DEFAULT_WEIGHTS = (0.98, 0.4, 0.86, -0.08)
"""The default network's randomly picked weights."""


class Place(Struct):
    """Where a parameter belongs."""

    layer: int
    """Counted from 0."""
    source: int | None
    """The input that a weight comes from, counted from 0; None for a bias."""
    neuron: int
    """The neuron that it leads to, counted from 0."""


class Layer(Struct):
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

    def index(self, source: int | None, neuron: int) -> int:
        """Return the index of a weight, or with no source of a bias, in the flat vector."""
        row = self.inputs if source is None else source
        return self.start + row * self.outputs + neuron


class Architecture(Struct):
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
    is_built: bool = field(default=True, compare=False)
    """Whether it is to be built; of one that is only counted the parameters may be any number."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if any(neurons < 1 for neurons in self.hidden):
            raise ConfigError(
                "hidden", f"must be layers of at least 1 neuron (got {min(self.hidden)})"
            )
        if len(self.hidden) > MAXIMUM_LAYERS:
            raise ConfigError(
                "hidden", f"must be at most {MAXIMUM_LAYERS:,} layers (got {len(self.hidden):,})"
            )
        if self.is_built and any(neurons > MAXIMUM_PARAMETERS for neurons in self.hidden):
            raise ConfigError("hidden", f"must be layers of at most {MAXIMUM_PARAMETERS:,} neurons")
        names, layers = self.activation.split(","), len(self.hidden)
        if any(name not in ACTIVATIONS for name in names):
            raise ConfigError(
                "activation", f"must be {', '.join(ACTIVATIONS)} (got {self.activation!r})"
            )
        if len(names) > 1 and len(names) != layers:
            there = f"{layers} hidden layer{'' if layers == 1 else 's'}"
            raise ConfigError("activation", f"lists {len(names)} names for {there}")
        if self.output not in OUTPUT_ACTIVATIONS:
            raise ConfigError(
                "output", f"must be {' or '.join(OUTPUT_ACTIVATIONS)} (got {self.output!r})"
            )
        if self.is_built and self.parameter_count > MAXIMUM_PARAMETERS:
            raise ConfigError(
                "hidden",
                f"makes {self.parameter_count:,} weights and biases; "
                f"the limit is {MAXIMUM_PARAMETERS:,}",
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
        return self.weight_count + (sum(self.sizes[1:]) if self.bias else 0)

    @cached_property
    def weight_count(self) -> int:
        """Weights alone: the multiply-adds of one image's forward pass."""
        return sum(inputs * outputs for inputs, outputs in pairwise(self.sizes))

    def images_within(self, multiply_adds: int, numbers: int) -> int:
        """Count the images, at least 1, whose forward pass stays within two limits.

        Parameters
        ----------
        multiply_adds : int
            Of all of them together.
        numbers : int
            Inputs and outputs of neurons that are kept at once.
        """
        return max(1, min(multiply_adds // self.weight_count, numbers // sum(self.sizes)))

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

    def place(self, index: int) -> Place:
        """Find where a parameter of the flat vector belongs.

        Raises
        ------
        IndexError
            If the vector has no such index.
        """
        for number, layer in enumerate(self.layers):
            if layer.start <= index < layer.stop:
                source, neuron = divmod(index - layer.start, layer.outputs)
                return Place(number, source if source < layer.inputs else None, neuron)
        raise IndexError(f"{index} is not a place among {self.parameter_count} parameters")

    @property
    def is_linear(self) -> bool:
        """Whether the prediction is a plain weighted sum of the pixels, with no layer between."""
        return not self.hidden and self.output == "linear"

    @property
    def is_default(self) -> bool:
        """Whether this is the default network: four weights and nothing else."""
        return self.is_linear and self.inputs == len(DEFAULT_WEIGHTS) and not self.bias


def written_activations(names: Sequence[str]) -> str:
    """Write activations of layers as options take them: one name if they are all the same."""
    return names[0] if len(set(names)) == 1 else ",".join(names)


def is_default_start(architecture: Architecture, seed: int, initialisation: str) -> bool:
    """Whether the initial weights are the default network's: its network, seed 0, drawn no other
    way."""
    return architecture.is_default and seed == 0 and initialisation == "auto"
