"""The compiled engine: two ways to take a step, one for small layers and one for large ones.

Layers of at most 32 × 32 weights are computed by `kernel`, in which many steps are one call. For
larger ones numpy's matrix products are faster, and the matrix engine computes them, with compiled
activations in place of numpy's.
"""

import math
from dataclasses import replace

import numpy as np

from core.arrays import Array, Cancelled, Integers, IsCancelled, Operation, aligned, in_parts
from core.engines.compiled import functions, kernel, passes, updates
from core.engines.compiled.sizes import TILE, VECTOR, WIDEST
from core.engines.engine import Engine, Evaluation, Problem, Stretch
from core.engines.matrix import MatrixEngine
from core.images.images import Batch
from core.network.activations import ACTIVATIONS, Activation
from core.network.losses import Loss
from core.network.network import Network
from core.network.optimizers import Options
from core.network.update import Rule

PART_MULTIPLY_ADDS = 5_000_000
"""A call evaluates about so many multiply-adds of a forward pass: a few milliseconds."""
MOST_STEPS = 65_536
"""Steps of one call at most: room for so many losses."""

KINDS = {
    "linear": passes.LINEAR,
    "relu": passes.RELU,
    "tanh": passes.TANH,
    "sigmoid": passes.SIGMOID,
}
OPTIMIZER_KINDS = {
    "sgd": updates.SGD,
    "momentum": updates.MOMENTUM,
    "rmsprop": updates.RMSPROP,
    "adam": updates.ADAM,
}


def engine_for(problem: Problem) -> Engine:
    """Return the engine for a network: the kernel's, or matrix products for large layers."""
    sizes = problem.network.architecture.sizes
    if problem.method == "backprop" and max(sizes) <= WIDEST:
        return KernelEngine(problem)
    return MatrixEngine(replace(problem, functions=COMPILED))


def with_compiled_functions(activation: Activation) -> Activation:
    """Return the same activation, computed by compiled functions."""
    if activation.is_linear:
        return activation
    function, slopes = _FUNCTIONS[activation.name]

    def operations(sums: Array) -> list[Operation]:
        return [(function, (sums.reshape(-1),))]

    def derivative_operations(outputs: Array, deltas: Array, scratch: Array) -> list[Operation]:
        return [(slopes, (outputs.reshape(-1), deltas.reshape(-1)))]

    return replace(activation, operations=operations, derivative_operations=derivative_operations)


_FUNCTIONS = {
    "relu": (functions.relu, functions.relu_slopes),
    "tanh": (functions.tanh, functions.tanh_slopes),
    "sigmoid": (functions.sigmoid, functions.sigmoid_slopes),
}
COMPILED = {name: with_compiled_functions(each) for name, each in ACTIVATIONS.items()}
"""Every activation, by name, computed by compiled functions over arrays."""
_NONE = Batch(np.empty((0, 0)), np.empty(0))


class Tiles:
    """The arrays in which a batch lies, and in which its levels are computed.

    Parameters
    ----------
    network : Network
        Tells the sizes of the levels.
    images : int
        Of the batch at most.
    """

    def __init__(self, network: Network, images: int) -> None:
        inputs, *outputs = network.architecture.sizes
        columns = TILE if images > TILE else -(-images // VECTOR) * VECTOR
        self.count = -(-images // columns)
        """Tiles."""
        self.predictions = aligned(self.count, columns)
        self.total = np.zeros(1)
        """Shape (1,): the sum of the losses."""
        levels, deltas = (aligned(sum(outputs), columns) for _ in range(2))
        self.arrays = (
            aligned(self.count * inputs, columns),
            aligned(self.count, columns),
            self.predictions,
            self.total,
            levels,
            deltas,
            levels.reshape(-1),
            deltas.reshape(-1),
        )
        """As the kernel takes them."""


class Moves:
    """The arrays by which the kernel makes an update.

    Parameters
    ----------
    rule : Rule
        How the parameters are moved.
    network : Network
        Whose they are.
    """

    def __init__(self, rule: Rule, network: Network) -> None:
        self.rule = rule
        parameters, options, state = network.parameters, rule.options, rule.state
        penalties = np.zeros((2, len(parameters)))
        for layer in network.architecture.layers:
            penalties[0, layer.weights] = options.l1
            penalties[1, layer.weights] = options.l2
        kind = OPTIMIZER_KINDS[rule.optimizer.name]
        is_changed = rule.clips or rule.penalises
        is_plain = kind == updates.SGD and not is_changed
        self.kind: Integers = np.array([kind, is_changed, is_plain], np.int64)
        """The kind of update, as the kernel takes it …"""
        self.arrays = (
            _numbers_of(kind, options),
            penalties,
            np.empty_like(parameters),
            np.empty_like(parameters),
            state.slots,
            state.before,
            state.count.reshape(1),
        )
        """… and the arrays."""


def _numbers_of(kind: int, options: Options) -> Array:
    """Return an optimizer's options as the kernel takes them."""
    numbers = np.zeros(updates.OPTIONS)
    if kind == updates.MOMENTUM:
        numbers[updates.MOMENTUM_KEPT] = options.momentum
        numbers[updates.NESTEROV] = options.nesterov
    elif kind == updates.RMSPROP:
        numbers[updates.ALPHA] = options.alpha
        numbers[updates.CENTERED] = options.centered
        numbers[updates.RMSPROP_EPSILON] = options.epsilon
    elif kind == updates.ADAM:
        numbers[updates.BETA1], numbers[updates.BETA2] = options.beta1, options.beta2
        numbers[updates.AMSGRAD] = options.amsgrad
        numbers[updates.ADAM_EPSILON] = options.epsilon
    limits = options.clip_norm, options.clip_value
    numbers[updates.CLIP_NORM], numbers[updates.CLIP_VALUE] = (
        -1.0 if limit is None else limit for limit in limits
    )
    return numbers


def _tables_of(network: Network, loss: Loss) -> tuple[Array, Integers]:
    """Return what holds for a problem, and its layers, as the kernel takes them."""
    architecture = network.architecture
    problem = np.zeros(kernel.PROBLEM)
    problem[kernel.BIAS] = architecture.bias
    problem[kernel.IS_CROSS_ENTROPY] = loss.needs_sums
    is_plain = architecture.is_default and not loss.needs_sums
    problem[kernel.IS_FOUR_WEIGHTS] = is_plain
    problem[kernel.FACTOR] = loss.factor
    rows = []
    level, below = 0, 0
    for layer in architecture.layers:
        kind = KINDS[layer.activation.name]
        rows.append((layer.inputs, layer.outputs, layer.start, kind, level, below))
        level, below = level + layer.outputs, level
    return problem, np.array(rows, np.int64)


class KernelEngine:
    """Many steps in one compiled call, for layers of at most 32 × 32 weights.

    Parameters
    ----------
    problem : Problem
        Network, loss and update rule.
    """

    seconds_per_multiply_add = 3e-10

    def __init__(self, problem: Problem) -> None:
        self._network = problem.network
        parameters = problem.network.parameters
        self._gradient = np.zeros_like(parameters)
        problem_table, layers = _tables_of(problem.network, problem.loss)
        self._fixed = problem_table, layers, parameters, self._gradient
        self.move_by(problem.rule)
        self._tiles: dict[tuple[int, bool], Tiles] = {}
        self._batch: Batch | None = None
        self._frozen: frozenset[int] = frozenset()
        self._free = np.ones_like(parameters)
        self._alone = np.ones_like(parameters), parameters.copy()
        self.halt: Integers = np.zeros(1, np.int64)
        self._losses = np.empty(MOST_STEPS)
        self._result = Evaluation(0.0, np.empty(0), np.empty(0), self._gradient)

    @property
    def most_images(self) -> int:
        """Images per step at most in `steps`; see `SteppingEngine.most_images`."""
        return self._tiles_at_once * TILE

    def evaluate(self, batch: Batch, cancelled: IsCancelled | None = None) -> Evaluation:
        """Compute loss and gradient; see `Engine.evaluate`."""
        tiles, part = self._tiles_of(len(batch)), self._tiles_at_once
        for first in range(0, tiles.count, part):
            if cancelled is not None and cancelled():
                raise Cancelled
            is_new = batch is not self._batch
            self._batch = batch
            span = first, min(first + part, tiles.count)
            self._advance((1, 2), span, tiles, batch, (0, len(batch)), is_loading=is_new)
        return self._evaluated(tiles, float(self._losses[0]), batch.targets)

    def assess(self, batch: Batch, cancelled: IsCancelled | None = None) -> tuple[float, Array]:
        """Compute loss and predictions only; see `Engine.assess`."""
        predictions, total = np.empty(len(batch)), 0.0
        for part in in_parts(len(batch), self._tiles_at_once * TILE, cancelled):
            images = Batch(batch.images[part], batch.targets[part])
            tiles = self._tiles_of(len(images), assessed=True)
            place, span = (0, len(images)), (0, tiles.count)
            self._advance((1, 2), span, tiles, images, place, is_backward=False)
            total += float(tiles.total[0])
            predictions[part] = tiles.predictions.reshape(-1)[: len(images)]
        return total / len(batch), predictions

    def update(self) -> None:
        """Move the parameters by the gradient that was evaluated last."""
        self._advance((0, 1), (0, 0), self._tiles_of(1, assessed=True), _NONE, (0, 1))

    def steps(self, stretch: Stretch, count: int, previous: Array) -> tuple[Array, Evaluation]:
        """Take up to so many steps at once; see `SteppingEngine.steps`."""
        images, size = stretch.images, stretch.batch_size
        tiles, is_whole = self._tiles_of(size), size >= len(images)
        is_loading = not is_whole or images is not self._batch
        self._batch = images if is_whole else None
        if stretch.frozen != self._frozen:
            self._frozen = stretch.frozen
            self._free[...] = 1.0
            self._free[list(self._frozen)] = 0.0
        count = min(count, MOST_STEPS)
        rule = self._moves.rule
        rates = rule.rates(stretch.step, count)
        taken = self._advance(
            (0, 2 * count),
            (0, tiles.count),
            tiles,
            images,
            (stretch.place, size),
            is_loading=is_loading,
            bounds=(stretch.low, stretch.high),
            moved=(self._free, previous, rates),
        )
        rule.rate[...] = rates[min(taken, len(rates)) - 1]
        last = (stretch.place + taken - 1) * size if not is_whole else 0
        losses = self._losses[:taken]
        targets = images.targets[last : last + size]
        return losses, self._evaluated(tiles, float(losses[-1]), targets)

    def begin_at(self, step: int) -> None:
        """Make the coming update the one after so many updates; see `Engine.begin_at`."""
        self._moves.rule.begin_at(step)

    def move_by(self, rule: Rule) -> None:
        """Update by another rule from now on; see `Engine.move_by`."""
        self._moves = Moves(rule, self._network)

    def _advance(
        self,
        halves: tuple[int, int],
        span: tuple[int, int],
        tiles: Tiles,
        batch: Batch,
        place: tuple[int, int],
        *,
        is_loading: bool = True,
        is_backward: bool = True,
        bounds: tuple[float, float] = (-math.inf, math.inf),
        moved: tuple[Array, Array, Array] | None = None,
    ) -> int:
        """Call the kernel; see `kernel.advance`."""
        # Alone, an update moves all, and who asks for it has kept the parameters before it.
        free, previous, rates = moved or (*self._alone, self._moves.rule.rate.reshape(1))
        return kernel.advance(
            halves[0],
            halves[1],
            span[0],
            span[1],
            is_loading,
            is_backward,
            bounds[0],
            bounds[1],
            place[0],
            place[1],
            len(batch),
            batch.images,
            batch.targets,
            *self._fixed,
            *tiles.arrays,
            self._moves.kind,
            *self._moves.arrays,
            free,
            previous,
            rates,
            self._losses,
            self.halt,
        )

    def _evaluated(self, tiles: Tiles, loss: float, targets: Array) -> Evaluation:
        """Return the evaluation that was made last."""
        result = self._result
        result.loss, result.targets = loss, targets
        result.predictions = tiles.predictions.reshape(-1)[: len(targets)]
        return result

    def _tiles_of(self, images: int, *, assessed: bool = False) -> Tiles:
        """Return room for so many images; what is only assessed leaves the evaluation alone."""
        if (images, assessed) not in self._tiles:
            self._tiles[images, assessed] = Tiles(self._network, images)
        return self._tiles[images, assessed]

    @property
    def _tiles_at_once(self) -> int:
        """Tiles that one call evaluates: a few milliseconds."""
        return max(1, PART_MULTIPLY_ADDS // (TILE * self._network.architecture.weight_count))
