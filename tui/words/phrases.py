"""The pieces of sentences that commentary is made of, and `says`, which puts a fact into words."""

import math
from collections.abc import Sequence
from functools import singledispatch
from typing import TYPE_CHECKING, TypeAlias

from core import Snapshot
from core.errors import ConfigError
from core.images import Task
from core.metrics import YES
from core.network import Architecture, written_activations
from core.settings import SETTINGS, TrainingConfig, written
from tui.words.numerals import count, fixed, rate, short

if TYPE_CHECKING:
    from core.commentary.steps import Fact

WIDTH = 78
"""Columns of a line of commentary, at most."""

Lines: TypeAlias = tuple[str, str]
"""What happened; and why, or what to try. Either may be empty."""

UNDO = "Press b to undo."
"""What to press after a change that can be undone."""

PIXEL_NAMES = ("top left", "top right", "bottom left", "bottom right")
"""The pixels, row by row."""

_NUMBERS = ("", "one", "two", "three", "four", "five")


@singledispatch
def says(fact: "Fact") -> Lines:
    """Return a fact in words: what happened, and then why or what to try.

    The words for each kind of fact are registered by the modules that have them: `narrator` imports
    all of them.
    """
    raise TypeError(f"no words for {fact!r}")


def fit(*sentences: str, width: int = WIDTH) -> str:
    """Return the first sentence that fits into so many columns, or the last."""
    return next((text for text in sentences if len(text) <= width), sentences[-1])


def capital(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def sentence(text: str) -> str:
    """Return a text as a sentence, with a capital and a full stop."""
    return f"{capital(text)}."


def refused(error: ConfigError) -> str:
    """Return why a setting is refused: batch size takes 1 to the number of images, …"""
    name = SETTINGS[error.setting].title if error.setting in SETTINGS else f"the {error.setting}"
    return f"{name} {error.problem}"


def listed(n: int, noun: str) -> str:
    """Return a number of things: 1 step, 1,000 steps."""
    return f"{count(n)} {noun}" if n == 1 else f"{count(n)} {noun}s"


def images(n: int) -> str:
    """Return a number of images: 1 image, 1,000 images."""
    return listed(n, "image")


def split_words(config: TrainingConfig, equal: int) -> Lines | None:
    """Return what of the test images misleads: that there are none, or that steps use equal ones.

    Parameters
    ----------
    config : TrainingConfig
        The settings.
    equal : int
        How many test images have the pixels and the label of a training image.
    """
    if config.rounds_to_no_test_image:
        share = f"a test share of {written(config.test_share)}"
        one_more = f"A test share of {plain(1 / config.images)} keeps one."
        return (
            f"There are no test images: {share} of {images(config.images)} rounds to 0.",
            one_more if config.images > 1 else "Test images need at least 2 images.",
        )
    if not equal or config.data is None:  # among images that are drawn, equal ones are usual
        return None
    return (
        f"{equal_words(equal, listed(config.test_images, 'test image'))}.",
        "Steps learn from these: the loss on them does not show how it generalises.",
    )


def equal_words(equal: int, of: str) -> str:
    """Return how many of some test images are training images too."""
    them = "is a training image" if equal == 1 else "are training images"
    return f"{count(equal)} of {of} {them} too: same pixels, same label"


def batch_words(snapshot: Snapshot) -> str:
    """Return whose loss it is, if it is not that of all training images."""
    return "" if snapshot.is_full_batch else f" of this batch ({images(snapshot.batch_size)})"


def some(n: int, total: int) -> str:
    """Return a number of images among all: 965 of 1,000 images, all 1,000 images."""
    return f"all {images(n)}" if n == total > 1 else f"{count(n)} of {images(total)}"


def all_of(n: int) -> str:
    """Return a number of weights that is all of them: All four."""
    return f"All {_NUMBERS[n] if 0 < n < len(_NUMBERS) else count(n)}"


def joined(items: Sequence[str]) -> str:
    """Return some words as a list: one, two and three."""
    return " and ".join([", ".join(items[:-1]), items[-1]]) if items[1:] else "".join(items)


def names(indices: Sequence[int], weights: int) -> str:
    """Return parameters as they are numbered on the screen: weights 1 and 3, the bias."""
    numbers = [str(index + 1) for index in indices if index < weights]
    items = numbers
    if numbers:
        items = [f"weight{'s' if len(numbers) > 1 else ''} {numbers[0]}", *numbers[1:]]
    if len(numbers) < len(indices):
        items = [*items, "the bias"]
    return joined(items)


def answer(prediction: float, target: float, task: Task, rule: float | None = None) -> str:
    """Return a prediction and its target: it predicts 0.684; the image is 0.450 dark.

    If the label is noisy, the clean label is named too.
    """
    if rule is not None:
        say = yes_or_no if task.yes_no else level
        label, clean = say(target), say(rule)
        return f"it predicts {level(prediction)}; its label is {label}, the clean label {clean}"
    predicted = f"it predicts {level(prediction)}"
    if task.yes_no:
        predicted += f" ({yes_or_no(prediction)})"
    if math.isnan(target):
        return f"{predicted}; this image is not in your data"
    if task.yes_no:
        return f"{predicted}; the target is {yes_or_no(target)}"
    if task.name == "darkness":
        return f"{predicted}; the image is {level(target)} {task.high}"
    return f"{predicted}; the target is {level(target)}"


def diverges_above(limit: float, *, is_scheduled: bool) -> str:
    """Return the sentence that says which learning rates are too large.

    By a schedule the rate may come below the limit before the run has diverged.
    """
    if is_scheduled:
        return f"While the rate is above {short(limit)}, steps overshoot."
    return f"On these images, rates above {short(limit)} diverge."


def yes_or_no(value: float) -> str:
    """Return which answer a prediction or a target is."""
    return "yes" if value >= YES else "no"


def direction_words(config: TrainingConfig) -> str:
    """Return what −rate is multiplied by in a step."""
    gradient = "clipped gradient" if config.is_clipped else "gradient"
    if config.l1 or config.l2:
        gradient = f"({gradient} + penalty)"
    match config.optimizer:
        case "momentum":
            return "look-ahead velocity" if config.nesterov else "velocity"
        case "rmsprop":
            return f"{gradient} ÷ its {'deviation' if config.centered else 'RMS'}"
        case "adam":
            return f"mean {gradient} ÷ its RMS"
    return gradient


def level(value: float) -> str:
    """Return a prediction or a target as the image pane does: 0.450."""
    return fixed(value, 3) if 1e-3 <= abs(value) < 100 or value == 0 else short(value)


def plain(value: float) -> str:
    """Return a weight with no zeros at its end: −0.08."""
    text = short(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def known_rate(value: float) -> str:
    """Return a learning rate, exact unless that takes many digits."""
    text = rate(value)
    return text if len(text) <= 8 else short(value)


def coming_rate(snapshot: Snapshot) -> str:
    """Return the learning rate of the coming step: by a schedule with three digits."""
    if snapshot.config.is_scheduled:
        return short(snapshot.rate)
    return rate(snapshot.rate)


def apart(before: float, after: float) -> tuple[str, str]:
    """Return two numbers with as few digits as tell them apart: at least 3, at most 6."""
    pairs = [(short(before, digits), short(after, digits)) for digits in range(3, 7)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def percent(share: float) -> str:
    """Return a share of 1 in per cent, with a digit or two that count: 4%, 0.03%."""
    if not math.isfinite(share):
        return "an unknown share"
    if share >= 0.995:
        return "over 99%"
    if share >= 0.01:
        return f"{100 * share:.0f}%"
    return f"{plain(float(f'{100 * share:.0e}'))}%"


_LONGEST = 300


def printable(text: str) -> str:
    """Return what a person typed as one line that cannot do anything to the terminal."""
    safe = "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in text)
    return safe if len(safe) <= _LONGEST else safe[:_LONGEST] + "…"


SIGMOID_OUTPUT = " · sigmoid output"
"""What a network's name ends with if its output is a sigmoid."""


def network_name(config: TrainingConfig) -> str:
    """Return a network's levels and activations: 4→4→1 tanh, 4→4→8→1 tanh,relu."""
    name = "→".join(str(size) for size in config.architecture.sizes)
    if config.hidden:
        name += f" {written_activations(config.architecture.activations)}"
    return name if config.output == "linear" else f"{name}{SIGMOID_OUTPUT}"


def name_of(architecture: Architecture, index: int) -> str:
    """Name a parameter, counting from 1 as people do."""
    place, hidden = architecture.place(index), architecture.hidden
    which = f"layer {place.layer + 1} · " if hidden else ""
    if place.source is None:
        return f"{which}bias {place.neuron + 1}" if hidden else "bias"
    return f"{which}weight {place.source + 1}" + (f"→{place.neuron + 1}" if hidden else "")
