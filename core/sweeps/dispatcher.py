"""A sweep: runs handed out to workers, a few at a time, and their results as they come."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from itertools import chain, islice

from core.arrays import Cancelled
from core.atomic import words_of
from core.errors import SweepError
from core.settings.config import TrainingConfig
from core.sweeps.executors import Batch, Workers
from core.sweeps.task import Result, Task

MOST_IN_BATCH = 64
"""Tasks that are handed out together at most."""
_LEAST_SECONDS = 1e-3
"""What a run takes in addition to its steps: it is put together, and scored."""
MOST_BREAKS = 3
"""Times in a row that workers may break down before any of them has a result."""


class Sweep:
    """Runs that are being trained by workers.

    Use it in a `with` block, from one thread; only `stop` may be called from another.

    Parameters
    ----------
    tasks : iterable of Task
        The runs; read as they are handed out.
    workers : Workers
        Who trains them.
    """

    def __init__(self, tasks: Iterable[Task], workers: Workers) -> None:
        self._tasks = iter(tasks)
        self._lost: deque[Task] = deque()
        """What workers that broke down have not finished: it is handed out again, last."""
        self._workers = workers
        self._executor: Executor | None = None
        self._running: dict[Future[tuple[Result, ...]], Batch] = {}
        self._breaks = 0
        self._together = 1
        self._found: list[Result] = []
        """What has come and was not taken yet."""
        self._error: BaseException | None = None
        self._is_stopped = False
        self._has_tasks = True

    def __enter__(self) -> "Sweep":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._executor is not None:
            self._workers.close(self._executor, self._running)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come: every run is trained, or it was stopped."""
        if self._error is not None or self._found:
            return False
        return self._is_stopped or not (self._has_tasks or self._lost or self._running)

    def stop(self) -> None:
        """Stop at once; runs that are not finished leave no result."""
        self._is_stopped = True
        if self._executor is not None:
            self._workers.stop(self._executor)

    def results(self, seconds: float) -> list[Result]:
        """Return the results that have come; wait so long for the first of them.

        Raises
        ------
        SweepError
            If workers break down again and again, cannot be started, or are gone.
        """
        self._hand_out()
        if self._running and not self._found:
            done, _ = wait(self._running, seconds, FIRST_COMPLETED)
            is_broken = False
            for future in done:
                is_broken = self._take(future) or is_broken
            if is_broken and not self._is_stopped:
                self._begin_again()
        found, self._found = self._found, []
        if found:
            self._breaks = 0
            longest = max(result.seconds for result in found) + _LEAST_SECONDS
            fitting = int(self._workers.batch_seconds / longest)
            self._together = min(max(fitting, 1), MOST_IN_BATCH)
        elif self._error is not None:
            raise self._error
        return found

    def _hand_out(self) -> None:
        """Hand out runs, until there are so many ahead as may be."""
        while len(self._running) < self._workers.ahead * self._workers.count:
            if self._is_stopped or self._error is not None:
                return
            batch = tuple(islice(chain(self._tasks, self._from_lost()), self._together))
            if not batch:
                self._has_tasks = False
                return
            try:
                if self._executor is None:
                    self._executor = self._workers.start()
                self._running[self._executor.submit(self._workers.run_all, batch)] = batch
            except BrokenExecutor:
                self._lost.extend(batch)
                self._begin_again()
            except OSError as error:  # too many processes, or open files
                self._fail(error)

    def _from_lost(self) -> Iterator[Task]:
        while self._lost:
            yield self._lost.popleft()

    def _take(self, future: Future[tuple[Result, ...]]) -> bool:
        """Take in what came of a batch; return whether its worker has broken down."""
        batch = self._running.pop(future)
        try:
            self._found.extend(future.result())
        except (BrokenExecutor, Cancelled):  # cancelled by somebody else, or by `stop`
            self._lost.extend(batch)
            return True
        except CancelledError as error:
            if not self._is_stopped:
                self._fail(error)
        except Exception as error:
            self._fail(error)
        return False

    def _fail(self, error: BaseException) -> None:
        """Note an error, which is raised once the results that are there are taken."""
        words = self._workers.problem(error)
        if not words and isinstance(error, OSError):
            words = f"the workers cannot go on: {words_of(error)}"
        self._error = SweepError(words) if words else error

    def _begin_again(self) -> None:
        """Replace an executor that has broken down; what it has not finished is run again."""
        wait(self._running)
        for future in list(self._running):
            self._take(future)
        if self._executor is not None:
            self._workers.close(self._executor, ())
        self._executor = None
        self._breaks = 0 if self._found else self._breaks + 1
        if self._breaks >= MOST_BREAKS:
            self._error = SweepError(
                f"workers ended {MOST_BREAKS} times in a row without a result: is there enough "
                "memory? Fewer workers need less"
            )


def sweep(configs: Iterable[TrainingConfig], workers: Workers | Executor) -> Iterator[Result]:
    """Train a run for each config; yield their results in the order in which they end.

    Parameters
    ----------
    configs : iterable of TrainingConfig
        Each must say after how many steps it ends.
    workers : Workers or Executor
        Any `concurrent.futures.Executor` will do.

    Raises
    ------
    SweepError
        If the workers are gone.
    """
    if isinstance(workers, Executor):
        workers = Workers.of(workers)
    with Sweep(map(Task, configs), workers) as running:
        while not running.is_over:
            yield from running.results(1.0)
