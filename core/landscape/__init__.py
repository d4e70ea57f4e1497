"""The loss landscape, over two weights, and the prediction map, over two pixels.

Each cell is computed for its own parameters or image, none is interpolated: `Terrain` surveys the
loss, `response_of` the network's answers.
"""

from core.landscape.frame import FARTHEST, Frame, Point, both_sides, extremes, frame_for, multiple
from core.landscape.landscape import Direction, Landscape, Terrain, along, places_of
from core.landscape.response import Plane, Response, near, output_neuron, response_of, seconds_of

__all__ = [
    "FARTHEST",
    "Direction",
    "Frame",
    "Landscape",
    "Plane",
    "Point",
    "Response",
    "Terrain",
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
