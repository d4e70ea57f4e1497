"""A sweep: every run once, few handed out ahead, and nothing lost when workers break down."""

import errno
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import cache
from typing import ParamSpec, TypeVar

import pytest

from core import TrainingConfig
from core.errors import SweepError
from core.sweeps import Result, Sweep, Task, Workers, run, sweep, workers_of

P = ParamSpec("P")
T = TypeVar("T")

CONFIGS = [TrainingConfig(images=4, steps=3, seed=seed) for seed in range(9)]


def plain(result: Result) -> Result:
    """Leave out what differs from time to time."""
    return replace(result, seconds=0.0)


@cache
def expected() -> list[Result]:
    """Train the runs without a sweep."""
    return [plain(run(Task(config))) for config in CONFIGS]


class Steps(Executor):
    """Works on nothing until it is told to; may break down."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[object], Callable[[], object]]] = []
        self.most = 0

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Keep a call for later."""
        future: Future[T] = Future()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))  # type: ignore[arg-type]
        self.most = max(self.most, len(self.waiting))
        return future

    def work(self) -> None:
        """Do the first call that waits."""
        future, call = self.waiting.pop(0)
        future.set_result(call())

    def break_down(self) -> None:
        """Lose everything that waits."""
        for future, _ in self.waiting:
            future.set_exception(BrokenProcessPool("a process ended"))
        self.waiting = []


def all_of(
    running: Sweep,
    each_time: Callable[[], None] = lambda: None,
    found: list[Result] | None = None,
) -> list[Result]:
    """Take every result; `found` also has those that came before an error."""
    found = [] if found is None else found
    while not running.is_over:
        found += running.results(0.01)
        each_time()
    return found


@pytest.mark.parametrize("kind", ["inline", "threads"])
def test_every_run_comes_once(kind: str) -> None:
    with workers_of(kind, 2) as workers, Sweep(map(Task, CONFIGS), workers) as running:
        found = [plain(each) for each in all_of(running)]
    assert sorted(found, key=lambda each: each.config.seed) == expected()


def test_any_executor_will_do_and_is_left_as_it_is() -> None:
    with ThreadPoolExecutor(2) as executor:
        found = [plain(each) for each in sweep(CONFIGS, executor)]
        assert executor.submit(len, "abc").result() == 3
    assert sorted(found, key=lambda each: each.config.seed) == expected()


def test_no_more_than_two_for_each_worker_are_handed_out_ahead() -> None:
    executor = Steps()
    asked: list[int] = []

    def tasks() -> Iterator[Task]:
        for number, config in enumerate(CONFIGS):
            asked.append(number)
            yield Task(config)

    with Sweep(tasks(), Workers.of(executor, 2)) as running:
        running.results(0.0)
        assert (len(executor.waiting), len(asked)) == (4, 4)
        executor.work()
        assert len(running.results(0.0)) == 1
        running.results(0.0)
        assert (len(executor.waiting), len(asked)) == (4, 5)
    assert executor.most == 4
    assert all(future.cancelled() for future, _ in executor.waiting)


def test_what_a_broken_executor_had_is_run_again() -> None:
    executors: list[Steps] = []

    def start() -> Executor:
        executors.append(Steps())
        return executors[-1]

    def go_on() -> None:
        executor = executors[-1]
        if executor.waiting:
            executor.work()
        if len(executors) < 3:
            executor.break_down()

    with Sweep(map(Task, CONFIGS), Workers(2, start)) as running:
        found = [plain(each) for each in all_of(running, go_on)]
    assert len(executors) == 3
    assert sorted(found, key=lambda each: each.config.seed) == expected()


def test_workers_that_break_down_again_and_again_are_given_up() -> None:
    executors: list[Steps] = []

    def start() -> Executor:
        executors.append(Steps())
        return executors[-1]

    with (
        Sweep(map(Task, CONFIGS), Workers(2, start)) as running,
        pytest.raises(SweepError, match="3 times in a row without a result"),
    ):
        all_of(running, lambda: executors[-1].break_down())
    assert len(executors) == 3


def test_an_executor_that_is_broken_already_is_given_up_too() -> None:
    class Broken(Executor):
        def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
            raise BrokenExecutor

    with pytest.raises(SweepError, match="3 times in a row"):
        list(sweep(CONFIGS, Broken()))


def test_workers_that_cannot_be_started_are_told_in_words() -> None:
    def start() -> Executor:
        raise OSError(errno.EMFILE, "Too many open files")

    class NoProcess(Executor):
        def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    with pytest.raises(SweepError, match=r"^the workers cannot go on: too many files are open$"):
        list(sweep(CONFIGS, Workers(1, start)))
    with pytest.raises(SweepError, match=r"^the workers cannot go on: .*EAGAIN$"):
        list(sweep(CONFIGS, NoProcess()))


def test_an_error_of_a_run_comes_after_the_results_that_are_there() -> None:
    def fail_on_the_third(batch: tuple[Task, ...]) -> tuple[Result, ...]:
        if batch[0].config.seed == 2:
            raise ZeroDivisionError
        return tuple(map(run, batch))

    found: list[Result] = []
    with (
        ThreadPoolExecutor(1) as executor,
        Sweep(map(Task, CONFIGS), Workers(1, lambda: executor, fail_on_the_third)) as running,
        pytest.raises(ZeroDivisionError),
    ):
        all_of(running, found=found)
    assert {each.config.seed for each in found[:2]} == {0, 1}  # both may come at once


def test_stop_from_another_thread_ends_a_long_run_at_once() -> None:
    endless = [TrainingConfig(steps=10**9, seed=seed) for seed in range(3)]
    begun = threading.Event()

    def stop_later(running: Sweep) -> None:
        begun.wait()
        running.stop()

    def told(batch: tuple[Task, ...]) -> tuple[Result, ...]:
        begun.set()
        return workers.run_all(batch)

    with workers_of("inline") as workers:
        with Sweep(map(Task, endless), replace(workers, run_all=told)) as running:
            stopper = threading.Thread(target=stop_later, args=(running,))
            stopper.start()
            assert all_of(running) == []
            stopper.join()
        assert running.is_over


def test_short_runs_are_handed_out_in_batches_and_long_ones_alone() -> None:
    sizes: list[int] = []

    def noted(batch: tuple[Task, ...]) -> tuple[Result, ...]:
        sizes.append(len(batch))
        seconds = 0.0 if len(sizes) < 3 else 60.0
        return tuple(replace(run(task), seconds=seconds) for task in batch)

    tasks = [Task(config) for config in CONFIGS] * 3
    with workers_of("inline") as workers:
        several = replace(workers, run_all=noted, batch_seconds=0.01)
        with Sweep(tasks, several) as running:
            assert len(all_of(running)) == 27
    # A run takes a millisecond beside its steps: 10 in a batch of 10 ms.
    assert sizes == [1, 10, 10, *[1] * 6]
