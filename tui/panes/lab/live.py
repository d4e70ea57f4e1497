"""What is measured while the lab is open: steps of the run and beside it, and what disturbs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from core import Snapshot
from core.engines import ENGINES, loadable, loading
from core.metrics import StepTimes
from tui.view.view import Pace
from tui.worker import Readings, Setup, Timing

if TYPE_CHECKING:
    from core.prediction import Experiment
    from core.rates import Disturbance, MachineState
    from tui.panes.lab.survey import Survey

_LIVE = 0.25
"""Seconds between two looks at the run's own steps."""
_LOOK, _RECENT = 1.0, 60.0
"""Seconds between two looks at the machine; and seconds that they are compared for, as the system's
load is the mean of the last minute."""


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


class Measured:
    """The times that the lab shows: those of the run's own steps, and of networks beside it.

    Parameters
    ----------
    timing : Timing
        Times networks beside the run.
    own : OwnSteps
        The run's own steps.
    asked : collection
        The experiments that were asked for, each with its engine; more may come.
    """

    def __init__(
        self, timing: Timing, own: OwnSteps, asked: Collection[tuple[str, Experiment]]
    ) -> None:
        self._timing = timing
        self._own = own
        self._asked = asked

    def readings(self, survey: Survey, engine: str, own: str) -> Readings:
        """Return what was measured of an engine; of the run's own, by the run, and where an
        experiment is compared with it, beside it in the same way as the experiment."""
        from tui.panes.lab.survey import setup_of

        timed = self._timing.readings(setup_of(survey.now, engine))
        by_run = self._own.readings if engine == own else None
        if by_run is None:
            return timed
        return Readings(by_run.seconds + timed.seconds) if self._is_tried(engine) else by_run

    def tried(self, survey: Survey, engine: str) -> Mapping[Experiment, Readings]:
        """Return what was measured of the experiments that were asked for on an engine."""
        from tui.panes.lab.survey import setup_of

        return {
            experiment: self._timing.readings(setup_of(trial, engine))
            for experiment, trial in survey.trials.items()
            if (engine, experiment) in self._asked and trial.config is not None
        }

    def want(self, survey: Survey, own: str) -> None:
        """Have those networks timed that are shown, if they are not too large."""
        from tui.panes.lab.survey import setup_of

        waiting, wanted = waiting_for(survey, own), list[Setup]()
        for engine in ENGINES:
            if engine in waiting:
                continue
            is_measured = engine == own and self._own.readings is not None
            if not is_measured or self._is_tried(engine):
                wanted.append(setup_of(survey.now, engine))
            for experiment, trial in survey.trials.items():
                is_asked = (engine, experiment) in self._asked
                if is_asked and trial.config is not None and not trial.too_much(engine):
                    wanted.append(setup_of(trial, engine))
        self._timing.want(wanted)

    def _is_tried(self, engine: str) -> bool:
        """Whether an experiment is measured on an engine."""
        return any(name == engine for name, _ in self._asked)


def waiting_for(survey: Survey, own: str) -> dict[str, str]:
    """Return why an engine is not timed, for those that are not; `own` is the run's."""
    from tui.panes.lab.words import LOADING

    waiting = {name: LOADING[name] if name in loading else "press E" for name in loadable()}
    for engine in ENGINES:
        if reason := survey.now.too_much(engine):
            word = "too long" if reason == "time" else "too large"
            # The run's own steps are timed when it takes them.
            waiting.setdefault(engine, "press s" if engine == own else word)
    return waiting


class Disturbances:
    """What disturbs the machine, or did so in the last minute."""

    def __init__(self) -> None:
        self._states: deque[tuple[float, MachineState]] = deque()
        self._found: tuple[Disturbance, ...] = ()

    def look(self) -> None:
        """Look at the machine, once a second; what was seen more than a minute ago is forgotten."""
        from core.rates import disturbances, machine_state

        now = time.monotonic()
        if self._states and now - self._states[-1][0] < _LOOK:
            return
        self._states.append((now, machine_state()))
        while now - self._states[0][0] > _RECENT:
            self._states.popleft()
        self._found = disturbances(self._states[0][1], self._states[-1][1])

    def found(self) -> tuple[Disturbance, ...]:
        """Return what disturbs."""
        self.look()
        return self._found
