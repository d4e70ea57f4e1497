"""A box with a line to type an exact number in: a weight, a darkness, a label."""

import math
from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.geometry import Offset, Region, Size
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from core import ConfigError, TrainingConfig
from core.images import TASKS, Image
from core.run import AddImage
from core.typed_numbers import real
from tui.terminal.glyphs import ascii_only

_BOX = Size(44, 6)
"""Columns and rows of the box, at most: an answer may take two rows."""


def any_number(value: float) -> str:
    """Return no problem: every finite number is accepted."""
    return ""


def a_darkness(value: float) -> str:
    """Return why a number cannot be a pixel's darkness; nothing if it can."""
    return "" if 0.0 <= value <= 1.0 else "must be from 0 (white) to 1 (black)"


def place_beside(near: Region, box: Size, screen: Size) -> Offset:
    """Return where a box goes that is to stand right below a place of the screen, else above it."""
    y = near.bottom
    if y + box.height > screen.height:
        y = near.y - box.height
    if y < 0:  # it is too high for both
        y = screen.height - box.height
    return Offset(max(0, min(near.x, screen.width - box.width)), max(0, y))


class ExactScreen(ModalScreen[float | None]):
    """Ask for a number; gives None if the person thinks better of it.

    Parameters
    ----------
    words : str
        What the number is.
    text : str
        What stands there at first: the number as it is, or a digit that was typed.
    problem_of : callable
        Says why a finite number cannot be taken; nothing if it can.
    near : Region
        Where on the screen the number is: the box opens there.
    unicode : bool
        Whether more than ASCII may be written.
    """

    BINDINGS = [Binding("escape", "cancel", "cancel", tooltip="Close this box; change nothing.")]
    DEFAULT_CSS = """
    ExactScreen { align: left top; }
    ExactScreen Vertical {
        width: 44; height: auto; padding: 0 1; background: $surface; border: round $accent;
    }
    ExactScreen Input { border: none; height: 1; padding: 0; }
    ExactScreen Label { width: 100%; }
    """

    def __init__(
        self,
        words: str,
        text: str,
        problem_of: Callable[[float], str] = any_number,
        *,
        near: Region,
        unicode: bool,
    ) -> None:
        super().__init__()
        self._ascii = not unicode
        self._words = words
        self._text = text
        self._problem_of = problem_of
        self._near = near

    def on_resize(self) -> None:
        """Stand beside the number, wherever there is room."""
        self.query_one(Vertical).styles.offset = place_beside(self._near, _BOX, self.app.size)

    def compose(self) -> ComposeResult:
        """Return the words, the line, and room for an answer to wrong input."""
        with Vertical():
            yield Label(self._words)
            # What was there is selected, to be typed over; a first digit is to be gone on with.
            is_first = len(self._text) == 1
            yield Input(self._text, select_on_focus=not is_first, compact=True)
            # What was typed stands in the answer, and is no markup.
            yield Label("enter: accept, esc: cancel", id="answer", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the number, or say what is wrong with it."""
        if not self.is_current:  # a key before this one has closed the box already
            return
        if not event.value.strip():
            self._refuse("type a number, such as 0.35")
            return
        try:
            value = real(event.value)
        except ValueError as error:
            self._refuse(str(error))
            return
        if not math.isfinite(value):
            self._refuse("must be a finite number")
            return
        if problem := self._problem_of(value):
            self._refuse(problem)
            return
        self.dismiss(value + 0.0)

    def _refuse(self, words: str) -> None:
        self.query_one("#answer", Label).update(ascii_only(words) if self._ascii else words)

    def action_cancel(self) -> None:
        """Dismiss without a value."""
        if self.is_current:
            self.dismiss(None)


def label_screen(
    image: Image, text: str, config: TrainingConfig, *, is_known: bool, near: Region, unicode: bool
) -> ExactScreen:
    """Return a box that asks for an image's label; what the run cannot take is refused in words.

    Parameters
    ----------
    image : tuple of four floats
        Its darknesses.
    text : str
        The text at first: the target, if it is known.
    config : TrainingConfig
        What the label has to go with.
    is_known : bool
        Whether the target is known.
    near : Region
        Where on the screen the image is.
    unicode : bool
        Whether more than ASCII may be written.
    """

    def problem_of(label: float) -> str:
        try:
            AddImage(image, label).applied_to(config)
        except ConfigError as error:
            return f"the label {error.problem}"
        return ""

    kind = "label, 1 yes or 0 no" if TASKS[config.task].yes_no else "label"
    hint = "the target is:" if is_known else "no target is known"
    return ExactScreen(f"{kind}; {hint}", text, problem_of, near=near, unicode=unicode)
