"""The matrix engine: whole batches at once, in numpy calls that allocate nothing.

Everything lies with the images side by side: a level of n numbers for B images is an array of shape
(n, B), so that the weights and the biases below them, one (inputs + 1, outputs) part of the flat
vector, multiply it in a single call. For the biases each level has one more row, of ones.
No call takes more than a few milliseconds. A layer that would take longer is done in blocks of
neurons. A batch with more activations than memory should hold is done in parts of equal buffers,
each of which adds to the gradient; a part has enough images to make little of that traffic.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from core.arrays import Array, IsCancelled, Operation, aligned, in_parts, run
from core.engines.engine import NUDGE, Evaluation, Problem
from core.images.images import Batch
from core.network.architecture import Architecture
from core.network.losses import OutputArrays
from core.network.update import Rule


class Limits(NamedTuple):
    """How much is computed at once."""

    block: int
    """Multiply-adds of a call …"""
    block_numbers: int
    """… and activations that it computes, about: larger layers are done in blocks of neurons."""
    part_numbers: int
    """Numbers on all levels of a part of a batch, at most …"""
    part_images: int
    """… but so many images are a part as long as they take no more room than the parameters: each
    part reads and writes the whole gradient, which takes as long as a few images do."""


LIMITS = Limits(33_000_000, 250_000, 250_000, 128)
"""A call takes a few milliseconds, and a part stays in a cache."""


def even(count: int, most: int) -> int:
    """Return the size of each piece that so many are cut into, evenly, of at most so many."""
    return -(-count // -(-count // most))


def blocks(neurons: int, products: int, images: int, limits: Limits) -> Iterator[slice]:
    """Cut a level's neurons into the blocks that a call takes.

    Parameters
    ----------
    neurons : int
        Of the level.
    products : int
        Multiply-adds of each of them, for an image.
    images : int
        B.
    limits : Limits
        Of a call.
    """
    most = max(1, min(limits.block // (products * images), limits.block_numbers // images))
    return in_parts(neurons, even(neurons, most))


class Pass:
    """The calls of a forward and a backward pass over so many images.

    Parameters
    ----------
    problem : Problem
        What to compute.
    parameters : ndarray, shape (parameter_count,)
        Read by the calls.
    gradient : ndarray, shape (parameter_count,)
        Written by the calls, or added to.
    images : int
        B, the images that one run takes.
    limits : Limits, optional
        Of a call; the matrix engine's unless given.
    room : callable
        Makes each array that the calls write, from its shape.
    """

    def __init__(
        self,
        problem: Problem,
        parameters: Array,
        gradient: Array,
        images: int,
        limits: Limits | None = None,
        room: Callable[..., Array] = aligned,
    ) -> None:
        limits = limits or LIMITS
        architecture, loss = problem.network.architecture, problem.loss
        ones = 1 if architecture.bias else 0
        activations = [room(size + ones, images) for size in architecture.sizes]
        for numbers in activations:
            numbers.fill(1.0)
        outputs = [
            numbers[:size] for numbers, size in zip(activations, architecture.sizes, strict=True)
        ]
        self.inputs = outputs[0]
        self.weight = np.array(1.0)
        sums = room(1, images) if loss.needs_sums else outputs[-1]
        deltas = [room(size, images) for size in architecture.sizes[1:]]
        scratch = [room(size, images) for size in architecture.sizes[1:]]
        self.output = OutputArrays(
            sums[0], outputs[-1][0], room(images), deltas[-1][0], scratch[-1][0], self.weight
        )
        self.forward: list[Operation] = []
        self.backward: list[Operation] = []
        """The calls that write the gradient …"""
        self.adding: list[Operation] = []
        """… or else add to it."""
        # What a block adds to the gradient is still in a cache when it is added.
        share = room(largest_block(architecture, images, limits))
        last = len(architecture.layers) - 1
        for index, layer in enumerate(architecture.layers):
            both = slice(layer.start, layer.stop)
            matrix = parameters[both].reshape(layer.inputs + ones, layer.outputs)
            result = sums if index == last else outputs[index + 1]
            for neurons in blocks(layer.outputs, layer.inputs, images, limits):
                columns, written = matrix.T[neurons], result[neurons]
                # Columns of a matrix are copied by numpy's dot, but not by its matmul.
                product = np.dot if len(columns) == layer.outputs else np.matmul
                self.forward.append((product, (columns, activations[index], written)))
                if index == last and loss.needs_sums:
                    self.forward.append((np.positive, (sums, outputs[-1])))
                function = problem.function_of(layer)
                self.forward += function.operations(outputs[index + 1][neurons])
            carried: list[Operation] = []
            if index > 0:
                below = problem.function_of(architecture.layers[index - 1])
                for neurons in blocks(layer.inputs, layer.outputs, images, limits):
                    under = deltas[index - 1][neurons]
                    carried.append((np.dot, (matrix[neurons], deltas[index], under)))
                    carried += below.derivative_operations(
                        outputs[index][neurons], under, scratch[index - 1][neurons]
                    )
            arrays = activations[index], deltas[index], gradient[both].reshape(matrix.shape)
            self.backward[:0] = gradient_operations(*arrays, limits) + carried
            self.adding[:0] = adding_operations(*arrays, share, limits) + carried
        self.forward += loss.difference_operations(self.output)
        operations = loss.delta_operations(
            self.output, problem.function_of(architecture.layers[-1])
        )
        self.backward[:0] = operations
        self.adding[:0] = operations


def gradient_operations(
    inputs: Array, deltas: Array, gradient: Array, limits: Limits
) -> list[Operation]:
    """Return the calls that write a layer's gradient."""
    return [
        (np.dot, (inputs[rows], deltas.T, gradient[rows]))
        for rows in blocks(len(inputs), len(deltas), deltas.shape[1], limits)
    ]


def adding_operations(
    inputs: Array, deltas: Array, gradient: Array, share: Array, limits: Limits
) -> list[Operation]:
    """Return the calls that add to a layer's gradient; what they add goes through `share`."""
    operations: list[Operation] = []
    for rows in blocks(len(inputs), len(deltas), deltas.shape[1], limits):
        added, total = share[: gradient[rows].size].reshape(-1, len(deltas)), gradient[rows]
        operations.append((np.dot, (inputs[rows], deltas.T, added)))
        operations.append((np.add, (total, added, total)))
    return operations


def largest_block(architecture: Architecture, images: int, limits: Limits) -> int:
    """Count the parameters of the largest block of the gradient."""
    ones, largest = 1 if architecture.bias else 0, 0
    for layer in architecture.layers:
        for rows in blocks(layer.inputs + ones, layer.outputs, images, limits):
            largest = max(largest, (rows.stop - rows.start) * layer.outputs)
    return largest


def part_size(problem: Problem, images: int, limits: Limits | None = None) -> int:
    """Count the images of each part that a batch is cut into, evenly."""
    limits = limits or LIMITS
    architecture = problem.network.architecture
    numbers = sum(architecture.sizes)
    as_parameters = min(limits.part_images, architecture.parameter_count // numbers)
    return even(images, max(1, limits.part_numbers // numbers, as_parameters))


class MatrixEngine:
    """The whole batch at once, in numpy.

    Parameters
    ----------
    problem : Problem
        Network, loss, gradient method and update rule.
    """

    seconds_per_multiply_add = 1e-9

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        parameters = problem.network.parameters
        self._nudges = problem.method == "nudge"
        # A nudge must not show: it is tried on a vector of its own.
        self._tried = parameters.copy() if self._nudges else parameters
        self._gradient = np.zeros_like(parameters)
        self.move_by(problem.rule)
        self._passes: dict[tuple[int, bool], Pass] = {}
        self._whole: Pass | None = None
        self._batch: Batch | None = None
        self._images = 0
        self._result = Evaluation(0.0, np.empty(0), np.empty(0), self._gradient)

    def evaluate(self, batch: Batch, cancelled: IsCancelled | None = None) -> Evaluation:
        """Compute loss and gradient; see `Engine.evaluate`."""
        if batch is not self._batch:
            self._take(batch)
        result = self._result
        if self._nudges:
            self._nudge(batch, cancelled)
        elif self._whole is not None:
            run(self._whole.forward, cancelled)
            result.loss = self._problem.loss.total(self._whole.output) / self._images
            run(self._whole.backward, cancelled)
        else:
            result.loss = self._in_parts(batch, result.predictions, cancelled, backward=True)
        return result

    def assess(self, batch: Batch, cancelled: IsCancelled | None = None) -> tuple[float, Array]:
        """Compute loss and predictions only; see `Engine.assess`."""
        if self._nudges:
            self._tried[...] = self._problem.network.parameters
        predictions = np.empty(len(batch))
        return self._in_parts(batch, predictions, cancelled, backward=False), predictions

    def update(self) -> None:
        """Move the parameters by the gradient that was evaluated last."""
        run(self._update)

    def begin_at(self, step: int) -> None:
        """Make the coming update the one after so many updates; see `Engine.begin_at`."""
        self._rule.begin_at(step)

    def move_by(self, rule: Rule) -> None:
        """Update by another rule from now on; see `Engine.move_by`."""
        self._rule, network = rule, self._problem.network
        self._update = rule.operations(network.architecture, network.parameters, self._gradient)

    def lists(self) -> Iterator[list[Operation]]:
        """Yield the lists of calls that are run: of the update, and of each pass that there was."""
        yield self._update
        for each in self._passes.values():
            yield from (each.forward, each.backward, each.adding)

    def _take(self, batch: Batch) -> None:
        """Load a batch that is done in one piece; make room for the predictions of any other."""
        self._batch = batch
        self._images = len(batch)
        everything = slice(0, self._images)
        in_one = part_size(self._problem, self._images) == self._images
        self._whole = self._filled(batch, everything, in_one=True) if in_one else None
        if self._whole is not None and not self._nudges:
            self._result.predictions = self._whole.output.predictions
        elif len(self._result.predictions) != self._images:
            self._result.predictions = np.empty(self._images)
        self._result.targets = batch.targets

    def _filled(self, batch: Batch, part: slice, *, in_one: bool) -> Pass:
        """Return the calls for a batch that is done in one piece, or for a part of one."""
        images = part.stop - part.start
        if (images, in_one) not in self._passes:
            calls = Pass(self._problem, self._tried, self._gradient, images)
            self._passes[images, in_one] = calls
        loaded = self._passes[images, in_one]
        loaded.inputs[...] = batch.images[part].T
        loaded.output.targets[...] = batch.targets[part]
        loaded.weight[...] = self._problem.loss.factor / len(batch)
        return loaded

    def _in_parts(
        self,
        batch: Batch,
        predictions: Array | None,
        cancelled: IsCancelled | None,
        *,
        backward: bool,
    ) -> float:
        """Compute the loss, and predictions and gradient if wanted, part by part."""
        total = 0.0
        for part in in_parts(len(batch), part_size(self._problem, len(batch))):
            filled = self._filled(batch, part, in_one=False)
            run(filled.forward, cancelled)
            total += self._problem.loss.total(filled.output)
            if predictions is not None:
                predictions[part] = filled.output.predictions
            if backward:
                run(filled.adding if part.start else filled.backward, cancelled)
        return total / len(batch)

    def _loss(
        self, batch: Batch, predictions: Array | None, cancelled: IsCancelled | None
    ) -> float:
        """Compute the loss alone, and the predictions if wanted."""
        if self._whole is None:
            return self._in_parts(batch, predictions, cancelled, backward=False)
        run(self._whole.forward, cancelled)
        if predictions is not None:
            predictions[...] = self._whole.output.predictions
        return self._problem.loss.total(self._whole.output) / self._images

    def _nudge(self, batch: Batch, cancelled: IsCancelled | None) -> None:
        """Find the gradient by trying each parameter a millionth higher."""
        tried, result = self._tried, self._result
        tried[...] = self._problem.network.parameters
        result.loss = self._loss(batch, result.predictions, cancelled)
        for index, value in enumerate(tried.tolist()):
            tried[index] = value + NUDGE
            there = self._loss(batch, None, cancelled)
            tried[index] = value
            self._gradient[index] = (there - result.loss) / NUDGE
