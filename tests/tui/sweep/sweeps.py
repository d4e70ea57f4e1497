"""Sweeps for tests: results that are made up, and workers that wait for a word."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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


def result_of(config: TrainingConfig, place: int, *, has_goal: bool) -> Result:
    """Make up what a run comes to: the more multiply-adds, the lower the loss; times are alike.

    To reach a goal costs 1, 2 and 3 tenths of them with seeds 0, 1 and 2; an odd number of neurons
    does not reach it with seed 2.
    """
    size = sum(config.hidden) + 1
    loss = (1.0 + 0.1 * (place % 3)) / size
    is_reached = has_goal and (place % 3 < 2 or size % 2 == 1)
    tenths = 1 + place % 3
    result = Result(
        config, "steps taken", 100, loss, 1.2 * loss, None, None, 10 * tenths, 100 * tenths * size,
        0.001, 1000 * size, 0.01, STEPS, LOSSES, STEPS,
    )  # fmt: skip
    if is_reached:
        return result
    return replace(result, goal_steps=None, goal_multiply_adds=None, goal_seconds=None)


def work_of(
    sizes: int, seeds: int = 3, done: int | None = None, goal: float | None = None
) -> SweepWork:
    """Return a sweep over sizes of a hidden layer that is done, or so many runs of it."""
    hidden = tuple((size,) for size in range(1, sizes + 1))
    axes: dict[str, tuple[Value, ...]] = {"hidden": hidden, "seed": tuple(range(seeds))}
    with patch.object(Grid, "_count", lambda self: sizes * seeds):
        grid = Grid(axes, lambda values: ending(BASE.with_settings(values)))
    work = SweepWork(Plan(grid, goal, 0.0))
    # Of a config only these settings are looked at; to make 10,000 whole ones takes seconds.
    all_values = list(product(hidden, range(seeds)))[:done]
    configs = (SimpleNamespace(hidden=size, seed=seed) for size, seed in all_values)
    has_goal = goal is not None
    runs = [cast(TrainingConfig, config) for config in configs]
    work.take([result_of(run, place, has_goal=has_goal) for place, run in enumerate(runs)])
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
