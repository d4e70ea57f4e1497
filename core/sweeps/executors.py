"""Who trains the runs of a sweep: this thread, threads, processes, or the workers of a cluster.

Each is a `concurrent.futures.Executor`, and so is whatever else a program has. The only differences
are how a running task is told to stop, and whether a broken executor can be replaced.
"""

import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from ctypes import c_byte
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from core.arrays import IsCancelled
from core.sweeps.task import Result, Task, run

P = ParamSpec("P")
T = TypeVar("T")

Batch = tuple[Task, ...]
"""Tasks that are handed out together: short ones, so that handing out does not cost more."""


def run_all(batch: Batch, is_stopped: IsCancelled | None = None) -> tuple[Result, ...]:
    """Train the runs of a batch, one after the other; see `run`."""
    return tuple(run(task, is_stopped) for task in batch)


def _nothing() -> None:
    """Do nothing."""


def _no_words(error: BaseException) -> str:
    """Return nothing: any error is that of a run."""
    return ""


def _shut_down(executor: Executor) -> None:
    """End an executor whose tasks have ended, or have been told to."""
    executor.shutdown(cancel_futures=True)


def _leave(executor: Executor) -> None:
    """Leave an executor to whom it belongs."""


@dataclass(frozen=True)
class Workers:
    """Who trains the runs of one sweep."""

    count: int
    """How many runs they train at the same time."""
    start: Callable[[], Executor]
    """Returns an executor; asked again after that one has broken."""
    run_all: Callable[[Batch], tuple[Result, ...]] = run_all
    """What is submitted to it."""
    stop: Callable[[], None] = _nothing
    """Makes running tasks raise `Cancelled` at once, where they can be told to."""
    close: Callable[[Executor], None] = _shut_down
    """Ends an executor that is not needed any more."""
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
        return cls(count or os.cpu_count() or 1, lambda: executor, close=_leave)


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
    asked = threading.Event()
    alone = partial(run_all, is_stopped=asked.is_set)
    return Workers(1, InlineExecutor, alone, asked.set, ahead=1)


def threads(count: int) -> Workers:
    """Return threads of this process: worth it only where an engine lets go of Python's lock."""
    asked = threading.Event()
    beside = partial(run_all, is_stopped=asked.is_set)
    return Workers(count, partial(ThreadPoolExecutor, count), beside, asked.set)


def processes(count: int) -> Workers:
    """Return processes of this machine; they are begun within `one_thread_each`."""
    # What a fork would copy, locks that other threads hold among it, could stop it for ever.
    context = multiprocessing.get_context("spawn")
    # Shared memory without a lock: a worker that is killed can hold none.
    asked = context.RawValue(c_byte, 0)

    def start() -> Executor:
        return ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(asked,))

    def stop() -> None:
        asked.value = 1

    return Workers(count, start, _run_in_process, stop, batch_seconds=0.02)


_BLAS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Variables that a library of numpy reads when it is loaded."""


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that begin meanwhile multiply matrices in one thread each.

    A process reads this when it imports numpy, which is before any of our code runs in it.
    """
    before = {name: os.environ.get(name) for name in _BLAS}
    os.environ.update(dict.fromkeys(_BLAS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_asked = c_byte(0)
"""In a worker process: whether its sweep has asked it to stop."""


def _begin(asked: c_byte) -> None:
    """Begin a worker process."""
    global _asked
    _asked = asked
    # ctrl+c reaches every process of a terminal; the sweep says what it is to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A number that overflows is told as a run that diverged.
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process as soon as the sweep's has ended, even by being killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _run_in_process(batch: Batch) -> tuple[Result, ...]:
    """Train the runs of a batch in a worker process."""
    return run_all(batch, lambda: _asked.value != 0)
