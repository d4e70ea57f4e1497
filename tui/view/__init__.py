"""What is looked at, never part of the run: the image, what is selected, how fast it goes.

`View` and `Pace` are frozen; a `ViewChange` is a change of the view. `quantity_of` returns which
number the selection stands for.
"""

from tui.view.selection import WeightPath, quantity_of, still_standing
from tui.view.view import Pace, View, ViewChange

__all__ = ["Pace", "View", "ViewChange", "WeightPath", "quantity_of", "still_standing"]
