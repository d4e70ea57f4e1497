"""The loss of a linear network in closed form: a quadratic function of its parameters.

With the inputs X of n images (a column of ones added for a bias) and their targets t, the mean
squared error of the parameters θ is

    L(θ) = ‖X·θ − t‖² / n = (θ − θ*)ᵀ·A·(θ − θ*) + c,   A = XᵀX / n,   c = ‖X·θ* − t‖² / n

where θ* solves A·θ* = Xᵀt / n. The images are gone through once; after that the loss of any
parameters is a sum of as many squares as there are parameters. This is exact: nothing is left out,
and as all terms are squares none cancels another, so that what rounding adds is of the order of
10⁻¹⁶ of the result, save that θ* itself is known to about 10⁻¹⁶.

The Hessian is 2·A. Its eigenvalues λ are the curvatures along its eigenvectors; gradient descent
multiplies the distance to θ* along such a direction by 1 − η·λ with each step, which shrinks it
just when the learning rate η is below 2/λ.
Source: Boyd and Vandenberghe, Convex Optimization, 2004, section 9.3.1,
https://web.stanford.edu/~boyd/cvxbook/.
"""

import math

import numpy as np

from core.arrays import Array
from core.images.images import Batch
from core.network.architecture import Architecture
from core.structs import Struct


def stable_learning_rate(curvature: float) -> float:
    """Return 2/λ: above it, gradient descent diverges along this direction; infinity if flat."""
    return 2.0 / curvature if curvature > 0 else math.inf


class Quadratic(Struct, eq=False):
    """The loss over one batch as a quadratic function of P parameters: a bowl or a valley."""

    lowest: Array
    """θ*, shape (P,); where a whole valley is lowest, the point of it next to the origin."""
    least: float
    """c, the loss there."""
    curvatures: Array
    """λ, the eigenvalues of the Hessian in rising order, shape (P,); at least 0."""
    directions: Array
    """Their unit vectors, one a column, shape (P, P)."""

    @property
    def stable_learning_rate(self) -> float:
        """2/λ of the greatest curvature: above it, gradient descent diverges."""
        return stable_learning_rate(float(self.curvatures[-1]))

    @property
    def best(self) -> Array | None:
        """The parameters of the lowest point; None if a whole valley is lowest."""
        return self.lowest if self.curvatures[0] > 0 else None

    @property
    def root(self) -> Array:
        """R with RᵀR = A, shape (P, P): the loss is ‖R·(θ − θ*)‖² + c."""
        root: Array = np.sqrt(self.curvatures / 2)[:, np.newaxis] * self.directions.T
        return root

    def losses(
        self, parameters: Array, across: Array, up: Array, columns: Array, rows: Array
    ) -> Array:
        """Compute the loss at parameters + x·across + y·up for every y and x.

        Parameters
        ----------
        parameters, across, up : ndarray, shape (P,)
            A point, and two directions from it.
        columns, rows : ndarray, shapes (C,) and (R,)
            The x and the y.

        Returns
        -------
        ndarray, shape (R, C)
        """
        root = self.root
        start = root @ (parameters - self.lowest)
        arrays = np.multiply.outer(root @ across, columns)
        steps = (start + np.multiply.outer(rows, root @ up)).T
        losses: Array = np.full((len(rows), len(columns)), self.least)
        term = np.empty_like(losses)
        for down, right in zip(steps, arrays, strict=True):
            np.add.outer(down, right, out=term)
            term *= term
            losses += term
        return losses

    def bottom(self, parameters: Array, across: Array, up: Array) -> tuple[float, float]:
        """Find the x and y for which parameters + x·across + y·up has the least loss.

        Where a line of them has, it is the one nearest to the parameters.
        """
        root = self.root
        arrays = np.column_stack([root @ across, root @ up])
        x, y = np.linalg.pinv(arrays) @ (root @ (self.lowest - parameters))
        return float(x), float(y)


def quadratic_of(architecture: Architecture, loss: str, batch: Batch) -> Quadratic | None:
    """Work the closed form out, or None for a network, a loss or labels that have none.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    loss : str
        A name in `LOSSES`.
    batch : Batch
        The images that the loss is the mean over.
    """
    if not architecture.is_linear or loss != "mse":
        return None
    inputs, targets, n = batch.images, batch.targets, len(batch)
    if architecture.bias:
        inputs = np.column_stack([inputs, np.ones(n)])
    values, directions = np.linalg.eigh(inputs.T @ inputs / n)
    # What is zero but for rounding is zero: along it the images say nothing.
    values[values < values[-1] * len(values) * np.finfo(np.float64).eps] = 0.0
    inverse = np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)
    lowest = np.zeros(len(values))
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(2):
            # The second time corrects what rounding did to the first.
            missing = inputs.T @ (targets - inputs @ lowest) / n
            lowest += directions @ (inverse * (directions.T @ missing))
        wrong = targets - inputs @ lowest
        least = float(wrong @ wrong) / n
    if not (math.isfinite(least) and np.isfinite(lowest).all()):
        return None  # the labels are too large to square
    # An eigenvector may point either way; its largest share is to be above zero.
    largest = directions[np.argmax(np.abs(directions), axis=0), np.arange(len(values))]
    return Quadratic(lowest, least, 2.0 * values, directions * np.sign(largest))
