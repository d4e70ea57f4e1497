"""Those who take the steps that `benchmarks.engines` times: our engines, and our peers."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeAlias, cast

import numpy as np

from core.arrays import Array
from core.engines import ENGINES, Problem
from core.engines.engine import SteppingEngine, Stretch
from core.images import Batch
from core.network import (
    LOSSES,
    OPTIMIZERS,
    Architecture,
    Network,
    Rule,
    initial_parameters,
)
from core.run import Run
from core.settings import TrainingConfig

RATE = 0.01


@dataclass(frozen=True, eq=False)
class Case:
    """A network, where it starts, and the images of every step."""

    name: str
    architecture: Architecture
    batch: Batch
    config: TrainingConfig | None
    """What a `Trainer` makes the same run from; None if it cannot."""
    is_small: bool = True

    @property
    def initial(self) -> Array:
        """The first parameters, flat."""
        return initial_parameters(self.architecture, 1)

    def layers(self) -> list[tuple[Array, Array]]:
        """Copy the initial weights (inputs, outputs) and biases (outputs,) of each layer."""
        network = Network(self.architecture, self.initial)
        return list(zip(network.weights, network.biases, strict=True))


Layers: TypeAlias = list[tuple[Array, ...]]


class Number(Protocol):
    """What micrograd computes with."""

    data: float
    grad: float
    _backward: Callable[[], None]

    def __add__(self, other: Number | float) -> Number: ...
    def __radd__(self, other: float) -> Number: ...
    def __sub__(self, other: float) -> Number: ...
    def __mul__(self, other: Number | float) -> Number: ...
    def __rmul__(self, other: float) -> Number: ...
    def __pow__(self, power: int) -> Number: ...
    def backward(self) -> None: ...


class Contender(Protocol):
    """One way to take steps."""

    def run(self, steps: int) -> None:
        """Take so many."""

    def predict(self) -> Array:
        """Return what the network makes of the images now, shape (n,)."""


class Alone:
    """An engine alone, an evaluation and an update at a time."""

    ENGINE = "matrix"

    def __init__(self, case: Case) -> None:
        self.network, self.batch = Network(case.architecture, case.initial), case.batch
        options = TrainingConfig(learning_rate=RATE).options
        rule = Rule.fresh(OPTIMIZERS["sgd"], options, len(self.network.parameters))
        problem = Problem(self.network, LOSSES["mse"], "backprop", rule)
        if self.ENGINE not in ENGINES:
            raise ImportError
        self.engine = ENGINES[self.ENGINE](problem)

    def run(self, steps: int) -> None:
        evaluate, update, batch = self.engine.evaluate, self.engine.update, self.batch
        for _ in range(steps):
            evaluate(batch)
            update()

    def predict(self) -> Array:
        return self.network.forward(self.batch.images)[-1][:, 0]


class Compiled(Alone):
    """The compiled engine alone: as many steps in one call as are wanted, where it does that."""

    ENGINE = "compiled"

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.engine.evaluate(self.batch)
        self.previous = self.network.parameters.copy()
        size = len(self.batch)
        self.stretch = Stretch(self.batch, size, 0, 0, frozenset(), -math.inf, math.inf)

    def run(self, steps: int) -> None:
        if not hasattr(self.engine, "steps"):
            super().run(steps)
            return
        engine = cast("SteppingEngine", self.engine)
        while steps:
            losses, _ = engine.steps(self.stretch, steps, self.previous)
            steps -= len(losses)


class WholeRun:
    """`Run.run_for`: history, status and everything."""

    ENGINE = "matrix"

    def __init__(self, case: Case) -> None:
        if case.config is None:
            raise NotApplicable("its images are 2×2")
        if self.ENGINE not in ENGINES:
            raise ImportError
        self.whole = Run.of(replace(case.config, engine=self.ENGINE))

    def run(self, steps: int) -> None:
        self.whole.run_for(math.inf, max_steps=steps)

    def predict(self) -> Array:
        here = self.whole.here
        return here.network.forward(here.images.images)[-1][:, 0]


class WholeCompiledRun(WholeRun):
    """The same with the compiled engine."""

    ENGINE = "compiled"


class PlainNumpy:
    """What one writes first: ``a @ W + b``, fresh arrays, backprop by hand."""

    def __init__(self, case: Case) -> None:
        self.images, self.targets = case.batch.images, case.batch.targets[:, None]
        self.bias = case.architecture.bias
        self.weights = [weights.copy() for weights, _ in case.layers()]
        self.biases = [biases.copy() for _, biases in case.layers()]

    def forward(self) -> list[Array]:
        activations = [self.images]
        last = len(self.weights) - 1
        for index, weights in enumerate(self.weights):
            sums = activations[-1] @ weights
            if self.bias:
                sums = sums + self.biases[index]
            activations.append(sums if index == last else np.tanh(sums))
        return activations

    def run(self, steps: int) -> None:
        weights, biases = self.weights, self.biases
        for _ in range(steps):
            activations = self.forward()
            error = activations[-1] - self.targets
            self.loss = np.mean(error**2)
            delta = 2 / len(error) * error
            for index in reversed(range(len(weights))):
                slopes, lifts = activations[index].T @ delta, delta.sum(axis=0)
                if index:
                    delta = (delta @ weights[index].T) * (1 - activations[index] ** 2)
                weights[index] = weights[index] - RATE * slopes
                if self.bias:
                    biases[index] = biases[index] - RATE * lifts

    def predict(self) -> Array:
        return self.forward()[-1][:, 0]


class TorchEager:
    """torch, module by module."""

    def __init__(self, case: Case) -> None:
        import torch

        modules: list[torch.nn.Module] = []
        for weights, biases in case.layers():
            size = (weights.shape[0], weights.shape[1])
            linear = torch.nn.Linear(*size, bias=case.architecture.bias, dtype=torch.double)
            with torch.no_grad():
                linear.weight.copy_(torch.tensor(weights.T.copy()))
                if case.architecture.bias:
                    linear.bias.copy_(torch.tensor(biases))
            modules += [linear, torch.nn.Tanh()]
        self.network = torch.nn.Sequential(*modules[:-1])
        self.images = torch.tensor(case.batch.images)
        self.targets = torch.tensor(case.batch.targets)[:, None]
        self.loss_of = torch.nn.MSELoss()
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=RATE)

    def run(self, steps: int) -> None:
        network, loss_of, optimizer = self.network, self.loss_of, self.optimizer
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(network(self.images), self.targets)
            loss.backward()
            optimizer.step()

    def predict(self) -> Array:
        return np.asarray(self.network(self.images).detach().numpy()[:, 0])


class JaxStep:
    """jax.jit of one step, waited for."""

    CHUNK = 1

    def __init__(self, case: Case) -> None:
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        bias = case.architecture.bias
        self.images = jnp.asarray(case.batch.images)
        targets = jnp.asarray(case.batch.targets)
        self.parameters: Layers = [
            (jnp.asarray(weights), jnp.asarray(biases)) if bias else (jnp.asarray(weights),)
            for weights, biases in case.layers()
        ]

        def predict(parameters: Layers, images: Array) -> Array:
            level = images
            for index, layer in enumerate(parameters):
                level = level @ layer[0] + layer[1] if bias else level @ layer[0]
                if index < len(parameters) - 1:
                    level = jnp.tanh(level)
            return level[:, 0]

        def loss_of(parameters: Layers, images: Array, targets: Array) -> Array:
            loss: Array = jnp.mean((predict(parameters, images) - targets) ** 2)
            return loss

        def step(parameters: Layers, images: Array, targets: Array) -> tuple[Layers, Array]:
            loss, gradient = jax.value_and_grad(loss_of)(parameters, images, targets)
            return jax.tree.map(lambda p, g: p - RATE * g, parameters, gradient), loss

        def scan(parameters: Layers, images: Array, targets: Array) -> tuple[Layers, Array]:
            def once(carried: Layers, _: None) -> tuple[Layers, Array]:
                return step(carried, images, targets)

            moved, losses = jax.lax.scan(once, parameters, length=self.CHUNK)
            return moved, losses

        self.predict_of = predict
        self.targets = targets
        self.wait = jax.block_until_ready
        self.steps = jax.jit(step if self.CHUNK == 1 else scan)

    def run(self, steps: int) -> None:
        for _ in range(-(-steps // self.CHUNK)):
            self.parameters, _ = self.wait(self.steps(self.parameters, self.images, self.targets))

    def predict(self) -> Array:
        return np.asarray(self.predict_of(self.parameters, self.images))


class JaxScan(JaxStep):
    """jax.lax.scan: many steps compiled into one call, nothing to be seen in between."""

    def __init__(self, case: Case) -> None:
        self.CHUNK = 100 if case.is_small else 2
        super().__init__(case)


class Playground:
    """TensorFlow Playground's own engine, in node; its layers always have biases."""

    def __init__(self, case: Case) -> None:
        node, source = shutil.which("node"), os.environ.get("PLAYGROUND")
        if node is None or source is None:
            raise NotApplicable("see benchmarks/README.md")
        layers = case.layers()
        told = {
            "sizes": case.architecture.sizes,
            "images": case.batch.images.tolist(),
            "targets": case.batch.targets.tolist(),
            "weights": [weights.tolist() for weights, _ in layers],
            "biases": [biases.tolist() for _, biases in layers],
            "rate": 2 * RATE,  # its loss is half the mean square
        }
        driver = Path(__file__).with_name("playground.js")
        self.process = subprocess.Popen(
            [node, str(driver), source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.write(told)

    def write(self, value: object) -> None:
        """Send a line of JSON."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()

    def read(self) -> Array:
        """Wait for a line of numbers."""
        assert self.process.stdout is not None
        return np.array(json.loads(self.process.stdout.readline()))

    def run(self, steps: int) -> None:
        self.write(steps)
        self.read()

    def predict(self) -> Array:
        self.write("predict")
        return self.read()


class Sklearn:
    """scikit-learn's MLPRegressor; its layers always have biases."""

    def __init__(self, case: Case) -> None:
        from sklearn.neural_network import MLPRegressor

        self.images, self.targets = case.batch.images, case.batch.targets
        self.network = MLPRegressor(
            hidden_layer_sizes=case.architecture.hidden,
            activation="tanh",
            solver="sgd",
            learning_rate_init=2 * RATE,  # its loss is half the mean square
            momentum=0.0,
            nesterovs_momentum=False,
            alpha=0.0,
            batch_size=len(self.targets),
            shuffle=False,
        )
        self.network.partial_fit(self.images, self.targets)
        for index, (weights, biases) in enumerate(case.layers()):
            self.network.coefs_[index][...] = weights
            self.network.intercepts_[index][...] = biases if case.architecture.bias else 0.0

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.network.partial_fit(self.images, self.targets)

    def predict(self) -> Array:
        return np.asarray(self.network.predict(self.images))


class Micrograd:
    """micrograd: one object a number. It has no tanh, so it gets one as its own relu is written."""

    def __init__(self, case: Case) -> None:
        from micrograd.engine import Value

        if len(case.batch) > 100:
            raise NotApplicable("its recursion over single numbers goes too deep")
        self.value = Value
        self.images, self.targets = case.batch.images.tolist(), case.batch.targets.tolist()
        self.layers: list[tuple[list[list[Number]], list[Number]]] = [
            (
                [[Value(weight) for weight in column] for column in weights.T.tolist()],
                [Value(bias) for bias in biases.tolist()],
            )
            for weights, biases in case.layers()
        ]
        self.parameters = [
            value
            for columns, biases in self.layers
            for value in [*(value for column in columns for value in column), *biases]
        ]

    def tanh(self, value: Number) -> Number:
        out: Number = self.value(math.tanh(value.data), (value,), "tanh")

        def backward() -> None:
            value.grad += (1 - out.data**2) * out.grad

        out._backward = backward
        return out

    def forward(self, image: list[float]) -> Number:
        level: Sequence[Number | float] = image
        last = len(self.layers) - 1
        for columns, biases in self.layers[:last]:
            level = [self.tanh(total) for total in self.sums(level, columns, biases)]
        return self.sums(level, *self.layers[last])[0]

    def sums(
        self,
        level: Sequence[Number | float],
        columns: list[list[Number]],
        biases: list[Number],
    ) -> list[Number]:
        totals = []
        for neuron, column in enumerate(columns):
            total = column[0] * level[0]
            for weight, value in zip(column[1:], level[1:], strict=True):
                total = total + weight * value
            totals.append(total + biases[neuron] if biases else total)
        return totals

    def run(self, steps: int) -> None:
        for _ in range(steps):
            pairs = zip(self.images, self.targets, strict=True)
            loss = sum((self.forward(image) - target) ** 2 for image, target in pairs)
            loss = loss * (1 / len(self.targets))
            for value in self.parameters:
                value.grad = 0
            loss.backward()
            for value in self.parameters:
                value.data -= RATE * value.grad

    def predict(self) -> Array:
        return np.array([self.forward(image).data for image in self.images])


class NotApplicable(Exception):
    """A contender cannot run a case, for the reason given."""


MATRIX, RUN_FOR, COMPILED, COMPILED_RUN, NUMPY, TORCH, JIT, SCAN, PLAYGROUND = (
    "matrix",
    "Run.run_for",
    "compiled",
    "run_for, compiled",
    "plain numpy",
    "torch eager",
    "jax.jit, a step",
    "jax.lax.scan",
    "Playground, node",
)
CONTENDERS: dict[str, Callable[[Case], Contender]] = {
    MATRIX: Alone,
    RUN_FOR: WholeRun,
    COMPILED: Compiled,
    COMPILED_RUN: WholeCompiledRun,
    NUMPY: PlainNumpy,
    TORCH: TorchEager,
    JIT: JaxStep,
    SCAN: JaxScan,
    PLAYGROUND: Playground,
    "scikit-learn": Sklearn,
    "micrograd": Micrograd,
}
