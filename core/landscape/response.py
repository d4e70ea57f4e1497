"""The prediction map: a neuron's output over two pixels, all else held.

Each cell is the neuron's own output for the image of that cell, none is interpolated.
"""

import numpy as np

from core.arrays import Array, Integers, IsCancelled
from core.images.images import Batch, Image
from core.network.architecture import Architecture
from core.network.network import Network
from core.quantities.quantities import NeuronQuantity
from core.structs import Struct

_SECONDS_PER_PRODUCT = 1e-9
_SECONDS_PER_NUMBER = 12e-9
_ROUNDING = 1e-9
"""0.8 − 0.7 is a little more than 0.1 in float64, and is to count as 0.1."""


class Plane(Struct):
    """Two pixels that vary while the others are held."""

    across: int
    """The pixel that grows to the right, 0 … 3."""
    up: int
    """The pixel that grows upwards, another one."""

    @property
    def fixed(self) -> tuple[int, int]:
        """The two pixels that do not vary."""
        first, second = (pixel for pixel in range(4) if pixel not in (self.across, self.up))
        return first, second

    def has_same_fixed(self, image: Image, other: Image) -> bool:
        """Whether two images have the same held pixels, so that their planes are one."""
        return all(image[pixel] == other[pixel] for pixel in self.fixed)


class Response(Struct, eq=False):
    """A neuron's output over a grid of images."""

    columns: Array
    """The darkness across of each column, rising, shape (C,)."""
    rows: Array
    """The darkness up of each row, falling: the topmost first, shape (R,)."""
    values: Array
    """The outputs, shape (R, C); may hold infinities and NaN."""

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """The values at the corners: top left and right, bottom left and right."""
        top, bottom = self.values[0], self.values[-1]
        return float(top[0]), float(top[-1]), float(bottom[0]), float(bottom[-1])


def output_neuron(architecture: Architecture) -> NeuronQuantity:
    """Return the neuron whose output is the prediction."""
    return NeuronQuantity(len(architecture.layers) - 1, 0)


def response_of(
    architecture: Architecture,
    parameters: Array,
    neuron: NeuronQuantity,
    image: Image,
    plane: Plane,
    columns: Array,
    rows: Array,
    cancelled: IsCancelled | None = None,
) -> Response:
    """Compute a neuron's output for every pair of values of two pixels, in one batched pass.

    It goes no further than the neuron's own layer.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    parameters : ndarray, shape (parameter_count,)
        Its weights and biases.
    neuron : NeuronQuantity
        Whose output.
    image : tuple of four floats
        Gives the pixels that are held.
    plane : Plane
        The two pixels that vary.
    columns, rows : ndarray, shapes (C,) and (R,)
        The darknesses of the pixel across and of the pixel up.
    cancelled : callable, optional
        Asked every few milliseconds; once it says True, this stops.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    IndexError
        If the network has no such neuron.
    """
    layers = architecture.layers
    if neuron.layer >= len(layers) or neuron.neuron >= layers[neuron.layer].outputs:
        raise IndexError(f"there is no {neuron} in {architecture}")
    images = np.empty((len(rows) * len(columns), architecture.inputs))
    images[:] = image
    images[:, plane.across] = np.tile(columns, len(rows))
    images[:, plane.up] = np.repeat(rows, len(columns))
    network = Network(architecture, parameters)
    values = network.neuron_outputs(images, neuron.layer, neuron.neuron, cancelled)
    return Response(columns, rows, values.reshape(len(rows), len(columns)))


def seconds_of(architecture: Architecture, cells: int) -> float:
    """Return roughly how many seconds the response over so many cells takes."""
    products = architecture.parameter_count * _SECONDS_PER_PRODUCT
    return cells * (products + sum(architecture.sizes) * _SECONDS_PER_NUMBER)


def near(batch: Batch, image: Image, plane: Plane, distance: float) -> Integers:
    """Find the images that lie near a plane: each held pixel within a distance of the image's.

    Returns
    -------
    ndarray of int64
        Their places in the batch, rising.
    """
    first, second = plane.fixed
    images, reach = batch.images, distance + _ROUNDING
    found = np.flatnonzero(np.abs(images[:, first] - image[first]) <= reach)
    # Of the second pixel only what is left is looked at: most images mostly are not near.
    left: Integers = found[np.abs(images[found, second] - image[second]) <= reach]
    return left
