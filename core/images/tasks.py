"""The rules that label 2×2 images: from images, shape (n, 4), to right answers, shape (n,).

Yes is 1 and no is 0. The columns are top left, top right, bottom left, bottom right.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.images.images import PIXELS, Batch, Image
from core.randomness import Purpose, generator
from core.structs import Struct

ON = 0.5
"""A pixel counts as on from this darkness."""
SAME = 1e-9
"""Darknesses that differ by no more are the same but for rounding."""


def darkness(images: Array) -> Array:
    """Return the mean of the four pixels."""
    mean: Array = images.mean(axis=1)
    return mean


def brightest(images: Array) -> Array:
    """Return the smallest of the four pixels."""
    least: Array = np.minimum(np.minimum(*images.T[:2]), np.minimum(*images.T[2:]))
    return least


def darkest(images: Array) -> Array:
    """Return the largest of the four pixels."""
    most: Array = np.maximum(np.maximum(*images.T[:2]), np.maximum(*images.T[2:]))
    return most


def contrast(images: Array) -> Array:
    """Return the largest pixel minus the smallest."""
    return darkest(images) - brightest(images)


def top_bottom(images: Array) -> Array:
    """Return the mean of the top half minus the mean of the bottom half, −1 … 1."""
    top_left, top_right, bottom_left, bottom_right = images.T
    difference: Array = ((top_left + top_right) - (bottom_left + bottom_right)) / 2
    return difference


def edge(images: Array) -> Array:
    """Return how far apart the means of the left and of the right half are, 0 … 1."""
    top_left, top_right, bottom_left, bottom_right = images.T
    apart: Array = np.abs((top_left + bottom_left) - (top_right + bottom_right)) / 2
    return apart


def diagonal(images: Array) -> Array:
    """Return whether top left and bottom right are darker together than the other two."""
    top_left, top_right, bottom_left, bottom_right = images.T
    return _answers((top_left + bottom_right) - (top_right + bottom_left) > SAME)


def checkerboard(images: Array) -> Array:
    """Return whether one diagonal is on and the other off."""
    top_left, top_right, bottom_left, bottom_right = (images >= ON).T
    are_equal = (top_left == bottom_right) & (top_right == bottom_left)
    return _answers(are_equal & (top_left != top_right))


def both(images: Array) -> Array:
    """Return whether both top pixels are on."""
    return _answers((images[:, 0] >= ON) & (images[:, 1] >= ON))


def either(images: Array) -> Array:
    """Return whether at least one top pixel is on."""
    return _answers((images[:, 0] >= ON) | (images[:, 1] >= ON))


def just_one(images: Array) -> Array:
    """Return whether exactly one top pixel is on."""
    return _answers((images[:, 0] >= ON) ^ (images[:, 1] >= ON))


def odd(images: Array) -> Array:
    """Return whether an odd number of pixels is on."""
    return _answers(np.logical_xor.reduce(images >= ON, axis=1))


def unknown(images: Array) -> Array:
    """Return no answers: they come with the data."""
    return np.full(len(images), np.nan)


def _answers(yes: NDArray[np.bool_]) -> Array:
    return yes.astype(np.float64)


PIXEL_VALUES: tuple[str, ...] = ("tenths", "continuous", "black-white")
"""What pixels may be: 0.0, 0.1, … 1.0; anything from 0 to 1; or 0 and 1 only."""


class Answer(StrEnum):
    """What kind of answer a task asks for."""

    DARKNESS = "a darkness, 0 to 1"
    AMOUNT = "an amount, 0 to 1"
    DIFFERENCE = "a difference, −1 to 1"
    NUMBER = "a number"
    YES_NO = "yes or no"


class Task(Struct):
    """What a network is to learn about an image."""

    name: str
    """The name that options and files use."""
    question: str
    """What the network is asked, in words."""
    rule: str
    """How the target comes about, in words."""
    answer: Answer
    """Which kind the targets are of."""
    label: Callable[[Array], Array]
    """The targets, shape (n,), for images of shape (n, 4); NaN where nobody knows them."""
    linear: bool | None = False
    """Whether a network without hidden layers can do it, with a bias if need be; a yes/no task on
    all black and white images. None where nobody knows."""
    low: str = "low"
    """One word for a prediction that is too low."""
    high: str = "high"
    """One word for a prediction that is too high."""

    @property
    def yes_no(self) -> bool:
        """Whether the target are yes, 1, and no, 0."""
        return self.answer is Answer.YES_NO

    @property
    def is_own(self) -> bool:
        """Whether only a person's own data knows the target."""
        return self.label is unknown

    def target(self, image: Image) -> float:
        """Return the target for one image; NaN where nobody knows it."""
        return float(self.label(np.array([image]))[0])


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            name="darkness",
            question="How dark is this image?",
            rule="the mean of the four pixels",
            answer=Answer.DARKNESS,
            label=darkness,
            linear=True,
            low="light",
            high="dark",
        ),
        Task(
            name="contrast",
            question="How much contrast is there?",
            rule="the darkest pixel minus the brightest",
            answer=Answer.AMOUNT,
            label=contrast,
            low="weak",
            high="strong",
        ),
        Task(
            name="brightest",
            question="How dark is the brightest?",
            rule="the smallest of the four pixels",
            answer=Answer.DARKNESS,
            label=brightest,
            low="light",
            high="dark",
        ),
        Task(
            name="darkest",
            question="How dark is the darkest?",
            rule="the largest of the four pixels",
            answer=Answer.DARKNESS,
            label=darkest,
            low="light",
            high="dark",
        ),
        Task(
            name="top-bottom",
            question="How much darker is the top?",
            rule="the mean of the top half minus the mean of the bottom half",
            answer=Answer.DIFFERENCE,
            label=top_bottom,
            linear=True,
        ),
        Task(
            name="edge",
            question="How strong is the edge?",
            rule="the difference between the means of the left and right half, without its sign",
            answer=Answer.AMOUNT,
            label=edge,
            low="weak",
            high="strong",
        ),
        Task(
            name="diagonal",
            question="Is the main diagonal darker?",
            rule="yes if top left and bottom right together are darker than the other two",
            answer=Answer.YES_NO,
            label=diagonal,
            linear=True,
        ),
        Task(
            name="checkerboard",
            question="Is it a checkerboard?",
            rule="yes if one diagonal is on, 0.5 or darker, and the other off",
            answer=Answer.YES_NO,
            label=checkerboard,
        ),
        Task(
            name="and",
            question="Are both top pixels on?",
            rule="yes if both top pixels are on, 0.5 or darker",
            answer=Answer.YES_NO,
            label=both,
            linear=True,
        ),
        Task(
            name="or",
            question="Is a top pixel on?",
            rule="yes if at least one top pixel is on, 0.5 or darker",
            answer=Answer.YES_NO,
            label=either,
            linear=True,
        ),
        Task(
            name="xor",
            question="Is just one top pixel on?",
            rule="yes if exactly one top pixel is on, 0.5 or darker",
            answer=Answer.YES_NO,
            label=just_one,
        ),
        Task(
            name="parity",
            question="Are 1 or 3 pixels on?",
            rule="yes if an odd number of pixels is on, 0.5 or darker",
            answer=Answer.YES_NO,
            label=odd,
        ),
        Task(
            name="own",
            question="Which number is it?",
            rule="the label in your data",
            answer=Answer.NUMBER,
            label=unknown,
            linear=None,
        ),
        Task(
            name="own-yes-no",
            question="Yes or no?",
            rule="the label in your data: 1 is yes, 0 is no",
            answer=Answer.YES_NO,
            label=unknown,
            linear=None,
        ),
    )
}
"""Every task, by name. A new one is one entry here and the function that labels."""


def generate(task: Task, count: int, data_seed: int, pixels: str = "tenths") -> Batch:
    """Draw random images and label them.

    Black and white there are only 16: they come in the order of counting and then again from the
    first, so that each comes as often as any other; where the number of images does not allow
    that, which of them come once more is drawn.

    Parameters
    ----------
    task : Task
        Gives the targets.
    count : int
        How many images.
    data_seed : int
        0 … 2³² − 1; the same seed gives the same images.
    pixels : str
        A name in `PIXEL_VALUES`.
    """
    if pixels == "tenths":
        images = generator(data_seed, Purpose.IMAGES).integers(0, 11, (count, PIXELS)) / 10
    elif pixels == "continuous":
        images = generator(data_seed, Purpose.CONTINUOUS_IMAGES).random((count, PIXELS))
    else:
        every = (np.arange(2**PIXELS)[:, None] >> np.arange(PIXELS)[::-1] & 1).astype(np.float64)
        if count % len(every):
            every = generator(data_seed, Purpose.BLACK_WHITE_IMAGES).permutation(every)
        images = np.resize(every, (count, PIXELS))
    return Batch(images, task.label(images))
