"""One of a run's own images, picked out to be looked at."""

from dataclasses import dataclass

import numpy as np

from core.images.images import Batch, Image


@dataclass(frozen=True)
class Example:
    """Which of a run's images it is, and what its label says."""

    index: int
    """Its place among the training images that there are, or among those for testing, from 0."""
    label: float
    """Its own label, which noise or a person may have made another than the task's rule."""
    is_test: bool = False
    """Whether it is one of the images kept for testing."""


def example_at(batch: Batch, index: int, *, is_test: bool = False) -> tuple[Image, Example]:
    """Pick an image out by its place.

    Parameters
    ----------
    batch : Batch
        The images of a run: those to learn from, or those for testing.
    index : int
        0 … len(batch) − 1.
    is_test : bool
        Which of the two they are.
    """
    top_left, top_right, bottom_left, bottom_right = batch.images[index].tolist()
    image = top_left, top_right, bottom_left, bottom_right
    return image, Example(index, float(batch.targets[index]), is_test)


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
