"""What is looked at while the lab is open: the run's own steps, and the load of the machine."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from core import Snapshot
from core.engines import loading
from core.metrics import StepTimes
from tui.view.view import Pace
from tui.worker import Readings

if TYPE_CHECKING:
    from core.rates import Disturbance, MachineState

_LIVE = 0.25
"""Seconds between two looks at the run's own steps."""


class OwnSteps:
    """The times of the run's own steps, in a row; see `core.metrics.StepTimes`."""

    def __init__(self) -> None:
        self._times = StepTimes()
        self._looked = 0.0
        self.version = 0
        """Changes a few times a second, with what is to be drawn."""

    @property
    def readings(self) -> Readings | None:
        """What was measured; None if nothing was."""
        return Readings(deque(self._times.in_a_row)) if self._times.in_a_row else None

    @property
    def after_pause(self) -> float:
        """Seconds of a step after a pause; infinite if none was measured."""
        return self._times.after_pause

    def note(self, snapshot: Snapshot, pace: Pace) -> None:
        """Read the times that a snapshot has."""
        is_its_own = snapshot.config.engine not in loading  # else matrix computes in its place
        times = snapshot.step_times if is_its_own else StepTimes()
        if times == self._times:
            return
        is_begun = bool(times.in_a_row) and bool(self._times.in_a_row)
        self._times, now = times, time.monotonic()
        if not (is_begun and pace.running) or now - self._looked >= _LIVE:
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
