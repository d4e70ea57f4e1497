"""Optimizers: what a step makes of the gradient. Each is one entry, over the flat vector.

All move the parameters in the same way, w ← w − η·d; what differs is the direction d. An optimizer
is given twice: as a rule for one number, as the loops engine and a reader want it, and as numpy
calls over the flat vector that write in place. What it remembers of each parameter are its slots;
they begin at 0. Definitions are PyTorch's, https://docs.pytorch.org/docs/stable/optim.html.
"""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from core.arrays import ONE, ZERO, Array, Operation, maximum
from core.structs import Struct

Numbers: TypeAlias = list[float]


class Options(Struct):
    """What an update is set to, under the names of the settings that decide it."""

    learning_rate: float
    momentum: float
    nesterov: bool
    alpha: float
    centered: bool
    beta1: float
    beta2: float
    amsgrad: bool
    epsilon: float
    l1: float
    l2: float
    schedule: str
    warmup_steps: int
    decay_steps: int
    decay_factor: float
    cosine_steps: int
    cosine_end: float
    clip_norm: float | None
    clip_value: float | None


class Arrays(Struct):
    """What the calls of an update read and write; the vectors have shape (P,)."""

    gradient: Array
    """What is downhill, the penalties' share included; only read."""
    slots: Array
    """The state, shape (k, P)."""
    count: Array
    """Updates since it began, the one that is being made included; shape ()."""
    scratch: Array


class Work(Struct):
    """What an optimizer takes for each parameter, in addition to the multiply-add of η·d."""

    products: int = 0
    """Products that are added onto nothing."""
    sums: int = 0
    """Products that are added onto a sum."""
    roots: int = 0
    """Square roots."""
    quotients: int = 0
    """Divisions."""


class Optimizer(Struct):
    """One update rule, for one parameter and for all of them at once."""

    name: str
    """The name that options and files use."""
    title: str
    """The name in words."""
    slots: int
    """k, the numbers of its state per parameter."""
    direction: Callable[[float, Numbers, Options, float], float]
    """The direction of one parameter from (gradient, what is remembered of it, options, number of
    the update from 1); what is remembered is brought up to date."""
    operations: Callable[[Arrays, Options], tuple[list[Operation], Array]]
    """The same for all: the calls, and the array that holds the directions then."""
    work: Callable[[Options], Work]
    """What it takes for each parameter."""
    squares: tuple[int, ...] = ()
    """Which slots hold means of squares: these are never below 0."""


def sgd(gradient: float, memory: Numbers, options: Options, count: float) -> float:
    """Straight downhill: d = g."""
    return gradient


def _sgd_operations(arrays: Arrays, options: Options) -> tuple[list[Operation], Array]:
    return [], arrays.gradient


def _sgd_work(options: Options) -> Work:
    return Work()


def momentum(gradient: float, memory: Numbers, options: Options, count: float) -> float:
    """A ball that rolls: v ← μ·v + g, d = v; Nesterov's looks ahead, d = g + μ·v.

    Source: Sutskever et al., 2013, https://proceedings.mlr.press/v28/sutskever13.html.
    """
    velocity = options.momentum * memory[0] + gradient
    memory[0] = velocity
    if options.nesterov:
        return gradient + options.momentum * velocity
    return velocity


def _momentum_operations(arrays: Arrays, options: Options) -> tuple[list[Operation], Array]:
    (velocity,), share = arrays.slots, np.array(options.momentum)
    calls: list[Operation] = [
        (np.multiply, (velocity, share, velocity)),
        (np.add, (velocity, arrays.gradient, velocity)),
    ]
    if not options.nesterov:
        return calls, velocity
    calls += [
        (np.multiply, (velocity, share, arrays.scratch)),
        (np.add, (arrays.gradient, arrays.scratch, arrays.scratch)),
    ]
    return calls, arrays.scratch


def _momentum_work(options: Options) -> Work:
    return Work(sums=2 if options.nesterov else 1)


def rmsprop(gradient: float, memory: Numbers, options: Options, count: float) -> float:
    """Divide by the gradient's usual size: s ← α·s + (1 − α)·g², d = g ÷ (√s + ε).

    Centered it is the usual spread: m ← α·m + (1 − α)·g, and s − m² in place of s.
    Sources: Tieleman and Hinton, 2012, lecture 6.5 of
    https://www.cs.toronto.edu/~hinton/coursera_lectures.html; Graves, 2013,
    https://arxiv.org/abs/1308.0850, eq. 38 to 41.
    """
    alpha = options.alpha
    squares = alpha * memory[0]
    squares += (1.0 - alpha) * gradient * gradient
    memory[0] = squares
    if options.centered:
        mean = alpha * memory[1]
        mean += (1.0 - alpha) * gradient
        memory[1] = mean
        squares -= mean * mean
        squares = max(squares, 0.0)  # below 0 only by rounding
    return gradient / (math.sqrt(squares) + options.epsilon)


def _rmsprop_operations(arrays: Arrays, options: Options) -> tuple[list[Operation], Array]:
    squares, mean = arrays.slots
    gradient, scratch = arrays.gradient, arrays.scratch
    kept, new = np.array(options.alpha), np.array(1.0 - options.alpha)
    calls = _mean_of_squares(squares, gradient, kept, new, scratch)
    if options.centered:
        calls += _mean(mean, gradient, kept, new, scratch)
        calls += [
            (np.multiply, (mean, mean, scratch)),
            (np.subtract, (squares, scratch, scratch)),
            (maximum, (scratch, ZERO, scratch)),
            (np.sqrt, (scratch, scratch)),
        ]
    else:
        calls.append((np.sqrt, (squares, scratch)))
    calls += [
        (np.add, (scratch, np.array(options.epsilon), scratch)),
        (np.divide, (gradient, scratch, scratch)),
    ]
    return calls, scratch


def _rmsprop_work(options: Options) -> Work:
    if options.centered:
        return Work(products=3, sums=3, roots=1, quotients=1)
    return Work(products=2, sums=1, roots=1, quotients=1)


def adam(gradient: float, memory: Numbers, options: Options, count: float) -> float:
    """Both: m ← β₁·m + (1 − β₁)·g, s ← β₂·s + (1 − β₂)·g², d = m′ ÷ (√s′ + ε).

    The means begin at 0, so they are too small at first: m′ = m ÷ (1 − β₁ᵗ), s′ = s ÷ (1 − β₂ᵗ)
    make up for it at update t. With amsgrad s′ is made of the largest s so far.
    Sources: Kingma and Ba, 2014, https://arxiv.org/abs/1412.6980; Reddi et al., 2018,
    https://arxiv.org/abs/1904.09237.
    """
    beta1, beta2 = options.beta1, options.beta2
    mean = beta1 * memory[0]
    mean += (1.0 - beta1) * gradient
    squares = beta2 * memory[1]
    squares += (1.0 - beta2) * gradient * gradient
    memory[0], memory[1] = mean, squares
    if options.amsgrad:
        memory[2] = squares = max(squares, memory[2])
    mean /= 1.0 - math.pow(beta1, count)
    squares /= 1.0 - math.pow(beta2, count)
    return mean / (math.sqrt(squares) + options.epsilon)


def _adam_operations(arrays: Arrays, options: Options) -> tuple[list[Operation], Array]:
    mean, squares, largest = arrays.slots
    gradient, scratch, direction = arrays.gradient, arrays.scratch, np.empty_like(arrays.scratch)
    beta1, beta2 = np.array(options.beta1), np.array(options.beta2)
    whole1, whole2 = np.empty(()), np.empty(())
    calls = _mean(mean, gradient, beta1, np.array(1.0 - options.beta1), scratch)
    calls += _mean_of_squares(squares, gradient, beta2, np.array(1.0 - options.beta2), scratch)
    if options.amsgrad:
        calls.append((maximum, (squares, largest, largest)))
        squares = largest
    for beta, whole in ((beta1, whole1), (beta2, whole2)):
        calls += [
            (np.power, (beta, arrays.count, whole)),
            (np.subtract, (ONE, whole, whole)),
        ]
    calls += [
        (np.divide, (mean, whole1, direction)),
        (np.divide, (squares, whole2, scratch)),
        (np.sqrt, (scratch, scratch)),
        (np.add, (scratch, np.array(options.epsilon), scratch)),
        (np.divide, (direction, scratch, direction)),
    ]
    return calls, direction


def _adam_work(options: Options) -> Work:
    return Work(products=3, sums=2, roots=1, quotients=3)


def _mean(mean: Array, values: Array, kept: Array, new: Array, scratch: Array) -> list[Operation]:
    """Return the calls that let a mean forget some of itself and take in new values."""
    return [
        (np.multiply, (mean, kept, mean)),
        (np.multiply, (values, new, scratch)),
        (np.add, (mean, scratch, mean)),
    ]


def _mean_of_squares(
    squares: Array, values: Array, kept: Array, new: Array, scratch: Array
) -> list[Operation]:
    """Return the same for a mean of the values' squares."""
    return [
        (np.multiply, (squares, kept, squares)),
        (np.multiply, (values, new, scratch)),
        (np.multiply, (scratch, values, scratch)),
        (np.add, (squares, scratch, squares)),
    ]


OPTIMIZERS: dict[str, Optimizer] = {
    optimizer.name: optimizer
    for optimizer in (
        Optimizer("sgd", "stochastic gradient descent", 0, sgd, _sgd_operations, _sgd_work),
        Optimizer("momentum", "momentum", 1, momentum, _momentum_operations, _momentum_work),
        Optimizer("rmsprop", "RMSProp", 2, rmsprop, _rmsprop_operations, _rmsprop_work, (0,)),
        Optimizer("adam", "Adam", 3, adam, _adam_operations, _adam_work, (1, 2)),
    )
}
"""Every optimizer, by name. A new one is one entry here and the three functions above it."""
