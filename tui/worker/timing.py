"""Timing steps of networks beside the run, a little at a time."""

import asyncio
import math
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from textual.dom import DOMNode
from textual.worker import Worker

from core import Cancelled, TrainingConfig
from core.arrays import Array, IsCancelled
from core.images import Batch
from core.run import Deadline, SetFrozen, Stepper
from core.structs import Struct
from tui.worker.background import INSTANT, in_thread

SHARE = 0.05
"""Of a core, that timing takes at most."""
ENOUGH = 24
"""Windows of a network; then it is timed no more."""
_KEPT = 64
"""Readings that count; older ones are forgotten."""
_WINDOW = 0.001
"""Seconds of a window, if a step is not longer."""
_LEAST_REST = 0.1
"""Seconds between two windows at least."""


@dataclass
class Readings:
    """The measured seconds of a step, the last ones."""

    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))
    is_too_large: bool = False
    """Whether its engine lacks the memory for it: then it is timed no more."""

    def add(self, seconds: float) -> None:
        """Add a reading."""
        self.seconds.append(seconds)

    @property
    def fastest(self) -> float:
        """The lower envelope; infinite if there is no reading."""
        return min(self.seconds, default=math.inf)

    @property
    def median(self) -> float:
        """The median; infinite if there is no reading."""
        return statistics.median(self.seconds) if self.seconds else math.inf


class Setup(Struct):
    """What the time of a step depends on."""

    config: TrainingConfig
    """As `core.prediction.as_timed` returns it."""
    frozen: int = 0
    """How many parameters no step moves."""


class Timed:
    """A network whose steps are timed, on images of its own; of its parameters the first ones are
    frozen, as it makes no difference which."""

    def __init__(self, setup: Setup) -> None:
        config = setup.config
        random = np.random.default_rng(0)
        images = random.uniform(0.0, 1.0, (config.images_now, 4))
        self._stepper = Stepper.first(config, Batch(images, images.mean(axis=1)))
        for index in range(setup.frozen):
            self._stepper.change(SetFrozen(index, True))
        self.seconds = 0.0
        """Of a step, when it was taken last."""
        self.is_ready = False
        """Whether it is warm: its first steps were taken."""

    @property
    def is_replaced(self) -> bool:
        """Whether another engine computes in the place of its own, which lacks memory."""
        return bool(getattr(self._stepper.engine, "is_replaced", False))

    def window(self, cancelled: IsCancelled | None = None) -> float:
        """Take steps for a millisecond, at least one; return the seconds of one.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        stepper = self._stepper
        if not self.is_ready:
            stepper.judge(stepper.compute(cancelled))
            self.seconds, self.is_ready = self._take(1, cancelled), True
        steps = max(1, round(_WINDOW / self.seconds))
        self.seconds = self._take(steps, cancelled)
        return self.seconds

    def _take(self, steps: int, cancelled: IsCancelled | None) -> float:
        # In a thread, long steps have to wait for others now and then; a GPU's are waited for.
        waits = self.seconds > INSTANT and self._stepper.config.engine != "gpu"
        clock = time.thread_time if waits else time.perf_counter
        losses: list[Array] = []
        taken, began = 0, clock()
        with np.errstate(over="ignore", invalid="ignore"):
            while taken < steps:
                self._stepper.take(Deadline(), steps - taken, cancelled, losses)
                taken += len(losses[-1])
        return (clock() - began) / steps


class Timing:
    """Times those networks that are wanted, one window after another, with long rests between.

    Short steps are timed on the event loop, where no other thread of the program disturbs them;
    long ones in a thread. After t seconds of work it rests 19·t.

    Parameters
    ----------
    node : DOMNode
        Whose worker and timer it is.
    on_news : callable
        Called after each reading.
    """

    def __init__(self, node: DOMNode, on_news: Callable[[], None]) -> None:
        self._node = node
        self._on_news = on_news
        self._wanted: tuple[Setup, ...] = ()
        self._timed: dict[Setup, Timed] = {}
        self._readings: dict[Setup, Readings] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._chain = 0
        self._worker: Worker[None] | None = None

    def readings(self, setup: Setup) -> Readings:
        """Return what was measured of a network; empty if nothing was."""
        return self._readings.setdefault(setup, Readings())

    def want(self, setups: Sequence[Setup]) -> None:
        """Time these networks from now on, and no others; what was measured stays."""
        wanted = tuple(setup for setup in setups if not self.readings(setup).is_too_large)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._timed = {setup: each for setup, each in self._timed.items() if setup in wanted}
        if not wanted:
            self.stop()
        elif self._timer is None and self._worker is None:
            self._rest(0.0)

    def stop(self) -> None:
        """Stop timing, at once."""
        self._wanted, self._timed = (), {}
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._chain += 1
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    def _next(self) -> Setup | None:
        """Choose the network with the fewest readings; None if all have enough."""
        least = min(self._wanted, key=lambda each: len(self.readings(each).seconds), default=None)
        if least is None or len(self.readings(least).seconds) >= ENOUGH:
            return None
        return least

    def _rest(self, seconds: float) -> None:
        turn = partial(self._turn, self._chain)
        self._timer = _after(self._node, max(seconds, _LEAST_REST), turn)

    def _turn(self, chain: int) -> None:
        """Time a window: at once if it is a short one, else in a thread."""
        if chain != self._chain:  # stopped, when this was on its way already
            return
        self._timer = None
        setup = self._next()
        if setup is None:
            return
        timed = self._timed.get(setup)
        if timed is not None and timed.is_ready and timed.seconds <= INSTANT:
            began = time.perf_counter()
            seconds = timed.window()
            self._note(setup, self._own(setup, timed, seconds), time.perf_counter() - began)
            return

        async def work() -> None:
            await self._work(setup)

        self._worker = self._node.run_worker(work, name="timing")

    async def _work(self, setup: Setup) -> None:
        """Time a window in a thread; the network is made there too."""
        began = time.perf_counter()
        try:
            timed, seconds = await in_thread(partial(self._make, setup), threading.Event())
        except Cancelled:
            return
        self._worker = None
        if setup in self._wanted:
            self._timed[setup] = timed
        # What is timed at once from now on is not disturbed by other threads, as this was.
        reading = self._own(setup, timed, seconds) if timed.seconds > INSTANT else None
        self._note(setup, reading, time.perf_counter() - began)

    def _own(self, setup: Setup, timed: Timed, seconds: float) -> float | None:
        """Return a reading, if it is of the network's own engine; else it is timed no more."""
        if not timed.is_replaced:
            return seconds
        self.readings(setup).is_too_large = True
        self._timed.pop(setup, None)
        self._wanted = tuple(each for each in self._wanted if each != setup)
        return None

    def _make(self, setup: Setup, cancelled: IsCancelled) -> tuple[Timed, float]:
        timed = self._timed.get(setup) or Timed(setup)
        return timed, timed.window(cancelled)

    def _note(self, setup: Setup, reading: float | None, spent: float) -> None:
        """Note a reading, and rest for what it took."""
        if self._wanted:
            self._rest(spent * (1 / SHARE - 1))
        readings = self.readings(setup)
        if reading is not None:
            readings.add(reading)
        if reading is not None or readings.is_too_large:
            self._on_news()


def _after(node: DOMNode, seconds: float, then: Callable[[], None]) -> asyncio.TimerHandle:
    """Call back after so many seconds, even if the program is stopped meanwhile; a single timer of
    Textual's is lost then."""
    return asyncio.get_running_loop().call_later(seconds, node.call_next, then)
