"""The app: keys, controller, panes and files put together; every pane is handed what it shows."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from inspect import iscoroutine
from typing import TYPE_CHECKING, TypeVar

from rich.console import RenderableType
from textual import events, on
from textual.actions import ActionParseResult
from textual.app import ComposeResult
from textual.dom import DOMNode
from textual.driver import Driver
from textual.geometry import Size
from textual.reactive import var
from textual.screen import Screen
from textual.scrollbar import ScrollBar

from core import Change, Snapshot, Trainer, TrainingConfig
from core.arrays import Array
from core.images import Batch
from core.quantities import PredictionQuantity, Quantity, TimeQuantity
from core.settings import Reshape, first_example, first_image
from tui.app import choosing, layout, prompts
from tui.app.controller import Controller
from tui.app.footer import Footer
from tui.app.header import Header
from tui.app.input_order import ANSWERING, OrderedApp
from tui.app.keys import APP_BINDINGS, COMMANDS
from tui.app.layout import Board, selected
from tui.files.engines import LOADING
from tui.files.folders import autosaves, cache_folder
from tui.files.preferences import Preferences
from tui.panes.commentary import Commentary
from tui.panes.cost import CostPane
from tui.panes.image import ImagePane
from tui.panes.loss.loss import LossPane
from tui.panes.network.network import NetworkPane
from tui.panes.pane import Introduced, Noted, Pane, Refused, RemovalWanted, Requested, Rows
from tui.sweep import SWEEP
from tui.terminal.drawing import Ink
from tui.terminal.driver import attentive
from tui.terminal.repaint import repaint_of
from tui.terminal.styles import (
    PlainScrollBar,
    focus_colour,
    has_colours,
    ink_for,
    plain_ink,
    speaks_unicode,
)
from tui.view.view import Pace, TurnAspect, View
from tui.words.looking import turned
from tui.words.phrases import Lines

if TYPE_CHECKING:
    from tui.files.files import Files
    from tui.files.session_files import Opened
    from tui.sweep.work import Kept

FRAMES = 21
"""A second, at most, while training runs; none while nothing changes."""
_GATHERED = (COMMANDS["step"].action, f"app.{COMMANDS['step'].action}")
"""What may be asked for many times and then done in one go."""
_TRAINING = "training"
_Shown = TypeVar("_Shown", bound=Rows)


class NapkinApp(OrderedApp):
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
    ENABLE_COMMAND_PALETTE = False  # Textual's; ours is one of the commands
    VERTICAL_BREAKPOINTS = [(0, "-short"), (12, "-tall")]

    controller: Controller
    preferences: Preferences
    board: Board

    snapshot: var[Snapshot | None] = var[Snapshot | None](None, init=False)
    opened_snapshot: var[Snapshot | None] = var[Snapshot | None](None, init=False)
    view: var[View] = var(View(), init=False)
    ink: var[Ink] = var(plain_ink(unicode=True), init=False)
    pace: var[Pace] = var(Pace(), init=False)
    remark: var[Lines] = var(("", ""), init=False)
    quantity: var[Quantity] = var[Quantity](PredictionQuantity(), init=False)
    coming_batch: var[Batch | None] = var[Batch | None](None, init=False)
    images: var[Batch | None] = var[Batch | None](None, init=False)
    test_images: var[Batch | None] = var[Batch | None](None, init=False)
    activity: var[str] = var("", init=False)
    is_swept: var[bool] = var(False, init=False)
    first: var[int] = var(0, init=False)
    second: var[int] = var(1, init=False)
    path: var[tuple[Array, ...]] = var[tuple[Array, ...]]((), init=False, always_update=True)

    def __init__(self, config: TrainingConfig, opened: Opened | None = None) -> None:
        # Where there are no colours to mix, the terminal's own serve best.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        trainer = Trainer(config) if opened is None else opened.trainer
        self.controller = Controller(trainer, self, self, self._keep_soon)
        self.preferences = Preferences(self)
        self.sweeps: Kept | None = None
        self.has_panicked = False
        self._opened = opened
        self._first_mark = self.controller.mark
        self._unicode = speaks_unicode(sys.__stderr__)
        self._colours = has_colours(self.console.color_system)
        image = first_image(config) if opened is None else opened.image
        example = first_example(config, trainer.run.here.images) if opened is None else None
        self._begin_as_preferred(View(image=image, example=example))
        if not self._unicode:
            self.add_class("-ascii")
            ScrollBar.renderer = PlainScrollBar

    def _begin_as_preferred(self, view: View) -> None:
        """Apply the preferences; the theme only where there are colours for it."""
        kept = self.preferences.remembered
        if kept.log_scale is not None:
            view = replace(view, log_scale=kept.log_scale)
        self.set_reactive(NapkinApp.view, view)
        if not self._colours:
            self.theme = "ansi-dark"
        elif kept.theme in self.available_themes:
            self.theme = kept.theme

    @cached_property
    def files(self) -> Files:
        """What saves and opens the run; the first frame does not wait for it."""
        from tui.files.files import Files

        return Files(self, self.controller, self._first_mark, unicode=self._unicode)

    @property
    def _needs_files(self) -> bool:
        """Whether there was anything to keep, or to do with files."""
        return "files" in vars(self) or self.controller.mark != self._first_mark

    def _keep_soon(self) -> None:
        """Keep what is new soon. No key waits for the first import: what it did is shown before."""
        if "files" in vars(self):
            self.files.keep_soon()
        elif self._needs_files:
            self.call_after_refresh(lambda: self.files.keep_soon())

    # -- what there is ----------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the rows and panes, each bound to what it shows."""
        yield self._bound(Header(id="header")).data_bind(NapkinApp.activity, NapkinApp.is_swept)
        self.board = Board(
            self._bound(ImagePane(id="image")),
            self._bound(NetworkPane(id="network")),
            self._bound(LossPane(id="loss")),
            self._bound(CostPane(id="cost")),
            id="panes",
        )
        yield self.board
        yield self._bound(Commentary(id="commentary")).data_bind(NapkinApp.remark)
        yield self._bound(Footer(id="footer"))

    def _bound(self, rows: _Shown, *, opened: bool = False) -> _Shown:
        moment = NapkinApp.opened_snapshot if opened else NapkinApp.snapshot
        return rows.data_bind(NapkinApp.view, NapkinApp.pace, NapkinApp.ink, snapshot=moment)

    async def mount_opened(self) -> None:
        """Make ready what a key asks for: only after the first frame, for that is to come soon."""
        if self.return_code is not None:  # it is ending already
            return
        if "explain" in self.board.panes:
            return
        from tui.panes.data.data import DataPane
        from tui.panes.explain.explain import ExplainPane
        from tui.panes.lab.lab import LabPane
        from tui.panes.landscape.landscape import LandscapePane
        from tui.panes.map.map import MapPane
        from tui.words import changes, endings, steps  # noqa: F401

        lab = LabPane(
            id="lab",
            folder=cache_folder,
            on_news=lambda: explain.draw_again(),
            is_sweeping=lambda: self.sweeps is not None and self.sweeps.is_training,
        )
        explain = ExplainPane(id="explain", predicted=lab.predicted)
        landscape = LandscapePane(id="valley")
        plan, data = MapPane(id="map"), DataPane(id="data")
        self._bound(lab, opened=True)
        self._bound(explain, opened=True).data_bind(NapkinApp.quantity, NapkinApp.coming_batch)
        self._bound(landscape, opened=True).data_bind(
            NapkinApp.images, NapkinApp.path, NapkinApp.first, NapkinApp.second
        )
        for each in (plan, data):
            self._bound(each, opened=True).data_bind(NapkinApp.images, NapkinApp.test_images)
        opened = explain, landscape, plan, data, lab
        for pane in opened:
            pane.display = False
        await self.board.mount(*opened)

    # -- from the first frame to the end ----------------------------------------------------------

    def on_mount(self) -> None:
        """Draw the run for the first time, and start the worker."""
        self.theme_changed_signal.subscribe(self, lambda _: self._choose_ink())
        self._choose_ink()
        self._clock = self.set_interval(1 / FRAMES, self.controller.show_frame, pause=True)
        self.controller.open(choosing.lines_of(self.controller))
        self.run_worker(self.controller.training.work(), name=_TRAINING)
        self.call_after_refresh(self.mount_opened)
        self.call_after_refresh(self.controller.loader.begin)
        self.preferences.begin()
        if self.preferences.problem:
            self.controller.note((self.remark[0], self.preferences.problem))
        if self._opened is not None:
            self.files.begin_with(self._opened)
        elif autosaves():
            self.call_after_refresh(lambda: self.files.offer())

    def on_unmount(self) -> None:
        """Cancel the threads, so that the program ends at once."""
        self.controller.stop()
        if self.sweeps is not None:
            self.sweeps.end()

    def finish(self, *, clean: bool) -> str:
        """After the end: keep what was not to be lost; return what a person should know of it."""
        kept = self.files.finish(clean=clean) if self._needs_files else ""
        self.preferences.finish()
        return kept

    def _end_by(self, number: signal.Signals) -> None:
        """End as a signal wants it, with the terminal put back in order."""
        self.exit(return_code=128 + number)

    def _refuse_stop(self) -> None:
        """Show why ctrl+z does nothing."""
        self.controller.refuse("ctrl+z does nothing here, for no shell could continue the program")

    def panic(self, *renderables: RenderableType) -> None:
        """End with an error, also where Textual would end as if nothing had happened."""
        self.has_panicked = True
        super().panic(*renderables)

    @property
    def is_busy(self) -> bool:
        """Whether something that was asked for is still being computed, or written."""
        endless = (_TRAINING, ANSWERING, LOADING, SWEEP)
        works = any(not (each.is_finished or each.name in endless) for each in self.workers)
        return works or self._is_resizing() or not self.controller.training.is_done

    def _is_resizing(self) -> bool:
        """Whether the terminal has a size that the screen is not laid out for yet.

        What a screen calls its size is the app's, which knows of the new one a moment earlier.
        """
        if self._driver is None:
            return False
        size = Size(*self._driver._get_terminal_size())  # type: ignore[attr-defined]
        return self.screen.outer_size != size

    # -- the terminal -----------------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """Return the terminal's driver, but one that tells the training of every input."""
        return attentive(
            super().get_driver_class(), self._note_input, self._end_by, self._refuse_stop
        )

    def _note_input(self) -> None:
        self.controller.training.note_input()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send the terminal what changed, and no more."""
        super()._display(screen, repaint_of(renderable))

    def get_css_variables(self) -> dict[str, str]:
        """Return the theme's colours; boxes have the colour of the pane that keys go to."""
        variables = super().get_css_variables()
        if not self.theme.startswith("ansi"):
            variables["accent"] = focus_colour(dark=self.current_theme.dark)
        return variables

    def _choose_ink(self) -> None:
        """Take the styles of the theme."""
        self.ink = ink_for(
            self.theme_variables if self._colours else None,
            dark=self.current_theme.dark,
            unicode=self._unicode,
            sixteen=self.console.color_system == "standard" and not self.no_color,
        )

    # -- keys -------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Take the bold off what the last step changed, once another key is pressed."""
        if isinstance(event, events.Key) and self.view.stepped:
            self.view = replace(self.view, stepped=False)
        await super().on_event(event)

    def take_turn(self) -> None:
        """Take away what was to stay until the next key."""
        self.controller.narrator.end_note()
        self.controller.tell()

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key does, on what the keys before it have led to."""
        if action not in _GATHERED:
            await self.controller.training.settle()
        return await super().run_action(action, default_namespace, namespaces)

    async def action_do(self, name: str) -> None:
        """Carry out a command."""
        done = COMMANDS[name].do(self)
        if iscoroutine(done):
            await done

    async def open_pane(self, name: str) -> None:
        """Open a pane that a key opens, or close it."""
        await self.mount_opened()
        is_closing = name == "explain" and self.board.shows(name)
        if is_closing and isinstance(self.quantity, TimeQuantity):
            name = "lab"  # explain hides the pane that shows the number; closing goes back to it
        self._feed_opened()
        is_open = self.board.switch_opened(name)
        if is_open:
            await self.board.until_drawn(name)
        self.follow_selection()
        if is_open:
            self.introduce(Introduced(self.query_one(f"#{name}", Pane)))
        else:
            self.controller.introduce(None)

    def close(self) -> None:
        """Close what a key has opened, call a travel off; never quit."""
        if self.controller.training.is_travelling:
            self.controller.stay()
            return
        if self.board.is_changed:
            self.controller.introduce(None)
            self.board.close_opened()
            self.board.end_zoom()

    def action_focus_next(self) -> None:
        """Take tab, which every screen binds before the app can, to the next pane."""
        if len(self.screen_stack) > 1:  # in a box it is for the box
            super().action_focus_next()
        else:
            layout.go(self, 1)

    def action_focus_previous(self) -> None:
        """Take shift+tab to the pane before."""
        if len(self.screen_stack) > 1:
            super().action_focus_previous()
        else:
            layout.go(self, -1)

    def show_help(self) -> None:
        """Show the keys and the words."""
        from tui.app.help import HelpScreen, Section, explained  # with the panes that it tells of

        focused, front = self.focused, self.screen
        first = None
        if front.TITLE is not None:
            own = () if focused is None else focused.BINDINGS
            first = Section(front.TITLE, tuple(explained((*own, *front.BINDINGS))))
        pane = type(focused) if isinstance(focused, Pane) else None
        self.push_screen(HelpScreen(self.ink, pane, first))

    def find_command(self) -> None:
        """Find a command by name."""
        from tui.app.palette import entries, find  # only once a command is looked for

        find(self, "find a command", entries(self))

    def choose_theme(self) -> None:
        """Find a theme by name."""
        from tui.app.palette import find, themes

        find(self, "find a theme", themes(self))

    # -- what panes ask for -----------------------------------------------------------------------

    @on(Requested)
    def _do_requested(self, message: Requested) -> None:
        change = message.change
        if isinstance(change, Change):
            self.controller.change_run(change)
        elif isinstance(change, Reshape):
            choosing.reshape(self.controller, change)
        else:
            self.controller.change_view(change)
            if isinstance(change, TurnAspect) and self.snapshot is not None:
                from tui.panes.explain.words import title_of

                name, shown = title_of(self.snapshot, self.quantity), self.board.shows("explain")
                substep = self.view.substep is not None
                self.controller.note(turned(name, shown=shown, substep=substep))

    @on(RemovalWanted)
    def _take_image_out(self, message: RemovalWanted) -> None:
        choosing.take_image_out(self.controller, message.following)

    @on(Introduced)
    def introduce(self, message: Introduced) -> None:
        """Have a pane say what it shows, in each moment as it is then."""
        pane = message.pane

        def words() -> Lines:
            return ("", "") if self.snapshot is None else pane.introduction(self.snapshot)

        self.controller.introduce(words)
        _show_keys(self)
        self.call_after_refresh(self.controller.tell)  # only then it knows how much room it has

    @on(Noted)
    def _note(self, message: Noted) -> None:
        self.controller.note(message.lines)
        _show_keys(self)

    @on(Refused)
    def _say_why_not(self, message: Refused) -> None:
        self.controller.refuse(message.problem)

    @on(NetworkPane.ExactWanted)
    def _ask_for_weight(self, message: NetworkPane.ExactWanted) -> None:
        prompts.ask_for_weight(self, message)

    @on(ImagePane.ExactWanted)
    def _ask_for_darkness(self, message: ImagePane.ExactWanted) -> None:
        prompts.ask_for_darkness(self, message)

    # -- what follows from what -------------------------------------------------------------------

    def watch_pace(self, before: Pace, now: Pace) -> None:
        """Draw frames only while there is something new."""
        if self.controller.training.is_running:
            self._clock.resume()
        else:
            self._clock.pause()

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot) -> None:
        """Share the room anew for another network; what a step changes does not matter."""
        if self.board.has_opened:
            self._feed_opened()
        if before is None or before.architecture != now.architecture:
            self.board.fit()

    def _feed_opened(self) -> None:
        """Hand the panes that a key opens the present moment; while none is open, none looks.

        Each would take a part of every frame, for nothing.
        """
        self.path = self.controller.path.moments
        self.opened_snapshot = self.snapshot

    def watch_view(self, before: View, now: View) -> None:
        """Remember the scale."""
        if before.log_scale != now.log_scale:
            self.preferences.note("log_scale", now.log_scale)

    @on(events.DescendantFocus)
    def _follow_focus(self) -> None:
        """Update the footer for the focused pane, and the opened panes for the selection."""
        self.board.follow(self.focused)
        self.follow_selection()
        self.controller.tell()
        _show_keys(self)

    def follow_selection(self) -> None:
        """Update the opened panes for the selection."""
        if not self.screen_stack:  # it is ending
            return
        quantity = selected(self.focused, self.view, self.snapshot)
        if quantity is not None:
            self.quantity = quantity
        self.first, self.second = self.view.parameter, self.view.second


def _show_keys(app: NapkinApp) -> None:
    """Have the footer show the keys of the focused pane as they are now."""
    for footer in app.query(Footer):
        footer.redraw()
