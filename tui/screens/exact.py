"""A box with a line to type an exact number in: a weight, a darkness, a label."""

import math
from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from core import ConfigError, TrainingConfig
from core.images import TASKS, Image
from core.run import AddImage
from core.typed_numbers import real
from tui.terminal.glyphs import ascii_only


def any_number(value: float) -> str:
    """Return no problem: every finite number is accepted."""
    return ""


def a_darkness(value: float) -> str:
    """Return why a number cannot be a pixel's darkness; nothing if it can."""
    return "" if 0.0 <= value <= 1.0 else "must be from 0 (white) to 1 (black)"


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
    unicode : bool
        Whether more than ASCII may be written.
    """

    BINDINGS = [Binding("escape", "cancel", "cancel", tooltip="Close this box; change nothing.")]
    DEFAULT_CSS = """
    ExactScreen { align: center middle; }
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
        unicode: bool,
    ) -> None:
        super().__init__()
        self._ascii = not unicode
        self._words = words
        self._text = text
        self._problem_of = problem_of

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
    image: Image, text: str, config: TrainingConfig, *, is_known: bool, unicode: bool
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
    return ExactScreen(f"{kind}; {hint}", text, problem_of, unicode=unicode)
