"""Who computes many images' errors: at once where that is quick, in a thread where it is not."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, get_current_worker

from core import Cancelled
from core.arrays import Array
from core.engines import IsCancelled
from core.images import Batch
from core.metrics import Integers, seconds_of, worst_first
from core.network import Architecture, Network

INSTANT = 0.003
"""What takes no longer, in seconds, is done while a frame is drawn."""


@dataclass(frozen=True, eq=False)
class Exam:
    """Predictions that are wanted: of all images, to rank them, or of those that are visible."""

    batch: Batch
    """The images with their labels."""
    places: Integers | None
    """Which of them; None: all, ranked by the size of their error."""
    architecture: Architecture
    """The network's shape."""
    parameters: Array
    """Its weights and biases."""
    step: int
    """The step they are of."""

    @property
    def seconds(self) -> float:
        """Foresee how long it takes."""
        images = len(self.batch) if self.places is None else len(self.places)
        return seconds_of(self.architecture, images, sorts=self.places is None)

    def is_near(self, other: "Exam") -> bool:
        """Whether the other one is of the same images and layers, perhaps at another time."""
        if self.batch is not other.batch or self.architecture != other.architecture:
            return False
        if self.places is None or other.places is None:
            return self.places is other.places
        return np.array_equal(self.places, other.places)

    def is_same(self, other: "Exam") -> bool:
        """Whether the other one comes to the very same predictions."""
        if self.step != other.step or not self.is_near(other):
            return False
        same = self.parameters is other.parameters
        return same or np.array_equal(self.parameters, other.parameters)

    def take(self, cancelled: IsCancelled | None = None) -> "Result":
        """Compute it; raises `Cancelled`."""
        images, labels = self.batch.images, self.batch.targets
        if self.places is not None:
            images, labels = images[self.places], labels[self.places]
        predictions = Network(self.architecture, self.parameters).predictions(images, cancelled)
        order = worst_first(predictions, labels) if self.places is None else None
        return Result(self, predictions, order)


@dataclass(frozen=True, eq=False)
class Result:
    """What came out."""

    exam: Exam
    predictions: Array
    """Shape (n,), in the order of the exam's places."""
    order: Integers | None
    """The images' places by the size of their error, where all were examined."""


class Examined(Message, bubble=False):
    """A thread has finished an exam."""

    def __init__(self, result: Result, seconds: float) -> None:
        super().__init__()
        self.result = result
        self.seconds = seconds


class Examiner:
    """Keeps the newest result for a widget, which must pass `Examined` on to `accept`.

    While training runs, what a thread computes is a moment old when it is done; it is shown until
    there is a newer one. A thread rests as long as it has worked, so that training goes on.
    """

    def __init__(self, widget: Widget, on_rested: Callable[[], None], name: str) -> None:
        self._widget = widget
        self._on_rested = on_rested
        self._name = name
        self._done: Result | None = None
        self._running: tuple[Exam, Worker[None]] | None = None
        self._rests = 0

    def ask(self, exam: Exam, at_least: float = 0.0) -> Result | None:
        """Give the result, or the newest one of the same images, or None; begin what is missing.

        Parameters
        ----------
        exam : Exam
            What is wanted.
        at_least : float
            Seconds that a result of the same images stays, though there are newer parameters.
        """
        done = self._done
        if done is not None and exam.is_same(done.exam):
            return done
        near = done is not None and exam.is_near(done.exam)
        if near and self._rests and at_least:
            return done
        if exam.seconds <= INSTANT:
            self.stop()
            self._done = exam.take()
            self._rest(at_least)
            return self._done
        running = self._running is not None and exam.is_near(self._running[0])
        if not running and not (near and self._rests):
            self.stop()
            worker = self._widget.run_worker(
                partial(self._work, exam), group=self._name, exclusive=True, thread=True
            )
            self._running = exam, worker
        return done if near else None

    def accept(self, message: Examined, at_least: float = 0.0) -> None:
        """Take what a thread has computed, if it is this one's."""
        if self._running is None or self._running[0] is not message.result.exam:
            return
        self._running = None
        self._done = message.result
        self._rest(max(message.seconds, at_least))

    def stop(self) -> None:
        """Call off what a thread is doing."""
        if self._running is not None:
            self._running[1].cancel()
            self._running = None

    def _rest(self, seconds: float) -> None:
        if seconds:
            self._rests += 1
            self._widget.set_timer(seconds, self._end_rest)

    def _end_rest(self) -> None:
        self._rests -= 1
        if not self._rests:
            self._on_rested()

    def _work(self, exam: Exam) -> None:
        """Take an exam; in a thread."""
        worker = get_current_worker()
        started = time.perf_counter()
        try:
            result = exam.take(lambda: worker.is_cancelled)
        except Cancelled:
            return
        self._widget.post_message(Examined(result, time.perf_counter() - started))
