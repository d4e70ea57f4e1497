"""What is looked at, never part of the run: the image, what is selected, how fast it goes.

`View` and `Pace` are frozen; a `Look` is a change of the view, as data. `quantity_of` says which
number the selection stands for.
"""

from tui.view.selection import WeightPath, quantity_of, still_standing
from tui.view.view import Look, Pace, View

__all__ = ["Look", "Pace", "View", "WeightPath", "quantity_of", "still_standing"]
