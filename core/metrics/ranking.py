"""Images ranked by the size of their error, and how long predicting them all takes."""

import numpy as np

from core.arrays import Array, Integers
from core.network.architecture import Architecture

_SECONDS_PER_PRODUCT = 1e-9
_SECONDS_PER_NUMBER = 6e-9
_SECONDS_TO_SORT = 1e-7


def seconds_of(architecture: Architecture, images: int, *, sorts: bool) -> float:
    """Return roughly how many seconds predictions take, and ranking by them."""
    numbers, products = sum(architecture.sizes), architecture.parameter_count
    each = products * _SECONDS_PER_PRODUCT + numbers * _SECONDS_PER_NUMBER
    return images * (each + (_SECONDS_TO_SORT if sorts else 0.0))


def worst_first(predictions: Array, labels: Array) -> Integers:
    """Rank images by the size of their error, the largest first; of equal ones the first.

    Parameters
    ----------
    predictions, labels : ndarray, shape (n,)
        Predictions and targets. An error that is not a number counts as the
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
