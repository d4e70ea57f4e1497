"""The run as it was a few seconds ago, in a file, in case the program does not end well.

Each program that runs writes a file of its own and holds a lock beside it, which the system lets go
of however the program ends. So a file whose lock nobody holds is of a run that was not ended.
"""

import fcntl
import os
import time
from contextlib import suppress

from core.atomic import read_whole, words_of
from core.files import Session
from core.structs import Struct
from tui.files.folders import autosave_folder, made
from tui.files.session_files import SUFFIX, FileProblem, save_session, shown
from tui.files.words import since_text
from tui.words.phrases import printable

KEPT = 10
"""Runs that were recovered and are kept, the newest."""
_LOCK = ".lock"
_MOST_BYTES = 2**12
"""Of what stands beside a run."""


class About(Struct):
    """What a run is, beside its file: a list of runs is not to read them all."""

    words: str = ""
    """Task, network, step and loss."""
    seconds: float = 0.0
    """How long a person worked on it."""


class RecoveredRun(Struct):
    """A run that a program has left behind."""

    path: str
    """Its file."""
    when: float
    """When it was written, in seconds since 1970."""
    about: About
    """What it is."""

    @property
    def words(self) -> str:
        """Return which one it is."""
        return since_text(self.when)

    @property
    def line(self) -> str:
        """Return which one it is among others, however alike they are."""
        seconds = time.strftime(":%S", time.localtime(self.when))
        return ", ".join(filter(None, (f"recovered run {self.words}{seconds}", self.about.words)))


def recovered_runs() -> list[RecoveredRun]:
    """Find the recovered runs, the newest first; far older ones go."""
    found = []
    with suppress(OSError), os.scandir(autosave_folder()) as entries:
        for entry in entries:
            if entry.name.endswith(SUFFIX) and not _is_held(entry.path):
                with suppress(OSError):
                    when, about = entry.stat().st_mtime, _about(entry.path)
                    found.append(RecoveredRun(entry.path, when, about))
    found.sort(key=lambda each: -each.when)
    for each in found[KEPT:]:
        forget(each)
    return found[:KEPT]


def _about(path: str) -> About:
    """Read what stands beside a run; nothing if nothing can be understood."""
    import json

    with suppress(OSError, ValueError, RecursionError):
        read = json.loads(read_whole(path + _LOCK, _MOST_BYTES))
        if isinstance(read, dict):
            words, seconds = read.get("words"), read.get("seconds")
            if isinstance(words, str) and isinstance(seconds, int | float):
                return About(printable(words), float(seconds))
    return About()


def forget(run: RecoveredRun) -> None:
    """Remove a recovered run, unless somebody holds it."""
    with suppress(OSError):
        handle = _locked(run.path)
        for path in (run.path, run.path + _LOCK):
            with suppress(OSError):
                os.unlink(path)
        os.close(handle)


def _is_held(path: str) -> bool:
    """Whether a program that runs writes a file."""
    with suppress(FileNotFoundError):
        try:
            handle = os.open(path + _LOCK, os.O_RDWR | os.O_CLOEXEC)
        except PermissionError:
            return True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(handle)
    return False


def _locked(path: str) -> int:
    """Hold the lock of a file; raises `OSError` if another program does."""
    handle = os.open(path + _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


class Autosave:
    """This program's own file, from the first time that there is something to keep."""

    def __init__(self) -> None:
        self._path: str | None = None
        self._handle = -1

    def keep(self, session: Session, about: About) -> None:
        """Write the run, and what it is.

        Raises
        ------
        FileProblem
            If it cannot be written.
        """
        import json

        folder = autosave_folder()
        try:
            if self._path is None:
                now = time.strftime("%Y%m%d-%H%M%S")
                name = f"{now}-{os.getpid()}-{os.urandom(2).hex()}{SUFFIX}"
                path = os.path.join(made(folder), name)
                self._handle = _locked(path)
                self._path = path
            save_session(self._path, session)
            text = json.dumps({"words": about.words, "seconds": about.seconds})
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, text.encode(), 0)
        except OSError as error:
            raise FileProblem(f"{shown(folder)}: {words_of(error)}") from None

    def adopt(self, run: RecoveredRun) -> bool:
        """Continue to write a recovered run; return whether no other program does."""
        try:
            handle = _locked(run.path)
        except OSError:
            return False
        self.discard()
        self._path, self._handle = run.path, handle
        return True

    def discard(self) -> None:
        """Remove the file: there is nothing in it that is not kept elsewhere, or wanted."""
        if self._path is None:
            return
        for path in (self._path, self._path + _LOCK):
            with suppress(OSError):
                os.unlink(path)
        self.release()

    def release(self) -> None:
        """Leave the file to whoever opens it next."""
        os.close(self._handle)
        self._path, self._handle = None, -1
