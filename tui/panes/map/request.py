"""Which response a map wants."""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.engines import IsCancelled
from core.explain import NeuronTarget
from core.images import Image
from core.landscape import Plane, Response, response_of, seconds_of
from core.network import Architecture
from tui.panes.picture.surveyor import INSTANT


@dataclass(frozen=True, eq=False)
class Order:
    """A response that is wanted."""

    architecture: Architecture
    """The network's shape."""
    parameters: Array
    """Its weights and biases."""
    neuron: NeuronTarget
    """Whose output."""
    image: Image
    """Gives the held pixels."""
    plane: Plane
    """The pixels that vary."""
    size: tuple[int, int]
    """Columns and rows."""
    step: int
    """The step that the parameters are of."""

    def is_near(self, other: "Order") -> bool:
        """Whether the other one shows the same neuron over the same pixels, perhaps otherwise."""
        own = self.architecture, self.neuron, self.plane, self.size
        return own == (other.architecture, other.neuron, other.plane, other.size)

    def is_same(self, other: "Order") -> bool:
        """Whether the other one comes to the very same values."""
        if not self.is_near(other) or not self.plane.is_held_alike(self.image, other.image):
            return False
        same = self.parameters is other.parameters
        return same or np.array_equal(self.parameters, other.parameters)

    @property
    def is_quick(self) -> bool:
        """Whether it can be computed while a frame is drawn."""
        return seconds_of(self.architecture, self.size[0] * self.size[1]) <= INSTANT

    def survey(self, cancelled: IsCancelled | None = None) -> Response:
        """Compute it; raises `Cancelled`."""
        columns, rows = (np.arange(cells) / max(1, cells - 1) for cells in self.size)
        return response_of(
            self.architecture,
            self.parameters,
            self.neuron,
            self.image,
            self.plane,
            columns,
            rows[::-1],
            cancelled,
        )
