"""The files of sweeps of this screen: at the next start of the program the last one can go on.

Each program writes a file of its own, and holds its lock as long as it shows that sweep. So nobody
else reads what is still being filled, or removes what somebody looks at.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from core.atomic import words_of
from core.errors import SweepError
from core.sweeps import Result, SweepFile, begun_with, sweep_file
from tui.files.folders import made, state_folder
from tui.sweep.draft import Plan

_BEGINS, _ENDS = "sweep", ".jsonl"


class Keeping:
    """The file of one sweep, held as long as that is on the screen.

    Parameters
    ----------
    before : Keeping, optional
        That of the sweep before, which is let go of once this one begins.
    """

    def __init__(self, before: "Keeping | None" = None) -> None:
        self.file: SweepFile | None = None
        self.ended: float | None = None
        """When the sweep ended, in seconds since 1970, if that was in an earlier start."""
        self.problem = ""
        """Why the next start will not have all results, in words."""
        self._before = before
        self._holds = ExitStack()
        self._is_written = False
        self._is_left = False

    def read(self, path: str, plan: Plan) -> SweepFile:
        """Open and hold the file of an earlier start; raises `OSError` and `SweepError`."""
        self.ended = os.stat(path).st_mtime
        opened = sweep_file(path, plan.grid.first, plan.goal, plan.typed)
        self.file = self._holds.enter_context(opened)
        return self.file

    def begin(self, plan: Plan) -> None:
        """Begin to write, to a new file if there is none."""
        self._is_written, self.ended, self.problem = True, None, ""
        if self._before is not None:
            self._before.leave()
            self._before = None
        if self.file is None:
            try:
                self.file = self._holds.enter_context(_new_file(plan))
            except OSError as error:
                self.problem = words_of(error)
            except SweepError as error:
                self.problem = str(error)

    def add(self, results: Sequence[Result]) -> None:
        """Write results, until the disk takes no more."""
        if self.file is None or self.problem:
            return
        try:
            for result in results:
                self.file.add(result)
        except OSError as error:
            self.problem = words_of(error)

    def end(self) -> None:
        """Write no more."""
        self._is_written = False
        if self._is_left:
            self._holds.close()

    def leave(self) -> None:
        """Leave the file to whoever opens it next, as soon as nothing is written to it."""
        self._is_left = True
        if not self._is_written:
            self._holds.close()


def kept_files() -> list[str]:
    """Return the paths of sweeps that no program shows now, the one that ended last first."""
    found: list[tuple[float, str]] = []
    with suppress(OSError), os.scandir(state_folder()) as entries:
        for entry in entries:
            is_named = entry.name.startswith(_BEGINS) and entry.name.endswith(_ENDS)
            if is_named and entry.is_file(follow_symlinks=False):
                with suppress(OSError), _held(entry.path):
                    if (about := entry.stat()).st_size:
                        found.append((about.st_mtime, entry.path))
    return [path for _, path in sorted(found, reverse=True)]


@contextmanager
def _new_file(plan: Plan) -> Iterator[SweepFile]:
    """Return the file that results of a sweep are written to; those before it are forgotten.

    Raises
    ------
    OSError, SweepError
        If there can be none.
    """
    handle, path = tempfile.mkstemp(_ENDS, f"{_BEGINS}-", made(state_folder()))
    os.close(handle)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(sweep_file(path, plan.grid.first, plan.goal, plan.typed))
        except SweepError as error:
            os.unlink(path)
            raise SweepError(str(error).removeprefix(f"{path}: ")) from None
        for other in kept_files():
            # What another version has written, or nobody understands, is not this one's to remove.
            with suppress(OSError, SweepError), _held(other):
                begun_with(other)
                os.unlink(other)
        yield file


@contextmanager
def _held(path: str) -> Iterator[None]:
    """Hold the lock of a file for a moment; raises `OSError` if a program shows its sweep."""
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            pass  # a disk that knows no locks
        yield
    finally:
        os.close(handle)
