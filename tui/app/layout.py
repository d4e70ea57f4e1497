"""The board that the panes lie on: all of them, or one alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.containers import Container
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from core import Snapshot
from core.quantities import Quantity, substeps_of
from core.quantities import quantity_of as quantity_of_part
from tui.panes.pane import Introduced, Pane
from tui.panes.room import LOWER, SIDE_BY_SIDE, UPPER, Arrangement, places
from tui.view.selection import quantity_of
from tui.view.view import SwitchComparison, View
from tui.words.looking import alone
from tui.words.phrases import Lines

if TYPE_CHECKING:
    from tui.app.app import NapkinApp

_MOST_FRAMES = 5
"""That a pane without any room is waited for."""
_EXPLAIN = "explain"
"""The pane that leaves the focus on the number that it explains."""
_LAB = "lab"
"""The pane whose number is explained in its place."""


class Board(Container):
    """The panes, each with the room that it has a use for; one of them may have all of it."""

    def __init__(self, *panes: Pane, id: str) -> None:
        super().__init__(*panes, id=id)
        self._opened, self._alone = "", ""
        self._beside = self._last = UPPER[0]
        self._regions: dict[str, Region] = {}
        self._layout = _ByNeed()

    @property
    def layout(self) -> Layout:
        """What places the panes."""
        return self._layout

    # -- which panes there are --------------------------------------------------------------------

    @property
    def panes(self) -> dict[str, Pane]:
        """All panes by name, in the order of tab."""
        return {pane.id or "": pane for pane in self.children if isinstance(pane, Pane)}

    @property
    def focused(self) -> str:
        """The name of the focused pane; empty if it is none."""
        focused = self.screen.focused
        return focused.id or "" if isinstance(focused, Pane) else ""

    def regions(self, size: Size) -> dict[str, Region]:
        """Return where each pane that is to be seen lies on so much room."""
        stacked = self.app.size.width < SIDE_BY_SIDE
        arrangement = Arrangement(self._beside, self._opened, self._alone, stacked)
        return places(size, arrangement, {name: pane.room for name, pane in self.panes.items()})

    def lay_out(self, size: Size) -> dict[str, Region]:
        """Place the panes, as the layout asks for it."""
        self._regions = self.regions(size)
        return self._regions

    def fit(self) -> None:
        """Show the panes that are to be seen; lay them out again only if any lies elsewhere."""
        regions = self.regions(self.size)
        for name, pane in self.panes.items():
            pane.display = name in regions
        if regions != self._regions:
            self._regions = regions
            # A widget keeps how it arranged its children until a child asks for another layout.
            self.panes[next(iter(regions))].refresh(repaint=False, layout=True)

    def on_resize(self) -> None:
        """Choose the panes for another size, and keep in sight what was looked at."""
        self.fit()
        self._keep_in_sight(self._opened, self.focused)

    def _keep_in_sight(self, *names: str) -> None:
        """Scroll to panes, as far as there is room for them; the last one matters most."""

        def scroll() -> None:
            for name in names:
                if name in self._regions:
                    region = self._regions[name]
                    self.scroll_to_region(region, animate=False, immediate=True)

        self.call_after_refresh(scroll)

    def eye(self, name: str) -> Region:
        """Return where on the screen a pane is looked at; or the focused one, if it is hidden."""
        seen = [each for each in (name, self.focused, self._beside) if each in self._regions]
        return self.panes[seen[0]].eye

    # -- the focus --------------------------------------------------------------------------------

    def follow(self, focused: Widget | None) -> None:
        """Keep in sight what the focus has come to."""
        if isinstance(focused, Pane) and focused.id in (*UPPER, *LOWER):
            self._last = self._beside = focused.id
            self.fit()

    def go(self, by: int) -> tuple[str, ...]:
        """Go to the next pane or the one before; return the panes that make room for it.

        Where one is shown alone, the next one is shown alone then.
        """
        names, before = self._reachable(), self._regions
        here = names.index(self.focused) if self.focused in names else -by
        name = names[(here + by) % len(names)]
        if self._alone:
            self._alone = name
        self._focus(name)
        return tuple(each for each in before if each not in self._regions and not self._alone)

    def _reachable(self) -> list[str]:
        """Return the panes that tab goes to.

        On a small terminal the network stays in sight beside what is looked at together with it.
        """
        names = [name for name in self.panes if name in (*UPPER, *LOWER, self._opened)]
        if not self._opened or self._opened == _EXPLAIN or self._alone:
            return names
        return [name for name in names if name not in LOWER or name in self._regions]

    def _focus(self, name: str) -> None:
        """Bring a pane in sight, and have the keys go to it."""
        pane = self.panes[name]
        self.follow(pane)
        self.fit()
        # At once: keys that wait already are for it.
        self.screen.set_focus(pane, scroll_visible=False)
        self._keep_in_sight(name)

    # -- what keys open, and show alone -----------------------------------------------------------

    @property
    def is_zoomed(self) -> bool:
        """Whether a pane is shown alone."""
        return bool(self._alone)

    @property
    def is_changed(self) -> bool:
        """Whether a pane was opened, or is shown alone."""
        return bool(self._opened or self._alone)

    @property
    def has_opened(self) -> bool:
        """Whether a pane that a key opens is open."""
        return bool(self._opened)

    def shows(self, name: str) -> bool:
        """Whether a pane that a key opens is open."""
        return self._opened == name

    def switch_opened(self, name: str) -> bool:
        """Open a pane beside the others, or close it; one that another hides comes in sight.

        Returns
        -------
        bool
            Whether it is open now.
        """
        is_open = self.shows(name) and self._alone in ("", name)
        in_its_place = self.focused == self._opened and {name, self._opened} == {_EXPLAIN, _LAB}
        is_alone = in_its_place and self.is_zoomed
        self.close_opened()
        if is_open:
            return False
        self._opened, self._alone = name, name if is_alone else ""
        if name == _EXPLAIN and not in_its_place:
            self.fit()
        else:  # its keys are what it is opened for, and the network what it is about
            self._beside = self._beside if self._beside in UPPER else UPPER[1]
            self._focus(name)
        self.call_after_refresh(self.panes[name].draw_again)
        self._keep_in_sight(self._beside, name)
        return True

    async def until_drawn(self, name: str) -> None:
        """Wait for a pane's first frame: what its keys do depends on how it is laid out."""
        for _ in range(_MOST_FRAMES):
            if self.panes[name].is_drawn:
                return
            refreshed = asyncio.Event()
            self.screen.call_after_refresh(refreshed.set)
            await refreshed.wait()

    def close_opened(self) -> None:
        """Close the pane that a key has opened; its focus goes back to where it was."""
        if not self._opened:
            return
        if self._alone == self._opened:
            self._alone = ""
        had_focus = self.focused == self._opened
        self._opened, self._beside = "", self._last
        if had_focus:
            if self._alone:
                self._alone = self._last
            self._focus(self._last)
        self.fit()
        self._keep_in_sight(self.focused)

    def switch_zoom(self) -> None:
        """Show the focused pane alone, or all of them again."""
        if self.is_zoomed:
            self.end_zoom()
        elif self.focused:
            self._alone = self.focused
            self.fit()

    def end_zoom(self) -> None:
        """Show all panes."""
        if self._alone:
            self._alone = ""
            self.fit()
            self._keep_in_sight(self.focused)


class _ByNeed(Layout):
    """Places the panes of a board by what they have to show."""

    name = "by need"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Return where each child lies; one that is not to be seen has no place."""
        assert isinstance(parent, Board)
        regions = parent.lay_out(size)
        return [
            WidgetPlacement(regions[child.id], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id in regions
        ]


_NAMES = {
    "image": "the selected image", "network": "the network", "loss": "the loss",
    "cost": "the cost", "explain": "explain", "valley": "the loss landscape",
    "map": "the prediction map", "data": "the data", "lab": "the lab",
}  # fmt: skip
"""What panes are called in a sentence."""


def go(app: NapkinApp, by: int) -> None:
    """Go to the next pane or the one before; say so where others are hidden for it."""
    if hidden := app.board.go(by):
        back = "shift+tab" if by > 0 else "tab"
        app.controller.note(
            (
                f"The panes {' and '.join(hidden)} are hidden: there is no room for them here.",
                f"Press {back} to go back to them, or esc to see all panes.",
            )
        )


def switch_zoom(app: NapkinApp) -> None:
    """Show the focused pane alone, or all of them again, and say so."""

    def words() -> Lines:
        name = "" if app.focused is None else app.focused.id or ""
        return alone(_NAMES.get(name, name))

    app.board.switch_zoom()
    app.controller.introduce(words if app.board.is_zoomed else None)


def switch_comparison(app: NapkinApp) -> None:
    """Show the difference of the two gradients, or the update again, and say so."""
    app.controller.change_view(SwitchComparison())
    if app.view.compares:
        app.introduce(Introduced(app.query_one("#network", Pane)))
    else:
        app.controller.introduce(None)


def selected(focused: Widget | None, view: View, now: Snapshot | None) -> Quantity | None:
    """Return the number that is selected: while single-stepping a part's, else one of the focused
    pane; the lab's has no part."""
    if now is None:
        return None
    is_of_lab = isinstance(focused, Pane) and focused.id == _LAB
    if view.substep is not None and not is_of_lab:
        substeps = substeps_of(now)
        substep = substeps[min(view.substep, len(substeps) - 1)]
        last = now.architecture.parameter_count - 1
        return quantity_of_part(substep, now, min(view.parameter, last))
    if isinstance(focused, Pane):
        return quantity_of(focused.id or "", view, now, focused.inner_size[1])
    return None
