"""Who computes the other gradient: at once where that is quick, in a thread where it is not."""

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

import numpy as np
from textual.dom import DOMNode
from textual.worker import Worker

from core import Cancelled, Snapshot
from core.arrays import Array
from core.engines import IsCancelled
from core.images import Batch
from core.metrics import other_gradient
from core.settings import TrainingConfig
from tui.worker.requests import LONG
from tui.worker.training import Training

PATIENCE = 10.0
"""Seconds. What takes longer is not begun: nobody would wait for it, and only a word is said."""
_DOUBTFUL = 3 * LONG
"""Seconds. One that is foreseen to take no longer may yet turn out to be quick: that is tried …"""
_AGAIN = 0.5
"""… and tried again after so many seconds, where something else was in the way."""
_HELD_UP = 3 * LONG
"""Seconds that one may last which is known to be quick: other programs want the processor too."""
_REMEMBERED = 5
"""Measurements; the least of them counts."""
_UNNOTICED = 0.001
"""Seconds. One that takes no longer is in nobody's way."""
_LEFT_OUT = 4
"""Frames in a row that may be left out while keys are pressed, at most."""


@dataclass(frozen=True, eq=False)
class Question:
    """A moment whose other gradient is wanted."""

    config: TrainingConfig
    """The run's settings then."""
    step: int
    """Updates so far."""
    parameters: Array
    """Where, shape (parameter_count,)."""
    batch: Batch
    """Of the coming step."""

    @property
    def kind(self) -> Hashable:
        """What decides how long the answer takes."""
        config = self.config
        sizes = config.architecture, config.images_per_step
        return *sizes, config.loss, config.engine, config.gradient

    def is_same(self, other: "Question") -> bool:
        """Whether the answer is the same to the bit; the learning rate has no part in it."""
        if self.step != other.step or not np.array_equal(self.parameters, other.parameters):
            return False
        mine, its = (replace(asked.config, learning_rate=1.0) for asked in (self, other))
        return mine == its and _are_same(self.batch, other.batch)

    def answer(self, cancelled: IsCancelled) -> tuple[Array, float]:
        """Compute it, and count the seconds of the processor; raises `Cancelled`."""
        started = time.thread_time()
        found = other_gradient(self.config, self.parameters, self.batch, cancelled)
        return found, time.thread_time() - started


def _are_same(batch: Batch, other: Batch) -> bool:
    return batch is other or (
        np.array_equal(batch.images, other.images) and np.array_equal(batch.targets, other.targets)
    )


class Comparer:
    """Adds the other gradient to what is shown.

    While training runs it is computed only where that takes no longer than a moment between two
    keys may; while it is paused, what takes longer is computed in a thread.

    Parameters
    ----------
    node : DOMNode
        Whose worker computes it.
    training : Training
        Tells whether steps follow one another, and how long one takes. A thread gives way to its.
    on_found : callable
        Told when a thread has an answer, for `compared` to give.
    """

    def __init__(self, node: DOMNode, training: Training, on_found: Callable[[], None]) -> None:
        self._node = node
        self._training = training
        self._on_found = on_found
        self._found: tuple[Question, Array] | None = None
        self._running: tuple[Question, Worker[None]] | None = None
        self._kind: Hashable = None
        self._took: deque[float] = deque(maxlen=_REMEMBERED)
        self._next_try = 0.0
        self._left_out = 0

    def gives_way(self) -> bool:
        """Whether a frame is better left out: a key was just pressed, and this would hold it up."""
        holds_up = bool(self._took) and _UNNOTICED < min(self._took) <= LONG
        if holds_up and self._training.is_answering and self._left_out < _LEFT_OUT:
            self._left_out += 1
            return True
        self._left_out = 0
        return False

    def compared(self, now: Snapshot, batch: Batch) -> Snapshot:
        """Give the moment with its other gradient, or with how long that takes."""
        if now.gradient is None:
            self.stop()
            return now
        question = Question(now.config, now.step, now.parameters, batch)
        if self._kind != question.kind:
            self._kind = question.kind
            self._took.clear()
            self._next_try = 0.0
        foreseen = self._training.trainer.run.here.foresee_other_gradient()
        found = self._ask(question, foreseen)
        seconds = self._seconds(foreseen)
        return replace(now, other_gradient=found, other_seconds=seconds)

    def stop(self) -> None:
        """Call off what a thread is doing."""
        if self._running is not None:
            self._running[1].cancel()
            self._running = None

    def _seconds(self, foreseen: float) -> float:
        return min(self._took, default=foreseen)

    def _ask(self, question: Question, foreseen: float) -> Array | None:
        """Give the answer if it is known or can be soon; begin what is missing and may be."""
        if self._found is not None and question.is_same(self._found[0]):
            self.stop()
            return self._found[1]
        is_quick = bool(self._took) and min(self._took) <= LONG
        is_due = foreseen <= _DOUBTFUL and time.perf_counter() >= self._next_try
        if is_quick or is_due:
            found = self._try(question, foreseen, _HELD_UP if is_quick else 2 * LONG)
            if found is not None:
                self.stop()
                return found
        if self._training.is_running or self._seconds(foreseen) > PATIENCE:
            self.stop()
        elif self._running is None or not question.is_same(self._running[0]):
            self.stop()

            async def work() -> None:
                await self._work(question)

            # Not a coroutine itself: one that is called off before it begins would be left over.
            worker: Worker[None] = self._node.run_worker(work, name="comparing")
            self._running = question, worker
        return None

    def _try(self, question: Question, foreseen: float, patience: float) -> Array | None:
        """Compute it here and now, but give up where that would keep a person waiting."""
        end = time.perf_counter() + patience
        try:
            found, seconds = question.answer(lambda: time.perf_counter() > end)
        except Cancelled:
            self._took.append(max(foreseen, patience))
            self._next_try = time.perf_counter() + _AGAIN
            return None
        self._took.append(seconds)
        self._next_try = math.inf  # now it is known
        self._found = question, found
        return found

    async def _work(self, question: Question) -> None:
        """Compute it in a thread, unless a step or a journey wants the processor."""
        cancel, training = threading.Event(), self._training

        def cancelled() -> bool:
            return cancel.is_set() or training.is_evaluating or training.is_travelling

        try:
            found, seconds = await asyncio.to_thread(question.answer, cancelled)
        except Cancelled:
            self._running = None
            return
        finally:
            # Also when the program ends: the thread would hold that up.
            cancel.set()
        self._took.append(seconds)
        self._running = None
        self._found = question, found
        self._on_found()
