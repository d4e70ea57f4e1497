"""Probes of the loops engine: its own functions, on layers of a few sizes.

A function goes through inputs and neurons in loops, so what it takes is a sum: so much for itself,
for each neuron, and for each multiply-add. The differences between sizes show each. A function that
runs again and again is faster than one among others: by how much, whole steps of a network show.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import numpy as np

from core.arrays import Array
from core.engines import loops
from core.engines.loops import LoopsEngine, Neurons
from core.images.batches import Batches
from core.images.images import Batch
from core.network.activations import ACTIVATIONS, Activation
from core.network.architecture import Architecture
from core.network.losses import LOSSES
from core.network.optimizers import OPTIMIZERS, Options
from core.network.update import Rule
from core.rates.probes import Probe, Readings
from core.rates.rates import Rate, scaled
from core.rates.steps import TIMES as STEPS
from core.rates.steps import Steps, images, options, problem

SIDE = 16
"""Inputs and neurons of the larger layer."""
PARAMETERS = 2048
"""Of a vector that is updated."""
MANY = 512
"""Images of which each step takes others."""
WHOLE = Architecture((8, 4), bias=True)
WHOLE_IMAGES = 16
"""The network and its images whose whole steps are timed."""
TIMES = 3
"""Calls in a window."""

Change: TypeAlias = Callable[[Options], Options]

UPDATES: dict[str, Change] = {
    "sgd": lambda given: given,
    "momentum": lambda given: given,
    "momentum nesterov": lambda given: replace(given, nesterov=True),
    "rmsprop": lambda given: given,
    "rmsprop centered": lambda given: replace(given, centered=True),
    "adam": lambda given: given,
    "adam amsgrad": lambda given: replace(given, amsgrad=True),
}
"""The kinds of update, each with the options that make it."""
EXTRAS: dict[str, Change] = {
    "clip norm": lambda given: replace(given, clip_norm=1.0),
    "clip value": lambda given: replace(given, clip_value=1.0),
    "l1": lambda given: replace(given, l1=0.1),
    "l2": lambda given: replace(given, l2=0.1),
}
"""What else may be done to a gradient, each for all parameters."""


def update_name(optimizer: str, given: Options) -> str:
    """Return which kind of update it is."""
    ways = {
        "momentum": (given.nesterov, "nesterov"),
        "rmsprop": (given.centered, "centered"),
        "adam": (given.amsgrad, "amsgrad"),
    }
    is_changed, way = ways.get(optimizer, (False, ""))
    return f"{optimizer} {way}" if is_changed else optimizer


def extra_names(given: Options) -> list[str]:
    """Return what else is done to a gradient."""
    done = {
        "clip norm": given.clip_norm is not None,
        "clip value": given.clip_value is not None,
        "l1": given.l1 > 0.0,
        "l2": given.l2 > 0.0,
    }
    return [name for name, is_done in done.items() if is_done]


def _several(function: Callable[..., object], *arguments: object) -> Callable[[], None]:
    def window() -> None:
        for _ in range(TIMES):
            function(*arguments)

    return window


def _layer(inputs: int, outputs: int, activation: Activation, *, bias: bool = False) -> Neurons:
    weights = [[0.01 * (i + j + 1) for j in range(outputs)] for i in range(inputs)]
    return Neurons(weights, [0.01] * outputs if bias else [], activation, 0)


def probes() -> Iterator[Probe]:
    """Yield the probes of the loops engine."""
    linear = ACTIVATIONS["linear"]
    windows: dict[str, Callable[[], object]] = {}
    for inputs, outputs in ((1, 1), (1, SIDE), (SIDE, SIDE)):
        layer = _layer(inputs, outputs, linear)
        windows[f"sums {inputs} {outputs}"] = _several(loops.weighted_sums, [0.5] * inputs, layer)
    layer = _layer(1, SIDE, linear, bias=True)
    windows["sums with bias"] = _several(loops.weighted_sums, [0.5], layer)
    for name, activation in ACTIVATIONS.items():
        for size in (1, SIDE):
            layer = _layer(1, size, activation)
            windows[f"forward {name} {size}"] = _several(loops.forward, [0.5], [layer])
            below = _layer(size, 1, linear)
            windows[f"carry {name} {size} 1"] = _several(
                loops.carry_back, [0.5], [0.5] * size, below, activation
            )
    layer = _layer(SIDE, SIDE, linear)
    windows[f"carry linear {SIDE} {SIDE}"] = _several(
        loops.carry_back, [0.5] * SIDE, [0.5] * SIDE, layer, linear
    )
    two = [_layer(1, 1, linear), _layer(1, 1, linear)]
    windows["forward twice"] = _several(loops.forward, [0.5], two)
    for inputs, outputs, bias in (
        (1, 1, False),
        (SIDE, 1, False),
        (1, SIDE, False),
        (1, SIDE, True),
        (SIDE, SIDE, False),
    ):
        layers = [_layer(inputs, outputs, linear, bias=bias), _layer(outputs, 1, linear)]
        numbers = [[0.5] * size for size in (inputs, outputs, 1)]
        gradient = [0.0] * (inputs * outputs + 2 * outputs)
        windows[f"back {inputs} {outputs} {bias}"] = _several(
            loops.backward, numbers, 0.5, layers, gradient
        )
    single = [_layer(1, 1, linear)]
    windows["back one layer"] = _several(loops.backward, [[0.5], [0.5]], 0.5, single, [0.0])
    for name, window in windows.items():
        yield Probe(f"loops {name}", window, TIMES)
    yield from _whole_probes()


def _whole_probes() -> Iterator[Probe]:
    """Yield the probes of whole steps, of images, and of parameters."""
    architecture = Architecture((SIDE,) * (PARAMETERS // SIDE**2), bias=False)
    numbers = [0.01] * architecture.parameter_count
    yield Probe("loops lists", partial(loops.layers_of, architecture, numbers), 1)
    vector = np.array(numbers)
    yield Probe("loops vectors", partial(_vectors, vector), 1)
    for loss, output in (("mse", "linear"), ("mse", "sigmoid"), ("bce", "sigmoid")):
        tiny = Architecture(output=output, inputs=1)
        for count in (1, SIDE):
            batch = images(count, 1)
            window = _several(
                loops.backprop,
                batch.images.tolist(),
                batch.targets.tolist(),
                tiny,
                [0.01],
                LOSSES[loss],
            )
            yield Probe(f"loops {loss} {output} {count}", window, TIMES)
    given = problem(Architecture(inputs=1))
    engine, batches = LoopsEngine(given), Batches(images(1, 1), 1, 0)
    taking = Steps(engine, given.network, batches)
    yield Probe("loops step", partial(taking.take, STEPS), STEPS)
    whole = problem(WHOLE)
    of_whole = Steps(
        LoopsEngine(whole), whole.network, Batches(images(WHOLE_IMAGES), WHOLE_IMAGES, 0)
    )
    yield Probe("loops whole", partial(of_whole.take, 1), 1)
    several = Batches(images(MANY, 1), 1, 0)
    of_batches = Steps(LoopsEngine(given), given.network, several)
    yield Probe("loops step of a batch", partial(of_batches.take, STEPS), STEPS)
    yield Probe("loops images", _several(_listed, images(MANY)), TIMES)
    for name, change in (UPDATES | EXTRAS).items():
        optimizer = OPTIMIZERS[name.partition(" ")[0] if name in UPDATES else "sgd"]
        rule = Rule.fresh(optimizer, change(options()), len(vector))
        engine = LoopsEngine(problem(architecture))
        engine.move_by(rule)
        yield Probe(f"loops update {name}", engine.update, 1)


def _listed(batch: Batch) -> None:
    """Make images and targets lists, as the engine does with a batch that it has not seen."""
    batch.images.tolist()
    batch.targets.tolist()


def _vectors(vector: Array) -> None:
    """Make numpy's vector a list, and lists a vector, as an evaluation does."""
    numbers = vector.tolist()
    _ = [0.0] * len(numbers)
    np.array(numbers)


def rates(readings: Readings) -> dict[str, Rate]:
    """Return the seconds of each thing that is repeated, see `terms`."""
    found = _Found(readings)
    _solve_forward(found)
    _solve_backward(found)
    _solve_around(found)
    counts = terms(WHOLE, WHOLE_IMAGES, "mse", "backprop", "sgd", options())
    whole = readings.rate("loops whole")
    fastest = whole.fastest / sum(n * found.rates[name].fastest for name, n in counts.items())
    median = whole.median / sum(n * found.rates[name].median for name, n in counts.items())
    return {name: scaled(rate, fastest, median) for name, rate in found.rates.items()}


def _solve_forward(found: "_Found") -> None:
    """Find what a forward pass repeats."""
    ones, wide, square = "sums 1 1", f"sums 1 {SIDE}", f"sums {SIDE} {SIDE}"
    gaps = SIDE - 1
    found.solve("multiply-add", {square: 1, wide: -1}, per=SIDE * gaps)
    found.solve("neuron", {wide: 1, ones: -1}, per=gaps, less=["multiply-add"])
    found.solve("bias", {"sums with bias": 1, wide: -1}, per=SIDE)
    for name in ACTIVATIONS:
        found.solve(
            f"value {name}",
            {f"forward {name} {SIDE}": 1, f"forward {name} 1": -1},
            per=gaps,
            less=["neuron", "multiply-add"],
        )
    found.solve(
        "layer",
        {"forward twice": 1, "forward linear 1": -1},
        less=["neuron", "multiply-add", "value linear"],
    )


def _solve_backward(found: "_Found") -> None:
    """Find what a backward pass repeats."""
    gaps = SIDE - 1
    found.solve(
        "carried multiply-add",
        {f"carry linear {SIDE} {SIDE}": 1, f"carry linear {SIDE} 1": -1},
        per=SIDE * gaps,
    )
    for name in ACTIVATIONS:
        found.solve(
            f"carried {name}",
            {f"carry {name} {SIDE} 1": 1, f"carry {name} 1 1": -1},
            per=gaps,
            less=["carried multiply-add"],
        )
    found.solve(
        "gradient multiply-add",
        {
            f"back {SIDE} {SIDE} False": 1,
            f"back 1 {SIDE} False": -1,
            f"back {SIDE} 1 False": -1,
            "back 1 1 False": 1,
        },
        per=gaps * gaps,
    )
    found.solve(
        "row",
        {f"back {SIDE} 1 False": 1, "back 1 1 False": -1},
        per=gaps,
        less=["gradient multiply-add"],
    )
    found.solve("gradient bias", {f"back 1 {SIDE} True": 1, f"back 1 {SIDE} False": -1}, per=SIDE)
    found.solve(
        "back layer",
        {"back 1 1 False": 1, "back one layer": -1},
        less=["row", "gradient multiply-add", "carried linear", "carried multiply-add"],
    )


def _solve_around(found: "_Found") -> None:
    """Find what an image, an update and a step take in addition."""
    found.solve("taken image", {"images": 1}, per=MANY)
    found.solve("batch", {"step of a batch": 1, "step": -1}, less=["taken image"])
    found.solve("list", {"lists": 1}, per=PARAMETERS)
    found.solve("vector", {"vectors": 1}, per=PARAMETERS)
    for name in UPDATES:
        found.solve(f"update {name}", {f"update {name}": 1}, per=PARAMETERS)
    for name in EXTRAS:
        found.solve(name, {f"update {name}": 1, "update sgd": -1}, per=PARAMETERS)
    one_image = ["layer", "neuron", "multiply-add", "back layer", "row", "gradient multiply-add"]
    for loss, output in (("mse", "linear"), ("mse", "sigmoid"), ("bce", "sigmoid")):
        found.solve(
            f"image {loss} {output}",
            {f"{loss} {output} {SIDE}": 1, f"{loss} {output} 1": -1},
            per=SIDE - 1,
            less=[*one_image, f"value {output}"],
        )
    found.solve(
        "step",
        {"step": 1},
        less=[*one_image, "value linear", "image mse linear", "list", "vector", "update sgd"],
    )


class _Found:
    """Rates that are found one after another, each perhaps with the ones before it."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self.rates: dict[str, Rate] = {}

    def solve(
        self, name: str, parts: dict[str, int], per: float = 1.0, less: list[str] | None = None
    ) -> None:
        """Find a rate: a sum of probes per unit, less what rates that are known take of it."""
        whole = self._readings.combined(
            {f"loops {part}": float(factor) for part, factor in parts.items()}, per
        )
        known = [self.rates[each] for each in less or []]
        fastest = max(whole.fastest - sum(rate.fastest for rate in known), 0.0)
        median = max(whole.median - sum(rate.median for rate in known), fastest)
        self.rates[name] = Rate(fastest, median)


def terms(
    architecture: Architecture,
    count: int,
    loss: str,
    method: str,
    optimizer: str,
    given: Options,
    *,
    is_loading: bool = False,
) -> Counter[str]:
    """Count what a step of the loops engine repeats, by the names of its rates.

    Parameters
    ----------
    architecture : Architecture
        The network.
    count : int
        B, the images.
    loss, method, optimizer : str
        Their names.
    given : Options
        Of the update.
    is_loading : bool
        Whether each step has other images.
    """
    parameters = architecture.parameter_count
    nudges = method == "nudge"
    passes = parameters + 1 if nudges else 1
    found: Counter[str] = Counter({"step": 1, "vector": parameters, "list": passes * parameters})
    if is_loading:
        found["batch"], found["taken image"] = 1, count
    found[f"image {loss} {architecture.output}"] = passes * count
    for number, layer in enumerate(architecture.layers):
        weights = layer.inputs * layer.outputs
        once = {
            "layer": 1,
            "neuron": layer.outputs,
            "multiply-add": weights,
            "bias": layer.outputs if layer.bias else 0,
            f"value {layer.activation.name}": layer.outputs,
        }
        found.update({name: passes * count * times for name, times in once.items()})
        if nudges:
            continue
        back = {
            "back layer": 1,
            "row": layer.inputs + (1 if layer.bias else 0),
            "gradient multiply-add": weights,
            "gradient bias": layer.outputs if layer.bias else 0,
        }
        if number > 0:
            below = architecture.layers[number - 1].activation.name
            back |= {f"carried {below}": layer.inputs, "carried multiply-add": weights}
        found.update({name: count * times for name, times in back.items()})
    found[f"update {update_name(optimizer, given)}"] = parameters
    for name in extra_names(given):
        found[name] = parameters if name.startswith("clip") else architecture.weight_count
    return found
