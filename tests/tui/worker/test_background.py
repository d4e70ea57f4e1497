"""What is ordered while frames are drawn: at once if it is quick, else from a thread, in time."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest
from textual.app import App

from core import Cancelled
from core.arrays import IsCancelled
from tui.worker.background import Background, Order, in_thread

TICK = 0.001


class Clock:
    """A clock that stands until the test turns it on."""

    now = 100.0

    def perf_counter(self) -> float:
        return self.now


class Work:
    """Computations that go on until the test lets them end, or until they are called off."""

    def __init__(self) -> None:
        self.begun = 0
        self.called_off = 0
        self.asked = 0
        """How often a computation has asked whether it is called off."""
        self.may_end = threading.Event()

    def order(self, subject: object, moment: int, *, is_quick: bool = False) -> Order[int]:
        """Order a moment's number."""

        def compute(cancelled: IsCancelled | None) -> int:
            self.begun += 1
            while cancelled is not None and not self.may_end.wait(TICK):
                self.asked += 1
                if cancelled():
                    self.called_off += 1
                    raise Cancelled
            return moment

        return Order(subject, (moment, np.array([float(moment)])), moment, is_quick, compute)


class Orders:
    """An app that orders, and how often it was told of news."""

    def __init__(self, app: App[None]) -> None:
        self.work = Work()
        self.news = 0
        self.is_in_the_way = False
        self.rests: list[float] = []
        """The seconds of each rest that was begun."""
        self._ends: list[Callable[[], object]] = []
        app.set_timer = self._rest  # type: ignore[method-assign, assignment]
        self.background = Background[int](app, self._note, lambda: self.is_in_the_way)

    def _note(self) -> None:
        self.news += 1

    def _rest(self, seconds: float, callback: Callable[[], object]) -> None:
        self.rests.append(seconds)
        self._ends.append(callback)

    def end_rest(self) -> None:
        """Let the rest that was begun first be over."""
        self._ends.pop(0)()

    def ask(self, subject: object, moment: int, at_least: float = 0.0) -> int | None:
        done = self.background.ask(self.work.order(subject, moment), at_least)
        return None if done is None else done[1]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                await asyncio.sleep(TICK)


@asynccontextmanager
async def ordering() -> AsyncIterator[Orders]:
    app = App[None]()
    async with app.run_test():
        yield Orders(app)


async def test_what_is_quick_is_there_at_once_and_not_computed_twice() -> None:
    async with ordering() as orders:
        for moment in (1, 1, 2, 2):
            done = orders.background.ask(orders.work.order("a", moment, is_quick=True))
            assert done is not None
            assert done[1] == moment
        assert orders.work.begun == 2
        assert orders.news == 0


async def test_what_is_not_comes_from_a_thread_and_news_are_reported() -> None:
    async with ordering() as orders:
        assert orders.ask("a", 1) is None
        assert orders.ask("a", 1) is None
        await orders.until(lambda: orders.work.begun == 1)
        orders.work.may_end.set()
        await orders.until(lambda: orders.news > 0)
        assert orders.ask("a", 1) == 1
        assert orders.work.begun == 1


async def test_the_last_result_of_a_subject_stays_until_there_is_a_newer_one() -> None:
    async with ordering() as orders:
        orders.work.may_end.set()
        orders.ask("a", 1)
        await orders.until(lambda: orders.news > 0)
        orders.end_rest()
        assert orders.ask("a", 2) == 1
        assert orders.background.known(orders.work.order("a", 2)) is None
        await orders.until(lambda: orders.ask("a", 2) == 2)
        assert orders.ask("b", 2) is None, "it is of something else"


async def test_without_a_subject_nothing_is_shown() -> None:
    async with ordering() as orders:
        orders.work.may_end.set()
        orders.ask(None, 1)
        await orders.until(lambda: orders.news > 0)
        assert orders.ask(None, 1) == 1
        assert orders.ask(None, 2) is None


async def test_a_newer_moment_lets_the_thread_finish_another_subject_calls_it_off() -> None:
    async with ordering() as orders:
        orders.ask("a", 1)
        await orders.until(lambda: orders.work.begun == 1)
        orders.ask("a", 2)
        asked = orders.work.asked
        await orders.until(lambda: orders.work.asked >= asked + 5)
        assert (orders.work.begun, orders.work.called_off) == (1, 0)
        orders.ask("b", 2)
        await orders.until(lambda: (orders.work.begun, orders.work.called_off) == (2, 1))
        orders.background.stop()
        await orders.until(lambda: orders.work.called_off == 2)
        assert orders.news == 0


async def test_what_is_wanted_no_longer_is_called_off() -> None:
    async with ordering() as orders:
        orders.background.ask(orders.work.order("a", 1, is_quick=True))
        assert orders.ask("a", 2) == 1
        await orders.until(lambda: orders.work.begun == 2)
        assert orders.ask("a", 1) == 1
        await orders.until(lambda: orders.work.called_off == 1)


async def test_it_gives_way_and_is_begun_again_by_who_wants_it_still() -> None:
    async with ordering() as orders:
        orders.ask("a", 1)
        await orders.until(lambda: orders.work.begun == 1)
        orders.is_in_the_way = True
        await orders.until(lambda: orders.work.called_off == 1)
        orders.is_in_the_way = False
        orders.work.may_end.set()
        await orders.until(lambda: orders.ask("a", 1) == 1)


async def test_a_thread_rests_as_long_as_it_has_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr("tui.worker.background.time", clock)
    async with ordering() as orders:
        orders.ask("a", 1)
        await orders.until(lambda: orders.work.begun == 1)
        clock.now += 0.25
        orders.work.may_end.set()
        await orders.until(lambda: orders.news == 1)
        assert orders.rests == [0.25]
        assert orders.ask("a", 2) == 1
        assert orders.work.begun == 1, "it rests"
        orders.end_rest()
        assert orders.news == 2
        assert orders.ask("a", 2) == 1
        await orders.until(lambda: orders.ask("a", 2) == 2)
        assert orders.work.begun == 2


async def test_two_rests_are_over_when_the_longer_one_is() -> None:
    async with ordering() as orders:
        first = orders.work.order("a", 1, is_quick=True)
        orders.background.ask(first, 0.2)
        orders.background.ask(orders.work.order("b", 1, is_quick=True), 0.3)
        assert orders.rests == [0.2, 0.3]
        orders.end_rest()
        assert orders.news == 0
        orders.end_rest()
        assert orders.news == 1


@pytest.mark.parametrize("is_quick", [True, False])
async def test_a_result_may_be_kept_for_a_while(is_quick: bool) -> None:
    async with ordering() as orders:
        orders.work.may_end.set()
        order = orders.work.order("a", 1, is_quick=is_quick)
        orders.background.ask(order, 30.0)
        await orders.until(lambda: orders.background.known(order) is not None)
        assert orders.rests == [30.0]
        newer = orders.work.order("a", 2, is_quick=True)
        done = orders.background.ask(newer, 30.0)
        assert done is not None
        assert done[1] == 1
        done = orders.background.ask(newer)
        assert done is not None
        assert done[1] == 2, "nobody asks for it to be kept any longer"


async def test_only_work_that_turns_out_long_is_worth_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    may_end = threading.Event()

    def on_wait() -> None:
        told.append("it takes long")
        may_end.set()

    def work(_: IsCancelled) -> bool:
        return may_end.wait(30.0)

    monkeypatch.setattr("tui.worker.background.NOTICEABLE", 0.0)
    cancel = threading.Event()
    assert await in_thread(work, cancel, on_wait)
    assert told == ["it takes long"]
    assert cancel.is_set()
    may_end.clear()
    asyncio.get_running_loop().call_later(TICK, may_end.set)
    assert await in_thread(work, threading.Event()), "nobody wants to be told"
    monkeypatch.setattr("tui.worker.background.NOTICEABLE", 60.0)
    assert await in_thread(lambda _: True, threading.Event(), on_wait)
    assert told == ["it takes long"]
