"""Sweeps for tests: results that are made up, and workers that wait for a word."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from types import SimpleNamespace
from typing import cast
from unittest.mock import patch

from core import Cancelled, TrainingConfig
from core.run import ending
from core.settings import Value
from core.sweeps import Grid, Result, Task, Workers, run
from core.sweeps.executors import InlineExecutor
from tui.sweep.draft import Plan
from tui.sweep.work import SweepWork

STEPS = tuple(range(0, 100, 5))
LOSSES = tuple(1.0 / (step + 1) for step in STEPS)
BASE = TrainingConfig(images=20, steps=10)


def result_of(config: TrainingConfig, place: int) -> Result:
    """Make up what a run comes to: the more multiply-adds, the lower the loss; times are alike."""
    size = sum(config.hidden) + 1
    loss = (1.0 + 0.1 * (place % 3)) / size
    return Result(
        config, "steps taken", 100, loss, 1.2 * loss, None, None, None, None, None,
        1000 * size, 0.01, STEPS, LOSSES, STEPS,
    )  # fmt: skip


def work_of(sizes: int, seeds: int = 3, done: int | None = None) -> SweepWork:
    """Return a sweep over sizes of a hidden layer that is done, or so many runs of it."""
    hidden = tuple((size,) for size in range(1, sizes + 1))
    axes: dict[str, tuple[Value, ...]] = {"hidden": hidden, "seed": tuple(range(seeds))}
    with patch.object(Grid, "_count", lambda self: sizes * seeds):
        grid = Grid(axes, lambda values: ending(BASE.with_settings(values)))
    work = SweepWork(Plan(grid, None, 0.0))
    # Of a config only these settings are looked at; to make 10,000 whole ones takes seconds.
    all_values = list(product(hidden, range(seeds)))[:done]
    configs = (SimpleNamespace(hidden=size, seed=seed) for size, seed in all_values)
    work.take([result_of(cast(TrainingConfig, each), n) for n, each in enumerate(configs)])
    return work


@contextmanager
def held(allowed: int) -> Iterator[threading.Semaphore]:
    """Have so many runs trained, and each other one when it is released."""
    gate, stopped = threading.Semaphore(allowed), threading.Event()

    def run_all(batch: tuple[Task, ...]) -> tuple[Result, ...]:
        while not gate.acquire(timeout=0.01):
            if stopped.is_set():
                raise Cancelled
        return tuple(map(run, batch))

    @contextmanager
    def workers_of(kind: str, count: int) -> Iterator[Workers]:
        stopped.clear()
        yield Workers(1, InlineExecutor, run_all, lambda _: stopped.set(), ahead=1)

    with patch("tui.sweep.work.workers_of", workers_of):
        yield gate
