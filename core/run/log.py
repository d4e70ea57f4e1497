"""What is known of a run, from its start to the farthest moment it came to."""

import math
from collections.abc import Sequence

import numpy as np

from core.arrays import Array
from core.images.images import Batch
from core.metrics.curve import Samples
from core.metrics.effort import Clock, Effort, StepTimes
from core.metrics.history import LossHistory
from core.metrics.meter import Meter
from core.metrics.previous_run import StepSettings
from core.metrics.rates import RateCourse
from core.run.changes import Change, ImageEdit, SetSettings, is_by_hand
from core.run.stage import Stage
from core.run.timeline import Checkpoint, Entry, Moment, Timeline, edits_in
from core.settings.config import TrainingConfig


class Log:
    """The journal of a run's changes, its losses, its cost and its checkpoints.

    Parameters
    ----------
    first : Checkpoint
        The run's start.
    base : Batch
        The training images that it began with, as they were before anybody edited them.
    """

    def __init__(self, first: Checkpoint, base: Batch) -> None:
        self.base = base
        self.journal: list[Entry] = []
        """What was changed when, in order."""
        self.done = 0
        """How many of these changes are made where the run is now; the others are known to come."""
        self.carried = 0
        """How many of the first ones are edits of images that it began with."""
        self.history = LossHistory()
        """The loss after 0, 1, 2, … updates."""
        self.tests = Samples()
        """The test losses of the moments at which somebody looked."""
        self.meter = Meter(first.config, first.schedule)
        """What the steps cost."""
        self.clock = Clock()
        """How long they took."""
        self.rates = RateCourse(first.config.options)
        """What learning rates they take."""
        self.timeline = Timeline(first)
        """The checkpoints."""
        self.seconds_per_step: float | None = None
        """Measured, computing only; None before the first step."""
        self._times: tuple[object, StepTimes] = None, StepTimes()

    @property
    def origin(self) -> Checkpoint:
        """The start that a run shares with those that branched off it, and with no others."""
        return self.timeline.first

    @property
    def effort(self) -> Effort:
        """What the steps take."""
        return Effort(self.meter, self.clock)

    @property
    def next_change(self) -> Entry | None:
        """The change that is known to come next."""
        return self.journal[self.done] if self.done < len(self.journal) else None

    @property
    def edits(self) -> list[ImageEdit]:
        """What was done to the training images so far."""
        return edits_in(self.journal[: self.done])

    @property
    def changes_untold(self) -> int:
        """How many of the changes made so far do not follow from the present settings."""
        return sum(
            entry.step > 0 or not isinstance(entry.change, SetSettings)
            for entry in self.journal[: self.done]
        )

    @property
    def follows_from_settings(self) -> bool:
        """Whether nothing but settings was changed so far: no parameter and no image by hand."""
        made = self.journal[: self.done]
        return all(isinstance(entry.change, SetSettings) for entry in made)

    def engine_before(self, name: str) -> str:
        """Return the engine that the run had last that is not this one; matrix if it had none."""
        changes = [entry.change for entry in self.journal[: self.done]]
        chosen = [dict(each.values) for each in changes if isinstance(each, SetSettings)]
        engines = [self.origin.config.engine, *(values.get("engine", name) for values in chosen)]
        others = [str(engine) for engine in engines if engine != name]
        return others[-1] if others else "matrix"

    def manual_edits(self, step: int) -> int:
        """Count the last changes, one after the other, that moved parameters by hand at a step."""
        first = self.done
        while first and self._is_manual_edit(self.journal[first - 1], step):
            first -= 1
        return self.done - first

    @staticmethod
    def _is_manual_edit(entry: Entry, step: int) -> bool:
        return entry.step == step and is_by_hand(entry.change)

    def last_settings(self, config: TrainingConfig) -> StepSettings:
        """Return how the last known step is taken, by the settings as they are now."""
        for entry in self.journal[self.done :]:
            config = entry.change.applied_to(config)
        return config.step_settings

    def note(self, step: int, change: Change) -> None:
        """Enter a change that was made now, after so many updates."""
        self.journal.append(Entry(step, change))
        self.done += 1

    def undo(self, step: int) -> None:
        """Forget the changes after so many updates: a step before them was undone."""
        place = self.done
        while place and self.journal[place - 1].step > step:
            place -= 1
            self.journal[place] = Entry(step, self.journal[place].change)

    def begin_edited(self, edits: Sequence[ImageEdit]) -> None:
        """Note the image edits that the run begins with."""
        self.journal = [Entry(0, edit) for edit in edits]
        self.done = self.carried = len(edits)

    def extend(self, step: int, losses: Sequence[Array]) -> None:
        """Note the losses after a step, one per step, in pieces; known ones are equal."""
        if losses:
            known = max(0, len(self.history) - step - 1)
            self.history.extend(np.concatenate(losses)[known:])

    def note_time(
        self, first: int, step: int, seconds: float, timed: object, busy: float = math.inf
    ) -> None:
        """Note how long the steps from `first` to `step` updates took to compute.

        Parameters
        ----------
        first, step : int
            Updates before and after them.
        seconds : float
            What they took together.
        timed : object
            Compared by value: what their time depends on.
        busy : float
            For how many seconds of these their thread computed; see `StepTimes.noted`.
        """
        self.seconds_per_step = seconds / (step - first)
        self._times = timed, self.times_of(timed).noted(step - first, seconds, busy)
        self.clock.note(first, step, seconds)

    def times_of(self, timed: object) -> StepTimes:
        """Return how long a step takes, as far as the last ones depended on the same."""
        known, times = self._times
        return times if known == timed else StepTimes()

    def set_last_loss(self, step: int, loss: float) -> None:
        """Set the last loss of a curve that ends here, after a change or an undo."""
        if len(self.history) == step + 1 and self.history.latest != loss:
            self.history.amend(loss)

    def set_cost(self, stage: Stage, step: int) -> None:
        """Set what the steps after so many updates cost and take; forget what came later."""
        self.rates.change(stage.config.options, step)
        self.meter.change(stage.config, stage.schedule, step, len(stage.frozen))

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint, unless there is one of its moment."""
        if self.timeline.before(checkpoint.moment).moment != checkpoint.moment:
            self.timeline.keep(checkpoint)

    def goes_beyond(self, step: int) -> bool:
        """Whether losses of later steps are known."""
        return len(self.history) > step + 1

    def forget_after(self, moment: Moment) -> None:
        """Forget the changes, checkpoints and test losses after a moment."""
        step, changes = moment
        del self.journal[changes:]
        self.timeline = self.timeline.until(moment)
        self.tests, self.clock = self.tests.until(step), self.clock.until(step)

    def until(self, last: Moment) -> "Log":
        """Return a log that goes on by itself, without what came after a moment but its losses."""
        cut = Log(self.origin, self.base)
        cut.journal, cut.done, cut.carried = self.journal[: last[1]], self.done, self.carried
        cut.history = self.history.copy()
        cut.tests = self.tests.until(last[0])
        cut.clock = self.clock.until(last[0])
        cut.meter, cut.rates = self.meter.copy(), self.rates.copy()
        cut.timeline = self.timeline.until(last)
        cut.seconds_per_step, cut._times = self.seconds_per_step, self._times
        return cut
