"""What a GPU makes of the steps: whether its numbers are right, how long they take, and from when
on it pays.

Run by hand, on a machine with a GPU, in less than five minutes::

    python -m benchmarks.device

It prints tables that can be pasted into a page: the device's base rates, the largest difference
from the matrix engine, five workloads and others, predicted from those rates and measured with the
graph of a step and without it, and the size of a step from which the GPU is faster than the
compiled engine, or than matrix where numba is missing.
Where torch finds no GPU, all of it is done on torch's CPU, and says so: then only the differences
count. The exit code is 1 if one exceeds 1e-12.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import product
from unittest import mock

import numpy as np

from benchmarks.engines import cases
from benchmarks.peers import Alone, Case, Compiled, Contender
from core.engines import gpu
from core.engines.gpu.devices import Device, device
from core.images import Batch
from core.network import Architecture
from core.prediction import predict
from core.rates import Rates, measure
from core.rates.gpu import measure as rates_of_device
from core.rates.gpu.products import SIDES
from core.run import Trainer
from core.settings import TrainingConfig
from tui.words.machine import rate_rows, time_text

MOST = 1e-12
"""How far a number may be from the matrix engine's, for each 1 of its size."""
WINDOW_SECONDS = 0.005
WINDOWS = 30
LADDER = (
    ((), 1_000),
    ((8, 8), 32),
    ((64, 64), 10),
    ((64, 64), 32),
    ((64, 64), 100),
    ((64, 64), 320),
    ((64, 64), 1_000),
    ((256, 256), 1_000),
    ((1024, 1024), 1_000),
    ((2048, 2048), 10_000),
)
"""Hidden layers and images, by multiply-adds a step; without a GPU the last two are left out."""


class Gpu(Compiled):
    """The gpu engine: many steps in one call, each a graph where there is CUDA."""

    ENGINE = "gpu"


class Eager(Gpu):
    """The same without graphs: each call of a step is launched for itself."""

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        with without_graphs():
            self.run(1)


def without_graphs() -> AbstractContextManager[object]:
    """Let nothing be recorded for a while."""
    return mock.patch.object(Device, "has_graphs", False)


def fastest(work: Callable[[int], object]) -> float:
    """Return the seconds of one of so many repetitions, in the fastest of some short turns."""
    count, took = 1, 0.0
    work(1)
    while took < WINDOW_SECONDS:
        started = time.perf_counter()
        work(count)
        took = time.perf_counter() - started
        if took < WINDOW_SECONDS:
            count = max(2 * count, int(count * WINDOW_SECONDS / max(took, 1e-7)))
        if took > 1.0:
            return took / count
    best = took / count
    for _ in range(WINDOWS - 1):
        started = time.perf_counter()
        work(count)
        best = min(best, (time.perf_counter() - started) / count)
    return best


def base_rates(found: Device) -> Rates:
    """Measure this machine's base rates and the device's, and print those of the device."""
    known, name = rates_of_device()
    rates = replace(measure(), gpu=known, gpu_name=name if found.is_gpu else "")
    print(f"\n{line('time of one', 'fastest', 'median', 'per second')}")
    print(line("---", *["---:"] * 3))
    for row in rate_rows(rates):
        if row.what.startswith("gpu engine: "):
            what = row.what.removeprefix("gpu engine: ")
            print(line(what, row.fastest, row.median, row.about_per_second))
    single = product_seconds(found)
    ratio = single / known["product"].fastest
    print(line("multiply-add, large, float32", time_text(single), "", f"{ratio:.2g} of float64's"))
    return rates


def product_seconds(found: Device) -> float:
    """Time a multiply-add of a large product in float32: GPUs for games are made for that."""
    import torch

    side = SIDES[found.is_gpu]
    first, second, out = (
        torch.rand(side, side, dtype=torch.float32, device=found.kind) for _ in range(3)
    )
    wait = getattr(torch, found.kind).synchronize

    def repeated(count: int) -> None:
        for _ in range(count):
            torch.mm(first, second, out=out)
        wait()

    return fastest(repeated) / side**3


class WideConfig(TrainingConfig):
    """A run on images of more pixels than 4."""

    inputs = 64

    @property
    def architecture(self) -> Architecture:
        """The network's shape."""
        return replace(super().architecture, inputs=self.inputs)


def predicted(case: Case, rates: Rates) -> float:
    """Predict the microseconds of a step."""
    shape = case.architecture
    kind = TrainingConfig if shape.inputs == TrainingConfig().architecture.inputs else WideConfig
    config = kind(hidden=shape.hidden, images=len(case.batch), bias=shape.bias, engine="gpu")
    assert config.architecture.sizes == shape.sizes
    return predict(config, rates).seconds * 1e6


def configs() -> list[TrainingConfig]:
    """Combine networks, optimizers and batches, as far as the time goes."""
    networks: list[dict[str, object]] = [
        {},
        {"hidden": (5, 3), "activation": "tanh,relu"},
        {"hidden": (40,), "activation": "sigmoid", "output": "sigmoid", "task": "diagonal"},
    ]
    optimizers: list[dict[str, object]] = [
        {"optimizer": "sgd", "clip_norm": 0.1, "l1": 0.01, "l2": 0.02},
        {"optimizer": "momentum", "nesterov": True, "schedule": "cosine", "warmup_steps": 3},
        {"optimizer": "rmsprop", "learning_rate": 0.01, "epsilon": 0.1, "centered": True},
        {"optimizer": "adam", "learning_rate": 0.01, "epsilon": 1e-3, "amsgrad": True},
    ]
    batches: list[dict[str, object]] = [{"images": 150}, {"images": 40, "batch_size": 16}]
    return [
        TrainingConfig(**network | optimizer | batch, engine="gpu", seed=1)  # type: ignore[arg-type]
        for network, optimizer, batch in product(networks, optimizers, batches)
    ]


def differences() -> tuple[float, float, bool]:
    """Return how far an evaluation and 100 steps are from the matrix engine's, at most, and
    whether steps have the same bits with a graph and without."""
    evaluated, stepped, is_same = 0.0, 0.0, True
    for config in configs():
        ours, theirs = Trainer(config), Trainer(replace(config, engine="matrix"))
        with without_graphs():
            eager = Trainer(config)
            eager.run.run_for(math.inf, max_steps=100)
        mine, other = (each.run.here.compute() for each in (ours, theirs))
        evaluated = max(evaluated, apart(mine.gradient, other.gradient))
        evaluated = max(evaluated, apart(mine.predictions, other.predictions))
        for each in (ours, theirs):
            each.run.run_for(math.inf, max_steps=100)
        after = [each.run.here.network.parameters for each in (ours, theirs, eager)]
        stepped = max(stepped, apart(after[0], after[1]))
        is_same &= after[0].tobytes() == after[2].tobytes()
    return evaluated, stepped, is_same


def apart(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the largest difference, for each 1 of a number's size above 1."""
    return float((np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs))).max())


def rung(hidden: tuple[int, ...], images: int) -> Case:
    """Return a network and images to time."""
    pixels = np.random.default_rng(0).uniform(0, 1, (images, 4))
    architecture = Architecture(hidden, bias=bool(hidden))
    name = f"{'→'.join(map(str, architecture.sizes))}, {images:,} images"
    return Case(name, architecture, Batch(pixels, pixels.mean(axis=1)), None)


def microseconds(build: Callable[[Case], Contender], case: Case) -> float | None:
    """Time a step; None if what it needs is not installed."""
    try:
        contender = build(case)
    except ImportError:
        return None
    contender.run(1)
    return fastest(contender.run) * 1e6


def line(*cells: object) -> str:
    """Write a row of a table."""
    return f"| {' | '.join('–' if cell is None else str(cell) for cell in cells)} |"


def rounded(number: float | None) -> str | None:
    """Write microseconds with three digits or more."""
    return None if number is None else f"{number:,.{0 if number >= 100 else 2}f}"


def main() -> int:
    """Measure everything, print the tables, and say whether the numbers are right."""
    if not gpu.is_installed():
        print("torch is missing: pip install '.[torch]'", file=sys.stderr)
        return 2
    import torch

    started, found = time.perf_counter(), device()
    print(f"torch {torch.__version__}, float64, on: {found.name if found.is_gpu else 'the CPU'}")
    if not found.is_gpu:
        print(f"{found.name}: the times below are the CPU's, and no GPU's.")
    rates = base_rates(found)
    evaluated, stepped, is_same = differences()
    is_right = max(evaluated, stepped) <= MOST
    words = f"{evaluated:.1e} in an evaluation, {stepped:.1e} after 100 steps"
    print(f"\nLargest difference from matrix: {words}; {'ok' if is_right else 'OVER'}, ≤ {MOST}")
    if found.has_graphs:
        print(f"With a graph and without: {'the same bits' if is_same else 'OTHER BITS'}.")
    print("\nMicroseconds of a step, the fastest of some turns:\n")
    own = ("predicted", "gpu, graph", "gpu, eager", "measured ÷ predicted")
    print(line("network", "multiply-adds", *own, "compiled", "matrix"))
    print(line("---", *["---:"] * 7))
    ladder = [rung(*each) for each in (LADDER if found.is_gpu else LADDER[:-2])]
    pays: int | None = None
    for case in [*cases(), *ladder]:
        graph = microseconds(Gpu, case) if found.has_graphs else None
        eager = microseconds(Eager, case)
        others = microseconds(Compiled, case), microseconds(Alone, case)
        count = 3 * case.architecture.weight_count * len(case.batch)
        count -= case.architecture.sizes[0] * case.architecture.sizes[1] * len(case.batch)
        foreseen, found_own = predicted(case, rates), graph or eager
        ratio = None if found_own is None else f"{found_own / foreseen:.2f}"
        cells = [rounded(foreseen), rounded(graph), rounded(eager), ratio, *map(rounded, others)]
        print(line(case.name, f"{count:,}", *cells), flush=True)
        best = min(each for each in others if each is not None)
        wins = min(each for each in (graph, eager) if each is not None) < best
        if wins and case in ladder and (pays is None or count < pays):
            pays = count
    if found.is_gpu:
        words = "never here" if pays is None else f"from {pays:,} multiply-adds a step on"
        print(f"\nThe GPU is faster than the CPU's engines: {words}.")
    print(f"\n{time.perf_counter() - started:.0f} seconds in all")
    return 0 if is_right and (is_same or not found.has_graphs) else 1


if __name__ == "__main__":
    sys.exit(main())
