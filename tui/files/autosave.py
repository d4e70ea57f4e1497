"""The run as it was a few seconds ago, in a file, in case the program does not end well.

Each program that runs writes a file of its own and holds a lock beside it, which the system lets go
of however the program ends. So a file whose lock nobody holds is of a run that was not ended.
"""

import fcntl
import os
import time
from contextlib import suppress
from dataclasses import dataclass

from core.files import Session
from tui.files.folders import autosave_folder, made
from tui.files.session_files import SUFFIX, save_session

KEPT = 10
"""Runs that were recovered and are kept, the newest."""
_LOCK = ".lock"


@dataclass(frozen=True)
class RecoveredRun:
    """A run that a program has left behind."""

    path: str
    """Its file."""
    when: float
    """When it was written, in seconds since 1970."""

    @property
    def words(self) -> str:
        """Return which one it is."""
        then = time.localtime(self.when)
        is_today = then[:3] == time.localtime()[:3]
        return time.strftime("from %H:%M" if is_today else "from %d %B at %H:%M", then)


def recovered_runs() -> list[RecoveredRun]:
    """Find the recovered runs, the newest first; far older ones go."""
    found = []
    with suppress(OSError), os.scandir(autosave_folder()) as entries:
        for entry in entries:
            if entry.name.endswith(SUFFIX) and not _is_held(entry.path):
                with suppress(OSError):
                    found.append(RecoveredRun(entry.path, entry.stat().st_mtime))
    found.sort(key=lambda each: -each.when)
    for each in found[KEPT:]:
        forget(each)
    return found[:KEPT]


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

    def keep(self, session: Session) -> None:
        """Write the run.

        Raises
        ------
        FileProblem, OSError
            If it cannot be written.
        """
        if self._path is None:
            name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{os.urandom(2).hex()}{SUFFIX}"
            path = os.path.join(made(autosave_folder()), name)
            self._handle = _locked(path)
            self._path = path
        save_session(self._path, session)

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
        os.close(self._handle)
        self._path, self._handle = None, -1
