"""The loss curve at one moment: what is known of every stretch of steps."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Stretch:
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


@dataclass(frozen=True, eq=False)
class Curve:
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
