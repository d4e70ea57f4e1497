"""The view, never part of the run: the selected image, the selected number, the speed.

`View` and `Pace` are frozen; a `ViewChange` is a change of the view. `quantity_of` returns which
number the selection stands for.
"""

from tui.view.selection import WeightPath, quantity_of, still_standing
from tui.view.view import Pace, View, ViewChange

__all__ = ["Pace", "View", "ViewChange", "WeightPath", "quantity_of", "still_standing"]
