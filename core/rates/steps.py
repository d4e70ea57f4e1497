"""Probes of what a training step costs around its numpy calls, with the engine itself.

The engine's whole step is timed. What it takes longer than its calls do is what Python takes for a
step, however large the network. As a difference of times that other programs disturb may come out
far too small, even below 0, a step that calls nothing is timed as well: no step takes less.
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import repeat

import numpy as np

from core.arrays import Array
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
from core.rates.rates import Rate, scaled

TIMES = 18
"""Steps in a window: the caches hold what they hold in a run, but for the first few."""
EPOCH = 3
"""Steps of an epoch, of which a window has at least one."""
TRANSPOSED = 1024
"""Images that are laid side by side."""
WEIGHTS = 4
"""Of the network that is timed."""
SHUFFLED = 12_288
MANY_SHUFFLED = 65_536
"""Images that are shuffled: few, and so many that they leave the nearest caches."""
NONE = Rate(0.0, 0.0)


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


def problem(
    architecture: Architecture, method: str = "backprop", optimizer: str = "sgd", loss: str = "mse"
) -> Problem:
    """Return what an engine is built for: a network of small parameters that never move."""
    parameters = np.full(architecture.parameter_count, 0.01)
    rule = Rule.fresh(OPTIMIZERS[optimizer], options(), len(parameters))
    return Problem(Network(architecture, parameters), LOSSES[loss], method, rule)


def images(count: int, inputs: int = 4) -> Batch:
    """Return so many images."""
    numbers = np.random.default_rng(0).uniform(0.0, 1.0, (count, inputs))
    return Batch(numbers, numbers.mean(axis=1))


class Steps:
    """Steps as a run takes them, see `core.run.stepper.Stepper.take`.

    Parameters
    ----------
    engine : Engine
        Takes them.
    network : Network
        Whose parameters move.
    batches : Batches
        The images.
    """

    def __init__(self, engine: Engine, network: Network, batches: Batches) -> None:
        self._engine, self._batches, self._parameters = engine, batches, network.parameters
        self._previous = network.parameters.copy()
        is_linear = network.architecture.is_linear
        self._dot = None if is_linear else np.zeros(len(network.parameters)).dot
        self._step = 0
        engine.evaluate(batches.at(0))

    def take(self, count: int) -> None:
        """Take so many steps."""
        engine, previous, parameters = self._engine, self._previous, self._parameters
        losses: list[float] = []
        clock, append, batch_at = time.perf_counter, losses.append, self._batches.at
        evaluate, update, dot, stops = engine.evaluate, engine.update, self._dot, None
        step, last = self._step, self._step + count
        while True:
            previous[...] = parameters
            update()
            step += 1
            evaluation = None
            evaluation = evaluate(batch_at(step), None)
            loss = evaluation.loss
            append(loss)
            if not -math.inf < loss <= math.inf or step == last or clock() >= math.inf:
                break
            if dot is not None and dot(parameters) != 0.0:
                break
            if stops is not None:
                break
        self._step = step


def listed(given: Problem, *, backward: bool) -> Counter[str]:
    """Count the calls of numpy in a step on one image, or in a forward pass alone, by function."""
    parameters = given.network.parameters
    gradient = parameters.copy()
    lists = Pass(given, parameters, gradient, 1)
    operations = lists.forward
    if backward:
        update = given.rule.operations(given.network.architecture, parameters, gradient)
        operations = [*update, *operations, *lists.backward]
    found = Counter(function.__name__ for function, _ in operations)
    found["vector dot"] += 1  # the loss
    found["copy"] += backward  # the parameters before the step
    return found


def assessed(engine: Engine, batch: Batch) -> None:
    """Assess a batch so many times."""
    for _ in range(TIMES):
        engine.assess(batch)


def nudged(engine: Engine, batch: Batch) -> None:
    """Nudge each parameter, so many times."""
    for _ in range(TIMES):
        engine.evaluate(batch)


def shuffled(batches: Batches) -> None:
    """Begin an epoch, and the next one."""
    batches.at(0)
    batches.at(batches.per_epoch)


def transposed(pixels: Array, out: Array) -> None:
    """Lay images side by side, so many times."""
    for _ in range(TIMES):
        out[...] = pixels.T


def restored(parameters: Array, previous: Array, frozen: frozenset[int]) -> None:
    """Take frozen weights back to what they were, so many times."""
    for _ in range(TIMES):
        for index in frozen:
            parameters[index] = previous[index]


def scheduled(engine: Engine) -> None:
    """Begin so many steps of a schedule."""
    for step in range(TIMES):
        engine.begin_at(step)


def emptied(given: Problem, batch: Batch) -> MatrixEngine:
    """Return an engine that does all that it does around the calls of numpy, and none of them."""
    loss = replace(given.loss, total=lambda _: 0.0)
    engine = MatrixEngine(replace(given, loss=loss))
    engine.evaluate(batch)
    engine.assess(batch)
    for calls in engine.lists():
        calls.clear()
    return engine


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
    engine, numbers = MatrixEngine(given), given.network.parameters
    several, many = images(SHUFFLED), images(MANY_SHUFFLED)
    of_batches, of_epochs, of_large, of_one = (
        Steps(MatrixEngine(given), given.network, batches)
        for batches in (
            Batches(several, 1, 0),
            Batches(images(EPOCH), 1, 0),
            Batches(several, SHUFFLED // EPOCH, 0),
            Batches(images(SHUFFLED // EPOCH), SHUFFLED // EPOCH, 0),
        )
    )
    nudging, bare = problem(Architecture(bias=False), "nudge"), emptied(given, one)
    windows: dict[str, Callable[[], object]] = {
        "step": partial(Steps(engine, given.network, Batches(one, 1, 0)).take, TIMES),
        "step of a batch": partial(of_batches.take, TIMES),
        "part": partial(assessed, engine, one),
        "nudge": partial(nudged, MatrixEngine(nudging), one),
        "bare step": partial(Steps(bare, given.network, Batches(one, 1, 0)).take, TIMES),
        "bare part": partial(assessed, bare, one),
        "bare nudge": partial(nudged, emptied(nudging, one), one),
        "step of epochs": partial(of_epochs.take, TIMES),
        "step of large batches": partial(of_large.take, EPOCH),
        "step of a large batch": partial(of_one.take, EPOCH),
        "many shuffled": partial(shuffled, Batches(many, MANY_SHUFFLED // 2, 0)),
        "schedule": partial(scheduled, engine),
        "frozen": partial(restored, numbers.copy(), numbers, frozenset(range(WEIGHTS))),
        "transposed": partial(transposed, several.images[:TRANSPOSED], np.empty((4, TRANSPOSED))),
        "call": called,
        "loop": looped,
    }
    for name, window in windows.items():
        times = 2 if "shuffled" in name else EPOCH if "large" in name else TIMES
        yield Probe(name, window, times)


def calls(readings: Readings, functions: Mapping[str, Rate]) -> dict[str, Rate]:
    """Return the seconds of what a step does around the calls of numpy.

    Parameters
    ----------
    readings : Readings
        Of all probes.
    functions : mapping of str to Rate
        Seconds of a call of each function of numpy.
    """
    given = problem(Architecture(bias=False))
    step, forward = (listed(given, backward=backward) for backward in (True, False))
    passes = Counter({name: (1 + WEIGHTS) * count for name, count in forward.items()})
    alone = {name: readings.rate(f"bare {name}") for name in ("step", "part", "nudge")}
    alone["step"] = _beyond(alone["step"], Counter(("copy",)), functions)
    nudges = _beyond(readings.rate("nudge"), passes, functions, alone["nudge"])
    return {
        "step": _beyond(readings.rate("step"), step, functions, alone["step"]),
        "part": _beyond(readings.rate("part"), forward, functions, alone["part"]),
        "nudge": scaled(nudges, 1.0 / WEIGHTS, 1.0 / WEIGHTS),
        "batch": readings.rate("step of a batch", above="step"),
        "epoch": readings.combined(
            {"step of epochs": EPOCH, "step of a batch": -EPOCH},
        ),
        "schedule": readings.rate("schedule"),
        "frozen": readings.rate("frozen", WEIGHTS),
        "python": readings.rate("call", above="loop"),
        "python loop": readings.rate("loop"),
    }


def _beyond(
    whole: Rate, called: Counter[str], functions: Mapping[str, Rate], least: Rate = NONE
) -> Rate:
    """Return what is left of some seconds without so many calls of each function; at least what is
    known to be left.

    Where other programs run, a window of many steps may miss the machine's best moments while one
    of a few calls finds them: then the medians differ by less than the fastest do.
    """
    median = whole.median - sum(n * functions[name].median for name, n in called.items())
    fastest = whole.fastest - sum(n * functions[name].fastest for name, n in called.items())
    fastest = max(min(fastest, median), least.fastest)
    return Rate(fastest, max(median, least.median, fastest))


def elementwise(readings: Readings) -> dict[str, Rate]:
    """Return the seconds to shuffle an image, and to lay a number of an image beside others."""
    transpose = readings.rate("transposed", 4 * TRANSPOSED)
    # A step of a large batch, less what it takes without an epoch: all but the shuffling.
    few = readings.combined(
        {
            "step of large batches": EPOCH,
            "step of a large batch": -EPOCH,
            "step of epochs": -EPOCH,
            "step": EPOCH,
            "transposed": -5.0 * SHUFFLED / (4 * TRANSPOSED),
        },
        SHUFFLED,
    )
    many = readings.rate("many shuffled", MANY_SHUFFLED)
    return {"shuffle": few, "shuffle many": many, "transpose": transpose}
