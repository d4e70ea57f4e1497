"""Predicted and measured seconds of training steps, side by side.

Run by hand::

    python -m benchmarks.prediction [--seed N] [--passes N]

It draws networks by a seed: 0 to 3 hidden layers of 4 to 2,048 neurons, 1 to 100,000 images, with
and without mini-batches, every activation function and every optimizer. The base rates are not
tuned on them. Passes over all networks and readings of the base rates take turns, and the fastest
of each counts. numpy's library computes on one thread. The exit code is 1 where a bound is exceeded.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

for _threads in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[_threads] = "1"  # before numpy is loaded

import numpy as np

from benchmarks.figure import Figure, percentile
from core.errors import ConfigError
from core.images import Batch
from core.metrics.meter import cost_of
from core.prediction import Prediction, predict
from core.rates.measuring import all_probes, rates_from
from core.rates.probes import read
from core.run import Stepper
from core.settings import TrainingConfig

NETWORKS = 64
"""Networks of each engine."""
LARGEST = {"matrix": 1e9, "compiled": 1e9, "loops": 2e5}
"""Multiply-adds of a step at most, by engine: larger networks are drawn again."""
WINDOW = 1e-3
"""Seconds of a window at least."""
LONG = 0.03
"""Seconds of a step that is taken once a pass."""
KEPT = 2e5
"""Numbers of a network that is kept from one pass to the next; a larger one is made again."""
RATES_SECONDS = 2.0
"""How long the base rates are read, each time."""

BOUNDS = {"matrix": (1.10, 1.30, 2.0), "compiled": (1.10, 1.30, 2.0), "loops": (1.25, 1.6, math.inf)}
"""Median, 90th percentile and largest error allowed, by engine; an error of 1.10 is a prediction
10% above the measurement, or a measurement 10% above the prediction."""


@dataclass
class Timed:
    """A network and its fastest step."""

    config: TrainingConfig
    stepper: Stepper | None = None
    best: float = math.inf
    epochs: int = 1

    def measure(self) -> None:
        """Take steps in a few more windows, each of whole epochs."""
        stepper = self.stepper or started(self.config)
        per_epoch = stepper.batches.per_epoch
        taken(stepper, per_epoch)
        for _ in range(5):
            seconds = taken(stepper, self.epochs * per_epoch)
            self.best = min(self.best, seconds)
            self.epochs = max(int(WINDOW / (self.best * per_epoch)), 1)
            if seconds > LONG:
                break
        numbers = self.config.architecture.parameter_count + self.config.images
        self.stepper = stepper if numbers < KEPT else None


def started(config: TrainingConfig) -> Stepper:
    """Return a run at its first step, on random images."""
    images = np.random.default_rng(0).uniform(0.0, 1.0, (config.images, 4))
    stepper = Stepper.first(config, Batch(images, (images.mean(axis=1) > 0.5).astype(float)))
    stepper.judge(stepper.compute())
    return stepper


def taken(stepper: Stepper, steps: int) -> float:
    """Take so many steps and return the seconds of each."""
    losses: list[float] = []
    begun = time.thread_time()  # other programs interrupt a long window
    with np.errstate(over="ignore", invalid="ignore"):
        stepper.take(math.inf, steps, None, losses)
    seconds = time.thread_time() - begun
    assert len(losses) == steps, "the run went no further"
    return seconds / steps


def drawn(engine: str, seed: int, number: int) -> TrainingConfig:
    """Draw one network."""
    random = np.random.default_rng([seed, number, len(engine)])
    while True:
        hidden = tuple(
            round(2.0 ** random.uniform(2.0, 11.0)) for _ in range(int(random.integers(0, 4)))
        )
        images = round(10.0 ** random.uniform(0.0, 5.0))
        batches = int(random.choice([1, 1, 2, 5, 20]))
        batch = -(-images // batches)
        yes_no = bool(random.random() < 0.3)
        optimizer = ("sgd", "momentum", "rmsprop", "adam")[number % 4]
        try:
            config = TrainingConfig(
                hidden=hidden,
                activation=",".join(random.choice(["tanh", "relu", "sigmoid"], len(hidden)))
                if hidden
                else "tanh",
                task="xor" if yes_no else "darkness",
                output="sigmoid" if yes_no else "linear",
                loss="bce" if yes_no and random.random() < 0.5 else "mse",
                images=batch * batches,
                batch_size=batch,
                learning_rate=1e-9,
                optimizer=optimizer,
                l2=0.01 if random.random() < 0.2 else 0.0,
                clip_norm=1.0 if random.random() < 0.1 else None,
                engine=engine,
            )
        except ConfigError:
            continue
        if cost_of(config, batch).step <= LARGEST[engine]:
            return config


def named(config: TrainingConfig) -> str:
    """Describe a network in a line."""
    sizes = "→".join(map(str, config.architecture.sizes))
    batch = "" if config.is_full_batch else f"{config.batch_size:,} of "
    return f"{sizes} {config.activation}, {batch}{config.images:,}, {config.optimizer}"


def errors_of(pairs: Sequence[tuple[Timed, Prediction]]) -> list[float]:
    """Return how far predictions are off, as factors from 1 up."""
    return [math.exp(abs(math.log(each.seconds / timed.best))) for timed, each in pairs]


def table(engine: str, pairs: Sequence[tuple[Timed, Prediction]]) -> list[Figure]:
    """Print one line for each network, and return the errors with their bounds."""
    print(f"\n{engine}: predicted ÷ measured; share of call, compute, memory")
    for timed, each in sorted(pairs, key=lambda pair: pair[0].best):
        shares = (each.share.call, each.share.compute, each.share.memory)
        told = " ".join(f"{100 * share / each.seconds:>3.0f}%" for share in shares)
        print(
            f"{timed.best * 1e6:>12,.1f} µs {each.seconds * 1e6:>12,.1f} µs "
            f"{each.seconds / timed.best:>6.2f}  {told}  {named(timed.config)}"
        )
    errors = errors_of(pairs)
    median, most, worst = BOUNDS[engine]
    return [
        Figure(f"{engine}, median error", percentile(errors, 0.5), "×", at_most=median),
        Figure(f"{engine}, 90% are within", percentile(errors, 0.9), "×", at_most=most),
        Figure(f"{engine}, largest error", max(errors), "×", at_most=worst),
    ]


def main() -> int:
    """Measure everything, print the tables, and say whether every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="draws the networks")
    parser.add_argument("--passes", type=int, default=5, help="passes over all networks")
    parser.add_argument("--engines", nargs="+", default=["matrix", "loops"])
    given = parser.parse_args()
    networks = {
        engine: [Timed(drawn(engine, given.seed, number)) for number in range(NETWORKS)]
        for engine in given.engines
    }
    print(f"load {os.getloadavg()[0]:.1f}, numpy {np.__version__}, one thread, seed {given.seed}")
    probes = all_probes()
    readings = read(probes, RATES_SECONDS)
    for _ in range(given.passes):
        for timed in (each for several in networks.values() for each in several):
            timed.measure()
            gc.collect()
        readings += read(probes, RATES_SECONDS)
    rates = rates_from(readings)
    figures: list[Figure] = []
    for engine, several in networks.items():
        figures += table(engine, [(each, predict(each.config, rates)) for each in several])
    print()
    for figure in figures:
        print(figure)
    holds = all(figure.holds for figure in figures)
    print("every bound holds" if holds else "a bound is exceeded")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
