"""2×2 images with their labels, and one of them that was picked out.

An image is four darknesses in [0, 1], 0 white and 1 black, row by row: top left, top right, bottom
left, bottom right. n images are an array of shape (n, 4).
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.structs import Struct

PIXELS = 4
MAXIMUM_IMAGES = 1_000_000

Image: TypeAlias = tuple[float, float, float, float]

DEFAULT_IMAGE: Image = (0.2, 0.5, 0.4, 0.7)
"""The default network's first image; its darkness is 0.45."""


class Batch(Struct, eq=False):
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


class Example(Struct):
    """Which of a run's images it is, and its label."""

    index: int
    """Its place among the training images that there are, or among the test images, from 0."""
    label: float
    """Its own label, which noise or a person may have made another than the task's rule."""
    is_test: bool = False
    """Whether it is one of the test images."""


def example_at(batch: Batch, index: int, *, is_test: bool = False) -> tuple[Image, Example]:
    """Pick an image out by its place.

    Parameters
    ----------
    batch : Batch
        The images of a run: those to learn from, or the test images.
    index : int
        0 … len(batch) − 1.
    is_test : bool
        Which of the two they are.
    """
    top_left, top_right, bottom_left, bottom_right = batch.images[index].tolist()
    image = top_left, top_right, bottom_left, bottom_right
    return image, Example(index, float(batch.targets[index]), is_test)


def equal_rows(batch: Batch, others: Batch) -> NDArray[np.bool_]:
    """Return which images of a batch are among others with the same pixels and the same label.

    Parameters
    ----------
    batch : Batch
        n images, such as the test images.
    others : Batch
        Where they are looked for.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    ours, theirs = (
        # Each row as one item of bytes; adding 0 takes the sign off a −0.
        (np.column_stack([each.images, each.targets]) + 0.0).view(f"V{8 * (PIXELS + 1)}").ravel()
        for each in (batch, others)
    )
    return np.isin(ours, theirs)


def found_again(example: Example, image: Image, batch: Batch | None) -> Example | None:
    """Find an image again after others were added or taken out; None if it is no longer there.

    Of several with the same pixels and the same label, it is the one nearest to where it was.

    Parameters
    ----------
    example : Example
        Where it was.
    image : tuple of four floats
        Its darknesses.
    batch : Batch or None
        The images that there are now.
    """
    if batch is None:
        return None
    index, label = example.index, example.label
    if index < len(batch) and example_at(batch, index, is_test=example.is_test) == (image, example):
        return example
    same = batch.targets == label
    for pixels, pixel in zip(batch.images.T, image, strict=True):
        same &= pixels == pixel
    (places,) = np.nonzero(same)
    if not len(places):
        return None
    nearest = int(places[np.abs(places - index).argmin()])
    return Example(nearest, label, example.is_test)
