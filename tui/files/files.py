"""The files of the run on the screen: it is saved, opened, and kept in case of a crash."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from textual.app import App
from textual.timer import Timer

from core import Snapshot, Trainer
from core.errors import SessionError
from core.files import CHECKPOINTS, Session, session_of
from core.run import Checkpoint
from tui.files import words as file_words
from tui.files.autosave import About, Autosave, RecoveredRun, forget, recovered_runs
from tui.files.folders import note_session, recent_sessions
from tui.files.known import Effort, KnownFiles
from tui.files.path_box import HINT, Known, PathScreen, Take, for_new_file, meant, named
from tui.files.session_files import FileProblem, Opened, open_run, save_session, short, shown
from tui.view.view import View
from tui.words.phrases import Lines, network_name
from tui.worker.background import NOTICEABLE
from tui.worker.training import Training

_CHECKPOINTS = 64
"""Moments on the way that an autosave holds: it is written often."""
EVERY = 10.0
"""Seconds from one autosave to the next, while something changes …"""
REST = 30.0
"""… or so many times what writing one took, if that is longer …"""
_LONGEST = 600.0
"""… but no longer than this: the program may have been stopped meanwhile, for hours."""
LONG = 60.0
"""Seconds of work on a run after which no key loses it, though no file has it: not q either."""


class Seen(Protocol):
    """How the run is shown, and the lines about it."""

    view: View
    remark: Lines


class RunOnScreen(Protocol):
    """A run, and how to go on with another one in its place; the app's controller is one."""

    @property
    def training(self) -> Training:
        """What trains the run."""
        ...

    @property
    def trainer(self) -> Trainer:
        """The run."""
        ...

    @property
    def shown(self) -> Seen:
        """What is on the screen."""
        ...

    @property
    def mark(self) -> object:
        """What differs once there is something new in the run."""
        ...

    def say(self, lines: Lines) -> None:
        """Put two lines under the panes, about the run."""
        ...

    def note(self, lines: Lines, *, is_warning: bool = False) -> None:
        """Put two lines under the panes until the next key; a warning stays longer."""
        ...

    def offer(self, words: str) -> None:
        """Offer something beside the opening lines; an empty text takes it back."""
        ...

    def begin_saying(
        self, action: Callable[[], str | None], lines: Callable[[Snapshot], Lines]
    ) -> None:
        """Begin elsewhere, paused, and say what is to be said of the moment after."""
        ...


class Files:
    """The files of the run on the screen.

    Parameters
    ----------
    app : App
        Shows boxes, and waits.
    run : RunOnScreen
        The run.
    kept : object
        The run's mark when there was nothing in it that is in no file.
    unicode : bool
        Whether more than ASCII may be written.
    """

    def __init__(self, app: App[None], run: RunOnScreen, kept: object, *, unicode: bool) -> None:
        self._app = app
        self._run = run
        self._kept = kept
        self._unicode = unicode
        self._known = KnownFiles()
        self._effort = Effort()
        self._autosave = Autosave()
        self._timer: Timer | None = None
        self._rest = EVERY
        self._complained = False
        self._writing = asyncio.Lock()

    @property
    def _origin(self) -> Checkpoint:
        """The start of the run."""
        return self._run.trainer.run.log.origin

    @property
    def _path(self) -> str | None:
        """Where the run was saved before, or opened from."""
        return self._known.path_of(self._origin)

    def _session(self, most_checkpoints: int = CHECKPOINTS) -> Session:
        """Return the session of the run as it is."""
        return session_of(self._run.trainer, self._run.shown.view.image, most_checkpoints)

    # -- saving -----------------------------------------------------------------------------------

    def save(self) -> None:
        """Save the run where it was saved before, or ask where."""
        path = self._path
        if path is None or self._known.question(path, self._origin):
            self.save_as()
        else:
            self._app.run_worker(self._tell(self._save(path)))

    def save_as(self) -> None:
        """Ask for a file, and save the run there."""
        config, before, origin = self._run.trainer.run.config, self._path, self._origin
        text = file_words.suggestion(config.task, network_name(config))

        async def write(path: str) -> str | None:
            saving = asyncio.create_task(self._save(path))
            try:
                return await asyncio.shield(saving)
            except asyncio.CancelledError:  # the box was left, and the saving goes on
                self._app.run_worker(self._tell(saving))
                raise

        asked = "" if before is None else self._known.question(before, origin)
        take = for_new_file(
            write,
            named,
            lambda path: self._known.question(path, origin),
            before if asked else None,
        )
        text = text if before is None else short(before)
        self._ask("save this session to", text, [], take, asked or HINT)

    def _ask(
        self, title: str, text: str, known: list[Known], take: Take, answer: str = HINT
    ) -> None:
        box = PathScreen(title, text, known, take, answer, unicode=self._unicode)
        self._app.push_screen(box)

    async def _tell(self, saving: Awaitable[str | None]) -> None:
        """Show that saving failed, if no box is open to show it."""
        problem = await saving
        if problem is not None:
            self._run.note(file_words.not_saved(problem))

    async def _save(self, path: str) -> str | None:
        """Save the run; return the words of a refusal."""
        run, trainer = self._run, self._run.trainer
        if run.training.is_travelling:
            return "still going to another step: wait, or press esc to stay here"
        try:
            session = self._session()
        except SessionError as error:
            return f"this session {error}"
        mark, origin = run.mark, self._origin
        without_other = session.other is None and trainer.other is not None
        saved = [origin]
        if session.other is not None and trainer.other is not None:
            saved.append(trainer.other.run.log.origin)
        async with self._writing:
            writing = asyncio.create_task(asyncio.to_thread(save_session, path, session))
            done, _ = await asyncio.wait({writing}, timeout=NOTICEABLE)
            if not done:
                run.note(file_words.saving(path))
            try:
                self._known.note(origin, path, await writing)
            except FileProblem as problem:
                return str(problem)
            self._kept = mark
            for each in saved:
                self._effort.put(each, 0.0)
            self._autosave.discard()
            await asyncio.to_thread(note_session, path)
        columns, unicode = self._app.size.width, self._unicode
        words = file_words.saved(
            path, without_other=without_other, columns=columns, unicode=unicode
        )
        run.note(words)
        return None

    # -- opening ----------------------------------------------------------------------------------

    def begin_with(self, opened: Opened) -> None:
        """Show what the program was started with."""
        self._known.note(self._origin, opened.path, opened.stamp)
        now = self._run.trainer.snapshot(opened.image)
        self._run.say(file_words.opened(opened.path, now, opened.absent_engine, has_before=False))
        note_session(opened.path)

    def offer(self) -> None:
        """Offer the recovered run, unless somebody is at work already."""
        left = recovered_runs()
        if left and self._run.trainer.is_empty:
            self._run.offer(file_words.offer(left[0].words, len(left) - 1))

    def ask_for_one(self) -> None:
        """Ask for a file, and open the run in it."""
        left = {run.path: run for run in recovered_runs()}
        known = [Known(run.line, run.path) for run in left.values()]
        known += [Known(shown(path), path) for path in recent_sessions()]

        async def take(text: str) -> str | None:
            path = text if text in left else meant(text)
            return await self.open(path, left.get(path))

        self._ask("open a session", "", known, take)

    async def open(self, path: str, left: RecoveredRun | None = None) -> str | None:
        """Open a run; the present one is kept before it. Return the words of a refusal."""
        try:
            opened = await asyncio.to_thread(open_run, path)
        except FileProblem as problem:
            return str(problem)
        async with self._writing:
            if left is not None and not self._autosave.adopt(left):
                return "another napkin-net has this run open"
            if left is None:
                await asyncio.to_thread(note_session, path)
        self._enter(opened, None if left is not None else path, left.about.seconds if left else 0.0)
        return None

    def _enter(self, opened: Opened, path: str | None, seconds: float) -> None:
        """Continue with a run from a file, on which somebody has worked so long."""
        run = self._run

        def enter() -> None:
            run.trainer.continue_with(opened.trainer)
            run.shown.view = replace(run.shown.view, image=opened.image, example=None)
            if path is not None:
                self._known.note(self._origin, path, opened.stamp)
            self._effort.put(self._origin, seconds)
            self._kept = run.mark

        absent = opened.absent_engine
        run.begin_saying(
            enter, lambda after: file_words.opened(path, after, absent, has_before=True)
        )

    def forget(self) -> None:
        """Remove the recovered run, for good."""
        left = recovered_runs()
        for run in left:
            forget(run)
        self._run.offer("")
        self._run.note((file_words.deleted(len(left)), ""))

    # -- in case of a crash -----------------------------------------------------------------------

    def keep_soon(self) -> None:
        """Keep the run in a while, with what else is new until then."""
        log = self._run.trainer.run.log
        self._effort.note(log.origin, log.seconds_per_step or 0.0)
        if self._timer is None and self._app.is_running:
            self._timer = self._app.set_timer(self._rest, self._keep_if_new)

    def _keep_if_new(self) -> None:
        self._timer = None
        if self._run.mark != self._kept and not self._run.training.is_travelling:
            self._app.run_worker(self._keep_now())

    async def _keep_now(self) -> None:
        self._rest = max(EVERY, min(REST * await self.keep(), _LONGEST))

    async def keep(self) -> float:
        """Write the run as it is; return the seconds that it took."""
        mark, started = self._run.mark, time.monotonic()
        try:
            session, about = self._session(_CHECKPOINTS), self._about(self._run.trainer)
            async with self._writing:
                await asyncio.to_thread(self._autosave.keep, session, about)
        except (SessionError, FileProblem) as error:
            if not self._complained:
                self._complained = True
                words = f"a file of it {error}" if isinstance(error, SessionError) else str(error)
                self._run.note(file_words.not_kept(words), is_warning=True)
        else:
            self._kept, self._complained = mark, False
        return time.monotonic() - started

    def _about(self, trainer: Trainer) -> About:
        """Return what a run is, to be read beside its file."""
        run = trainer.run
        seconds = self._effort.of(run.log.origin)
        loss = run.log.history.latest if len(run.log.history) else math.nan
        return About(file_words.about(run.config, run.step_count, loss), seconds)

    def finish(self, *, clean: bool) -> str:
        """After the end: keep what was not to be lost; return what a person should know of it.

        If the end was no good one, that is the run; after a good one, every run that no file has
        and that took long.
        """
        if clean:
            return self._finish_well()
        if self._run.mark != self._kept:
            # It may have ended because the run itself is broken: then there is nothing to keep.
            with suppress(Exception):
                self._run.training.come_back()
                trainer = self._run.trainer
                self._autosave.keep(self._session(_CHECKPOINTS), self._about(trainer))
        return ""

    def _finish_well(self) -> str:
        """Keep every run that took long and that no file has; forget the rest."""
        present, long = self._run.trainer, self._long_runs()
        if present not in long:
            self._autosave.discard()
        try:
            for trainer in long:
                if trainer is present:
                    self._run.training.come_back()
                autosave = self._autosave if trainer is present else Autosave()
                session = session_of(trainer, self._run.shown.view.image, _CHECKPOINTS)
                autosave.keep(session, self._about(trainer))
                autosave.release()
        except (SessionError, FileProblem) as error:
            return file_words.not_kept_at_end(str(error))
        return file_words.kept_at_end([trainer.run.last_step for trainer in long])

    def _long_runs(self) -> list[Trainer]:
        """Return the runs, left ones too, that took long and that no file has."""
        present = self._run.trainer
        left = [Trainer(each.run, each.other) for each in reversed(present.left)]
        return [
            trainer
            for trainer in (present, *left)
            if self._effort.of(trainer.run.log.origin) >= LONG and not trainer.is_empty
        ]
