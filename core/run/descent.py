"""Gradient descent beside parameters that a person changes by hand, at equal cost."""

from dataclasses import replace

from core.arrays import Cancelled, IsCancelled
from core.images.images import Batch
from core.metrics.meter import cost_of
from core.run.run import Run
from core.run.stopping import Outcome
from core.run.timeline import Moment
from core.structs import Struct


class ManualEdits(Struct):
    """Parameters changed by hand, one edit after the other at one step, beside gradient descent.

    Each edit costs one forward pass over the batch, which shows its loss. Descent begins where the
    edits began, and takes as many whole steps as cost no more than these passes.
    """

    forward_passes: int
    """One for each edit so far; at least 1."""
    multiply_adds: int
    """Of all these passes; they are not added to the run's cost."""
    start_loss: float | None
    """Before the first edit; None while it is not known yet."""
    steps: int
    """Descent's, for no more than that."""
    descent_multiply_adds: int
    """Of these steps."""
    descent_loss: float | None
    """After them, over the batch that the edits' losses are of; None while it is not known yet, and
    if descent has diverged."""
    has_diverged: bool
    """Whether descent diverges before it has taken these steps."""


class Descent:
    """Gradient descent from the moment before the first of a person's edits, in a run of its own.

    A thread may take it further while the edits go on: the losses that are known only grow.

    Parameters
    ----------
    edited : Run
        The run whose parameters are edited; it is copied up to that moment.
    """

    def __init__(self, edited: Run) -> None:
        self._edited = edited
        self.base = _base_of(edited)
        run = edited.copy(self.base)
        # Descent stops for nothing, so that it never has to look at all images.
        stage = replace(run.here.stage, config=run.config.step_settings)
        run.log.set_cost(stage, run.step_count)
        # Only now: what the run is restored to is written into arrays of its own.
        run.restore(run.log.timeline.before(self.base))
        run.here.measured = edited.here.measured
        self._run = run
        self._steps = 0
        self._batch: Batch | None = None
        self._losses: list[float] = []
        self._has_diverged = False
        self.afford()

    def belongs_to(self, run: Run) -> bool:
        """Whether it starts from the moment before a run's present edits."""
        return self._edited is run and self.base == _base_of(run)

    def afford(self) -> None:
        """Set the number of steps that cost no more than the edits so far."""
        multiply_adds = self._passes * self._pass_cost
        while self._cost(self._steps) > multiply_adds:
            self._steps -= 1
        while self._cost(self._steps + 1) <= multiply_adds:
            self._steps += 1

    @property
    def _passes(self) -> int:
        """Forward passes so far."""
        return self._edited.log.done - self.base[1]

    @property
    def _pass_cost(self) -> int:
        """Multiply-adds of a forward pass over the coming batch."""
        here = self._edited.here
        return cost_of(here.config, here.batches.size_at(here.step_count)).forward.count

    def _cost(self, steps: int) -> int:
        """Count the multiply-adds of so many steps."""
        total, first = self._run.log.meter.total, self.base[0]
        return total(first + steps) - total(first)

    @property
    def is_known(self) -> bool:
        """Whether it has taken the steps it is to take, or cannot."""
        return self._has_diverged or len(self._losses) > self._steps

    @property
    def seconds(self) -> float:
        """How long the steps that are missing take, roughly."""
        evaluations = self._steps + 1 - len(self._losses)
        if not self._run.config.is_full_batch:
            evaluations *= 2
        if self._batch is None:
            evaluations += self.base[0] - self._run.step_count
        return evaluations * self._run.here.evaluation_seconds

    def catch_up(self, cancelled: IsCancelled | None = None) -> None:
        """Take the steps that are missing; a thread may do it.

        Parameters
        ----------
        cancelled : callable, optional
            Asked every few milliseconds; once it says True, this stops, to go on another time.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        run = self._run
        if self._batch is None:
            if not run.reach(self.base, cancelled=cancelled):
                raise Cancelled
            self._batch = run.here.coming_batch
            run.here.drop_stops()
        while not self.is_known:
            if run.step_count - self.base[0] < len(self._losses):
                run.advance()
            run.ensure_evaluated(cancelled=cancelled)
            self._has_diverged = run.outcome is Outcome.DIVERGED
            if not self._losses or not self._has_diverged:
                # Over the batch of the edits' losses, whichever batch the step learns from.
                is_same = run.config.is_full_batch or not self._losses
                loss = run.loss if is_same else run.here.evaluate(self._batch, cancelled).loss
                self._losses.append(loss)

    @property
    def manual_edits(self) -> ManualEdits:
        """The manual edits, beside descent as far as it is known."""
        losses = self._losses
        return ManualEdits(
            forward_passes=self._passes,
            multiply_adds=self._passes * self._pass_cost,
            start_loss=losses[0] if losses else None,
            steps=self._steps,
            descent_multiply_adds=self._cost(self._steps),
            descent_loss=losses[self._steps] if len(losses) > self._steps else None,
            has_diverged=self._has_diverged and len(losses) <= self._steps,
        )


def _base_of(run: Run) -> Moment:
    """Return the moment before the last edits by hand."""
    return run.step_count, run.log.done - run.log.manual_edits(run.step_count)
