"""The images that lie near a map's plane, gathered cell by cell."""

import numpy as np

from core.arrays import Array
from core.images import Batch, Image
from core.landscape import Plane, near
from core.structs import Struct
from tui.panes.picture.axis import Integers


class Dots(Struct, eq=False):
    """The cells in which there are images, and what is right for these."""

    rows: Integers
    """Of each such cell, the topmost row 0."""
    columns: Integers
    """The same."""
    labels: Array
    """The mean label of a cell's training images, or of its test images where it has no others."""
    tests: Integers
    """1 for a cell that has only test images, else 0."""
    training: int
    """Training images near."""
    test: int | None
    """Test images near; None where there are no test images at all."""


def cells_of(places: Array, cells: int) -> Integers:
    """Return in which of so many cells from 0 to 1 each place is: the first's middle is 0, the
    last's 1."""
    return np.rint(np.clip(places, 0.0, 1.0) * (cells - 1)).astype(np.int64)


def dots_of(
    training: Batch,
    test: Batch | None,
    image: Image,
    plane: Plane,
    distance: float,
    size: tuple[int, int],
) -> Dots:
    """Gather the images near a plane.

    Parameters
    ----------
    training, test : Batch
        The images.
    image : tuple of four floats
        Gives the held pixels.
    plane : Plane
        Which vary, and which are held.
    distance : float
        So far from its held pixels is still near.
    size : tuple of two ints
        Columns and rows of the map.
    """
    wide, high = size
    counts, sums = np.zeros((2, wide * high)), np.zeros((2, wide * high))
    for place, batch in enumerate((training, test)):
        if batch is None:
            continue
        found = near(batch, image, plane, distance)
        columns = cells_of(batch.images[found, plane.across], wide)
        rows = high - 1 - cells_of(batch.images[found, plane.up], high)
        cells = rows * wide + columns
        counts[place] = np.bincount(cells, minlength=wide * high)
        sums[place] = np.bincount(cells, batch.targets[found], wide * high)
    filled = np.flatnonzero(counts.any(axis=0))
    tests = (counts[0, filled] == 0).astype(np.int64)
    labels = sums[tests, filled] / counts[tests, filled]
    rows, columns = np.divmod(filled, wide)
    near_tests = None if test is None else int(counts[1].sum())
    return Dots(rows, columns, labels, tests, int(counts[0].sum()), near_tests)
