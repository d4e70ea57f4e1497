"""What is selected, as the number whose arithmetic the explain pane shows."""

from dataclasses import replace

from core import Snapshot
from core.reshaping import standing
from core.targets import (
    Count,
    CountTarget,
    ErrorTarget,
    GradientTarget,
    LossTarget,
    NeuronTarget,
    ParameterTarget,
    PixelTarget,
    PredictionTarget,
    StepTarget,
    Target,
    TruthTarget,
    place_of,
)
from tui.view import View

NEURON = 3
"""The aspect of a weight that is the neuron it leads to."""
ASPECTS = 4


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
        if view.answer is not None:
            return (PredictionTarget(), TruthTarget(), ErrorTarget())[view.answer]
        return PixelTarget(view.pixel)
    if pane == "network":
        index = min(view.parameter, snapshot.architecture.parameter_count - 1)
        if view.aspect == NEURON:
            place = place_of(snapshot.architecture, index)
            return NeuronTarget(place.layer, place.neuron)
        return (ParameterTarget, GradientTarget, StepTarget)[view.aspect](index)
    if pane == "loss":
        return LossTarget()
    if pane == "cost":
        return CountTarget(tuple(Count)[min(view.line, len(Count) - 1)])
    return None


def still_standing(view: View, before: Snapshot, after: Snapshot) -> View:
    """Stand on the same parameter of another network, or the nearest there is.

    Parameters
    ----------
    view : View
        Says which parameter is selected.
    before, after : Snapshot
        The run that was left, and the one that is there now.
    """
    index = min(view.parameter, before.architecture.parameter_count - 1)
    return replace(view, parameter=standing(before.architecture, index, after.architecture))
