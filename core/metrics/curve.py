"""Loss curves: that of all steps as it is at one moment, and that of the test losses.

A run's own losses are summarised by `core.metrics.history`; test losses are few, one for each
moment at which somebody looked.
"""

from bisect import bisect_right
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.structs import Struct

MOST = 4096
"""Points that are kept; then every second one of the older half goes."""


class TestCurve(Struct, eq=False):
    """Test losses at some steps, in order. The arrays are copies."""

    __test__ = False

    steps: NDArray[np.int64]
    """Shape (n,), rising."""
    losses: NDArray[np.float64]
    """Shape (n,), the exact loss after so many updates."""


class Samples:
    """Test losses of the moments at which somebody looked."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._losses: list[float] = []

    def __len__(self) -> int:
        """Count the points."""
        return len(self._steps)

    def note(self, step: int, loss: float) -> None:
        """Keep the loss at a step beyond the last one; at the last one, put it in its place."""
        if self._steps and step < self._steps[-1]:
            return
        if self._steps and step == self._steps[-1]:
            self._losses[-1] = loss
            return
        self._steps.append(step)
        self._losses.append(loss)
        if len(self._steps) > MOST:
            half = len(self._steps) // 2
            self._steps[:half] = self._steps[:half:2]
            self._losses[:half] = self._losses[:half:2]

    def take(self, curve: TestCurve) -> None:
        """Copy the state of another curve."""
        self._steps, self._losses = curve.steps.tolist(), curve.losses.tolist()

    def until(self, step: int) -> "Samples":
        """Return the points up to a step, to go on by themselves."""
        cut, kept = Samples(), bisect_right(self._steps, step)
        cut._steps, cut._losses = self._steps[:kept], self._losses[:kept]
        return cut

    def curve(self) -> TestCurve:
        """Copy what is known."""
        return TestCurve(np.array(self._steps, dtype=np.int64), np.array(self._losses))


class Stretch(Struct):
    """What is known of the losses of some consecutive steps; of one alone, it is known exactly."""

    first_step: int
    """The first step of the stretch."""
    last_step: int
    """The last one that there is a loss of; equal to `first_step` if the stretch is one step."""
    minimum: float
    """The smallest finite loss; NaN if none is finite."""
    maximum: float
    """The largest finite loss; NaN if none is finite."""
    mean: float
    """The mean of the finite losses; NaN if none is finite."""
    last: float
    """The loss of `last_step` as it is, NaN and infinity included."""
    nonfinite: int
    """How many of the losses are NaN or infinite."""


class Curve(Struct, eq=False):
    """A loss history at one moment. Its arrays are read-only copies, one entry per bucket.

    Bucket i covers the steps from i · width to (i + 1) · width − 1; the last one may be unfinished.
    """

    width: int
    """Steps per bucket, a power of two."""
    length: int
    """Points so far: the newest step is `length - 1`."""
    minimum: NDArray[np.float64]
    """The smallest finite loss of each bucket; NaN if none is finite."""
    maximum: NDArray[np.float64]
    """The largest finite loss of each bucket; NaN if none is finite."""
    mean: NDArray[np.float64]
    """The mean of each bucket's finite losses; NaN if none is finite."""
    last: NDArray[np.float64]
    """The last loss of each bucket as it is, NaN and infinity included."""
    nonfinite: NDArray[np.int64]
    """How many losses of each bucket are NaN or infinite."""
    passed: Mapping[float, int]
    """For each threshold of `LADDER` that was reached, the first step at or below it."""

    def at(self, step: int) -> Stretch:
        """Look up the bucket that holds a step.

        Parameters
        ----------
        step : int
            From 0 to `length - 1`.

        Raises
        ------
        IndexError
            If there is no such step.
        """
        if not 0 <= step < self.length:
            raise IndexError(f"step {step} is not in a history of {self.length} points")
        bucket = step // self.width
        return Stretch(
            first_step=bucket * self.width,
            last_step=min((bucket + 1) * self.width, self.length) - 1,
            minimum=float(self.minimum[bucket]),
            maximum=float(self.maximum[bucket]),
            mean=float(self.mean[bucket]),
            last=float(self.last[bucket]),
            nonfinite=int(self.nonfinite[bucket]),
        )
