"""Quantities: the numbers that a person can point at, and that can be explained."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True)
class PixelQuantity:
    """A pixel of the selected image."""

    pixel: int
    """0 … 3, row by row."""


@dataclass(frozen=True)
class PredictionQuantity:
    """The prediction for that image."""


@dataclass(frozen=True)
class TargetQuantity:
    """The target of that image."""


@dataclass(frozen=True)
class ErrorQuantity:
    """The prediction minus the target."""


@dataclass(frozen=True)
class ParameterQuantity:
    """A weight or bias."""

    index: int
    """Its place in the flat vector."""


@dataclass(frozen=True)
class NeuronQuantity:
    """A neuron's output for the selected image."""

    layer: int
    """Counted from 0, the first layer that has weights."""
    neuron: int
    """Counted from 0 within its layer."""


@dataclass(frozen=True)
class GradientQuantity:
    """The loss's gradient in a weight or bias."""

    index: int
    """The parameter's place in the flat vector."""


@dataclass(frozen=True)
class UpdateQuantity:
    """A weight or bias after the coming update."""

    index: int
    """The parameter's place in the flat vector."""


@dataclass(frozen=True)
class LossQuantity:
    """The loss over the batch of the coming step."""


class Count(StrEnum):
    """The lines of the cost, in their order."""

    FORWARD = "forward"
    GRADIENT = "gradient"
    UPDATE = "update"
    STEP = "a step"
    OTHER_STEP = "a step, other method"
    TOTAL = "so far"
    FORWARD_PASSES = "manual changes"


@dataclass(frozen=True)
class CountQuantity:
    """A line of the cost."""

    count: Count


@dataclass(frozen=True)
class TimeQuantity:
    """The time of a step, as it is predicted for this machine."""

    engine: str
    """Name of the engine that takes it."""


Quantity: TypeAlias = (
    PixelQuantity
    | PredictionQuantity
    | TargetQuantity
    | ErrorQuantity
    | ParameterQuantity
    | NeuronQuantity
    | GradientQuantity
    | UpdateQuantity
    | LossQuantity
    | CountQuantity
    | TimeQuantity
)
"""Any of them."""
