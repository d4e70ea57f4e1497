"""The loops engine: plain Python numbers, one multiply-add at a time, as in the essay.

Each phase of a step is one plain function. `LoopsEngine` below only calls them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Cancelled, IsCancelled
from core.engines.engine import NUDGE, Evaluation, Problem
from core.images.images import Batch
from core.network.activations import Activation
from core.network.architecture import Architecture
from core.network.clipping import TINY
from core.network.losses import Loss
from core.network.optimizers import Numbers, Options
from core.network.update import Rule


@dataclass
class Neurons:
    """One layer as plain numbers."""

    weights: list[Numbers]
    """weights[i][j] leads from input i to neuron j."""
    biases: Numbers
    """One for each neuron; empty without bias."""
    activation: Activation
    start: int
    """Index of its first parameter in the flat list."""


def layers_of(architecture: Architecture, parameters: Sequence[float]) -> list[Neurons]:
    """Return the flat list layer by layer."""
    layers = []
    for layer in architecture.layers:
        rows = range(layer.weights.start, layer.weights.stop, layer.outputs)
        weights = [list(parameters[row : row + layer.outputs]) for row in rows]
        biases = list(parameters[layer.biases])
        layers.append(Neurons(weights, biases, layer.activation, layer.start))
    return layers


def weighted_sums(inputs: Numbers, layer: Neurons) -> Numbers:
    """Return each neuron's weighted sum: its inputs times its weights, added up, and its bias."""
    sums = []
    for j in range(len(layer.weights[0])):
        total = 0.0
        for i, value in enumerate(inputs):
            total += value * layer.weights[i][j]
        if layer.biases:
            total += layer.biases[j]
        sums.append(total)
    return sums


def forward(image: Numbers, layers: list[Neurons]) -> tuple[list[Numbers], float]:
    """Return every layer's activations for one image, the image first, and the output's sum."""
    activations = [image]
    sums = image
    for layer in layers:
        sums = weighted_sums(activations[-1], layer)
        activations.append([layer.activation.value(total) for total in sums])
    return activations, sums[0]


def backward(
    activations: list[Numbers], delta: float, layers: list[Neurons], gradient: Numbers
) -> None:
    """Carry one image's delta back to the first layer; add its share to the gradient."""
    deltas = [delta]
    for index in reversed(range(len(layers))):
        layer, inputs = layers[index], activations[index]
        place = layer.start
        for value in inputs:
            for delta in deltas:
                gradient[place] += value * delta
                place += 1
        if layer.biases:
            for delta in deltas:
                gradient[place] += delta
                place += 1
        if index > 0:
            deltas = carry_back(deltas, inputs, layer, layers[index - 1].activation)


def carry_back(
    deltas: Numbers, outputs: Numbers, layer: Neurons, activation: Activation
) -> Numbers:
    """Return the deltas of the neurons below a layer, by the chain rule."""
    carried = []
    for i, output in enumerate(outputs):
        total = 0.0
        for j, delta in enumerate(deltas):
            total += delta * layer.weights[i][j]
        carried.append(activation.backward(total, output))
    return carried


def mean_loss(
    images: list[Numbers],
    targets: Numbers,
    layers: list[Neurons],
    loss: Loss,
    cancelled: IsCancelled | None = None,
) -> tuple[float, Numbers]:
    """Return the loss over a batch, and the predictions."""
    total = 0.0
    predictions = []
    for image, target in zip(images, targets, strict=True):
        if cancelled is not None and cancelled():
            raise Cancelled
        activations, output_sum = forward(image, layers)
        prediction = activations[-1][0]
        total += loss.value(output_sum, prediction, target)
        predictions.append(prediction)
    return total / len(images), predictions


def nudge(
    images: list[Numbers],
    targets: Numbers,
    architecture: Architecture,
    parameters: Numbers,
    loss: Loss,
    cancelled: IsCancelled | None = None,
) -> tuple[float, Numbers, Numbers]:
    """Return loss, predictions and gradient by finite differences: nudge each parameter."""
    layers = layers_of(architecture, parameters)
    here, predictions = mean_loss(images, targets, layers, loss, cancelled)
    gradient = []
    for p in range(len(parameters)):
        nudged = list(parameters)
        nudged[p] += NUDGE
        layers = layers_of(architecture, nudged)
        there, _ = mean_loss(images, targets, layers, loss, cancelled)
        gradient.append((there - here) / NUDGE)
    return here, predictions, gradient


def backprop(
    images: list[Numbers],
    targets: Numbers,
    architecture: Architecture,
    parameters: Numbers,
    loss: Loss,
    cancelled: IsCancelled | None = None,
) -> tuple[float, Numbers, Numbers]:
    """Return loss, predictions and gradient by backpropagation of each image's delta."""
    layers = layers_of(architecture, parameters)
    output = layers[-1].activation
    share = loss.factor / len(images)
    total = 0.0
    predictions = []
    gradient = [0.0] * len(parameters)
    for image, target in zip(images, targets, strict=True):
        if cancelled is not None and cancelled():
            raise Cancelled
        activations, output_sum = forward(image, layers)
        prediction = activations[-1][0]
        total += loss.value(output_sum, prediction, target)
        predictions.append(prediction)
        backward(activations, loss.delta(prediction, target, share, output), layers, gradient)
    return total / len(images), predictions, gradient


def clip(gradient: Numbers, options: Options) -> Numbers:
    """Return the gradient, clipped: all of it scaled down by norm, or each number by value."""
    clipped = []
    if options.clip_norm is not None:
        squares = 0.0
        for slope in gradient:
            squares += slope * slope
        share = min(options.clip_norm / (math.sqrt(squares) + TINY), 1.0)
        for slope in gradient:
            clipped.append(share * slope)
    elif options.clip_value is not None:
        most = options.clip_value
        for slope in gradient:
            clipped.append(max(min(slope, most), -most))
    return clipped


def penalise(
    parameters: Numbers, gradient: Numbers, architecture: Architecture, options: Options
) -> Numbers:
    """Return the gradient with what L1 and L2 add to it: for weights only, not for biases."""
    penalised = list(gradient)
    for layer in architecture.layers:
        for place in range(layer.weights.start, layer.weights.stop):
            weight = parameters[place]
            if options.l1:
                penalised[place] += options.l1 * sign(weight)
            if options.l2:
                penalised[place] += options.l2 * weight
    return penalised


def sign(number: float) -> float:
    """Return 1 above zero, −1 below, 0 at zero."""
    return math.copysign(1.0, number) if number else 0.0


def update(parameters: Numbers, gradient: Numbers, memory: list[Numbers], rule: Rule) -> Numbers:
    """Return the parameters after one step; `memory` is updated in place."""
    optimizer, options, count = rule.optimizer, rule.options, rule.state.count.item()
    rate = rule.rate.item()
    updated = []
    for parameter, slope, remembered in zip(parameters, gradient, memory, strict=True):
        direction = optimizer.direction(slope, remembered, options, count)
        updated.append(parameter - rate * direction)
    return updated


class LoopsEngine:
    """The functions above as an engine.

    Parameters
    ----------
    problem : Problem
        Network, loss, gradient method and update rule.
    """

    seconds_per_multiply_add = 1e-7

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._rule = problem.rule
        self._method = nudge if problem.method == "nudge" else backprop
        self._gradient: Numbers = [0.0] * problem.network.architecture.parameter_count
        self._batch: Batch | None = None
        self._images: list[Numbers] = []
        self._targets: Numbers = []

    def evaluate(self, batch: Batch, cancelled: IsCancelled | None = None) -> Evaluation:
        """Compute loss and gradient; see `Engine.evaluate`."""
        if batch is not self._batch:
            self._images, self._targets = batch.images.tolist(), batch.targets.tolist()
            self._batch = batch
        network = self._problem.network
        loss, predictions, self._gradient = self._method(
            self._images,
            self._targets,
            network.architecture,
            network.parameters.tolist(),
            self._problem.loss,
            cancelled,
        )
        return Evaluation(loss, np.array(predictions), batch.targets, np.array(self._gradient))

    def assess(self, batch: Batch, cancelled: IsCancelled | None = None) -> tuple[float, Array]:
        """Compute loss and predictions only; see `Engine.assess`."""
        network = self._problem.network
        layers = layers_of(network.architecture, network.parameters.tolist())
        images, targets = batch.images.tolist(), batch.targets.tolist()
        loss, predictions = mean_loss(images, targets, layers, self._problem.loss, cancelled)
        return loss, np.array(predictions)

    def update(self) -> None:
        """Move the parameters by the gradient that was evaluated last."""
        network, rule, gradient = self._problem.network, self._rule, self._gradient
        parameters = network.parameters.tolist()
        if rule.clips:
            gradient = clip(gradient, rule.options)
        if rule.penalises:
            gradient = penalise(parameters, gradient, network.architecture, rule.options)
        rule.state.begin()
        memory = rule.state.slots.T.tolist()
        network.parameters[:] = update(parameters, gradient, memory, rule)
        rule.state.slots.T[...] = memory

    def begin_at(self, step: int) -> None:
        """Make the coming update the one after so many updates; see `Engine.begin_at`."""
        self._rule.begin_at(step)

    def move_by(self, rule: Rule) -> None:
        """Update by another rule from now on; see `Engine.move_by`."""
        self._rule = rule
