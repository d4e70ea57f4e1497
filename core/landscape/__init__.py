"""The loss landscape, over two weights, and the prediction map, over two pixels.

Each cell is computed for its own parameters or image, none is interpolated: `LossSurface` computes
the loss, `response_of` the network's predictions.
"""

from core.landscape.frame import FARTHEST, Frame, Point, both_sides, extremes, frame_for, multiple
from core.landscape.landscape import Direction, Landscape, LossSurface, along, places_of
from core.landscape.response import Plane, Response, near, output_neuron, response_of, seconds_of

__all__ = [
    "FARTHEST",
    "Direction",
    "Frame",
    "Landscape",
    "LossSurface",
    "Plane",
    "Point",
    "Response",
    "along",
    "both_sides",
    "extremes",
    "frame_for",
    "multiple",
    "near",
    "output_neuron",
    "places_of",
    "response_of",
    "seconds_of",
]
