"""The matrix engine: whole batches at once, in numpy calls that allocate nothing.

Everything lies with the images side by side: a level of n numbers for B images is an array of shape
(n, B), so that the weights and the biases below them, one (inputs + 1, outputs) part of the flat
vector, multiply it in a single call. For the biases each level has one more row, of ones.
A batch too large to be done within a few milliseconds is done in parts of equal buffers.
"""

from collections.abc import Callable

import numpy as np

from core.arrays import Array, IsCancelled, Operation, aligned, in_parts, run
from core.engines.engine import NUDGE, Evaluation, Problem
from core.images.images import Batch
from core.network.losses import OutputArrays
from core.network.update import Rule

PART = 32_000_000
"""A part of a batch has at most about so many multiply-adds in a forward pass …"""
PART_NUMBERS = 250_000
"""… and so many numbers on all its levels: no call takes more than a few milliseconds."""


class Pass:
    """The calls of a forward and a backward pass over so many images.

    Parameters
    ----------
    problem : Problem
        What to compute.
    parameters : ndarray, shape (parameter_count,)
        Read by the calls.
    gradient : ndarray, shape (parameter_count,)
        Written by the calls.
    images : int
        B, the images that one run takes.
    room : callable
        Makes each array that the calls write, from its shape.
    """

    def __init__(
        self,
        problem: Problem,
        parameters: Array,
        gradient: Array,
        images: int,
        room: Callable[..., Array] = aligned,
    ) -> None:
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
        last = len(architecture.layers) - 1
        for index, layer in enumerate(architecture.layers):
            both = slice(layer.start, layer.stop)
            matrix = parameters[both].reshape(layer.inputs + ones, layer.outputs)
            result = sums if index == last else outputs[index + 1]
            self.forward.append((np.dot, (matrix.T, activations[index], result)))
            if index == last and loss.needs_sums:
                self.forward.append((np.positive, (sums, outputs[-1])))
            self.forward += layer.activation.operations(outputs[index + 1])
            operations: list[Operation] = [
                (
                    np.dot,
                    (activations[index], deltas[index].T, gradient[both].reshape(matrix.shape)),
                )
            ]
            if index > 0:
                below = architecture.layers[index - 1].activation
                weights = matrix[: layer.inputs]
                operations.append((np.dot, (weights, deltas[index], deltas[index - 1])))
                operations += below.derivative_operations(
                    outputs[index], deltas[index - 1], scratch[index - 1]
                )
            self.backward[:0] = operations
        self.forward += loss.difference_operations(self.output)
        self.backward[:0] = loss.delta_operations(self.output, architecture.layers[-1].activation)


def part_size(problem: Problem, images: int) -> int:
    """Count the images of each part that a batch is cut into, evenly."""
    most = problem.network.architecture.images_within(PART, PART_NUMBERS)
    parts = -(-images // most)
    return -(-images // parts)


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
        self._share = np.zeros_like(parameters)
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
            self._gradient[...] = 0.0
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
            gradient = self._gradient if in_one else self._share
            self._passes[images, in_one] = Pass(self._problem, self._tried, gradient, images)
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
                run(filled.backward, cancelled)
                np.add(self._gradient, self._share, self._gradient)
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
