"""Steps of the essay's network, compiled: four weights, the squared error, and nothing else.

All that an evaluation does is one loop over the images, and with plain gradient descent the weights
never leave the processor's registers. The general way takes ten times as long for ten images.
"""

from typing import TypeAlias

from core.arrays import Array, Integers
from core.engines.compiled.compiling import part
from core.engines.compiled.passes import load

Four: TypeAlias = tuple[float, float, float, float]
"""A number for each weight."""


@part()
def evaluate_four(
    weights: Four, images: int, pixels: Array, labels: Array, predictions: Array
) -> tuple[float, Four]:
    """Return the sum of squared errors and the gradient of their mean; write the predictions."""
    w0, w1, w2, w3 = weights
    columns, weight = labels.shape[1], 2.0 / images
    squares = g0 = g1 = g2 = g3 = 0.0
    for tile in range(-(-images // columns)):
        x0, x1 = pixels[4 * tile], pixels[4 * tile + 1]
        x2, x3 = pixels[4 * tile + 2], pixels[4 * tile + 3]
        label, predicted = labels[tile], predictions[tile]
        here = images - tile * columns
        total = s0 = s1 = s2 = s3 = 0.0
        for t in range(columns):
            prediction = w0 * x0[t] + w1 * x1[t] + w2 * x2[t] + w3 * x3[t]
            predicted[t] = prediction
            error = prediction - label[t] if t < here else 0.0
            total += error * error
            s0 += x0[t] * error
            s1 += x1[t] * error
            s2 += x2[t] * error
            s3 += x3[t] * error
        squares += total
        g0 += weight * s0
        g1 += weight * s1
        g2 += weight * s2
        g3 += weight * s3
    return squares, (g0, g1, g2, g3)


@part()
def four_weights(
    first_half: int,
    last_half: int,
    low: float,
    high: float,
    place: int,
    batch_size: int,
    count: int,
    is_loading: bool,
    images: Array,
    targets: Array,
    pixels: Array,
    labels: Array,
    predictions: Array,
    parameters: Array,
    gradient: Array,
    free: Array,
    previous: Array,
    rates: Array,
    losses: Array,
    halt: Integers,
) -> int:
    """Take half steps by plain gradient descent; see `kernel.advance`."""
    f0, f1, f2, f3 = free[0] != 0.0, free[1] != 0.0, free[2] != 0.0, free[3] != 0.0
    w0, w1, w2, w3 = parameters[0], parameters[1], parameters[2], parameters[3]
    p0, p1, p2, p3 = previous[0], previous[1], previous[2], previous[3]
    g0, g1, g2, g3 = gradient[0], gradient[1], gradient[2], gradient[3]
    taken = 0
    for half in range(first_half, last_half):
        if half % 2 == 0:
            p0, p1, p2, p3 = w0, w1, w2, w3
            rate = rates[min(taken, len(rates) - 1)]
            w0 = w0 - rate * g0 if f0 else p0
            w1 = w1 - rate * g1 if f1 else p1
            w2 = w2 - rate * g2 if f2 else p2
            w3 = w3 - rate * g3 if f3 else p3
            continue
        start = place * batch_size
        size = min(batch_size, count - start)
        if is_loading:
            load(images, targets, start, size, pixels, labels)
        squares, (g0, g1, g2, g3) = evaluate_four(
            (w0, w1, w2, w3), size, pixels, labels, predictions
        )
        loss = squares / size
        losses[taken] = loss
        taken += 1
        place += 1 if batch_size < count else 0
        if not low < loss <= high or halt[0] != 0:
            break
    parameters[0], parameters[1], parameters[2], parameters[3] = w0, w1, w2, w3
    previous[0], previous[1], previous[2], previous[3] = p0, p1, p2, p3
    gradient[0], gradient[1], gradient[2], gradient[3] = g0, g1, g2, g3
    return taken
