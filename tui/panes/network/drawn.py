"""What the network's drawings start from: a moment in plain numbers, its scales and its words."""

import math
from dataclasses import replace
from functools import cached_property

from core import Snapshot
from core.commentary import LayerStats, layer_stats
from core.quantities import SubstepKind
from core.structs import Struct
from tui.terminal.drawing import Ink
from tui.view.stage import Stage, Tone, matches, stage_of
from tui.words.numerals import count

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Numbers(Struct):
    """A network and what it makes of the selected image, as plain floats."""

    parameters: list[float]
    """The flat vector."""
    activations: list[list[float]]
    """The activations of each layer, the image first, the prediction last."""
    sums: list[list[float]]
    """Each layer's weighted sums, the bias in them, before the activation."""

    @staticmethod
    def of(snapshot: Snapshot) -> "Numbers":
        """Return a snapshot's numbers as floats: arrays are slow to read one by one."""
        parameters, reading = snapshot.parameters.tolist(), snapshot.reading
        activations, sums = (
            [each.tolist() for each in kind] for kind in (reading.activations, reading.sums)
        )
        return Numbers(parameters, activations, sums)


class Scene(Struct, eq=False):
    """A moment, how it is looked at, and the ink to draw it with."""

    snapshot: Snapshot
    """The moment."""
    earlier: Snapshot | None
    """The moment one step before, if what that step changed is to be bold."""
    selected: int | None
    """The parameter that the arrows stand on, if the pane has the focus."""
    ink: Ink
    """The styles."""
    stage: Stage | None = None
    """How far the coming step has come, while single-stepping."""
    compares: bool = False
    """Whether how far the two gradients are apart is drawn, and not the step."""

    @cached_property
    def now(self) -> Numbers:
        """The moment's numbers."""
        return Numbers.of(self.snapshot)

    @cached_property
    def before(self) -> Numbers:
        """The numbers one step before; where nothing is to be bold, the moment's own."""
        return self.now if self.earlier is None else Numbers.of(self.earlier)

    @cached_property
    def gradient(self) -> list[float] | None:
        """Of the loss, in parameter order, once it is known."""
        gradient = self.snapshot.gradient
        return None if gradient is None else gradient.tolist()

    @cached_property
    def layer_stats(self) -> tuple[LayerStats, ...]:
        """How strong each layer's signals are."""
        return layer_stats(self.snapshot)

    @cached_property
    def change(self) -> list[float] | None:
        """What the coming step adds to the parameters, once it is known."""
        change = self.snapshot.change
        return None if change is None else change.tolist()

    @cached_property
    def gradient_difference(self) -> list[float] | None:
        """By how much the finite-difference gradient exceeds backprop's, once both are known."""
        gradient_difference = self.snapshot.gradient_difference
        return None if gradient_difference is None else gradient_difference.tolist()

    def sum_tone(self, level: int) -> Tone:
        """Return the tone of a layer's products and sums."""
        return self.stage.tone(SubstepKind.FORWARD, layer=level) if self.stage else Tone.PLAIN

    def output_tone(self, level: int) -> Tone:
        """Return the tone of what a layer's neurons say; loss and error look at the prediction."""
        if self.stage is None or level < len(self.snapshot.architecture.layers) - 1:
            return self.sum_tone(level)
        kinds = (SubstepKind.FORWARD, SubstepKind.LOSS, SubstepKind.DELTA)
        return self.stage.tone(*kinds, layer=level)

    def gradient_tone(self, index: int) -> Tone:
        """Return the tone of a parameter's gradient."""
        if self.stage is None:
            return Tone.PLAIN
        layer = self.snapshot.architecture.place(index).layer
        return self.stage.tone(SubstepKind.GRADIENT, SubstepKind.NUDGE, layer=layer, index=index)

    def layer_gradient_tone(self, level: int) -> Tone:
        """Return the tone of a layer's whole gradient: known with that of its last parameter."""
        return self.gradient_tone(self.snapshot.architecture.layers[level].stop - 1)

    @property
    def step_tone(self) -> Tone:
        """The tone of the steps."""
        return self.stage.tone(SubstepKind.UPDATE) if self.stage else Tone.PLAIN

    def layer_tone(self, level: int) -> Tone:
        """Return the tone of a layer's heading: lit while a part works on that layer."""
        substep = self.stage.substep if self.stage else None
        if substep is not None and (substep.layer == level or substep.kind is SubstepKind.UPDATE):
            return Tone.LIT
        return Tone.PLAIN

    def is_worked_on(self, index: int, *kinds: SubstepKind) -> bool:
        """Whether the part that is shown is one of some kinds, and about this parameter."""
        if self.stage is None or self.stage.substep.kind not in kinds:
            return False
        layer = self.snapshot.architecture.place(index).layer
        return matches(self.stage.substep, layer, index)


def scene_of(
    snapshot: Snapshot,
    ink: Ink,
    *,
    stepped: bool,
    selected: int | None,
    substep: int | None = None,
    compares: bool = False,
) -> Scene:
    """Set a moment; `stepped` has what the last step changed drawn bold.

    `substep` is the part of the coming step that slow motion shows; `compares` puts how far the two
    gradients are apart in the step's place.
    """
    earlier = None
    if stepped and snapshot.previous is not None:
        past = replace(snapshot, parameters=snapshot.previous)
        earlier = past.with_image(snapshot.reading.image)
    stage = stage_of(snapshot, substep)
    return Scene(snapshot, earlier, selected, ink, stage, compares)


def ladder(size: float) -> float:
    """Return the least of 1, 2, 5 × 10ᵏ that a size does not exceed: a scale that seldom moves."""
    if not 0 < size < math.inf:
        return 1.0
    power = math.floor(math.log10(size))
    for rung in (f"1e{power}", f"2e{power}", f"5e{power}", f"1e{power + 1}"):
        if size <= float(rung) < math.inf:
            return float(rung)
    return size


def largest(values: list[float]) -> float:
    """Return the largest magnitude that is finite; 0 if there is none."""
    return max([abs(value) for value in values if math.isfinite(value)], default=0.0)


def word_for(number: int) -> str:
    """Write a number as a word, if it is a small one."""
    return _WORDS[number] if number < len(_WORDS) else count(number)
