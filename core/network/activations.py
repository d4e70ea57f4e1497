"""Activation functions, applied to a neuron's weighted sum, each with its derivative.

Each is given twice: for one number, as the loops engine and a reader want it, and for whole arrays,
as a list of numpy calls that write in place. The derivative is taken from the activation's
*output*, so that nothing but the output has to be kept.
"""

import math
from collections.abc import Callable

import numpy as np

from core.arrays import ONE, ZERO, Array, Operation, maximum
from core.structs import Struct


class Activation(Struct):
    """One activation function y = f(z) of a weighted sum z."""

    name: str
    """The name that options and files use."""
    value: Callable[[float], float]
    """f(z) for one number."""
    derivative: Callable[[float], float]
    """f′(z) for one number, computed from y = f(z)."""
    operations: Callable[[Array], list[Operation]]
    """The calls that turn an array of sums into outputs, in place."""
    derivative_operations: Callable[[Array, Array, Array], list[Operation]]
    """The calls that multiply deltas by the derivatives, in place: (outputs, deltas, scratch)."""
    limit: Callable[[int, int], float]
    """From the layer's numbers of inputs and outputs: random weights are drawn from ±limit."""
    is_linear: bool = False
    """Whether f(z) = z, so that there is nothing to call and no derivative to multiply by."""

    def backward(self, delta: float, output: float) -> float:
        """Carry a delta back through the activation: delta × f′."""
        return delta if self.is_linear else delta * self.derivative(output)


def glorot_limit(inputs: int, outputs: int) -> float:
    """√(6 / (inputs + outputs)): keeps the signal's size in both directions.

    Source: Glorot and Bengio, 2010, https://proceedings.mlr.press/v9/glorot10a.html, eq. 16.
    """
    return math.sqrt(6.0 / (inputs + outputs))


def he_limit(inputs: int, outputs: int) -> float:
    """√(6 / inputs): makes up for the half that relu sets to zero.

    Source: He et al., 2015, https://arxiv.org/abs/1502.01852, eq. 10 (as a uniform distribution).
    """
    return math.sqrt(6.0 / inputs)


def _linear(total: float) -> float:
    return total


def _linear_derivative(output: float) -> float:
    return 1.0


def _linear_operations(sums: Array) -> list[Operation]:
    return []


def _linear_derivative_operations(outputs: Array, deltas: Array, scratch: Array) -> list[Operation]:
    return []


def _relu(total: float) -> float:
    return 0.0 if total < 0.0 else total  # in this order NaN stays NaN


def _relu_derivative(output: float) -> float:
    return 1.0 if output > 0.0 else 0.0


def _relu_operations(sums: Array) -> list[Operation]:
    return [(maximum, (sums, ZERO, sums))]


def _relu_derivative_operations(outputs: Array, deltas: Array, scratch: Array) -> list[Operation]:
    return [(np.sign, (outputs, scratch)), (np.multiply, (deltas, scratch, deltas))]


def _tanh_derivative(output: float) -> float:
    return 1.0 - output * output


def _tanh_operations(sums: Array) -> list[Operation]:
    return [(np.tanh, (sums, sums))]


def _tanh_derivative_operations(outputs: Array, deltas: Array, scratch: Array) -> list[Operation]:
    return [
        (np.multiply, (outputs, outputs, scratch)),
        (np.subtract, (ONE, scratch, scratch)),
        (np.multiply, (deltas, scratch, deltas)),
    ]


def _sigmoid(total: float) -> float:
    if total >= 0.0:
        return 1.0 / (1.0 + math.exp(-total))
    small = math.exp(total)  # the same value; exp(-total) would overflow far below zero
    return small / (1.0 + small)


def _sigmoid_derivative(output: float) -> float:
    return output * (1.0 - output)


def _sigmoid_operations(sums: Array) -> list[Operation]:
    return [
        (np.negative, (sums, sums)),
        (np.exp, (sums, sums)),
        (np.add, (sums, ONE, sums)),
        (np.reciprocal, (sums, sums)),
    ]


def _sigmoid_derivative_operations(
    outputs: Array, deltas: Array, scratch: Array
) -> list[Operation]:
    return [
        (np.subtract, (ONE, outputs, scratch)),
        (np.multiply, (outputs, scratch, scratch)),
        (np.multiply, (deltas, scratch, deltas)),
    ]


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            "linear",
            _linear,
            _linear_derivative,
            _linear_operations,
            _linear_derivative_operations,
            glorot_limit,
            is_linear=True,
        ),
        Activation(
            "relu", _relu, _relu_derivative, _relu_operations, _relu_derivative_operations, he_limit
        ),
        Activation(
            "tanh",
            math.tanh,
            _tanh_derivative,
            _tanh_operations,
            _tanh_derivative_operations,
            glorot_limit,
        ),
        Activation(
            "sigmoid",
            _sigmoid,
            _sigmoid_derivative,
            _sigmoid_operations,
            _sigmoid_derivative_operations,
            glorot_limit,
        ),
    )
}
"""Every activation, by name. A new one is one entry here and the four functions above it."""

OUTPUT_ACTIVATIONS: tuple[str, ...] = ("linear", "sigmoid")
"""What the output layer may use: any number, or one between 0 and 1."""
