"""The board that the panes lie on: all of them, or one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container, Horizontal
from textual.widget import Widget

from core import Snapshot
from core.explain import Quantity, substeps_of
from core.explain import quantity_of as quantity_of_part
from tui.panes.pane import Introduced, Pane
from tui.view.selection import quantity_of
from tui.view.view import SwitchComparison, View
from tui.words.looking import alone
from tui.words.phrases import Lines

if TYPE_CHECKING:
    from tui.app.app import NapkinApp

ROOM = 34
"""Rows of a terminal from which on an opened pane stands beside all others."""


class Board(Container):
    """Two rows of panes; on a projector, one of them may have all the room."""

    def on_resize(self) -> None:
        """Make room again: there may be more of it now, or less."""
        self.make_room(self.screen.focused)

    def switch_zoom(self) -> None:
        """Show the focused pane alone, or all of them again."""
        focused = self.app.focused
        if self.has_class("-zoomed"):
            self.end_zoom()
        elif isinstance(focused, Pane):
            self._zoom(focused)

    def _zoom(self, pane: Pane) -> None:
        """Show a pane alone."""
        self.add_class("-zoomed")
        kept = (pane, pane.parent)
        for widget in self.query("Pane, Horizontal"):
            widget.set_class(widget not in kept, "-hidden")

    def reachable(self) -> list[Pane]:
        """Return the panes that tab goes to, in order, also those that have made room."""
        return [
            pane
            for pane in self.query(Pane)
            if pane.parent is not None and (pane.parent.id != "opened" or pane.has_class("-shown"))
        ]

    def go(self, by: int) -> None:
        """Go to the next pane or the one before; where one is shown alone, show that one."""
        panes, zoomed, focused = self.reachable(), self.has_class("-zoomed"), self.app.focused
        place = panes.index(focused) if isinstance(focused, Pane) and focused in panes else -by
        following = panes[(place + by) % len(panes)]
        if zoomed:
            self.end_zoom()
        self.make_room(following)
        self.screen.set_focus(following)  # at once: keys that wait already are for it
        if zoomed:
            self._zoom(following)

    @property
    def is_changed(self) -> bool:
        """Whether a pane was opened, or is shown alone."""
        return self.has_class("-opened") or self.has_class("-zoomed")

    def shows(self, name: str) -> bool:
        """Whether a pane that a key opens is open."""
        return self.query_one(f"#{name}", Pane).has_class("-shown")

    def switch_opened(self, name: str) -> bool:
        """Open a pane beside the others, or close it; one that another hides comes in sight.

        Returns
        -------
        bool
            Whether it is open now.
        """
        wanted, focused = self.query_one(f"#{name}", Pane), self.app.focused
        is_open = self.has_class("-opened") and wanted.has_class("-shown")
        is_open = is_open and not wanted.has_class("-hidden")
        self.close_opened()
        if not is_open:
            self.end_zoom()
            self.add_class("-opened")
            wanted.add_class("-shown")
            if focused not in list(self.query("#opened Pane")):
                self.make_room(focused)  # a focus that closing moves on makes room as it arrives
            self.call_after_refresh(wanted.draw_again)
        return not is_open

    def focus_opened(self, name: str) -> None:
        """Focus a pane that was opened, if it is still open."""
        pane = self.query_one(f"#{name}", Pane)
        if pane.has_class("-shown"):
            self.screen.set_focus(pane)  # at once: keys that wait already are for it

    def close_opened(self) -> None:
        """Close the pane that a key has opened, also where it is shown alone."""
        if any(not pane.has_class("-hidden") for pane in self.query("#opened Pane.-shown")):
            self.end_zoom()
        for pane in self.query("#opened Pane"):
            if pane.has_focus:
                self.screen.focus_next()
            pane.remove_class("-shown")
        self.remove_class("-opened")
        self.make_room(None)

    def make_room(self, focused: Widget | None) -> None:
        """On a small terminal, let an opened pane take the place of the row without the focus."""
        rows = list(self.query("#top, #bottom").results(Horizontal))
        small = self.app.size.height < ROOM
        self.set_class(small, "-small")
        here = [row for row in rows if focused is not None and row in focused.ancestors]
        if not self.has_class("-opened") or not small:
            here = rows
        elif not here:
            if any(row.has_class("-away") for row in rows):
                return
            here = rows[:1]  # the terminal has just become small, or the pane was opened elsewhere
        for row in rows:
            row.set_class(row not in here, "-away")

    def end_zoom(self) -> None:
        """Show all panes."""
        self.remove_class("-zoomed")
        for row in self.query(Horizontal):
            row.remove_class("-hidden")
        for pane in self.query(Pane):
            pane.remove_class("-hidden")
        if (focused := self.screen.focused) is not None:
            self.call_after_refresh(focused.scroll_visible, animate=False)


_NAMES = {
    "image": "the selected image", "network": "the network", "loss": "the loss",
    "cost": "the cost", "explain": "explain", "valley": "the loss landscape",
    "map": "the prediction map", "data": "the data",
}  # fmt: skip
"""What panes are called in a sentence."""


def switch_zoom(app: NapkinApp) -> None:
    """Show the focused pane alone, or all of them again, and say so."""

    def words() -> Lines:
        name = "" if app.focused is None else app.focused.id or ""
        return alone(_NAMES.get(name, name))

    app.board.switch_zoom()
    app.controller.introduce(words if app.board.has_class("-zoomed") else None)


def switch_comparison(app: NapkinApp) -> None:
    """Show the difference of the two gradients, or the update again, and say so."""
    app.controller.change_view(SwitchComparison())
    if app.view.compares:
        app.introduce(Introduced(app.query_one("#network", Pane)))
    else:
        app.controller.introduce(None)


def selected(focused: Widget | None, view: View, now: Snapshot | None) -> Quantity | None:
    """Return the number that is selected: while single-stepping a part's, else one of the focused
    pane."""
    if now is None:
        return None
    if view.substep is not None:
        substeps = substeps_of(now)
        substep = substeps[min(view.substep, len(substeps) - 1)]
        last = now.architecture.parameter_count - 1
        return quantity_of_part(substep, now, min(view.parameter, last))
    if isinstance(focused, Pane):
        return quantity_of(focused.id or "", view, now, focused.inner_size[1])
    return None
