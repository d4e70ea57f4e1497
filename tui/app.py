"""The app: it alone touches the run, and hands every pane what there is to see."""

import os
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from rich.console import RenderableType
from textual import events, on
from textual.app import App, ComposeResult, SystemCommand
from textual.command import CommandPalette
from textual.containers import Horizontal
from textual.driver import Driver
from textual.reactive import var
from textual.screen import Screen
from textual.scrollbar import ScrollBar

from core import (
    Change,
    SetLearningRate,
    Snapshot,
    Trainer,
    TrainingConfig,
    neighbouring_rate,
)
from tui.board import Board
from tui.commands import Palette, commands
from tui.drawing import Ink
from tui.driver import attentive
from tui.footer import Footer
from tui.header import Header
from tui.inks import PlainScrollBar, has_colours, ink_for, plain_ink, speaks_unicode
from tui.keys import APP_BINDINGS
from tui.narrator import Narrator
from tui.panes.commentary import Commentary
from tui.panes.cost import CostPane
from tui.panes.image import ImagePane
from tui.panes.loss import LossPane
from tui.panes.network import NetworkPane
from tui.panes.pane import Requested, Rows
from tui.screens.exact import ExactScreen
from tui.screens.help import HelpScreen
from tui.training import Pace, Training
from tui.view import Look, SetPixel, SwitchScale, View

FRAMES = 22
"""A second, at most, while training runs; none while nothing changes."""
_SEEDS = 2**32
_Shown = TypeVar("_Shown", bound=Rows)


class NapkinApp(App[None]):
    """The program on the screen.

    Parameters
    ----------
    config : TrainingConfig
        The run that it opens on.
    """

    CSS_PATH = "app.tcss"
    TITLE = "napkin-net"
    BINDINGS = [*APP_BINDINGS]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (12, "-tall")]

    snapshot: var[Snapshot | None] = var[Snapshot | None](None, init=False)
    view: var[View] = var(View(), init=False)
    pace: var[Pace] = var(Pace(), init=False)
    ink: var[Ink] = var(plain_ink(unicode=True), init=False)
    remark: var[tuple[str, str]] = var(("", ""), init=False)

    def __init__(self, config: TrainingConfig) -> None:
        # Where there are no colours to mix, the terminal's own serve best.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self._unicode = speaks_unicode(sys.__stderr__)
        self._colours = has_colours(self.console.color_system)
        if not self._colours:
            self.theme = "ansi-dark"
        if not self._unicode:
            self.add_class("-ascii")
            ScrollBar.renderer = PlainScrollBar
        self.training = Training(Trainer(config), self._on_change, self._on_wait)
        self._narrator = Narrator()
        self.has_panicked = False
        self._is_stale = False

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
        yield self._bound(Commentary(id="commentary")).data_bind(NapkinApp.remark)
        yield self._bound(Footer(id="footer"))

    def _bound(self, rows: _Shown) -> _Shown:
        return rows.data_bind(NapkinApp.snapshot, NapkinApp.view, NapkinApp.pace, NapkinApp.ink)

    def on_mount(self) -> None:
        """Look at the run for the first time, and be ready to train."""
        self.theme_changed_signal.subscribe(self, lambda _: self._choose_ink())
        self._choose_ink()
        self._clock = self.set_interval(1 / FRAMES, self._on_frame, pause=True)
        self.snapshot = self.training.first_look(self.view.image)
        self._narrator.open(self.snapshot)
        self.remark = self._narrator.remark
        self.run_worker(self.training.work(), name="training")

    def on_unmount(self) -> None:
        """Let no thread hold up the end."""
        self.training.stop()

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

    def _on_change(self) -> None:
        """Show it: now, or while steps follow one another with the next frame."""
        if self.training.is_running:
            self._is_stale = True
        else:
            self._show()

    def _on_wait(self) -> None:
        """Say that a long step is being computed."""
        self._narrator.wait(self.training.trainer.snapshot(self.view.image))
        self.remark = self._narrator.remark

    def _on_frame(self) -> None:
        if self._is_stale:
            self._show()

    def _show(self) -> None:
        """Freeze the run as it is now and hand it to the panes."""
        self._is_stale = False
        if self.training.is_evaluating:
            return
        trainer = self.training.trainer
        if trainer.outcome is not None and self.pace.running:
            self._set_pace(Pace(False, self.pace.speed))
        now = trainer.snapshot(self.view.image)
        self._narrator.train(now, self.pace, log_scale=self.view.log_scale)
        self.snapshot = now
        self.remark = self._narrator.remark

    def _set_pace(self, pace: Pace) -> None:
        """Run, pause, change the speed; the frame clock runs only with the training."""
        self.training.set_pace(pace)
        self.pace = pace
        if self.training.is_running:
            self._clock.resume()
        else:
            self._clock.pause()
            self._on_change()

    @on(Requested)
    def _carry_out(self, message: Requested) -> None:
        """Do what a pane asks for."""
        if isinstance(message.change, Change):
            self.change_run(message.change)
        else:
            self.change_view(message.change)

    def change_view(self, look: Look) -> None:
        """Look at it another way; the run has no part in this."""
        before, self.view = self.view, look.applied_to(self.view)
        if self.view.image != before.image and self.snapshot is not None:
            seen = self.snapshot
            self.snapshot = seen.looking_at(self.view.image)
            self._narrator.change(seen, self.snapshot)
            self.remark = self._narrator.remark

    def change_run(self, change: Change) -> None:
        """Change a setting of the run, between two steps."""
        self._act(lambda: self.training.trainer.apply(change), self._narrator.change)

    def _act(self, action: Callable[[], None], tell: Callable[[Snapshot, Snapshot], None]) -> None:
        """Change the run and say so."""

        def act() -> None:
            trainer = self.training.trainer
            before = trainer.snapshot(self.view.image)
            action()
            self.training.look_if_quick()
            after = self.training.trainer.snapshot(self.view.image)
            tell(before, after)
            last = after.architecture.parameter_count - 1
            if self.view.parameter > last:
                self.view = replace(self.view, parameter=last)
            self.snapshot = after
            self.remark = self._narrator.remark

        self.training.between_steps(act)

    def action_run_or_pause(self) -> None:
        """Run or pause."""
        if self.training.trainer.outcome is not None:
            self.bell()
            return
        self._set_pace(Pace(not self.pace.running, self.pace.speed))

    def action_step(self) -> None:
        """Take one step."""
        if self.training.trainer.outcome is not None:
            self.bell()
            return
        self._set_pace(Pace(False, self.pace.speed))
        self.training.step()
        self.view = replace(self.view, stepped=True)

    def action_reset(self) -> None:
        """Start this again."""
        self._begin(lambda: self.training.trainer.reset())

    def action_new_weights(self) -> None:
        """Draw the next seed's weights."""
        seed = (self.training.trainer.config.seed + 1) % _SEEDS
        self._begin(lambda: self.training.trainer.restart(seed))

    def action_essay(self) -> None:
        """Go back to the essay's network and start."""

        def open_essay() -> None:
            self.training.trainer = Trainer(TrainingConfig())

        self._begin(open_essay)

    def _begin(self, action: Callable[[], None]) -> None:
        """Begin anew, paused."""
        self._set_pace(Pace(False, self.pace.speed))
        self.view = replace(self.view, cursor=None)
        self._act(action, self._narrator.start)

    def action_change_speed(self, by: int) -> None:
        """Go faster or slower."""
        self._set_pace(self.pace.changed(by))

    def action_change_rate(self, up: bool) -> None:
        """Take larger or smaller steps."""
        rate = self.training.trainer.config.learning_rate
        self.change_run(SetLearningRate(neighbouring_rate(rate, up=up)))

    def action_switch_scale(self) -> None:
        """Draw the loss on the other scale."""
        self.change_view(SwitchScale())

    def action_zoom(self) -> None:
        """Show the focused pane alone, or all again."""
        self.query_one(Board).switch_zoom(self.focused)

    def action_next_pane(self, by: int) -> None:
        """Go to the next pane or the previous one; where one is shown alone, show that one."""
        board = self.query_one(Board)
        zoomed = board.has_class("-zoomed")
        board.end_zoom()
        moved = self.screen.focus_next() if by > 0 else self.screen.focus_previous()
        if zoomed:
            board.switch_zoom(moved)

    def action_command_palette(self) -> None:
        """Find a command by name."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(placeholder="find a command", id="--command-palette"))

    def action_close(self) -> None:
        """Close what a key has opened; never quit."""
        self.query_one(Board).end_zoom()

    def action_help(self) -> None:
        """Show the keys and the words."""
        self.push_screen(HelpScreen(self.ink))

    @on(events.DescendantFocus)
    def _follow_focus(self) -> None:
        """Let the footer show the focused pane's keys."""
        for footer in self.query(Footer):
            footer.redraw()

    @on(ImagePane.ExactWanted)
    def _ask_for_darkness(self, message: ImagePane.ExactWanted) -> None:
        """Let a person type a pixel's darkness."""

        def paint(value: float | None) -> None:
            if value is not None:
                self.change_view(SetPixel(value, message.pixel))

        words = "darkness of this pixel, 0 to 1"
        box = ExactScreen(words, message.darkness, unicode=self.ink.unicode)
        self.push_screen(box, paint)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Give what the palette finds."""
        return commands(self)
