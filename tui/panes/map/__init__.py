"""The map pane: the output of the network, or of one neuron, over two pixels of the image.

Each cell is the exact output for an image of these two pixels (`request`), drawn in its colour
(`colours`, `drawing`), with the images near it (`dots`) and a legend (`words`).
"""

from tui.panes.map.map import MapPane

__all__ = ["MapPane"]
