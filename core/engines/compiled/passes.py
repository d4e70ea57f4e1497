"""The forward and the backward pass over one tile of images, compiled.

A tile is at most 128 images that lie side by side: a level of n numbers is n rows of an array, a
column an image. It is filled up to a multiple of 16 columns, so that a row is read in whole
vectors; what the last image is repeated for has no part in loss and gradient.
"""

from core.arrays import Array, Integers
from core.engines.compiled.compiling import part
from core.engines.compiled.functions import (
    exp_of_negative,
    log_1_plus,
    relu,
    relu_slopes,
    sigmoid,
    sigmoid_slopes,
    tanh,
    tanh_slopes,
)

LINEAR, RELU, TANH, SIGMOID = range(4)
"""An activation as a number."""
INPUTS, OUTPUTS, START, ACTIVATION, LEVEL, BELOW = range(6)
"""The columns of the table of layers: its inputs and outputs, the index of its first parameter, its
activation, and the first row of its outputs and of its inputs among all levels."""


@part()
def load(
    images: Array, targets: Array, start: int, count: int, pixels: Array, labels: Array
) -> None:
    """Lay images side by side, tile by tile; the last one fills the last tile up."""
    columns = labels.shape[1]
    inputs = images.shape[1]
    for tile in range(labels.shape[0]):
        label = labels[tile]
        for t in range(columns):
            label[t] = targets[start + min(tile * columns + t, count - 1)]
        for i in range(inputs):
            row = pixels[tile * inputs + i]
            for t in range(columns):
                row[t] = images[start + min(tile * columns + t, count - 1), i]


@part()
def weighted_sums(
    sums: Array,
    level: int,
    inputs: Array,
    below: int,
    layer: Integers,
    parameters: Array,
    bias: int,
) -> None:
    """Write a layer's weighted sums, four inputs at a time."""
    sources, neurons, start = layer[INPUTS], layer[OUTPUTS], layer[START]
    rest = sources % 4
    columns = sums.shape[1]
    for j in range(neurons):
        total = sums[level + j]
        place = start + j
        first = parameters[start + sources * neurons + j] if bias else 0.0
        if rest == 0:
            w0, w1 = parameters[place], parameters[place + neurons]
            w2, w3 = parameters[place + 2 * neurons], parameters[place + 3 * neurons]
            x0, x1 = inputs[below], inputs[below + 1]
            x2, x3 = inputs[below + 2], inputs[below + 3]
            for t in range(columns):
                total[t] = first + w0 * x0[t] + w1 * x1[t] + w2 * x2[t] + w3 * x3[t]
        else:
            w0 = parameters[place]
            x0 = inputs[below]
            for t in range(columns):
                total[t] = first + w0 * x0[t]
            for i in range(1, rest):
                w0 = parameters[place + i * neurons]
                x0 = inputs[below + i]
                for t in range(columns):
                    total[t] += w0 * x0[t]
        for i in range(rest if rest else 4, sources, 4):
            at = place + i * neurons
            w0, w1 = parameters[at], parameters[at + neurons]
            w2, w3 = parameters[at + 2 * neurons], parameters[at + 3 * neurons]
            x0, x1 = inputs[below + i], inputs[below + i + 1]
            x2, x3 = inputs[below + i + 2], inputs[below + i + 3]
            for t in range(columns):
                total[t] += w0 * x0[t] + w1 * x1[t] + w2 * x2[t] + w3 * x3[t]


@part()
def activate(kind: int, sums: Array) -> None:
    """Turn sums into outputs, in place."""
    if kind == TANH:
        tanh(sums)
    elif kind == SIGMOID:
        sigmoid(sums)
    elif kind == RELU:
        relu(sums)


@part()
def multiply_by_slopes(kind: int, outputs: Array, deltas: Array) -> None:
    """Multiply deltas by the derivatives, in place."""
    if kind == TANH:
        tanh_slopes(outputs, deltas)
    elif kind == SIGMOID:
        sigmoid_slopes(outputs, deltas)
    elif kind == RELU:
        relu_slopes(outputs, deltas)


@part()
def squared_errors(
    predictions: Array, targets: Array, deltas: Array, images: int, weight: float
) -> float:
    """Return the sum of squared errors, and write the deltas before the output's derivative."""
    total = 0.0
    for t in range(len(deltas)):
        error = predictions[t] - targets[t] if t < images else 0.0
        total += error * error
        deltas[t] = weight * error
    return total


@part()
def cross_entropies(
    sums: Array, predictions: Array, targets: Array, deltas: Array, images: int, weight: float
) -> float:
    """Return the sum of cross-entropies, and write the deltas of the sums."""
    total = 0.0
    for t in range(len(deltas)):
        own = sums[t]
        entropy = (0.0 if own < 0.0 else own) - own * targets[t]
        entropy += log_1_plus(exp_of_negative(-abs(own)))
        total += entropy if t < images else 0.0
        deltas[t] = weight * (predictions[t] - targets[t]) if t < images else 0.0
    return total


@part()
def add_gradient(
    inputs: Array,
    below: int,
    deltas: Array,
    level: int,
    layer: Integers,
    gradient: Array,
    bias: int,
) -> None:
    """Add a tile's share to the gradient of a layer's weights and biases."""
    sources, neurons, start = layer[INPUTS], layer[OUTPUTS], layer[START]
    columns = deltas.shape[1]
    rest = sources % 4
    for j in range(neurons):
        delta = deltas[level + j]
        place = start + j
        lift = 0.0  # for the bias, added up along with any weight's
        for i in range(rest):
            x0 = inputs[below + i]
            s0 = lift = 0.0
            for t in range(columns):
                s0 += x0[t] * delta[t]
                lift += delta[t]
            gradient[place + i * neurons] += s0
        for i in range(rest, sources, 4):
            x0, x1 = inputs[below + i], inputs[below + i + 1]
            x2, x3 = inputs[below + i + 2], inputs[below + i + 3]
            s0 = s1 = s2 = s3 = lift = 0.0
            for t in range(columns):
                s0 += x0[t] * delta[t]
                s1 += x1[t] * delta[t]
                s2 += x2[t] * delta[t]
                s3 += x3[t] * delta[t]
                lift += delta[t]
            at = place + i * neurons
            gradient[at] += s0
            gradient[at + neurons] += s1
            gradient[at + 2 * neurons] += s2
            gradient[at + 3 * neurons] += s3
        if bias:
            gradient[start + sources * neurons + j] += lift


@part()
def carry_back(deltas: Array, layer: Integers, parameters: Array) -> None:
    """Write the deltas of the level below a layer, before its derivative, by the chain rule."""
    sources, neurons, start = layer[INPUTS], layer[OUTPUTS], layer[START]
    level, below = layer[LEVEL], layer[BELOW]
    columns = deltas.shape[1]
    rest = neurons % 4
    for i in range(sources):
        carried = deltas[below + i]
        place = start + i * neurons
        if rest == 0:
            w0, w1 = parameters[place], parameters[place + 1]
            w2, w3 = parameters[place + 2], parameters[place + 3]
            d0, d1 = deltas[level], deltas[level + 1]
            d2, d3 = deltas[level + 2], deltas[level + 3]
            for t in range(columns):
                carried[t] = w0 * d0[t] + w1 * d1[t] + w2 * d2[t] + w3 * d3[t]
        else:
            w0 = parameters[place]
            d0 = deltas[level]
            for t in range(columns):
                carried[t] = w0 * d0[t]
            for j in range(1, rest):
                w0 = parameters[place + j]
                d0 = deltas[level + j]
                for t in range(columns):
                    carried[t] += w0 * d0[t]
        for j in range(rest if rest else 4, neurons, 4):
            w0, w1 = parameters[place + j], parameters[place + j + 1]
            w2, w3 = parameters[place + j + 2], parameters[place + j + 3]
            d0, d1 = deltas[level + j], deltas[level + j + 1]
            d2, d3 = deltas[level + j + 2], deltas[level + j + 3]
            for t in range(columns):
                carried[t] += w0 * d0[t] + w1 * d1[t] + w2 * d2[t] + w3 * d3[t]
