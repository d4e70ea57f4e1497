"""The board that the panes lie on: all of them, or one alone."""

from textual.containers import Container, Horizontal
from textual.widget import Widget

from tui.panes.pane import Pane


class Board(Container):
    """Two rows of panes; on a projector, one of them may have all the room."""

    def switch_zoom(self, focused: Widget | None) -> None:
        """Show the focused pane alone, or all of them again."""
        if self.has_class("-zoomed"):
            self.end_zoom()
        elif isinstance(focused, Pane):
            self.add_class("-zoomed")
            for widget in self.query("Pane, Horizontal"):
                widget.set_class(widget is not focused and widget is not focused.parent, "-hidden")

    def end_zoom(self) -> None:
        """Show all panes."""
        self.remove_class("-zoomed")
        for row in self.query(Horizontal):
            row.remove_class("-hidden")
        for pane in self.query(Pane):
            pane.remove_class("-hidden")
        if (focused := self.screen.focused) is not None:
            self.call_after_refresh(focused.scroll_visible, animate=False)
