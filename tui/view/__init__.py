"""What is looked at, never part of the run: the image, what is selected, how fast it goes.

`View` and `Pace` are frozen; a `Look` is a change of the view, as data. `target_of` says which
number the selection stands for.
"""

from tui.view.selection import Trail, still_standing, target_of
from tui.view.view import Look, Pace, View

__all__ = ["Look", "Pace", "Trail", "View", "still_standing", "target_of"]
