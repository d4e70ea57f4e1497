"""The landscape pane: the loss over two weights, or along its curvatures, and the way down through
it.

Each cell, or block of cells where there is no time for more, is an exact loss (`request`), shaded
by its height, with lines of equal loss (`drawing`) and a legend (`words`).
"""

from tui.panes.landscape.landscape import LandscapePane

__all__ = ["LandscapePane"]
