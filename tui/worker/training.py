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

from core import Cancelled, Trainer
from core.arrays import IsCancelled
from core.run import (
    Arrival,
    Descent,
    Moment,
    halt_of,
    judging_seconds,
    return_to_first,
    seconds_for,
)
from tui.view.view import Pace
from tui.worker.background import in_thread
from tui.worker.burst import Burst
from tui.worker.requests import PendingRequests

AT_ONCE = 0.05
"""Steps and journeys that take no longer are made at once where a key depends on them."""
LONG = 0.008
"""An evaluation that takes longer than this runs in a thread."""
REST = 0.001
"""A real sleep: with sleep(0) the thread that reads the keys hardly gets a turn."""
TURNS = 8
"""Turns of the loop between two stretches of training: a frame takes five, from the clock's signal
to the terminal. They cost a tenth of a real sleep."""
WORK = 0.022
"""Seconds of training between two looks at what else there is to do."""
ASIDE = 0.2
"""Seconds of training in a thread, which stops at once when anything asks for the run."""
ANSWER = 0.015
"""How long after a key or a click there is no training at all: Textual needs several turns of the
loop to answer one, and they should be short."""
WORK_AFTER_INPUT = 0.001
"""Seconds of training between two looks a little later, while the answer is painted."""
_PAUSE = 0.05
"""Seconds that it sleeps at most while no step is due."""

_Result = TypeVar("_Result")


class Training:
    """A run and the task that trains it.

    Everything here happens on the event loop, between two steps; only a long evaluation, a travel
    or a score is computed in a thread. What would disturb a thread at work waits until that has
    been called off.

    At full speed an engine that takes many steps without the interpreter's lock takes them in a
    thread, so that the loop is free. Whoever asks for the run then stops that thread, after the
    step that it is in: so here, too, nobody sees the run but between two steps.

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
        self._trainer = trainer
        self.burst = Burst()
        """The steps that a thread takes."""
        self._requests = PendingRequests()
        self._on_change = on_change
        self._on_wait = on_wait
        self._cancel: threading.Event | None = None
        self._aside: threading.Event | None = None
        self._arrived: frozenset[Arrival] = frozenset()
        self._news: frozenset[Arrival] = frozenset()
        self._is_untold = False

    # -- what it does -----------------------------------------------------------------------------

    @property
    def trainer(self) -> Trainer:
        """The run, between two steps: a thread that takes some is stopped before."""
        self._end_burst()
        return self._trainer

    @property
    def pace(self) -> Pace:
        """Whether steps follow one another, and how fast."""
        return self._requests.pace

    @property
    def goal(self) -> Moment | None:
        """The moment that it is on its way to."""
        return self._requests.goal

    @property
    def is_evaluating(self) -> bool:
        """Whether a thread is at work on the present parameters."""
        return self._cancel is not None

    @property
    def is_long(self) -> bool:
        """Whether an evaluation takes so long that a thread has to do it."""
        here = self.trainer.run.here
        is_looking = here.is_judged_here and here.ending.overall is None
        return here.evaluation_seconds + (judging_seconds(here) if is_looking else 0.0) > LONG

    @property
    def _judges_long(self) -> bool:
        """Whether the end of an epoch takes so long that a thread has to judge it."""
        return judging_seconds(self.trainer.run.here) > LONG

    @property
    def is_answering(self) -> bool:
        """Whether a key or a click came a moment ago, and the screen needs the time."""
        return self._requests.is_answering

    @property
    def is_running(self) -> bool:
        """Whether steps follow one another by themselves."""
        return self.pace.running and (self.burst.is_going or self.trainer.run.outcome is None)

    @property
    def is_travelling(self) -> bool:
        """Whether it is on its way to another moment."""
        return self.goal is not None

    @property
    def is_done(self) -> bool:
        """Whether all that was asked of it is done; steps may follow one another, unasked."""
        owes = self._requests.steps or self._requests.changes or self.is_travelling
        if owes or self.is_running:
            return not owes
        run, descent = self.trainer.run, self.trainer.descent
        is_known = descent is None or descent.is_known
        return run.here.is_evaluated and run.scorer.is_scored and is_known

    def take_news(self) -> frozenset[Arrival]:
        """Return what the run has come to since the last call, where that is to be told."""
        self._end_burst()
        news, self._news, self._is_untold = self._news, frozenset(), False
        return news

    # -- what is asked of it ----------------------------------------------------------------------

    def note_input(self) -> None:
        """Leave the screen more time for a moment; called from the thread that reads the keys."""
        self._requests.note_input()
        self._trainer.run.deadline.pass_now()

    def set_pace(self, pace: Pace) -> None:
        """Run, pause, or change the speed."""
        self._requests.set_pace(pace)
        self._wake()

    def step(self) -> None:
        """Pause, and take one step."""
        self._requests.pause()
        if self.trainer.run.outcome is None:
            self._requests.steps += 1
        self._wake()

    def catch_up(self) -> None:
        """Take the single steps that were asked for, as far as nobody has to wait for them.

        How many those are is known beforehand: by a clock, a busy machine would lose some.
        """
        run, steps = self.trainer.run, self._requests.steps
        at_rest = self._cancel is None and self.goal is None and not self._judges_long
        if steps and at_rest and (most := int(AT_ONCE / max(run.here.evaluation_seconds, 1e-6))):
            left = min(steps, most)
            # A key that comes meanwhile ends a stretch of steps; none of those asked for is lost.
            while left and (taken := run.run_for(math.inf, max_steps=left)):
                left -= taken
                self._requests.done(taken)
            self._note_arrivals()
            self._on_change()

    async def settle(self) -> None:
        """Wait until what was asked for is done; a thread may have to be called off for it."""
        while self._requests.changes and self._cancel is not None:
            await asyncio.sleep(REST)
        self.catch_up()

    def between_steps(self, action: Callable[[], None]) -> None:
        """Run what changes the run, now or as soon as a long evaluation is cancelled."""
        self.catch_up()
        self._requests.steps = 0
        if self._cancel is None:
            self.come_back()
            action()
            self._look_around()
            self._on_change()
        else:
            self._requests.changes.append(action)
            self._cancel.set()
        self._wake()

    def after_travel(self, action: Callable[[], None]) -> None:
        """Run what changes the run and nobody has asked for: a travel, or a long evaluation, goes
        on to its end first, and steps that are still owed are taken."""
        self._requests.changes.append(action)
        if self._cancel is None and self.goal is None:
            self._act_on_waiting()
        self._wake()

    def evaluate_if_quick(self) -> None:
        """Look at the run, and at descent beside manual changes, if nobody has to wait for it."""
        if self._cancel is None and not self.is_long:
            self.trainer.run.ensure_evaluated()
            descent = self.trainer.descent
            if descent is not None and self._aside is None and descent.seconds <= LONG:
                descent.catch_up()

    def begin(self) -> None:
        """Look at the run before anything has been trained."""
        self.evaluate_if_quick()
        self._look_around()

    def travel(self, where: Callable[[], Moment | None]) -> None:
        """Pause, and stand at a known moment; what takes long is done in a thread.

        Where it is, is asked between two steps: one may just be coming to its end.
        """
        self._requests.pause()

        def go() -> None:
            run = self.trainer.run
            moment = where()
            if moment is None or not run.knows(moment):  # made unknown by an earlier key
                return
            origin = run.here.checkpoint(run.log.done)
            run.approach(moment)
            steps = moment[0] - run.step_count + 1
            if seconds_for(run.here, steps) <= AT_ONCE:
                run.reach(moment)
                self.evaluate_if_quick()
            else:
                self._requests.begin_travel(moment, origin)

        self.between_steps(go)

    def stay(self) -> None:
        """Cancel a travel, and return to where it began."""
        if self.goal is not None:
            self.between_steps(self.evaluate_if_quick)

    def come_back(self) -> None:
        """Return to where a travel began; for when nothing is running."""
        if (origin := self._requests.cancel_travel()) is not None:
            self.trainer.run.restore(origin)

    def stop(self) -> None:
        """Cancel the thread; the program ends."""
        for thread in (self._cancel, self._aside):
            if thread is not None:
                thread.set()
        self.burst.stop()

    def _wake(self) -> None:
        """Wake the worker for a new request; its background work can wait."""
        if self._aside is not None:
            self._aside.set()
        self.burst.stop()
        self._requests.wake()

    # -- the work ---------------------------------------------------------------------------------

    async def work(self) -> None:
        """Train whenever there is something to do, for as long as the program runs."""
        while True:
            if self.burst.is_going:
                await self._wait_for_burst()
            elif self.goal is not None:
                await self._travel(self.goal)
                self._on_change()
            elif not self.trainer.run.here.is_evaluated:
                await self._evaluate()
                self._look_around()
                self._on_change()
            elif self._requests.steps or self.is_running:
                await self._train()
            elif not self.trainer.run.scorer.is_scored:
                await self._score()
                self._on_change()
            else:
                self._requests.rest()
                descent = self.trainer.descent
                if descent is None or descent.is_known:
                    await self._requests.wait()
                else:
                    await self._descend(descent)

    async def _train(self) -> None:
        """Take the steps that are due, then rest."""
        requests, now = self._requests, time.perf_counter()
        steps = requests.steps or None
        if steps is None:
            if now - requests.last_input < ANSWER:
                await asyncio.sleep(REST)
                return
            if not math.isinf(self.pace.speed):
                if (seconds := requests.until_due(now)) > 0:
                    requests.rest()
                    await requests.wait(min(seconds, _PAUSE))
                    return
                steps = requests.take_due(now)
        if self.trainer.run.outcome is not None:
            requests.steps = 0
        elif self.is_long:
            requests.done(1)
            self.trainer.run.advance()
            await self._evaluate()
            self._note_arrivals()
        elif steps is None and halt_of(self.trainer.run.here) is not None:
            self.go_on()
            if not self.burst.is_going:  # a key has come this very moment
                await asyncio.sleep(REST)
            return
        else:
            work = WORK_AFTER_INPUT if self.is_answering else WORK
            requests.done(self._run(now, now + work, steps, returns=self.pace.running))
            self._note_arrivals()
        self._on_change()
        await self._give_way()

    async def _give_way(self) -> None:
        """Let the loop do what is due between two stretches of training."""
        if self.is_answering:
            await asyncio.sleep(REST)
            return
        for _ in range(TURNS):
            await asyncio.sleep(0)

    def _run(
        self,
        started: float,
        end: float,
        steps: int | None,
        cancelled: IsCancelled | None = None,
        *,
        returns: bool,
    ) -> int:
        """Train until the time is up, the steps are taken, or a key is pressed; count the steps.

        A thread may do it. Where the run comes to something new it ends; if it `returns`, at the
        very step.
        """
        run = self._trainer.run
        wanted = sys.maxsize if steps is None else steps
        taken = 0
        while taken < wanted and run.outcome is None:
            now = time.perf_counter()
            if now >= end or (taken and self._requests.last_input > started):
                break
            if cancelled is not None and cancelled():
                break
            start, known = run.here.checkpoint(run.log.done), run.last_step
            most = wanted - taken
            if known > run.step_count:  # what is known stays, wherever it returns to
                most = min(most, known - run.step_count)
            taken += run.run_for(end - now, max_steps=most, cancelled=cancelled)
            if self._is_arriving():
                if returns:
                    return_to_first(run, start, known, self._is_arriving)
                break
        return taken

    def go_on(self) -> None:
        """Take steps in a thread, if they follow one another at full speed and an engine does that.

        A frame that is being drawn has what it needs of the run, and leaves it to go on.
        """
        run, now = self.trainer.run, time.perf_counter()
        is_free = self._cancel is None and self.goal is None and run.here.is_evaluated
        owes = self._requests.steps or self._requests.changes
        if not (is_free and self.is_running and math.isinf(self.pace.speed)) or owes:
            return
        halt = None if self.is_long else halt_of(run.here)
        if halt is not None and now - self._requests.last_input >= ANSWER:
            steps = partial(self._run, now, now + ASIDE, None, returns=True)
            self.burst.begin(halt, steps)

    async def _wait_for_burst(self) -> None:
        """Wait for the end of a burst, and tell of it, unless its steps are shown already."""
        await self.burst.until_over()
        if self.burst.is_over:
            self._end_burst()
        if self._is_untold and not self.burst.is_going:
            self._is_untold = False
            self._on_change()

    def _end_burst(self) -> None:
        """End the burst that there may be; the run is between two steps then."""
        if self.burst.is_going:
            self._is_untold = True
            self._requests.done(self.burst.end())
            self._note_arrivals()

    def _is_arriving(self) -> bool:
        """Whether the run has come to something that it had not come to before."""
        return not self._trainer.run.scorer.arrivals <= self._arrived

    def _note_arrivals(self) -> None:
        """Note what the run has come to by steps, and pause for it."""
        if self._is_arriving():
            found = self.trainer.run.scorer.arrivals
            self._news |= found - self._arrived
            self._arrived |= found
            self._requests.pause()

    def _look_around(self) -> None:
        """Take what holds where the run is now for known: no step has led to it."""
        self._arrived, self._news = self.trainer.run.scorer.arrivals, frozenset()

    async def _travel(self, goal: Moment) -> None:
        """Continue towards a known moment, in a thread."""
        with suppress(Cancelled):
            if await self._in_thread(partial(self.trainer.run.reach, goal, math.inf)):
                self._requests.cancel_travel()
        self._look_around()
        self._act_on_waiting()

    async def _descend(self, descent: Descent) -> None:
        """Find out, in a thread, what descent makes of a walk; nothing has to wait for that."""
        self._aside = threading.Event()
        with suppress(Cancelled):
            await in_thread(descent.catch_up, self._aside)
        self._aside = None
        self._on_change()

    async def _score(self) -> None:
        """Score the images at a moment that stays, in a thread if it takes long."""
        scorer = self.trainer.run.scorer
        if scorer.is_scored_at_once:
            scorer.score()
            return
        with suppress(Cancelled):
            await self._in_thread(scorer.score)
        self._act_on_waiting()

    async def _evaluate(self) -> None:
        """Evaluate the present parameters, in a thread if it takes long."""
        run = self.trainer.run
        if not self.is_long:
            run.ensure_evaluated()
            return
        with suppress(Cancelled):
            run.accept(await self._in_thread(run.compute))
            if not run.scorer.is_scored and not run.scorer.is_scored_at_once:
                await self._in_thread(run.scorer.score)
        self._act_on_waiting()

    async def _in_thread(self, work: Callable[[IsCancelled], _Result]) -> _Result:
        """Run a thread on the run; requests that would disturb it wait until it is cancelled."""
        self._cancel = threading.Event()
        try:
            return await in_thread(work, self._cancel, self._on_wait)
        finally:
            self._cancel = None

    def _act_on_waiting(self) -> None:
        """Carry out what was requested while a thread was running."""
        for action in self._requests.take_changes():
            self.come_back()  # also from a travel that the action before has begun
            action()
            self._look_around()
