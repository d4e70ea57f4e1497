"""What a person asks of a run that is being trained: done at once, or as soon as that can be."""

import asyncio
import math
import threading
import time
from collections.abc import Callable

from core import Image, Snapshot, Trainer
from core.run import Checkpoint, Moment
from tui.view.view import Pace

INPUT_LASTS = 0.05
"""How long after an input that holds, in seconds."""
AT_ONCE = 0.05
"""Steps and journeys that take no longer are made at once where a key depends on them."""
LONG = 0.008
"""An evaluation that takes longer than this runs in a thread."""
REST = 0.001
"""A real sleep: with sleep(0) the thread that reads the keys hardly gets a turn."""


class Wishes:
    """A run, how fast it is to go, and what else was asked of it.

    Everything here happens on the event loop, between two steps. Where a thread is at work on a
    long step, what would disturb it waits until that has been called off.

    Parameters
    ----------
    trainer : Trainer
        The run.
    on_change : callable
        Told whenever there is something new to see.
    on_wait : callable
        Told when an evaluation turns out to be a long one.
    """

    def __init__(
        self, trainer: Trainer, on_change: Callable[[], None], on_wait: Callable[[], None]
    ) -> None:
        self.trainer = trainer
        self.pace = Pace()
        self._on_change = on_change
        self._on_wait = on_wait
        self._single_steps = 0
        self._due = 0.0
        self.goal: Moment | None = None
        """The moment that it is on its way to."""
        self._origin: Checkpoint | None = None
        self._wake = asyncio.Event()
        self._waiting: list[Callable[[], None]] = []
        self._cancel: threading.Event | None = None
        self._aside: threading.Event | None = None
        self._last_input = -math.inf

    @property
    def is_evaluating(self) -> bool:
        """Whether a thread is at work on the present parameters."""
        return self._cancel is not None

    @property
    def is_long(self) -> bool:
        """Whether an evaluation takes so long that a thread has to do it."""
        return self.trainer.run.here.evaluation_seconds > LONG

    @property
    def is_answering(self) -> bool:
        """Whether a key or a click came a moment ago, and the screen needs the time."""
        return time.perf_counter() - self._last_input < INPUT_LASTS

    @property
    def is_running(self) -> bool:
        """Whether steps follow one another by themselves."""
        return self.pace.running and self.trainer.run.outcome is None

    def note_input(self) -> None:
        """Leave the screen more time for a moment; called from the thread that reads the keys."""
        self._last_input = time.perf_counter()

    def _rouse(self) -> None:
        """Have the work see to what is new; what it does aside can wait."""
        if self._aside is not None:
            self._aside.set()
        self._wake.set()

    def set_pace(self, pace: Pace) -> None:
        """Run, pause, or change the speed."""
        self.pace = pace
        self._due = time.perf_counter()
        self._rouse()

    def step(self) -> None:
        """Pause, and take one step."""
        self.pace = Pace(False, self.pace.speed)
        if self.trainer.run.outcome is None:
            self._single_steps += 1
        self._rouse()

    def catch_up(self) -> None:
        """Take the single steps that were asked for, as far as nobody has to wait for them."""
        at_rest = self._cancel is None and self.goal is None
        if self._single_steps and at_rest and self.trainer.run.here.evaluation_seconds <= AT_ONCE:
            self._single_steps -= self.trainer.run.run_for(AT_ONCE, max_steps=self._single_steps)
            self._on_change()

    async def settle(self) -> None:
        """Wait until what was asked for is done; a thread may have to be called off for it."""
        while self._waiting and self._cancel is not None:
            await asyncio.sleep(REST)
        self.catch_up()

    def between_steps(self, action: Callable[[], None]) -> None:
        """Carry out what changes the run, now or as soon as a long evaluation is called off."""
        self.catch_up()
        self._single_steps = 0
        if self._cancel is None:
            self._call_journey_off()
            action()
            self._on_change()
        else:
            self._waiting.append(action)
            self._cancel.set()
        self._rouse()

    def look_if_quick(self) -> None:
        """Look at the run, and at descent beside a walk by hand, if nobody has to wait for it."""
        if self._cancel is None and not self.is_long:
            self.trainer.run.look()
            descent = self.trainer.descent
            if descent is not None and self._aside is None and descent.seconds <= LONG:
                descent.catch_up()

    def first_look(self, image: Image) -> Snapshot:
        """Give what there is to see before anything has been trained."""
        self.look_if_quick()
        return self.trainer.snapshot(image)

    def travel(self, where: Callable[[], Moment | None]) -> None:
        """Pause, and stand at a known moment; what takes long is done in a thread.

        Where it is, is asked between two steps: one may just be coming to its end.
        """
        self.pace = Pace(False, self.pace.speed)

        def go() -> None:
            run = self.trainer.run
            moment = where()
            if moment is None or not run.knows(moment):  # made unknown by an earlier key
                return
            self._origin = run.here.checkpoint(run.log.done)
            run.approach(moment)
            steps = moment[0] - run.step_count + 1
            if steps * run.here.evaluation_seconds <= AT_ONCE:
                run.reach(moment)
                self.look_if_quick()
            else:
                self.goal = moment

        self.between_steps(go)

    @property
    def is_travelling(self) -> bool:
        """Whether it is on its way to another moment."""
        return self.goal is not None

    def stay(self) -> None:
        """Call a journey off, and stand where it began."""
        if self.goal is not None:
            self.between_steps(self.look_if_quick)

    def come_back(self) -> None:
        """Stand where a journey began, once there is nothing at work any more."""
        self._call_journey_off()

    def _call_journey_off(self) -> None:
        if self.goal is not None and self._origin is not None:
            self.goal = None
            self.trainer.run.restore(self._origin)

    def stop(self) -> None:
        """Call off what a thread may be doing; the program ends."""
        for thread in (self._cancel, self._aside):
            if thread is not None:
                thread.set()

    def _act_on_waiting(self) -> None:
        """Do what was asked for while a thread was at work."""
        waiting, self._waiting = self._waiting, []
        for action in waiting:
            self._call_journey_off()  # also one that the action before has begun
            action()
