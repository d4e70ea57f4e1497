"""Words for how a person looks at the run: the speed, the scale, a pane alone."""

import math

from core import Snapshot
from core.metrics import Unit
from tui.view.view import Pace, View
from tui.words.phrases import Lines, capital, listed, name_of


def speed(pace: Pace, *, at_end: bool) -> Lines:
    """Return the speed that was chosen; or that there is none beyond it."""
    first = f"Speed: {_speed(pace)}."
    if at_end:
        which = "highest" if pace.speed == math.inf else "lowest"
        first = f"Speed: {_speed(pace)}, the {which} there is."
    if not pace.running:
        return first, "Press space to run at this speed."
    if pace.is_slow:
        return first, "At this speed these lines follow every step."
    return first, "At this speed these lines sum up two seconds at a time."


def running(pace: Pace) -> Lines:
    """Return how fast the steps follow one another, until there is more to say."""
    speed = _speed(pace) if pace.speed == math.inf else f"at {_speed(pace)}"
    return f"Running {speed}: these lines sum up two seconds at a time.", "Press space to pause."


def _speed(pace: Pace) -> str:
    if pace.speed == math.inf:
        return "as fast as possible"
    return f"{listed(int(pace.speed), 'step')} per second"


def scale(*, log: bool) -> Lines:
    """Return how the loss is drawn now."""
    if log:
        return (
            "Log scale: equal heights are equal factors, so small losses show too.",
            "Press L for the linear scale again.",
        )
    return (
        "Linear scale: equal heights are equal differences of the loss.",
        "Press L for the log scale, which also shows small losses.",
    )


def learning_rates(*, shown: bool) -> Lines:
    """Return whether the learning rate of every step is drawn now."""
    if shown:
        return (
            "Dotted: the learning rate of every step, on an axis of its own.",
            "Press c to set a schedule for it, or t to hide it.",
        )
    return "The learning rate is not drawn any more.", "Press t to show it again."


_COUNTED = {
    Unit.STEPS: "Across: steps, as many as there were updates.",
    Unit.EPOCHS: "Across: epochs, the passes over all training images.",
    Unit.IMAGES: "Across: images seen, each as often as a step learned from it.",
    Unit.MULTIPLY_ADDS: "Across: multiply-adds, what all steps up to there cost.",
    Unit.SECONDS: "Across: the time of all steps, also of slow ones, as after each pause.",
}


def counted_in(unit: Unit, *, has_previous: bool) -> Lines:
    """Return what the steps of the loss curve are counted in now, and how to compare two runs."""
    compare = "To compare two runs: r, then ( or ) for another rate, space. X: next."
    if has_previous:
        compare = "At the same place across, the lower curve is ahead. X: the next unit."
    return _COUNTED[unit], compare


def second_weight(view: View, snapshot: Snapshot) -> Lines:
    """Return which weight goes up in the landscape."""
    name = capital(name_of(snapshot.architecture, view.second))
    first = f"{name} goes up in the loss landscape now."
    if view.second == view.parameter:
        return first, "Select another weight: it goes across. Key v opens and closes the landscape."
    return first, "The selected weight goes across. Key v opens and closes the landscape."


def turned(name: str, *, shown: bool, substep: bool) -> Lines:
    """Return which number of the selected weight is selected.

    Parameters
    ----------
    name : str
        The number.
    shown : bool
        Whether explain is open.
    substep : bool
        Whether a substep is shown: then explain follows it.
    """
    if substep:
        return "Explain follows the substeps now.", "Press . or , for another substep."
    first = f"Selected: {name}."
    if shown:
        return first, "Explain shows its arithmetic. Press t for another number of this weight."
    return first, "Press e for its arithmetic, t for another number of this weight."


def alone(name: str) -> Lines:
    """Return which pane is shown alone."""
    return (
        f"Shown alone: {name}.",
        "Press z or esc for all panes again, tab for the next pane alone.",
    )


def sweep_left(runs: int, total: int, *, is_running: bool) -> Lines:
    """Return how far a sweep is whose screen was closed."""
    if is_running:
        return (
            f"The sweep goes on: {runs:,} of {total:,} runs are done.",
            "Press C to see them.",
        )
    return (
        f"The sweep was stopped after {runs:,} of {total:,} runs.",
        "Press C to see them, and then space to go on.",
    )


TO_SWEEP = "Press C for the sweep."
FROM_SWEEP = f"Press P to return to your run, at any step. {TO_SWEEP}"
"""The way back from a run of a sweep."""
SWEPT = "run of the sweep; P returns to yours", "run of the sweep; P returns", "run of the sweep"
"""What such a run is called above the panes, the longest text first."""


def opened_from_sweep(steps: int | None) -> Lines:
    """Return that a run of a sweep was opened, and how to go back."""
    until = "" if steps is None else f" It takes at most {listed(steps, 'step')}."
    return f"Training a run of the sweep again.{until}", FROM_SWEEP
