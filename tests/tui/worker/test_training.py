"""The loop that trains beside the screen: its pace, single steps, and long evaluations."""

import asyncio
import math
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count

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


class Unhurried(Run):
    """A run whose steps take a few milliseconds each."""

    def run_for(
        self,
        seconds: float,
        *,
        max_steps: int | None = None,
        cancelled: IsCancelled | None = None,
    ) -> int:
        time.sleep(0.004)
        return super().run_for(0.0, max_steps=1, cancelled=cancelled)


class Loop:
    """The training at work, and how often it has told of a change."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.changes = 0
        self.training = Training(trainer, self._note, lambda: None)

    def _note(self) -> None:
        self.changes += 1

    async def until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.001)


@asynccontextmanager
async def batch_trace(trainer: Trainer | None = None) -> AsyncIterator[Loop]:
    loop = Loop(Trainer(TrainingConfig()) if trainer is None else trainer)
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


async def test_at_rest_the_first_loss_is_looked_at_and_then_nothing_happens() -> None:
    async with batch_trace() as loop:
        await loop.until(lambda: loop.trainer.run.here.is_evaluated)
        await asyncio.sleep(0.01)
        changes = loop.changes
        await asyncio.sleep(0.1)
        assert loop.changes == changes <= 1
        assert loop.trainer.run.step_count == 0


async def test_it_never_goes_faster_than_it_is_told() -> None:
    async with batch_trace() as loop:
        await loop.until(lambda: loop.trainer.run.here.is_evaluated)
        started = time.perf_counter()
        loop.training.set_pace(Pace(True, 100))
        # The first step is due at once, each further one a hundredth of a second later.
        for steps in (10, 20, 40):
            await loop.until(lambda steps=steps: loop.trainer.run.step_count >= steps)  # type: ignore[misc]
            taken = loop.trainer.run.step_count
            assert time.perf_counter() - started >= (taken - 1) / 100


async def test_as_fast_as_it_can_is_faster_than_a_thousand() -> None:
    async with batch_trace() as loop:
        loop.training.set_pace(Pace(True, math.inf))
        await loop.until(lambda: loop.trainer.run.step_count >= 10_000)
        loop.training.set_pace(Pace(False, math.inf))
        steps = loop.trainer.run.step_count
        await asyncio.sleep(0.02)
        assert loop.trainer.run.step_count == steps


async def test_the_loop_gets_its_turns_while_it_trains_at_full_speed() -> None:
    async with batch_trace() as loop:
        loop.training.set_pace(Pace(True, math.inf))
        turns = 0
        while loop.trainer.run.step_count < 5_000:
            await asyncio.sleep(0)
            turns += 1
        assert turns >= 10


async def test_single_steps_queue_up() -> None:
    async with batch_trace() as loop:
        for _ in range(7):
            loop.training.step()
        await loop.until(lambda: loop.trainer.run.step_count == 7)
        await asyncio.sleep(0.01)
        assert loop.trainer.run.step_count == 7


async def test_single_steps_that_take_long_together_are_all_taken() -> None:
    async with batch_trace(Trainer(Unhurried.of(TrainingConfig()))) as loop:
        for burst in (1, 4, 7):
            for _ in range(burst):
                loop.training.note_input()
                loop.training.step()
            await asyncio.sleep(0.003)
        await loop.until(lambda: loop.trainer.run.step_count == 12)


async def test_single_steps_of_a_heavy_network_queue_up_too() -> None:
    heavy = Heavy.of(TrainingConfig())
    heavy.may_end.set()
    async with batch_trace(Trainer(heavy)) as loop:
        for _ in range(4):
            loop.training.step()
        await loop.until(lambda: heavy.step_count == 4 and heavy.here.is_evaluated)
        await asyncio.sleep(0.01)
        assert heavy.step_count == 4


async def test_a_single_step_while_it_runs_pauses() -> None:
    async with batch_trace() as loop:
        loop.training.set_pace(Pace(True, 1_000))
        await loop.until(lambda: loop.trainer.run.step_count >= 5)
        steps = loop.trainer.run.step_count
        loop.training.step()
        assert not loop.training.is_running
        await loop.until(lambda: loop.trainer.run.step_count == steps + 1)
        await asyncio.sleep(0.02)
        assert loop.trainer.run.step_count == steps + 1
        assert loop.training.pace == Pace(False, 1_000)


async def test_a_run_that_has_ended_is_not_running() -> None:
    async with batch_trace(Trainer(TrainingConfig(learning_rate=1.0))) as loop:
        loop.training.set_pace(Pace(True, math.inf))
        await loop.until(lambda: loop.trainer.run.outcome is not None)
        assert not loop.training.is_running
        steps = loop.trainer.run.step_count
        loop.training.step()
        await asyncio.sleep(0.02)
        assert loop.trainer.run.step_count == steps


async def test_a_change_between_steps_is_carried_out_at_once() -> None:
    async with batch_trace() as loop:
        loop.training.set_pace(Pace(True, math.inf))
        await loop.until(lambda: loop.trainer.run.step_count >= 100)
        loop.training.between_steps(lambda: loop.trainer.apply(SetSettings.of(learning_rate=0.2)))
        assert loop.trainer.run.config.learning_rate == 0.2


async def test_a_long_evaluation_runs_in_a_thread_and_the_loop_goes_on() -> None:
    heavy = Heavy.of(TrainingConfig())
    async with batch_trace(Trainer(heavy)) as loop:
        await loop.until(lambda: loop.training.is_evaluating and heavy.begun == 1)
        assert threading.get_ident() not in heavy.threads
        assert not heavy.here.is_evaluated
        heavy.may_end.set()
        await loop.until(lambda: heavy.here.is_evaluated)
        assert not loop.training.is_evaluating
        assert loop.changes >= 1


async def test_a_change_calls_a_long_evaluation_off_and_waits_for_that() -> None:
    heavy = Heavy.of(TrainingConfig())
    async with batch_trace(Trainer(heavy)) as loop:
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
    async with batch_trace(Trainer(heavy)) as loop:
        await loop.until(lambda: heavy.begun == 1)
        for _ in range(3):
            loop.training.step()
        loop.training.between_steps(loop.trainer.reset)
        heavy.may_end.set()
        await loop.until(lambda: loop.trainer.run.here.is_evaluated)
        await asyncio.sleep(0.01)
        assert loop.trainer.run.step_count == 0


async def test_stop_calls_a_long_evaluation_off() -> None:
    heavy = Heavy.of(TrainingConfig())
    async with batch_trace(Trainer(heavy)) as loop:
        await loop.until(lambda: heavy.begun == 1)
        loop.training.stop()
        await loop.until(lambda: heavy.called_off == 1)


async def test_cancelling_the_work_leaves_no_thread_behind() -> None:
    heavy = Heavy.of(TrainingConfig())
    async with batch_trace(Trainer(heavy)) as loop:
        await loop.until(lambda: heavy.begun == 1)
    for _ in range(1000):
        if heavy.called_off:
            break
        await asyncio.sleep(0.005)
    assert heavy.called_off == 1


async def test_a_quick_look_is_taken_at_once_and_a_long_one_is_not() -> None:
    quick = Loop(Trainer(TrainingConfig()))
    assert quick.training.first_evaluation((0.2, 0.5, 0.4, 0.7)).loss is not None
    heavy = Loop(Trainer(Heavy.of(TrainingConfig())))
    assert heavy.training.first_evaluation((0.2, 0.5, 0.4, 0.7)).loss is None


@pytest.mark.parametrize("pace", [Pace(True, math.inf), Pace(True, 1_000)])
async def test_the_loop_trains_as_the_trainer_alone_does(pace: Pace) -> None:
    async with batch_trace() as loop:
        loop.training.set_pace(pace)
        await loop.until(lambda: loop.trainer.run.step_count >= 50)
        loop.training.set_pace(Pace(False, pace.speed))
        alone = Trainer(TrainingConfig())
        for _ in range(loop.trainer.run.step_count):
            alone.run.step()
        assert np.array_equal(
            loop.trainer.run.here.network.parameters, alone.run.here.network.parameters
        )
