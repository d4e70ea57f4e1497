"""Microseconds of a training step, side by side with how others take the very same step.

Run by hand::

    python -m benchmarks.engines

Every contender starts from the same parameters, computes in float64 on all images at once, and is
first held to the same predictions after five steps. Then it is timed: all contenders take turns of
a few milliseconds, so that whatever else the machine does meets all alike, and each one's fastest
turn counts. A peer that is not installed is named as absent. The exit code is 1 where a bound is
exceeded.
"""

from __future__ import annotations

import math
import sys
import time
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from benchmarks.peers import (
    COMPILED,
    COMPILED_RUN,
    CONTENDERS,
    JIT,
    MATRIX,
    NUMPY,
    PLAYGROUND,
    RATE,
    RUN_FOR,
    SCAN,
    TORCH,
    Alone,
    Case,
    Contender,
    NotApplicable,
)
from core.arrays import Array
from core.images import Batch
from core.network import Architecture
from core.run import Trainer
from core.settings import TrainingConfig

ROUNDS = 25
WINDOWS = 10
"""Turns of each contender in a round …"""
WINDOW_SECONDS = 0.004
"""… and how long one is, about: so short that some are disturbed by nothing else."""


def bound_of(case: Case, name: str) -> float | None:
    """Return how large the ratio of a contender may be, see `ratio_of`."""
    if name == RUN_FOR:
        return 1.35 if len(case.batch) == 1000 else None
    if name == COMPILED:
        return 0.6 if case.is_small else 1.0
    if name == PLAYGROUND:
        return 0.25
    if name == TORCH:
        return 0.10 if case.is_small else 1.0
    return {JIT: 0.7, NUMPY: 0.6}.get(name) if case.is_small else None


def ratio_of(name: str, best: dict[str, float]) -> tuple[float, str] | None:
    """Return the ratio that tells most of a contender, and what it is."""
    if name in (RUN_FOR, COMPILED_RUN):
        alone = MATRIX if name == RUN_FOR else COMPILED
        return best[name] / best[alone], f"× {alone}"
    if name == COMPILED:
        return (best[name] / best[SCAN], f"× {SCAN}") if SCAN in best else None
    if name == PLAYGROUND and COMPILED in best:
        return best[COMPILED] / best[name], "= compiled ÷ this"
    return None if name == MATRIX else (best[MATRIX] / best[name], "= matrix ÷ this")


def cases() -> list[Case]:
    """Make the five networks and their images."""
    made = []
    for hidden, images in (((), 10), ((), 1000), ((4,), 10), ((8, 8), 32)):
        config = TrainingConfig(hidden=hidden, images=images, seed=1, learning_rate=RATE)
        sizes = "→".join(map(str, config.architecture.sizes))
        kind = "tanh" if hidden else "linear"
        batch = Trainer(config).run.here.images
        name = f"{sizes} {kind}, {images:,} images"
        made.append(Case(name, config.architecture, batch, config))
    large = np.random.default_rng(0).uniform(0, 1, (256, 64))
    architecture = Architecture((256, 256), bias=True, inputs=64)
    batch = Batch(large, large.mean(axis=1))
    made.append(Case("64→256→256→1 tanh, 256 images", architecture, batch, None, is_small=False))
    return made


def seconds(contender: Contender, steps: int) -> float:
    """Time so many steps."""
    started = time.perf_counter()
    contender.run(steps)
    return time.perf_counter() - started


def measure(case: Case) -> tuple[dict[str, float], dict[str, str]]:
    """Time every contender; give seconds a step, and why some are missing."""
    present: dict[str, Contender] = {}
    missing: dict[str, str] = {}
    for name, build in CONTENDERS.items():
        try:
            present[name] = build(case)
        except ImportError:
            missing[name] = "absent: not installed"
        except NotApplicable as reason:
            missing[name] = f"absent: {reason}"
    steps: dict[str, int] = {}
    expected: dict[int, Array] = {}
    for name, contender in present.items():
        chunk = getattr(contender, "CHUNK", 1)
        taken = chunk * 5
        if taken not in expected:
            fresh = Alone(case)
            fresh.run(taken)
            expected[taken] = fresh.predict()
        contender.run(taken)
        # With a bias where the others have none, scikit-learn's run is another one from step 2 on.
        if name not in (PLAYGROUND, "scikit-learn") or case.architecture.bias:
            np.testing.assert_allclose(contender.predict(), expected[taken], rtol=0, atol=1e-9)
        steps[name], each = taken, math.inf
        for _ in range(6):  # the first ones tell little, and any of them may be disturbed
            each = min(each, seconds(contender, steps[name]) / steps[name])
            steps[name] = max(1, round(WINDOW_SECONDS / each / chunk)) * chunk
    best = dict.fromkeys(present, math.inf)
    for _ in range(ROUNDS):
        for name in present:
            if name in (MATRIX, RUN_FOR, COMPILED, COMPILED_RUN, NUMPY):
                # Where arrays happen to lie in memory makes a difference, so they lie again.
                present[name] = CONTENDERS[name](case)
                present[name].run(5)
        for _ in range(WINDOWS):
            for name, contender in present.items():
                best[name] = min(best[name], seconds(contender, steps[name]) / steps[name])
    return best, missing


def main() -> int:
    """Measure everything, print one table, and say whether every bound holds."""
    versions = []
    for package in ("numpy", "numba", "torch", "jax", "scikit-learn", "micrograd"):
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            versions.append(f"{package} absent")
    print(f"Python {sys.version.split()[0]}, " + ", ".join(versions))
    print(f"µs a training step, float64; the fastest of {ROUNDS * WINDOWS} turns\n")
    print(f"{'case':<31}{'contender':<17}{'µs':>10}   ratio, bound")
    over = 0
    for case in cases():
        best, missing = measure(case)
        label = case.name
        for name in CONTENDERS:
            line = f"{label:<31}{name:<17}"
            label = ""
            if name in missing:
                print(f"{line}{'–':>10}   {missing[name]}")
                continue
            bound, found = bound_of(case, name), ratio_of(name, best)
            told = "" if found is None else f"{found[0]:.3f} {found[1]}"
            if bound is not None and found is not None:
                told += f", ≤ {bound:.2f} {'ok' if found[0] <= bound else 'OVER'}"
                over += found[0] > bound
            print(f"{line}{best[name] * 1e6:>10,.2f}   {told}".rstrip())
        print(flush=True)
    print("every bound holds" if not over else f"{over} over their bound")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
