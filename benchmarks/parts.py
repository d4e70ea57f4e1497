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
from unittest import mock

import numpy as np

from core.engines import MatrixEngine, Problem, matrix
from core.engines.matrix import Limits
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


def ways(problem: Problem) -> dict[str, Limits]:
    """Return the ways to cut, by name."""
    own, sizes = matrix.LIMITS, problem.network.architecture.sizes
    small = max(1, own.block // problem.network.architecture.weight_count)
    numbers = min(own.part_numbers, small * sum(sizes))
    return {
        OWN: own,
        PARTS: own._replace(part_numbers=numbers, part_images=1),
        WHOLE: Limits(UNLIMITED, UNLIMITED, UNLIMITED, 1),
    }


def problem_of(hidden: tuple[int, ...]) -> Problem:
    """Return a network with biases, and plain gradient descent."""
    architecture = Architecture(hidden, bias=True)
    network = Network(architecture, initial_parameters(architecture, 1))
    count = architecture.parameter_count
    rule = Rule.fresh(OPTIMIZERS["sgd"], TrainingConfig().options, count)
    return Problem(network, LOSSES["mse"], "backprop", rule)


def seconds(work: object, *arguments: object) -> float:
    """Time one call."""
    assert callable(work)
    started = time.thread_time()
    work(*arguments)
    return time.thread_time() - started


def longest_call(problem: Problem, images: int, limits: Limits) -> float:
    """Time each call of a part, and return the longest."""
    parameters = problem.network.parameters
    calls = matrix.Pass(problem, parameters, np.empty_like(parameters), images, limits)
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
        cut = ways(problem)
        engines = {name: MatrixEngine(problem) for name in cut}
        for _ in range(ROUNDS):
            for name, limits in cut.items():
                with mock.patch.object(matrix, "LIMITS", limits):
                    took = seconds(engines[name].evaluate, batch)
                best[name] = min(best.get(name, took), took)
        sizes = "→".join(map(str, problem.network.architecture.sizes))
        for name, limits in cut.items():
            part = matrix.part_size(problem, images, limits)
            call = longest_call(problem, part, limits)
            print(
                f"{sizes:<22}{images:>8,}   {name:<15}{part:>8,}"
                f"{best[name] * 1e3:>9,.1f}{call * 1e3:>12,.1f} ms",
                flush=True,
            )
            sizes = ""
        over += sum(best[OWN] > bound * best[name] for name, bound in BOUNDS.items())
    print("every bound holds" if not over else f"{over} over their bound")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
