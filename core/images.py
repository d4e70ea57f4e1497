"""2×2 images, and the tasks that label them.

An image is four darknesses in [0, 1], 0 white and 1 black, row by row: top left, top right, bottom
left, bottom right. n images are an array of shape (n, 4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from core.operations import Array
from core.randomness import Purpose, generator

PIXELS = 4
MAXIMUM_IMAGES = 1_000_000

PIXEL_VALUES: tuple[str, ...] = ("tenths", "continuous", "black-white")
"""What pixels may be: 0.0, 0.1, … 1.0; anything from 0 to 1; or 0 and 1 only."""

Image: TypeAlias = tuple[float, float, float, float]

ESSAY_IMAGE: Image = (0.2, 0.5, 0.4, 0.7)
"""The image that the essay looks at; its darkness is 0.45."""


@dataclass(frozen=True)
class Task:
    """What a network is to learn about an image."""

    name: str
    """The name that options and files use."""
    question: str
    """What the network is asked, in words."""
    label: Callable[[Array], Array]
    """The right answers, shape (n,), for images of shape (n, 4)."""
    low: str
    """One word for a prediction that is too low."""
    high: str
    """One word for a prediction that is too high."""
    yes_no: bool = False
    """Whether the right answers are 0 and 1, no and yes."""

    def truth(self, image: Image) -> float:
        """Give the right answer for one image."""
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


def _darkness(images: Array) -> Array:
    darkness: Array = images.mean(axis=1)
    return darkness


TASKS: dict[str, Task] = {
    task.name: task
    for task in (Task("darkness", "How dark is this image?", _darkness, "light", "dark"),)
}
"""Every task, by name. A new one is one entry here and the function that labels."""


def generate(task: Task, count: int, data_seed: int) -> Batch:
    """Draw random images whose pixels are tenths, 0.0 … 1.0, and label them.

    Parameters
    ----------
    task : Task
        Gives the targets.
    count : int
        How many images.
    data_seed : int
        0 … 2³² − 1; the same seed gives the same images.
    """
    random = generator(data_seed, Purpose.IMAGES)
    images = random.integers(0, 11, (count, PIXELS)) / 10
    return Batch(images, task.label(images))
