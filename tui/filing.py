"""The app's files: a run saved, opened, and kept while it runs in case of a crash."""

import asyncio
import os
import time
from contextlib import suppress
from dataclasses import replace
from weakref import WeakKeyDictionary

from textual.timer import Timer

from core import Snapshot, TrainingConfig
from core.errors import SessionError
from core.session import session_of
from core.timeline import Checkpoint
from tui import file_words
from tui.autosave import Autosave, CutShort, cut_short, forget
from tui.header import network_name
from tui.paths import meant, named
from tui.recent import note_session, recent_sessions
from tui.session_files import FileProblem, Opened, open_run, save_session, short, shown
from tui.setup import SetupApp
from tui.training import NOTICEABLE

EVERY = 10.0
"""Seconds from one autosave to the next, while something changes …"""
REST = 30.0
"""… or so many times what writing one took, if that is longer."""
_CHECKPOINTS = 64
"""Moments on the way that an autosave holds: it is written often."""
_Mark = tuple[object, ...]


class FileApp(SetupApp):
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
        self, config: TrainingConfig, *, plain: bool, opened: Opened | None = None
    ) -> None:
        super().__init__(config, plain=plain, trainer=None if opened is None else opened.trainer)
        self._first = opened
        # By their starts: another run is saved in another file, unless somebody says otherwise.
        self._files: WeakKeyDictionary[Checkpoint, str] = WeakKeyDictionary()
        self._autosave = Autosave()
        self._autosave_timer: Timer | None = None
        self._autosave_rest = EVERY
        self._kept: _Mark = self._mark()
        self._complained = False
        self._writing = asyncio.Lock()
        self._unicode = True
        if opened is not None:
            self._files[self.training.trainer.origin] = opened.path

    def on_mount(self) -> None:
        """Say what was opened, or that there is something that could be."""
        if self._first is not None and self._first.path is not None:
            now = self.training.trainer.snapshot(self.view.image)
            self.say(file_words.opened(self._first.path, now, has_before=False))
            self.call_after_refresh(note_session, self._first.path)
        else:
            self.call_after_refresh(self._offer)

    def _offer(self) -> None:
        """Offer what was cut short, unless somebody is at work already."""
        left = cut_short()
        if left and not self._mark()[0]:
            words = file_words.offer(left[0].words, len(left) - 1)
            self.say((self.remark[0], words))

    def _mark(self) -> _Mark:
        """Give what differs once there is something new to be kept."""
        trainer = self.training.trainer
        begun = not trainer.is_unbegun
        return begun, trainer.moment, trainer.last_step, trainer.config, trainer.outcome

    @property
    def _file(self) -> str | None:
        """Where the run was saved before, or opened from."""
        return self._files.get(self.training.trainer.origin)

    # -- saving -----------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Save the run where it was saved before, or ask where."""
        path = self._file
        if path is None:
            self.action_save_as()
        else:
            self.run_worker(self._save_again(path))

    def action_save_as(self) -> None:
        """Ask for a file, and save the run there."""
        from tui.screens.path import PathScreen

        config = self.training.trainer.config
        text = file_words.suggestion(config.task, network_name(config))
        before = self._file
        if before is not None:
            text = short(before)
        asked: set[str] = set()

        async def take(text: str) -> str | None:
            path = named(text)
            if text.rstrip().endswith("/"):
                return "that is a folder: add a name"
            if path not in asked and path != before and os.path.exists(path):
                asked.add(path)
                return "there is such a file already: enter again replaces it"
            return await self._save(path)

        title = "save this session in"
        self.push_screen(PathScreen(title, text, (), take, unicode=self._unicode))

    async def _save_again(self, path: str) -> None:
        """Save where it was saved before; say so if that fails."""
        problem = await self._save(path)
        if problem is not None:
            self.say(file_words.not_saved(problem))

    async def _save(self, path: str) -> str | None:
        """Save the run; give the words of a refusal."""
        if self.training.is_travelling:
            return "wait until it is there, or press esc: it is on its way to another step"
        try:
            session = session_of(self.training.trainer, self.view.image)
        except SessionError as error:
            return f"this session {error}"
        mark, origin = self._mark(), self.training.trainer.origin
        without_other = session.other is None and self.training.trainer.other is not None
        async with self._writing:
            writing = asyncio.create_task(asyncio.to_thread(save_session, path, session))
            done, _ = await asyncio.wait({writing}, timeout=NOTICEABLE)
            if not done:
                self.say(file_words.saving(path))
            try:
                await writing
            except FileProblem as problem:
                return str(problem)
            self._files[origin], self._kept = path, mark
            self._autosave.discard()
            await asyncio.to_thread(note_session, path)
        self.say(file_words.saved(path, without_other=without_other))
        return None

    # -- opening ----------------------------------------------------------------------------------

    def action_open_file(self) -> None:
        """Ask for a file, and open the run in it."""
        from tui.screens.path import Known, PathScreen

        left = {run.path: run for run in cut_short()}
        known = [Known(f"the run that was {run.words}", run.path) for run in left.values()]
        known += [Known(shown(path), path) for path in recent_sessions()]

        async def take(text: str) -> str | None:
            path = text if text in left else meant(text)
            return await self._open(path, left.get(path))

        self.push_screen(PathScreen("open a session", "", known, take, unicode=self._unicode))

    async def _open(self, path: str, left: CutShort | None) -> str | None:
        """Open a run beside which the present one is kept; give the words of a refusal."""
        try:
            opened = await asyncio.to_thread(open_run, path)
        except FileProblem as problem:
            return str(problem)
        async with self._writing:
            if left is not None and not self._autosave.adopt(left):
                return "another napkin-net has it open"
            if left is None:
                await asyncio.to_thread(note_session, path)
        self._enter(opened, None if left is not None else path)
        return None

    def _enter(self, opened: Opened, path: str | None) -> None:
        """Go on with a run from a file."""

        def enter() -> None:
            self.training.trainer.go_on_with(opened.trainer)
            self.view = replace(self.view, image=opened.image)
            if path is not None:
                self._files[self.training.trainer.origin] = path
            self._kept = self._mark()

        def tell(_: Snapshot, after: Snapshot) -> None:
            self._narrator.begin_with(file_words.opened(path, after, has_before=True), after)

        self.begin(enter, tell)

    def action_forget_cut_short(self) -> None:
        """Remove what was cut short, for good."""
        left = cut_short()
        for run in left:
            forget(run)
        count = f"{len(left)} of them" if left else "there was nothing"
        self.say(("Forgotten what was cut short: " + count + ".", ""))

    # -- in case of a crash -----------------------------------------------------------------------

    def _on_change(self) -> None:
        """Show it, and keep it soon."""
        super()._on_change()
        if self._autosave_timer is None and self.is_running:
            self._autosave_timer = self.set_timer(self._autosave_rest, self._keep_soon)

    def _keep_soon(self) -> None:
        self._autosave_timer = None
        if self._mark() != self._kept and not self.training.is_travelling:
            self.run_worker(self._keep())

    async def _keep(self) -> None:
        """Write the run as it is, in case the program does not end well."""
        mark, started = self._mark(), time.monotonic()
        try:
            session = session_of(self.training.trainer, self.view.image, _CHECKPOINTS)
            async with self._writing:
                await asyncio.to_thread(self._autosave.keep, session)
        except (SessionError, FileProblem, OSError) as error:
            if not self._complained:
                self._complained = True
                self.say(file_words.not_kept(str(error)))
            return
        self._kept = mark
        self._autosave_rest = max(EVERY, REST * (time.monotonic() - started))

    def wind_up(self, *, clean: bool) -> None:
        """After the end: keep the run if the end was no good one, and nothing otherwise."""
        if clean:
            self._autosave.discard()
            return
        # It may have ended because the run itself is broken: then there is nothing to keep.
        with suppress(Exception):
            if self._mark() != self._kept:
                self.training.come_back()
                trainer, image = self.training.trainer, self.view.image
                self._autosave.keep(session_of(trainer, image, _CHECKPOINTS))
