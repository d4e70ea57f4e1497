"""2×2 images, and the tasks that label them.

An image is four darknesses in [0, 1], 0 white and 1 black, row by row: top left, top right, bottom
left, bottom right. n images are an array of shape (n, 4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np

from core.arrays import Array
from core.images import labels
from core.randomness import Purpose, generator

PIXELS = 4
MAXIMUM_IMAGES = 1_000_000

PIXEL_VALUES: tuple[str, ...] = ("tenths", "continuous", "black-white")
"""What pixels may be: 0.0, 0.1, … 1.0; anything from 0 to 1; or 0 and 1 only."""

Image: TypeAlias = tuple[float, float, float, float]

ESSAY_IMAGE: Image = (0.2, 0.5, 0.4, 0.7)
"""The image that the essay looks at; its darkness is 0.45."""


class Answer(StrEnum):
    """What kind of answer a task asks for."""

    DARKNESS = "a darkness, 0 to 1"
    AMOUNT = "an amount, 0 to 1"
    DIFFERENCE = "a difference, −1 to 1"
    NUMBER = "a number"
    YES_NO = "yes or no"


@dataclass(frozen=True)
class Task:
    """What a network is to learn about an image."""

    name: str
    """The name that options and files use."""
    question: str
    """What the network is asked, in words."""
    rule: str
    """How the right answer comes about, in words."""
    teaches: str
    """What is learnt by watching it, in one line."""
    answer: Answer
    """Which kind the right answers are of."""
    label: Callable[[Array], Array]
    """The right answers, shape (n,), for images of shape (n, 4); NaN where nobody knows them."""
    linear: bool | None = False
    """Whether a network without hidden layers can do it, with a bias if need be; a yes/no task on
    all black and white images. None where nobody knows."""
    low: str = "low"
    """One word for a prediction that is too low."""
    high: str = "high"
    """One word for a prediction that is too high."""

    @property
    def yes_no(self) -> bool:
        """Whether the right answers are yes, 1, and no, 0."""
        return self.answer is Answer.YES_NO

    @property
    def is_own(self) -> bool:
        """Whether only a person's own data knows the right answers."""
        return self.label is labels.unknown

    def truth(self, image: Image) -> float:
        """Give the right answer for one image; NaN where nobody knows it."""
        return float(self.label(np.array([image]))[0])


@dataclass(frozen=True, eq=False)
class Batch:
    """Images with their right answers."""

    images: Array
    """Shape (n, inputs)."""
    targets: Array
    """Shape (n,)."""

    def __len__(self) -> int:
        """Count the images."""
        return len(self.targets)

    @property
    def nbytes(self) -> int:
        """Bytes that images and answers take."""
        return self.images.nbytes + self.targets.nbytes


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            name="darkness",
            question="How dark is this image?",
            rule="the mean of the four pixels",
            teaches="to average: in the end each weight is 0.25",
            answer=Answer.DARKNESS,
            label=labels.darkness,
            linear=True,
            low="light",
            high="dark",
        ),
        Task(
            name="contrast",
            question="How much contrast is there?",
            rule="the darkest pixel minus the brightest",
            teaches="no weighted sum knows which pixel is the darkest: hidden neurons compare",
            answer=Answer.AMOUNT,
            label=labels.contrast,
            low="weak",
            high="strong",
        ),
        Task(
            name="brightest",
            question="How dark is the brightest?",
            rule="the smallest of the four pixels",
            teaches="a minimum made of relu: the smaller of a and b is a − relu(a − b)",
            answer=Answer.DARKNESS,
            label=labels.brightest,
            low="light",
            high="dark",
        ),
        Task(
            name="darkest",
            question="How dark is the darkest?",
            rule="the largest of the four pixels",
            teaches="a maximum made of relu: the larger of a and b is a + relu(b − a)",
            answer=Answer.DARKNESS,
            label=labels.darkest,
            low="light",
            high="dark",
        ),
        Task(
            name="top-bottom",
            question="How much darker is the top?",
            rule="the mean of the top half minus the mean of the bottom half",
            teaches="weights below 0: what is dark at the bottom counts against it",
            answer=Answer.DIFFERENCE,
            label=labels.top_bottom,
            linear=True,
        ),
        Task(
            name="edge",
            question="How strong is the edge?",
            rule="how far apart the means of the left and of the right half are",
            teaches="a size without its sign: relu(a) + relu(−a), so two neurons can do it",
            answer=Answer.AMOUNT,
            label=labels.edge,
            low="weak",
            high="strong",
        ),
        Task(
            name="diagonal",
            question="Is the diagonal darker?",
            rule="yes if top left and bottom right together are darker than the other two",
            teaches="yes or no by a weighted sum: above 0 the sigmoid is above one half",
            answer=Answer.YES_NO,
            label=labels.diagonal,
            linear=True,
        ),
        Task(
            name="checkerboard",
            question="Is it a checkerboard?",
            rule="yes if one diagonal is on, 0.5 or darker, and the other off",
            teaches="two opposite images are both right: no weighted sum says yes to both alone",
            answer=Answer.YES_NO,
            label=labels.checkerboard,
        ),
        Task(
            name="and",
            question="Are both top pixels on?",
            rule="yes if both top pixels are on, 0.5 or darker",
            teaches="the bias is a threshold: one pixel is too little, two are enough",
            answer=Answer.YES_NO,
            label=labels.both,
            linear=True,
        ),
        Task(
            name="or",
            question="Is a top pixel on?",
            rule="yes if at least one top pixel is on, 0.5 or darker",
            teaches="the same as and, with a lower threshold: one pixel is enough",
            answer=Answer.YES_NO,
            label=labels.either,
            linear=True,
        ),
        Task(
            name="xor",
            question="Is just one top pixel on?",
            rule="yes if exactly one top pixel is on, 0.5 or darker",
            teaches="why there are hidden layers: no one line parts yes from no, two do",
            answer=Answer.YES_NO,
            label=labels.just_one,
        ),
        Task(
            name="parity",
            question="Are 1 or 3 pixels on?",
            rule="yes if an odd number of pixels is on, 0.5 or darker",
            teaches="the hardest: each pixel by itself turns the answer round",
            answer=Answer.YES_NO,
            label=labels.odd,
        ),
        Task(
            name="own",
            question="Which number is it?",
            rule="the label in your data",
            teaches="what your data teaches",
            answer=Answer.NUMBER,
            label=labels.unknown,
            linear=None,
        ),
        Task(
            name="own-yes-no",
            question="Yes or no?",
            rule="the label in your data: 1 is yes, 0 is no",
            teaches="what your data teaches",
            answer=Answer.YES_NO,
            label=labels.unknown,
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
