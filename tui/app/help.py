"""Help: every key, from the bindings that declare it, and the glossary."""

from collections.abc import Iterable

from rich.console import Group
from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.app.keys import APP_BINDINGS, key_names
from tui.panes.cost import CostPane
from tui.panes.data.data import DataPane
from tui.panes.explain.explain import ExplainPane
from tui.panes.image import ImagePane
from tui.panes.landscape.landscape import LandscapePane
from tui.panes.loss.loss import LossPane
from tui.panes.map.map import MapPane
from tui.panes.network.network import NetworkPane
from tui.terminal.drawing import Ink
from tui.terminal.glyphs import ascii_only
from tui.words.glossary import GLOSSARY, Topic

_KEYS = 16
"""Cells for keys."""
_TERMS = 21
"""Cells for terms."""


class HelpScreen(ModalScreen[None]):
    """Keys and terms, over the panes.

    Parameters
    ----------
    ink : Ink
        How to write them.
    """

    BINDINGS = [
        Binding("escape,question_mark,f1,q", "leave", "close", tooltip="Back to the panes."),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("up,k", "scroll(-1)", "up", show=False),
        Binding("pagedown,space", "scroll(15)", "page down", show=False),
        Binding("pageup", "scroll(-15)", "page up", show=False),
        Binding("home", "scroll(-1000)", "top", show=False),
        Binding("end", "scroll(1000)", "end", show=False),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll {
        width: 100%; max-width: 96; height: 100%; max-height: 44;
        background: $surface; border: round $accent; padding: 0 1; scrollbar-size-vertical: 1;
    }
    HelpScreen Static { width: 100%; }
    """

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink

    def compose(self) -> ComposeResult:
        """Compose the text in a scrolling frame."""
        frame = VerticalScroll(can_focus=False)
        frame.border_title = "keys and glossary"
        frame.border_subtitle = "esc closes, arrows scroll"
        with frame:
            yield Static(help_text(self._ink))

    def action_leave(self) -> None:
        """Go back to the panes."""
        if self.is_current:
            self.dismiss()

    def action_scroll(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False, immediate=True)


def help_text(ink: Ink) -> Group:
    """Return the help: on the left a key or a term, on the right what it does or means."""
    return Group(_keys(ink), _terms(ink))


def _keys(ink: Ink) -> Table:
    table = _table(_KEYS)
    for heading, bindings in (
        ("keys", APP_BINDINGS),
        ("on the image", ImagePane.BINDINGS),
        ("on the network", NetworkPane.BINDINGS),
        ("on the loss", LossPane.BINDINGS),
        ("on the cost", CostPane.BINDINGS),
        ("on explain (e)", ExplainPane.BINDINGS),
        ("on landscape (v)", LandscapePane.BINDINGS),
        ("on the map (m)", MapPane.BINDINGS),
        ("on the data (d)", DataPane.BINDINGS),
    ):
        _add(table, ink, heading, "", ink.strong)
        for keys, meaning in explained(bindings):
            _add(table, ink, f" {keys}", meaning, ink.key)
        table.add_row("", "")
    mouse = (
        "A click selects. "
        "The wheel changes the pixel under the pointer, and scrolls the other panes."
    )
    _add(table, ink, "the mouse", mouse, ink.strong)
    table.add_row("", "")
    return table


def _terms(ink: Ink) -> Table:
    table = _table(_TERMS)
    _add(
        table,
        ink,
        "words",
        "Each term has one meaning. The order suits a first reading.",
        ink.strong,
    )
    table.add_row("", "")
    for topic in Topic:
        _add(table, ink, topic.value, "", ink.strong)
        for term in GLOSSARY:
            if term.topic is topic:
                _add(table, ink, f" {term.name}", term.meaning, ink.key)
        table.add_row("", "")
    return table


def _table(left: int) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=left)
    table.add_column(ratio=1)
    table.expand = True
    return table


def _add(table: Table, ink: Ink, left: str, right: str, style: Style) -> None:
    written = (left, right) if ink.unicode else (ascii_only(left), ascii_only(right))
    table.add_row(Text(written[0], style), Text(written[1], ink.text))


def explained(bindings: Iterable[object]) -> list[tuple[str, str]]:
    """Return the keys and the sentence of every binding that has one."""
    rows = []
    for binding in bindings:
        if isinstance(binding, Binding) and binding.tooltip:
            rows.append((key_names(binding), binding.tooltip))
    return rows
