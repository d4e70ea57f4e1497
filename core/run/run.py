"""A run: it takes steps, is changed, and goes back to any moment that it came to.

A moment is reached from the checkpoint before it, by taking the same steps and making the same
changes again: that gives the same bits.
"""

import math
import sys
import time
from collections.abc import Callable
from typing import Self

import numpy as np

from core.arrays import Array, Cancelled, IsCancelled
from core.engines.engine import Evaluation
from core.images.batches import Schedule
from core.images.images import Batch
from core.run.changes import Change, edited
from core.run.log import Log
from core.run.scorer import Scorer
from core.run.stepper import Deadline, Stepper, halt_of, judging_seconds, timed
from core.run.stopping import Outcome
from core.run.timeline import Checkpoint, Moment, edits_in
from core.settings.config import TrainingConfig
from core.settings.images import images_of


class Run:
    """Where a run is, what is known of it, and how well it does.

    Parameters
    ----------
    here : Stepper
        The present moment.
    log : Log
        All moments, of which it is one.
    scorer : Scorer
        Of these two.
    """

    def __init__(self, here: Stepper, log: Log, scorer: Scorer) -> None:
        self.here = here
        self.log = log
        self.scorer = scorer
        self.deadline = Deadline()
        """Of the steps that are being taken; another thread may let it pass."""
        self._update_seconds: float | None = None
        """What the last update took, if it was taken alone, by `advance`."""

    @classmethod
    def of(cls, config: TrainingConfig) -> Self:
        """Return the run that settings make, at its start."""
        images, test = images_of(config)
        return cls._on(config, images, test)

    @classmethod
    def _on(cls, config: TrainingConfig, images: Batch, test: Batch | None) -> Self:
        """Return the run that settings make on these images, at its start."""
        here = Stepper.first(config, images)
        log = Log(here.checkpoint(0), images)
        return cls(here, log, Scorer(here, log, test))

    def started_again(self, config: TrainingConfig) -> "Run":
        """Return a run with other settings, at its start, on the images that there are now.

        Parameters
        ----------
        config : TrainingConfig
            Draws the same images, before any are edited.
        """
        run, edits = Run._on(config, self.log.base, self.scorer.test), self.log.edits
        if edits:
            images = self.here.images
            run.log.begin_edited(edits)
            run.here.hold(images, Schedule(len(images), config.batch_size or len(images)))
            run.log.set_cost(run.here.stage, 0)
        run.scorer.take_quadratic(self.scorer)
        return run

    def copy(self, last: Moment | None = None) -> "Run":
        """Return a run at the same moment that goes on by itself, in a thread as well.

        Parameters
        ----------
        last : tuple of two ints, optional
            It knows of no changes and checkpoints after this moment.
        """
        if last is None:
            last = self.last_step, len(self.log.journal)
        here, log = self.here.copy(), self.log.until(last)
        return Run(here, log, self.scorer.copy(here, log))

    @property
    def config(self) -> TrainingConfig:
        """The settings as they are now."""
        return self.here.config

    @property
    def step_count(self) -> int:
        """Updates so far."""
        return self.here.step_count

    @property
    def outcome(self) -> Outcome | None:
        """Why it goes no further, if so."""
        return self.here.outcome

    @property
    def moment(self) -> Moment:
        """Where it is: updates so far, and changes so far."""
        return self.here.step_count, self.log.done

    @property
    def last_step(self) -> int:
        """The last step that is known; the present one may be before it."""
        return max(self.here.step_count, len(self.log.history) - 1)

    @property
    def multiply_adds(self) -> int:
        """Of all steps so far."""
        return self.log.meter.total(self.here.step_count)

    @property
    def loss(self) -> float:
        """Of the present parameters, on the batch of the coming step."""
        self.ensure_evaluated()
        if self.here.evaluation is None:
            raise RuntimeError("an evaluation that was not cancelled is there")
        return self.here.evaluation.loss

    def overall(self) -> tuple[float, Array]:
        """Return loss and gradient over all training images, at the present parameters.

        With a full batch they are what the next step uses; with mini-batches they are computed
        here, and its cost is not counted.
        """
        here, is_whole = self.here, self.here.stage.schedule.is_full_batch
        if is_whole:
            self.ensure_evaluated()
        known = here.evaluation if is_whole else None
        evaluation = here.evaluate(here.images) if known is None else known
        return evaluation.loss, evaluation.gradient.copy()

    def step(self) -> None:
        """Take one step; none if the run has ended."""
        self.run_for(math.inf, max_steps=1)

    def run_for(
        self,
        seconds: float,
        *,
        max_steps: int | None = None,
        cancelled: IsCancelled | None = None,
    ) -> int:
        """Take steps for some time, at least one unless the run has ended; make known changes.

        Parameters
        ----------
        seconds : float
            No step begins later than this.
        max_steps : int, optional
            Take no more than this many.
        cancelled : callable, optional
            Asked every few milliseconds of a long evaluation; once it says True, this returns.

        Returns
        -------
        int
            How many steps were taken.
        """
        self._make_known_changes()
        here, log = self.here, self.log
        _ = here.engine  # built now: that takes a second for some, and is no part of a step
        started, first = time.perf_counter(), here.step_count
        self.deadline.at, self._update_seconds = started + seconds, None
        was_busy = time.thread_time()
        wanted = sys.maxsize if max_steps is None else max_steps
        if log.next_change is not None:
            wanted = min(wanted, log.next_change.step - first)
        losses: list[Array] = []
        try:
            self.ensure_evaluated(cancelled)
            with np.errstate(over="ignore", invalid="ignore"):
                is_on = True
                while is_on:
                    left = wanted - (here.step_count - first)
                    here.take(self.deadline, left, cancelled, losses)
                    is_on = self._is_epoch_judged(cancelled)
                    is_on = is_on and here.step_count - first < wanted
        except Cancelled:
            pass
        finally:
            log.extend(first, losses)
        steps = here.step_count - first
        if steps:
            took, busy = time.perf_counter() - started, time.thread_time() - was_busy
            here.measured = busy / steps
            known = math.inf if here.config.engine == "gpu" else busy  # a GPU is waited for
            log.note_time(first, here.step_count, took, timed(here), known)
        if steps and here.evaluation is not None:
            self._judge(here.evaluation)
        if here.evaluation is not None:
            log.set_last_loss(here.step_count, here.evaluation.loss)
        self._keep_if_due(steps * (log.seconds_per_step or 0.0))
        return steps

    def _is_epoch_judged(self, cancelled: IsCancelled | None) -> bool:
        """Whether an epoch has ended by which the run was judged, in time, and it goes on."""
        here = self.here
        if here.evaluation is None or not here.is_judged_here:
            return False
        left = self.deadline.at - time.perf_counter()
        if left < judging_seconds(here):
            return False
        here.judge(here.compute(cancelled))
        return here.outcome is None and left > 0

    def advance(self) -> None:
        """Take only the update's part of a step, by the gradient that is known.

        Raises
        ------
        RuntimeError
            When there is none.
        """
        self._make_known_changes()
        started = time.thread_time()
        self.here.advance()
        self._update_seconds = time.thread_time() - started

    def compute(self, cancelled: IsCancelled | None = None) -> Evaluation:
        """Take only the evaluation's part of a step; see `Stepper.compute`."""
        return self.here.compute(cancelled)

    def accept(self, evaluation: Evaluation) -> None:
        """Keep what `compute` gave for the present parameters; put its loss on the curve."""
        here, log = self.here, self.log
        log.set_last_loss(here.step_count, evaluation.loss)
        here.evaluation = evaluation
        if len(log.history) == here.step_count:
            log.history.append(evaluation.loss)
            if here.step_count and self._update_seconds is not None:
                before, seconds = (
                    here.step_count - 1,
                    self._update_seconds + here.evaluation_seconds,
                )
                log.note_time(before, here.step_count, seconds, timed(here))
        self._judge(evaluation)
        self._keep_if_due(here.evaluation_seconds)

    def ensure_evaluated(self, cancelled: IsCancelled | None = None) -> None:
        """Make sure that loss and gradient of the present parameters are known."""
        if self.here.evaluation is None or not self.here.is_evaluated:
            self.accept(self.compute(cancelled))
        else:
            self._judge(self.here.evaluation)

    def apply(self, change: Change) -> None:
        """Carry out a person's change, between two steps; what was known to come is forgotten.

        Raises
        ------
        ConfigError
            If the change asks for what no run can have, or would make a test image a training
            image; nothing is changed then.
        """
        here, log = self.here, self.log
        here.stage.check(change)
        self.scorer.check(change)
        if log.goes_beyond(here.step_count) or log.next_change is not None:
            self._forget_future()
        self._make(change)
        log.set_cost(here.stage, here.step_count)
        log.note(here.step_count, change)

    def moment_before(self, steps: int = 1) -> Moment | None:
        """Return the moment so many steps back; a change made here is undone first.

        A coming step whose loss is not known yet is none: what is seen is the step before it. None
        at the very start of the run.
        """
        here, log = self.here, self.log
        if here.diverged_at is not None and here.diverged_at > here.step_count:
            return self.moment  # it is shown as it was before the step that led to infinity
        is_begun = here.step_count > 0 or log.done > log.carried
        if is_begun and log.done and log.journal[log.done - 1].step == here.step_count:
            return here.step_count, log.done - 1
        if not here.step_count:
            return None
        seen = min(here.step_count, len(log.history) - 1)
        return self.moment_at(max(0, seen - steps))

    def moment_at(self, step: int) -> Moment:
        """Return the moment of a known step, after what was changed there."""
        step = max(0, min(step, self.last_step))
        if step == self.here.step_count:
            return self.moment
        return step, sum(entry.step <= step for entry in self.log.journal)

    def knows(self, moment: Moment) -> bool:
        """Whether a moment is one of this run."""
        return moment[0] <= self.last_step and moment[1] <= len(self.log.journal)

    def go_to(self, moment: Moment) -> None:
        """Go to a known moment, whatever it takes; see `approach` and `reach`."""
        self.approach(moment)
        self.reach(moment)

    def approach(self, moment: Moment) -> None:
        """Come nearer to a known moment, by what is kept; `reach` goes on from there."""
        checkpoint = self.log.timeline.before(moment)
        is_before = self.step_count <= moment[0] and self.log.done <= moment[1]
        if not is_before or self.outcome is not None or checkpoint.moment > self.moment:
            self.restore(checkpoint)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Restore a checkpoint."""
        log, changes = self.log, checkpoint.moment[1]
        edits, images = edits_in(log.journal[:changes]), self.here.images
        if len(edits) != len(log.edits):
            images = edited(log.base, edits)
        self.here.restore(checkpoint, images)
        log.done = changes
        log.timeline.resume()
        self.scorer.forget()

    def reach(
        self, moment: Moment, seconds: float = math.inf, cancelled: IsCancelled | None = None
    ) -> bool:
        """Continue towards a known moment for some time; return whether it is reached."""
        ends = time.perf_counter() + seconds
        while self.step_count < moment[0]:
            if self.outcome is not None:
                self._make_known_changes()  # what was changed here may have let it go on
            if self.outcome is not None:
                break
            left = ends - time.perf_counter()
            if left <= 0 or (cancelled is not None and cancelled()):
                return False
            self.run_for(left, max_steps=moment[0] - self.step_count, cancelled=cancelled)
        while self.log.done < moment[1] and self._is_change_due():
            self._make_known_change()
        self.ensure_evaluated(cancelled=cancelled)
        return True

    def _judge(self, evaluation: Evaluation) -> None:
        """Decide whether the run ends here."""
        self.here.judge(evaluation)
        self.log.undo(self.here.step_count)

    def _make(self, change: Change) -> None:
        """Make a change, here and now."""
        self.here.change(change)
        self.log.undo(self.here.step_count)
        self.scorer.forget()

    def _make_known_changes(self) -> None:
        """Make again what was changed at this step; changes undone at the end are dropped."""
        while self._is_change_due():
            if not self.log.goes_beyond(self.step_count):
                self._forget_future()
                return
            self._make_known_change()
            self.ensure_evaluated()

    def _is_change_due(self) -> bool:
        """Whether a known change was made at this step."""
        coming = self.log.next_change
        return coming is not None and coming.step == self.step_count

    def _make_known_change(self) -> None:
        """Make the change that is known to come next."""
        self._make(self.log.journal[self.log.done].change)
        self.log.done += 1

    def _keep_if_due(self, seconds: float) -> None:
        """Keep a checkpoint now and then, after so many seconds of training."""
        if self.outcome is None and self.log.timeline.is_due(self.moment, seconds):
            self.log.timeline.keep(self.here.checkpoint(self.log.done))

    def _forget_future(self) -> None:
        """Forget everything after this moment."""
        here, log = self.here, self.log
        if log.goes_beyond(here.step_count):
            self._cut_history()
            here.ending.reopen()
        log.forget_after(self.moment)
        log.set_cost(here.stage, here.step_count)

    def _cut_history(self) -> None:
        """Cut the curve here."""
        length = self.step_count + 1
        cut = self.log.history.cut(length)
        if (begun := len(cut)) < length:
            # The rest of the last bucket is stepped again, to be known step by step: of each step
            # the loss after all that was changed there.
            again = self.copy()
            again.approach(self.moment_at(begun))
            for step in range(begun, length):
                again.reach(self.moment_at(step))
                cut.append(again.loss)
        self.log.history = cut


def return_to_first(run: Run, start: Checkpoint, known: int, holds: Callable[[], bool]) -> None:
    """Return to the first step at which something holds that, once it does, holds from then on.

    Parameters
    ----------
    run : Run
        Comes from an earlier moment.
    start : Checkpoint
        Of that moment, at which it does not hold.
    known : int
        The last step that was known then; what lies beyond and nobody has seen is forgotten.
    holds : callable
        Asked now and then after that moment, and at each step before the first.
    """
    last = run.step_count
    # Many steps in one call take less time than asking once: so the first is closed in on.
    for stride in (max(1, math.isqrt(last - start.moment[0])), 1):
        run.restore(start)
        run.ensure_evaluated()
        while run.step_count < last and run.outcome is None:
            start = run.here.checkpoint(run.log.done)
            if (halt := halt_of(run.here)) is not None:
                halt[0] = 0  # whoever asks for the run waits: in calls of one step it takes seconds
            run.run_for(math.inf, max_steps=min(stride, last - run.step_count))
            if holds():
                break
    if known <= run.step_count < run.last_step:
        run._forget_future()
