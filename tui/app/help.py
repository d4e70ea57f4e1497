"""Help: every key, from the bindings that declare it, and the glossary."""

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from core.structs import Struct
from tui.app.keys import COMMANDS, Group, key_names
from tui.panes.cost import CostPane
from tui.panes.data.data import DataPane
from tui.panes.explain.explain import ExplainPane
from tui.panes.image import ImagePane
from tui.panes.lab.lab import LabPane
from tui.panes.landscape.landscape import LandscapePane
from tui.panes.loss.loss import LossPane
from tui.panes.map.map import MapPane
from tui.panes.network.network import NetworkPane
from tui.panes.pane import Pane
from tui.screens.listing import Listing
from tui.terminal.drawing import Ink, Line, width_of, wrapped
from tui.words.glossary import GLOSSARY, Topic

_PANES: tuple[tuple[type[Pane], str], ...] = (
    (ImagePane, "on the image: change its pixels"),
    (NetworkPane, "on the network: change weights, neurons, layers"),
    (LossPane, "on the loss: read the curve"),
    (CostPane, "on the cost: read the counts"),
    (ExplainPane, "on explain (e): read the code"),
    (LandscapePane, "on the landscape (v): move two weights"),
    (MapPane, "on the map (m): move two pixels"),
    (DataPane, "on the data (d): select images"),
    (LabPane, "on the lab (p): time steps"),
)
_AIMS = {
    Group.RUN: "run, and go back",
    Group.LOOK: "look closer, go around",
    Group.DATA: "look at the images, add one",
    Group.FILES: "save, open, share, quit",
    Group.SETTINGS: "change the settings",
}
"""The headings of everyone's keys: what one wants to do."""
_MOUSE = (
    "A click selects. The wheel changes the pixel under the pointer, and scrolls the other panes."
)
_COLUMN = 52
"""Cells that a column needs."""
_GAP = 3
"""Cells between two columns."""
_WIDEST = 21
"""Cells for keys or terms at most."""


class Section(Struct):
    """A heading, and what is listed below it."""

    heading: str
    entries: tuple[tuple[str, str], ...]
    """Keys, each with what they do; or terms, each with its meaning."""

    def with_words(self, words: Sequence[str]) -> "Section":
        """Return the section with those entries that hold every word."""
        held = [
            entry
            for entry in self.entries
            if all(word in f"{self.heading} {' '.join(entry)}".lower() for word in words)
        ]
        return Section(self.heading, tuple(held))


def key_sections(focused: type[Pane] | None = None) -> list[Section]:
    """Return all keys: the focused pane's, then everyone's by what one wants to do."""
    panes = [Section(name, tuple(explained(pane.BINDINGS))) for pane, name in _PANES]
    places = [pane for pane, _ in _PANES]
    first = [panes.pop(places.index(focused))] if focused in places else []
    everyones = [
        Section(
            aim,
            tuple(
                (key_names(command.binding), command.sentence)
                for command in COMMANDS.values()
                if command.group is group and command.keys and command.sentence
            ),
        )
        for group, aim in _AIMS.items()
    ]
    return [*first, *everyones, *panes, Section("the mouse", (("click", _MOUSE),))]


def word_sections() -> list[Section]:
    """Return the glossary, topic by topic, in the order that suits a first reading."""
    return [
        Section(
            topic.value,
            tuple((term.name, term.meaning) for term in GLOSSARY if term.topic is topic),
        )
        for topic in Topic
    ]


def explained(bindings: Iterable[object]) -> list[tuple[str, str]]:
    """Return the keys and the sentence of every binding that has one."""
    rows = []
    for binding in bindings:
        if isinstance(binding, Binding) and binding.tooltip:
            rows.append((key_names(binding), binding.tooltip))
    return rows


def help_lines(sections: Sequence[Section], width: int, ink: Ink) -> list[Line]:
    """Return sections as rows, in two columns where there is room for them.

    Parameters
    ----------
    sections : sequence of Section
        The sections; those without entries are left out.
    width : int
        Cells of a row.
    ink : Ink
        How to write them.
    """
    shown = [section for section in sections if section.entries]
    if width < 2 * _COLUMN + _GAP:
        return [line for section in shown for line in _lines(section, width, ink)]
    half = (width - _GAP) // 2
    blocks = [_lines(section, half, ink) for section in shown]
    return _side_by_side(blocks, half, ink)


def _side_by_side(blocks: list[list[Line]], width: int, ink: Ink) -> list[Line]:
    """Return blocks in two columns, parted where their heights differ least."""
    heights = [len(block) for block in blocks]
    parted = min(range(len(blocks) + 1), key=lambda at: max(sum(heights[:at]), sum(heights[at:])))
    left, right = (
        [line for block in part for line in block] for part in (blocks[:parted], blocks[parted:])
    )
    rows: list[Line] = []
    for y in range(max(len(left), len(right))):
        line = left[y] if y < len(left) else []
        gap = Segment(" " * (width + _GAP - width_of(line)), ink.text)
        rows.append([*line, gap, *(right[y] if y < len(right) else [])])
    return rows


def _lines(section: Section, width: int, ink: Ink) -> list[Line]:
    """Return the rows of a section, with an empty one below."""
    lines: list[Line] = [[Segment(section.heading, ink.strong)]]
    left = min(_WIDEST, max(len(name) for name, _ in section.entries)) + 2
    for name, meaning in section.entries:
        first, *rest = wrapped(meaning, width - left - 1)
        lines.append([Segment(f" {name:<{left}}", ink.key), Segment(first, ink.text)])
        lines += [[Segment(" " * (left + 1) + row, ink.text)] for row in rest]
    return [*lines, []]


class HelpScreen(ModalScreen[None]):
    """Two pages over the panes: keys, and the glossary; and a line to search both.

    Parameters
    ----------
    ink : Ink
        How to write them.
    focused : type of Pane, optional
        The pane whose keys come first.
    first : Section, optional
        The keys of a screen over the panes, which come before all others.
    """

    BINDINGS = [
        Binding("escape", "leave", "close", tooltip="Back to the panes."),
        Binding("q", "leave", "close", show=False),
        Binding("tab,shift+tab", "turn", "words", tooltip="Show the glossary, or the keys."),
        Binding("question_mark,f1", "ask_again", "words", show=False),
        Binding("slash", "search", "search", tooltip="Search the keys and the glossary."),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("up,k", "scroll(-1)", "up", show=False),
        Binding("pagedown,space", "scroll(15)", "page down", show=False),
        Binding("pageup", "scroll(-15)", "page up", show=False),
        Binding("home", "scroll(-1000)", "top", show=False),
        Binding("end", "scroll(1000)", "end", show=False),
    ]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen Vertical {
        width: 100%; max-width: 150; height: 100%; max-height: 60; padding: 0 1;
        background: $background; border: round $accent;
    }
    HelpScreen Input {
        border: none; height: 1; padding: 0; background: $background; display: none;
    }
    HelpScreen.-searching Input { display: block; }
    """

    def __init__(
        self, ink: Ink, focused: type[Pane] | None = None, first: Section | None = None
    ) -> None:
        super().__init__()
        self._keys, self._words = key_sections(focused), word_sections()
        if first is not None:
            self._keys.insert(0, first)
        self._shown = self._keys
        self._ink = ink
        self._list = Listing(self._draw, ink)

    def compose(self) -> ComposeResult:
        """Compose the text in a scrolling frame, below the line to search with."""
        frame = Vertical()
        frame.border_subtitle = "/ searches, tab turns, esc closes"
        with frame:
            yield Input(placeholder="search keys and glossary", compact=True)
            yield self._list

    def on_mount(self) -> None:
        """Begin with the keys."""
        self._show(self._keys)

    def _draw(self, width: int) -> list[Line]:
        lines = help_lines(self._shown, width, self._ink)
        return lines or [[Segment("Nothing has these words.", self._ink.warning)]]

    def _show(self, sections: list[Section]) -> None:
        """Show sections from their top."""
        self._shown = sections
        title = {id(self._keys): "keys", id(self._words): "glossary"}.get(id(sections), "found")
        other = "glossary" if title == "keys" else "keys"
        frame = self.query_one(Vertical)
        frame.border_title = title if title == "found" else f"{title} (tab: {other})"
        self._list.redraw()
        self._list.see(0, 0)

    @on(Input.Changed)
    def _follow(self, event: Input.Changed) -> None:
        """Show what holds the typed words, of keys and words alike."""
        words = event.value.lower().split()
        found = [section.with_words(words) for section in (*self._keys, *self._words)]
        self._show(found if words else self._keys)

    @on(Input.Submitted)
    def _read_on(self) -> None:
        """Let the arrows, and all other keys, go to what was found."""
        self.set_focus(None)

    def action_search(self) -> None:
        """Open the line to search with."""
        self.add_class("-searching")
        self.query_one(Input).focus()

    def action_turn(self) -> None:
        """Turn to the other page; from what was found, to the keys."""
        self.remove_class("-searching")
        self.set_focus(None)
        self.query_one(Input).value = ""
        self._show(self._words if self._shown is self._keys else self._keys)

    def action_ask_again(self) -> None:
        """Turn from the keys to the words, and from there back to the panes."""
        if self._shown is self._words:
            self.action_leave()
        else:
            self.action_turn()

    def action_leave(self) -> None:
        """Go back to the panes."""
        if self.is_current:
            self.dismiss()

    def action_scroll(self, lines: int) -> None:
        """Scroll by so many lines."""
        self._list.scroll_by(lines)
