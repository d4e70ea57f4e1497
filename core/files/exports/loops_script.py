"""A run as a Python script of plain loops: no library, not even an import."""

from core.files.exports.plan import Plan
from core.files.exports.writing import constants, heading, matrices, training_images, vector

_WORDS = "A neural network out of plain loops: no library, not even an import."

_VALUES = {
    "linear": "def linear(total):\n    return total\n",
    "relu": "def relu(total):\n    return total if total > 0 else 0.0\n",
    "tanh": """\
def tanh(total):
    if abs(total) > 20:
        return 1.0 if total > 0 else -1.0  # what is missing is less than a float can hold
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
_SLOPES = {
    "linear": "1.0",
    "relu": "1.0 if output > 0 else 0.0",
    "tanh": "1 - output * output",
    "sigmoid": "output * (1 - output)",
}
_FORWARD = '''\
def forward(image):
    """Every level's numbers, from the image to the prediction; and the last neuron's sum."""
    levels = [image]
    for weights, activation in zip(layers, activations):
        inputs = levels[-1]ONES
        outputs = []
        for j in range(len(weights[0])):
            total = 0.0
            for i in range(len(inputs)):
                total += inputs[i] * weights[i][j]
            outputs.append(activation(total))
        levels.append(outputs)
    return levels, total
'''
_BACKWARD = '''\
def backward(levels, error, gradient):
    """Carry one image's error back, layer by layer; add its share to the gradient."""
    errors = [error]
    for k in reversed(range(len(layers))):
        inputs = levels[k]ONES
        for i in range(len(inputs)):
            for j in range(len(errors)):
                gradient[k][i][j] += inputs[i] * errors[j]
        if k > 0:
            below = []
            for i in range(len(levels[k])):
                total = 0.0
                for j in range(len(errors)):
                    total += errors[j] * layers[k][i][j]
                below.append(total * slopes[k - 1](levels[k][i]))
            errors = below
'''
_SQUARED = '''\
def loss_of(prediction, total, target):
    error = prediction - target
    return error * error


def error_of(prediction, target):
    """How fast an image's loss rises with the last neuron's sum."""
    return 2 * (prediction - target) * slopes[-1](prediction)
'''
_CROSS_ENTROPY = '''\
def logarithm(number):
    """The y for which E ** y is the number, from 1 to 2 here, by Newton's method."""
    y = number - 1
    for _ in range(8):
        y += number / E**y - 1
    return y


def loss_of(prediction, total, target):
    """Cross-entropy, out of the last neuron's sum: the surer and the more wrong, the higher."""
    return (total if total > 0 else 0.0) - total * target + logarithm(1 + E ** (-abs(total)))


def error_of(prediction, target):
    """How fast an image's loss rises with that sum: the sigmoid's slope cancels."""
    return prediction - target
'''
_LOOK = '''\
def look(places):
    """Loss and gradient over some of the images: both are means."""
    loss = 0.0
    gradient = [[[0.0] * len(row) for row in weights] for weights in layers]
    for place in places:
        levels, total = forward(images[place])
        prediction, target = levels[-1][0], targets[place]
        loss += loss_of(prediction, total, target) / len(places)
        backward(levels, error_of(prediction, target) / len(places), gradient)
    return loss, gradient
'''
_DIRECTIONS = {
    "momentum": """\
    speed = remembered[0] = MOMENTUM * remembered[0] + slope
    return AHEAD
""",
    "rmsprop": """\
    squares = remembered[0] = ALPHA * remembered[0] + (1 - ALPHA) * slope * slope
MEAN    return slope / (SPREAD**0.5 + EPSILON)
""",
    "adam": """\
    mean = remembered[0] = BETA1 * remembered[0] + (1 - BETA1) * slope
    squares = remembered[1] = BETA2 * remembered[1] + (1 - BETA2) * slope * slope
MOST    mean, squares = mean / (1 - BETA1**count), squares / (1 - BETA2**count)
    return mean / (squares**0.5 + EPSILON)
""",
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
        parts.append(f"def {name}_slope(output):\n    return {_SLOPES[name]}\n")
    parts.append(
        f"activations = [{', '.join(plan.activations)}]\n"
        f"slopes = [{', '.join(f'{name}_slope' for name in plan.activations)}]\n"
    )
    parts.append(_FORWARD.replace("ONES", ones))
    parts.append(_CROSS_ENTROPY if config.loss == "bce" else _SQUARED)
    parts.append(_BACKWARD.replace("ONES", ones))
    parts.append(_LOOK)
    if config.optimizer != "sgd":
        parts.append(_direction(plan))
    parts.append(_update(plan))
    parts.append(_training(plan))
    return "\n\n".join(parts)


def _constants(plan: Plan, steps: int) -> str:
    """Write what the run is set to, and e where something grows by it."""
    text = constants(plan, str(steps))
    grows = plan.config.loss == "bce" or {"tanh", "sigmoid"} & {*plan.activations}
    return f"{text}E = 2.718281828459045\n" if grows else text


def _numbers(plan: Plan) -> str:
    """Write what has been learned, and from what."""
    words = (
        "# What it has learnt so far: layers[k][i][j] leads from number i of level k to neuron j"
    )
    words += "\n# of the next level"
    words += "; the last row of each layer are its biases.\n" if plan.bias else ".\n"
    text = words + matrices("layers", plan.layers)
    if plan.frozen:
        text += f"\n# These are frozen: no step moves them.\nfrozen = {plan.frozen!r}\n"
    if plan.config.optimizer != "sgd":
        text += "\n# What the optimizer remembers of each weight, in the same places.\nmemory = [\n"
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
    body = body.replace("AHEAD", "slope + MOMENTUM * speed" if config.nesterov else "speed")
    mean = "    mean = remembered[1] = ALPHA * remembered[1] + (1 - ALPHA) * slope\n"
    body = body.replace("MEAN", mean if config.centered else "")
    spread = "max(squares - mean * mean, 0.0)" if config.centered else "squares"
    body = body.replace("SPREAD", spread)
    most = "    squares = remembered[2] = max(squares, remembered[2])\n"
    body = body.replace("MOST", most if config.amsgrad else "")
    title = {"momentum": "Momentum", "rmsprop": "RMSProp", "adam": "Adam"}[config.optimizer]
    return (
        "def direction_of(slope, remembered):\n"
        f'    """{title}: which way to step, from the gradient and what is remembered of it."""\n'
        f"{body}"
    )


def _update(plan: Plan) -> str:
    """Write the step."""
    config = plan.config
    lines = [
        "def update(gradient):",
        '    """One step: every weight a little way downhill."""',
    ]
    remembers = config.optimizer != "sgd"
    if remembers:
        lines += ["    global count", "    count += 1"]
    lines += [
        "    for k in range(len(layers)):",
        "        for i in range(len(layers[k])):",
        "            for j in range(len(layers[k][i])):",
        "                slope = gradient[k][i][j]",
    ]
    penalties = []
    if config.l1:
        penalties.append("slope += L1 * ((weight > 0) - (weight < 0))")
    if config.l2:
        penalties.append("slope += L2 * weight")
    if penalties:
        lines.append("                weight = layers[k][i][j]")
        margin = " " * 16
        if plan.bias:
            lines.append(f"{margin}if i < len(layers[k]) - 1:  # biases are left alone")
            margin += " " * 4
        lines += [margin + penalty for penalty in penalties]
    if remembers:
        lines.append("                slope = direction_of(slope, memory[k][i][j])")
    if plan.frozen:
        lines += [
            "                if (k, i, j) in frozen:",
            "                    continue",
        ]
    lines.append("                layers[k][i][j] -= RATE * slope")
    return "\n".join(lines) + "\n"


def _training(plan: Plan) -> str:
    """Write the loop of training."""
    places = "batches[step % len(batches)]" if plan.batches else "range(len(images))"
    return f"""\
for step in range(STEPS + 1):
    loss, gradient = look({places})
    if step % 10 == 0:
        print(step, loss)
    if step < STEPS:
        update(gradient)

print(loss)
"""
