"""The update, compiled: clipping, penalties, and a loop for each optimizer.

The formulas are those of `core.network.optimizers`, `clipping` and `update`, number by number.
"""

import math

from core.arrays import Array
from core.engines.compiled.compiling import part
from core.network.clipping import TINY

SGD, MOMENTUM, RMSPROP, ADAM = range(4)
"""An optimizer as a number."""
MOMENTUM_KEPT, NESTEROV = range(2)
ALPHA, CENTERED, RMSPROP_EPSILON = range(3)
BETA1, BETA2, AMSGRAD, ADAM_EPSILON = range(4)
"""The places of its options."""
CLIP_NORM, CLIP_VALUE = 4, 5
"""The places of the limits for clipping; −1 for none."""
OPTIONS = 6


@part()
def sign(number: float) -> float:
    """Return 1 above zero, −1 below, 0 at zero."""
    return 1.0 if number > 0.0 else (-1.0 if number < 0.0 else 0.0)


@part()
def clip_and_penalise(
    parameters: Array, gradient: Array, options: Array, penalties: Array, changed: Array
) -> None:
    """Write the gradient, clipped, with what L1 and L2 add to it."""
    share = 1.0
    if options[CLIP_NORM] >= 0.0:
        squares = 0.0
        for p in range(len(gradient)):
            squares += gradient[p] * gradient[p]
        share = options[CLIP_NORM] / (math.sqrt(squares) + TINY)
        share = 1.0 if share > 1.0 else share
    for p in range(len(gradient)):
        changed[p] = share * gradient[p]
    if options[CLIP_VALUE] >= 0.0:
        most = options[CLIP_VALUE]
        for p in range(len(gradient)):
            most_kept = most if changed[p] > most else changed[p]
            changed[p] = -most if most_kept < -most else most_kept
    l1, l2 = penalties[0], penalties[1]
    for p in range(len(gradient)):
        changed[p] += l1[p] * sign(parameters[p]) + l2[p] * parameters[p]


@part()
def move(parameters: Array, previous: Array, free: Array, rate: float, directions: Array) -> float:
    """Take η·d off all parameters that are not frozen.

    Returns
    -------
    float
        0 if all are finite, else NaN.
    """
    finite = 0.0
    for p in range(len(parameters)):
        moved = parameters[p] - rate * directions[p]
        moved = moved if free[p] != 0.0 else previous[p]
        finite += moved * 0.0
        parameters[p] = moved
    return finite


@part()
def momentum(gradient: Array, slots: Array, options: Array, directions: Array) -> None:
    """Write the directions of momentum."""
    velocity, kept = slots[0], options[MOMENTUM_KEPT]
    # Nesterov's d = g + μ·v, and the plain d = v, are one sum with other shares.
    ahead = kept if options[NESTEROV] else 1.0
    own = 1.0 if options[NESTEROV] else 0.0
    for p in range(len(gradient)):
        velocity[p] = kept * velocity[p] + gradient[p]
        directions[p] = own * gradient[p] + ahead * velocity[p]


@part()
def rmsprop(gradient: Array, slots: Array, options: Array, directions: Array) -> None:
    """Write the directions of RMSProp."""
    squares, alpha, epsilon = slots[0], options[ALPHA], options[RMSPROP_EPSILON]
    new = 1.0 - alpha
    for p in range(len(gradient)):
        squares[p] = alpha * squares[p] + new * gradient[p] * gradient[p]
        directions[p] = squares[p]
    if options[CENTERED]:
        mean = slots[1]
        for p in range(len(gradient)):
            mean[p] = alpha * mean[p] + new * gradient[p]
            spread = directions[p] - mean[p] * mean[p]
            directions[p] = 0.0 if spread < 0.0 else spread
    for p in range(len(gradient)):
        directions[p] = gradient[p] / (math.sqrt(directions[p]) + epsilon)


@part()
def adam(gradient: Array, slots: Array, options: Array, updates: float, directions: Array) -> None:
    """Write the directions of Adam at its update 1, 2, …."""
    mean, squares, largest = slots[0], slots[1], slots[2]
    beta1, beta2, epsilon = options[BETA1], options[BETA2], options[ADAM_EPSILON]
    new1, new2 = 1.0 - beta1, 1.0 - beta2
    for p in range(len(gradient)):
        mean[p] = beta1 * mean[p] + new1 * gradient[p]
        squares[p] = beta2 * squares[p] + new2 * gradient[p] * gradient[p]
    kept = squares
    if options[AMSGRAD]:
        for p in range(len(gradient)):
            largest[p] = largest[p] if squares[p] <= largest[p] else squares[p]
        kept = largest
    whole1, whole2 = 1.0 - math.pow(beta1, updates), 1.0 - math.pow(beta2, updates)
    for p in range(len(gradient)):
        directions[p] = mean[p] / whole1 / (math.sqrt(kept[p] / whole2) + epsilon)
