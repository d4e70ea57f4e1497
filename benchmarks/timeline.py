"""What going back costs: the time to any moment, the memory of it, and the speed it takes away.

Run by hand::

    python -m benchmarks.timeline

A run of the default network is trained for a million steps, in pieces as short as the screen's.
Then it stands at random moments of it, and at the neighbours of each. The speed is that of the run
beside the same steps with nothing kept, in turn. One table; the exit code is 1 where a bound is
exceeded.
"""

import math
import statistics
import sys
import time
import tracemalloc
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from random import Random

import numpy as np

from core import DEFAULT_IMAGE, Trainer, TrainingConfig
from core.arrays import Array
from core.files import read_session, session_of, written
from core.metrics.history import LossHistory
from core.run import Deadline, Moment, Run, Stepper
from tui.worker.training import WORK

STEPS = 1_000_000
MOMENTS = 50
ROUNDS = 15
"""Of each of the two, in turn, for the speed."""
ROUND = 0.4
"""Seconds."""
LARGE = 4.0
"""Seconds of training for the large network, whose checkpoints have to be thinned out."""


@dataclass(frozen=True)
class Figure:
    """One measured number and what it has to keep to."""

    name: str
    value: float
    unit: str
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        return self.at_most is None or self.value <= self.at_most

    def __str__(self) -> str:
        bound = "" if self.at_most is None else f"≤ {self.at_most:g}"
        verdict = "" if self.at_most is None else "ok" if self.holds else "OVER"
        return f"{self.name:<56}{self.value:>12,.2f} {self.unit:<5}{bound:>7}  {verdict}".rstrip()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that such a share of them does not exceed."""
    return sorted(values)[min(len(values), math.ceil(share * len(values))) - 1]


def trained(steps: int) -> Trainer:
    """Train the default network as the screen does at full speed."""
    trainer = Trainer(TrainingConfig())
    while trainer.run.step_count < steps:
        trainer.run.run_for(WORK, max_steps=steps - trainer.run.step_count)
    return trainer


def time_to(trainer: Trainer, moment: Moment | None) -> float:
    """Return the milliseconds until a moment is there, with all that a screen shows of it."""
    assert moment is not None
    started = time.perf_counter()
    trainer.run.go_to(moment)
    trainer.snapshot()
    took = time.perf_counter() - started
    assert trainer.run.moment == moment
    return 1e3 * took


def travels(trainer: Trainer) -> list[Figure]:
    """Travel to random moments; from each, a step back, ten back, and a step on."""
    chance = Random(0)
    there: list[float] = []
    beside: list[float] = []
    for _ in range(MOMENTS):
        there.append(time_to(trainer, trainer.run.moment_at(chance.randrange(10, STEPS - 10))))
        beside.append(time_to(trainer, trainer.run.moment_before()))
        beside.append(time_to(trainer, trainer.run.moment_before(9)))
        beside.append(time_to(trainer, trainer.run.moment_at(trainer.run.step_count + 1)))
    return [
        Figure("a random moment, median", statistics.median(there), "ms"),
        Figure("a random moment, p95", percentile(there, 0.95), "ms", 100),
        Figure("a neighbour of it, median", statistics.median(beside), "ms"),
        Figure("a neighbour of it, p95", percentile(beside, 0.95), "ms", 16),
    ]


def session_of_it(trainer: Trainer) -> list[Figure]:
    """Save the run and open it again, as far as a screen shows it."""
    started = time.perf_counter()
    content = b"".join(written(session_of(trainer, DEFAULT_IMAGE)))
    saved = time.perf_counter()
    opened = read_session(content).trainer()
    opened.run.ensure_evaluated()
    opened.snapshot()
    ended = time.perf_counter()
    assert opened.run.step_count == trainer.run.step_count
    return [
        Figure("its session", len(content) / 2**10, "KiB"),
        Figure("writing it, but for the disk", 1e3 * (saved - started), "ms"),
        Figure("opening it", 1e3 * (ended - saved), "ms", 1_000),
        Figure("from there to the middle", time_to(opened, opened.run.moment_at(STEPS // 2)), "ms"),
    ]


def memory_of(trainer: Trainer, name: str, at_most: float) -> list[Figure]:
    """Count the bytes that a copy of all checkpoints takes, what they share counted once."""
    checkpoints = trainer.run.log.timeline._checkpoints
    tracemalloc.start()
    copied = deepcopy(checkpoints)
    held = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    return [
        Figure(f"checkpoints, {name}", len(copied), ""),
        Figure(f"their memory, {name}", held, "MiB", at_most),
    ]


class Bare:
    """Steps as a run takes them, with nothing kept of them but the losses."""

    def __init__(self, run: Run) -> None:
        self.here = Stepper.first(run.config, run.here.images)
        self.history = LossHistory()

    @property
    def step_count(self) -> int:
        """Updates so far."""
        return self.here.step_count

    def run_for(self, seconds: float) -> None:
        """Take steps for some time."""
        here, deadline = self.here, Deadline()
        deadline.at = time.perf_counter() + seconds
        if here.evaluation is None:
            here.evaluation = here.compute()
        here.judge(here.evaluation)
        losses: list[Array] = []
        with np.errstate(over="ignore", invalid="ignore"):
            here.take(deadline, sys.maxsize, None, losses)
        self.history.extend(np.concatenate(losses))
        here.judge(here.evaluation)


def speed_of(run: Run | Bare) -> float:
    """Return the steps a second over a round."""
    first, started = run.step_count, time.perf_counter()
    while time.perf_counter() < started + ROUND:
        run.run_for(WORK)
    return (run.step_count - first) / (time.perf_counter() - started)


def speeds() -> list[Figure]:
    """Train with the timeline and without, in turn; each round is compared with its neighbour."""
    with_it = Run.of(TrainingConfig())
    without = Bare(with_it)
    with_it.run_for(0.3)
    without.run_for(0.3)
    pairs: list[tuple[float, float]] = []
    for turn in range(ROUNDS):
        if turn % 2:
            ours = speed_of(with_it)
            pairs.append((ours, speed_of(without)))
        else:
            bare = speed_of(without)
            pairs.append((speed_of(with_it), bare))
    lost = statistics.median(1 - ours / bare for ours, bare in pairs)
    return [
        Figure("steps a second with nothing kept", statistics.median(b for _, b in pairs), "/s"),
        Figure("steps a second with the timeline", statistics.median(a for a, _ in pairs), "/s"),
        Figure("speed that the timeline takes", 100 * lost, "%", 10),
    ]


def main() -> int:
    """Measure everything, print one table, and say whether the bounds hold."""
    print(f"the essay's network after {STEPS:,} steps; {MOMENTS} random moments\n")
    default_network = trained(STEPS)
    figures = (
        session_of_it(default_network)
        + memory_of(default_network, "4→1", 64)
        + travels(default_network)
    )
    figures += memory_of(default_network, "4→1 after these travels", 64)
    large = Trainer(TrainingConfig(hidden=(256, 256), images=10))
    ends = time.perf_counter() + LARGE
    while time.perf_counter() < ends:
        large.run.run_for(WORK)
    figures += memory_of(large, "4→256→256→1", 64)
    figures += speeds()
    for figure in figures:
        print(figure)
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
