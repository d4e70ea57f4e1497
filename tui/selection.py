"""What is selected, as the number whose arithmetic the explain pane shows."""

from core import Snapshot
from core.targets import (
    Count,
    CountTarget,
    GradientTarget,
    LossTarget,
    ParameterTarget,
    PixelTarget,
    StepTarget,
    Target,
)
from tui.view import View


def target_of(pane: str, view: View, snapshot: Snapshot) -> Target | None:
    """Give the number that is selected in a pane; None for a pane where nothing is.

    Parameters
    ----------
    pane : str
        The id of the focused pane.
    view : View
        Says where its arrows stand.
    snapshot : Snapshot
        Says how many parameters there are.
    """
    if pane == "image":
        return PixelTarget(view.pixel)
    if pane == "network":
        index = min(view.parameter, snapshot.architecture.parameter_count - 1)
        return (ParameterTarget, GradientTarget, StepTarget)[view.aspect](index)
    if pane == "loss":
        return LossTarget()
    if pane == "cost":
        return CountTarget(tuple(Count)[min(view.line, len(Count) - 1)])
    return None
