"""The palette: commands by group, found by their names, other words for them, or their keys."""

import re
from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from core.structs import Struct
from tui.screens.listing import Listing
from tui.terminal.drawing import Ink, Line, wrapped
from tui.terminal.glyphs import POINTER

_NOTHING = "No command has these words. Press backspace, or esc to close."
_PAGE = 10
"""Entries that a page key goes over."""


class Entry(Struct):
    """A command in the palette."""

    group: str
    """The heading that it is listed under."""
    name: str
    """What it does, in a few words; the first is a verb."""
    do: Callable[[], object]
    """Does it; a coroutine is waited for."""
    key: str = ""
    """Its keys, if it has any."""
    about: str = ""
    """A sentence about it."""
    also: str = ""
    """Other words that find it."""


def found(entries: Sequence[Entry], text: str) -> list[Entry]:
    """Return the entries that a text finds, the nearest first.

    A key finds its command. A word finds what has a word in its name that begins so, then what is
    also called so, then what has it in its description. Of several words each must be there.
    """
    words = text.lower().split()
    ranked = [(_distance(entry, text.strip(), words), entry) for entry in entries]
    near = [(distance, entry) for distance, entry in ranked if distance is not None]
    return [entry for _, entry in sorted(near, key=lambda each: each[0])]


def _distance(entry: Entry, text: str, words: list[str]) -> int | None:
    """Return how far a text is from an entry: 0 is its key or its name; None: another one."""
    if text in entry.key.split() or text.lower() == entry.name.lower():
        return 0
    known: list[str] = []
    for distance, more in enumerate((entry.name, f"{entry.also} {entry.group}", entry.about), 1):
        known += _words(more)
        if all(any(each.startswith(word) for each in known) for word in words):
            return distance
    return None


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.lower())


class PaletteScreen(ModalScreen[Entry | None]):
    """A line to type in, with what is found below it; gives the entry that was chosen, or None.

    Parameters
    ----------
    title : str
        What is looked for.
    entries : sequence of Entry
        All that can be found, group by group.
    ink : Ink
        How to write.
    """

    BINDINGS = [
        Binding("escape", "leave", "close", tooltip="Close the palette; do nothing."),
        Binding("down", "move(1)", "next", show=False),
        Binding("up", "move(-1)", "before", show=False),
        Binding("pagedown", f"move({_PAGE})", "page down", show=False),
        Binding("pageup", f"move(-{_PAGE})", "page up", show=False),
    ]
    DEFAULT_CSS = """
    PaletteScreen { align: center middle; }
    PaletteScreen Vertical {
        width: 100%; max-width: 84; height: 100%; max-height: 44; padding: 0 1;
        background: $background; border: round $accent;
    }
    PaletteScreen Input {
        border: none; height: 1; padding: 0; background: $background;
    }
    PaletteScreen #found { margin: 1 0; }
    PaletteScreen #about { height: 2; }
    PaletteScreen.-short #about { display: none; }
    PaletteScreen.-short #found { margin: 0; }
    """

    def __init__(self, title: str, entries: Sequence[Entry], ink: Ink) -> None:
        super().__init__()
        self._title = title
        self._entries = list(entries)
        self._found = self._entries
        self._ink = ink
        self._place = 0
        self._rows: list[int | None] = []
        self._list = Listing(self._draw, ink, id="found")
        self._about = Listing(self._draw_about, ink, id="about")

    def compose(self) -> ComposeResult:
        """Return the line, the list, and room for a sentence about the chosen entry."""
        frame = Vertical()
        frame.border_title = self._title
        frame.border_subtitle = "enter does it, arrows choose, esc closes"
        with frame:
            yield Input(placeholder="type a part of its name", compact=True)
            yield self._list
            yield self._about

    def _draw(self, width: int) -> list[Line]:
        """Return the rows of the list: under its heading, or the nearest first once one types."""
        lines: list[Line] = []
        self._rows = []
        if not self._found:
            lines = [[Segment(row, self._ink.warning)] for row in wrapped(_NOTHING, width)]
        group = "" if self._found is self._entries else None
        for place, entry in enumerate(self._found):
            if group is not None and entry.group != group:
                group = entry.group
                lines += [[]] * bool(lines) + [[Segment(group, self._ink.strong)]]
                self._rows += [None] * (len(lines) - len(self._rows))
            rows = self._entry(entry, width, place == self._place)
            lines += rows
            self._rows += [place] * len(rows)
        return lines

    def _entry(self, entry: Entry, width: int, is_chosen: bool) -> list[Line]:
        """Return the rows of an entry: its name, in more rows where it is long, and its keys."""
        ink = self._ink
        room = max(1, width - 4 - len(entry.key))
        style, key = (ink.selected, ink.selected) if is_chosen else (ink.text, ink.key)
        pointer = Segment(f"{POINTER} " if is_chosen else "  ", ink.key)
        first, *rest = wrapped(entry.name, room)
        return [
            [pointer, Segment(f"{first.ljust(room)}  ", style), Segment(entry.key, key)],
            *([Segment("  ", ink.text), Segment(row.ljust(width - 2), style)] for row in rest),
        ]

    def _draw_about(self, width: int) -> list[Line]:
        about = self._found[self._place].about if self._found else ""
        return [[Segment(row, self._ink.dim)] for row in wrapped(about, width)]

    def _choose(self, place: int) -> None:
        """Choose an entry, and have it in sight with its heading."""
        self._place = max(0, min(place, len(self._found) - 1))
        self._list.redraw()
        self._about.redraw()
        if self._place in self._rows:
            rows = [y for y, row in enumerate(self._rows) if row == self._place]
            is_below_heading = rows[0] > 0 and self._rows[rows[0] - 1] is None
            self._list.see(rows[0] - is_below_heading, rows[-1])

    @on(Input.Changed)
    def _follow(self, event: Input.Changed) -> None:
        """Find what was typed."""
        text = event.value.strip()
        self._found = found(self._entries, text) if text else self._entries
        self._choose(0)

    @on(Input.Submitted)
    def _take(self) -> None:
        """Give the chosen entry."""
        if self.is_current and self._found:
            self.dismiss(self._found[self._place])

    @on(Listing.Clicked)
    def _take_clicked(self, event: Listing.Clicked) -> None:
        """Give the entry under the mouse."""
        place = self._rows[event.row] if event.row < len(self._rows) else None
        if place is not None:
            self._choose(place)
            self._take()

    def action_move(self, by: int) -> None:
        """Go to another entry."""
        self._choose(self._place + by)

    def action_leave(self) -> None:
        """Do nothing."""
        if self.is_current:
            self.dismiss(None)
