"""The other gradient beside the run's own: when it is computed, and for which moment."""

import math
from collections.abc import Callable
from dataclasses import replace

from textual.dom import DOMNode

from core import Snapshot
from core.arrays import Array
from core.images import Batch
from core.metrics import other_gradient
from core.settings import TrainingConfig
from tui.worker.background import Background, Order
from tui.worker.training import LONG, Training

PATIENCE = 10.0
"""Seconds. What takes longer is not begun: nobody would wait for it, and only a word is said."""
_UNNOTICED = 0.001
"""Seconds. One that takes no longer is in nobody's way."""
_LEFT_OUT = 4
"""Frames in a row that may be left out while keys are pressed, at most."""


def gradient_order(
    config: TrainingConfig, step: int, parameters: Array, batch: Batch, seconds: float
) -> Order[Array]:
    """Order the gradient by the method that a run does not use.

    Parameters
    ----------
    config : TrainingConfig
        The run's settings; the learning rate has no part in it.
    step : int
        Updates so far.
    parameters : ndarray, shape (parameter_count,)
        Where.
    batch : Batch
        The images of the coming step.
    seconds : float
        How long it is foreseen to take.
    """
    return Order(
        None,
        (replace(config, learning_rate=1.0), step, parameters, batch.images, batch.targets),
        step,
        seconds <= LONG,
        lambda cancelled: other_gradient(config, parameters, batch, cancelled),
    )


class Comparer:
    """Adds the other gradient to what is shown.

    It is computed while the run is paused, and with each frame where that is foreseen to be quick.

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
        self._training = training
        self._background = Background[Array](
            node, on_found, lambda: training.is_evaluating or training.is_travelling
        )
        self._kind: object = None
        self._seconds = math.inf
        self._left_out = 0

    def gives_way(self) -> bool:
        """Whether a frame is better left out: a key was just pressed, and this would hold it up."""
        holds_up = self._training.is_answering and _UNNOTICED < self._seconds <= LONG
        self._left_out = self._left_out + 1 if holds_up and self._left_out < _LEFT_OUT else 0
        return self._left_out > 0

    def compared(self, now: Snapshot, batch: Batch) -> Snapshot:
        """Return the moment with its other gradient, or with how long that takes."""
        if now.gradient is None:
            self.stop()
            return now
        seconds = self._foresee(now.config, len(batch))
        order = gradient_order(now.config, now.step, now.parameters, batch, seconds)
        if order.is_quick or (seconds <= PATIENCE and not self._training.is_running):
            self._background.ask(order)
        else:
            self.stop()
        return replace(now, other_gradient=self._background.known(order), other_seconds=seconds)

    def _foresee(self, config: TrainingConfig, images: int) -> float:
        """Return roughly the seconds: the least so far, since a disturbed measurement is longer.

        So a gradient that is shown while training runs does not come and go.
        """
        kind = config.architecture, images, config.loss, config.engine, config.gradient
        foreseen = self._training.trainer.run.here.foresee_other_gradient()
        self._seconds = min(foreseen, self._seconds) if kind == self._kind else foreseen
        self._kind = kind
        return self._seconds

    def stop(self) -> None:
        """Cancel the thread."""
        self._background.stop()
