"""A command line that is too long for the two lines under the panes."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label, Static


class SharedScreen(ModalScreen[None]):
    """Shows a command, to be read or selected.

    Parameters
    ----------
    head : str
        What was done with it.
    command : str
        The command.
    """

    BINDINGS = [
        Binding("escape,enter,q,y", "leave", "close", tooltip="Back to the panes."),
    ]
    DEFAULT_CSS = """
    SharedScreen { align: center middle; }
    SharedScreen Vertical {
        width: 100%; max-width: 90; height: auto; max-height: 100%; padding: 0 1;
        background: $surface; border: round $accent;
    }
    SharedScreen Static, SharedScreen Label { width: 100%; }
    SharedScreen Static { margin: 1 0; text-style: bold; }
    """

    def __init__(self, head: str, command: str) -> None:
        super().__init__()
        self._head = head
        self._command = command

    def compose(self) -> ComposeResult:
        """Return the words and the command."""
        with Vertical():
            yield Label(self._head, markup=False)
            yield Static(self._command, markup=False)
            yield Label("esc: back")

    def action_leave(self) -> None:
        """Go back to the panes."""
        if self.is_current:
            self.dismiss(None)
