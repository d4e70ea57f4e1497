"""The loop that trains beside the screen: its pace, single steps, and long evaluations."""

import asyncio
import math
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count, pairwise

import numpy as np
import pytest

from core import Cancelled, SetSettings, Trainer, TrainingConfig
from core.arrays import IsCancelled
from core.engines.engine import Evaluation
from core.run import Log, Run, Scorer, Stepper
from tui.view.view import DEFAULT_SPEED, SPEEDS, Pace
from tui.worker.training import Training


class Heavy(Run):
    """A run whose evaluations take until the test lets them end."""

    def __init__(self, here: Stepper, log: Log, scorer: Scorer) -> None:
        super().__init__(here, log, scorer)
        here.measured = 10.0
        self.begun = 0
        self.called_off = 0
        self.may_end = threading.Event()
        self.threads: set[int] = set()

    def compute(self, cancelled: IsCancelled | None = None) -> Evaluation:
        self.begun += 1
        self.threads.add(threading.get_ident())
        while not self.may_end.wait(0.001):
            if cancelled is not None and cancelled():
                self.called_off += 1
                raise Cancelled
        evaluation = super().compute(None)
        self.here.measured = 10.0
        return evaluation


class Clock:
    """A clock that stands until a test, or a run that it belongs to, turns it on."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that steps are taken by."""
    clock = Clock()
    monkeypatch.setattr("tui.worker.training.time", clock)
    monkeypatch.setattr("tui.worker.requests.time", clock)
    return clock


ENDLESS = TrainingConfig(steps=10**12)
"""A run that goes on for as long as a test takes: with an end of its own, it does not pause where
it has arrived."""


class Clocked(Run):
    """A run whose steps take as long as the test says, by the clock."""

    clock: Clock
    seconds_per_step: float

    def run_for(
        self,
        seconds: float,
        *,
        max_steps: int | None = None,
        cancelled: IsCancelled | None = None,
    ) -> int:
        steps = max_steps or sys.maxsize
        if math.isfinite(seconds):
            steps = min(steps, max(1, round(seconds / self.seconds_per_step)))
        taken = super().run_for(math.inf, max_steps=steps)
        self.clock.now += taken * self.seconds_per_step
        return taken


def clocked(clock: Clock, seconds_per_step: float) -> Trainer:
    """A run with steps that take so long."""
    run = Clocked.of(ENDLESS)
    run.clock, run.seconds_per_step = clock, seconds_per_step
    return Trainer(run)


class Loop:
    """The training at work: how often it has told of a change, and whether it is at rest."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.changes = 0
        self.bursts: list[int] = []
        """The steps taken before each time that it told of some."""
        self._told = 0
        self.training = Training(trainer, self._note, lambda: None)
        self.waits = 0
        self.is_at_rest = False
        requests = self.training._requests
        wait = requests.wait

        async def noted(seconds: float | None = None) -> None:
            self.waits += 1
            self.is_at_rest = seconds is None
            await wait(seconds)
            self.is_at_rest = False

        requests.wait = noted  # type: ignore[method-assign]

    def _note(self) -> None:
        self.changes += 1
        steps = self.trainer.run.step_count
        if steps > self._told:
            self.bursts.append(steps - self._told)
        self._told = steps

    async def until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.001)

    async def rest(self) -> None:
        """Wait until it waits for something new to be asked: of itself it will do no more."""
        roused = self.training._requests._is_roused
        await self.until(lambda: self.is_at_rest and not roused.is_set())

    async def look(self) -> None:
        """Wait until it has looked twice at the clock, and has found that nothing is due."""
        waits = self.waits
        await self.until(lambda: self.waits >= waits + 2)


@asynccontextmanager
async def working(trainer: Trainer | None = None) -> AsyncIterator[Loop]:
    trainer = Trainer(ENDLESS) if trainer is None else trainer
    loop = Loop(trainer)
    task = asyncio.create_task(loop.training.work())
    try:
        await asyncio.sleep(0)
        yield loop
    finally:
        loop.training.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_a_pace_has_eight_speeds_and_stays_within_them() -> None:
    pace = Pace()
    assert (pace.running, pace.speed, DEFAULT_SPEED) == (False, 10, 10)
    assert (1, 2, 5, 10, 30, 100, 1_000, math.inf) == SPEEDS
    for _ in range(20):
        pace = pace.changed(1)
    assert pace.speed == math.inf
    for _ in range(20):
        pace = pace.changed(-1)
    assert pace.speed == 1
    assert Pace(True, 30).changed(-1) == Pace(True, 10)


def test_up_to_10_steps_a_second_can_be_followed() -> None:
    assert [Pace(True, speed).is_slow for speed in SPEEDS] == [True] * 4 + [False] * 4


async def test_a_busy_machine_loses_no_step_that_was_asked_for_before_a_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trainer = Trainer(TrainingConfig())
    clock = count(0.0, 1.0)  # a second passes between any two looks at it
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    trainer.run.step()
    training = Training(trainer, lambda: None, lambda: None)
    for _ in range(5):
        training.step()
    training.between_steps(lambda: None)
    assert trainer.run.step_count == 6
    assert not training.is_long


class Disturbed(Run):
    """A run during whose every stretch of steps a key comes."""

    def ensure_evaluated(self, cancelled: IsCancelled | None = None) -> None:
        super().ensure_evaluated(cancelled)
        self.deadline.pass_now()


async def test_a_key_loses_no_step_that_was_asked_for_before_a_change() -> None:
    trainer = Trainer(Disturbed.of(TrainingConfig()))
    training = Training(trainer, lambda: None, lambda: None)
    for _ in range(5):
        training.step()
    training.between_steps(lambda: None)
    assert trainer.run.step_count == 5


async def test_a_frame_is_drawn_between_two_stretches_of_training() -> None:
    async with working() as loop:
        loop.training.set_pace(Pace(True, math.inf))
        await loop.until(lambda: loop.trainer.run.step_count > 0)
        seen = set()
        for _ in range(5):  # the turns of the loop that a frame takes, however they fall
            await asyncio.sleep(0)
            seen.add(loop.trainer.run.step_count)
        assert len(seen) <= 2


async def test_on_the_way_over_known_steps_it_pauses_again_and_knows_no_more_and_no_less(
    clock: Clock,
) -> None:
    run = Clocked.of(TrainingConfig())
    run.clock, run.seconds_per_step = clock, 1e-6  # 22,000 steps at a time
    async with working(Trainer(run)) as loop:
        loop.training.set_pace(Pace(True, math.inf))
        await loop.until(lambda: not loop.training.pace.running)
        assert (run.step_count, run.last_step) == (323, 323)
        run.run_for(1e-3)
        known = run.last_step
        assert known == 1_323
        loop.training.travel(lambda: (0, 0))
        await loop.until(lambda: run.step_count == 0 and not loop.training.is_travelling)
        loop.training.begin()
        loop.training.set_pace(Pace(True, math.inf))
        await loop.until(lambda: not loop.training.pace.running)
        assert (run.step_count, run.last_step) == (323, known)


async def test_an_input_ends_the_steps_that_are_being_taken() -> None:
    training = Training(Trainer(ENDLESS), lambda: None, lambda: None)
    steps = threading.Thread(target=training.trainer.run.run_for, args=(math.inf,))
    steps.start()
    while steps.is_alive():
        training.note_input()
        steps.join(0.001)
    assert training.trainer.run.step_count > 0


async def test_at_rest_the_first_loss_is_computed_and_then_nothing_happens() -> None:
    async with working() as loop:
        await loop.rest()
        assert loop.trainer.run.here.is_evaluated
        assert loop.changes == 1
        assert loop.trainer.run.step_count == 0


async def test_it_takes_the_steps_that_are_due_and_no_more(clock: Clock) -> None:
    async with working() as loop:
        await loop.rest()
        loop.training.set_pace(Pace(True, 100))
        # The first step is due at once, each further one a hundredth of a second later.
        for late, steps in ((0.0, 1), (0.0099, 1), (0.0101, 2), (0.0301, 4), (0.5901, 60)):
            clock.now = 100.0 + late
            await loop.until(lambda steps=steps: loop.trainer.run.step_count >= steps)  # type: ignore[misc]
            await loop.look()
            assert loop.trainer.run.step_count == steps


async def test_a_new_pace_begins_with_a_step_at_once(clock: Clock) -> None:
    async with working() as loop:
        loop.training.set_pace(Pace(True, 1))
        await loop.until(lambda: loop.trainer.run.step_count == 1)
        await loop.look()
        loop.training.set_pace(Pace(True, 2))
        await loop.until(lambda: loop.trainer.run.step_count == 2)
        for now, steps in ((100.4, 2), (100.6, 3), (100.9, 3), (101.1, 4)):
            clock.now = now
            await loop.until(lambda steps=steps: loop.trainer.run.step_count >= steps)  # type: ignore[misc]
            await loop.look()
            assert loop.trainer.run.step_count == steps


async def test_as_fast_as_it_can_is_faster_than_a_thousand(clock: Clock) -> None:
    for speed, least, most in ((1_000, 900, 1_100), (math.inf, 9_900, 10_100)):
        trainer = clocked(clock, 1e-4)
        async with working(trainer) as loop:
            await loop.rest()
            started = clock.now
            loop.training.set_pace(Pace(True, speed))
            while clock.now < started + 1.0:
                if speed < math.inf:
                    clock.now += 0.004
                await asyncio.sleep(0.001)
            loop.training.set_pace(Pace(False, speed))
            steps = trainer.run.step_count
            assert least <= steps / (clock.now - started) <= most
            await loop.rest()
            assert trainer.run.step_count == steps


async def test_the_loop_gets_its_turns_while_it_trains_at_full_speed(clock: Clock) -> None:
    trainer = clocked(clock, 1e-4)
    async with working(trainer) as loop:
        loop.training.set_pace(Pace(True, math.inf))
        counts = [0]
        while counts[-1] < 5_000:
            await asyncio.sleep(0)
            counts.append(trainer.run.step_count)
        seen = [after - before for before, after in pairwise(counts) if after > before]
        assert seen == loop.bursts, "a turn after each burst of steps"
        assert set(seen) == {220}, "22 milliseconds, of 10 steps each"


async def test_after_a_key_the_loop_has_its_turns_sooner(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = clocked(clock, 1e-4)
    async with working(trainer) as loop:
        await loop.rest()
        train, checks = loop.training._train, 0

        async def noted() -> None:
            nonlocal checks
            checks += 1
            await train()

        monkeypatch.setattr(loop.training, "_train", noted)
        loop.training.note_input()
        loop.training.set_pace(Pace(True, math.inf))
        clock.now += 0.0149
        await loop.until(lambda: checks > 5)
        assert trainer.run.step_count == 0, "not a step in the first 15 milliseconds"
        assert loop.training.is_answering
        clock.now += 0.0005
        await loop.until(lambda: bool(loop.bursts) and loop.bursts[-1] > 10)
        *short, first_long = loop.bursts
        # Then a millisecond of steps at a time, until the key is 50 milliseconds old.
        assert set(short) == {10}
        assert len(short) == 35
        assert first_long == 220
        assert not loop.training.is_answering


async def test_single_steps_queue_up() -> None:
    async with working() as loop:
        for _ in range(7):
            loop.training.step()
        await loop.rest()
        assert loop.trainer.run.step_count == 7


async def test_single_steps_that_take_long_together_are_all_taken(clock: Clock) -> None:
    trainer = clocked(clock, 0.004)
    async with working(trainer) as loop:
        for burst in (1, 4, 7):
            steps = trainer.run.step_count
            for _ in range(burst):
                loop.training.note_input()
                loop.training.step()
            await loop.until(lambda steps=steps: trainer.run.step_count > steps)  # type: ignore[misc]
        await loop.rest()
        assert trainer.run.step_count == 12


async def test_single_steps_of_a_heavy_network_queue_up_too() -> None:
    heavy = Heavy.of(TrainingConfig())
    heavy.may_end.set()
    async with working(Trainer(heavy)) as loop:
        for _ in range(4):
            loop.training.step()
        await loop.rest()
        assert heavy.step_count == 4
        assert heavy.here.is_evaluated


async def test_a_single_step_while_it_runs_pauses() -> None:
    async with working() as loop:
        loop.training.set_pace(Pace(True, 1_000))
        await loop.until(lambda: loop.trainer.run.step_count >= 5)
        steps = loop.trainer.run.step_count
        loop.training.step()
        assert not loop.training.is_running
        await loop.rest()
        assert loop.trainer.run.step_count == steps + 1
        assert loop.training.pace == Pace(False, 1_000)


async def test_a_run_that_has_ended_is_not_running() -> None:
    async with working(Trainer(TrainingConfig(learning_rate=1.0))) as loop:
        loop.training.set_pace(Pace(True, math.inf))
        await loop.until(lambda: loop.trainer.run.outcome is not None)
        assert not loop.training.is_running
        steps = loop.trainer.run.step_count
        loop.training.step()
        await loop.rest()
        assert loop.trainer.run.step_count == steps


async def test_a_change_between_steps_is_carried_out_at_once() -> None:
    async with working() as loop:
        loop.training.set_pace(Pace(True, math.inf))
        await loop.until(lambda: loop.trainer.run.step_count >= 100)
        loop.training.between_steps(lambda: loop.trainer.apply(SetSettings.of(learning_rate=0.2)))
        assert loop.trainer.run.config.learning_rate == 0.2


async def test_a_long_evaluation_runs_in_a_thread_and_the_loop_goes_on() -> None:
    heavy = Heavy.of(TrainingConfig())
    async with working(Trainer(heavy)) as loop:
        await loop.until(lambda: loop.training.is_evaluating and heavy.begun == 1)
        assert threading.get_ident() not in heavy.threads
        assert not heavy.here.is_evaluated
        heavy.may_end.set()
        await loop.until(lambda: heavy.here.is_evaluated)
        assert not loop.training.is_evaluating
        assert loop.changes >= 1


@pytest.mark.parametrize("is_quick", [True, False])
async def test_scores_that_take_long_are_found_in_a_thread(
    is_quick: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.run.scorer.SCORING", 60.0 if is_quick else -1.0)
    trainer = Trainer(TrainingConfig(task="xor", images=20))
    score, threads = trainer.run.scorer.score, list[int]()

    def noted(cancelled: IsCancelled | None = None) -> None:
        threads.append(threading.get_ident())
        score(cancelled)

    monkeypatch.setattr(trainer.run.scorer, "score", noted)
    async with working(trainer) as loop:
        await loop.until(lambda: trainer.run.scorer.is_scored and bool(loop.changes))
    assert [thread == threading.get_ident() for thread in threads] == [is_quick]


async def test_a_change_calls_a_long_evaluation_off_and_waits_for_that() -> None:
    heavy = Heavy.of(TrainingConfig())
    async with working(Trainer(heavy)) as loop:
        await loop.until(lambda: heavy.begun == 1)
        done: list[str] = []
        loop.training.between_steps(lambda: done.append("first"))
        loop.training.between_steps(lambda: done.append("second"))
        assert done == [], "not while a thread reads the parameters"
        await loop.until(lambda: len(done) == 2)
        assert done == ["first", "second"]
        assert heavy.called_off == 1
        # What was called off is taken up again, as the parameters are still not evaluated.
        await loop.until(lambda: heavy.begun == 2)


async def test_a_change_calls_waiting_single_steps_off() -> None:
    heavy = Heavy.of(TrainingConfig())
    async with working(Trainer(heavy)) as loop:
        await loop.until(lambda: heavy.begun == 1)
        for _ in range(3):
            loop.training.step()
        loop.training.between_steps(loop.trainer.reset)
        heavy.may_end.set()
        await loop.rest()
        assert loop.trainer.run.here.is_evaluated
        assert loop.trainer.run.step_count == 0


async def test_stop_calls_a_long_evaluation_off() -> None:
    heavy = Heavy.of(TrainingConfig())
    async with working(Trainer(heavy)) as loop:
        await loop.until(lambda: heavy.begun == 1)
        loop.training.stop()
        await loop.until(lambda: heavy.called_off == 1)


async def test_cancelling_the_work_leaves_no_thread_behind() -> None:
    heavy = Heavy.of(TrainingConfig())
    async with working(Trainer(heavy)) as loop:
        await loop.until(lambda: heavy.begun == 1)
    await loop.until(lambda: heavy.called_off == 1)


async def test_a_quick_evaluation_is_made_at_once_and_a_long_one_is_not() -> None:
    quick, heavy = Loop(Trainer(TrainingConfig())), Loop(Trainer(Heavy.of(TrainingConfig())))
    for loop in (quick, heavy):
        loop.training.begin()
    assert quick.trainer.run.here.is_evaluated
    assert not heavy.trainer.run.here.is_evaluated


@pytest.mark.parametrize("pace", [Pace(True, math.inf), Pace(True, 1_000)])
async def test_the_loop_trains_as_the_trainer_alone_does(pace: Pace) -> None:
    async with working() as loop:
        loop.training.set_pace(pace)
        await loop.until(lambda: loop.trainer.run.step_count >= 50)
        loop.training.set_pace(Pace(False, pace.speed))
        alone = Trainer(TrainingConfig())
        for _ in range(loop.trainer.run.step_count):
            alone.run.step()
        assert np.array_equal(
            loop.trainer.run.here.network.parameters, alone.run.here.network.parameters
        )
