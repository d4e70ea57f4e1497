"""Training beside the screen: how fast it goes, and how it leaves the screen time to answer."""

import asyncio
import math
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from core import Cancelled, Image, Snapshot, Trainer
from core.engines.engine import IsCancelled
from core.scoring import SCORING
from core.timeline import Checkpoint, Moment
from core.walking import Descent
from tui.aside import in_thread
from tui.pace import Pace

WORK = 0.016
"""Seconds of training between two looks at what else there is to do."""
CHUNK = 0.004
"""Seconds of it between two looks at whether a key was pressed meanwhile."""
ANSWER = 0.015
"""How long after a key or a click there is no training at all: Textual needs several turns of the
loop to answer one, and they should be short."""
WORK_AFTER_INPUT = 0.001
"""Seconds of training between two looks a little later, while the answer is painted."""
INPUT_LASTS = 0.05
"""How long after an input that holds, in seconds."""
AT_ONCE = 0.05
"""Steps and journeys that take no longer are made at once where a key depends on them."""
LONG = 0.008
"""An evaluation that takes longer than this runs in a thread."""
REST = 0.001
"""A real sleep: with sleep(0) the thread that reads the keys hardly gets a turn."""

_Result = TypeVar("_Result")


class Training:
    """The run and the task that trains it.

    Everything here happens on the event loop, between two steps, but for the evaluation of a long
    step: that runs in a thread, and what would disturb it waits until it has been called off.

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
    def is_answering(self) -> bool:
        """Whether a key or a click came a moment ago, and the screen needs the time."""
        return time.perf_counter() - self._last_input < INPUT_LASTS

    @property
    def is_running(self) -> bool:
        """Whether steps follow one another by themselves."""
        return self.pace.running and self.trainer.outcome is None

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
        if self.trainer.outcome is None:
            self._single_steps += 1
        self._rouse()

    def catch_up(self) -> None:
        """Take the single steps that were asked for, as far as nobody has to wait for them."""
        at_rest = self._cancel is None and self.goal is None
        if self._single_steps and at_rest and self.trainer.evaluation_seconds <= AT_ONCE:
            self._single_steps -= self.trainer.run_for(AT_ONCE, max_steps=self._single_steps)
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
        if self._cancel is None and self.trainer.evaluation_seconds <= LONG:
            self.trainer.look()
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
            trainer = self.trainer
            moment = where()
            if moment is None or not trainer.knows(moment):  # made unknown by an earlier key
                return
            self._origin = trainer.checkpoint()
            trainer.approach(moment)
            steps = moment[0] - trainer.step_count + 1
            if steps * trainer.evaluation_seconds <= AT_ONCE:
                trainer.reach(moment)
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
            self.trainer.restore(self._origin)

    def stop(self) -> None:
        """Call off what a thread may be doing; the program ends."""
        for thread in (self._cancel, self._aside):
            if thread is not None:
                thread.set()

    async def work(self) -> None:
        """Train whenever there is something to do, for as long as the program runs."""
        while True:
            if self.goal is not None:
                await self._travel(self.goal)
                self._on_change()
            elif self.trainer.is_evaluated and not self._single_steps and not self.is_running:
                if not self.trainer.is_scored:
                    await self._score()
                    self._on_change()
                    continue
                self._wake.clear()
                descent = self.trainer.descent
                if descent is None or descent.is_known:
                    await self._wake.wait()
                else:
                    await self._descend(descent)
            elif not self.trainer.is_evaluated:
                await self._evaluate()
                self._on_change()
            else:
                await self._train()

    async def _train(self) -> None:
        """Take the steps that are due, then rest."""
        now = time.perf_counter()
        steps = None
        if self._single_steps:
            steps = self._single_steps
        elif now - self._last_input < ANSWER:
            await asyncio.sleep(REST)
            return
        elif not math.isinf(self.pace.speed):
            if now < self._due:
                await self._sleep(min(self._due - now, 0.05))
                return
            steps = 1 + int((now - self._due) * self.pace.speed)
            # What could not be done in time is not made up for.
            self._due = max(self._due + steps / self.pace.speed, now - 0.1)
        if self.trainer.outcome is not None:
            self._single_steps = 0
        elif self.trainer.evaluation_seconds > LONG:
            self._single_steps = max(0, self._single_steps - 1)
            self.trainer.advance()
            await self._evaluate()
        else:
            taken = self._run(now, steps)
            self._single_steps = max(0, self._single_steps - taken)
        self._on_change()
        await asyncio.sleep(REST)

    def _run(self, started: float, steps: int | None) -> int:
        """Train until the time is up, the steps are taken, or a key is pressed; count the steps."""
        trainer = self.trainer
        recent = started - self._last_input < INPUT_LASTS
        end = started + (WORK_AFTER_INPUT if recent else WORK)
        wanted = sys.maxsize if steps is None else steps
        taken = 0
        while taken < wanted and trainer.outcome is None:
            now = time.perf_counter()
            if now >= end or (taken and self._last_input > started):
                break
            taken += trainer.run_for(min(CHUNK, end - now), max_steps=wanted - taken)
        return taken

    async def _travel(self, goal: Moment) -> None:
        """Go on towards a known moment, in a thread."""
        with suppress(Cancelled):
            if await self._in_thread(partial(self.trainer.reach, goal, math.inf)):
                self.goal = None
        self._act_on_waiting()

    async def _descend(self, descent: Descent) -> None:
        """Find out, in a thread, what descent makes of a walk; nothing has to wait for that."""
        self._aside = threading.Event()
        with suppress(Cancelled):
            await in_thread(descent.catch_up, self._aside)
        self._aside = None
        self._on_change()

    def _act_on_waiting(self) -> None:
        """Do what was asked for while a thread was at work."""
        waiting, self._waiting = self._waiting, []
        for action in waiting:
            self._call_journey_off()  # also one that the action before has begun
            action()

    async def _sleep(self, seconds: float) -> None:
        """Sleep until the next step is due, or something else is asked for."""
        self._wake.clear()
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return

    async def _score(self) -> None:
        """Score the images at a moment that stays, in a thread if it takes long."""
        trainer = self.trainer
        if trainer.scoring_seconds <= SCORING:
            trainer.score()
            return
        with suppress(Cancelled):
            await self._in_thread(trainer.score)
        self._act_on_waiting()

    async def _evaluate(self) -> None:
        """Evaluate the present parameters, in a thread if it takes long."""
        trainer = self.trainer
        if trainer.evaluation_seconds <= LONG:
            trainer.look()
            return
        with suppress(Cancelled):
            trainer.accept(await self._in_thread(trainer.compute))
            if not trainer.is_scored and trainer.scoring_seconds > SCORING:
                await self._in_thread(trainer.score)
        self._act_on_waiting()

    async def _in_thread(self, work: Callable[[IsCancelled], _Result]) -> _Result:
        """Let a thread work on the run; what would disturb it waits until that is called off."""
        self._cancel = threading.Event()
        try:
            return await in_thread(work, self._cancel, self._on_wait)
        finally:
            self._cancel = None
