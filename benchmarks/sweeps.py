"""What it costs to hand out a run, on each kind of workers, and what a million runs would take.

Run by hand::

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.sweeps

An empty task is handed out, trained by nobody and taken back: 300 of them one by one, 3,000 in
batches as a sweep makes them, and one alone. Then 24 short runs are trained on each kind; all kinds
must find the same numbers. Then 16 runs of about 0.1 s for each engine: the speed-up is the time
that they take inline, divided by the time that they take on two workers. Dask is measured where it
is installed, on a scheduler of this machine, and the compiled engine where numba is. Times are the
fastest of several rounds. The exit code is 1 where a bound is exceeded.
"""

import math
import os
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from benchmarks.empty_task import empty
from benchmarks.figure import Figure
from core import TrainingConfig
from core.engines import ENGINES
from core.engines.compiled import compile_into, keep_in
from core.run import ending
from core.sweeps import Grid, Groups, Result, Sweep, Task, Workers, workers_of
from tui.files.folders import cache_folder

WORKERS = 2
EMPTY = 300
ROUNDS = 5
RUN_SECONDS = (0.001, 0.1, 10.0)
"""Lengths of runs, of which a million is foreseen."""
MILLION = 1_000_000


@dataclass(frozen=True)
class Cost:
    """What a kind of workers costs, in seconds."""

    kind: str
    start: float
    """Until the first results, with all that has to be imported and connected."""
    each: float
    """An empty task among many, each handed out by itself."""
    batched: float
    """The same, handed out as short runs are."""
    alone: float
    """An empty task that nobody waits behind."""
    sweep: float
    """24 real runs, without the start."""


def grid_of(**axes: Sequence[object]) -> Grid:
    """Combine values with the defaults."""
    values = {name: tuple(each) for name, each in axes.items()}
    return Grid(values, lambda given: ending(TrainingConfig().with_settings(given)))  # type: ignore[arg-type]


REAL = grid_of(hidden=[(1,), (2,), (4,), (8,)], learning_rate=[0.05, 0.1], seed=range(3))
LONG = {"matrix": 2_000, "compiled": 3_000}
"""Steps that take about 0.1 s, by engine."""
LONG_ROUNDS = 7


def all_of(tasks: Iterable[Task], workers: Workers) -> list[Result]:
    """Train a sweep to its end."""
    found: list[Result] = []
    with Sweep(tasks, workers) as running:
        while not running.is_over:
            found += running.results(10.0)
    return found


def seconds(act: Callable[[], object]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


@contextmanager
def kept_open(kind: str) -> Iterator[tuple[Workers, float]]:
    """Yield workers whose executor outlasts a sweep, and how long they took to start."""
    started = time.perf_counter()
    with workers_of(kind, WORKERS) as workers:
        executor = workers.start()
        started_already = replace(workers, start=lambda: executor, close=lambda *_: None)
        started_already = replace(started_already, stop=lambda _: None)
        # Every worker is started by then.
        all_of(tasks_of(4 * WORKERS), replace(started_already, run_all=empty))
        yield started_already, time.perf_counter() - started
        workers.close(executor, ())


def tasks_of(count: int) -> list[Task]:
    """Return tasks whose configs differ."""
    return [Task(TrainingConfig(seed=seed, steps=300)) for seed in range(count)]


def cost_of(kind: str) -> tuple[Cost, list[Result]]:
    """Measure a kind of workers; return what real runs found as well."""
    few, many, one = tasks_of(EMPTY), tasks_of(10 * EMPTY), tasks_of(1)
    with kept_open(kind) as (real, start):
        workers = replace(real, run_all=empty)
        singly = replace(workers, batch_seconds=0.0)
        each = min(seconds(lambda: all_of(few, singly)) for _ in range(ROUNDS)) / EMPTY
        batched = min(seconds(lambda: all_of(many, workers)) for _ in range(ROUNDS))
        alone = min(seconds(lambda: all_of(one, singly)) for _ in range(10 * ROUNDS))
        all_of(list(map(Task, REAL))[: 2 * WORKERS], real)
        found: list[Result] = []
        took = seconds(lambda: found.extend(all_of(map(Task, REAL), real)))
    return Cost(kind, start, each, batched / (10 * EMPTY), alone, took), found


def long_runs(kinds: Sequence[str]) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield each engine, and how long 16 runs take on each kind of workers, measured in turn."""
    with ExitStack() as stack:
        opened = {kind: stack.enter_context(kept_open(kind))[0] for kind in kinds}
        for engine, steps in LONG.items():
            if engine not in ENGINES:
                continue
            grid = grid_of(engine=[engine], hidden=[(8,)], steps=[steps], seed=range(16))
            took = dict.fromkeys(kinds, math.inf)
            # The first round loads the engine.
            for _ in range(1 + LONG_ROUNDS):
                for kind, workers in opened.items():
                    took[kind] = min(took[kind], seconds(partial(all_of, map(Task, grid), workers)))
            yield engine, took


def in_words(seconds: float) -> str:
    """Write a time with a unit that suits it."""
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def numbers(results: Iterable[Result]) -> list[Result]:
    """Return results in order, without their times."""
    plain = [replace(each, seconds=0.0) for each in results]
    return sorted(plain, key=lambda each: str(each.config))


def memory_of_a_run() -> float:
    """Return the bytes that are kept of a run's result."""
    config = TrainingConfig(steps=300)
    groups, count = Groups(("hidden", "seed")), 5_000
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(count):
        sizes = (1 + number % 10,)
        for result in empty((Task(replace(config, hidden=sizes, seed=number)),)):
            groups.add(result)
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return used / count


def main() -> int:
    """Measure and print everything; return 1 where a bound is exceeded."""
    keep_in(Path(cache_folder()))
    if "compiled" in ENGINES:
        compile_into(Path(cache_folder()))
    print(f"load {os.getloadavg()[0]:.2f} before the start; {WORKERS} workers\n")
    with local_cluster() as address:
        kinds = ["inline", "threads", "processes", *([f"dask:{address}"] if address else [])]
        measured = [cost_of(kind) for kind in kinds]
        speed_ups = list(long_runs(kinds))
    expected = numbers(measured[0][1])
    columns = ("start", "an empty task", "in batches", "one alone", "24 runs")
    print(f"{'':<12}" + "".join(f"{name:>15}" for name in columns))
    for cost, _ in measured:
        times = (cost.start, cost.each, cost.batched, cost.alone, cost.sweep)
        name = cost.kind.partition(":")[0]
        print(f"{name:<12}" + "".join(f"{in_words(each):>15}" for each in times))
    for engine, took in speed_ups:
        print(f"\n16 runs on the {engine} engine, and the speed-up over inline")
        for kind, seconds_taken in took.items():
            name, ratio = kind.partition(":")[0], took["inline"] / seconds_taken
            print(f"{name:<12}{in_words(seconds_taken):>15}{ratio:>15.2f}")
    lengths = ", ".join(map(in_words, RUN_SECONDS))
    print(f"\na million runs, each of {lengths}; then on a cluster of 2,000 workers")
    for cost, _ in measured:
        name = cost.kind.partition(":")[0]
        # The matrix engine holds Python's lock: threads train one run at a time.
        once = 1 if name in ("inline", "threads") else WORKERS
        at_once = [once, 1000 * once] if name == "dask" else [once]
        foreseen = [
            MILLION * max(cost.batched, (each + cost.batched) / count)
            for count in at_once
            for each in RUN_SECONDS
        ]
        print(f"{name:<12}" + "".join(f"{in_words(each):>12}" for each in foreseen))
    started = time.process_time()
    grid_of(seed=range(2_000))
    check = (time.process_time() - started) / 2_000
    same = all(numbers(found) == expected for _, found in measured)
    figures = [
        Figure("different numbers on other workers", float(not same), at_most=0),
        Figure("memory kept of a run", memory_of_a_run(), "bytes", at_most=1024),
        Figure("to check a combination before the start", 1e6 * check, "µs", at_most=1000),
        Figure("an empty task on processes", 1e3 * measured[2][0].each, "ms", at_most=2),
        Figure("the same in batches", 1e3 * measured[2][0].batched, "ms", at_most=0.5),
    ]
    print()
    for figure in figures:
        print(figure)
    return int(not all(figure.holds for figure in figures))


@contextmanager
def local_cluster() -> Iterator[str]:
    """Start a scheduler and its workers, where dask is installed; yield its address."""
    if find_spec("distributed") is None:
        print("dask is not installed: not measured\n")
        yield ""
        return
    from distributed import LocalCluster

    options = {"threads_per_worker": 1, "dashboard_address": ":0", "host": "127.0.0.1"}
    with LocalCluster(n_workers=WORKERS, **options) as cluster:
        yield cluster.scheduler_address


if __name__ == "__main__":
    sys.exit(main())
