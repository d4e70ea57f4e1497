"""What the app does with files: saves a run, opens one, and keeps it in case of a crash."""

import asyncio
import os
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from core.errors import SessionError
from core.files import CHECKPOINTS, Session, session_of
from core.run import Checkpoint
from tui.files import words as file_words
from tui.files.autosave import Autosave, CutShort, cut_short, forget
from tui.files.folders import note_session, recent_sessions
from tui.files.path_box import Known, PathScreen, Take, meant, named
from tui.files.session_files import FileProblem, Opened, open_run, save_session, short, shown
from tui.words.phrases import network_name
from tui.worker.background import NOTICEABLE

if TYPE_CHECKING:
    from tui.files.filing import FileApp

_CHECKPOINTS = 64
"""Moments on the way that an autosave holds: it is written often."""


class Files:
    """The files of an app's run.

    Parameters
    ----------
    app : FileApp
        Whose run it is.
    """

    def __init__(self, app: "FileApp") -> None:
        self._app = app
        # By their starts: another run is saved in another file, unless somebody says otherwise.
        self._paths: WeakKeyDictionary[Checkpoint, str] = WeakKeyDictionary()
        self._autosave = Autosave()
        self._complained = False
        self._writing = asyncio.Lock()

    @property
    def _path(self) -> str | None:
        """Where the run was saved before, or opened from."""
        return self._paths.get(self._app.training.trainer.origin)

    def _session(self, most_checkpoints: int = CHECKPOINTS) -> Session:
        """Take the run down as it is."""
        return session_of(self._app.training.trainer, self._app.view.image, most_checkpoints)

    # -- saving -----------------------------------------------------------------------------------

    def save(self) -> None:
        """Save the run where it was saved before, or ask where."""
        path = self._path
        if path is None:
            self.save_as()
        else:
            self._app.run_worker(self._tell(self._save(path)))

    def save_as(self) -> None:
        """Ask for a file, and save the run there."""
        config, before = self._app.training.trainer.config, self._path
        text = file_words.suggestion(config.task, network_name(config))
        asked: set[str] = set()

        async def take(text: str) -> str | None:
            path = named(text)
            if text.rstrip().endswith("/"):
                return "that is a folder: add a name"
            if path not in asked and path != before and os.path.exists(path):
                asked.add(path)
                return "there is such a file already: enter again replaces it"
            saving = asyncio.create_task(self._save(path))
            try:
                return await asyncio.shield(saving)
            except asyncio.CancelledError:  # the box was left, and the saving goes on
                self._app.run_worker(self._tell(saving))
                raise

        text = text if before is None else short(before)
        self._ask("save this session in", text, [], take)

    def _ask(self, title: str, text: str, known: list[Known], take: Take) -> None:
        unicode = self._app.ink.unicode
        self._app.push_screen(PathScreen(title, text, known, take, unicode=unicode))

    async def _tell(self, saving: Awaitable[str | None]) -> None:
        """Say so if saving fails, where no box is there to do it."""
        problem = await saving
        if problem is not None:
            self._app.say(file_words.not_saved(problem))

    async def _save(self, path: str) -> str | None:
        """Save the run; give the words of a refusal."""
        app, trainer = self._app, self._app.training.trainer
        if app.training.is_travelling:
            return "wait until it is there, or press esc: it is on its way to another step"
        try:
            session = self._session()
        except SessionError as error:
            return f"this session {error}"
        mark, origin = app.mark(), trainer.origin
        without_other = session.other is None and trainer.other is not None
        async with self._writing:
            writing = asyncio.create_task(asyncio.to_thread(save_session, path, session))
            done, _ = await asyncio.wait({writing}, timeout=NOTICEABLE)
            if not done:
                app.say(file_words.saving(path))
            try:
                await writing
            except FileProblem as problem:
                return str(problem)
            self._paths[origin], app.kept = path, mark
            self._autosave.discard()
            await asyncio.to_thread(note_session, path)
        app.say(file_words.saved(path, without_other=without_other))
        return None

    # -- opening ----------------------------------------------------------------------------------

    def begin_with(self, opened: Opened) -> None:
        """Say what the program was started with."""
        self._paths[self._app.training.trainer.origin] = opened.path
        now = self._app.training.trainer.snapshot(opened.image)
        self._app.say(file_words.opened(opened.path, now, has_before=False))
        note_session(opened.path)

    def offer(self) -> None:
        """Offer what was cut short, unless somebody is at work already."""
        left = cut_short()
        if left and self._app.training.trainer.is_unbegun:
            words = file_words.offer(left[0].words, len(left) - 1)
            self._app.say((self._app.remark[0], words))

    def ask_for_one(self) -> None:
        """Ask for a file, and open the run in it."""
        left = {run.path: run for run in cut_short()}
        known = [Known(f"the run that was {run.words}", run.path) for run in left.values()]
        known += [Known(shown(path), path) for path in recent_sessions()]

        async def take(text: str) -> str | None:
            path = text if text in left else meant(text)
            return await self.open(path, left.get(path))

        self._ask("open a session", "", known, take)

    async def open(self, path: str, left: CutShort | None = None) -> str | None:
        """Open a run; the present one is kept before it. Give the words of a refusal."""
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
        app = self._app

        def enter() -> None:
            app.training.trainer.go_on_with(opened.trainer)
            app.view = replace(app.view, image=opened.image)
            if path is not None:
                self._paths[app.training.trainer.origin] = path
            app.kept = app.mark()

        app.begin_saying(enter, lambda after: file_words.opened(path, after, has_before=True))

    def forget(self) -> None:
        """Remove what was cut short, for good."""
        left = cut_short()
        for run in left:
            forget(run)
        count = f"{len(left)} of them" if left else "there was nothing"
        self._app.say((f"Forgotten what was cut short: {count}.", ""))

    # -- in case of a crash -----------------------------------------------------------------------

    async def keep(self) -> float:
        """Write the run as it is; give the seconds that it took."""
        app, started = self._app, time.monotonic()
        mark = app.mark()
        try:
            session = self._session(_CHECKPOINTS)
            async with self._writing:
                await asyncio.to_thread(self._autosave.keep, session)
        except (SessionError, FileProblem, OSError) as error:
            if not self._complained:
                self._complained = True
                about = "a file of it " if isinstance(error, SessionError) else ""
                app.say(file_words.not_kept(f"{about}{error}"))
        else:
            app.kept = mark
        return time.monotonic() - started

    def keep_at_end(self) -> None:
        """Write the run as it is, at an end that was no good one."""
        # It may have ended because the run itself is broken: then there is nothing to keep.
        with suppress(Exception):
            self._app.training.come_back()
            self._autosave.keep(self._session(_CHECKPOINTS))

    def discard(self) -> None:
        """Keep nothing: the end was a good one."""
        self._autosave.discard()
