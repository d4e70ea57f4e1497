"""The cost of a step, held to a count.

The loops engine's very functions are run over numbers that keep count of what is done with them;
the matrix engine's calls are counted by the shapes of their arrays.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import product
from types import SimpleNamespace
from typing import Protocol

import numpy as np
import pytest

from core.arrays import Array, Operation, maximum, minimum
from core.engines import loops, matrix
from core.engines.engine import GRADIENT_METHODS, NUDGE, Problem
from core.engines.matrix import MatrixEngine
from core.images.tasks import TASKS, generate
from core.network.activations import ACTIVATIONS, Activation
from core.network.architecture import Architecture
from core.network.cost import OtherOperation, Phase, StepCost, step_cost
from core.network.losses import LOSSES, Loss, OutputArrays
from core.network.network import Network, initial_parameters
from core.network.optimizers import OPTIMIZERS, Numbers, Optimizer, Options
from core.network.update import Rule
from core.settings.config import TrainingConfig

SGD = OPTIMIZERS["sgd"]
PLAIN = TrainingConfig().options
IMAGES = 7  # no layer below has as many neurons, so that no two shapes are equal


@dataclass
class Tally:
    """What was done, while a phase was going on."""

    phase: Phase = Phase.FORWARD
    multiply_adds: Counter[Phase] = field(default_factory=Counter)
    """Products added onto a sum, by phase."""
    others: Counter[OtherOperation] = field(default_factory=Counter)


class Kind(Enum):
    """What a number is, as far as it decides how its next use is counted."""

    PLAIN = auto()
    PRODUCT = auto()
    """A product that no sum has taken in yet."""
    SLOPE = auto()
    """An activation's derivative."""
    SHARE = auto()
    """A loss's constant factor."""
    TERM = auto()
    """One image's loss."""
    RATE = auto()
    """The learning rate, and what was multiplied by it."""
    PENALTY = auto()
    """The size of a penalty, and what was multiplied by it."""


class Counted(float):
    """A number that counts what is done with it.

    A product added onto a sum is one multiply-add, and so is a product subtracted from one: the
    product is marked when it is made, and counted when the sum takes it in.
    """

    tally: Tally
    kind: Kind

    def __new__(cls, value: float, tally: Tally, kind: Kind = Kind.PLAIN) -> Counted:
        number = super().__new__(cls, value)
        number.tally = tally
        number.kind = kind
        return number

    def of(self, value: float, kind: Kind = Kind.PLAIN) -> Counted:
        return Counted(value, self.tally, kind)

    def _take_in(self, kind: Kind) -> None:
        """Count what a sum takes in."""
        if kind == Kind.TERM:
            self.tally.others[OtherOperation.LOSS_TERMS] += 1
        elif kind == Kind.PENALTY:
            self.tally.others[OtherOperation.PENALTIES] += 1
        elif kind == Kind.PRODUCT and self.tally.phase == Phase.UPDATE:
            self.tally.others[OtherOperation.RULE_SUMS] += 1
        else:
            self.tally.multiply_adds[self.tally.phase] += 1

    def _leave(self) -> None:
        """Count a product that was made for something else than to be added."""
        if self.kind == Kind.PRODUCT:
            self.tally.others[OtherOperation.RULE_PRODUCTS] += 1

    def __mul__(self, other: float) -> Counted:
        value = float(self) * float(other)
        kinds = {self.kind, other.kind if isinstance(other, Counted) else Kind.PLAIN}
        if Kind.SLOPE in kinds:
            self.tally.others[OtherOperation.DERIVATIVES] += 1
            return self.of(value)
        if Kind.SHARE in kinds:
            self.tally.others[OtherOperation.DELTAS] += 1
            return self.of(value)
        self._leave()
        if isinstance(other, Counted):
            other._leave()
        return self.of(value, next(iter(kinds & {Kind.RATE, Kind.PENALTY}), Kind.PRODUCT))

    __rmul__ = __mul__

    def __add__(self, other: float) -> Counted:
        added = [n.kind for n in (self, other) if isinstance(n, Counted) and n.kind != Kind.PLAIN]
        if added == [Kind.PRODUCT, Kind.PRODUCT]:
            self._leave()  # the first is what the second is added onto
            added.pop()
        assert len(added) <= 1, "a sum takes in one thing at a time"
        if added:
            self._take_in(added[0])
        elif self.tally.phase != Phase.UPDATE and (isinstance(other, Counted) or other != NUDGE):
            # Moving the parameter that is tried is no part of a sum.
            self.tally.others[OtherOperation.BIAS_ADDITIONS] += 1
        return self.of(float(self) + float(other))

    __radd__ = __add__

    def __sub__(self, other: float) -> Counted:
        if isinstance(other, Counted) and other.kind != Kind.PLAIN:
            self._take_in(other.kind)
        return self.of(float(self) - float(other))

    def __truediv__(self, other: float) -> Counted:
        if self.tally.phase == Phase.UPDATE:
            self._leave()
            self.tally.others[OtherOperation.QUOTIENTS] += 1
            return self.of(float(self) / float(other))
        if other == NUDGE:
            self.tally.others[OtherOperation.DIVISIONS] += 1
        return self.of(float(self) / float(other), self.kind)

    def root(self) -> Counted:
        """Take the square root."""
        self._leave()
        self.tally.others[OtherOperation.ROOTS] += 1
        return self.of(math.sqrt(self))


def counted_activation(activation: Activation, tally: Tally) -> Activation:
    """Return the same activation, counting its calls, not what happens inside them."""

    def value(total: float) -> float:
        if not activation.is_linear:
            tally.others[OtherOperation.ACTIVATIONS] += 1
        return Counted(activation.value(float(total)), tally)

    def derivative(output: float) -> float:
        return Counted(activation.derivative(float(output)), tally, Kind.SLOPE)

    return replace(activation, value=value, derivative=derivative)


def counted_loss(loss: Loss, tally: Tally) -> Loss:
    """Return the same loss with terms and a factor that count."""

    def value(total: float, prediction: float, target: float) -> float:
        return Counted(loss.value(float(total), float(prediction), float(target)), tally, Kind.TERM)

    return replace(loss, value=value, factor=Counted(loss.factor, tally, Kind.SHARE))


@contextmanager
def counting_loops(tally: Tally) -> Iterator[None]:
    """Record the phase of each function, and count the calls of activations."""
    backward, layers_of, mean_loss = loops.backward, loops.layers_of, loops.mean_loss
    passes = 0

    def laid_out(architecture: Architecture, parameters: list[float]) -> list[loops.Neurons]:
        layers = layers_of(architecture, parameters)
        for layer in layers:
            layer.activation = counted_activation(layer.activation, tally)
        return layers

    def going_back(
        activations: list[Numbers], delta: float, layers: list[loops.Neurons], gradient: Numbers
    ) -> None:
        tally.phase = Phase.GRADIENT
        backward(activations, delta, layers, gradient)
        tally.phase = Phase.FORWARD

    def one_pass(
        images: list[Numbers],
        targets: Numbers,
        layers: list[loops.Neurons],
        loss: Loss,
        cancelled: None = None,
    ) -> tuple[float, Numbers]:
        nonlocal passes
        tally.phase = Phase.FORWARD if passes == 0 else Phase.GRADIENT
        passes += 1
        return mean_loss(images, targets, layers, loss, cancelled)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "layers_of", laid_out)
        patch.setattr(loops, "backward", going_back)
        patch.setattr(loops, "mean_loss", one_pass)
        yield


def clipped_by_loops(gradient: list[float], tally: Tally, options: Options) -> list[float]:
    """Clip numbers that count what is done with them here, and no longer."""
    own = Tally(Phase.UPDATE)

    def bound(choose: Callable[[float, float], float]) -> Callable[[float, float], float]:
        def call(number: float, limit: float) -> float:
            own.others[OtherOperation.CLIP_BOUNDS] += options.clip_value is not None
            return choose(number, limit)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "min", bound(min), raising=False)
        patch.setattr(loops, "max", bound(max), raising=False)
        clipped = loops.clip([Counted(number, own) for number in gradient], options)
    products = [n for n in clipped if isinstance(n, Counted) and n.kind is Kind.PRODUCT]
    tally.others += Counter(
        {
            OtherOperation.CLIP_SQUARES: own.others[OtherOperation.RULE_SUMS],
            OtherOperation.CLIP_PRODUCTS: len(products),
            OtherOperation.CLIP_BOUNDS: own.others[OtherOperation.CLIP_BOUNDS],
        }
    )
    assert own.others[OtherOperation.RULE_PRODUCTS] == 0
    return [Counted(number, tally) for number in clipped]


def counted_update(
    architecture: Architecture,
    parameters: list[float],
    gradient: list[float],
    tally: Tally,
    optimizer: Optimizer,
    options: Options,
) -> None:
    """Move counted numbers by the loops engine's functions."""
    tally.phase = Phase.UPDATE
    told = replace(
        options,
        l1=Counted(options.l1, tally, Kind.PENALTY),
        l2=Counted(options.l2, tally, Kind.PENALTY),
    )
    rule = Rule.fresh(optimizer, told, len(parameters))
    rule.state.begin()
    rate = Counted(options.learning_rate, tally, Kind.RATE)
    vars(rule)["rate"] = SimpleNamespace(item=lambda: rate)
    memory: list[Numbers] = [[Counted(0.5, tally)] * optimizer.slots for _ in parameters]
    with pytest.MonkeyPatch.context() as patch:
        counting = SimpleNamespace(sqrt=Counted.root, pow=math.pow)
        patch.setattr("core.network.optimizers.math", counting)
        if rule.clips:
            gradient = clipped_by_loops(gradient, tally, told)
        if rule.penalises:
            gradient = loops.penalise(parameters, gradient, architecture, told)
        loops.update(parameters, gradient, memory, rule)


def count_loops(
    architecture: Architecture,
    loss: Loss,
    method: str,
    images: int,
    optimizer: Optimizer = SGD,
    options: Options = PLAIN,
) -> Tally:
    """Run one step over counted numbers."""
    tally = Tally()

    def counted(numbers: list[float]) -> list[float]:
        return [Counted(number, tally) for number in numbers]

    batch = generate(TASKS["darkness"], images, 0)
    pixels = [counted(image) for image in batch.images.tolist()]
    targets = counted(batch.targets.tolist())
    parameters = counted(initial_parameters(architecture, 1).tolist())
    gradient_of = loops.nudge if method == "nudge" else loops.backprop
    with counting_loops(tally):
        _, _, gradient = gradient_of(
            pixels, targets, architecture, parameters, counted_loss(loss, tally)
        )
    counted_update(architecture, parameters, gradient, tally, optimizer, options)
    return tally


def counted_operations(activation: Activation, tally: Tally) -> Activation:
    """Return the same activation, its calls on arrays followed by one that counts."""

    def calls(sums: Array) -> None:
        tally.others[OtherOperation.ACTIVATIONS] += sums.size

    def derivatives(deltas: Array) -> None:
        tally.others[OtherOperation.DERIVATIVES] += deltas.size

    def operations(sums: Array) -> list[Operation]:
        return [*activation.operations(sums), (calls, (sums,))]

    def derivative_operations(outputs: Array, deltas: Array, scratch: Array) -> list[Operation]:
        return [
            *activation.derivative_operations(outputs, deltas, scratch),
            (derivatives, (deltas,)),
        ]

    if activation.is_linear:
        return activation
    return replace(activation, operations=operations, derivative_operations=derivative_operations)


def watched(rule: Rule, tally: Tally) -> Rule:
    """Return the same rule, its calls counted by the shapes of their arrays."""
    options = rule.options
    sizes = {options.l1: Kind.PENALTY, options.l2: Kind.PENALTY, options.learning_rate: Kind.RATE}
    kinds: dict[tuple[int, int], Kind] = {}
    shares: set[int] = set()

    def kind_of(array: Array) -> Kind:
        if array.shape == ():
            return sizes.get(array.item(), Kind.PLAIN)
        return kinds.get((array.ctypes.data, array.nbytes), Kind.PLAIN)

    def count(function: Callable[..., object], inputs: tuple[Array, ...], size: int) -> Kind:
        """Count a call; say what it writes."""
        given = [kind_of(array) for array in inputs]
        products = given.count(Kind.PRODUCT)
        if function is np.multiply and inputs[1].ctypes.data in shares:
            tally.others[OtherOperation.CLIP_PRODUCTS] += size
            return Kind.PLAIN
        if function is np.multiply:
            tally.others[OtherOperation.RULE_PRODUCTS] += products * size
            return next((k for k in (Kind.RATE, Kind.PENALTY) if k in given), Kind.PRODUCT)
        if function in (np.add, np.subtract):
            # Of two products the first is what the second is added onto.
            tally.others[OtherOperation.RULE_PRODUCTS] += (products == 2) * size
            tally.others[OtherOperation.RULE_SUMS] += (products > 0) * size
            tally.others[OtherOperation.PENALTIES] += given.count(Kind.PENALTY) * size
            tally.multiply_adds[Phase.UPDATE] += given.count(Kind.RATE) * size
        elif function is np.sqrt:
            tally.others[OtherOperation.ROOTS] += size
        elif function is np.divide:
            tally.others[OtherOperation.QUOTIENTS] += size
        elif options.clip_value and function in (minimum, maximum) and not inputs[1].shape:
            tally.others[OtherOperation.CLIP_BOUNDS] += size
        else:
            assert function in (np.positive, np.sign, maximum), function
        assert not products or function in (np.add, np.subtract), "a product is left over"
        return Kind.PLAIN

    def watch(function: Callable[..., object]) -> Callable[..., object]:
        def call(*arrays: Array) -> None:
            *inputs, out = arrays
            if function is np.dot:
                tally.others[OtherOperation.CLIP_SQUARES] += inputs[0].size
                shares.add(out.ctypes.data)
            if out.shape:  # else it is worked out once for the whole step
                kinds[out.ctypes.data, out.nbytes] = count(function, tuple(inputs), out.size)
            function(*arrays)

        return call

    class Watched(Rule):
        def operations(
            self, architecture: Architecture, parameters: Array, gradient: Array
        ) -> list[Operation]:
            calls = super().operations(architecture, parameters, gradient)
            return [(watch(function), arrays) for function, arrays in calls]

    return Watched(rule.optimizer, rule.options, rule.state)


def count_matrix(
    architecture: Architecture,
    loss: Loss,
    method: str,
    images: int,
    optimizer: Optimizer = SGD,
    options: Options = PLAIN,
) -> Tally:
    """Run one step and count its calls by the shapes of their arrays."""
    tally = Tally()
    # Beside the activations of each layer stands a row of ones: its products are the biases
    # themselves.
    ones = 1 if architecture.bias else 0

    def forward_dot(weights: Array, level: Array, sums: Array) -> None:
        neurons, inputs = weights.shape
        assert level.shape == (inputs, images)
        tally.multiply_adds[tally.phase] += neurons * (inputs - ones) * images
        tally.others[OtherOperation.BIAS_ADDITIONS] += neurons * ones * images
        np.dot(weights, level, sums)

    def backward_dot(first: Array, second: Array, result: Array) -> None:
        rows, terms = first.shape
        columns = second.shape[1]
        assert result.shape == (rows, columns)
        if terms == images:
            # Inputs times errors: the gradient of the weights and, from the ones, of the biases.
            tally.multiply_adds[Phase.GRADIENT] += (rows - ones) * terms * columns
            tally.others[OtherOperation.BIAS_ADDITIONS] += ones * terms * columns
        else:
            assert columns == images
            tally.multiply_adds[Phase.GRADIENT] += rows * terms * columns
        np.dot(first, second, result)

    def share(deltas: Array, weight: Array, result: Array) -> None:
        assert weight.shape == ()
        tally.others[OtherOperation.DELTAS] += deltas.size
        np.multiply(deltas, weight, result)

    class Watched(matrix.Pass):
        def __init__(self, problem: Problem, at: Array, gradient: Array, count: int) -> None:
            super().__init__(problem, at, gradient, count)
            self.forward = [
                (forward_dot if function is np.dot else function, arguments)
                for function, arguments in self.forward
            ]
            self.backward = [
                (backward_dot if function is np.dot else function, arguments)
                for function, arguments in self.backward
            ]

    def total(arrays: OutputArrays) -> float:
        tally.others[OtherOperation.LOSS_TERMS] += arrays.predictions.size
        tally.phase = Phase.GRADIENT  # whatever comes after the first loss is for the gradient
        return loss.total(arrays)

    def delta_operations(arrays: OutputArrays, output: Activation) -> list[Operation]:
        (function, arguments), *derivatives = loss.delta_operations(arrays, output)
        assert function is np.multiply
        return [(share, arguments), *derivatives]

    # Its layers are worked out once and kept: these take their place.
    counting = replace(architecture)
    vars(counting)["layers"] = tuple(
        replace(layer, activation=counted_operations(layer.activation, tally))
        for layer in architecture.layers
    )
    network = Network(counting, initial_parameters(architecture, 1))
    problem = Problem(
        network,
        replace(loss, total=total, delta_operations=delta_operations),
        method,
        watched(Rule.fresh(optimizer, options, architecture.parameter_count), tally),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix, "Pass", Watched)
        engine = MatrixEngine(problem)
        engine.evaluate(generate(TASKS["darkness"], images, 0))
        engine.update()
    if method == "nudge":
        # The division by ε stands in the engine's own loop, once after each pass but the first.
        tally.others[OtherOperation.DIVISIONS] += (
            tally.others[OtherOperation.LOSS_TERMS] // images - 1
        )
    return tally


def assert_equal(tally: Tally, cost: StepCost) -> None:
    for line in (cost.forward, cost.gradient, cost.update):
        assert isinstance(line.name, Phase)
        assert tally.multiply_adds[line.name] == line.count, line
    others = {line.name: line.count for line in cost.others}
    assert {name: count for name, count in tally.others.items() if count} == others


class Count(Protocol):
    """Runs one step and counts it."""

    def __call__(
        self,
        architecture: Architecture,
        loss: Loss,
        method: str,
        images: int,
        optimizer: Optimizer = SGD,
        options: Options = PLAIN,
    ) -> Tally: ...


HIDDEN = [(), (3,), (2, 4), (3, 1, 2)]
OUTPUTS = [("linear", "mse"), ("sigmoid", "mse"), ("sigmoid", "bce")]


@pytest.mark.parametrize("method", GRADIENT_METHODS)
@pytest.mark.parametrize("hidden", HIDDEN, ids=str)
@pytest.mark.parametrize("bias", [False, True], ids=["no bias", "bias"])
@pytest.mark.parametrize("engine", [count_loops, count_matrix], ids=["loops", "matrix"])
def test_counted_is_computed(
    engine: Count, hidden: tuple[int, ...], bias: bool, method: str
) -> None:
    # The loops take one image after another: two say as much as seven, and cost less to count.
    images = 2 if engine is count_loops else IMAGES
    for activation, (output, name) in product(ACTIVATIONS, OUTPUTS):
        architecture = Architecture(hidden, activation, output, bias)
        loss = LOSSES[name]
        assert_equal(
            engine(architecture, loss, method, images),
            step_cost(architecture, images, method, SGD, PLAIN, loss),
        )


@pytest.mark.parametrize("engine", [count_loops, count_matrix], ids=["loops", "matrix"])
def test_each_layer_costs_what_its_own_activation_costs(engine: Count) -> None:
    # 3 neurons are called and have slopes on each of the images; the 2 linear ones have neither.
    architecture = Architecture((2, 3), "linear,tanh", bias=True)
    tally = engine(architecture, LOSSES["mse"], "backprop", IMAGES)
    assert_equal(tally, step_cost(architecture, IMAGES, "backprop", SGD, PLAIN, LOSSES["mse"]))
    assert (
        tally.others[OtherOperation.ACTIVATIONS]
        == tally.others[OtherOperation.DERIVATIVES]
        == 3 * IMAGES
    )


CHOICES = [
    ("sgd", PLAIN),
    ("momentum", PLAIN),
    ("momentum", TrainingConfig(nesterov=True).options),
    ("rmsprop", PLAIN),
    ("rmsprop", TrainingConfig(centered=True).options),
    ("adam", PLAIN),
    ("adam", TrainingConfig(amsgrad=True).options),
]
CLIPPINGS = [TrainingConfig(clip_norm=0.3).options, TrainingConfig(clip_value=0.03).options]
PENALTIES = [
    TrainingConfig(l1=l1, l2=l2).options for l1, l2 in ((0.013, 0.0), (0.0, 0.017), (0.013, 0.017))
]


@pytest.mark.parametrize("method", GRADIENT_METHODS)
@pytest.mark.parametrize("bias", [False, True], ids=["no bias", "bias"])
@pytest.mark.parametrize("engine", [count_loops, count_matrix], ids=["loops", "matrix"])
def test_the_cost_of_an_update_is_counted_for_every_optimizer(
    engine: Count, bias: bool, method: str
) -> None:
    # An update takes the same after any number of images, which other tests count; loops are slow.
    images = 1 if engine is count_loops else IMAGES
    # And the same for each of the parameters, however many a layer has.
    for hidden, (name, options), penalty in product([(), (3, 1)], CHOICES, [PLAIN, *PENALTIES]):
        architecture = Architecture(hidden, "tanh", bias=bias)
        optimizer = OPTIMIZERS[name]
        told = replace(options, l1=penalty.l1, l2=penalty.l2)
        assert_equal(
            engine(architecture, LOSSES["mse"], method, images, optimizer, told),
            step_cost(architecture, images, method, optimizer, told, LOSSES["mse"]),
        )


@pytest.mark.parametrize("engine", [count_loops, count_matrix], ids=["loops", "matrix"])
def test_the_cost_of_clipping_is_counted(engine: Count) -> None:
    architecture = Architecture((3,), "tanh", bias=True)
    for (name, options), clipping in product([CHOICES[0], CHOICES[-1]], CLIPPINGS):
        told = replace(options, clip_norm=clipping.clip_norm, clip_value=clipping.clip_value)
        told = replace(told, l2=0.017)
        assert_equal(
            engine(architecture, LOSSES["mse"], "backprop", 2, OPTIMIZERS[name], told),
            step_cost(architecture, 2, "backprop", OPTIMIZERS[name], told, LOSSES["mse"]),
        )


def test_clipping_and_a_schedule_by_hand() -> None:
    # 4→1: 4 squares and 4 products by norm; by value 4 numbers, each with two bounds. One rate.
    def lines(config: TrainingConfig) -> dict[object, int]:
        cost = step_cost(Architecture(), 10, "backprop", SGD, config.options, LOSSES["mse"])
        assert cost.update.count == 4
        return {line.name: line.count for line in cost.others[2:]}

    assert lines(TrainingConfig(clip_norm=1.0, schedule="cosine")) == {
        OtherOperation.RATES: 1,
        OtherOperation.CLIP_SQUARES: 4,
        OtherOperation.CLIP_PRODUCTS: 4,
    }
    assert lines(TrainingConfig(clip_value=1.0)) == {OtherOperation.CLIP_BOUNDS: 8}
    assert lines(TrainingConfig(warmup_steps=5)) == {OtherOperation.RATES: 1}


def test_adam_with_both_penalties_by_hand() -> None:
    # 4→4→1 with biases: 25 parameters, 20 of them weights. The two means: β₁·m, β₂·s and
    # (1 − β₂)·g are products; (1 − β₁)·g and that times g are added. m′, s′, d: 3 divisions.
    architecture = Architecture((4,), bias=True)
    options = TrainingConfig(l1=0.01, l2=0.01).options
    cost = step_cost(architecture, 10, "backprop", OPTIMIZERS["adam"], options, LOSSES["mse"])
    assert cost.update.count == 25
    lines = {line.name: (line.text, line.count) for line in cost.others[-5:]}
    assert lines == {
        OtherOperation.PENALTIES: ("20 × 2", 40),
        OtherOperation.RULE_PRODUCTS: ("25 × 3", 75),
        OtherOperation.RULE_SUMS: ("25 × 2", 50),
        OtherOperation.ROOTS: ("25 × 1", 25),
        OtherOperation.QUOTIENTS: ("25 × 3", 75),
    }


def test_frozen_parameters_are_remembered_all_the_same() -> None:
    cost = step_cost(
        Architecture(), 10, "backprop", OPTIMIZERS["momentum"], PLAIN, LOSSES["mse"], frozen=3
    )
    assert cost.update.count == 1
    assert cost.others[-1].count == 4


def test_a_product_of_numbers_that_are_not_marked_would_be_noticed() -> None:
    # The counting itself, on a sum of two products and a bias: 2·3 + 4·5 + 6.
    tally = Tally()
    two, three, four, five, six = (Counted(number, tally) for number in (2, 3, 4, 5, 6))
    total = 0.0
    total += two * three
    total += four * five
    total += six
    assert float(total) == 32.0
    assert tally.multiply_adds == {Phase.FORWARD: 2}
    assert tally.others == {OtherOperation.BIAS_ADDITIONS: 1}


def cost_of_the_default_network(method: str) -> StepCost:
    return step_cost(Architecture(), 1000, method, SGD, PLAIN, LOSSES["mse"])


@pytest.mark.parametrize("count", [count_loops, count_matrix], ids=["loops", "matrix"])
@pytest.mark.parametrize(("method", "gradient"), [("backprop", 4000), ("nudge", 16000)])
def test_a_step_of_the_default_network(count: Count, method: str, gradient: int) -> None:
    # Forward: 1,000 images of 4 products each. Backprop: as many again, an input times an error.
    # Nudge: 4 more forward passes. The update: one for each of the 4 weights.
    cost = cost_of_the_default_network(method)
    computed = (cost.forward.count, cost.gradient.count, cost.update.count)
    assert computed == (4000, gradient, 4)
    assert cost.step == 8004 if method == "backprop" else cost.step == 20004
    counted = count(Architecture(), LOSSES["mse"], method, 1000).multiply_adds
    assert tuple(counted[phase] for phase in Phase) == computed


def test_the_factors_are_written_as_text() -> None:
    backprop, nudge = cost_of_the_default_network("backprop"), cost_of_the_default_network("nudge")
    assert backprop.forward.text == "1,000 × 4"
    assert backprop.gradient.text == "1,000 × 4"
    assert backprop.update.text == "4"
    assert nudge.gradient.text == "4 × 1,000 × 4"


def test_a_hidden_layer_by_hand() -> None:
    # 4→4→1 with biases on 1,000 images: 16 + 4 products forward; the same for the weights'
    # gradient and 4 to carry the error back to the hidden layer; 25 weights and biases to move.
    cost = step_cost(Architecture((4,), bias=True), 1000, "backprop", SGD, PLAIN, LOSSES["mse"])
    assert (cost.forward.text, cost.gradient.text, cost.update.text) == (
        "1,000 × 20",
        "1,000 × 24",
        "25",
    )
    others = {line.name: line.count for line in cost.others}
    assert others == {
        OtherOperation.LOSS_TERMS: 1000,
        OtherOperation.BIAS_ADDITIONS: 2 * 5 * 1000,  # in the sums, and in the biases' gradient
        OtherOperation.ACTIVATIONS: 4 * 1000,
        OtherOperation.DELTAS: 1000,
        OtherOperation.DERIVATIVES: 4 * 1000,
    }


def test_what_does_not_happen_has_no_line() -> None:
    assert [line.name for line in cost_of_the_default_network("backprop").others] == [
        OtherOperation.LOSS_TERMS,
        OtherOperation.DELTAS,
    ]
    assert [line.name for line in cost_of_the_default_network("nudge").others] == [
        OtherOperation.LOSS_TERMS,
        OtherOperation.DIVISIONS,
    ]
