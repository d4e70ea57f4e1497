"""An app whose run is saved, opened, and kept while it runs; see `tui.files.files`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from core import Snapshot, TrainingConfig
from tui.app.collecting import CollectingApp
from tui.files.folders import autosaves
from tui.words.phrases import Lines

if TYPE_CHECKING:
    from tui.files.files import Files
    from tui.files.session_files import Opened

EVERY = 10.0
"""Seconds from one autosave to the next, while something changes …"""
REST = 30.0
"""… or so many times what writing one took, if that is longer."""


class FileApp(CollectingApp):
    """An app whose run is saved in files, and opened from them.

    Parameters
    ----------
    config : TrainingConfig
        The run that it opens on.
    plain : bool
        Whether the terminal's own colours are to be used.
    opened : Opened, optional
        A run from a file, to open on instead.
    """

    def __init__(
        self, config: TrainingConfig, *, plain: bool, opened: "Opened | None" = None
    ) -> None:
        super().__init__(config, plain=plain, trainer=None if opened is None else opened.trainer)
        self._opened = opened
        self._files: Files | None = None
        self._keep_timer: Timer | None = None
        self._keep_rest = EVERY
        self.kept = self.mark()
        """What `mark` gave for what is in a file."""

    @property
    def files(self) -> "Files":
        """What does the work; the first frame does not wait for it."""
        if self._files is None:
            from tui.files.files import Files

            self._files = Files(self)
        return self._files

    def mark(self) -> object:
        """Give what differs once there is something new to be kept."""
        trainer = self.training.trainer
        return trainer.run.moment, trainer.run.last_step, trainer.run.config, trainer.run.outcome

    def on_mount(self) -> None:
        """Say what was opened, or what could be."""
        if self._opened is not None:
            self.files.begin_with(self._opened)
        elif autosaves():
            self.call_after_refresh(lambda: self.files.offer())

    def begin_saying(self, action: Callable[[], None], words: Callable[[Snapshot], Lines]) -> None:
        """Begin elsewhere, paused, and say so."""

        def tell(_: Snapshot, after: Snapshot) -> None:
            self._narrator.begin_with(words(after), after)

        self.begin(action, tell)

    def action_save(self) -> None:
        """Save the run where it was saved before, or ask where."""
        self.files.save()

    def action_save_as(self) -> None:
        """Ask for a file, and save the run there."""
        self.files.save_as()

    def action_open_file(self) -> None:
        """Ask for a file, and open the run in it."""
        self.files.ask_for_one()

    def action_forget_cut_short(self) -> None:
        """Remove what was cut short, for good."""
        self.files.forget()

    def _on_change(self) -> None:
        """Show it, and keep it soon."""
        super()._on_change()
        if self._keep_timer is None and self.is_running:
            self._keep_timer = self.set_timer(self._keep_rest, self._keep)

    def _keep(self) -> None:
        self._keep_timer = None
        if self.mark() != self.kept and not self.training.is_travelling:
            self.run_worker(self._keep_now())

    async def _keep_now(self) -> None:
        self._keep_rest = max(EVERY, REST * await self.files.keep())

    def wind_up(self, *, clean: bool) -> None:
        """After the end: keep the run if the end was no good one, and nothing otherwise."""
        if not clean and self.mark() != self.kept:
            self.files.keep_at_end()
        elif clean and self._files is not None:
            self._files.discard()
