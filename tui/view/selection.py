"""What is selected, as the number whose arithmetic the explain pane shows."""

from dataclasses import replace

from core import Snapshot
from core.arrays import Array
from core.errors import ConfigError
from core.quantities import (
    Count,
    CountQuantity,
    ErrorQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TargetQuantity,
    TimeQuantity,
    UpdateQuantity,
)
from core.settings import SETTINGS, standing
from tui.view.view import View

MOST = 200
"""Moments that are kept; then every second one goes."""
LARGEST = 10_000
"""Parameters of a network whose way is kept."""
NEURON = 3
"""The aspect of a weight that is the neuron it leads to."""
ASPECTS = 4
"""How many aspects of a weight can be explained."""
_BEGINS = tuple(name for name, setting in SETTINGS.items() if not setting.keeps_run)
"""Settings that begin another run."""


class WeightPath:
    """The parameters of the moments that were shown since the run began."""

    def __init__(self) -> None:
        self._moments: list[tuple[int, Array]] = []
        self._run: object = None

    def note(self, now: Snapshot) -> None:
        """Add a moment, in place of those that were not before it."""
        config, moments = now.config, self._moments
        run = (*(getattr(config, name) for name in _BEGINS), config.data)
        if run != self._run:
            self._run = run
            moments.clear()
        if len(now.parameters) > LARGEST:
            return
        # Whoever went back comes another way.
        while moments and moments[-1][0] >= now.step:
            moments.pop()
        moments.append((now.step, now.parameters))
        if len(moments) > MOST:
            del moments[1::2]

    @property
    def moments(self) -> tuple[Array, ...]:
        """The parameters of each moment, shape (parameter_count,); of a large network none."""
        return tuple(parameters for _, parameters in self._moments)


def cost_lines(snapshot: Snapshot, rows: int) -> tuple[Count, ...]:
    """Return the lines that the cost pane shows in so many rows, in their order.

    Manual changes take two rows; where there is no room for all, they take them from the lines
    that no edit changes.
    """
    lines = tuple(line for line in Count if line is not Count.FORWARD_PASSES)
    if snapshot.manual_edits is None:
        return lines
    if rows <= len(lines) + 1:
        lines = lines[: lines.index(Count.OTHER_STEP)]
    return (*lines, Count.FORWARD_PASSES)


def quantity_of(pane: str, view: View, snapshot: Snapshot, rows: int) -> Quantity | None:
    """Return the number that is selected in a pane; None for a pane where nothing is.

    Parameters
    ----------
    pane : str
        The id of the focused pane.
    view : View
        Says where its arrows stand.
    snapshot : Snapshot
        Says how many parameters there are.
    rows : int
        Of the pane's content, that it has room for.
    """
    if pane == "image":
        if view.answer is not None:
            return (PredictionQuantity(), TargetQuantity(), ErrorQuantity())[view.answer]
        return PixelQuantity(view.pixel)
    if pane == "network":
        index = min(view.parameter, snapshot.architecture.parameter_count - 1)
        if view.aspect == NEURON:
            place = snapshot.architecture.place(index)
            return NeuronQuantity(place.layer, place.neuron)
        return (ParameterQuantity, GradientQuantity, UpdateQuantity)[view.aspect](index)
    if pane == "loss":
        return LossQuantity()
    if pane == "cost":
        return CountQuantity(view.line_of(cost_lines(snapshot, rows)))
    if pane == "lab":
        return TimeQuantity(view.timed_engine(snapshot.config.engine), _tried(view, snapshot))
    return None


def _tried(view: View, snapshot: Snapshot) -> str:
    """Return the experiment that was tried last, if it is possible with the present network."""
    if not view.tried:
        return ""
    from core.prediction import Experiment, as_timed, changed  # which the lab has imported

    try:
        changed(as_timed(snapshot.config, snapshot.schedule.images), Experiment(view.tried))
    except ConfigError:
        return ""
    return view.tried


def still_standing(view: View, before: Snapshot, after: Snapshot) -> View:
    """Return the view with the same parameter of another network selected, or the nearest one.

    Parameters
    ----------
    view : View
        Says which parameter is selected.
    before, after : Snapshot
        The run that was left, and the one that is there now.
    """
    index = min(view.parameter, before.architecture.parameter_count - 1)
    return replace(view, parameter=standing(before.architecture, index, after.architecture))
