"""Probes of what a training step costs around its numpy calls, with the engine itself.

The engine's whole step is timed, and its bare list of calls as well: the difference is what Python
takes for a step, however large the network.
"""

import math
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import repeat

import numpy as np

from core.arrays import Array, run
from core.engines.engine import Engine, Problem
from core.engines.matrix import MatrixEngine, Pass
from core.images.batches import Batches
from core.images.images import Batch
from core.network.architecture import Architecture
from core.network.losses import LOSSES
from core.network.network import Network
from core.network.optimizers import OPTIMIZERS, Options
from core.network.update import Rule
from core.rates.probes import Probe, Readings
from core.rates.rates import Rate

TIMES = 6
"""Steps in a window."""
WEIGHTS = 4
"""Of the network that is timed."""
SHUFFLED = 2048
"""Images that are shuffled."""


def options() -> Options:
    """Return the options of an update that moves nothing."""
    return Options(
        learning_rate=0.0,
        momentum=0.9,
        nesterov=False,
        alpha=0.9,
        centered=False,
        beta1=0.9,
        beta2=0.9,
        amsgrad=False,
        epsilon=1.0,
        l1=0.0,
        l2=0.0,
        schedule="constant",
        warmup_steps=0,
        decay_steps=1,
        decay_factor=1.0,
        cosine_steps=1,
        cosine_end=1.0,
        clip_norm=None,
        clip_value=None,
    )


def problem(architecture: Architecture, method: str = "backprop") -> Problem:
    """Return what an engine is built for: a network of small parameters that never move."""
    parameters = np.full(architecture.parameter_count, 0.01)
    rule = Rule.fresh(OPTIMIZERS["sgd"], options(), len(parameters))
    return Problem(Network(architecture, parameters), LOSSES["mse"], method, rule)


def images(count: int, inputs: int = 4) -> Batch:
    """Return so many images."""
    numbers = np.random.default_rng(0).uniform(0.0, 1.0, (count, inputs))
    return Batch(numbers, numbers.mean(axis=1))


def steps(engine: Engine, parameters: Array, batches: Batches) -> None:
    """Take steps as a run does, see `core.run.stepper.Stepper.take`."""
    previous, losses = parameters.copy(), list[float]()
    clock, append, batch_at = time.perf_counter, losses.append, batches.at
    evaluate, update, stops, step = engine.evaluate, engine.update, None, 0
    while True:
        previous[...] = parameters
        update()
        step += 1
        evaluation = None
        evaluation = evaluate(batch_at(step), None)
        loss = evaluation.loss
        append(loss)
        if not -math.inf < loss <= math.inf or step == TIMES or clock() >= math.inf:
            return
        if stops is not None:
            return


class Listed:
    """Only the calls of so many steps.

    Parameters
    ----------
    given : Problem
        What the step computes.
    batch : Batch
        The images.
    """

    def __init__(self, given: Problem, batch: Batch) -> None:
        parameters = given.network.parameters
        self._parameters, self._previous = parameters, parameters.copy()
        gradient = parameters.copy()
        self._update = given.rule.operations(given.network.architecture, parameters, gradient)
        self._lists = Pass(given, parameters, gradient, len(batch))
        self._lists.inputs[...] = batch.images.T
        self._lists.output.targets[...] = batch.targets
        self._total = given.loss.total

    def __call__(self) -> None:
        """Make them."""
        lists, previous, parameters = self._lists, self._previous, self._parameters
        for _ in range(TIMES):
            previous[...] = parameters
            run(self._update)
            run(lists.forward)
            self._total(lists.output)
            run(lists.backward)


def assessed(engine: Engine, batch: Batch) -> None:
    """Assess a batch so many times."""
    for _ in range(TIMES):
        engine.assess(batch)


def nudged(engine: Engine, batch: Batch) -> None:
    """Nudge each parameter, so many times."""
    for _ in range(TIMES):
        engine.evaluate(batch)


def forward(lists: Pass, given: Problem) -> None:
    """Make only the calls of that."""
    for _ in range(TIMES):
        run(lists.forward)
        given.loss.total(lists.output)


def epochs(batches: Batches) -> None:
    """Begin so many epochs."""
    for epoch in range(TIMES):
        batches.at(batches.per_epoch * epoch)


def scheduled(engine: Engine) -> None:
    """Begin so many steps of a schedule."""
    for step in range(TIMES):
        engine.begin_at(step)


def nothing() -> None:
    """Do nothing: what calling this takes is what calling takes."""


def called() -> None:
    """Call a function that does nothing."""
    for _ in repeat(None, TIMES):
        nothing()


def looped() -> None:
    """Go through a loop that does nothing."""
    for _ in repeat(None, TIMES):
        pass


def probes() -> Iterator[Probe]:
    """Yield the probes of all that Python does around the calls of numpy."""
    given, one = problem(Architecture(bias=False)), images(1)
    engine, parameters = MatrixEngine(given), given.network.parameters
    lists = Pass(given, parameters, parameters.copy(), 1)
    several = images(SHUFFLED)
    windows: dict[str, Callable[[], object]] = {
        "step": partial(steps, engine, parameters, Batches(one, 1, 0)),
        "step listed": Listed(given, one),
        "step of a batch": partial(steps, MatrixEngine(given), parameters, Batches(several, 1, 0)),
        "part": partial(assessed, engine, one),
        "nudge": partial(nudged, MatrixEngine(problem(Architecture(bias=False), "nudge")), one),
        "part listed": partial(forward, lists, given),
        "epoch 2": partial(epochs, Batches(images(2), 1, 0)),
        f"epoch {SHUFFLED}": partial(epochs, Batches(several, SHUFFLED // 2, 0)),
        "schedule": partial(scheduled, engine),
        "call": called,
        "loop": looped,
    }
    for name, window in windows.items():
        yield Probe(name, window, TIMES)


def calls(readings: Readings) -> dict[str, Rate]:
    """Return the seconds of what a step does around the calls of numpy."""
    return {
        "step": readings.rate("step", above="step listed"),
        "part": readings.rate("part", above="part listed"),
        "nudge": readings.combined({"nudge": 1.0, "part listed": -1.0 - WEIGHTS}, WEIGHTS),
        "batch": readings.rate("step of a batch", above="step"),
        "epoch": readings.rate("epoch 2"),
        "schedule": readings.rate("schedule"),
        "python": readings.rate("call", above="loop"),
        "python loop": readings.rate("loop"),
    }


def shuffle(readings: Readings) -> Rate:
    """Return the seconds to shuffle an image at the beginning of an epoch."""
    return readings.rate(f"epoch {SHUFFLED}", SHUFFLED, above="epoch 2")
