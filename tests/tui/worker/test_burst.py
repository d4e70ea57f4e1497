"""Steps that a thread takes: whoever asks for the run stops it between two of them."""

import asyncio
import math
import random
import threading
import time

import numpy as np
import pytest

from core import Change, SetSettings, Trainer, TrainingConfig, engines
from core.arrays import Array, Integers, IsCancelled
from core.engines import MatrixEngine
from core.engines.engine import Evaluation, Problem, Stretch
from core.files import session_of
from core.images import Batch
from core.run import Run, SetFrozen, SetParameter
from tests.tui.program import opened
from tests.tui.worker.test_training import ENDLESS, Loop, working
from tui.view.view import Pace
from tui.worker.burst import Burst

FULL = Pace(True, math.inf)
PAUSED = Pace(False, math.inf)


class Many(MatrixEngine):
    """The matrix engine, but many steps are one call; it can be told to end and to fail."""

    most_images = 10**6
    threads: set[int]
    calls: int
    fails: bool

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.parameters = problem.network.parameters
        self.halt: Integers = np.zeros(1, np.int64)

    def steps(self, stretch: Stretch, count: int, previous: Array) -> tuple[Array, Evaluation]:
        Many.threads.add(threading.get_ident())
        Many.calls += 1
        if Many.fails:
            raise ArithmeticError("no step can be taken")
        losses: list[float] = []
        evaluation = Evaluation(0.0, np.empty(0), np.empty(0), np.empty(0))
        for place in range(stretch.place, stretch.place + count):
            previous[...] = self.parameters
            self.update()
            for index in stretch.frozen:
                self.parameters[index] = previous[index]
            cut = slice(place * stretch.batch_size, (place + 1) * stretch.batch_size)
            whole, images = stretch.batch_size >= len(stretch.images), stretch.images
            batch = images if whole else Batch(images.images[cut], images.targets[cut])
            evaluation = self.evaluate(batch)
            losses.append(evaluation.loss)
            if not stretch.low < evaluation.loss <= stretch.high or self.halt[0]:
                break
        return np.array(losses), evaluation


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that matrix computes take many steps in one call."""
    Many.threads, Many.calls, Many.fails = set(), 0, False
    monkeypatch.setitem(engines.ENGINES, "matrix", Many)


def alone(run: Run) -> Run:
    """Return what a run has to be like: as many steps, one after the other, on the loop."""
    other = Run.of(run.config)
    while other.step_count < run.step_count:
        other.step()
    return other


def assert_same(run: Run, other: Run) -> None:
    assert run.step_count == other.step_count
    assert np.array_equal(run.here.network.parameters, other.here.network.parameters)
    assert np.array_equal(run.here.previous, other.here.previous)
    assert run.loss == other.loss
    assert run.multiply_adds == other.multiply_adds
    assert run.log.history.latest == other.log.history.latest
    assert len(run.log.history) == len(other.log.history)


async def running(loop: Loop, steps: int = 50) -> None:
    """Go on at full speed for so many steps, and until a burst goes on."""
    loop.training.set_pace(FULL)
    there = loop.training.trainer.run.step_count + steps
    await loop.until(lambda: loop.training.trainer.run.step_count >= there)
    await loop.until(lambda: loop.training.burst.is_going)


@pytest.mark.parametrize("batch_size", [None, 32])
async def test_it_comes_to_the_same_bits_wherever_it_is_stopped(batch_size: int | None) -> None:
    config = TrainingConfig(steps=10**12, images=100, batch_size=batch_size, optimizer="adam")
    chance = random.Random(0)
    async with working(Trainer(config)) as loop:
        await running(loop)
        for _ in range(30):
            await asyncio.sleep(chance.uniform(0.0, 0.004))
            assert loop.training.trainer.run.outcome is None
        loop.training.set_pace(PAUSED)
        run = loop.training.trainer.run
        await loop.rest()
        assert threading.get_ident() not in Many.threads, "none of them on the loop"
        assert_same(run, alone(run))


async def test_who_asks_for_the_run_finds_it_between_two_steps_and_at_rest() -> None:
    async with working() as loop:
        await running(loop)
        for _ in range(10):
            await loop.until(lambda: loop.training.burst.is_going)
            run = loop.training.trainer.run
            assert not loop.training.burst.is_going
            before = run.step_count, len(run.log.history), run.here.network.parameters.copy()
            calls = Many.calls
            # Whatever the thread had left to do is done before this.
            loop.training.burst._threads.submit(int).result()
            assert (run.step_count, len(run.log.history), Many.calls) == (*before[:2], calls)
            assert np.array_equal(run.here.network.parameters, before[2])
            assert run.here.is_evaluated
            assert len(run.log.history) == run.step_count + 1


async def test_a_change_is_made_at_once_and_the_run_can_be_recomputed() -> None:
    async with working(Trainer(TrainingConfig(steps=10**12, images=50))) as loop:
        await running(loop)
        changes: tuple[Change, ...] = (
            SetSettings.of(learning_rate=0.2),
            SetFrozen(1, frozen=True),
            SetParameter(0, 0.75),
            SetSettings.of(optimizer="momentum"),
        )
        made: list[tuple[int, int]] = []
        for change in changes:
            await loop.until(lambda: loop.training.burst.is_going)

            def make(change: Change = change) -> None:
                made.append((loop.trainer.run.step_count, len(loop.trainer.run.log.journal)))
                loop.trainer.apply(change)

            loop.training.between_steps(make)
            assert len(made) == len(loop.trainer.run.log.journal), "at once, not after the burst"
            steps = made[-1][0]
            await loop.until(lambda steps=steps: loop.training.trainer.run.step_count > steps)  # type: ignore[misc]
        loop.training.set_pace(PAUSED)
        run = loop.training.trainer.run
        await loop.rest()
        kept, moment = run.here.network.parameters.copy(), run.moment
        run.go_to((0, 0))
        run.go_to(moment)
        assert np.array_equal(run.here.network.parameters, kept)


async def test_a_single_step_pauses_and_is_one_step() -> None:
    async with working() as loop:
        await running(loop)
        loop.training.step()
        steps = loop.trainer.run.step_count
        assert not loop.training.burst.is_going
        assert not loop.training.is_running
        for _ in range(4):
            loop.training.step()
        await loop.rest()
        assert loop.trainer.run.step_count == steps + 5


async def test_going_back_and_forth_again() -> None:
    async with working() as loop:
        await running(loop)
        loop.training.travel(lambda: (7, 0))
        await loop.rest()
        run = loop.training.trainer.run
        assert run.step_count == 7
        assert_same_but_history(run)
        last = run.last_step
        loop.training.travel(lambda: (last, 0))
        await loop.rest()
        assert_same(run, alone(run))


def assert_same_but_history(run: Run) -> None:
    other = alone(run)
    assert np.array_equal(run.here.network.parameters, other.here.network.parameters)


@pytest.mark.parametrize(
    "config",
    [
        TrainingConfig(),
        TrainingConfig(until_loss=1e-4),
        TrainingConfig(steps=321),
        TrainingConfig(learning_rate=1.0),
        TrainingConfig(until_accuracy=0.9, task="and", images=20),
        TrainingConfig(patience=5, images=20, batch_size=4, steps=4000),
    ],
    ids=["arrives", "loss", "steps", "diverges", "accuracy", "patience"],
)
async def test_it_ends_where_it_would_end_on_the_loop(config: TrainingConfig) -> None:
    ends: list[Run] = []
    for engine in (Many, MatrixEngine):
        engines.ENGINES["matrix"] = engine
        async with working(Trainer(config)) as loop:
            loop.training.set_pace(FULL)
            await loop.until(lambda: not loop.training.is_running)
            await loop.rest()
            ends.append(loop.training.trainer.run)
    one, other = ends
    assert one.outcome == other.outcome
    assert (one.moment, one.last_step) == (other.moment, other.last_step)
    assert np.array_equal(one.here.network.parameters, other.here.network.parameters)
    assert one.scorer.arrivals == other.scorer.arrivals


async def test_a_slower_pace_and_single_steps_stay_on_the_loop() -> None:
    async with working(Trainer(ENDLESS)) as loop:
        loop.training.set_pace(Pace(True, 1000))
        await loop.until(lambda: loop.trainer.run.step_count > 5)
        loop.training.set_pace(Pace(False, 1000))
        loop.training.step()
        await loop.rest()
        assert threading.get_ident() in Many.threads
        assert len(Many.threads) == 1


async def test_while_a_frame_is_drawn_the_run_goes_on() -> None:
    async with working() as loop:
        await running(loop)
        run = loop.training.trainer.run
        assert not loop.training.burst.is_going
        steps, calls = run.step_count, Many.calls
        loop.training.go_on()
        while Many.calls == calls:  # the loop does not get a turn
            time.sleep(0.001)
        assert loop.training.trainer.run.step_count > steps


async def test_after_a_key_it_waits_a_moment() -> None:
    async with working() as loop:
        await running(loop)
        run = loop.training.trainer.run
        loop.training._requests.last_input = math.inf  # a key is always just pressed
        loop.training.go_on()
        assert not loop.training.burst.is_going
        assert run is loop.training.trainer.run


async def test_the_end_of_the_program_ends_a_burst() -> None:
    async with working(Trainer(TrainingConfig(steps=10**12, images=20))) as loop:
        await running(loop)
    run = loop.training.trainer.run
    assert not loop.training.burst.is_going
    assert_same(run, alone(run))


async def test_what_a_step_raises_reaches_the_loop() -> None:
    loop = Loop(Trainer(ENDLESS))
    task = asyncio.create_task(loop.training.work())
    await loop.rest()
    Many.fails = True
    loop.training.set_pace(FULL)
    with pytest.raises(ArithmeticError, match="no step can be taken"):
        await asyncio.wait_for(task, 60)
    assert not loop.training.burst.is_going


async def test_a_session_of_a_run_at_full_speed_is_of_one_moment() -> None:
    async with working(Trainer(TrainingConfig(steps=10**12, images=50))) as loop:
        await running(loop)
        for _ in range(5):
            await loop.until(lambda: loop.training.burst.is_going)
            session = session_of(loop.training.trainer, (0.2, 0.5, 0.4, 0.7), 64)
            run = session.trainer().run
            assert_same(run, alone(run))


async def test_keys_during_full_speed_on_the_screen() -> None:
    async with opened(TrainingConfig(steps=10**12, images=50)) as program:
        await program.press(*["]"] * 8, "space")
        training = program.app.controller.training
        await program.until(lambda: bool(Many.threads - {threading.get_ident()}))
        await program.until(lambda: program.snapshot.step > 100)
        await program.press("9")
        assert program.snapshot.reading.image[0] == 0.9
        assert training.is_running
        await program.resize(100, 30)
        seen = program.snapshot.step
        await program.until(lambda: program.snapshot.step > seen)
        await program.press("(")
        rate = program.trainer.run.config.learning_rate
        assert rate < TrainingConfig.learning_rate
        await program.press("b")
        assert not training.is_running
        await program.until(lambda: training.is_done)
        moment = program.trainer.run.moment
        assert program.snapshot.step == moment[0]
        await program.press("s")
        assert program.snapshot.step == program.trainer.run.step_count


def test_a_burst_that_has_not_begun_is_called_off_at_once() -> None:
    burst, gate = Burst(), threading.Event()
    halt: Integers = np.zeros(1, np.int64)
    taken: list[int] = []

    def steps(cancelled: IsCancelled) -> int:
        taken.append(1)
        while not cancelled():
            time.sleep(0.001)
        return 3

    burst._threads.submit(gate.wait)  # the thread has something else to do
    burst.begin(halt, steps)
    assert burst.is_going
    assert burst.end() == 0
    assert not burst.is_going
    gate.set()
    burst.begin(halt, steps)
    burst.stop()
    assert burst.end() in (0, 3)
    assert not halt[0], "the next call takes many steps again"
    assert burst.end() == 0


@pytest.mark.parametrize(
    "config",
    [TrainingConfig(images=50), TrainingConfig(learning_rate=1.0), TrainingConfig(steps=2000)],
    ids=["arrives", "diverges", "steps"],
)
async def test_the_screen_shows_the_same_end(config: TrainingConfig) -> None:
    shown: list[tuple[str, int, str]] = []
    for engine in (Many, MatrixEngine):
        engines.ENGINES["matrix"] = engine
        async with opened(config, arrives=True) as program:
            await program.press(*["]"] * 8, "space")
            await program.until(lambda: not program.app.controller.training.is_running)
            await program.arrived()
            header, words = program.text("header"), program.text("commentary")
            shown.append((header, program.snapshot.step, words))
    assert shown[0] == shown[1]
    assert Many.threads - {threading.get_ident()}
