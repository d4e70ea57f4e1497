"""The test loss along a run: exact at the moments that were looked at, unknown between them."""

from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST = 4096
"""Points that are kept; then every second one of the older half goes."""


@dataclass(frozen=True, eq=False)
class TestCurve:
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
        """Know what another one knew."""
        self._steps, self._losses = curve.steps.tolist(), curve.losses.tolist()

    def until(self, step: int) -> "Samples":
        """Give the points up to a step, to go on by themselves."""
        cut = copy(self)
        kept = sum(known <= step for known in self._steps)
        cut._steps, cut._losses = self._steps[:kept], self._losses[:kept]
        return cut

    def curve(self) -> TestCurve:
        """Copy what is known."""
        return TestCurve(np.array(self._steps, dtype=np.int64), np.array(self._losses))
