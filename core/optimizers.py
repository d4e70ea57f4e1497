"""Optimizers: how a gradient moves the parameters. Each is one entry, over the flat vector."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.operations import Array, Operation


@dataclass(frozen=True)
class Optimizer:
    """One update rule, for one parameter and for all of them at once."""

    name: str
    """The name that options and files use."""
    title: str
    """The name in words."""
    rule: Callable[[float, float, float], float]
    """The new value of one parameter from (value, its gradient, learning rate)."""
    operations: Callable[[Array, Array, Array, Array], list[Operation]]
    """The calls that move all: (parameters, gradient, learning rate of shape (), scratch)."""
    multiply_adds: int
    """For each parameter of the network."""


def descend(parameter: float, gradient: float, learning_rate: float) -> float:
    """One step downhill: w ← w − η·g."""
    return parameter - learning_rate * gradient


def _descend_operations(
    parameters: Array, gradient: Array, learning_rate: Array, scratch: Array
) -> list[Operation]:
    return [
        (np.multiply, (gradient, learning_rate, scratch)),
        (np.subtract, (parameters, scratch, parameters)),
    ]


OPTIMIZERS: dict[str, Optimizer] = {
    optimizer.name: optimizer
    for optimizer in (
        Optimizer("sgd", "stochastic gradient descent", descend, _descend_operations, 1),
    )
}
"""Every optimizer, by name."""
