"""What is known of each run: the file that has it, and how long a person worked on it since."""

import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from core.run import Checkpoint
from tui.files.path_box import if_there
from tui.files.session_files import Stamp, stamp_of

PAUSE = 2.0
"""Seconds between two changes of a run, of which no more count as work on it."""


class KnownFiles:
    """The files that runs were saved in or opened from, and what they were like then.

    Runs are known by their starts: another run is saved in another file, unless somebody says
    otherwise.
    """

    def __init__(self) -> None:
        self._paths: WeakKeyDictionary[Checkpoint, str] = WeakKeyDictionary()
        self._stamps: dict[str, Stamp | None] = {}

    def note(self, origin: Checkpoint, path: str, stamp: Stamp | None) -> None:
        """Remember the file of a run, as it is now."""
        self._paths[origin] = path
        self._stamps[path] = stamp

    def path_of(self, origin: Checkpoint) -> str | None:
        """Return the file of a run."""
        return self._paths.get(origin)

    def question(self, path: str, origin: Checkpoint) -> str:
        """Return what to ask before a run is saved in a file; nothing if there is no need."""
        now = stamp_of(path)
        if path == self.path_of(origin) and now == self._stamps[path]:
            return ""
        if now is not None and now != self._stamps.get(path, now):
            return "another program has changed this file: press enter again to replace it"
        return if_there(path)


class Effort:
    """The seconds in which each run was worked on since a file had all of it.

    Parameters
    ----------
    clock : callable
        Gives the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._seconds: WeakKeyDictionary[Checkpoint, float] = WeakKeyDictionary()

    def note(self, origin: Checkpoint, seconds_per_step: float) -> None:
        """Note that a run has changed: the time since the last change was work on it.

        Parameters
        ----------
        origin : Checkpoint
            The run's start.
        seconds_per_step : float
            How long a step takes: a long one is no pause.
        """
        now = self._clock()
        passed, self._last = now - self._last, now
        self.put(origin, self.of(origin) + min(passed, max(PAUSE, seconds_per_step)))

    def of(self, origin: Checkpoint) -> float:
        """Return the seconds of a run."""
        return self._seconds.get(origin, 0.0)

    def put(self, origin: Checkpoint, seconds: float) -> None:
        """Set the seconds of a run: to those that it is known to have taken, or to 0."""
        self._seconds[origin] = seconds
