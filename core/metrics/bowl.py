"""What can be known beforehand about a network that is a plain weighted sum of the pixels.

Its mean squared error is a quadratic function of the parameters, a bowl: it has one lowest point,
and the steepest of its sides says how large a step may be.
"""

from dataclasses import dataclass

from core.arrays import Array
from core.images.images import Batch
from core.metrics.quadratic import quadratic_of
from core.network.architecture import Architecture


@dataclass(frozen=True, eq=False)
class Bowl:
    """The shape of the loss of a linear network over its training images."""

    stable_learning_rate: float
    """2/λ, λ the largest eigenvalue of the loss's Hessian: above it, gradient descent diverges."""
    best: Array | None
    """The parameters of the lowest point, in parameter order; None if a whole valley is lowest."""


def bowl_of(architecture: Architecture, loss: str, images: Batch) -> Bowl | None:
    """Read the bowl off the closed form of the loss; None for a network or a loss that has none."""
    form = quadratic_of(architecture, loss, images)
    if form is None:
        return None
    flattest, steepest = form.curvatures[0], float(form.curvatures[-1])
    return Bowl(
        stable_learning_rate=2.0 / steepest if steepest > 0 else float("inf"),
        best=form.lowest if flattest > 0 else None,
    )
