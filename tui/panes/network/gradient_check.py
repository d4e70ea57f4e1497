"""How far the gradients of backprop and finite differences are apart, in the words of the network
pane."""

import math

import numpy as np

from core import Snapshot
from core.metrics import Corner, other_method
from tui.panes.network.drawn import Scene
from tui.words.numerals import power, short, shown, written
from tui.words.phrases import batch_words, some
from tui.worker.comparing import PATIENCE
from tui.worker.training import LONG

HEAD, MOST_HEAD = "diff", "max diff"
"""Over the column that stands in the step's place: of a parameter, of a neuron's."""
NAMES = {"backprop": "backprop", "nudge": "finite differences"}
"""What a gradient method is called in a sentence."""
_CELLS = 8
"""Of the difference in the bottom border."""
_UNITS = (
    (1.0, 1e-3, "ms"),
    (120.0, 1.0, "s"),
    (7_200.0, 60.0, "min"),
    (172_800.0, 3_600.0, "h"),
    (63_115_200.0, 86_400.0, "days"),
    (math.inf, 31_557_600.0, "years"),
)
"""Below so many seconds a time is told in the unit of so many."""


def edge_of(
    snapshot: Snapshot, selected: int | None, name: str, room: int, *, running: bool
) -> str:
    """Return the words of the pane's bottom border: the longest that fit, or none.

    Parameters
    ----------
    snapshot : Snapshot
        The moment.
    selected : int or None
        The parameter that the arrows stand on; None: all of them together.
    name : str
        What that parameter is called.
    room : int
        Columns that there are.
    running : bool
        Whether steps follow one another.
    """
    if snapshot.both_gradients is None:
        ways = _waiting(snapshot, running=running)
    elif selected is None:
        ways = summaries(snapshot)
    else:
        ways = tuple(_ways(snapshot, selected, name))
    return next((text for text in ways if len(text) <= room), "")


def _ways(snapshot: Snapshot, selected: int, name: str) -> list[str]:
    """Write both gradients of a parameter and their difference, with less and less of the rest."""
    both, gradient_difference = snapshot.both_gradients, snapshot.gradient_difference
    if both is None or gradient_difference is None:
        return []
    backprop, nudged = float(both[0][selected]), float(both[1][selected])
    difference = power(float(gradient_difference[selected]), _CELLS)

    def numbers(places: int, other: str = "nudge", head: str = HEAD) -> str:
        pair = written(backprop, places, places + 3), written(nudged, places, places + 3)
        return f"backprop {pair[0]} · {other} {pair[1]} · {head} {difference}"

    value = float(snapshot.parameters[selected])
    text = written(value, 6, 9)
    valued = f"{name} {'=' if shown(text) == value else '≈'} {text}"
    long = NAMES["nudge"], "difference"
    ways = [f"{valued} · {numbers(places, *long)}" for places in (9, 8)]
    ways += [f"{valued} · {numbers(places)}" for places in (9, 8)]
    ways += [f"{name} · {numbers(places)}" for places in (9, 8, 7, 6)]
    if selected in snapshot.frozen:
        ways += [f"frozen · {numbers(places)}" for places in (8, 7, 6, 5, 4)]
    ways += [numbers(places) for places in (9, 8, 7, 6, 5, 4)]
    ways += [f"{NAMES['nudge']} − backprop ≈ {difference}", f"{HEAD} {difference}"]
    if (corner := snapshot.corner_of(selected)) is None:
        return ways
    at = f"corner of relu: {some(corner.images, corner.of)}"
    named = [f"{text} · {at}" for text in ways]
    return [*named, f"corner of relu · {HEAD} {difference}", *ways]


def summaries(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the largest difference of the two gradients, in long words and in short ones."""
    if (gradient_difference := snapshot.gradient_difference) is None:
        return ()
    largest = float(np.max(np.abs(gradient_difference), initial=0.0))
    if not math.isfinite(largest):
        return ("the two gradients are no longer finite numbers",)
    most = f"differ by at most {power(largest, _CELLS).strip(' +')}"
    ways = f"backprop and finite differences {most}", f"the two gradients {most}"
    if not (images := snapshot.corner_images):
        return ways
    at = f"corner of relu: {some(images, snapshot.batch_size)}"
    return (*(f"{way} · {at}" for way in ways), f"differ by {most.split()[-1]} · {at}", *ways)


def _waiting(snapshot: Snapshot, *, running: bool) -> tuple[str, ...]:
    """Return why there is nothing to compare with yet, in long words and in short ones."""
    seconds = snapshot.other_seconds
    if seconds is None or not LONG < seconds < math.inf:
        return ("…",)  # it is there with the next frame
    time = _about(seconds)
    other = NAMES[other_method(snapshot.config.gradient)]
    long, brief = f"the gradient by {other} takes {time}", f"{other}: {time}"
    if seconds > PATIENCE:
        end = "too long to show"
    elif running:
        end = "shown while paused"
    else:
        return f"{long} …", f"{brief} …", f"{time} …", "…"
    return f"{long}: {end}", f"{brief}, {end}", f"{time}: {end}", end


def notes_of(scene: Scene) -> list[tuple[str, ...]]:
    """Explain the difference, what it is and why, each in long words and in short ones."""
    batch = batch_words(scene.snapshot)
    what = f"finite differences − backprop{batch}"
    snapshot = scene.snapshot
    corner = None if scene.selected is None else snapshot.corner_of(scene.selected)
    why = (
        "why: finite differences measure the slope over 0.000001, not at a point; plus rounding",
        "why: finite differences use a distance of 0.000001; plus rounding",
        "finite differences are approximate; plus rounding",
    )
    if corner is not None:
        why = _corner_words(corner)
    elif scene.selected is None and (images := snapshot.corner_images):
        at = some(images, snapshot.batch_size)
        why = (
            f"why: for {at} a weighted sum is 0, the corner of relu: "
            "backprop uses slope 0 there, finite differences 0 or 1",
            f"why: corner of relu, {at}: backprop uses slope 0, finite differences 0 or 1",
            f"corner of relu, {at}: slope 0 or 1",
        )
    brief = f"{HEAD} = nudge − backprop"
    return [(f"{HEAD} = {what}", what, f"{brief}{batch}", brief), why]


def _corner_words(corner: Corner) -> tuple[str, str, str]:
    """Return which slope each method uses at a corner, in long words and in short ones."""
    at, slope = some(corner.images, corner.of), "1" if corner.right else "0"
    if 0 < corner.right < corner.images:
        slope = "0 or 1"
    return (
        f"why: for {at} the weighted sum of neuron {corner.neuron + 1} is 0, the corner of relu: "
        f"backprop uses slope 0, finite differences {slope}",
        f"why: corner of relu, {at}: backprop uses slope 0, finite differences {slope}",
        f"corner of relu, {at}: backprop 0, nudge {slope}",
    )


def _about(seconds: float) -> str:
    """Write a time that is foreseen: about 12 ms, about 1.4 s, about 33 min."""
    size, unit = next((size, unit) for below, size, unit in _UNITS if seconds < below)
    return f"about {short(seconds / size, 2)} {unit}"
