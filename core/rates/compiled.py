"""Probes of the compiled engine, where it is loaded.

Its kernel takes many steps in a call. What a step takes is a sum: so much for each loop that is
begun, for each number that an activation computes, for each multiply-add. The rates are those with
the least squares of the relative errors over networks that are drawn by a seed.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from core.arrays import Array, Operation, aligned, run
from core.engines.calls import Calls
from core.engines.compiled.sizes import TILE, VECTOR, WIDEST
from core.engines.engine import Problem, SteppingEngine, Stretch
from core.images.batches import Batches
from core.images.images import Batch
from core.network.activations import ACTIVATIONS
from core.network.architecture import Architecture
from core.network.clipping import is_clipped
from core.network.optimizers import OPTIMIZERS, Options
from core.network.update import Rule
from core.rates.probes import Probe, Readings
from core.rates.products import fastest_multiply_add, least_squares
from core.rates.rates import Rate, scaled
from core.rates.steps import images, options, problem

DRAWN = 64
"""Networks that are timed."""
WINDOW = 5e-5
"""Seconds of a window, about."""
NUMBERS = 1024
"""Numbers of an array that a compiled activation computes."""
TIMES = 16
"""Calls of it in a window."""
COMPILED_KINDS = tuple(name for name, kind in ACTIVATIONS.items() if not kind.is_linear)
"""The activations that are compiled."""
EPOCH = 3
EPOCHS = 12
"""Steps of an epoch, and epochs in a window, of steps as a run takes them."""


def is_small(architecture: Architecture, method: str) -> bool:
    """Whether the kernel takes the steps; the others are made of matrix products."""
    return method == "backprop" and max(architecture.sizes) <= WIDEST


def columns_of(count: int) -> int:
    """Return how many images a tile has room for."""
    return TILE if count > TILE else -(-count // VECTOR) * VECTOR


def terms(
    architecture: Architecture,
    count: int,
    loss: str,
    optimizer: str,
    given: Options,
    *,
    per_call: float,
    is_loading: bool,
) -> dict[str, float]:
    """Count what a step of the kernel repeats, by the names of its rates.

    Parameters
    ----------
    architecture : Architecture
        The network.
    count : int
        B, the images.
    loss, optimizer : str
        Their names.
    given : Options
        Of the update.
    per_call : float
        Steps that a call takes.
    is_loading : bool
        Whether each step has other images.
    """
    columns = columns_of(count)
    tiles = -(-count // columns)
    numbers, parameters = tiles * columns, architecture.parameter_count
    is_changed = is_clipped(given) or given.l1 > 0.0 or given.l2 > 0.0
    found: defaultdict[str, float] = defaultdict(float)
    found["call"] = 1.0 / per_call
    found["load"] = numbers * (architecture.inputs + 1) if is_loading else 0
    is_four = architecture.is_default and loss == "mse"
    if is_four:
        found["four"], found["four image"] = 1, numbers
        if optimizer == "sgd" and not is_changed:
            return found
    found["four updated" if is_four else "step"] = 1
    found[f"update {optimizer}"] = parameters
    if optimizer == "adam":
        found["adam"] = 1
    if is_changed:
        found["changed"] = parameters
    if is_four:
        return found
    found["tile"] = tiles
    found[f"image {loss}"] = numbers
    last = len(architecture.layers) - 1
    for number, layer in enumerate(architecture.layers):
        inputs, outputs, kind = layer.inputs, layer.outputs, layer.activation.name
        biases = outputs if layer.bias else 0
        found["forward loop"] += tiles * outputs * -(-inputs // 4)
        found["gradient loop"] += tiles * (outputs * (inputs // 4 + inputs % 4) + biases)
        found["forward multiply-add"] += numbers * inputs * outputs
        found["gradient multiply-add"] += numbers * (inputs * outputs + biases)
        if not layer.activation.is_linear:
            found[f"value {kind}"] += numbers * outputs
        if not layer.activation.is_linear and (number < last or loss == "mse"):
            found[f"slopes {kind}"] += numbers * outputs
        if number > 0:
            found["carry loop"] += tiles * inputs * (outputs // 4 + outputs % 4)
            found["carried multiply-add"] += numbers * inputs * outputs
    return found


def is_computed(name: str) -> bool:
    """Whether what is repeated computes numbers; else it is what begins or ends that."""
    return not (
        name in ("call", "step", "tile", "four", "four updated", "adam") or name.endswith("loop")
    )


class _Network:
    """A network that is timed: one of those drawn, or the default one."""

    def __init__(self, number: int) -> None:
        random = np.random.default_rng([0, number])
        hidden = tuple(
            round(2.0 ** random.uniform(0.0, 5.0)) for _ in range(int(random.integers(0, 4)))
        )
        kinds = [str(random.choice(["tanh", "relu", "sigmoid"])) for _ in hidden]
        self.loss, output = [("mse", "linear"), ("mse", "sigmoid"), ("bce", "sigmoid")][number % 3]
        self.optimizer = list(OPTIMIZERS)[number // 3 % 4]
        if number % 4 == 0:  # the default network, with each optimizer
            hidden, kinds, self.loss, output = (), [], "mse", "linear"
            self.optimizer = list(OPTIMIZERS)[number // 4 % 4]
        self.architecture = Architecture(
            hidden, ",".join(kinds) or "tanh", output, bias=bool(hidden)
        )
        self.given = replace(options(), l2=0.1) if number % 7 == 3 else options()
        self.count = round(10.0 ** random.uniform(0.0, 3.0))
        self.is_loading = number % 5 == 4
        work = 3.0 * self.architecture.weight_count * (self.count + VECTOR)
        self.steps = max(1, min(256, int(WINDOW / (1e-6 + work * 1e-10))))
        if number % 6 == 5:
            self.steps = 1

    def window(self, build: Callable[[Problem], SteppingEngine]) -> Callable[[], object]:
        """Return what takes the steps."""
        given = problem(self.architecture, "backprop", self.optimizer, self.loss)
        rule = Rule.fresh(OPTIMIZERS[self.optimizer], self.given, self.architecture.parameter_count)
        engine = build(replace(given, rule=rule))
        batch = images(self.count * (self.steps if self.is_loading else 1))
        targets = (batch.targets > 0.5).astype(float)
        stretch = Stretch(
            Batch(batch.images, targets), self.count, 0, 0, frozenset(), -math.inf, math.inf
        )
        return partial(engine.steps, stretch, self.steps, given.network.parameters.copy())

    def terms(self) -> dict[str, float]:
        """Count what a step repeats."""
        return terms(
            self.architecture,
            self.count,
            self.loss,
            self.optimizer,
            self.given,
            per_call=self.steps,
            is_loading=self.is_loading and self.steps > 1,
        )


class _Epochs:
    """Steps of mini-batches as a run takes them."""

    def __init__(self, build: Callable[[Problem], SteppingEngine]) -> None:
        given = problem(Architecture(bias=False))
        self._engine = build(given)
        self._batches = Batches(images(EPOCH), 1, 0)
        self._previous = given.network.parameters.copy()
        self._step = 0

    def take(self) -> None:
        """Take the steps of all epochs."""
        losses: list[Array] = []
        calls = Calls(
            self._engine,
            self._batches,
            self._previous,
            frozen=frozenset(),
            until_loss=-math.inf,
            limit=math.inf,
            last=self._step + EPOCHS * EPOCH,
            deadline=math.inf,
            seconds=1e-6,
        )
        while not calls.is_over:
            taken, _ = calls.take(self._step)
            self._step += len(taken)
            losses.append(taken)


def epoch_terms() -> dict[str, float]:
    """Count what the kernel repeats in such an epoch."""
    each = terms(
        Architecture(bias=False), 1, "mse", "sgd", options(), per_call=EPOCH, is_loading=True
    )
    return {name: EPOCH * count for name, count in each.items()}


def drawn_terms(number: int) -> dict[str, float]:
    """Count what a step of a network that is timed repeats."""
    return _Network(number).terms()


def probes() -> Iterator[Probe]:
    """Yield the probes of the compiled engine, which must be loaded."""
    from core.engines.compiled.engine import COMPILED, KernelEngine

    for number in range(DRAWN):
        network = _Network(number)
        window = network.window(KernelEngine)
        yield Probe(f"compiled {number}", window, network.steps)
    yield Probe("compiled epochs", _Epochs(KernelEngine).take, EPOCHS)
    for name in COMPILED_KINDS:
        activation = COMPILED[name]
        for size in (1, NUMBERS):
            outputs, deltas = aligned(size), aligned(size)
            outputs.fill(0.5)
            deltas.fill(0.5)
            (value,) = activation.operations(outputs)
            (slopes,) = activation.derivative_operations(outputs, deltas, deltas)
            for kind, (function, arguments) in (("value", value), ("slopes", slopes)):
                yield Probe(
                    f"compiled {kind} {name} {size}",
                    partial(_several, function, arguments),
                    TIMES,
                )
    yield Probe("compiled among others", partial(run, among_others()), 1)
    yield Probe("compiled others", partial(run, among_others(is_compiled=False)), 1)


def among_others(*, is_compiled: bool = True) -> list[Operation]:
    """Return a list as a step's: calls of numpy, each with one of a compiled function after it."""
    from core.engines.compiled.engine import COMPILED

    numbers, deltas, product = aligned(1), aligned(1), np.empty((2, 2))
    numbers.fill(0.5)
    deltas.fill(0.5)
    others: list[Operation] = [
        (np.multiply, (numbers, deltas, deltas)),
        (np.dot, (np.ones((2, 2)), np.ones((2, 2)), product)),
    ]
    calls: list[Operation] = []
    for name in COMPILED_KINDS:
        value, slopes = (
            COMPILED[name].operations(numbers),
            COMPILED[name].derivative_operations(numbers, deltas, deltas),
        )
        for other, compiled in zip(others, (value, slopes), strict=True):
            calls += [other, *(compiled if is_compiled else ())]
    return calls


def _several(function: Callable[..., object], arguments: tuple[Array, ...]) -> None:
    for _ in range(TIMES):
        function(*arguments)


def rates(readings: Readings) -> dict[str, Rate] | None:
    """Return the seconds of each thing that is repeated; None if there were no probes."""
    names = [f"compiled {number}" for number in range(DRAWN)]
    if names[0] not in readings.seconds:
        return None
    counts = [drawn_terms(number) for number in range(DRAWN)]
    terms_of_all = sorted({name for count in counts for name in count})
    table = np.array([[count.get(name, 0.0) for name in terms_of_all] for count in counts])
    at_best = fastest_multiply_add(readings)
    least = np.array([at_best if is_computed(name) else 0.0 for name in terms_of_all])
    fastest = least_squares(table, readings.fastest(names), 0.0, least)
    median = least_squares(table, readings.medians(names), 0.0, least)
    found = {
        name: Rate(low, max(low, high))
        for name, low, high in zip(terms_of_all, fastest.tolist(), median.tolist(), strict=True)
    }
    epoch, repeated = readings.rate("compiled epochs"), epoch_terms()
    low = epoch.fastest - sum(count * found[name].fastest for name, count in repeated.items())
    high = epoch.median - sum(count * found[name].median for name, count in repeated.items())
    found["epoch"] = Rate(max(low, 0.0), max(low, high, 0.0))
    alone = {
        f"{kind} {name}": readings.rate(f"compiled {kind} {name} 1")
        for name in COMPILED_KINDS
        for kind in ("value", "slopes")
    }
    # As with numpy's functions, a call among others takes longer than among its like.
    mixed = readings.rate("compiled among others", above="compiled others")
    longer = [
        max(1.0, of_mixed / sum(of_alone))
        for of_mixed, of_alone in (
            (mixed.fastest, [rate.fastest for rate in alone.values()]),
            (mixed.median, [rate.median for rate in alone.values()]),
        )
    ]
    for name, rate in alone.items():
        found[f"calling {name}"] = scaled(rate, *longer)
        found[f"array {name}"] = readings.rate(
            f"compiled {name} {NUMBERS}", NUMBERS - 1, above=f"compiled {name} 1"
        )
    return found
