"""The loss landscape: the loss over a grid of two parameters, or of two directions, the rest held.

Each cell is the exact loss of its own parameters, none is interpolated. For a linear network with
mean squared error it comes from the closed form of `core.metrics.quadratic`, for every other
network from the one batched pass of `core.landscape.sweep`.
"""

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array, IsCancelled
from core.images.images import Batch
from core.landscape.sweep import Sweep, seconds_of
from core.metrics.quadratic import Quadratic, quadratic_of, stable_learning_rate
from core.network.architecture import Architecture
from core.structs import Struct

_SECONDS_PER_TERM = 2e-9
_SECONDS_PER_INPUT = 10e-9


class Direction(Struct, eq=False):
    """A way through the space of parameters: a unit vector u, of which only some shares are not 0.

    A point θ stands at the place u·θ along it; along a single parameter that is its value.
    """

    indices: NDArray[np.int64]
    """The parameters that change along it."""
    shares: Array
    """How much each of them does, shape (len(indices),); the sum of their squares is 1."""
    curvature: float | None = None
    """λ, the loss's second derivative along it, where the direction was chosen for that."""

    @property
    def parameter(self) -> int | None:
        """The single parameter it follows, if it is that simple."""
        return int(self.indices[0]) if len(self.indices) == 1 else None

    @property
    def stable_learning_rate(self) -> float | None:
        """2/λ: above it, steps along this direction grow; infinity where it is flat."""
        return None if self.curvature is None else stable_learning_rate(self.curvature)

    def place(self, parameters: Array) -> float:
        """Find where a point, shape (parameter_count,), stands along it."""
        if self.parameter is not None:
            return float(parameters[self.parameter])
        return float(self.shares @ parameters[self.indices])

    def moved(self, parameters: Array, by: float) -> tuple[tuple[int, float], ...]:
        """Return each parameter that changes along it by so much, with its new value.

        The values are rounded to a trillionth of the way, which leaves the direction what it is,
        and no decimals that only adding brings about: 0.3, not 0.30000000000000004.

        Parameters
        ----------
        parameters : ndarray, shape (parameter_count,)
            The point to move from.
        by : float
            How far; not 0, below 0 the other way.
        """
        decimals = 12 - math.floor(math.log10(abs(by)))
        shares = zip(self.indices.tolist(), self.shares.tolist(), strict=True)
        return tuple(
            (index, round(float(parameters[index]) + by * share, decimals))
            for index, share in shares
            if share
        )

    def vector(self, count: int) -> Array:
        """Write the unit vector out, shape (count,)."""
        vector = np.zeros(count)
        vector[self.indices] = self.shares
        return vector


def along(parameter: int) -> Direction:
    """Return the direction along a single parameter."""
    return Direction(np.array([parameter]), np.array([1.0]))


def places_of(points: Sequence[Array], across: Direction, up: Direction) -> Array:
    """Find where points, each of shape (parameter_count,), stand along two directions.

    Returns
    -------
    ndarray, shape (len(points), 2)
    """
    both = np.concatenate([across.indices, up.indices])
    parts = np.array([point[both] for point in points]).reshape(-1, len(both))
    split = len(across.indices)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.column_stack([parts[:, :split] @ across.shares, parts[:, split:] @ up.shares])


class Landscape(Struct, eq=False):
    """The loss over a grid of cells."""

    parameters: Array
    """The point the grid goes through, shape (parameter_count,); all else is held as in it."""
    across: Direction
    """The direction whose places are `columns`."""
    up: Direction
    """The direction whose places are `rows`."""
    columns: Array
    """Places of the cells' middles, rising, shape (C,)."""
    rows: Array
    """The same, falling: the topmost first, shape (R,)."""
    losses: Array
    """Shape (R, C); may hold infinities."""

    @cached_property
    def best(self) -> tuple[int, int] | None:
        """Row and column of the lowest cell; None if no loss is finite."""
        finite = np.where(np.isfinite(self.losses), self.losses, np.inf)
        row, column = divmod(int(np.argmin(finite)), self.losses.shape[1])
        return (row, column) if np.isfinite(finite[row, column]) else None

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """The losses of the cells at the corners: top left and right, bottom left and right."""
        losses = self.losses
        top, bottom = losses[0], losses[-1]
        return float(top[0]), float(top[-1]), float(bottom[0]), float(bottom[-1])


class LossSurface:
    """A network's loss over a batch, as a function of its parameters, ready to be looked at.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    loss : str
        A name in `LOSSES`.
    batch : Batch
        The images that the loss is the mean over.
    """

    def __init__(self, architecture: Architecture, loss: str, batch: Batch) -> None:
        self.architecture = architecture
        self.loss = loss
        self.batch = batch

    @cached_property
    def quadratic(self) -> Quadratic | None:
        """The closed form; None where there is none. Worked out when first asked for."""
        return quadratic_of(self.architecture, self.loss, self.batch)

    @cached_property
    def principal(self) -> tuple[Direction, Direction] | None:
        """The directions of least and of greatest curvature, where a closed form knows them.

        They are the eigenvectors of the Hessian to its least and its greatest eigenvalue.
        """
        found = self.quadratic
        if found is None or len(found.curvatures) < 2:
            return None
        every = np.arange(len(found.curvatures))
        least, greatest = (
            Direction(every, found.directions[:, place], float(found.curvatures[place]))
            for place in (0, -1)
        )
        return least, greatest

    def bottom(
        self, parameters: Array, across: Direction, up: Direction
    ) -> tuple[float, float] | None:
        """Find the places of the lowest point with all else held; None where it is not known."""
        if (found := self.quadratic) is None or not np.isfinite(parameters).all():
            return None
        count = len(parameters)
        x, y = found.bottom(parameters, across.vector(count), up.vector(count))
        return across.place(parameters) + x, up.place(parameters) + y

    def seconds(self, across: Direction, up: Direction, rows: int, columns: int) -> float:
        """Return roughly how many seconds a landscape takes."""
        if self.architecture.is_linear:
            known = "quadratic" in self.__dict__
            gathering = 0 if known else self.batch.images.size * _SECONDS_PER_INPUT
            return (
                gathering + rows * columns * self.architecture.parameter_count * _SECONDS_PER_TERM
            )
        return seconds_of(
            self.architecture, _parameter(across), _parameter(up), len(self.batch), rows, columns
        )

    def losses_over(
        self,
        parameters: Array,
        across: Direction,
        up: Direction,
        columns: Array,
        rows: Array,
        cancelled: IsCancelled | None = None,
    ) -> Landscape:
        """Compute the loss of every cell.

        Parameters
        ----------
        parameters : ndarray, shape (parameter_count,)
            What is held; finite.
        across, up : Direction
            Two directions at right angles; single parameters where there is no closed form.
        columns, rows : ndarray, shapes (C,) and (R,)
            Places along them: rising, and falling.
        cancelled : callable, optional
            Asked every few milliseconds; once it says True, this stops.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        ValueError
            For another direction than a parameter's where the loss has no closed form.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            if (found := self.quadratic) is not None:
                count = len(parameters)
                losses = found.losses(
                    parameters,
                    across.vector(count),
                    up.vector(count),
                    columns - across.place(parameters),
                    rows - up.place(parameters),
                )
            else:
                sweep = Sweep(
                    self.architecture, self.loss, parameters, _parameter(across), _parameter(up)
                )
                losses = sweep.losses(self.batch, columns, rows, cancelled)
        return Landscape(parameters, across, up, columns, rows, losses)


def _parameter(direction: Direction) -> int:
    """Return the parameter that a direction follows."""
    if direction.parameter is None:
        raise ValueError("only a linear network has other directions than its parameters'")
    return direction.parameter
