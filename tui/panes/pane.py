"""What all panes are: a frame with rows of text, drawn again when the run or the view changes.

A pane draws its frame itself, as rows like any other, because its title changes with every step:
Textual's own border would repaint the whole pane for that.
"""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from core import Change, Snapshot
from core.images import Example, Image
from core.settings import Reshape
from tui.panes.room import Room
from tui.terminal.drawing import Ink, Line, width_of
from tui.terminal.glyphs import DOWN, FRAME, HEAVY_FRAME, UP
from tui.terminal.repaint import stretches
from tui.terminal.styles import plain_ink
from tui.view.view import Pace, View, ViewChange
from tui.words.phrases import Lines

_WHEEL = 2
"""Rows that the wheel scrolls."""


class Requested(Message):
    """A person asks for a change, of the run or of what is looked at; the app carries it out."""

    def __init__(self, change: Change | ViewChange | Reshape) -> None:
        super().__init__()
        self.change = change


class RemovalWanted(Message):
    """A person wants to take out the training image that is looked at.

    Parameters
    ----------
    following : tuple of Image and Example, optional
        The image to look at then.
    """

    def __init__(self, following: tuple[Image, Example] | None) -> None:
        super().__init__()
        self.following = following


class Introduced(Message):
    """A pane shows something new, and is to be introduced below the panes."""

    def __init__(self, pane: "Pane") -> None:
        super().__init__()
        self.pane = pane


class Noted(Message):
    """A key has changed how a pane shows something; its lines say what, until the next key."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self.lines = lines


class Refused(Message):
    """A key changes nothing; its problem says why."""

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem


class Rows(Widget):
    """Rows of text, of which only the cells that came out differently are sent to the terminal.

    It gets its data from the app; a subclass gives `draw`.
    """

    snapshot: var[Snapshot | None] = var[Snapshot | None](None, init=False)
    view: var[View] = var(View(), init=False)
    pace: var[Pace] = var(Pace(), init=False)
    ink: var[Ink] = var(plain_ink(unicode=True), init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._strips: list[Strip] = []
        self._drawn: object = None
        self._size_drawn: Size | None = None

    def shown(self, snapshot: Snapshot) -> object:
        """Return what the rows depend on; while it stays equal, nothing is drawn."""
        return snapshot, self.view

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Return the rows for so much room."""
        raise NotImplementedError

    def lines(self, snapshot: Snapshot) -> list[Line]:
        """Return all rows of the widget, one for each cell of its height."""
        return self.draw(snapshot, self.size.width, self.size.height)

    def strip(self, line: Line, width: int) -> Strip:
        """Return a row exactly so wide."""
        return self.ink.strip(line, width)

    def watch_snapshot(self) -> None:
        """Draw the new moment."""
        self.redraw()

    def watch_view(self) -> None:
        """Draw what is looked at now; a new image as soon as the snapshot has its reading."""
        if self.snapshot is not None and self.snapshot.reading.image == self.view.image:
            self.redraw()

    def watch_pace(self) -> None:
        """Draw how fast it goes."""
        self.redraw()

    def watch_ink(self) -> None:
        """Draw in the new colours."""
        self.redraw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()

    def draw_again(self) -> None:
        """Draw, because something changed that the snapshot and the view do not tell."""
        self._drawn = None
        self.redraw()

    def redraw(self) -> None:
        """Draw all rows; have the cells repainted that came out differently."""
        if self.snapshot is None or not self.display:
            return
        size = width, height = self.size
        if not width or not height:
            return
        self._size_drawn = size
        frame = (self.shown(self.snapshot), size, self.ink, self.pace, self.has_focus)
        if frame == self._drawn:
            return
        self._drawn = frame
        before, self._lines = self._lines, self.lines(self.snapshot)[:height]
        resized = bool(self._strips) and self._strips[0].cell_length != width
        if resized or len(before) != len(self._lines):
            self._strips = [self.strip(line, width) for line in self._lines]
            self.refresh()
            return
        changed: list[Region] = []
        for y, line in enumerate(self._lines):
            if line != before[y]:
                old, self._strips[y] = self._strips[y], self.strip(line, width)
                changed += [
                    Region(first, y, end - first, 1)
                    for first, end in stretches(old, self._strips[y])
                ]
        if changed:
            self.refresh(*changed)

    @property
    def is_drawn(self) -> bool:
        """Whether the rows are drawn for the size that the widget has."""
        return bool(self.size) and self._size_drawn == self.size

    def render_line(self, y: int) -> Strip:
        """Return a row."""
        size = self.size
        if self._size_drawn != size:  # painted before it was told of its new size
            self.redraw()
        if size.width and y < len(self._strips):
            return self._strips[y]
        return Strip.blank(size.width, self.ink.text)


class Pane(Rows, can_focus=True):
    """Rows in a frame that shows what the pane is, and whether it is the one that keys go to."""

    SCROLLS: ClassVar[bool] = False
    """Whether keys and wheel scroll the content."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._top = 0
        self._content: list[Line] = []

    def title(self, snapshot: Snapshot) -> str:
        """Return the words in the frame's upper edge."""
        raise NotImplementedError

    def subtitle(self, snapshot: Snapshot) -> str:
        """Return the words in the frame's bottom border."""
        return ""

    def introduction(self, snapshot: Snapshot) -> Lines:
        """Return what it shows and what to press, for the lines below the panes."""
        return "", ""

    def hinted(self) -> list[Binding]:
        """Return the keys that the footer shows while the pane is focused."""
        return [each for each in self.BINDINGS if isinstance(each, Binding) and each.show]

    def room(self, width: int) -> Room:
        """Return how many rows the pane has a use for when it is so wide; live numbers do not
        matter."""
        return Room(9, 12)

    @property
    def eye(self) -> Region:
        """Where on the screen the eye is, if the pane is looked at."""
        return self.region

    @property
    def inner_size(self) -> tuple[int, int]:
        """Columns and rows inside the frame."""
        return max(0, self.size.width - 2), max(0, self.size.height - 2)

    def request(self, change: Change | ViewChange | Reshape) -> None:
        """Ask the app for a change: straight, so that no later key overtakes it on its way up."""
        self.app.post_message(Requested(change))

    def introduce(self) -> None:
        """Ask the app to introduce what a key has made it show."""
        self.app.post_message(Introduced(self))

    def note(self, first: str, second: str = "") -> None:
        """Have the app show two lines until the next key."""
        self.app.post_message(Noted((first, second)))

    def refuse(self, problem: str) -> None:
        """Have the app say why a key changes nothing."""
        self.app.post_message(Refused(problem))

    def watch_has_focus(self, value: bool) -> None:
        """Show the frame bright, or as the others'."""
        super().watch_has_focus(value)
        self.redraw()

    def place_of(self, event: events.MouseEvent) -> tuple[int, int] | None:
        """Return column and row of the content under the mouse; None on the frame."""
        width, height = self.inner_size
        x, y = event.x - 1, event.y - 1
        return (x, y + self._top) if 0 <= x < width and 0 <= y < height else None

    def show_row(self, row: int) -> None:
        """Scroll so that a row of the content is visible."""
        height = self.inner_size[1]
        if row < self._top or row >= self._top + height:
            self.scroll_rows(row - height // 2 - self._top)

    def scroll_rows(self, by: int) -> None:
        """Scroll the content down by so many rows, as far as there are any."""
        top = min(self._top + by, len(self._content) - self.inner_size[1])
        self._top = max(0, top)
        self.draw_again()

    def action_scroll(self, pages: int) -> None:
        """Scroll by the height of the pane."""
        self.scroll_rows(pages * max(1, self.inner_size[1] - 1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Do what the wheel does here."""
        self.turn_wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Do what the wheel does here."""
        self.turn_wheel(event, 1)

    def turn_wheel(self, event: events.MouseEvent, by: int) -> None:
        """Scroll the content, if it is one that scrolls: 1 is down, −1 is up."""
        if self.SCROLLS:
            self.scroll_rows(by * _WHEEL)

    def lines(self, snapshot: Snapshot) -> list[Line]:
        """Return the frame with what is visible of the content."""
        width, height = self.inner_size
        ink = self.ink
        if not width or not height:
            return []
        self._content = self.draw(snapshot, width, height)
        self._top = max(0, min(self._top, len(self._content) - height))
        visible = self._content[self._top : self._top + height]
        visible += [[] for _ in range(height - len(visible))]
        up, down = self._top > 0, self._top + height < len(self._content)
        # Where no colour can make the frame bright, heavy lines do.
        frame = HEAVY_FRAME if self.has_focus and not ink.colour else FRAME
        style = ink.focus if self.has_focus else ink.faint
        side = Segment(frame[3], style)
        rows = [self._edge(frame[:3], self.title(snapshot), width, style)]
        for y, line in enumerate(visible):
            more = UP if up and y == 0 else DOWN if down and y == height - 1 else ""
            right = Segment(more, style) if more else side
            rows.append([side, *_fitted(line, width, ink), right])
        rows.append(self._edge(frame[4:], self.subtitle(snapshot), width, style))
        return rows

    def _edge(self, frame: str, words: str, width: int, style: Style) -> Line:
        """Return an edge of the frame with words in it."""
        left, line, right = frame[0], frame[1], frame[2]
        if not words or width < 5:
            return [Segment(left + line * width + right, style)]
        words = f" {words} " if len(words) <= width - 3 else f" {words[: width - 4]}… "
        return [
            Segment(left, style),
            Segment(words, self.ink.strong if self.has_focus else self.ink.dim),
            Segment(line * (width - len(words)) + right, style),
        ]


def _fitted(line: Line, width: int, ink: Ink) -> Line:
    """Make a row exactly so wide."""
    used = width_of(line)
    if used > width:
        return list(Strip(line).crop(0, width))
    return [*line, Segment(" " * (width - used), ink.text)] if used < width else line
