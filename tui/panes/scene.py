"""What the network's drawings start from: a moment in plain numbers, its scales and its words."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core import Snapshot
from tui.drawing import Ink
from tui.numerals import count

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Numbers:
    """A network and what it makes of the image that is looked at, as plain floats."""

    parameters: list[float]
    """The flat vector."""
    levels: list[list[float]]
    """Each level's numbers, the image first, the prediction last."""
    sums: list[list[float]]
    """Each layer's weighted sums, the bias in them, before the activation."""


def numbers_of(snapshot: Snapshot) -> Numbers:
    """Take a snapshot's numbers out of their arrays, which are slow to read one by one."""
    sums: list[list[float]] = []
    levels = snapshot.reading.levels
    parameters = snapshot.parameters
    with np.errstate(over="ignore", invalid="ignore"):
        for layer, below, outputs in zip(
            snapshot.architecture.layers, levels[:-1], levels[1:], strict=True
        ):
            if layer.activation.is_linear:
                sums.append(outputs.tolist())
                continue
            weights = parameters[layer.weights].reshape(layer.inputs, layer.outputs)
            totals = (below[np.newaxis] @ weights)[0]
            sums.append((totals + parameters[layer.biases] if layer.bias else totals).tolist())
    return Numbers(parameters.tolist(), [level.tolist() for level in levels], sums)


@dataclass(frozen=True, eq=False)
class Scene:
    """A moment, how it is looked at, and the ink to draw it with."""

    snapshot: Snapshot
    """The moment."""
    earlier: Snapshot | None
    """The moment one step before, if what that step changed is to be bold."""
    selected: int | None
    """The parameter that the arrows stand on, if the pane has the focus."""
    ink: Ink
    """The styles."""

    @cached_property
    def now(self) -> Numbers:
        """The moment's numbers."""
        return numbers_of(self.snapshot)

    @cached_property
    def before(self) -> Numbers:
        """The numbers one step before; where nothing is to be bold, the moment's own."""
        return self.now if self.earlier is None else numbers_of(self.earlier)

    @cached_property
    def gradient(self) -> list[float] | None:
        """Of the loss, in parameter order, once it is known."""
        gradient = self.snapshot.gradient
        return None if gradient is None else gradient.tolist()

    @cached_property
    def change(self) -> list[float] | None:
        """What the coming step adds to the parameters, once it is known."""
        change = self.snapshot.change
        return None if change is None else change.tolist()


def scene_of(snapshot: Snapshot, ink: Ink, *, stepped: bool, selected: int | None) -> Scene:
    """Set a moment; `stepped` has what the last step changed drawn bold."""
    earlier = None
    if stepped and snapshot.previous is not None:
        past = replace(snapshot, parameters=snapshot.previous)
        earlier = past.looking_at(snapshot.reading.image)
    return Scene(snapshot, earlier, selected, ink)


def ladder(size: float) -> float:
    """Give the smallest of 1, 2, 5 × 10ᵏ that a size does not exceed: a scale that seldom moves."""
    if not 0 < size < math.inf:
        return 1.0
    power = math.floor(math.log10(size))
    for rung in (f"1e{power}", f"2e{power}", f"5e{power}", f"1e{power + 1}"):
        if size <= float(rung) < math.inf:
            return float(rung)
    return size


def largest(values: list[float]) -> float:
    """Give the largest magnitude that is finite; 0 if there is none."""
    return max([abs(value) for value in values if math.isfinite(value)], default=0.0)


def word_for(number: int) -> str:
    """Write a number as a word, if it is a small one."""
    return _WORDS[number] if number < len(_WORDS) else count(number)


def batch_words(snapshot: Snapshot) -> str:
    """Say whose loss it is, where it is not that of all images."""
    if snapshot.config.is_full_batch:
        return ""
    images = "1 image" if snapshot.batch_size == 1 else f"{count(snapshot.batch_size)} images"
    return f" of this batch ({images})"
