"""The corner of relu, where the two gradient methods compute two different slopes.

At a weighted sum of exactly 0 relu has no derivative: its slope is 0 on the left and 1 on the
right. Backprop takes the left one. Finite differences take the one on the side to which the nudge
moves the sum. Both are fair, and the gradients differ by as much as those images count.
"""

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.engines.engine import NUDGE
from core.images.images import Batch
from core.network.architecture import Architecture
from core.network.network import Network
from core.structs import Struct

EFFORT = 2_000_000
"""Multiply-adds that a look for corners may cost: about a millisecond."""


class Corner(Struct):
    """The images at the corner of a relu whose weighted sum a nudge of one parameter moves."""

    layer: int
    """The layer of the first neuron with such images, from 0."""
    neuron: int
    """That neuron, from 0."""
    images: int
    """Images for which this neuron's sum, or another's that the nudge moves, is exactly 0 …"""
    of: int
    """… of how many."""
    right: int
    """For how many of them the nudge moves such a sum above 0: there the methods differ."""


def corner_images(architecture: Architecture, parameters: Array, batch: Batch) -> int | None:
    """Count the images for which a relu's weighted sum is exactly 0; None if that takes too long.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    parameters : ndarray, shape (parameter_count,)
        Its weights and biases.
    batch : Batch
        The images.
    """
    layers = _relus(architecture)
    if not layers:
        return 0
    if _takes_too_long(architecture, batch):
        return None
    sums = _sums(architecture, parameters, batch.images)
    return int(np.count_nonzero(_any_zero(sums, layers)))


def corner_of(
    architecture: Architecture, parameters: Array, batch: Batch, index: int
) -> Corner | None:
    """Find the corner that the nudge of one parameter leaves.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    parameters : ndarray, shape (parameter_count,)
        Its weights and biases.
    batch : Batch
        The images.
    index : int
        The parameter, by its place in the flat vector.

    Returns
    -------
    Corner or None
        None where no image is at one, or where that takes too long.
    """
    layers = [layer for layer in _relus(architecture) if layer >= architecture.place(index).layer]
    if not layers or _takes_too_long(architecture, batch):
        return None
    sums = _sums(architecture, parameters, batch.images)
    at = np.flatnonzero(_any_zero(sums, layers))
    if not len(at):
        return None
    nudged = parameters.copy()
    nudged[index] += NUDGE
    there = _sums(architecture, nudged, batch.images[at])
    moved = {layer: (sums[layer][at] == 0.0) & (there[layer] != 0.0) for layer in layers}
    found = [layer for layer in layers if moved[layer].any()]
    if not found:
        return None
    first = found[0]
    images = np.logical_or.reduce([moved[layer].any(axis=1) for layer in found])
    right = np.logical_or.reduce(
        [(moved[layer] & (there[layer] > 0.0)).any(axis=1) for layer in found]
    )
    neuron = int(np.flatnonzero(moved[first].any(axis=0))[0])
    count = int(np.count_nonzero(images))
    return Corner(first, neuron, count, len(batch), int(np.count_nonzero(right)))


def _relus(architecture: Architecture) -> list[int]:
    """Return the layers with a corner."""
    return [n for n, each in enumerate(architecture.layers) if each.activation.name == "relu"]


def _takes_too_long(architecture: Architecture, batch: Batch) -> bool:
    """Whether a forward pass of these images costs too much for a look."""
    return len(batch) * architecture.weight_count > EFFORT


def _sums(architecture: Architecture, parameters: Array, images: Array) -> tuple[Array, ...]:
    """Return each layer's weighted sums."""
    with np.errstate(over="ignore", invalid="ignore"):
        return Network(architecture, parameters).forward_with_sums(images)[1]


def _any_zero(sums: tuple[Array, ...], layers: list[int]) -> NDArray[np.bool_]:
    """Whether a sum in these layers is exactly 0, image by image."""
    where: NDArray[np.bool_] = np.logical_or.reduce(
        [(sums[layer] == 0.0).any(axis=1) for layer in layers]
    )
    return where
