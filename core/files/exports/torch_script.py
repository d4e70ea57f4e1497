"""A run as a Python script with PyTorch, which goes on training it in float64."""

from core.files.exports.plan import Plan
from core.files.exports.writing import (
    constants,
    heading,
    matrices,
    memories,
    schedule,
    training_images,
)

_WORDS = "A neural network in PyTorch, in float64."

_MODULES = {"relu": "nn.ReLU()", "tanh": "nn.Tanh()", "sigmoid": "nn.Sigmoid()"}
_OPTIMIZERS = {
    "sgd": "torch.optim.SGD(groups, lr=RATE)",
    "momentum": "torch.optim.SGD(groups, lr=RATE, momentum=MOMENTUM, nesterov={nesterov})",
    "rmsprop": "torch.optim.RMSprop(groups, lr=RATE, alpha=ALPHA, eps=EPSILON, "
    "centered={centered})",
    "adam": "torch.optim.Adam(groups, lr=RATE, betas=(BETA1, BETA2), eps=EPSILON, "
    "amsgrad={amsgrad})",
}
_SLOTS = {
    "momentum": ("momentum_buffer",),
    "rmsprop": ("square_avg", "grad_avg"),
    "adam": ("exp_avg", "exp_avg_sq", "max_exp_avg_sq"),
}


def torch_script(plan: Plan, steps: int) -> str:
    """Write the script; how many further steps it takes can be given as its argument."""
    maths = "import math\n" if plan.config.schedule == "cosine" else ""
    parts = [
        heading(plan, _WORDS) + f"\n{maths}import sys\n\nimport torch\nfrom torch import nn\n",
        constants(plan, f"int(sys.argv[1]) if len(sys.argv) > 1 else {steps}"),
        _numbers(plan),
        _network(plan),
        *schedule(plan, "math.cos(angle)"),
        _optimizer(plan),
        _training(plan),
    ]
    return "\n\n".join(parts)


def _numbers(plan: Plan) -> str:
    """Write what has been learned, and from what."""
    words = "# The weights learned so far: one matrix per layer, one row per input"
    words += "; the last row holds the biases.\n" if plan.bias else ".\n"
    text = words + matrices("layers", plan.layers)
    if plan.frozen:
        text += (
            f"\n# These parameters are frozen: no step changes them.\nfrozen = {plan.frozen!r}\n"
        )
    if plan.memory and plan.count:
        text += "\n" + memories(plan)
    text += "\n" + training_images(plan)
    return (
        f"{text}images = torch.tensor(images, dtype=torch.double)\n"
        "targets = torch.tensor(targets, dtype=torch.double)\n"
    )


def _network(plan: Plan) -> str:
    """Write the network; the loss takes the last sums where it is cross-entropy."""
    modules = []
    for layer, (weights, activation) in enumerate(zip(plan.layers, plan.activations, strict=True)):
        rows = len(weights) - plan.bias
        modules.append(
            f"nn.Linear({rows}, {len(weights[0])}, bias={plan.bias}, dtype=torch.double)"
        )
        is_last = layer == len(plan.layers) - 1
        if activation in _MODULES and not (is_last and plan.config.loss == "bce"):
            modules.append(_MODULES[activation])
    inner = "".join(f"    {module},\n" for module in modules)
    loss = "nn.BCEWithLogitsLoss()" if plan.config.loss == "bce" else "nn.MSELoss()"
    comment = ""
    if plan.config.loss == "bce":
        comment = "# The loss contains the sigmoid of the output.\n"
    inner_rows = "weights[:-1]" if plan.bias else "weights"
    bias = "\n        linear.bias.copy_(weights[-1])" if plan.bias else ""
    return f"""\
{comment}network = nn.Sequential(
{inner})
loss_of = {loss}
linears = [module for module in network if isinstance(module, nn.Linear)]

# PyTorch stores the weights of a layer transposed.
with torch.no_grad():
    for linear, weights in zip(linears, layers):
        weights = torch.tensor(weights, dtype=torch.double)
        linear.weight.copy_({inner_rows}.T){bias}
"""


def _optimizer(plan: Plan) -> str:
    """Write the optimizer, with its state."""
    config = plan.config
    decay = "L2" if config.l2 else "0.0"
    biases = ""
    if plan.bias:
        biases = '    {"params": [linear.bias for linear in linears], "weight_decay": 0.0},\n'
    made = _OPTIMIZERS[config.optimizer].format(
        # Without momentum there is nothing to look ahead along, and PyTorch refuses to.
        nesterov=config.nesterov and config.momentum > 0,
        centered=config.centered,
        amsgrad=config.amsgrad,
    )
    warning = ""
    if config.optimizer == "rmsprop" and config.centered:
        warning = (
            "# If a gradient hardly changes, rounding can make its variance less than 0. The run\n"
            "# replaces it by 0; PyTorch takes its root, and the loss is nan from then on.\n"
        )
    text = f"""\
{warning}groups = [
    {{"params": [linear.weight for linear in linears], "weight_decay": {decay}}},
{biases}]
optimizer = {made}
{_scheduler(plan)}"""
    if not (plan.memory and plan.count):
        return text
    names = [name for name, used in zip(_SLOTS[config.optimizer], _used(plan), strict=True) if used]
    rows = "slot[:-1]" if plan.bias else "slot"
    bias = ""
    if plan.bias:
        bias = """
        optimizer.state[linear.bias][name] = slot[-1].clone()"""
    counts = ""
    if config.optimizer != "momentum":
        counts = """
    for parameter in linear.parameters():
        optimizer.state[parameter]["step"] = torch.tensor(float(count))"""
    return f"""{text}
# The optimizer state.
for linear, slots in zip(linears, state):
    for name, slot in zip({names!r}, slots):
        slot = torch.tensor(slot, dtype=torch.double)
        optimizer.state[linear.weight][name] = {rows}.T.clone(){bias}{counts}
"""


def _scheduler(plan: Plan) -> str:
    """Write the schedule of the learning rate, from the step on that the run has come to."""
    if not plan.config.is_scheduled:
        return ""
    return """\
scheduler = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda step: rate_of(START + step) / RATE
)
"""


def _used(plan: Plan) -> tuple[bool, ...]:
    """Return which slots the optimizer uses as it is set."""
    config = plan.config
    if config.optimizer == "rmsprop":
        return True, config.centered
    return (True,) if config.optimizer == "momentum" else (True, True, config.amsgrad)


def _training(plan: Plan) -> str:
    """Write the loop of training."""
    config = plan.config
    places = "batches[step % len(batches)]" if plan.batches else "slice(None)"
    clipping = penalty = ""
    for name, function in (("clip_norm", "clip_grad_norm_"), ("clip_value", "clip_grad_value_")):
        if getattr(config, name) is not None:
            clipping = f"\n    nn.utils.{function}(network.parameters(), {name.upper()})"
    if config.l1:
        penalty = """
    with torch.no_grad():
        for linear in linears:
            linear.weight.grad += L1 * linear.weight.sign()"""
    before = after = ""
    if plan.frozen:
        before = """
    before = [[each.detach().clone() for each in linear.parameters()] for linear in linears]"""
        after = f"""
    with torch.no_grad():
        for k, i, j in frozen:
            {_restored(plan)}"""
    if config.is_scheduled:
        after += "\n    scheduler.step()"
    return f"""\
for step in range(STEPS + 1):
    places = {places}
    optimizer.zero_grad()
    loss = loss_of(network(images[places])[:, 0], targets[places])
    if step % 10 == 0:
        print(step, loss.item())
    if step == STEPS:
        break
    loss.backward(){clipping}{penalty}{before}
    optimizer.step(){after}

print(loss.item())
"""


def _restored(plan: Plan) -> str:
    """Write what puts a frozen parameter back."""
    weight = "linears[k].weight[j, i] = before[k][0][j, i]"
    if not plan.bias:
        return weight
    return f"""if i < linears[k].in_features:
                {weight}
            else:
                linears[k].bias[j] = before[k][1][j]"""
