"""Who trains the runs of a sweep: this thread, threads, processes, or the workers of a cluster.

Each is a `concurrent.futures.Executor`, and so is whatever else a program has. The only differences
are how a running task is told to stop, and whether a broken executor can be replaced.
"""

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from typing import ParamSpec, TypeVar

from core.arrays import IsCancelled
from core.engines.compiled import kept_in
from core.sweeps.task import Result, Task, run

P = ParamSpec("P")
T = TypeVar("T")

Batch = tuple[Task, ...]
"""Tasks that are handed out together: short ones, so that handing out does not cost more."""


def run_all(batch: Batch, is_stopped: IsCancelled | None = None) -> tuple[Result, ...]:
    """Train the runs of a batch, one after the other; see `run`."""
    return tuple(run(task, is_stopped) for task in batch)


def _no_words(error: BaseException) -> str:
    """Return nothing: any error is that of a run."""
    return ""


Futures = Iterable[Future[tuple[Result, ...]]]


def _shut_down(executor: Executor, _: Futures) -> None:
    """End an executor; what is handed out is given up."""
    executor.shutdown(cancel_futures=True)


def _end_killed(executor: Executor, _: Futures) -> None:
    """End processes that have nothing to do, or were killed.

    What was handed out to killed ones fails by itself; to cancel it as well would disturb that.
    """
    executor.shutdown()


def _let_end(_: Executor) -> None:
    """Let running tasks end by themselves: nothing can tell them to."""


def _give_up(_: Executor, futures: Futures) -> None:
    """Leave an executor to whom it belongs, without what was handed out to it."""
    for future in futures:
        future.cancel()


@dataclass(frozen=True)
class Workers:
    """Who trains the runs of one sweep."""

    count: int
    """How many runs they train at the same time."""
    start: Callable[[], Executor]
    """Returns an executor; asked again after that one has broken."""
    run_all: Callable[[Batch], tuple[Result, ...]] = run_all
    """What is submitted to it."""
    stop: Callable[[Executor], None] = _let_end
    """Ends the running tasks of an executor at once, where that can be."""
    close: Callable[[Executor, Futures], None] = _shut_down
    """Ends an executor that is not needed any more, or gives up what was handed out to it."""
    problem: Callable[[BaseException], str] = _no_words
    """Returns what is wrong with the executor, in words, if an error is not that of a run."""
    batch_seconds: float = 0.0
    """Short runs are handed out in batches that take so long; 0: each by itself."""
    ahead: int = 2
    """How many batches per worker are handed out at most, those that are trained included."""

    @classmethod
    def of(cls, executor: Executor, count: int | None = None) -> "Workers":
        """Return the workers of an executor that somebody else has started, and will end.

        Parameters
        ----------
        executor : Executor
            Any; what is submitted to it can be pickled.
        count : int, optional
            How many tasks it works on at the same time; the processors of this machine.
        """
        return cls(count or os.cpu_count() or 1, lambda: executor, close=_give_up)


class InlineExecutor(Executor):
    """Computes everything in the thread that asks for it, at once."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call a function; return its result as a future that is done."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def inline() -> Workers:
    """Return this thread as the only worker."""
    stop, is_stopped = _request()
    alone = partial(run_all, is_stopped=is_stopped)
    return Workers(1, InlineExecutor, alone, stop, ahead=1)


def threads(count: int) -> Workers:
    """Return threads of this process: worth it only where an engine lets go of Python's lock."""
    stop, is_stopped = _request()
    beside = partial(run_all, is_stopped=is_stopped)
    return Workers(count, partial(ThreadPoolExecutor, count), beside, stop)


def _request() -> tuple[Callable[[Executor], None], IsCancelled]:
    """Return what asks tasks to stop, and what tells them so.

    No lock is in it: a signal's handler may ask while it is being told.
    """
    asked: list[Executor] = []
    return asked.append, lambda: bool(asked)


def processes(count: int) -> Workers:
    """Return processes of this machine."""
    return Workers(
        count, partial(Processes, count), stop=_kill, close=_end_killed, batch_seconds=0.02
    )


class Processes(ProcessPoolExecutor):
    """Processes that multiply matrices in one thread each, and end when this process does.

    Parameters
    ----------
    count : int
        How many they are at most.
    """

    def __init__(self, count: int) -> None:
        # What stands in for standard error on a screen has no file that a process could inherit.
        silent = ",".join(filter(None, (os.environ.get(_WARNINGS), _LEAKED)))
        with redirect_stderr(sys.__stderr__), _environment({_WARNINGS: silent}):
            resource_tracker.ensure_running()
        # What a fork would copy, locks that other threads hold among it, could stop it for ever.
        super().__init__(count, multiprocessing.get_context("spawn"), _begin)
        self._begun: set[BaseProcess] = set()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand out a call, for which a process may be started."""
        others = set(multiprocessing.active_children())
        with _to_be_inherited():
            future = super().submit(fn, *args, **kwargs)
        # Another set, not more in this one: another thread may be killing what is in it.
        self._begun = self._begun | (set(multiprocessing.active_children()) - others)
        return future

    def kill(self) -> None:
        """End the processes at once, whatever they do."""
        for process in self._begun:
            process.kill()


def _kill(executor: Executor) -> None:
    if isinstance(executor, Processes):
        executor.kill()


_BLAS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Variables that a library of numpy reads when it is loaded."""
_WARNINGS = "PYTHONWARNINGS"
"""What a Python that begins is not to warn of."""
_LEAKED = "ignore:resource_tracker:UserWarning"
"""Where this process is killed, the one that removes its semaphores after it says so: nothing is
wrong then, and nobody waits for a line of it on the terminal."""
_COMPILED = "NUMBA_CACHE_DIR"
"""Names the folder of an engine's machine code, so that it is not compiled again."""


@contextmanager
def _to_be_inherited() -> Iterator[None]:
    """Set what a process that begins meanwhile is to have before any of our code runs in it.

    numpy reads how many threads it has when it is imported; and ctrl+c, which reaches every process
    of a terminal, is for this one to answer.
    """
    wanted = dict.fromkeys(_BLAS, "1")
    if (folder := kept_in()) is not None:
        wanted[_COMPILED] = str(folder)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _environment(wanted):
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment, and restore what was there before."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _begin() -> None:
    """Begin a worker process."""
    # A number that overflows is told as a run that diverged.
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process as soon as the sweep's has ended, even by being killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
