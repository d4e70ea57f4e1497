"""What the steps of a run took: epochs, images, multiply-adds and seconds, as far as any step."""

import math
from bisect import bisect_right
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.metrics.meter import Meter
from core.structs import Struct

MOST = 4096
"""Measured stretches that are kept; then every second one goes, and its time to the next."""

IN_A_ROW = 0.005
"""Seconds that steps follow one another at least, so that what a pause before them costs is nothing
beside them."""
_KEPT = 64
"""Measured times of a step that count; older ones are forgotten."""


class Unit(StrEnum):
    """What the steps of a run are counted in."""

    STEPS = "steps"
    EPOCHS = "epochs"
    IMAGES = "images seen"
    MULTIPLY_ADDS = "multiply-adds"
    SECONDS = "seconds"


class Clock:
    """How long the steps of a run took to compute, as measured when each was first taken.

    Where nobody measured, as before the moment at which a session was opened, steps are taken to
    have lasted as long as the next ones that were measured.
    """

    def __init__(self) -> None:
        self._steps = [0]
        self._seconds = [0.0]

    @property
    def is_running(self) -> bool:
        """Whether anything was measured yet."""
        return len(self._steps) > 1

    def note(self, first: int, step: int, seconds: float) -> None:
        """Note what the steps from `first` to `step` updates took; of known ones, nothing."""
        known = self._steps[-1]
        if step <= known or step <= first:
            return
        per_step = seconds / (step - first)
        self._seconds.append(self._seconds[-1] + per_step * (step - known))
        self._steps.append(step)
        if len(self._steps) > MOST:
            del self._steps[1:-1:2]
            del self._seconds[1:-1:2]

    def until(self, step: int) -> "Clock":
        """Return what is known of the first steps, to go on by itself."""
        cut, kept = Clock(), bisect_right(self._steps, step)
        cut._steps, cut._seconds = self._steps[:kept], self._seconds[:kept]
        if cut._steps[-1] < step and kept < len(self._steps):
            cut._seconds.append(self.at(step))
            cut._steps.append(step)
        return cut

    def copy(self) -> "Clock":
        """Return a clock that goes on by itself."""
        return self.until(self._steps[-1])

    def at(self, step: int) -> float:
        """Return how many seconds the first so many updates took."""
        return float(self.course(step).at(np.array([step]))[0])

    def course(self, last: int) -> "Course":
        """Return the seconds of all steps up to one; those after the last measured are like it."""
        steps, seconds = list(self._steps), list(self._seconds)
        if last > steps[-1]:
            slope = 0.0
            if len(steps) > 1:
                slope = (seconds[-1] - seconds[-2]) / (steps[-1] - steps[-2])
            seconds.append(seconds[-1] + slope * (last - steps[-1]))
            steps.append(last)
        return Course(np.array(steps, np.float64), np.array(seconds))


class StepTimes(Struct):
    """How long a step takes, measured again and again while nothing of the run is changed.

    After a pause the processor has to find data and instructions again, and each time that steps
    begin takes a little too. So a short step takes longer alone than in a row with others.
    """

    in_a_row: tuple[float, ...] = ()
    """Seconds of a step among steps in a row, one number for each row, the last ones; a step of at
    least `IN_A_ROW` is a row."""
    after_pause: float = math.inf
    """The fewest seconds of a step that was taken after a pause, alone or with a few others;
    infinite if none was."""

    def noted(self, steps: int, seconds: float, busy: float = math.inf) -> "StepTimes":
        """Return the times with those of so many more steps.

        Where a step is known to take less than a tenth of `IN_A_ROW`, one of that length was
        interrupted, by other programs or another thread of this one: it is no row.

        Parameters
        ----------
        steps : int
            How many steps there were, one after another.
        seconds : float
            What they took together.
        busy : float
            For how many seconds of these their thread computed; infinite if nobody knows, as of
            a device that is waited for.
        """
        each, rows, after = seconds / steps, self.in_a_row, self.after_pause
        if seconds < IN_A_ROW:
            after = min(after, each)
        else:
            rows = (*rows[1 - _KEPT :], each)
        if min(after, busy / steps) < IN_A_ROW / 10.0:
            rows = tuple(each for each in rows if each < IN_A_ROW)
        return StepTimes(rows, after)

    @property
    def fastest(self) -> float | None:
        """The fewest seconds of a step in a row, the lower envelope; None if none was measured."""
        return min(self.in_a_row, default=None)


class Course(Struct, eq=False):
    """What the steps up to each one took, in one unit; in a straight line between some of them."""

    steps: NDArray[np.float64]
    """Shape (n,), rising, from 0."""
    amounts: NDArray[np.float64]
    """Shape (n,), what these first steps took; it never falls."""

    def at(self, steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what so many first steps took, shape (k,)."""
        return np.interp(steps, self.steps, self.amounts)

    def step_at(self, amount: float) -> int:
        """Return the step by which so much was taken, the nearest one."""
        return round(float(np.interp(amount, self.amounts, self.steps)))


class Effort(Struct, eq=False):
    """What the steps of a run took, in any unit."""

    meter: Meter
    clock: Clock

    def copy(self) -> "Effort":
        """Return what is known now; the run goes on without it."""
        return Effort(self.meter.copy(), self.clock.copy())

    def knows(self, unit: Unit) -> bool:
        """Whether there is anything to tell in a unit."""
        return unit is not Unit.SECONDS or self.clock.is_running

    def at(self, step: int, unit: Unit) -> float:
        """Return what the first `step` updates took; exactly, but for the seconds."""
        match unit:
            case Unit.STEPS:
                return step
            case Unit.EPOCHS:
                return self.meter.epochs(step)
            case Unit.IMAGES:
                return self.meter.images_seen(step)
            case Unit.MULTIPLY_ADDS:
                return self.meter.total(step)
            case Unit.SECONDS:
                return self.clock.at(step)

    def course(self, last: int, unit: Unit) -> Course:
        """Return what all steps up to one took.

        Within an epoch of mini-batches the last batch may be smaller: in between, a course is off
        by less than a step.
        """
        if unit is Unit.SECONDS:
            return self.clock.course(last)
        steps = sorted({0, last, *(step for step in self.meter.changes if step < last)})
        amounts = [float(self.at(step, unit)) for step in steps]
        return Course(np.array(steps, np.float64), np.array(amounts))
