"""A run as a Python script with numpy: all images of a step at once."""

from core.files.exports.plan import Plan
from core.files.exports.writing import (
    constants,
    heading,
    matrices,
    memories,
    schedule,
    training_images,
)

_WORDS = "A neural network in numpy: all images of a step at once."

_VALUES = {
    "linear": "def linear(sums):\n    return sums\n",
    "relu": "def relu(sums):\n    return np.maximum(sums, 0.0)\n",
    "tanh": "def tanh(sums):\n    return np.tanh(sums)\n",
    "sigmoid": """\
def sigmoid(sums):
    small = np.exp(-np.abs(sums))  # never too large for a float
    return np.where(sums < 0, small, 1.0) / (1.0 + small)
""",
}
_DERIVATIVES = {
    "linear": "np.ones_like(outputs)",
    "relu": "(outputs > 0).astype(float)",
    "tanh": "1.0 - outputs**2",
    "sigmoid": "outputs * (1.0 - outputs)",
}
_FORWARD = '''\
def forward(batch):
    """The outputs of each layer, one row per image; and the weighted sums of the last neuron."""
    outputs = [batch]
    for weights, activation in zip(layers, activations):
        sums = WEIGHED
        outputs.append(activation(sums))
    return outputs, sums[:, 0]
'''
_SQUARED = """\
def loss_of(predictions, sums, target):
    return np.mean((predictions - target) ** 2)


def deltas_of(predictions, target):
    return 2.0 * (predictions - target) * derivatives[-1](predictions)
"""
_CROSS_ENTROPY = """\
def loss_of(predictions, sums, target):
    return np.mean(np.maximum(sums, 0.0) - sums * target + np.log1p(np.exp(-np.abs(sums))))


def deltas_of(predictions, target):
    return predictions - target
"""
_EVALUATE = '''\
def loss_and_gradient(places):
    """Loss and gradient: their means over some of the images."""
    batch, target = images[places], targets[places]
    outputs, sums = forward(batch)
    predictions = outputs[-1][:, 0]
    deltas = deltas_of(predictions, target)[:, np.newaxis] / len(target)
    gradient = [np.empty_like(weights) for weights in layers]
    for k in reversed(range(len(layers))):
        gradient[k][...] = INPUTS.T @ deltas
        if k > 0:
            deltas = deltas @ WEIGHTS.T * derivatives[k - 1](outputs[k])
    return loss_of(predictions, sums, target), gradient
'''
_DIRECTIONS = {
    "momentum": """\
    (velocity,) = slots
    velocity[...] = MOMENTUM * velocity + gradient
    return AHEAD
""",
    "rmsprop": """\
    squares, mean = slots
    squares[...] = ALPHA * squares + (1 - ALPHA) * gradient**2
MEAN    return gradient / (np.sqrt(SPREAD) + EPSILON)
""",
    "adam": """\
    mean, squares, most = slots
    mean[...] = BETA1 * mean + (1 - BETA1) * gradient
    squares[...] = BETA2 * squares + (1 - BETA2) * gradient**2
MOST    whole_mean, whole_squares = mean / (1 - BETA1**count), LARGEST / (1 - BETA2**count)
    return whole_mean / (np.sqrt(whole_squares) + EPSILON)
""",
}


_CLIPPING = {
    "norm": '''\
def clip(gradient):
    """Scale the whole gradient down if its norm is above CLIP_NORM."""
    norm = np.sqrt(sum(np.sum(each**2) for each in gradient))
    share = min(CLIP_NORM / (norm + 0.000001), 1.0)
    return [share * each for each in gradient]
''',
    "value": '''\
def clip(gradient):
    """Bring every number of the gradient within CLIP_VALUE of 0."""
    return [np.clip(each, -CLIP_VALUE, CLIP_VALUE) for each in gradient]
''',
}


def numpy_script(plan: Plan, steps: int) -> str:
    """Write the script; how many further steps it takes can be given as its argument."""
    names = list(dict.fromkeys(plan.activations))
    parts = [
        heading(plan, _WORDS) + "\nimport sys\n\nimport numpy as np\n",
        constants(plan, f"int(sys.argv[1]) if len(sys.argv) > 1 else {steps}"),
        _numbers(plan),
    ]
    for name in names:
        parts.append(_VALUES[name])
        parts.append(f"def {name}_derivative(outputs):\n    return {_DERIVATIVES[name]}\n")
    parts.append(
        f"activations = [{', '.join(plan.activations)}]\n"
        f"derivatives = [{', '.join(f'{name}_derivative' for name in plan.activations)}]\n"
    )
    weighed = "outputs[-1] @ weights"
    if plan.bias:
        weighed = "outputs[-1] @ weights[:-1] + weights[-1]"
    parts.append(_FORWARD.replace("WEIGHED", weighed))
    parts.append(_CROSS_ENTROPY if plan.config.loss == "bce" else _SQUARED)
    inputs = "np.column_stack([outputs[k], np.ones(len(target))])" if plan.bias else "outputs[k]"
    weights = "layers[k][:-1]" if plan.bias else "layers[k]"
    parts.append(_EVALUATE.replace("INPUTS", inputs).replace("WEIGHTS", weights))
    if plan.memory:
        parts.append(_direction(plan))
    parts += schedule(plan, "np.cos(angle)")
    if plan.config.is_clipped:
        parts.append(_CLIPPING["norm" if plan.config.clip_norm is not None else "value"])
    parts += [_update(plan), _training(plan)]
    return "\n\n".join(parts)


def _numbers(plan: Plan) -> str:
    """Write what has been learned, and from what."""
    words = "# The weights learned so far: one matrix per layer, one row per input"
    words += "; the last row holds the biases.\n" if plan.bias else ".\n"
    text = words + matrices("layers", plan.layers)
    text += "layers = [np.array(weights) for weights in layers]\n"
    if plan.frozen:
        text += (
            f"\n# These parameters are frozen: no step changes them.\nfrozen = {plan.frozen!r}\n"
        )
    if plan.memory:
        text += "\n" + memories(plan)
        text += "state = [[np.array(slot) for slot in slots] for slots in state]\n"
    text += "\n" + training_images(plan)
    return text + "images, targets = np.array(images), np.array(targets)\n"


def _direction(plan: Plan) -> str:
    """Write the optimizer."""
    config = plan.config
    body = _DIRECTIONS[config.optimizer]
    body = body.replace(
        "AHEAD", "gradient + MOMENTUM * velocity" if config.nesterov else "velocity"
    )
    mean = "    mean[...] = ALPHA * mean + (1 - ALPHA) * gradient\n"
    body = body.replace("MEAN", mean if config.centered else "")
    spread = "np.maximum(squares - mean**2, 0.0)" if config.centered else "squares"
    body = body.replace("SPREAD", spread)
    most = "    most[...] = np.maximum(squares, most)\n"
    body = body.replace("MOST", most if config.amsgrad else "")
    body = body.replace("LARGEST", "most" if config.amsgrad else "squares")
    return f"def direction_of(gradient, slots):\n{body}"


def _update(plan: Plan) -> str:
    """Write the step."""
    config = plan.config
    lines = [
        f"def update({'gradient, step' if config.is_scheduled else 'gradient'}):",
        '    """One step: each weight moves a little downhill."""',
    ]
    if config.is_clipped:
        lines.append("    gradient = clip(gradient)")
    if config.is_scheduled:
        lines.append("    rate = rate_of(step)")
    if plan.memory:
        lines += ["    global count", "    count += 1"]
    lines.append("    for k, weights in enumerate(layers):")
    lines.append("        direction = gradient[k]")
    rows = "[:-1]" if plan.bias else ""  # biases are exempt
    if config.l1:
        lines.append(f"        direction{rows or '[...]'} += L1 * np.sign(weights{rows})")
    if config.l2:
        lines.append(f"        direction{rows or '[...]'} += L2 * weights{rows}")
    if plan.memory:
        lines.append("        direction = direction_of(direction, state[k])")
    if plan.frozen:
        lines.append("        before = weights.copy()")
    lines.append(f"        weights -= {'rate' if config.is_scheduled else 'RATE'} * direction")
    if plan.frozen:
        lines += [
            "        for layer, i, j in frozen:",
            "            if layer == k:",
            "                weights[i, j] = before[i, j]",
        ]
    return "\n".join(lines) + "\n"


def _training(plan: Plan) -> str:
    """Write the loop of training."""
    places = "batches[step % len(batches)]" if plan.batches else "slice(None)"
    return f"""\
for step in range(STEPS + 1):
    loss, gradient = loss_and_gradient({places})
    if step % 10 == 0:
        print(step, float(loss))
    if step < STEPS:
        update(gradient{", START + step" if plan.config.is_scheduled else ""})

print(float(loss))
"""
