"""The words of the data pane: what its colours mean, and what there is to say of one image."""

import math

from rich.segment import Segment

from core import TASKS, Snapshot
from core.images import Example, Image, Task
from tui.terminal.drawing import Ink, Line, width_of
from tui.terminal.glyphs import SHADES
from tui.words.numerals import fixed, rate
from tui.words.phrases import fit, yes_or_no

_SWATCHES = (-1.0, -0.5, 0.0, 0.5, 1.0)


def draw_legend(task: Task, scale: float, ink: Ink, width: int) -> Line:
    """Return how an error is shown: which way by its sign and colour, how large by its colour."""
    size = rate(scale)
    if not ink.colour:
        low, high = f"−9: {size} too {task.low}", f"+9: {size} too {task.high}"
        texts = (
            f" four pixels, {SHADES} from white to black; below, the error. {low}, {high}",
            f" below each image its error. {low}, {high}",
            f" {low}, {high}",
        )
        return [Segment(fit(*texts, width=width), ink.dim)]
    scaled: Line = [Segment(f" too {task.low} −{size} ", ink.dim)]
    for share in _SWATCHES:
        sign = "− " if share < 0 else "+ " if share > 0 else "0 "
        scaled.append(ink.signed_cell(share, 1.0, sign))
    scaled.append(Segment(f" +{size} too {task.high}", ink.dim))
    leads = (" four pixels per image, and its error below:", " below each image its error:", "")
    room = width - width_of(scaled)
    lead = fit(*leads, width=room)
    return [Segment(lead, ink.dim), *scaled]


def words_of(
    snapshot: Snapshot, place: int, width: int, equal: Example | None = None, *, known: bool = True
) -> str:
    """Return an image's number, pixels, label, prediction and error, as far as there is room.

    Parameters
    ----------
    snapshot : Snapshot
        The moment, looking at that image.
    place : int
        Its place among the images, from 0.
    width : int
        Columns for the words.
    equal : Example, optional
        The training image that a test image is equal to.
    known : bool
        Whether the prediction is known: before the forward pass of the step shown it is not.
    """
    reading, task = snapshot.reading, TASKS[snapshot.config.task]
    predicts = f"predicts {fixed(reading.prediction, 3)}"
    label = f"label {_label(reading.target, task)}"
    ruled = label
    if snapshot.rule is not None:
        ruled = f"{label} (clean label {_label(snapshot.rule, task)})"
        label = f"{label} (clean {_label(snapshot.rule, task)})"
    error = f"error {fixed(reading.error, 3, signed=True)}"
    if equal is not None:
        label = ruled = f"{label}, equal to training image {equal.index + 1:,}"
    which = _which_way(reading.prediction, reading.target, task)
    pixels = _pixels(reading.image)
    if not known:
        return fit(
            f"image {place + 1:,} · pixels {pixels} · {ruled}",
            f"{place + 1:,} · {label}",
            width=width,
        )
    texts = (
        f"image {place + 1:,} · pixels {pixels} · {ruled} · {predicts} · {error}{which}",
        f"image {place + 1:,} · {pixels} · {label} · {predicts} · {error}{which}",
        f"{place + 1:,} · {pixels} · {label} · {predicts} · {error}{which}",
        f"{place + 1:,} · {pixels} · {label} · {predicts} · {error}",
        f"{place + 1:,} · {label} · {predicts} · {error}",
    )
    return fit(*texts, width=width)


def _which_way(prediction: float, label: float, task: Task) -> str:
    """Return in words how the prediction is wrong."""
    if not math.isfinite(prediction) or math.isnan(label):
        return ""
    if task.yes_no:
        return ", right" if yes_or_no(prediction) == yes_or_no(label) else ", wrong"
    if abs(prediction - label) < 0.0005:
        return ""
    return f", too {task.high if prediction > label else task.low}"


def _label(value: float, task: Task) -> str:
    """Write a label: yes or no with its number, or three decimals."""
    if task.yes_no:
        return f"{value:g} {yes_or_no(value)}"
    return fixed(value, 3)


def _pixels(image: Image) -> str:
    """Write four pixels, with no more decimals than two unless they need more."""
    return " ".join(
        f"{pixel:.1f}"
        if round(pixel, 1) == pixel
        else f"{pixel:.2f}"
        if round(pixel, 2) == pixel
        else f"{pixel:.3f}"
        for pixel in image
    )
