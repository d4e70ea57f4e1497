"""Losses: one number for how wrong the predictions are. Value and gradient side by side.

Both are means over the images of a batch. The gradient is the one with respect to the output
neuron's weighted sum: where the output is a sigmoid, its derivative is in it. For cross-entropy the
two cancel to something simple that stays exact where the sigmoid is flat.
"""

import math
from collections.abc import Callable

import numpy as np

from core.arrays import ZERO, Array, Operation, add_up, maximum
from core.network.activations import Activation
from core.structs import Struct


class OutputArrays(Struct):
    """The arrays that a loss reads and writes for a batch of B images; each has shape (B,)."""

    sums: Array
    """The output neuron's weighted sums; the same array as `predictions` if nothing needs both."""
    predictions: Array
    targets: Array
    deltas: Array
    """Written: the loss's gradient with respect to each weighted sum."""
    scratch: Array
    weight: Array
    """Shape (): the factor that turns an image's error into its share of the mean's gradient."""


class Loss(Struct):
    """One loss, for an image and for a whole batch."""

    name: str
    """The name that options and files use."""
    title: str
    """The name in words."""
    term: str
    """What is computed once for each image, in words."""
    factor: float
    """The gradient's constant factor: with n images, `weight` is factor / n."""
    value: Callable[[float, float, float], float]
    """One image's loss from (weighted sum, prediction, target)."""
    delta: Callable[[float, float, float, Activation], float]
    """One image's gradient: (prediction, target, weight, output activation)."""
    total: Callable[[OutputArrays], float]
    """The sum of a batch's losses; called when `deltas` holds the differences."""
    difference_operations: Callable[[OutputArrays], list[Operation]]
    """The calls that write predictions − targets, on which `total` builds."""
    total_operations: Callable[[OutputArrays, Array], list[Operation]]
    """The calls that write the same as `total` into an array of shape ()."""
    delta_operations: Callable[[OutputArrays, Activation], list[Operation]]
    """The calls that turn the differences into gradients, in place."""
    needs_sums: bool = False
    """Whether the weighted sums must be kept beside the predictions."""
    needs_sigmoid: bool = False
    """Whether the predictions must lie between 0 and 1."""


def _difference_operations(arrays: OutputArrays) -> list[Operation]:
    return [(np.subtract, (arrays.predictions, arrays.targets, arrays.deltas))]


def _squared_error(total: float, prediction: float, target: float) -> float:
    difference = prediction - target
    return difference * difference


def _squared_error_gradient(
    prediction: float, target: float, weight: float, output: Activation
) -> float:
    return output.backward(weight * (prediction - target), prediction)


def _squared_error_total(arrays: OutputArrays) -> float:
    return float(np.dot(arrays.deltas, arrays.deltas))


def _squared_error_total_operations(arrays: OutputArrays, out: Array) -> list[Operation]:
    return [(np.dot, (arrays.deltas, arrays.deltas, out))]


def _squared_error_operations(arrays: OutputArrays, output: Activation) -> list[Operation]:
    return [
        (np.multiply, (arrays.deltas, arrays.weight, arrays.deltas)),
        *output.derivative_operations(arrays.predictions, arrays.deltas, arrays.scratch),
    ]


def _cross_entropy(total: float, prediction: float, target: float) -> float:
    return max(total, 0.0) - total * target + math.log1p(math.exp(-abs(total)))


def _cross_entropy_gradient(
    prediction: float, target: float, weight: float, output: Activation
) -> float:
    return weight * (prediction - target)


def _cross_entropy_total(arrays: OutputArrays) -> float:
    sums, scratch = arrays.sums, arrays.scratch
    np.abs(sums, scratch)
    np.negative(scratch, scratch)
    np.exp(scratch, scratch)
    np.log1p(scratch, scratch)
    total = float(scratch.sum())
    maximum(sums, ZERO, scratch)
    total += float(scratch.sum())
    return total - float(np.dot(sums, arrays.targets))


def _cross_entropy_total_operations(arrays: OutputArrays, out: Array) -> list[Operation]:
    sums, scratch, part = arrays.sums, arrays.scratch, np.empty(())
    return [
        (np.abs, (sums, scratch)),
        (np.negative, (scratch, scratch)),
        (np.exp, (scratch, scratch)),
        (np.log1p, (scratch, scratch)),
        (add_up, (scratch, out)),
        (maximum, (sums, ZERO, scratch)),
        (add_up, (scratch, part)),
        (np.add, (out, part, out)),
        (np.dot, (sums, arrays.targets, part)),
        (np.subtract, (out, part, out)),
    ]


def _cross_entropy_operations(arrays: OutputArrays, output: Activation) -> list[Operation]:
    return [(np.multiply, (arrays.deltas, arrays.weight, arrays.deltas))]


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "mse",
            "mean squared error",
            "squares",
            2.0,
            _squared_error,
            _squared_error_gradient,
            _squared_error_total,
            _difference_operations,
            _squared_error_total_operations,
            _squared_error_operations,
        ),
        Loss(
            "bce",
            "binary cross-entropy",
            "logarithms",
            1.0,
            _cross_entropy,
            _cross_entropy_gradient,
            _cross_entropy_total,
            _difference_operations,
            _cross_entropy_total_operations,
            _cross_entropy_operations,
            needs_sums=True,
            needs_sigmoid=True,
        ),
    )
}
"""Every loss, by name."""
