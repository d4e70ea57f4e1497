"""What is looked at, never part of the run: the image, what is selected, how the curve is drawn."""

import math
from dataclasses import replace
from typing import Protocol

from core import DEFAULT_IMAGE, Image
from core.images import Example
from core.metrics import Unit
from core.quantities import Count
from core.structs import Struct

SPEEDS = (1, 2, 5, 10, 30, 100, 1_000, math.inf)
"""Steps a second; the last one is as fast as it can."""
DEFAULT_SPEED = 10


class View(Struct):
    """How a person looks at the run."""

    image: Image = DEFAULT_IMAGE
    """The selected image."""
    example: Example | None = None
    """Which of the run's own images it is, where it was picked out of them and left as it is."""
    pixel: int = 0
    """The selected pixel, 0 … 3, row by row."""
    parameter: int = 0
    """The selected weight or bias, by its place in the flat vector."""
    answer: int | None = None
    """Below the pixels: 0 the prediction, 1 the target, 2 the error; None: a pixel is selected."""
    aspect: int = 0
    """What of it is explained: 0 itself, 1 its gradient, 2 its step, 3 the neuron it leads to."""
    second: int = 1
    """The other weight or bias that the landscape is drawn over."""
    line: Count = Count.FORWARD
    """The line of the cost pane that was selected last."""
    timed: tuple[str, str] = "", ""
    """The engine whose step is selected in the lab, and the engine that the run had then."""
    tried: str = ""
    """The experiment that was tried on it last; empty for the run's own step."""
    cursor: int | None = None
    """The step that the loss pane's cursor stands on; None: no cursor."""
    log_scale: bool = False
    """Whether the loss is drawn on a logarithmic scale."""
    unit: Unit = Unit.STEPS
    """What the loss curve's steps are counted in, from left to right."""
    shows_rate: bool = False
    """Whether the loss pane also draws the course of the learning rate."""
    compares: bool = False
    """Whether the network pane shows how far the two gradients are apart, and not the step."""
    substep: int | None = None
    """While single-stepping, the substep that is shown; None otherwise."""
    stepped: bool = False
    """Whether the last key was a single step: what it changed is bold."""

    def line_of(self, lines: tuple[Count, ...]) -> Count:
        """Return the selected line among those shown; or the last, if it made room for others."""
        return self.line if self.line in lines else lines[-1]

    def timed_engine(self, own: str) -> str:
        """Return the engine that is selected in the lab: the run's own, until another one is chosen
        and again once the run goes on with another one."""
        chosen, then = self.timed
        return chosen if chosen and then == own else own


class ViewChange(Protocol):
    """A change of the view, as data."""

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        ...


class SelectPixel(Struct):
    """Select a pixel."""

    pixel: int

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, pixel=self.pixel, answer=None)


class SelectAnswer(Struct):
    """Select the prediction (0), the target (1) or the error (2)."""

    answer: int

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, answer=self.answer)


class MovePixel(Struct):
    """Go to a neighbouring pixel, or down to what the network says; at the edge, stay."""

    right: int = 0
    down: int = 0

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        if view.answer is not None or (self.down > 0 and view.pixel >= 2):
            answer = -1 if view.answer is None else view.answer
            answer = min(2, answer + self.down)
            return replace(view, answer=answer if answer >= 0 else None)
        row = min(1, max(0, view.pixel // 2 + self.down))
        column = min(1, max(0, view.pixel % 2 + self.right))
        return replace(view, pixel=2 * row + column)


class SetPixel(Struct):
    """Make a pixel so dark; None is the selected one. Held in [0, 1]."""

    darkness: float
    pixel: int | None = None

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return _painted(view, self.pixel, self.darkness)


class SetPixels(Struct):
    """Make several pixels as dark as is said for each; the last one is selected."""

    darknesses: tuple[tuple[int, float], ...]
    """Pixels, each with its darkness."""

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        for pixel, darkness in self.darknesses:
            view = _painted(view, pixel, darkness)
        return view


class ShadePixel(Struct):
    """Make a pixel darker by so much, or lighter; None is the selected one."""

    by: float
    pixel: int | None = None

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        pixel = view.pixel if self.pixel is None else self.pixel
        # Steps of 0.05 stay on round numbers: 0.1 + 0.05 is to be 0.15, not 0.15000000000000002.
        return _painted(view, pixel, round(view.image[pixel] + self.by, 10))


def _painted(view: View, pixel: int | None, darkness: float) -> View:
    pixel = view.pixel if pixel is None else pixel
    values = list(view.image)
    values[pixel] = min(1.0, max(0.0, darkness)) + 0.0
    return replace(
        view,
        image=(values[0], values[1], values[2], values[3]),
        example=None,
        pixel=pixel,
        answer=None,
    )


class SelectImage(Struct):
    """Look at one of the run's own images."""

    image: Image
    example: Example

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, image=self.image, example=self.example)


class SelectParameter(Struct):
    """Select a weight or bias, by its place in the flat vector."""

    parameter: int

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, parameter=self.parameter)


class TurnAspect(Struct):
    """Explain the weight itself, its gradient, its step or its neuron: another of so many."""

    by: int
    aspects: int
    goes_round: bool = False

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        turned = view.aspect + self.by
        if self.goes_round:
            return replace(view, aspect=turned % self.aspects)
        return replace(view, aspect=min(self.aspects - 1, max(0, turned)))


class ChooseSecond(Struct):
    """Draw the landscape over the selected weight and this one."""

    parameter: int

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, second=self.parameter)


class MoveParameter(Struct):
    """Go so many places along the flat vector, which has so many."""

    by: int
    parameters: int

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, parameter=min(self.parameters - 1, max(0, view.parameter + self.by)))


class SelectLine(Struct):
    """Select a line of the cost pane."""

    line: Count

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, line=self.line)


class MoveLine(Struct):
    """Go so many lines down the cost pane, which shows these."""

    by: int
    lines: tuple[Count, ...]

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        place = self.lines.index(view.line_of(self.lines)) + self.by
        return replace(view, line=self.lines[min(len(self.lines) - 1, max(0, place))])


class SelectEngine(Struct):
    """Select the step of an engine in the lab, until the run goes on with another one."""

    engine: str
    own: str
    """The engine of the run."""
    tried: str = ""
    """The experiment that is tried on it; empty for the run's own step."""

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, timed=(self.engine, self.own), tried=self.tried)


class MoveCursor(Struct):
    """Put the loss pane's cursor on a step, or take it away with None."""

    step: int | None

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, cursor=self.step)


class SwitchScale(Struct):
    """Draw the loss on the other scale, logarithmic or linear."""

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, log_scale=not view.log_scale)


class TurnUnit(Struct):
    """Draw the loss over the next of some units."""

    units: tuple[Unit, ...]

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        at = self.units.index(view.unit) if view.unit in self.units else -1
        return replace(view, unit=self.units[(at + 1) % len(self.units)])


class SwitchRate(Struct):
    """Draw the course of the learning rate beside the loss, or leave it out again."""

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, shows_rate=not view.shows_rate)


class SwitchComparison(Struct):
    """Hold backprop's and nudging's gradients against each other, or show the step again."""

    def applied_to(self, view: View) -> View:
        """Return the view with the change."""
        return replace(view, compares=not view.compares)


class Pace(Struct):
    """Whether and how fast training runs."""

    running: bool = False
    speed: float = DEFAULT_SPEED
    """Steps a second; infinity: as fast as it can."""

    @property
    def is_slow(self) -> bool:
        """Whether a person can follow single steps."""
        return self.speed <= DEFAULT_SPEED

    def changed(self, by: int) -> "Pace":
        """Return the pace so many speeds faster."""
        speed_index = min(len(SPEEDS) - 1, max(0, SPEEDS.index(self.speed) + by))
        return Pace(self.running, SPEEDS[speed_index])
