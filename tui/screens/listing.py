"""Rows of a box that scroll, drawn for the width that there is, in the styles of the panes."""

from collections.abc import Callable

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.terminal.drawing import Ink, Line


class Listing(ScrollView, can_focus=False):
    """Rows of text; the mouse scrolls them, and a click names one.

    Parameters
    ----------
    draw : callable
        Returns all rows for a width.
    ink : Ink
        How to write them.
    """

    DEFAULT_CSS = """
    Listing {
        width: 100%; height: 1fr; background: $background; overflow-x: hidden;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    """

    class Clicked(Message):
        """A row was clicked."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row
            """Its number, from the first row on."""

    def __init__(self, draw: Callable[[int], list[Line]], ink: Ink, *, id: str | None = None):
        super().__init__(id=id)
        self._draw = draw
        self._ink = ink
        self._lines: list[Line] = []

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()

    def redraw(self) -> None:
        """Draw all rows again."""
        width = self.scrollable_content_region.width
        self._lines = self._draw(width)
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def see(self, first: int, last: int) -> None:
        """Scroll no farther than it takes to see rows; the first of them, if not all fit."""
        height = self.scrollable_content_region.height
        self.scroll_to(y=min(first, max(self.scroll_offset.y, last - height + 1)), animate=False)

    def scroll_by(self, rows: int) -> None:
        """Scroll by so many rows."""
        self.scroll_relative(y=rows, animate=False)

    def render_line(self, y: int) -> Strip:
        """Return a row."""
        row = self.scroll_offset.y + y
        line = self._lines[row] if row < len(self._lines) else []
        return self._ink.strip(line, self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Name the row under the mouse."""
        self.post_message(self.Clicked(self.scroll_offset.y + event.y))
