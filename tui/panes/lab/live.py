"""What is looked at while the lab is open: the run's own steps, and the load of the machine."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from core import Snapshot
from core.engines import loading
from tui.view.view import Pace
from tui.worker import Readings

if TYPE_CHECKING:
    from core.rates import Disturbance, MachineState

_ENOUGH = 3
"""Readings of the run's own steps from which on they are what is shown."""
_LIVE = 0.25
"""Seconds between two looks at the run's own steps."""
_LONG = 0.02
"""Seconds of a step that takes as long alone as among others."""


class OwnSteps:
    """The times of the run's own steps: while they follow one another at full speed, and of long
    ones also those that are taken one at a time.

    A short step among rests takes longer: the processor has to find its data again.
    """

    def __init__(self) -> None:
        self._all = Readings()
        self._of: object = None
        self._step = 0
        self._last: float | None = None
        self._looked = 0.0
        self.version = 0
        """Changes a few times a second, with what is to be drawn."""

    @property
    def readings(self) -> Readings | None:
        """What was measured, if it is enough."""
        is_enough = len(self._all.seconds) >= _ENOUGH or _LONG <= self._all.fastest < math.inf
        return self._all if is_enough else None

    def note(self, snapshot: Snapshot, pace: Pace) -> None:
        """Read the time of the steps before a snapshot."""
        of = snapshot.config, snapshot.schedule.images
        if of != self._of:
            self._of, self._all, self.version = of, Readings(), self.version + 1
        seconds, before = snapshot.seconds_per_step, self._step
        is_timed_anew = seconds != self._last  # a step that is gone to has the time of another
        self._step, self._last = snapshot.step, seconds
        is_its_own = snapshot.config.engine not in loading  # else matrix computes in its place
        is_fast = pace.running and pace.speed == math.inf
        if seconds is None or not (is_its_own and (is_fast or seconds >= _LONG)):
            return
        if snapshot.step > before and is_timed_anew:
            self._all.add(seconds)
        now = time.monotonic()
        if now - self._looked >= _LIVE or not is_fast:
            self._looked, self.version = now, self.version + 1


class Disturbances:
    """What disturbs the machine, since the pane was opened."""

    def __init__(self) -> None:
        self._before: MachineState | None = None
        self._found: tuple[Disturbance, ...] = ()
        self._looked = 0.0

    def begin(self) -> None:
        """Note how the machine is now, the first time."""
        from core.rates import machine_state

        if self._before is None:
            self._before = machine_state()

    def found(self) -> tuple[Disturbance, ...]:
        """Return what disturbs, looked at once a second."""
        from core.rates import disturbances, machine_state

        now = time.monotonic()
        if self._before is not None and now - self._looked >= 1.0:
            self._looked, self._found = now, disturbances(self._before, machine_state())
        return self._found
