"""The rules that label 2×2 images: from images, shape (n, 4), to right answers, shape (n,).

Yes is 1 and no is 0. The columns are top left, top right, bottom left, bottom right.
"""

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array

ON = 0.5
"""A pixel counts as on from this darkness."""
SAME = 1e-9
"""Darknesses that differ by no more are the same but for rounding."""


def darkness(images: Array) -> Array:
    """Give the mean of the four pixels."""
    mean: Array = images.mean(axis=1)
    return mean


def brightest(images: Array) -> Array:
    """Give the smallest of the four pixels."""
    least: Array = np.minimum(np.minimum(*images.T[:2]), np.minimum(*images.T[2:]))
    return least


def darkest(images: Array) -> Array:
    """Give the largest of the four pixels."""
    most: Array = np.maximum(np.maximum(*images.T[:2]), np.maximum(*images.T[2:]))
    return most


def contrast(images: Array) -> Array:
    """Give the largest pixel minus the smallest."""
    return darkest(images) - brightest(images)


def top_bottom(images: Array) -> Array:
    """Give the mean of the top half minus the mean of the bottom half, −1 … 1."""
    top_left, top_right, bottom_left, bottom_right = images.T
    difference: Array = ((top_left + top_right) - (bottom_left + bottom_right)) / 2
    return difference


def edge(images: Array) -> Array:
    """Give how far apart the means of the left and of the right half are, 0 … 1."""
    top_left, top_right, bottom_left, bottom_right = images.T
    apart: Array = np.abs((top_left + bottom_left) - (top_right + bottom_right)) / 2
    return apart


def diagonal(images: Array) -> Array:
    """Say whether top left and bottom right are darker together than the other two."""
    top_left, top_right, bottom_left, bottom_right = images.T
    return _answers((top_left + bottom_right) - (top_right + bottom_left) > SAME)


def checkerboard(images: Array) -> Array:
    """Say whether one diagonal is on and the other off."""
    top_left, top_right, bottom_left, bottom_right = (images >= ON).T
    alike = (top_left == bottom_right) & (top_right == bottom_left)
    return _answers(alike & (top_left != top_right))


def both(images: Array) -> Array:
    """Say whether both top pixels are on."""
    return _answers((images[:, 0] >= ON) & (images[:, 1] >= ON))


def either(images: Array) -> Array:
    """Say whether at least one top pixel is on."""
    return _answers((images[:, 0] >= ON) | (images[:, 1] >= ON))


def just_one(images: Array) -> Array:
    """Say whether exactly one top pixel is on."""
    return _answers((images[:, 0] >= ON) ^ (images[:, 1] >= ON))


def odd(images: Array) -> Array:
    """Say whether an odd number of pixels is on."""
    return _answers(np.logical_xor.reduce(images >= ON, axis=1))


def unknown(images: Array) -> Array:
    """Give no answers: they come with the data."""
    return np.full(len(images), np.nan)


def _answers(yes: NDArray[np.bool_]) -> Array:
    return yes.astype(np.float64)
