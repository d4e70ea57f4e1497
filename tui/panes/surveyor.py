"""Who computes a valley's cells: at once where that is quick, in a thread where it is not."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

import numpy as np
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, get_current_worker

from core import Cancelled
from core.engines.engine import IsCancelled
from core.framing import Frame
from core.landscape import Direction, Landscape, Terrain
from core.operations import Array

INSTANT = 0.003
"""A survey that takes no longer, in seconds, is made while a frame is drawn."""
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


class Surveyed(Message, bubble=False):
    """A thread has computed a landscape."""

    def __init__(self, order: Order, landscape: Landscape, seconds: float) -> None:
        super().__init__()
        self.order = order
        self.landscape = landscape
        self.seconds = seconds


class Surveyor:
    """Keeps the newest landscape for a widget, which must pass `Surveyed` on to `accept`.

    While training runs, what a thread computes is a moment old when it is done; it is shown until
    there is a newer one. A thread rests as long as it has worked, so that training goes on.
    """

    def __init__(self, widget: Widget, on_rested: Callable[[], None]) -> None:
        self._widget = widget
        self._on_rested = on_rested
        self._done: tuple[Order, Landscape] | None = None
        self._running: tuple[Order, Worker[None]] | None = None
        self._resting = False

    def ask(self, order: Order) -> tuple[Order, Landscape] | None:
        """Give the landscape, or the newest one of the same place, or None; begin what is missing.

        What comes back is the order it was made for, and the landscape.
        """
        if self._done is not None and order.is_same(self._done[0]):
            return self._done
        if order.seconds(1) <= INSTANT:
            self.stop()
            self._done = order, order.survey()
            return self._done
        near = self._done is not None and order.is_near(self._done[0])
        running = self._running is not None and order.is_near(self._running[0])
        if not running and not (near and self._resting):
            self.stop()
            worker = self._widget.run_worker(
                partial(self._work, order), group="survey", exclusive=True, thread=True
            )
            self._running = order, worker
        return self._done if near else None

    def accept(self, message: Surveyed) -> None:
        """Take what a thread has computed."""
        if self._running is None or self._running[0] is not message.order:
            return
        self._running = None
        self._done = message.order, message.landscape
        self._resting = True
        self._widget.set_timer(message.seconds, self._end_rest)

    def stop(self) -> None:
        """Call off what a thread is doing."""
        if self._running is not None:
            self._running[1].cancel()
            self._running = None

    def _end_rest(self) -> None:
        self._resting = False
        self._on_rested()

    def _work(self, order: Order) -> None:
        """Compute a landscape; in a thread."""
        worker = get_current_worker()
        started = time.perf_counter()
        try:
            landscape = order.survey(lambda: worker.is_cancelled)
        except Cancelled:
            return
        self._widget.post_message(Surveyed(order, landscape, time.perf_counter() - started))
