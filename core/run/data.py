"""The images of a run: drawn by its config, or a person's own; and which of them only test."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from core.images.images import ESSAY_IMAGE, TASKS, Batch, Image, generate
from core.images.labels import ON
from core.randomness import Purpose, generator

if TYPE_CHECKING:
    from core.settings.config import TrainingConfig


SCALES = (1.0, 255.0)
"""What black may be in a person's file."""


@dataclass(frozen=True, eq=False)
class OwnData:
    """Images that a person brought; two are equal when all their numbers are."""

    name: str
    """What to call them, such as the file's name; no part of what they are."""
    batch: Batch
    """The images with their labels."""
    labelled: bool = True
    """Whether the labels are the person's as well; otherwise the task's rule gives them."""
    scale: float = 1.0
    """What black was in their file, 1 or 255; no part of what they are."""

    def __len__(self) -> int:
        """Count the images."""
        return len(self.batch)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of images and labels, in hexadecimal."""
        return sha256(self.batch.images.tobytes() + self.batch.targets.tobytes()).hexdigest()

    @cached_property
    def label_range(self) -> tuple[float, float]:
        """The smallest label and the largest."""
        return float(self.batch.targets.min()), float(self.batch.targets.max())

    @cached_property
    def is_yes_no(self) -> bool:
        """Whether each label is 1 or 0."""
        return bool(np.isin(self.batch.targets, (0.0, 1.0)).all())

    def label_of(self, image: Image) -> float:
        """Give the label of the first image that is the same; NaN if there is none."""
        same = np.ones(len(self), dtype=bool)
        for pixels, pixel in zip(self.batch.images.T, image, strict=True):
            same &= pixels == pixel
        return float(self.batch.targets[same.argmax()]) if same.any() else np.nan

    def __eq__(self, other: object) -> bool:
        """Tell whether the numbers are the same."""
        return isinstance(other, OwnData) and self.digest == other.digest

    def __hash__(self) -> int:
        """Hash what `==` compares."""
        return hash(self.digest)


def plain_name(name: str) -> str:
    """Give a name that can be shown: what could do something to a terminal is not."""
    return "".join(mark if mark.isprintable() else "?" for mark in name)


def images_of(config: "TrainingConfig") -> tuple[Batch, Batch | None]:
    """Give the images to learn from, and those to test with if any are kept for that.

    Both are in the order in which they are drawn or were brought. The labels are those of the
    clean images, whatever pixel noise adds to them.
    """
    every = _with_noise(config, _clean(config))
    if not config.test_images:
        return every, None
    order = generator(config.data_seed, Purpose.TEST_IMAGES).permutation(len(every))
    test, training = np.sort(order[: config.test_images]), np.sort(order[config.test_images :])
    return (
        Batch(every.images[training], every.targets[training]),
        Batch(every.images[test], every.targets[test]),
    )


def _clean(config: "TrainingConfig") -> Batch:
    """Give all images as they are before noise."""
    task, data = TASKS[config.task], config.data
    if data is None:
        return generate(task, config.images, config.data_seed, config.pixels)
    return data.batch if data.labelled else Batch(data.batch.images, task.label(data.batch.images))


def _with_noise(config: "TrainingConfig", clean: Batch) -> Batch:
    """Let pixels and labels stray as the config says."""
    images, targets, seed = clean.images, clean.targets, config.data_seed
    if config.pixel_noise:
        stray = generator(seed, Purpose.PIXEL_NOISE).standard_normal(images.shape)
        images = np.clip(images + config.pixel_noise * stray, 0.0, 1.0)
    if config.label_noise and TASKS[config.task].yes_no:
        order = generator(seed, Purpose.LABEL_NOISE).permutation(len(clean))
        wrong = order[: round(config.label_noise * len(clean))]
        targets = targets.copy()
        targets[wrong] = 1.0 - targets[wrong]
    elif config.label_noise:
        stray = generator(seed, Purpose.LABEL_NOISE).standard_normal(len(clean))
        targets = targets + config.label_noise * stray
    return Batch(images, targets) if config.pixel_noise or config.label_noise else clean


def truth_of(config: "TrainingConfig", image: Image) -> float:
    """Give the right answer for any image; NaN if only the data could know, and does not."""
    task = TASKS[config.task]
    if task.is_own and config.data is not None:
        return config.data.label_of(image)
    return task.truth(image)


def first_image(config: "TrainingConfig") -> Image:
    """Give the image to look at first: the essay's, in black and white if all are, or the first
    of a person's own."""
    pixels = list(ESSAY_IMAGE)
    if config.data is not None:
        pixels = config.data.batch.images[0].tolist()
    elif config.pixels == "black-white":
        pixels = [float(pixel >= ON) for pixel in pixels]
    top_left, top_right, bottom_left, bottom_right = pixels
    return top_left, top_right, bottom_left, bottom_right
