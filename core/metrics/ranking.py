"""What a network predicts for many images, and which of them it is most wrong about.

The pass is cut into parts, so that memory stays bounded and nobody waits for more than a few
milliseconds until it can be called off.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.engines.engine import Cancelled, IsCancelled
from core.network.architecture import Architecture
from core.network.network import Network

Integers: TypeAlias = NDArray[np.int64]

_PART_PRODUCTS = 8_000_000
"""Multiply-adds of a part, at most."""
_PART_NUMBERS = 400_000
"""Numbers that a part keeps on all levels, at most."""
_SECONDS_PER_PRODUCT = 1e-9
_SECONDS_PER_NUMBER = 6e-9
_SECONDS_TO_SORT = 1e-7


def predictions_of(
    architecture: Architecture,
    parameters: Array,
    images: Array,
    cancelled: IsCancelled | None = None,
) -> Array:
    """Compute what a network predicts for each image.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    parameters : ndarray, shape (parameter_count,)
        Its weights and biases.
    images : ndarray, shape (n, inputs)
        The images.
    cancelled : callable, optional
        Asked every few milliseconds; once it says True, this stops.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    network = Network(architecture, parameters)
    numbers, products = sum(architecture.sizes), architecture.parameter_count
    part = max(1, min(_PART_NUMBERS // numbers, _PART_PRODUCTS // products))
    predictions = np.empty(len(images))
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(images), part):
            if cancelled is not None and cancelled():
                raise Cancelled
            outputs = network.forward(images[start : start + part])[-1]
            predictions[start : start + part] = outputs[:, 0]
    return predictions


def seconds_of(architecture: Architecture, images: int, *, sorts: bool) -> float:
    """Foresee roughly how long predictions take, and ranking by them if that is wanted."""
    numbers, products = sum(architecture.sizes), architecture.parameter_count
    each = products * _SECONDS_PER_PRODUCT + numbers * _SECONDS_PER_NUMBER
    return images * (each + (_SECONDS_TO_SORT if sorts else 0.0))


def worst_first(predictions: Array, labels: Array) -> Integers:
    """Rank images by the size of their error, the largest first; of equal ones the first.

    Parameters
    ----------
    predictions, labels : ndarray, shape (n,)
        What the network says, and what is right. An error that is not a number counts as the
        largest of all.

    Returns
    -------
    ndarray of int64, shape (n,)
        The images' places.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        sizes = np.abs(predictions - labels)
    sizes[np.isnan(sizes)] = np.inf
    return np.argsort(-sizes, kind="stable").astype(np.int64)
