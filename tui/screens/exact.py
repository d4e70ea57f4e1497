"""A line to type an exact number in."""

import math

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from tui.drawing import ascii_only


class ExactScreen(ModalScreen[float | None]):
    """Ask for a number from 0 to 1; gives None if the person thinks better of it.

    Parameters
    ----------
    words : str
        What the number is.
    value : float
        What it is now.
    unicode : bool
        Whether more than ASCII may be written.
    """

    BINDINGS = [Binding("escape", "cancel", "cancel", tooltip="Leave it as it was.")]
    DEFAULT_CSS = """
    ExactScreen { align: center middle; }
    ExactScreen Vertical {
        width: 44; height: auto; padding: 0 1; background: $surface; border: round $accent;
    }
    ExactScreen Input { border: none; height: 1; padding: 0; }
    """

    def __init__(self, words: str, value: float, *, unicode: bool) -> None:
        super().__init__()
        self._ascii = not unicode
        self._words = words
        self._value = value

    def compose(self) -> ComposeResult:
        """Give the words, the line, and room for an answer to wrong input."""
        with Vertical():
            yield Label(self._words)
            yield Input(repr(self._value), select_on_focus=True, compact=True)
            yield Label("enter: take it, esc: leave it", id="answer")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the number, or say what is wrong with it."""
        if not self.is_current:  # a key before this one has closed the box already
            return
        text = event.value.strip().replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            self._refuse(f"{text[:20]!r} is no number" if text else "type a number, such as 0.35")
            return
        if not (math.isfinite(value) and 0 <= value <= 1):
            self._refuse("from 0 (white) to 1 (black)")
            return
        self.dismiss(value + 0.0)

    def _refuse(self, words: str) -> None:
        self.query_one("#answer", Label).update(ascii_only(words) if self._ascii else words)

    def action_cancel(self) -> None:
        """Give nothing."""
        if self.is_current:
            self.dismiss(None)
