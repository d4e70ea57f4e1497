"""Timing steps beside the run: who is timed, for how long, and how long it rests."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import cast

import pytest
from textual.dom import DOMNode

from core import TrainingConfig
from core.arrays import IsCancelled
from core.prediction import as_timed
from tui.worker import timing
from tui.worker.background import INSTANT
from tui.worker.timing import ENOUGH, Readings, Setup, Timed, Timing

SHORT, LONG = (Setup(as_timed(TrainingConfig(images=images), images)) for images in (8, 9))


class Made:
    """A network of which a step takes as long as a test says."""

    seconds_of: dict[Setup, float] = {}
    clock = 0.0
    made: list[Setup] = []
    is_replaced = False

    def __init__(self, setup: Setup) -> None:
        Made.made.append(setup)
        self.seconds = Made.seconds_of[setup]
        self.is_ready = False

    def window(self, cancelled: IsCancelled | None = None) -> float:
        self.is_ready = True
        Made.clock += self.seconds
        return self.seconds


class Timer:
    """A timer that the test lets ring."""

    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        self.seconds, self.ring, self.is_stopped = seconds, ring, False

    def cancel(self) -> None:
        self.is_stopped = True


class Node:
    """A widget's timers and workers."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []
        self.tasks: list[asyncio.Task[None]] = []

    def after(self, node: object, seconds: float, ring: Callable[[], None]) -> Timer:
        assert node is self
        self.timers.append(Timer(seconds, ring))
        return self.timers[-1]

    def run_worker(
        self, work: Callable[[], Coroutine[None, None, None]], name: str
    ) -> asyncio.Task[None]:
        self.tasks.append(asyncio.create_task(work()))
        return self.tasks[-1]

    async def ring(self) -> float:
        """Let the newest timer ring, wait for what it begins, and return how long it rested."""
        timer = self.timers[-1]
        timer.ring()
        await asyncio.gather(*self.tasks)
        return timer.seconds


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Node:
    Made.seconds_of, Made.made, Made.clock = {SHORT: INSTANT / 3, LONG: 10 * INSTANT}, [], 0.0
    monkeypatch.setattr(timing, "Timed", Made)
    monkeypatch.setattr("tui.worker.timing.time.perf_counter", lambda: Made.clock)
    node = Node()
    monkeypatch.setattr(timing, "_after", node.after)
    return node


def timing_of(node: Node, news: list[int]) -> Timing:
    return Timing(cast(DOMNode, node), lambda: news.append(1))


async def test_after_each_window_it_rests_nineteen_times_as_long(node: Node) -> None:
    news: list[int] = []
    timed = timing_of(node, news)
    timed.want([LONG])
    await node.ring()
    assert len(node.tasks) == 1, "its length is not known yet: in a thread"
    assert timed.readings(LONG).fastest == 10 * INSTANT
    assert await node.ring() == pytest.approx(19 * 10 * INSTANT)
    assert len(node.tasks) == 2, "it is a long one: in a thread again"
    assert len(news) == 2
    assert Made.made == [LONG], "it is made once"


async def test_short_windows_are_timed_on_the_loop_and_end_when_there_are_enough(
    node: Node,
) -> None:
    news: list[int] = []
    timed = timing_of(node, news)
    timed.want([SHORT])
    await node.ring()
    assert not timed.readings(SHORT).seconds, "what other threads disturb is not counted"
    for _ in range(ENOUGH):
        assert await node.ring() >= 19 * INSTANT / 3
    assert len(node.tasks) == 1
    assert len(timed.readings(SHORT).seconds) == ENOUGH == len(news)
    await node.ring()
    assert len(node.timers) == ENOUGH + 2, "there is nothing left to time"


async def test_the_one_with_the_fewest_readings_is_next_and_what_is_not_wanted_goes(
    node: Node,
) -> None:
    timed = timing_of(node, [])
    timed.want([SHORT, LONG])
    for _ in range(7):
        await node.ring()
    counts = [len(timed.readings(each).seconds) for each in (SHORT, LONG)]
    assert abs(counts[0] - counts[1]) <= 1
    assert sum(counts) == 6
    timed.want([SHORT])
    timed.stop()
    assert node.timers[-1].is_stopped
    rung = len(node.tasks)
    await node.ring()
    assert len(node.tasks) == rung, "it was on its way, and does nothing any more"
    timed.want([LONG])
    await node.ring()
    assert Made.made == [SHORT, LONG, LONG], "it was forgotten, and is made again"
    assert len(timed.readings(LONG).seconds) == counts[1] + 1, "what was measured stays"


async def test_what_another_engine_computes_for_lack_of_memory_is_no_reading(node: Node) -> None:
    news: list[int] = []
    timed = timing_of(node, news)
    timed.want([SHORT, LONG])
    await node.ring()
    await node.ring()
    for made in (SHORT, LONG):
        timed._timed[made].is_replaced = True  # type: ignore[misc]
        timed.want([SHORT, LONG])
        before, told = len(timed.readings(made).seconds), 0
        while made in timed._wanted:
            told = len(news)
            await node.ring()
        assert len(news) == told + 1, "which is to be seen"
        assert timed.readings(made).is_too_large
        assert len(timed.readings(made).seconds) == before
    rung = len(node.timers)
    timed.want([LONG, SHORT])
    assert len(node.timers) == rung, "neither is timed any more"


def test_readings_have_a_lower_envelope_and_a_median() -> None:
    readings = Readings()
    assert readings.fastest == readings.median == float("inf")
    for seconds in (5.0, 1.0, 3.0):
        readings.add(seconds)
    assert (readings.fastest, readings.median) == (1.0, 3.0)


@pytest.mark.parametrize("config", [TrainingConfig(images=20, batch_size=5), TrainingConfig()])
def test_real_steps_are_taken_and_timed(config: TrainingConfig) -> None:
    timed = Timed(Setup(as_timed(config, config.images), frozen=2))
    assert timed._stepper.frozen == {0, 1}
    assert timed.window() > 0.0
    assert timed.is_ready
    assert timed.window() == timed.seconds
