"""Training beside the screen: it leaves the screen time to answer."""

import asyncio
import math
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from core import Cancelled
from core.engines import IsCancelled
from core.run import Descent, Moment
from tui.worker.background import in_thread
from tui.worker.requests import REST, Wishes

WORK = 0.022
"""Seconds of training between two looks at what else there is to do."""
CHUNK = 0.004
"""Seconds of it between two looks at whether a key was pressed meanwhile."""
ANSWER = 0.015
"""How long after a key or a click there is no training at all: Textual needs several turns of the
loop to answer one, and they should be short."""
WORK_AFTER_INPUT = 0.001
"""Seconds of training between two looks a little later, while the answer is painted."""

_Result = TypeVar("_Result")


class Training(Wishes):
    """The run and the task that trains it.

    Steps are taken on the event loop, but for the evaluation of a long one: that runs in a thread.
    """

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
        elif self.is_long:
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
        end = started + (WORK_AFTER_INPUT if self.is_answering else WORK)
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
        if trainer.is_scored_at_once:
            trainer.score()
            return
        with suppress(Cancelled):
            await self._in_thread(trainer.score)
        self._act_on_waiting()

    async def _evaluate(self) -> None:
        """Evaluate the present parameters, in a thread if it takes long."""
        trainer = self.trainer
        if not self.is_long:
            trainer.look()
            return
        with suppress(Cancelled):
            trainer.accept(await self._in_thread(trainer.compute))
            if not trainer.is_scored and not trainer.is_scored_at_once:
                await self._in_thread(trainer.score)
        self._act_on_waiting()

    async def _in_thread(self, work: Callable[[IsCancelled], _Result]) -> _Result:
        """Let a thread work on the run; what would disturb it waits until that is called off."""
        self._cancel = threading.Event()
        try:
            return await in_thread(work, self._cancel, self._on_wait)
        finally:
            self._cancel = None
