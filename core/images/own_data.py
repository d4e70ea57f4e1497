"""A person's own images, with their labels or with those that a task gives them."""

from functools import cached_property
from hashlib import sha256

import numpy as np

from core.images.images import Batch, Image
from core.structs import Struct

SCALES = (1.0, 255.0)
"""What black may be in a person's file."""


class OwnData(Struct):
    """Images that a person brought; two are equal when all their numbers are."""

    name: str
    """What to call them, such as the file's name; no part of what they are."""
    batch: Batch
    """The images with their labels."""
    labelled: bool = True
    """Whether the labels are the person's as well; otherwise the task's rule gives them."""
    scale: float = 1.0
    """What black was in their file, 1 or 255; no part of what they are."""
    path: str = ""
    """Where their file is, as a person named it; empty if it is only known what to call it. It is
    not written to files, which others may read."""

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
        """Return the label of the first image that is the same; NaN if there is none."""
        same = np.ones(len(self), dtype=bool)
        for pixels, pixel in zip(self.batch.images.T, image, strict=True):
            same &= pixels == pixel
        return float(self.batch.targets[same.argmax()]) if same.any() else np.nan

    def __eq__(self, other: object) -> bool:
        """Whether the numbers are the same."""
        return isinstance(other, OwnData) and self.digest == other.digest

    def __hash__(self) -> int:
        """Hash what `==` compares."""
        return hash(self.digest)


def plain_name(name: str) -> str:
    """Return a name that can be shown: what could do something to a terminal is not."""
    return "".join(mark if mark.isprintable() else "?" for mark in name)
