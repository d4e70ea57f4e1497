"""Standing at any known moment of a run: from the checkpoint before it, by its journal."""

import math
import time

from core.arrays import IsCancelled
from core.engines.engine import Evaluation
from core.metrics.ledger import Meter
from core.run.changes import AddImage, Change, RemoveImage, SetFrozen, SetParameter, SetParameters
from core.run.editing import Editing
from core.run.stopping import Progress
from core.run.timeline import Checkpoint, Entry, Moment, Timeline, edits_in


class Replay(Editing):
    """A run that can go back and walk its known future again, to the bit."""

    def _begin(self) -> None:
        """Stand at step 0, with nothing charged and nothing changed."""
        super()._begin()
        self._meter = Meter(self.config, self._batches.schedule)
        self._journal: list[Entry] = []
        self._done = 0
        self._carried = 0
        self._timeline = Timeline(self.checkpoint())

    @property
    def moment(self) -> Moment:
        """Where it stands: updates so far, and changes so far."""
        return self.step_count, self._done

    @property
    def last_step(self) -> int:
        """The last step that is known; where it stands may be before it."""
        return max(self.step_count, len(self.history) - 1)

    def run_for(
        self,
        seconds: float,
        *,
        max_steps: int | None = None,
        cancelled: IsCancelled | None = None,
    ) -> int:
        """Take steps for some time; see `Stepping.run_for`. Known changes are carried out again."""
        self._meet_entries()
        due = self._next_entry()
        if due is not None:
            reach = due - self.step_count
            max_steps = reach if max_steps is None else min(max_steps, reach)
        taken = super().run_for(seconds, max_steps=max_steps, cancelled=cancelled)
        if self._evaluation is not None:
            self._mend_end(self._evaluation.loss)
        self._note(taken * (self._seconds_per_step or 0.0))
        return taken

    def advance(self) -> None:
        """Take only the update's part of a step; see `Stepping.advance`."""
        self._meet_entries()
        super().advance()

    def accept(self, evaluation: Evaluation) -> None:
        """Keep what `compute` gave; see `Stepping.accept`."""
        self._mend_end(evaluation.loss)
        super().accept(evaluation)
        self._note(self.evaluation_seconds)

    def _judge(self, evaluation: Evaluation) -> None:
        """See whether the run ends here; see `Stepping`."""
        super()._judge(evaluation)
        # If that undid the last step, what was changed after it came before it.
        place = self._done
        while place and self._journal[place - 1].step > self.step_count:
            place -= 1
            self._journal[place] = Entry(self.step_count, self._journal[place].change)

    def _mend_end(self, loss: float) -> None:
        """Let the curve end with this moment's loss, whatever was changed or taken back here."""
        if len(self.history) == self.step_count + 1 and self.history.latest != loss:
            self.history.amend(loss)

    def _note(self, seconds: float) -> None:
        """Keep a checkpoint now and then."""
        if self.outcome is None and self._timeline.is_due(self.moment, seconds):
            self._timeline.keep(self.checkpoint())

    def checkpoint(self) -> Checkpoint:
        """Take down all that this moment depends on."""
        return Checkpoint(
            self.moment,
            self.config,
            self.network.parameters.copy(),
            self._previous.copy(),
            self.state.noted(),
            self.frozen,
            self._ways,
            self._progress,
            self._batches.schedule,
        )

    def _next_entry(self) -> int | None:
        """Give the step at which the next known change was made."""
        return self._journal[self._done].step if self._done < len(self._journal) else None

    def _meet_entries(self) -> None:
        """Carry out again what was changed at this step; one taken back at the end is dropped."""
        while self._next_entry() == self.step_count:
            if len(self.history) <= self.step_count + 1:
                self._forget_future()
                return
            self._carry_out(self._journal[self._done].change)
            self._done += 1
            self.look()

    def _charge(self) -> None:
        """Charge the steps from here on as the run goes on now."""
        schedule = self._batches.schedule
        self._meter.change(self.config, schedule, self.step_count, len(self.frozen))

    def _carry_out(self, change: Change) -> None:
        """Make the change, here and now."""
        before, self.config = self.config, change.applied_to(self.config)
        if isinstance(change, SetParameter | SetParameters):
            for index, value in change.values:
                self.network.parameters[index] = value
            self._evaluation = None
            self._came_by_step = False
            self.outcome, self.diverged_at = None, None
            self._progress = Progress()
        elif isinstance(change, SetFrozen):
            only = frozenset({change.index})
            self.frozen = self.frozen | only if change.frozen else self.frozen - only
        elif isinstance(change, AddImage | RemoveImage):
            self._edit(change)
        else:
            self._adopt(before)

    def _forget_future(self) -> None:
        """Know nothing of what came after this moment."""
        del self._journal[self._done :]
        self._charge()
        self._timeline = self._timeline.until(self.moment)

    def moment_before(self, steps: int = 1) -> Moment | None:
        """Give the moment so many steps back; a change made here is taken back first.

        A coming step whose loss is not known yet is none: what is seen is the step before it. None
        at the very start of the run.
        """
        if self.diverged_at is not None and self.diverged_at > self.step_count:
            return self.moment  # it is shown as it was before the step that led to infinity
        is_begun = self.step_count > 0 or self._done > self._carried
        if is_begun and self._done and self._journal[self._done - 1].step == self.step_count:
            return self.step_count, self._done - 1
        if not self.step_count:
            return None
        seen = min(self.step_count, len(self.history) - 1)
        return self.moment_at(max(0, seen - steps))

    def moment_at(self, step: int) -> Moment:
        """Give the moment of a known step, after what was changed there."""
        step = max(0, min(step, self.last_step))
        if step == self.step_count:
            return self.moment
        return step, sum(entry.step <= step for entry in self._journal)

    def knows(self, moment: Moment) -> bool:
        """Tell whether a moment is one of this run."""
        return moment[0] <= self.last_step and moment[1] <= len(self._journal)

    def go_to(self, moment: Moment) -> None:
        """Stand at a known moment, whatever it takes; see `approach` and `reach`."""
        self.approach(moment)
        self.reach(moment)

    def approach(self, moment: Moment) -> None:
        """Stand nearer to a known moment, by what is kept; `reach` goes on from there."""
        checkpoint = self._timeline.before(moment)
        is_before = self.step_count <= moment[0] and self._done <= moment[1]
        if not is_before or self.outcome is not None or checkpoint.moment > self.moment:
            self.restore(checkpoint)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Stand where a checkpoint was taken."""
        before, self.config = self.config, checkpoint.config
        self.network.parameters[:] = checkpoint.parameters
        self._previous[:] = checkpoint.previous
        self.state = checkpoint.state.copy()
        self.frozen, self._ways = checkpoint.frozen, checkpoint.ways
        self._progress = checkpoint.progress
        self.step_count, self._done = checkpoint.moment
        self.outcome, self.diverged_at = None, None
        self._evaluation = None
        self._came_by_step = False
        self._equip(before)
        self._hold_again(edits_in(self._journal[: self._done]), checkpoint.schedule)
        self._timeline.resume()

    def reach(
        self, moment: Moment, seconds: float = math.inf, cancelled: IsCancelled | None = None
    ) -> bool:
        """Go on towards a known moment for some time; tell whether it is reached."""
        ends = time.perf_counter() + seconds
        while self.step_count < moment[0]:
            if self.outcome is not None:
                self._meet_entries()  # what was changed here may have let it go on
            if self.outcome is not None:
                break
            left = ends - time.perf_counter()
            if left <= 0 or (cancelled is not None and cancelled()):
                return False
            self.run_for(left, max_steps=moment[0] - self.step_count, cancelled=cancelled)
        while self._done < moment[1] and self._next_entry() == self.step_count:
            self._carry_out(self._journal[self._done].change)
            self._done += 1
        self.look(cancelled=cancelled)
        if self._evaluation is not None:
            self._mend_end(self._evaluation.loss)
        return True

    @property
    def loss(self) -> float:
        """Of the present parameters, on the batch of the coming step."""
        self.look()
        if self._evaluation is None:
            raise RuntimeError("an evaluation that was not called off is there")
        return self._evaluation.loss
