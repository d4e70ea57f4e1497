"""Pieces of sentences that commentary is put together from."""

import math
from collections.abc import Sequence
from typing import TypeAlias

from core.errors import ConfigError
from core.images import Task
from core.metrics import YES
from core.network import Architecture, written_activations
from core.settings import SETTINGS, TrainingConfig
from tui.words.numerals import count, fixed, rate, short

WIDTH = 78
"""Columns of a line of commentary, at most."""

Lines: TypeAlias = tuple[str, str]
"""What happened; and why, or what to try. Either may be empty."""

PIXEL_NAMES = ("top left", "top right", "bottom left", "bottom right")
"""The pixels, row by row."""

_NUMBERS = ("", "one", "two", "three", "four", "five")


def fit(*sentences: str) -> str:
    """Choose the first sentence that fits into a line, or the last."""
    return next((text for text in sentences if len(text) <= WIDTH), sentences[-1])


def sentence(text: str) -> str:
    """Give it a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}."


def refused(error: ConfigError) -> str:
    """Say what cannot be, and why: batch size takes 1 to the number of images, …"""
    name = SETTINGS[error.setting].title if error.setting in SETTINGS else f"the {error.setting}"
    return f"{name} {error.problem}"


def listed(n: int, noun: str) -> str:
    """Count things: 1 step, 1,000 steps."""
    return f"{count(n)} {noun}" if n == 1 else f"{count(n)} {noun}s"


def images(n: int) -> str:
    """Count images."""
    return listed(n, "image")


def some(n: int, total: int) -> str:
    """Count images among all: 965 of 1,000 images, all 1,000 images."""
    return f"all {images(n)}" if n == total > 1 else f"{count(n)} of {images(total)}"


def all_of(n: int) -> str:
    """All four."""
    return f"All {_NUMBERS[n] if 0 < n < len(_NUMBERS) else count(n)}"


def names(indices: Sequence[int], weights: int) -> str:
    """Name parameters as they are numbered on the screen: weights 1 and 3, the bias."""
    numbers = [str(index + 1) for index in indices if index < weights]
    items = numbers
    if numbers:
        items = [f"weight{'s' if len(numbers) > 1 else ''} {numbers[0]}", *numbers[1:]]
    if len(numbers) < len(indices):
        items = [*items, "the bias"]
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)


def answer(prediction: float, truth: float, task: Task, rule: float | None = None) -> str:
    """Say what the network makes of the image: it predicts 0.684; the image is 0.450 dark.

    Where a label says something else than the task's rule, it is no truth, and both are told.
    """
    if rule is not None:
        say = yes_or_no if task.yes_no else level
        return f"it predicts {level(prediction)}; its label says {say(truth)}, the rule {say(rule)}"
    said = f"it predicts {level(prediction)}"
    if task.yes_no:
        said += f", {yes_or_no(prediction)}"
    if math.isnan(truth):
        return f"{said}; this image is not in your data"
    if task.yes_no:
        return f"{said}; right is {yes_or_no(truth)}"
    if task.name == "darkness":
        return f"{said}; the image is {level(truth)} {task.high}"
    return f"{said}; the truth is {level(truth)}"


def yes_or_no(value: float) -> str:
    """Say which answer a prediction or a truth is."""
    return "yes" if value >= YES else "no"


def direction_words(config: TrainingConfig) -> str:
    """Say what −rate is multiplied by in a step."""
    gradient = "(gradient + pull to 0)" if config.l1 or config.l2 else "gradient"
    match config.optimizer:
        case "momentum":
            return "velocity, a step ahead" if config.nesterov else "velocity"
        case "rmsprop":
            return f"{gradient} ÷ its usual {'spread' if config.centered else 'size'}"
        case "adam":
            return f"mean {gradient} ÷ its usual size"
    return gradient


def level(value: float) -> str:
    """Write a prediction or a truth as the image pane does: 0.450."""
    return fixed(value, 3) if 1e-3 <= abs(value) < 100 or value == 0 else short(value)


def plain(value: float) -> str:
    """Write a weight with no zeros at its end: −0.08."""
    text = short(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def known_rate(value: float) -> str:
    """Write a learning rate exactly, unless that takes many digits."""
    text = rate(value)
    return text if len(text) <= 8 else short(value)


def apart(before: float, after: float) -> tuple[str, str]:
    """Write two numbers with as few digits as tell them apart: at least 3, at most 6."""
    pairs = [(short(before, digits), short(after, digits)) for digits in range(3, 7)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def percent(share: float) -> str:
    """Write a share of 1 in per cent, with a digit or two that count: 4 %, 0.03 %."""
    if not math.isfinite(share):
        return "not a number of %"
    if share >= 0.995:
        return "over 99 %"
    if share >= 0.01:
        return f"{100 * share:.0f} %"
    return f"{plain(float(f'{100 * share:.0e}'))} %"


_LONGEST = 300


def printable(text: str) -> str:
    """Write what a person typed in one line that cannot do anything to the terminal."""
    safe = "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in text)
    return safe if len(safe) <= _LONGEST else safe[:_LONGEST] + "…"


_SIGMOID = " · sigmoid output"


def network_name(config: TrainingConfig) -> str:
    """Name a network by its levels and activations: 4→4→1 tanh, 4→4→8→1 tanh,relu."""
    name = "→".join(str(size) for size in config.architecture.sizes)
    if config.hidden:
        name += f" {written_activations(config.architecture.activations)}"
    return name if config.output == "linear" else f"{name}{_SIGMOID}"


def name_of(architecture: Architecture, index: int) -> str:
    """Name a parameter, counting from 1 as people do."""
    place, hidden = architecture.place(index), architecture.hidden
    which = f"layer {place.layer + 1} · " if hidden else ""
    if place.source is None:
        return f"{which}bias {place.neuron + 1}" if hidden else "bias"
    return f"{which}weight {place.source + 1}" + (f"→{place.neuron + 1}" if hidden else "")
