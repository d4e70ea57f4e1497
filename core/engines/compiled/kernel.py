"""Training steps in one compiled call, without the interpreter's lock."""

from core.arrays import Array, Integers
from core.engines.compiled.compiling import entry, part
from core.engines.compiled.four_weights import evaluate_four, four_weights
from core.engines.compiled.passes import (
    ACTIVATION,
    BELOW,
    INPUTS,
    LEVEL,
    OUTPUTS,
    activate,
    add_gradient,
    carry_back,
    cross_entropies,
    load,
    multiply_by_slopes,
    squared_errors,
    weighted_sums,
)
from core.engines.compiled.updates import (
    ADAM,
    MOMENTUM,
    RMSPROP,
    adam,
    clip_and_penalise,
    momentum,
    move,
    rmsprop,
)

BIAS, IS_CROSS_ENTROPY, IS_FOUR_WEIGHTS, FACTOR = range(4)
PROBLEM = 4
"""The places of what holds for an engine: whether there are biases, whether the loss is
cross-entropy, whether there are four weights and nothing else, and the loss's factor."""
OPTIMIZER, IS_CHANGED, IS_PLAIN = range(3)
"""The places of what holds for a rule: its optimizer, whether it clips or penalises, and whether it
is gradient descent that does neither."""


@part()
def evaluate_tile(
    tile: int,
    count: int,
    is_backward: bool,
    problem: Array,
    layers: Integers,
    pixels: Array,
    labels: Array,
    parameters: Array,
    gradient: Array,
    levels: Array,
    deltas: Array,
    numbers: Array,
    slopes: Array,
    predictions: Array,
) -> float:
    """Return the sum of the losses of a tile's images; add its share to the gradient."""
    columns = labels.shape[1]
    images = min(columns, count - tile * columns)
    weight = problem[FACTOR] / count
    targets, predicted = labels[tile], predictions[tile]
    last = len(layers) - 1
    sources = layers[0, INPUTS]
    bias = 1 if problem[BIAS] else 0
    inputs, below = pixels, tile * sources
    for index in range(last + 1):
        layer = layers[index]
        level = layer[LEVEL]
        weighted_sums(levels, level, inputs, below, layer, parameters, bias)
        if index < last:
            activate(
                layer[ACTIVATION],
                numbers[level * columns : (level + layer[OUTPUTS]) * columns],
            )
        inputs, below = levels, level
    output = layers[last]
    sums, delta = levels[output[LEVEL]], deltas[output[LEVEL]]
    for t in range(columns):
        predicted[t] = sums[t]
    activate(output[ACTIVATION], predicted)
    if problem[IS_CROSS_ENTROPY]:
        total = cross_entropies(sums, predicted, targets, delta, images, weight)
    else:
        total = squared_errors(predicted, targets, delta, images, weight)
        multiply_by_slopes(output[ACTIVATION], predicted, delta)
    if not is_backward:
        return total
    for index in range(last, -1, -1):
        layer = layers[index]
        if index > 0:
            inputs, below = levels, layer[BELOW]
        else:
            inputs, below = pixels, tile * sources
        add_gradient(inputs, below, deltas, layer[LEVEL], layer, gradient, bias)
        if index > 0:
            carry_back(deltas, layer, parameters)
            span = slice(layer[BELOW] * columns, (layer[BELOW] + layer[INPUTS]) * columns)
            multiply_by_slopes(layers[index - 1, ACTIVATION], numbers[span], slopes[span])
    return total


@part()
def update(
    rule: Integers,
    options: Array,
    penalties: Array,
    free: Array,
    parameters: Array,
    previous: Array,
    gradient: Array,
    changed: Array,
    directions: Array,
    slots: Array,
    before: Array,
    updates: Array,
    rate: float,
) -> float:
    """Move the parameters by the gradient; return 0 if all are finite then, else NaN."""
    if len(slots):
        for slot in range(len(slots)):
            now, old = slots[slot], before[slot]
            for p in range(len(parameters)):
                old[p] = now[p]
        updates[0] += 1.0
    used = gradient
    if rule[IS_CHANGED]:
        clip_and_penalise(parameters, gradient, options, penalties, changed)
        used = changed
    direction = directions
    if rule[OPTIMIZER] == MOMENTUM:
        momentum(used, slots, options, directions)
    elif rule[OPTIMIZER] == RMSPROP:
        rmsprop(used, slots, options, directions)
    elif rule[OPTIMIZER] == ADAM:
        adam(used, slots, options, updates[0], directions)
    else:
        direction = used
    return move(parameters, previous, free, rate, direction)


@entry(
    "int64(int64, int64, int64, int64, boolean, boolean, float64, float64, int64, int64, int64,"
    # images
    " float64[:,::1], float64[::1],"
    # network
    " float64[::1], int64[:,::1], float64[::1], float64[::1],"
    # tiles
    " float64[:,::1], float64[:,::1], float64[:,::1], float64[::1],"
    " float64[:,::1], float64[:,::1], float64[::1], float64[::1],"
    # update
    " int64[::1], float64[::1], float64[:,::1], float64[::1], float64[::1],"
    " float64[:,::1], float64[:,::1], float64[::1],"
    # each step
    " float64[::1], float64[::1], float64[::1], float64[::1], int64[::1])"
)
def advance(
    first_half: int,
    last_half: int,
    first_tile: int,
    last_tile: int,
    is_loading: bool,
    is_backward: bool,
    low: float,
    high: float,
    place: int,
    batch_size: int,
    count: int,
    images: Array,
    targets: Array,
    problem: Array,
    layers: Integers,
    parameters: Array,
    gradient: Array,
    pixels: Array,
    labels: Array,
    predictions: Array,
    total: Array,
    levels: Array,
    deltas: Array,
    numbers: Array,
    slopes: Array,
    rule: Integers,
    options: Array,
    penalties: Array,
    changed: Array,
    directions: Array,
    slots: Array,
    before: Array,
    updates: Array,
    free: Array,
    previous: Array,
    rates: Array,
    losses: Array,
    halt: Integers,
) -> int:
    """Take half steps in turn: an even one is an update, an odd one an evaluation.

    So many steps are twice as many halves from 0, an evaluation alone is half 1, and an update
    alone half 0: whichever is asked for, it is the same code, and gives the same bits.

    Parameters
    ----------
    first_half, last_half : int
        The halves, the last one excluded.
    first_tile, last_tile : int
        The tiles that are evaluated, the last one excluded. A long evaluation is several calls.
    is_loading : bool
        Whether the batch is laid into the tiles first.
    is_backward : bool
        Whether the gradient is computed, or the loss and the predictions alone.
    low, high : float
        It stops after a loss outside of (low, high], and after a parameter that is not finite.
    place : int
        Which batch among the images is evaluated first; the next one follows it.
    batch_size, count : int
        Images of a batch, and all there are in `images` and `targets`.
    losses : ndarray
        Written: the loss of each evaluation.
    halt : ndarray of int64, shape (1,)
        Read after each evaluation: it stops once another thread has made it 1.

    Returns
    -------
    int
        How many evaluations were made.
    """
    if problem[IS_FOUR_WEIGHTS] and rule[IS_PLAIN] and is_backward:
        return four_weights(
            first_half,
            last_half,
            low,
            high,
            place,
            batch_size,
            count,
            is_loading,
            images,
            targets,
            pixels,
            labels,
            predictions,
            parameters,
            gradient,
            free,
            previous,
            rates,
            losses,
            halt,
        )
    taken = 0
    finite = 0.0
    for half in range(first_half, last_half):
        if half % 2 == 0:
            for p in range(len(parameters)):
                previous[p] = parameters[p]
            finite = update(
                rule,
                options,
                penalties,
                free,
                parameters,
                previous,
                gradient,
                changed,
                directions,
                slots,
                before,
                updates,
                rates[min(taken, len(rates) - 1)],
            )
            continue
        start = place * batch_size
        size = min(batch_size, count - start)
        if is_loading:
            load(images, targets, start, size, pixels, labels)
        if problem[IS_FOUR_WEIGHTS]:
            weights = parameters[0], parameters[1], parameters[2], parameters[3]
            total[0], slopes_of_four = evaluate_four(weights, size, pixels, labels, predictions)
            if is_backward:
                for p in range(4):
                    gradient[p] = slopes_of_four[p]
        else:
            if first_tile == 0:
                total[0] = 0.0
                if is_backward:
                    for p in range(len(gradient)):
                        gradient[p] = 0.0
            for tile in range(first_tile, min(last_tile, -(-size // labels.shape[1]))):
                total[0] += evaluate_tile(
                    tile,
                    size,
                    is_backward,
                    problem,
                    layers,
                    pixels,
                    labels,
                    parameters,
                    gradient,
                    levels,
                    deltas,
                    numbers,
                    slopes,
                    predictions,
                )
        loss = total[0] / size
        losses[taken] = loss
        taken += 1
        place += 1 if batch_size < count else 0
        if not low < loss <= high or finite != 0.0 or halt[0] != 0:
            break
    return taken
