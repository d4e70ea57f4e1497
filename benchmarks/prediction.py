"""Predicted and measured seconds of training steps, side by side.

Run by hand::

    python -m benchmarks.prediction [--seed N] [--seconds N]

It draws networks by a seed: 0 to 3 hidden layers of 4 to 2,048 neurons, 1 to 100,000 images, with
and without mini-batches, every activation function and every optimizer. The base rates are not
tuned on them. Windows of all networks and of the base rates' probes take turns, and the fastest of
each counts. numpy's library computes on one thread. The exit code is 1 where a bound is exceeded.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import sys
import time
from collections.abc import Sequence
from functools import partial

import numpy as np

from benchmarks.figure import Figure, percentile
from core.arrays import Array
from core.engines.compiled import load
from core.errors import ConfigError
from core.images import Batch
from core.metrics.meter import cost_of
from core.prediction import predict
from core.rates import Rates
from core.rates.measuring import all_probes, rates_from
from core.rates.probes import Probe, read
from core.rates.steps import Steps
from core.run import Deadline, Stepper
from core.settings import TrainingConfig

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
NETWORKS = 64
"""Networks of each engine."""
LARGEST = {"matrix": 1e8, "compiled": 1e8, "loops": 5e4}
"""Multiply-adds of a step at most, by engine: larger networks are drawn again."""
WINDOW = 5e-4
"""Seconds of a window, about, if a step is shorter: most of its steps find in the caches what the
steps of a run find there, and other programs do not interrupt it …"""
LONG_WINDOW = 1e-3
"""… but for an engine that takes many steps in a call."""

BOUNDS = {
    "matrix": (1.10, 1.30, 2.0),
    "compiled": (1.10, 1.30, 2.0),
    "loops": (1.25, 1.6, math.inf),
}
"""Median, 90th percentile and largest error allowed, by engine; an error of 1.10 is a prediction
10% above the measurement, or a measurement 10% above the prediction."""


class Network:
    """A network that is timed.

    Parameters
    ----------
    config : TrainingConfig
        What it is made from.
    """

    def __init__(self, config: TrainingConfig) -> None:
        self.config = config
        images = np.random.default_rng(0).uniform(0.0, 1.0, (config.images, 4))
        targets = (images.mean(axis=1) > 0.5).astype(float)
        self._stepper = Stepper.first(config, Batch(images, targets))
        self._stepper.judge(self._stepper.compute())
        engine, batches = self._stepper.engine, self._stepper.batches
        takes_many = hasattr(engine, "steps")
        steps = None if takes_many else Steps(engine, self._stepper.network, batches)
        self.take = self._take_many if steps is None else steps.take
        window = LONG_WINDOW if takes_many else WINDOW
        self.take(batches.per_epoch)
        self.steps, seconds = batches.per_epoch, 0.0
        """Steps of a window: whole epochs."""
        # A call of an engine that takes many steps is itself as long as some of them.
        while seconds < window / 2.0:
            begun = time.thread_time()
            self.take(self.steps)
            seconds = time.thread_time() - begun
            if seconds < window / 2.0:
                self.steps *= 2

    def _take_many(self, steps: int) -> None:
        """Take so many steps with an engine that takes several in a call."""
        losses: list[Array] = []
        while (left := steps - sum(map(len, losses))) > 0:
            self._stepper.take(Deadline(), left, None, losses)

    def probe(self, name: str) -> Probe:
        """Return what times it, beside the probes of the base rates."""
        return Probe(name, partial(self.take, self.steps), self.steps)


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


def table(engine: str, timed: Sequence[tuple[TrainingConfig, float]], rates: Rates) -> list[Figure]:
    """Print one line for each network, and return the errors with their bounds."""
    print(f"\n{engine}: measured, predicted, predicted ÷ measured; share of call, compute, memory")
    errors = []
    for config, seconds in sorted(timed, key=lambda each: each[1]):
        each = predict(config, rates)
        errors.append(math.exp(abs(math.log(each.seconds / seconds))))
        shares = (each.share.call, each.share.compute, each.share.memory)
        told = " ".join(f"{100 * share / each.seconds:>3.0f}%" for share in shares)
        print(
            f"{seconds * 1e6:>12,.1f} µs {each.seconds * 1e6:>12,.1f} µs "
            f"{each.seconds / seconds:>6.2f}  {told}  {named(config)}"
        )
    median, most, worst = BOUNDS[engine]
    return [
        Figure(f"{engine}, median error", percentile(errors, 0.5), "×", at_most=median),
        Figure(f"{engine}, 90% are within", percentile(errors, 0.9), "×", at_most=most),
        Figure(f"{engine}, largest error", max(errors), "×", at_most=worst),
    ]


def main() -> int:
    """Measure everything, print the tables, and say whether every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=2, help="draws the networks")
    parser.add_argument("--seconds", type=float, default=180.0, help="how long to measure")
    parser.add_argument("--engines", nargs="+", default=["matrix", "loops"])
    given = parser.parse_args()
    if any(os.environ.get(name) != count for name, count in ONE_THREAD.items()):
        # numpy's library reads them when it is loaded.
        again = [sys.executable, "-m", "benchmarks.prediction", *sys.argv[1:]]
        os.execve(sys.executable, again, os.environ | ONE_THREAD)
    if "compiled" in given.engines:
        load()  # its base rates are measured only where it is loaded
    print(f"load {os.getloadavg()[0]:.1f}, numpy {np.__version__}, one thread, seed {given.seed}")
    networks = {
        f"{engine} network {number}": Network(drawn(engine, given.seed, number))
        for engine in given.engines
        for number in range(NETWORKS)
    }
    probes = [*all_probes(), *(network.probe(name) for name, network in networks.items())]
    gc.collect()
    gc.freeze()  # or else the collector goes through all networks whenever one of them is timed
    readings = read(probes, given.seconds)
    rates = rates_from(readings)
    figures: list[Figure] = []
    for engine in given.engines:
        timed = [
            (network.config, readings.rate(name).fastest)
            for name, network in networks.items()
            if network.config.engine == engine
        ]
        figures += table(engine, timed, rates)
    print()
    for figure in figures:
        print(figure)
    holds = all(figure.holds for figure in figures)
    print("every bound holds" if holds else "a bound is exceeded")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
