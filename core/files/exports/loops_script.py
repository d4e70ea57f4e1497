"""A run as a Python script of plain loops: no library, not even an import."""

from core.files.exports.plan import Plan
from core.files.exports.writing import (
    constants,
    heading,
    matrices,
    schedule,
    training_images,
    vector,
)

_WORDS = "A neural network out of plain loops: no library, not even an import."

_VALUES = {
    "linear": "def linear(total):\n    return total\n",
    "relu": "def relu(total):\n    return total if total > 0 else 0.0\n",
    "tanh": """\
def tanh(total):
    if abs(total) > 20:
        return 1.0 if total > 0 else -1.0  # exact up to rounding
    growth = E ** (2 * total)
    return (growth - 1) / (growth + 1)
""",
    "sigmoid": """\
def sigmoid(total):
    if total < 0:
        return E**total / (1 + E**total)
    return 1 / (1 + E ** (-total))
""",
}
_DERIVATIVES = {
    "linear": "1.0",
    "relu": "1.0 if output > 0 else 0.0",
    "tanh": "1 - output * output",
    "sigmoid": "output * (1 - output)",
}
_FORWARD = '''\
def forward(image):
    """The outputs of each layer, the image first; and the weighted sum of the last neuron."""
    outputs = [image]
    for weights, activation in zip(layers, activations):
        inputs = outputs[-1]ONES
        row = []
        for j in range(len(weights[0])):
            total = 0.0
            for i in range(len(inputs)):
                total += inputs[i] * weights[i][j]
            row.append(activation(total))
        outputs.append(row)
    return outputs, total
'''
_BACKWARD = '''\
def backward(outputs, delta, gradient):
    """Backprop for one image: pass its delta back, layer by layer; add to the gradient."""
    deltas = [delta]
    for k in reversed(range(len(layers))):
        inputs = outputs[k]ONES
        for i in range(len(inputs)):
            for j in range(len(deltas)):
                gradient[k][i][j] += inputs[i] * deltas[j]
        if k > 0:
            below = []
            for i in range(len(outputs[k])):
                total = 0.0
                for j in range(len(deltas)):
                    total += deltas[j] * layers[k][i][j]
                below.append(total * derivatives[k - 1](outputs[k][i]))
            deltas = below
'''
_SQUARED = '''\
def loss_of(prediction, total, target):
    error = prediction - target
    return error * error


def delta_of(prediction, target):
    """The output delta: how fast an image's loss rises with the last weighted sum."""
    return 2 * (prediction - target) * derivatives[-1](prediction)
'''
_CROSS_ENTROPY = '''\
def logarithm(number):
    """The y for which E ** y is the number, from 1 to 2 here, by Newton's method."""
    y = number - 1
    for _ in range(8):
        y += number / E**y - 1
    return y


def loss_of(prediction, total, target):
    """Cross-entropy, computed from the last weighted sum so that it cannot overflow."""
    return (total if total > 0 else 0.0) - total * target + logarithm(1 + E ** (-abs(total)))


def delta_of(prediction, target):
    """The output delta: the derivative of the sigmoid cancels out."""
    return prediction - target
'''
_EVALUATE = '''\
def loss_and_gradient(places):
    """Loss and gradient: their means over some of the images."""
    loss = 0.0
    gradient = [[[0.0] * len(row) for row in weights] for weights in layers]
    for place in places:
        outputs, total = forward(images[place])
        prediction, target = outputs[-1][0], targets[place]
        loss += loss_of(prediction, total, target) / len(places)
        backward(outputs, delta_of(prediction, target) / len(places), gradient)
    return loss, gradient
'''
_DIRECTIONS = {
    "momentum": """\
    velocity = slots[0] = MOMENTUM * slots[0] + g
    return AHEAD
""",
    "rmsprop": """\
    squares = slots[0] = ALPHA * slots[0] + (1 - ALPHA) * g * g
MEAN    return g / (SPREAD**0.5 + EPSILON)
""",
    "adam": """\
    mean = slots[0] = BETA1 * slots[0] + (1 - BETA1) * g
    squares = slots[1] = BETA2 * slots[1] + (1 - BETA2) * g * g
MOST    mean, squares = mean / (1 - BETA1**count), squares / (1 - BETA2**count)
    return mean / (squares**0.5 + EPSILON)
""",
}


_CLIPPING = {
    "norm": '''\
def clip(gradient):
    """Scale the whole gradient down if its norm is above CLIP_NORM."""
    squares = 0.0
    for weights in gradient:
        for row in weights:
            for g in row:
                squares += g * g
    share = min(CLIP_NORM / (squares**0.5 + 0.000001), 1.0)
    return [[[share * g for g in row] for row in weights] for weights in gradient]
''',
    "value": '''\
def clip(gradient):
    """Bring every number of the gradient within CLIP_VALUE of 0."""
    return [
        [[max(min(g, CLIP_VALUE), -CLIP_VALUE) for g in row] for row in weights]
        for weights in gradient
    ]
''',
}


def loops_script(plan: Plan, steps: int) -> str:
    """Write the script.

    Parameters
    ----------
    plan : Plan
        The run.
    steps : int
        How many further steps the script takes; a number in it, to be changed there.
    """
    config = plan.config
    ones = " + [1.0]" if plan.bias else ""
    used = sorted({*plan.activations}, key=list(_VALUES).index)
    parts = [heading(plan, _WORDS), _constants(plan, steps), _numbers(plan)]
    for name in used:
        parts.append(_VALUES[name])
        parts.append(f"def {name}_derivative(output):\n    return {_DERIVATIVES[name]}\n")
    parts.append(
        f"activations = [{', '.join(plan.activations)}]\n"
        f"derivatives = [{', '.join(f'{name}_derivative' for name in plan.activations)}]\n"
    )
    parts.append(_FORWARD.replace("ONES", ones))
    parts.append(_CROSS_ENTROPY if config.loss == "bce" else _SQUARED)
    parts.append(_BACKWARD.replace("ONES", ones))
    parts.append(_EVALUATE)
    if config.optimizer != "sgd":
        parts.append(_direction(plan))
    parts += schedule(
        plan, "(E ** (1j * angle)).real"
    )  # the real part of e to the power of i·angle
    if config.is_clipped:
        parts.append(_CLIPPING["norm" if config.clip_norm is not None else "value"])
    parts.append(_update(plan))
    parts.append(_training(plan))
    return "\n\n".join(parts)


def _constants(plan: Plan, steps: int) -> str:
    """Write what the run is set to, and e where something grows by it."""
    text = constants(plan, str(steps))
    config = plan.config
    curved = {"tanh", "sigmoid"} & {*plan.activations}
    grows = config.loss == "bce" or config.schedule == "cosine" or curved
    return f"{text}E = 2.718281828459045\n" if grows else text


def _numbers(plan: Plan) -> str:
    """Write what has been learned, and from what."""
    words = "# The weights learned so far: layers[k][i][j] is the weight of input i of neuron j in"
    words += "\n# layer k"
    words += "; the last row of each layer holds its biases.\n" if plan.bias else ".\n"
    text = words + matrices("layers", plan.layers)
    if plan.frozen:
        text += (
            f"\n# These parameters are frozen: no step changes them.\nfrozen = {plan.frozen!r}\n"
        )
    if plan.config.optimizer != "sgd":
        text += "\n# The optimizer state of each weight, in the same positions.\nstate = [\n"
        for layer, weights in enumerate(plan.layers):
            text += "    [\n"
            for i, row in enumerate(weights):
                cells = [
                    vector([slot[layer][i][j] for slot in plan.memory]) for j in range(len(row))
                ]
                text += f"        [{', '.join(cells)}],\n"
            text += "    ],\n"
        text += f"]\ncount = {plan.count}  # updates so far\n"
    return f"{text}\n{training_images(plan)}"


def _direction(plan: Plan) -> str:
    """Write the optimizer."""
    config = plan.config
    body = _DIRECTIONS[config.optimizer]
    body = body.replace("AHEAD", "g + MOMENTUM * velocity" if config.nesterov else "velocity")
    mean = "    mean = slots[1] = ALPHA * slots[1] + (1 - ALPHA) * g\n"
    body = body.replace("MEAN", mean if config.centered else "")
    spread = "max(squares - mean * mean, 0.0)" if config.centered else "squares"
    body = body.replace("SPREAD", spread)
    most = "    squares = slots[2] = max(squares, slots[2])\n"
    body = body.replace("MOST", most if config.amsgrad else "")
    title = {"momentum": "Momentum", "rmsprop": "RMSProp", "adam": "Adam"}[config.optimizer]
    return (
        "def direction_of(g, slots):\n"
        f'    """{title}: the direction of the update, from a gradient and its slots."""\n'
        f"{body}"
    )


def _update(plan: Plan) -> str:
    """Write the step."""
    config = plan.config
    lines = [
        f"def update({'gradient, step' if config.is_scheduled else 'gradient'}):",
        '    """One step: each weight moves a little downhill."""',
    ]
    remembers = config.optimizer != "sgd"
    if config.is_clipped:
        lines.append("    gradient = clip(gradient)")
    if config.is_scheduled:
        lines.append("    rate = rate_of(step)")
    if remembers:
        lines += ["    global count", "    count += 1"]
    lines += [
        "    for k in range(len(layers)):",
        "        for i in range(len(layers[k])):",
        "            for j in range(len(layers[k][i])):",
        "                g = gradient[k][i][j]",
    ]
    penalties = []
    if config.l1:
        penalties.append("g += L1 * ((weight > 0) - (weight < 0))")
    if config.l2:
        penalties.append("g += L2 * weight")
    if penalties:
        lines.append("                weight = layers[k][i][j]")
        margin = " " * 16
        if plan.bias:
            lines.append(f"{margin}if i < len(layers[k]) - 1:  # biases are exempt")
            margin += " " * 4
        lines += [margin + penalty for penalty in penalties]
    if remembers:
        lines.append("                g = direction_of(g, state[k][i][j])")
    if plan.frozen:
        lines += [
            "                if (k, i, j) in frozen:",
            "                    continue",
        ]
    rate = "rate" if config.is_scheduled else "RATE"
    lines.append(f"                layers[k][i][j] -= {rate} * g")
    return "\n".join(lines) + "\n"


def _training(plan: Plan) -> str:
    """Write the loop of training."""
    places = "batches[step % len(batches)]" if plan.batches else "range(len(images))"
    return f"""\
for step in range(STEPS + 1):
    loss, gradient = loss_and_gradient({places})
    if step % 10 == 0:
        print(step, loss)
    if step < STEPS:
        update(gradient{", START + step" if plan.config.is_scheduled else ""})

print(loss)
"""
