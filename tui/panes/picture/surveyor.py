"""Who computes a pane's cells: at once where that is quick, in a thread where it is not."""

import time
from collections.abc import Callable
from functools import partial
from typing import Generic, Protocol, Self, TypeVar

from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, get_current_worker

from core import Cancelled
from core.engines import IsCancelled

INSTANT = 0.003
"""A survey that takes no longer, in seconds, is made while a frame is drawn."""


class Order(Protocol):
    """A picture that is wanted."""

    @property
    def is_quick(self) -> bool:
        """Whether it can be made while a frame is drawn."""
        ...

    def is_near(self, other: Self) -> bool:
        """Whether the other one shows the same place, perhaps at another time."""
        ...

    def is_same(self, other: Self) -> bool:
        """Whether the other one comes to the very same picture."""
        ...


_Order = TypeVar("_Order", bound=Order)
_Picture = TypeVar("_Picture")


class Surveyed(Message, Generic[_Order, _Picture], bubble=False):
    """A thread has computed a picture."""

    def __init__(self, order: _Order, picture: _Picture, seconds: float) -> None:
        super().__init__()
        self.order = order
        self.picture = picture
        self.seconds = seconds


class Surveyor(Generic[_Order, _Picture]):
    """Keeps the newest picture for a widget, which must pass `Surveyed` on to `accept`.

    While training runs, what a thread computes is a moment old when it is done; it is shown until
    there is a newer one. A thread rests as long as it has worked, so that training goes on.

    Parameters
    ----------
    widget : Widget
        Whose picture.
    survey : callable
        Computes what an order asks for; raises `Cancelled`.
    on_rested : callable
        Called when a thread may work again.
    """

    def __init__(
        self,
        widget: Widget,
        survey: Callable[[_Order, IsCancelled | None], _Picture],
        on_rested: Callable[[], None],
    ) -> None:
        self._widget = widget
        self._survey = survey
        self._on_rested = on_rested
        self._done: tuple[_Order, _Picture] | None = None
        self._running: tuple[_Order, Worker[None]] | None = None
        self._resting = False

    def ask(self, order: _Order) -> tuple[_Order, _Picture] | None:
        """Give the picture, or the newest one of the same place, or None; begin what is missing.

        What comes back is the order it was made for, and the picture.
        """
        if self._done is not None and order.is_same(self._done[0]):
            return self._done
        if order.is_quick:
            self.stop()
            self._done = order, self._survey(order, None)
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

    def accept(self, message: Surveyed[_Order, _Picture]) -> None:
        """Take what a thread has computed."""
        if self._running is None or self._running[0] is not message.order:
            return
        self._running = None
        self._done = message.order, message.picture
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

    def _work(self, order: _Order) -> None:
        """Compute a picture; in a thread."""
        worker = get_current_worker()
        started = time.perf_counter()
        try:
            picture = self._survey(order, lambda: worker.is_cancelled)
        except Cancelled:
            return
        self._widget.post_message(Surveyed(order, picture, time.perf_counter() - started))
