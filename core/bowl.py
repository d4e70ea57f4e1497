"""What can be known beforehand about a network that is a plain weighted sum of the pixels.

Its mean squared error is a quadratic function of the parameters, a bowl: it has one lowest point,
and the steepest of its sides says how large a step may be.
"""

from dataclasses import dataclass

import numpy as np

from core.images import Batch
from core.network import Architecture
from core.operations import Array


@dataclass(frozen=True, eq=False)
class Bowl:
    """The shape of the loss of a linear network over its training images."""

    stable_learning_rate: float
    """2/λ, λ the largest eigenvalue of the loss's Hessian: above it, gradient descent diverges."""
    best: Array | None
    """The parameters of the lowest point, in parameter order; None if a whole valley is lowest."""


def bowl_of(architecture: Architecture, loss: str, images: Batch) -> Bowl | None:
    """Work the bowl out, or None for a network or a loss that has none.

    The Hessian of the mean of (x·w − t)² over n images is (2/n)·XᵀX, with a column of ones in X
    for a bias. On one direction of curvature λ, a step multiplies the distance to the lowest
    point by 1 − η·λ, which shrinks it just when η < 2/λ.
    """
    if not architecture.is_linear or loss != "mse":
        return None
    inputs = images.images
    if architecture.bias:
        inputs = np.column_stack([inputs, np.ones(len(inputs))])
    steepest = float(np.linalg.eigvalsh(2.0 / len(inputs) * (inputs.T @ inputs))[-1])
    solution, _, rank, _ = np.linalg.lstsq(inputs, images.targets, rcond=None)
    best: Array = np.asarray(solution, dtype=np.float64)
    return Bowl(
        stable_learning_rate=2.0 / steepest if steepest > 0 else float("inf"),
        best=best if rank == inputs.shape[1] else None,
    )
