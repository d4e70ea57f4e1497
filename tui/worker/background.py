"""Work beside the event loop: at once where it is quick, in a thread where it is not."""

import asyncio
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

import numpy as np
from textual.dom import DOMNode
from textual.worker import Worker

from core import Cancelled
from core.arrays import IsCancelled
from core.structs import Struct

NOTICEABLE = 0.7
"""Seconds; what takes longer is worth a word."""
INSTANT = 0.003
"""What takes no longer, in seconds, may be done while a frame is drawn."""
_LONGEST = 60.0
"""Seconds of rest at most: the program may have been stopped during the work, for hours."""

_Result = TypeVar("_Result")


async def in_thread(
    work: Callable[[IsCancelled], _Result],
    cancel: threading.Event,
    on_wait: Callable[[], None] | None = None,
) -> _Result:
    """Run a function in a thread and wait for it.

    Parameters
    ----------
    work : callable
        Gets a callable that it asks, every few milliseconds, whether it is called off.
    cancel : threading.Event
        Set, it calls the work off.
    on_wait : callable, optional
        Told when the work turns out to be noticeably long.

    Raises
    ------
    Cancelled
        If the work says so because it was called off.
    """
    task = asyncio.create_task(asyncio.to_thread(work, cancel.is_set))
    # When the program ends meanwhile, nobody else asks how the thread ended.
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        done, _ = await asyncio.wait({task}, timeout=NOTICEABLE)
        if not done and on_wait is not None:
            on_wait()
        return await task
    finally:
        # Also when this task itself is cancelled, because the program ends: the thread would hold
        # that up.
        cancel.set()


class Order(Struct, Generic[_Result], eq=False):
    """A result that is wanted, such as the picture of a landscape."""

    subject: object
    """What it is of. Results of equal subjects may stand in for one another for a moment; with
    None, only the very result will do."""
    depends: tuple[object, ...]
    """What decides the result besides; an array counts by its numbers."""
    step: int
    """The step that it is of."""
    is_quick: bool
    """Whether it is foreseen to be computed while nobody notices."""
    compute: Callable[[IsCancelled | None], _Result]
    """Computes the result; raises `Cancelled`. A thread may do it while the run goes on."""

    def is_near(self, other: "Order[_Result]") -> bool:
        """Whether the other one's result may stand in for a moment."""
        return self.is_same(other) if self.subject is None else self.subject == other.subject

    def is_same(self, other: "Order[_Result]") -> bool:
        """Whether the other one comes to the very same result."""
        same = self.subject == other.subject and len(self.depends) == len(other.depends)
        return same and all(map(_is_equal, self.depends, other.depends))


def _is_equal(own: object, other: object) -> bool:
    if isinstance(own, np.ndarray) and isinstance(other, np.ndarray):
        return own is other or np.array_equal(own, other)
    return own == other


class Background(Generic[_Result]):
    """The newest result of what is ordered, frame after frame.

    While training runs, what a thread computes is a moment old when it is done; it stays until
    there is a newer one. A thread rests as long as it has worked, so that training goes on.

    Parameters
    ----------
    node : DOMNode
        Whose worker it is.
    on_news : callable
        Called when a thread has a result, and when one may be computed that had to wait.
    is_in_the_way : callable, optional
        Asked by the thread every few milliseconds whether something else needs the processor; then
        it gives up.
    """

    def __init__(
        self,
        node: DOMNode,
        on_news: Callable[[], None],
        is_in_the_way: Callable[[], bool] | None = None,
    ) -> None:
        self._node = node
        self._on_news = on_news
        self._is_in_the_way = is_in_the_way
        self._done: tuple[Order[_Result], _Result] | None = None
        self._running: tuple[Order[_Result], Worker[None]] | None = None
        self._at_least = 0.0
        self._rests = 0

    def ask(
        self, order: Order[_Result], at_least: float = 0.0
    ) -> tuple[Order[_Result], _Result] | None:
        """Return the result, or the newest one of the subject, or None; begin what is missing.

        Parameters
        ----------
        order : Order
            What is wanted.
        at_least : float
            Seconds that a result stays, though there might be a newer one of its subject.

        Returns
        -------
        tuple of Order and result, or None
            The order that it was computed for comes first.
        """
        self._at_least = at_least
        done = self._done
        if done is not None and order.is_same(done[0]):
            self.stop()
            return done
        near = done is not None and order.is_near(done[0])
        if near and self._rests and at_least:
            return done
        if order.is_quick:
            self.stop()
            self._done = order, order.compute(None)
            self._rest(at_least)
            return self._done
        running = self._running is not None and order.is_near(self._running[0])
        if not running and not (near and self._rests):
            self.stop()

            async def work() -> None:
                await self._work(order)

            # Not a coroutine itself: one that is called off before it begins would be left over.
            worker: Worker[None] = self._node.run_worker(work, name="background")
            self._running = order, worker
        return done if near else None

    def known(self, order: Order[_Result]) -> _Result | None:
        """Return the very result, if it is the newest."""
        if self._done is not None and order.is_same(self._done[0]):
            return self._done[1]
        return None

    def stop(self) -> None:
        """Cancel the thread."""
        if self._running is not None:
            self._running[1].cancel()
            self._running = None

    async def _work(self, order: Order[_Result]) -> None:
        """Compute a result in a thread, and report it."""
        started = time.perf_counter()
        try:
            result = await in_thread(partial(self._compute, order), threading.Event())
        except Cancelled:  # something was in the way; who wants it still asks again
            self._running = None
            return
        self._running, self._done = None, (order, result)
        seconds = min(time.perf_counter() - started, _LONGEST)
        self._rest(max(seconds, self._at_least))
        self._on_news()

    def _compute(self, order: Order[_Result], cancelled: IsCancelled) -> _Result:
        is_in_the_way = self._is_in_the_way
        if is_in_the_way is None:
            return order.compute(cancelled)
        return order.compute(lambda: cancelled() or is_in_the_way())

    def _rest(self, seconds: float) -> None:
        if seconds:
            self._rests += 1
            self._node.set_timer(seconds, self._end_rest)

    def _end_rest(self) -> None:
        self._rests -= 1
        if not self._rests:
            self._on_news()
