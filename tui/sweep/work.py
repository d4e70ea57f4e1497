"""A sweep that is trained beside the screen, and what it has found so far."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core import Cancelled
from core.arrays import IsCancelled
from core.atomic import words_of
from core.errors import SweepError
from core.settings import TrainingConfig, Value
from core.structs import Struct
from core.sweeps import (
    Finished,
    Groups,
    Result,
    Sweep,
    Task,
    begun_with,
    kind_for,
    workers_of,
)
from tui.sweep.draft import Draft, Plan
from tui.sweep.keeping import Keeping, kept_files

_WAIT = 0.1
"""Seconds until a stop is noticed at the latest, where no run ends."""
_ONE = threading.Lock()
"""Held by the sweep that is trained: one that was told to stop needs its file for a moment more."""

Values = tuple[Value, ...]
Curve = NDArray[np.float32]
"""Of shape (2, points): the steps, or with a goal the multiply-adds; and the loss of each."""


class Progress(Struct):
    """How far a sweep is."""

    runs: int
    """Runs that are done."""
    total: int
    is_running: bool
    seconds: float
    """Of training so far."""
    left: float | None
    """Roughly the seconds until the end; None while that is unknown."""
    problem: str
    """What ended it, in words; mostly empty."""


class SweepWork:
    """A sweep, trained by workers beside the event loop; it can be stopped, and go on.

    A thread waits for the results and takes them in. The screen looks at them now and then, and
    nothing waits for it.

    Parameters
    ----------
    plan : Plan
        What is to be trained.
    before : SweepWork, optional
        The sweep before this one on the screen: it is forgotten once this one begins.
    """

    def __init__(self, plan: Plan, before: "SweepWork | None" = None) -> None:
        self.plan = plan
        self.keeping: Keeping = Keeping(None if before is None else before.keeping)
        """Its file."""
        self.groups = Groups(plan.grid.names)
        self.curves: dict[Values, Curve] = {}
        """The loss curve of each run, by the settings that differ."""
        self._lock = threading.Lock()
        self._sweep: Sweep | None = None
        self._is_stopped = threading.Event()
        self._is_running = False
        self._before = 0
        self._started = 0.0
        self._seconds = 0.0
        self._problem = ""

    @classmethod
    def last(cls, cancelled: IsCancelled) -> "SweepWork | None":
        """Return the sweep that ended last and that no program shows, as it was then; or None.

        Every run of it is checked and looked up, which takes about a millisecond each.

        Raises
        ------
        SweepError
            If its file cannot be read.
        Cancelled
            Once `cancelled` has said so.
        """
        works = (cls._read(path, cancelled) for path in kept_files())
        return next((work for work in works if work.curves), None)

    @classmethod
    def _read(cls, path: str, cancelled: IsCancelled) -> "SweepWork":
        """Return the sweep of a file, which is held from now on if there are results in it."""
        plan = Draft(*begun_with(path)).plan(cancelled)
        if not isinstance(plan, Plan):
            raise SweepError(f"{path}: {' '.join(plan)}")
        work = cls(plan)
        with ExitStack() as undo:
            undo.callback(work.keeping.leave)
            file = work.keeping.read(path, plan)
            for config in plan.grid:
                if cancelled():
                    raise Cancelled
                if file.holds(config):
                    work.take([file.result(config)])
            if work.curves:
                undo.pop_all()
        return work

    # -- training ---------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin, or go on; `train` does the rest."""
        self._is_running, self._problem = True, ""
        self._before, self._started = len(self.curves), time.perf_counter()
        self._is_stopped.clear()

    async def train(self) -> None:
        """Train what is not trained yet, until all is done or it is stopped."""
        await asyncio.to_thread(self._train)

    def _train(self) -> None:
        """Train in this thread; it alone uses the workers."""
        try:
            left = len(self.plan.grid) - self._before
            grid, goal = self.plan.grid, self.plan.goal
            seconds = self.plan.seconds * left / len(grid)
            count = min(os.cpu_count() or 1, left)
            tasks = (Task(each, goal) for each in grid if not self._is_known(each))
            with (
                _ONE,
                workers_of(kind_for(seconds), count) as workers,
                Sweep(tasks, workers) as sweep,
            ):
                if not self._is_stopped.is_set():
                    self.keeping.begin(self.plan)
                self._sweep = sweep
                while not (sweep.is_over or self._is_stopped.is_set()):
                    found = sweep.results(_WAIT)
                    self.take(found)
                    self.keeping.add(found)
        except SweepError as error:
            self._problem = str(error)
        finally:
            self._sweep = None
            self._seconds += time.perf_counter() - self._started
            self._is_running = False
            self.keeping.end()

    def stop(self) -> None:
        """Stop at once; what is found stays, and runs that are not finished are trained again."""
        self._is_stopped.set()
        if (sweep := self._sweep) is not None:
            sweep.stop()

    @property
    def is_stopped(self) -> bool:
        """Whether it was told to stop; its thread may need a moment more."""
        return self._is_stopped.is_set()

    def _is_known(self, config: TrainingConfig) -> bool:
        return self._key(config) in self.curves

    def _key(self, config: TrainingConfig) -> Values:
        return tuple(getattr(config, name) for name in self.groups.all_names)

    def take(self, results: Sequence[Result]) -> None:
        """Take in results; of a curve only what can be drawn."""
        has_goal = self.plan.grid.has_goal(self.plan.goal)
        with self._lock, np.errstate(over="ignore"):
            for result in results:
                across = result.curve_multiply_adds if has_goal else result.curve_steps
                curve = np.array([across, result.curve_losses])
                # Before its row: whoever sees that looks for the curve, and takes no lock for it.
                self.curves[self._key(result.config)] = curve.astype(np.float32)
                self.groups.add(result)

    # -- looking ----------------------------------------------------------------------------------

    @property
    def progress(self) -> Progress:
        """How far it is."""
        is_running = self._is_running  # before the runs: none comes after its end
        runs, total = len(self.curves), len(self.plan.grid)
        now = time.perf_counter() - self._started if is_running else 0.0
        done = runs - self._before
        left = now / done * (total - runs) if is_running and done else None
        return Progress(runs, total, is_running, self._seconds + now, left, self._problem)

    @contextmanager
    def results(self, *, waits: bool = True) -> Iterator[Groups | None]:
        """Keep what is found as it is, and return it; None if it is in use and nobody waits."""
        if not self._lock.acquire(blocking=waits):
            yield None
            return
        try:
            yield self.groups
        finally:
            self._lock.release()

    def finished(self) -> Finished:
        """Return what there is, to be written; it changes unless `results` keeps it as it is."""
        now = self.progress
        return Finished(self.plan.grid, self.plan.goal, self.groups, now.runs, 0, now.seconds)

    def config_of(self, values: Values) -> TrainingConfig:
        """Return the config of a run, by its values of `Groups.all_names`."""
        return self.plan.grid.config_of(dict(zip(self.groups.all_names, values, strict=True)))


@dataclass
class Look:
    """How a person looks at the table of a sweep."""

    sorted_by: str = ""
    """The title of a column; empty: the usual one."""
    opened: frozenset[Values] = frozenset()
    """The combinations whose runs are shown."""
    selected: tuple[Values, bool] | None = None
    """The selected row, and whether it is a run; None: whichever is first."""
    top: int = 0
    """The first row in sight."""


@dataclass
class Kept:
    """What is kept of sweeps while their screen is closed."""

    work: SweepWork | None = None
    """The last sweep that was begun."""
    look: Look = field(default_factory=Look)
    """How it was looked at last."""
    looking: "asyncio.Task[SweepWork | str] | None" = None
    """Looks for the last sweep of an earlier start; goes on when the screen is closed."""
    _has_ended: threading.Event = field(default_factory=threading.Event, compare=False)
    texts: dict[str, str] = field(default_factory=dict)
    """What was typed for it, by field."""

    @property
    def is_training(self) -> bool:
        """Whether runs are trained now."""
        return self.work is not None and self.work.progress.is_running

    async def last_sweep(self) -> SweepWork | str:
        """Return the last sweep of an earlier start, or in words why not; empty if there is none.

        To read a long one takes seconds.
        """
        if self.looking is None:
            self.looking = asyncio.create_task(asyncio.to_thread(self._last))
        return await asyncio.shield(self.looking)

    def _last(self) -> SweepWork | str:
        try:
            return SweepWork.last(self._has_ended.is_set) or ""
        except Cancelled:
            return ""
        except OSError as error:
            return words_of(error)
        except SweepError as error:
            return str(error)

    def stop(self) -> None:
        """Stop what is being trained."""
        if self.work is not None:
            self.work.stop()

    def end(self) -> None:
        """Stop everything: the program ends."""
        self._has_ended.set()
        self.stop()
        if self.work is not None:
            self.work.keeping.leave()
