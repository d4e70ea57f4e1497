"""A line to type a path in, with what could be meant below it."""

import os
import re
import shlex
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Literal, TypeAlias

from rich.segment import Segment
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from core.structs import Struct
from tui.files.session_files import SUFFIX, absolute
from tui.terminal.glyphs import POINTER, ascii_only
from tui.words.phrases import printable

_SUFFIXES = (SUFFIX, ".json")
_SCANNED = 5_000
"""Entries of a folder that are read."""
_SHOWN = 200
"""Entries that are offered."""
HINT = "enter: accept, tab: complete, esc: cancel"
_ESCAPED = re.compile(r"\\[^\w\\/]")
"""A mark that means something to a shell, and does not with a backslash before it."""
Take: TypeAlias = Callable[[str], Awaitable[str | None]]
"""Does what is to be done with a path that was typed; gives the words of a refusal, or None."""


class Known(Struct):
    """A file that is offered before anything is typed."""

    words: str
    """What to call it."""
    path: str
    """Where it is."""


class Offers(OptionList):
    """What could be meant, with a mark before the chosen one; a page of it is only gone over where
    there is room for one.

    Parameters
    ----------
    mark : str
        Stands before the chosen one.
    """

    def __init__(self, mark: str) -> None:
        super().__init__(compact=True)
        self._mark = f"{mark} "

    def _get_left_gutter_width(self) -> int:
        return len(self._mark)

    def render_line(self, y: int) -> Strip:
        """Return a row, with the mark or the blanks before it."""
        strip, row = super().render_line(y), self.scroll_offset.y + y
        if row >= len(self._lines):
            return strip
        is_chosen = self._lines[row] == (self.highlighted, 0)
        mark = self._mark if is_chosen else " " * len(self._mark)
        return Strip([Segment(mark, self.rich_style), *strip])

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self.scrollable_content_region.area:
            super()._move_page(direction)


class PathScreen(ModalScreen[None]):
    """Ask for a file; it closes once what is done with it has worked.

    Parameters
    ----------
    title : str
        What the file is for.
    text : str
        What stands there at first.
    known : sequence of Known
        What is offered while nothing is typed.
    take : callable
        Does what is to be done with what was typed.
    answer : str
        What stands below at first.
    unicode : bool
        Whether more than ASCII may be written.
    """

    BINDINGS = [
        Binding("escape", "cancel", "cancel", tooltip="Close this box; change nothing."),
        Binding(
            "tab",
            "complete",
            "complete",
            priority=True,
            tooltip="Complete the name as far as it is unambiguous.",
        ),
        Binding("down", "choose", "choose", tooltip="Choose from the list."),
    ]
    DEFAULT_CSS = """
    PathScreen { align: center middle; }
    PathScreen Vertical {
        width: 76; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
        background: $surface; border: round $accent;
    }
    PathScreen Input { border: none; height: 1; padding: 0; }
    PathScreen OptionList {
        border: none; height: auto; max-height: 10; padding: 0; background: $surface;
        scrollbar-size-vertical: 1;
    }
    PathScreen Label { width: 100%; }
    """

    def __init__(
        self,
        title: str,
        text: str,
        known: Sequence[Known],
        take: Take,
        answer: str = HINT,
        *,
        unicode: bool,
    ) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._known = known
        self._take = take
        self._answer = answer
        self._ascii = not unicode
        self._offered: list[str] = []
        self._is_taking = False

    def compose(self) -> ComposeResult:
        """Return the words, the line, the list, and room for an answer."""
        with Vertical():
            yield Label(self._written(self._title))
            yield Input(self._text, select_on_focus=True, compact=True)
            yield Offers(self._written(POINTER).plain)
            yield Label(self._written(self._answer), id="answer")

    def on_mount(self) -> None:
        """Offer what is known."""
        self._offer("" if self._known else self._text)

    def _written(self, words: str) -> Text:
        return Text(ascii_only(words) if self._ascii else words)

    @on(Input.Changed)
    def _follow(self, event: Input.Changed) -> None:
        """Offer what could be meant."""
        if event.value != self._text:
            self._text = event.value
            self._offer(event.value)

    def _offer(self, text: str) -> None:
        options = self.query_one(OptionList)
        if text or not self._known:
            self._offered = following(text)
            words = [printable(path) for path in self._offered]
        else:
            self._offered = [known.path for known in self._known]
            words = [known.words for known in self._known]
        options.clear_options()
        options.add_options(Option(self._written(line)) for line in words)
        options.display = bool(words)

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self._begin(event.value)
        else:
            self.refuse("type the name of a file")

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        """Go into a folder, or take a file."""
        path = self._offered[event.option_index]
        if path.endswith("/"):
            self._type(path)
        else:
            self._begin(path)

    def _type(self, text: str) -> None:
        line = self.query_one(Input)
        line.value = text
        line.cursor_position = len(text)
        self.set_focus(line)  # at once: the next key may be there already

    def _begin(self, text: str) -> None:
        """Carry the task out, unless it is running already."""
        if self._is_taking or not self.is_current:
            return
        self._is_taking = True
        self.refuse("…")
        self.run_worker(self._carry_out(text), exit_on_error=True)

    async def _carry_out(self, text: str) -> None:
        try:
            refusal = await self._take(text)
        finally:
            self._is_taking = False
        if self.app.screen is not self:  # it was left meanwhile, and nobody reads the answer
            return
        if refusal is not None:
            self.refuse(refusal)
        else:
            self.dismiss(None)

    def refuse(self, words: str) -> None:
        """Show why not, or that it takes a while."""
        self.query_one("#answer", Label).update(self._written(words))

    def action_complete(self) -> None:
        """Complete the typed text as far as it is unambiguous."""
        line = self.query_one(Input)
        self._type(completed(line.value))

    def action_choose(self) -> None:
        """Go down into the list."""
        options = self.query_one(OptionList)
        if options.option_count:
            self.set_focus(options)
            options.highlighted = 0

    def action_cancel(self) -> None:
        """Close it with nothing done."""
        if self.is_current:
            self.dismiss(None)


def meant(text: str) -> str:
    """Return the whole path that a text means: as it is typed, or as a terminal drops a file.

    A terminal quotes the name, or marks its blanks with a backslash, and adds a blank; some give an
    address. A file that is called just so goes first.
    """
    path = absolute(os.path.expanduser(text))
    if os.path.lexists(path):
        return path
    return absolute(os.path.expanduser(_undropped(text.strip())))


def _undropped(text: str) -> str:
    """Return the path that a terminal has dropped, with its quotes and backslashes taken away."""
    if text.startswith("file://"):
        from urllib.parse import unquote, urlsplit

        return unquote(urlsplit(text.replace("?", "%3F").replace("#", "%23")).path)
    if text[:1] in ("'", '"') or _ESCAPED.search(text):
        with suppress(ValueError):  # a quote that is not closed stands for itself
            words = shlex.split(text)
            if len(words) == 1:
                return words[0]
    return text


def named(text: str) -> str:
    """Return the whole path of a file to save in: a name with no ending gets one."""
    path = meant(text)
    return path if "." in os.path.basename(path).lstrip(".") else path + SUFFIX


def if_there(path: str) -> str:
    """Return the question whether a file may be replaced; nothing if it is not there."""
    there = os.path.lexists(path)
    return "this file exists: press enter again to replace it" if there else ""


def for_new_file(
    write: Take,
    path_of: Callable[[str], str] = meant,
    question: Callable[[str], str] = if_there,
    shown: str | None = None,
) -> Take:
    """Return what writes a file that was named, but one that is there only once it is named again.

    Parameters
    ----------
    write : Take
        Writes it, given its whole path.
    path_of : callable
        Gives the whole path that a text stands for.
    question : callable
        Gives what to ask before a path is written; nothing if it may be with no question.
    shown : str, optional
        A path of which that stands in the box already.
    """
    asked = {shown}

    async def take(text: str) -> str | None:
        path = path_of(text)
        if text.rstrip().endswith("/"):
            return "this is a folder: add the name of a file"
        if path not in asked and (words := question(path)):
            asked.add(path)
            return words
        return await write(path)

    return take


def following(text: str) -> list[str]:
    """Return the texts that this one could be the beginning of: folders, and files of sessions."""
    folder, begun = os.path.split(text)
    found: list[tuple[bool, str]] = []
    with suppress(OSError, ValueError), os.scandir(meant(folder or ".")) as entries:
        for entry in islice(entries, _SCANNED):
            name = entry.name
            # A hidden one only for who asks for it; one that cannot be typed not at all.
            if not name.startswith(begun) or name[:1] == "." != begun[:1] or not name.isprintable():
                continue
            with suppress(OSError):
                if entry.is_dir():
                    found.append((False, os.path.join(folder, name) + "/"))
                elif name.endswith(_SUFFIXES):
                    found.append((True, os.path.join(folder, name)))
    return [name for _, name in sorted(found)[:_SHOWN]]


def completed(text: str) -> str:
    """Complete a text as far as it is unambiguous."""
    ways = following(text)
    if not ways:
        return text
    first, last = min(ways), max(ways)
    same = len(text)
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]
