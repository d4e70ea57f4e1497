"""What a person has asked of a run that is being trained, and what is not done of it yet."""

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress

from core.run import Checkpoint, Moment
from tui.view.view import Pace

INPUT_LASTS = 0.05
"""How long after an input that holds, in seconds."""
MOST_LATE = 1.0
"""Seconds of steps that are caught up with, where the machine was busy."""


class PendingRequests:
    """How fast a run is to go, and the steps, changes and the journey that it still owes.

    Everything here happens on the event loop, but for `note_input`.
    """

    def __init__(self) -> None:
        self.pace = Pace()
        self.steps = 0
        """Single steps, each asked for by a key."""
        self.changes: list[Callable[[], None]] = []
        """What waits for a thread to be called off."""
        self.goal: Moment | None = None
        """The moment that the run is on its way to."""
        self.last_input = -math.inf
        """When a key or a click came, on the clock of `time.perf_counter`."""
        self._origin: Checkpoint | None = None
        self._due = 0.0
        self._is_roused = asyncio.Event()

    @property
    def is_answering(self) -> bool:
        """Whether a key or a click came a moment ago, and the screen needs the time."""
        return time.perf_counter() - self.last_input < INPUT_LASTS

    def note_input(self) -> None:
        """Leave the screen more time for a moment; called from the thread that reads the keys."""
        self.last_input = time.perf_counter()

    def set_pace(self, pace: Pace) -> None:
        """Run, pause, or change the speed; the next step is due at once."""
        self.pace = pace
        self._due = time.perf_counter()

    def pause(self) -> None:
        """Pause: no step follows by itself."""
        self.pace = Pace(False, self.pace.speed)

    def until_due(self, now: float) -> float:
        """Return the seconds until the next step is due; not above 0 if it is."""
        return self._due - now

    def take_due(self, now: float) -> int:
        """Count the steps that are due at the pace, at least one; they are owed no longer."""
        # What was not due because the whole program was stopped is not caught up with.
        self._due = max(self._due, now - MOST_LATE)
        steps = 1 + int((now - self._due) * self.pace.speed)
        self._due += steps / self.pace.speed
        return steps

    def done(self, steps: int) -> None:
        """Owe so many single steps less, however they came about."""
        self.steps = max(0, self.steps - steps)

    def begin_travel(self, goal: Moment, origin: Checkpoint) -> None:
        """Begin a travel; where it began is kept for its being called off."""
        self.goal, self._origin = goal, origin

    def cancel_travel(self) -> Checkpoint | None:
        """Forget the journey; return where it began, or None if there is none."""
        origin = None if self.goal is None else self._origin
        self.goal = None
        return origin

    def take_changes(self) -> list[Callable[[], None]]:
        """Return what waits; it is owed no longer."""
        changes, self.changes = self.changes, []
        return changes

    def wake(self) -> None:
        """Wake the work, because there is something new to do."""
        self._is_roused.set()

    def rest(self) -> None:
        """Forget the requests that woke the worker."""
        self._is_roused.clear()

    async def wait(self, seconds: float | None = None) -> None:
        """Wait until something new is asked for, but no longer than so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_roused.wait(), seconds)
