"""Quantities: the numbers that a person can point at, and that can be explained."""

from enum import StrEnum
from typing import TypeAlias

from core.structs import Struct


class PixelQuantity(Struct):
    """A pixel of the selected image."""

    pixel: int
    """0 … 3, row by row."""


class PredictionQuantity(Struct):
    """The prediction for that image."""


class TargetQuantity(Struct):
    """The target of that image."""


class ErrorQuantity(Struct):
    """The prediction minus the target."""


class ParameterQuantity(Struct):
    """A weight or bias."""

    index: int
    """Its place in the flat vector."""


class NeuronQuantity(Struct):
    """A neuron's output for the selected image."""

    layer: int
    """Counted from 0, the first layer that has weights."""
    neuron: int
    """Counted from 0 within its layer."""


class GradientQuantity(Struct):
    """The loss's gradient in a weight or bias."""

    index: int
    """The parameter's place in the flat vector."""


class UpdateQuantity(Struct):
    """A weight or bias after the coming update."""

    index: int
    """The parameter's place in the flat vector."""


class LossQuantity(Struct):
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


class CountQuantity(Struct):
    """A line of the cost."""

    count: Count


class TimeQuantity(Struct):
    """The time of a step, as it is predicted for this machine."""

    engine: str
    """Name of the engine that takes it."""
    experiment: str = ""
    """What is changed first, such as ``twice the images``; empty for the run's own step."""


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
