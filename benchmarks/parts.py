"""Milliseconds of an evaluation that the matrix engine does in parts or in blocks.

Run by hand::

    python -m benchmarks.parts

A batch may be cut into parts of its images, each of which adds to the gradient, or layers into
blocks of neurons, which do not. For each network the same batch is evaluated as the engine cuts it,
in parts that are small enough without blocks (so it was done before there were blocks), and in one
piece. They take turns, and the fastest round of each counts. What a cancelled evaluation goes on
for is its longest call. Processor time of one thread counts, so set OPENBLAS_NUM_THREADS=1.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from core.engines import MatrixEngine, Problem, matrix
from core.images import Batch
from core.network import LOSSES, OPTIMIZERS, Architecture, Network, Rule, initial_parameters
from core.settings import TrainingConfig

ROUNDS = 7
CASES = (
    ((2048, 2048), 32),
    ((2048, 2048), 1000),
    ((512, 512), 1000),
    ((300_000,), 50),
    ((64, 64), 20_000),
    ((), 500_000),
)
"""Hidden layers and images."""
OWN, PARTS, WHOLE = "the engine's", "in parts only", "in one piece"
UNLIMITED = 1 << 62
BOUNDS = {PARTS: 1.15, WHOLE: 1.6}
"""How many times as long as another way the engine's own may take: one piece cannot stop."""


@dataclass(frozen=True)
class Way:
    """One way to cut a batch."""

    name: str
    limits: dict[str, int]
    """Constants of `core.engines.matrix` that decide it."""


def ways(problem: Problem) -> list[Way]:
    """Return the ways to cut, the engine's own first."""
    small = max(1, matrix.BLOCK // problem.network.architecture.weight_count)
    numbers = min(matrix.PART_NUMBERS, small * sum(problem.network.architecture.sizes))
    whole = dict.fromkeys(("BLOCK", "BLOCK_NUMBERS", "PART_NUMBERS"), UNLIMITED)
    return [
        Way(OWN, {}),
        Way(PARTS, {"PART_NUMBERS": numbers, "PART_IMAGES": 1}),
        Way(WHOLE, whole),
    ]


def problem_of(hidden: tuple[int, ...]) -> Problem:
    """Return a network with biases, and plain gradient descent."""
    architecture = Architecture(hidden, bias=True)
    network = Network(architecture, initial_parameters(architecture, 1))
    count = architecture.parameter_count
    rule = Rule.fresh(OPTIMIZERS["sgd"], TrainingConfig().options, count)
    return Problem(network, LOSSES["mse"], "backprop", rule)


@contextmanager
def cut_by(limits: dict[str, int]) -> Iterator[None]:
    """Let the engine cut by other limits for a while."""
    before = {name: getattr(matrix, name) for name in limits}
    for name, limit in limits.items():
        setattr(matrix, name, limit)
    try:
        yield
    finally:
        for name, limit in before.items():
            setattr(matrix, name, limit)


def seconds(work: object, *arguments: object) -> float:
    """Time one call."""
    assert callable(work)
    started = time.thread_time()
    work(*arguments)
    return time.thread_time() - started


def longest_call(problem: Problem, images: int) -> float:
    """Time each call of a part, and return the longest."""
    parameters = problem.network.parameters
    calls = matrix.Pass(problem, parameters, np.empty_like(parameters), images)
    longest = 0.0
    for operations in (calls.forward, calls.adding):
        for function, arrays in operations:
            fastest = min(seconds(function, *arrays) for _ in range(3))
            longest = max(longest, fastest)
    return longest


def main() -> int:
    """Measure every case and print one table."""
    threads = os.environ.get("OPENBLAS_NUM_THREADS")
    print(f"numpy {np.__version__}; OPENBLAS_NUM_THREADS {threads or 'not set'}")
    print(f"{'network':<22}{'images':>8}   {'cut':<15}{'a part':>8}{'ms':>9}{'longest call':>15}")
    over = 0
    for hidden, images in CASES:
        problem = problem_of(hidden)
        pixels = np.random.default_rng(0).uniform(0, 1, (images, 4))
        batch = Batch(pixels, pixels.mean(axis=1))
        best: dict[str, float] = {}
        engines = {way.name: MatrixEngine(problem) for way in ways(problem)}
        for _ in range(ROUNDS):
            for way in ways(problem):
                with cut_by(way.limits):
                    took = seconds(engines[way.name].evaluate, batch)
                best[way.name] = min(best.get(way.name, took), took)
        sizes = "→".join(map(str, problem.network.architecture.sizes))
        for way in ways(problem):
            with cut_by(way.limits):
                part = matrix.part_size(problem, images)
                call = longest_call(problem, part)
            print(
                f"{sizes:<22}{images:>8,}   {way.name:<15}{part:>8,}"
                f"{best[way.name] * 1e3:>9,.1f}{call * 1e3:>12,.1f} ms",
                flush=True,
            )
            sizes = ""
        over += sum(best[OWN] > bound * best[name] for name, bound in BOUNDS.items())
    print("every bound holds" if not over else f"{over} over their bound")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
