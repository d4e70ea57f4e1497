"""The pen that the network's drawings write with.

It remembers where each parameter came to stand, so that arrows and clicks find what is drawn.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from core.quantities import SubstepKind
from core.structs import Struct
from tui.panes.network.drawn import Scene
from tui.terminal.drawing import Ink, Line
from tui.terminal.glyphs import DOWN, SHADES, UP
from tui.view.stage import Tone
from tui.words.numerals import MINUS, equals, power, written

_BOLD = Style(bold=True)


class Spot(NamedTuple):
    """Where a parameter stands."""

    parameter: int
    """Its index in the flat vector."""
    row: int
    """Counted from the first row drawn."""
    left: int
    """Its first column."""
    right: int
    """One past its last column."""


class Sheet(Struct):
    """What was drawn."""

    lines: list[Line]
    """The rows."""
    spots: Callable[[], list[Spot]]
    """Where the parameters stand, row by row from left to right; found when it is asked for."""


class Pen:
    """Writes rows from left to right.

    Parameters
    ----------
    scene : Scene
        What is drawn.
    weights_stand_in : bool
        While single-stepping, whether a parameter lights up for its gradient, which has no column.
    """

    def __init__(self, scene: Scene, *, weights_stand_in: bool = False) -> None:
        self.scene = scene
        self._lighting = {SubstepKind.NUDGE}
        if weights_stand_in:
            self._lighting.add(SubstepKind.GRADIENT)
        if scene.compares:  # then the step has no column either
            self._lighting.add(SubstepKind.UPDATE)
        self.ink = scene.ink
        self.lines: list[Line] = []
        self.column = 0
        self._line: Line = []
        self._spots: list[Spot] = []

    @property
    def sheet(self) -> Sheet:
        """All that was written."""
        return Sheet(self.lines, lambda: self._spots)

    def row(self) -> None:
        """Begin the next row."""
        self._line = []
        self.lines.append(self._line)
        self.column = 0

    def blank(self) -> None:
        """Leave a row empty."""
        self.lines.append([])

    def write(self, text: str, style: Style) -> None:
        """Write a text."""
        self._line.append(Segment(text, style))
        self.column += len(text)

    def put(self, segment: Segment) -> None:
        """Write a piece that is ready."""
        self._line.append(segment)
        self.column += len(segment.text)

    def to(self, column: int) -> None:
        """Go to a column, to the right of what is written."""
        if column > self.column:
            self.write(" " * (column - self.column), self.ink.text)

    def ending(self, text: str, column: int, style: Style) -> None:
        """Write a text so that it ends before a column."""
        self.to(column - len(text))
        self.write(text, style)

    def toned(self, style: Style, tone: Tone) -> Style:
        """Return a style as it is while single-stepping: bright for what the substep computes."""
        if tone is Tone.PLAIN:
            return style
        return style + self.ink.lit if tone is Tone.LIT else self.ink.faint

    def number(
        self, value: float, earlier: float, places: int, width: int, tone: Tone = Tone.PLAIN
    ) -> None:
        """Write a signed number; bold if it was printed otherwise earlier."""
        if tone is Tone.AHEAD:
            self.unknown(width)
            return
        text = written(value, places, width)
        changed = earlier != value and written(earlier, places, width) != text
        self.write(text, self.toned(self.ink.signed(value, strong=changed), tone))

    def unknown(self, width: int) -> None:
        """Write what stands for a number that is not known yet."""
        self.write("…".rjust(width), self.ink.faint)

    def parameter(self, index: int, places: int, width: int) -> None:
        """Write a weight or bias."""
        value, earlier = self._parameter(index)
        text = written(value, places, width)
        changed = earlier != value and written(earlier, places, width) != text
        self.mark(index, text, self.lit(index, self.ink.signed(value, strong=changed)))

    def lit(self, index: int, style: Style) -> Style:
        """Return a parameter's style: bright while slow motion is at it."""
        worked_on = self.scene.is_worked_on(index, *self._lighting)
        return style + self.ink.lit if worked_on else style

    def result(
        self,
        value: float,
        earlier: float,
        terms: float,
        places: int,
        width: int,
        tone: Tone = Tone.PLAIN,
    ) -> None:
        """Write ``= result``, or ``≈ result`` where the printed terms come to something else."""
        sign = equals(terms, places, written(value, places, width))
        self.write(f" {'=' if tone is Tone.AHEAD else sign} ", self.ink.dim)
        self.number(value, earlier, places, width, tone)

    def _parameter(self, index: int) -> tuple[float, float]:
        """Return a parameter now and before."""
        scene = self.scene
        value = float(scene.snapshot.parameters[index])
        if scene.earlier is None:
            return value, value
        return value, float(scene.earlier.parameters[index])

    def mark(self, index: int, text: str, style: Style) -> None:
        """Write a text that stands for a parameter."""
        if index == self.scene.selected:
            style = self.ink.selected + _BOLD if style.bold else self.ink.selected
        self._spots.append(Spot(index, len(self.lines) - 1, self.column, self.column + len(text)))
        self.write(text, style)

    def heated(self, index: int, places: int, width: int, scale: float) -> None:
        """Write a weight on the colour of its sign and size, and a cell of it as a gap."""
        value, earlier = self._parameter(index)
        text = written(value, places, width)
        style = self.heat(value, scale)
        if self.scene.is_worked_on(index, *self._lighting):
            style = self.ink.signed(value) + self.ink.lit
        elif earlier != value and written(earlier, places, width) != text:
            style += _BOLD
        self.mark(index, text + " ", style)

    def cell(self, index: int, width: int, scale: float) -> None:
        """Show a weight as a cell of colour and sign; it is one of the parameter's spots."""
        value, _ = self._parameter(index)
        self.mark(index, cell_text(self.ink, value, scale, width), self.heat(value, scale))

    def plain_cell(self, value: float, width: int, scale: float) -> None:
        """Show a number as a cell of colour, where its sign stands beside it."""
        text = " " * width if self.ink.colour else cell_text(self.ink, value, scale, width)
        self.write(text, self.heat(value, scale))

    def heat(self, value: float, scale: float) -> Style:
        """Return the style of a cell for a signed number."""
        return self.ink.signed_cell(value, scale, "").style or self.ink.text

    def gradient(self, index: int, places: int, width: int) -> None:
        """Write the loss's gradient in a parameter."""
        if (gradient := self.scene.gradient) is None:
            self.write("…".rjust(width), self.ink.dim)
        else:
            tone = self.scene.gradient_tone(index)
            self.number(gradient[index], gradient[index], places, width, tone)

    def step(self, index: int, places: int, width: int) -> None:
        """Write what the coming step adds to a parameter: a mark, and so many cells of number.

        Where the two gradients are compared, how far they are apart takes its place.
        """
        if self.scene.compares:
            self._gradient_difference(index, width + 1)
            return
        if (change := self.scene.change) is None:
            self.write("…".rjust(width + 1), self.ink.dim)
            return
        if index in self.scene.snapshot.frozen:
            self.write("frozen"[: width + 1].rjust(width + 1), self.ink.dim)
            return
        if self.scene.step_tone is Tone.AHEAD:
            self.unknown(width + 1)
            return
        value = change[index]
        mark = DOWN if value < 0 else UP if value > 0 else " "
        style = self.toned(self.ink.signed(value), self.scene.step_tone)
        self.write(mark + written(value, places, width), style)

    def _gradient_difference(self, index: int, width: int) -> None:
        """Write by how much the finite-difference gradient exceeds backprop's."""
        if (gradient_difference := self.scene.gradient_difference) is None:
            self.write("…".rjust(width), self.ink.dim)
            return
        if self.scene.gradient_tone(index) is Tone.AHEAD:
            self.unknown(width)
            return
        frozen = index in self.scene.snapshot.frozen
        style = self.ink.dim if frozen else self.ink.signed(gradient_difference[index])
        self.write(power(gradient_difference[index], width), style)

    def notes(self, notes: list[tuple[str, ...]], rows: int, width: int) -> None:
        """Fill some rows with explaining lines, each in the longest words that fit."""
        fitting = [note for note in notes if min(map(len, note)) < width]
        if rows > min(2, len(fitting)):
            self.blank()
            rows -= 1
        for note in fitting[: max(0, rows)]:
            self.row()
            self.write(" ", self.ink.text)
            self.first_that_fits(note, width, self.ink.dim)

    def first_that_fits(self, texts: tuple[str, ...], column: int, style: Style) -> bool:
        """Write the first of some texts that ends before a column; return whether there is one."""
        for text in texts:
            if self.column + len(text) <= column:
                self.write(text, style)
                return True
        return False


def cell_text(ink: Ink, value: float, scale: float, width: int) -> str:
    """Return the characters of a cell: below zero a minus; without colour also + and a shade."""
    if math.isnan(value):
        return "?".ljust(width)
    if ink.colour or value == 0:
        return (MINUS if value < 0 else " ").ljust(width)
    return (MINUS if value < 0 else "+") + ink.shade(abs(value) / scale) * (width - 1)


def sign_legend(ink: Ink) -> tuple[str, ...]:
    """Return how a cell tells sign and size."""
    if ink.colour:
        return ("− below zero; a stronger colour is larger", "− below zero")
    return (f"+ above zero, − below; {SHADES[1:]} by size", f"+ − {SHADES[1:]}: sign and size")
