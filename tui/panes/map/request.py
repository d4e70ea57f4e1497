"""Which response the map wants."""

from functools import partial

import numpy as np

from core.arrays import Array
from core.images import Image
from core.landscape import Plane, Response, response_of, seconds_of
from core.network import Architecture
from core.quantities import NeuronQuantity
from tui.worker.background import INSTANT, Order


def response_order(
    architecture: Architecture,
    parameters: Array,
    neuron: NeuronQuantity,
    image: Image,
    plane: Plane,
    size: tuple[int, int],
    step: int,
) -> Order[Response]:
    """Order a neuron's response to two pixels, exact in every cell.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    parameters : ndarray, shape (parameter_count,)
        Its weights and biases.
    neuron : NeuronQuantity
        Whose output.
    image : tuple of four floats
        Gives the held pixels.
    plane : Plane
        The pixels that vary.
    size : tuple of two ints
        Columns and rows.
    step : int
        The step that the parameters are of.
    """
    columns, rows = (np.arange(cells) / max(1, cells - 1) for cells in size)
    return Order(
        (architecture, neuron, plane, size),
        (parameters, *(image[pixel] for pixel in plane.fixed)),
        step,
        seconds_of(architecture, size[0] * size[1]) <= INSTANT,
        partial(response_of, architecture, parameters, neuron, image, plane, columns, rows[::-1]),
    )
