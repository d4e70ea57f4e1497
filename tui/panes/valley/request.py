"""Which landscape the valley wants, and how finely it can be had in time."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.engines import IsCancelled
from core.landscape import Direction, Frame, Landscape, Terrain
from tui.panes.picture.surveyor import INSTANT

PATIENCE = 0.5
"""In seconds. Where every cell would take longer, one is computed for a block of so many."""
_BLOCKS = (1, 2, 3, 4, 6, 8, 12)


@dataclass(frozen=True, eq=False)
class Order:
    """A landscape that is wanted."""

    terrain: Terrain
    """The loss."""
    across: Direction
    up: Direction
    frame: Frame
    parameters: Array
    """What is held."""
    step: int
    """The step they are of."""
    name: Hashable
    """What network and directions it is of: orders with the same name and frame look alike."""

    def is_near(self, other: "Order") -> bool:
        """Whether the other one shows the same part of the same plane, perhaps at another time."""
        return (self.name, self.frame) == (other.name, other.frame)

    def is_same(self, other: "Order") -> bool:
        """Whether the other one comes to the very same losses."""
        if not self.is_near(other) or self.terrain is not other.terrain:
            return False
        if self.parameters is other.parameters:
            return True
        # Walking within the plane changes nothing of it.
        changed = np.flatnonzero(self.parameters != other.parameters)
        axes = (self.across, self.up)
        own = [axis.parameter for axis in axes if axis.parameter is not None]
        return bool(np.isin(changed, own).all())

    @property
    def is_quick(self) -> bool:
        """Whether it can be made while a frame is drawn."""
        return self.seconds(1) <= INSTANT

    def seconds(self, block: int) -> float:
        """Foresee how long it takes with one value for each block of so many cells a side."""
        rows, columns = -(-self.frame.height // block), -(-self.frame.width // block)
        return self.terrain.seconds(self.across, self.up, rows, columns)

    @property
    def block(self) -> int:
        """Cells a side that one value is computed for."""
        fitting = (block for block in _BLOCKS if self.seconds(block) <= PATIENCE)
        return next(fitting, _BLOCKS[-1])

    def survey(self, cancelled: IsCancelled | None = None) -> Landscape:
        """Compute it; raises `Cancelled`."""
        columns, rows, block = self.frame.columns, self.frame.rows, self.block
        middle = (block - 1) // 2
        columns = columns[min(middle, len(columns) - 1) :: block]
        rows = rows[min(middle, len(rows) - 1) :: block]
        return self.terrain.survey(self.parameters, self.across, self.up, columns, rows, cancelled)
