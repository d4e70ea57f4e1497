"""Python text: numbers, lists and settings, written so that they read back to the last bit."""

import math
from collections.abc import Sequence
from textwrap import fill

from core.files.exports.plan import Matrix, Plan

_WIDTH = 100


def number(value: float) -> str:
    """Write a number; Python has no plain word for one that is not finite."""
    return repr(value) if math.isfinite(value) else f'float("{value}")'


def vector(numbers: Sequence[float]) -> str:
    """Write numbers in brackets."""
    return f"[{', '.join(map(number, numbers))}]"


def rows(matrix: Sequence[Sequence[float]], margin: str) -> str:
    """Write a row of a matrix a line."""
    return "".join(f"{margin}{vector(row)},\n" for row in matrix)


def matrices(name: str, layers: Sequence[Matrix]) -> str:
    """Write a list of matrices, such as each layer's weights."""
    inner = "".join(f"    [\n{rows(matrix, ' ' * 8)}    ],\n" for matrix in layers)
    return f"{name} = [\n{inner}]\n"


def long_list(name: str, numbers: Sequence[float]) -> str:
    """Write many numbers, a few a line."""
    text = ", ".join(map(repr, numbers))
    filled = fill(text, _WIDTH, initial_indent="    ", subsequent_indent="    ")
    return f"{name} = [\n{filled},\n]\n"


def training_images(plan: Plan) -> str:
    """Write the training images and their targets, and the batches to come."""
    text = (
        "# The training images: four pixels each, top left, top right, bottom left, bottom right,\n"
        "# from 0 (white) to 1 (black); and their targets.\n"
        f"images = [\n{rows(plan.images, '    ')}]\n{long_list('targets', plan.targets)}"
    )
    if plan.batches:
        text += (
            "\n# The images of each coming step, by their position above; then they repeat.\n"
            f"batches = [\n{rows(plan.batches, '    ')}]\n"
        )
    return text


def memories(plan: Plan) -> str:
    """Write the optimizer state: for each layer its slots, matrices like the weights."""
    text = "# The optimizer state: for each layer, matrices like its weights.\nstate = [\n"
    for layer in range(len(plan.layers)):
        text += "    [\n"
        for slot in plan.memory:
            text += f"        [\n{rows(slot[layer], ' ' * 12)}        ],\n"
        text += "    ],\n"
    return f"{text}]\ncount = {plan.count}  # updates so far\n"


def constants(plan: Plan, steps: str) -> str:
    """Write what the run is set to."""
    config = plan.config
    lines = [f"STEPS = {steps}", f"RATE = {config.learning_rate!r}  # the learning rate"]
    if config.is_scheduled:
        lines[-1] += ", before its schedule"
        lines.append(f"START = {plan.step}  # steps taken before this script")
        if config.warmup_steps:
            lines.append(f"WARMUP = {config.warmup_steps}  # steps")
    by_schedule = {
        "step": ("decay_steps", "decay_factor"),
        "cosine": ("cosine_steps", "cosine_end"),
    }
    for name in (*by_schedule.get(config.schedule, ()), "clip_norm", "clip_value"):
        if getattr(config, name) is not None:
            lines.append(f"{name.upper()} = {getattr(config, name)!r}")
    names = {"momentum": ("momentum",), "rmsprop": ("alpha",), "adam": ("beta1", "beta2")}
    for name in names.get(config.optimizer, ()):
        lines.append(f"{name.upper()} = {getattr(config, name)!r}")
    if config.optimizer in ("rmsprop", "adam"):
        lines.append(f"EPSILON = {config.epsilon!r}")
    if config.schedule == "cosine":
        lines.append(f"PI = {math.pi!r}")
    for name in ("l1", "l2"):
        if getattr(config, name):
            lines.append(f"{name.upper()} = {getattr(config, name)!r}")
    return "\n".join(lines) + "\n"


def schedule(plan: Plan, cosine: str) -> list[str]:
    """Write the function that gives the learning rate of a step, if it follows a schedule.

    Parameters
    ----------
    plan : Plan
        The run.
    cosine : str
        The cosine of `angle`, as the script can compute it.
    """
    config = plan.config
    if not config.is_scheduled:
        return []
    lines = [
        "def rate_of(step):",
        '    """The learning rate of a step, by its schedule."""',
    ]
    if config.warmup_steps:
        lines += [
            "    if step < WARMUP:",
            "        return RATE * (step + 1) / (WARMUP + 1)",
            "    step -= WARMUP",
        ]
    if config.schedule == "cosine":
        lines += [
            "    if step >= COSINE_STEPS:",
            "        return RATE * COSINE_END",
            "    angle = PI * step / COSINE_STEPS",
            f"    return RATE * (COSINE_END + (1 - COSINE_END) * (1 + {cosine}) / 2)",
        ]
    elif config.schedule == "step":
        lines.append("    return RATE * DECAY_FACTOR ** (step // DECAY_STEPS)")
    else:
        lines.append("    return RATE")
    return ["\n".join(lines) + "\n"]


def heading(plan: Plan, words: str) -> str:
    """Write what a script is, and the step at which it starts."""
    steps = f"{plan.step:,} step{'' if plan.step == 1 else 's'}"
    nudging = ""
    if plan.config.gradient == "nudge":
        nudging = (
            "\nThe run used finite differences; here the gradient is exact, so the two differ.\n"
        )
    batches = ""
    if plan.batches:
        batches = (
            "\nEach loss is the mean over the batch of its step, not over all training images.\n"
        )
    return f'''"""{words}

It continues after {steps} of training, at a loss of {plan.loss!r}.
The last line that it prints is the loss STEPS steps later.
{batches}{nudging}"""
'''
