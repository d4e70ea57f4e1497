"""The app: it alone touches the run, and hands every pane what there is to see."""

import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from rich.console import RenderableType
from textual import events, on
from textual.app import ComposeResult, SystemCommand
from textual.command import CommandPalette
from textual.containers import Horizontal
from textual.driver import Driver
from textual.screen import Screen
from textual.scrollbar import ScrollBar

from core import TrainingConfig
from core.explain import parts_of
from core.explain import target_of as target_of_part
from core.run import first_image
from core.settings import PRESETS, Preset
from tui.app.footer import Footer
from tui.app.header import Header
from tui.app.keys import APP_BINDINGS
from tui.app.layout import Board
from tui.app.palette import Palette, commands
from tui.app.typing_numbers import NumberApp
from tui.panes.commentary import Commentary
from tui.panes.cost import CostPane
from tui.panes.image import ImagePane
from tui.panes.loss.loss import LossPane
from tui.panes.network.network import NetworkPane
from tui.panes.pane import Pane, Rows
from tui.terminal.driver import attentive
from tui.terminal.repaint import repaint_of
from tui.terminal.styles import PlainScrollBar, has_colours, ink_for, speaks_unicode
from tui.view.selection import target_of
from tui.view.view import SwitchComparison, View

if TYPE_CHECKING:
    from tui.files.session_files import Opened

FRAMES = 22
"""A second, at most, while training runs; none while nothing changes."""
_Shown = TypeVar("_Shown", bound=Rows)


class NapkinApp(NumberApp):
    """The program on the screen.

    Parameters
    ----------
    config : TrainingConfig
        The run that it opens on.
    opened : Opened, optional
        A run from a file, to open on instead.
    """

    CSS_PATH = "app.tcss"
    TITLE = "napkin-net"
    BINDINGS = [*APP_BINDINGS]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (12, "-tall")]

    def __init__(self, config: TrainingConfig, opened: "Opened | None" = None) -> None:
        # Where there are no colours to mix, the terminal's own serve best.
        super().__init__(config, plain=bool(os.environ.get("NO_COLOR")), opened=opened)
        image = first_image(config) if opened is None else opened.image
        self.set_reactive(NumberApp.view, View(image=image))
        self._unicode = speaks_unicode(sys.__stderr__)
        self._colours = has_colours(self.console.color_system)
        if not self._colours:
            self.theme = "ansi-dark"
        self.take_taste(with_theme=self._colours)
        if not self._unicode:
            self.add_class("-ascii")
            ScrollBar.renderer = PlainScrollBar
        self.has_panicked = False

    def compose(self) -> ComposeResult:
        """Give the rows and panes, each bound to what it shows."""
        yield self._bound(Header(id="header"))
        with Board(id="panes"):
            with Horizontal(id="top"):
                yield self._bound(ImagePane(id="image"))
                yield self._bound(NetworkPane(id="network"))
            with Horizontal(id="bottom"):
                yield self._bound(LossPane(id="loss"))
                yield self._bound(CostPane(id="cost"))
            yield Horizontal(id="opened")
        yield self._bound(Commentary(id="commentary")).data_bind(NapkinApp.remark)
        yield self._bound(Footer(id="footer"))

    def _bound(self, rows: _Shown) -> _Shown:
        return rows.data_bind(NapkinApp.snapshot, NapkinApp.view, NapkinApp.pace, NapkinApp.ink)

    def on_mount(self) -> None:
        """Look at the run for the first time, and be ready to train."""
        self.theme_changed_signal.subscribe(self, lambda _: self._choose_ink())
        self._choose_ink()
        self._clock = self.set_interval(1 / FRAMES, self._on_frame, pause=True)
        self._take(self.training.first_look(self.view.image))
        first, preset = self.training.trainer.snapshot(self.view.image), self._preset()
        if preset is None:
            self._narrator.open(first)
        else:
            self._narrator.begin_with(preset.lines, first)
        self.remark = self._narrator.remark
        self.run_worker(self.training.work(), name="training")
        self.call_after_refresh(self.mount_opened)

    def _preset(self) -> Preset | None:
        """Give the ready-made run that it opens on; the essay's has words of its own."""
        trainer = self.training.trainer
        if trainer.run.last_step or trainer.run.config == TrainingConfig():
            return None
        return next((each for each in PRESETS.values() if each.config == trainer.run.config), None)

    async def mount_opened(self) -> None:
        """Make the panes that a key opens: only after the first frame, for that is to come soon."""
        if self.return_code is not None:  # it is ending already
            return
        opened = self.query_one("#opened")
        if opened.children:
            return
        from tui.panes.data.data import DataPane
        from tui.panes.explain.explain import ExplainPane
        from tui.panes.map.map import MapPane
        from tui.panes.valley.valley import ValleyPane

        explain, valley, plan = (
            ExplainPane(id="explain"),
            ValleyPane(id="valley"),
            MapPane(id="map"),
        )
        self._bound(explain).data_bind(NapkinApp.target, NapkinApp.coming_batch)
        self._bound(valley).data_bind(
            NapkinApp.images, NapkinApp.path, NapkinApp.first, NapkinApp.second
        )
        data = DataPane(id="data")
        for each in (plan, data):
            self._bound(each).data_bind(NapkinApp.images, NapkinApp.test_images)
        await opened.mount(explain, valley, plan, data)

    def switch_clock(self, *, on: bool) -> None:
        """Let frames follow one another only while there is something new."""
        if on:
            self._clock.resume()
        else:
            self._clock.pause()

    def on_unmount(self) -> None:
        """Let no thread hold up the end."""
        self.training.stop()
        self._comparer.stop()

    def _end_by(self, number: signal.Signals) -> None:
        """End as a signal wants it, with the terminal put back in order."""
        self.exit(return_code=128 + number)

    def _choose_ink(self) -> None:
        """Take the styles of the theme."""
        self.ink = ink_for(
            self.theme_variables if self._colours else None,
            dark=self.current_theme.dark,
            unicode=self._unicode,
            sixteen=self.console.color_system == "standard" and not self.no_color,
        )

    def panic(self, *renderables: RenderableType) -> None:
        """End with an error, also where Textual would end as if nothing had happened."""
        self.has_panicked = True
        super().panic(*renderables)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send the terminal what changed, and no more."""
        super()._display(screen, repaint_of(renderable))

    def get_driver_class(self) -> type[Driver]:
        """Give the terminal's driver, but one that tells the training of every input."""
        return attentive(super().get_driver_class(), self._note_input, self._end_by)

    def _note_input(self) -> None:
        self.training.note_input()

    async def on_event(self, event: events.Event) -> None:
        """Take the bold off what the last step changed, once another key is pressed."""
        if isinstance(event, events.Key) and self.view.stepped:
            self.view = replace(self.view, stepped=False)
        await super().on_event(event)

    async def action_open(self, name: str) -> None:
        """Open a pane that a key opens, or close it."""
        await self.mount_opened()
        board = self.query_one(Board)
        board.switch_opened(name, self.focused)
        if name == "data":  # its arrows are what it is opened for
            board.focus_opened(name)
        self.follow_selection()

    def follow_selection(self) -> None:
        """Let the opened panes follow what is selected."""
        if not self.screen_stack:  # it is ending
            return
        focused, now = self.focused, self.snapshot
        if now is not None and self.view.part is not None:
            parts = parts_of(now)
            part = parts[min(self.view.part, len(parts) - 1)]
            last = now.architecture.parameter_count - 1
            self.target = target_of_part(part, now, min(self.view.parameter, last))
        elif isinstance(focused, Pane) and now is not None:
            target = target_of(focused.id or "", self.view, now, focused.inner_size[1])
            if target is not None:
                self.target = target
        self.first, self.second = self.view.parameter, self.view.second

    def action_switch_comparison(self) -> None:
        """Hold the two gradients against each other, or show the step again."""
        self.change_view(SwitchComparison())

    def action_zoom(self) -> None:
        """Show the focused pane alone, or all again."""
        self.query_one(Board).switch_zoom(self.focused)

    def action_next_pane(self, by: int) -> None:
        """Go to the next pane or the previous one; where one is shown alone, show that one."""
        self.query_one(Board).go(by, self.focused)

    def action_focus_next(self) -> None:
        """Take tab, which every screen binds before the app can, to the next pane."""
        if len(self.screen_stack) > 1:  # in a box it is for the box
            super().action_focus_next()
        else:
            self.action_next_pane(1)

    def action_focus_previous(self) -> None:
        """Take shift+tab to the pane before."""
        if len(self.screen_stack) > 1:
            super().action_focus_previous()
        else:
            self.action_next_pane(-1)

    def search_themes(self) -> None:
        """Find a theme by name."""
        from textual.theme import ThemeProvider

        self.push_screen(Palette([ThemeProvider], placeholder="find a theme"))

    def action_command_palette(self) -> None:
        """Find a command by name."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(placeholder="find a command", id="--command-palette"))

    def action_close(self) -> None:
        """Close what a key has opened, call a journey off; never quit."""
        if self.training.is_travelling:
            self.training.stay()
            return
        self.query_one(Board).close_opened()
        self.query_one(Board).end_zoom()

    def action_help(self) -> None:
        """Show the keys and the words."""
        from tui.app.help import HelpScreen  # with the panes that it tells of

        self.push_screen(HelpScreen(self.ink))

    @on(events.DescendantFocus)
    def _follow_focus(self) -> None:
        """Let the footer show the focused pane's keys, and the opened panes what is selected."""
        self.query_one(Board).make_room(self.focused)
        self.follow_selection()
        for footer in self.query(Footer):
            footer.redraw()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Give what the palette finds."""
        return commands(self)
