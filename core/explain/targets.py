"""What a person can point at: the numbers that can be explained."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from core.network.network import Architecture, Layer


@dataclass(frozen=True)
class PixelTarget:
    """A pixel of the image that is looked at."""

    pixel: int
    """0 … 3, row by row."""


@dataclass(frozen=True)
class PredictionTarget:
    """What the network says of that image."""


@dataclass(frozen=True)
class TruthTarget:
    """What is right for it."""


@dataclass(frozen=True)
class ErrorTarget:
    """The difference of the two."""


@dataclass(frozen=True)
class ParameterTarget:
    """A weight or bias."""

    index: int
    """Its place in the flat vector."""


@dataclass(frozen=True)
class NeuronTarget:
    """A neuron's output for the image that is looked at."""

    layer: int
    """Counted from 0, the first layer that has weights."""
    neuron: int
    """Counted from 0 within its layer."""


@dataclass(frozen=True)
class GradientTarget:
    """The loss's gradient in a weight or bias."""

    index: int
    """The parameter's place in the flat vector."""


@dataclass(frozen=True)
class StepTarget:
    """What the coming step makes of a weight or bias."""

    index: int
    """The parameter's place in the flat vector."""


@dataclass(frozen=True)
class LossTarget:
    """The loss over the batch of the coming step."""


class Count(StrEnum):
    """The lines of the ledger, in its order."""

    FORWARD = "forward"
    GRADIENT = "gradient"
    UPDATE = "update"
    STEP = "a step"
    OTHER_STEP = "a step, the other way"
    TOTAL = "so far"
    LOOKS = "by hand"


@dataclass(frozen=True)
class CountTarget:
    """A line of the ledger."""

    count: Count


Target: TypeAlias = (
    PixelTarget
    | PredictionTarget
    | TruthTarget
    | ErrorTarget
    | ParameterTarget
    | NeuronTarget
    | GradientTarget
    | StepTarget
    | LossTarget
    | CountTarget
)
"""Any of them."""


@dataclass(frozen=True)
class Place:
    """Where a parameter belongs."""

    layer: int
    """Counted from 0."""
    source: int | None
    """The input that a weight comes from, counted from 0; None for a bias."""
    neuron: int
    """The neuron that it leads to, counted from 0."""


def place_of(architecture: Architecture, index: int) -> Place:
    """Find where a parameter belongs.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    index : int
        A place in the flat vector.

    Raises
    ------
    IndexError
        If the vector has no such place.
    """
    for number, layer in enumerate(architecture.layers):
        if layer.start <= index < layer.stop:
            source, neuron = divmod(index - layer.start, layer.outputs)
            return Place(number, source if source < layer.inputs else None, neuron)
    raise IndexError(f"{index} is no place among {architecture.parameter_count} parameters")


def index_of(layer: Layer, source: int | None, neuron: int) -> int:
    """Give the place of a weight, or with no source of a bias, in the flat vector."""
    row = layer.inputs if source is None else source
    return layer.start + row * layer.outputs + neuron
