"""Walking by hand: gradient descent from where the walk began, for the same multiply-adds."""

from typing import Self

import numpy as np

from core.arrays import Cancelled, IsCancelled
from core.images.batches import Batches
from core.images.images import Batch
from core.metrics.ledger import cost_of
from core.network.network import Network
from core.run.changes import Change
from core.run.stopping import Outcome
from core.run.timeline import Moment
from core.run.travel import Travel
from core.run.walk import Walk, is_by_hand


class Walking(Travel):
    """A run that compares a person's walk by hand with what descent would have done.

    A walk is what was changed by hand at the present step, one edit after the other, with nothing
    else in between; its base is the moment before the first of them.
    """

    _descent: "Descent | None" = None

    def _begin(self) -> None:
        """Stand at step 0, where no walk has begun."""
        super()._begin()
        self._descent = None

    def _twin(self, last: Moment) -> Self:
        """Give a run that knows the same; what is computed beside a walk stays with this one."""
        twin = super()._twin(last)
        twin._descent = None
        return twin

    def apply(self, change: Change) -> None:
        """Carry out a user's change; where a walk begins with it, its base is kept."""
        if is_by_hand(change) and not self._looks():
            if self._timeline.before(self.moment).moment != self.moment:
                self._timeline.keep(self.checkpoint())
            self._descent = None
        super().apply(change)

    def _looks(self) -> int:
        """Count the edits of the walk that it stands in."""
        first = self._done
        while first and self._is_edit(first - 1):
            first -= 1
        return self._done - first

    def _is_edit(self, index: int) -> bool:
        """Tell whether something was moved by hand, at this step, with a line of the journal."""
        entry = self._journal[index]
        return entry.step == self.step_count and is_by_hand(entry.change)

    @property
    def walk(self) -> Walk | None:
        """The walk by hand that it stands in, as far as it is known what descent reaches."""
        descent = self.descent
        if descent is None:
            return None
        return descent.beside(self._done - descent.base[1], self._look_cost())

    @property
    def descent(self) -> "Descent | None":
        """Descent beside that walk: `catch_up` takes the steps that are missing."""
        looks = self._looks()
        if not looks:
            self._descent = None  # beside a walk that has ended it would only take memory
            return None
        base = self.step_count, self._done - looks
        if self._descent is None or self._descent.base != base:
            self._descent = Descent(self._from(base), base)
        self._descent.afford(looks * self._look_cost())
        return self._descent

    def _look_cost(self) -> int:
        """Count the multiply-adds of a look at the coming batch."""
        return cost_of(self.config, self._batches.size_at(self.step_count)).forward.count

    def _from(self, base: Moment) -> Self:
        """Give a twin that knows nothing of what came after a walk's base."""
        run = self._twin(base)
        run.other = run.before = None
        # Its own, as a thread may shuffle them.
        held = self._batches
        run._batches = Batches(self.images, held.batch_size, held.seed, held.schedule)
        run._charge()
        return run

    def nearest(self, moment: Moment) -> int:
        """Give the step from which a known moment is reached: of the checkpoint before it."""
        return self._timeline.before(moment).moment[0]

    def stand_alone(self, moment: Moment) -> None:
        """Give a twin parameters and an engine of its own, and stand near a known moment."""
        seconds = self.evaluation_seconds
        self.network = Network(self.config.architecture, np.empty_like(self.network.parameters))
        self._previous = np.empty_like(self._previous)
        self.wake()
        self.restore(self._timeline.before(moment))
        self.evaluation_seconds = seconds

    def go_on(self) -> None:
        """Stop for nothing from here on but divergence."""
        self.config = self.config.way
        if self.outcome is not Outcome.DIVERGED:
            self.outcome = None

    def multiply_adds_at(self, step: int) -> int:
        """Of the first `step` steps."""
        return self._meter.total(step)

    def loss_over(self, batch: Batch, cancelled: IsCancelled | None = None) -> float:
        """Compute the loss of the present parameters over any batch; the run stays as it is."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._new_engine().evaluate(batch, cancelled).loss


class Descent:
    """Gradient descent from the base of a walk, in a run of its own.

    A thread may take it further while the walk goes on: the losses that are known only grow.

    Parameters
    ----------
    run : Walking
        A twin that knows nothing after the base. It gets what takes memory only in `catch_up`.
    base : tuple of two ints
        The moment before the walk's first edit.
    """

    def __init__(self, run: Walking, base: Moment) -> None:
        self.base = base
        self._run = run
        self._steps = 0
        self._is_begun = False
        self._batch: Batch | None = None
        self._losses: list[float] = []
        self._has_diverged = False

    def afford(self, multiply_adds: int) -> None:
        """Have it take as many steps as cost no more than that."""
        while self._cost(self._steps) > multiply_adds:
            self._steps -= 1
        while self._cost(self._steps + 1) <= multiply_adds:
            self._steps += 1

    def _cost(self, steps: int) -> int:
        first = self.base[0]
        return self._run.multiply_adds_at(first + steps) - self._run.multiply_adds_at(first)

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
            reached = self._run.step_count if self._is_begun else self._run.nearest(self.base)
            evaluations += self.base[0] - reached
        return evaluations * self._run.evaluation_seconds

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
        if not self._is_begun:
            run.stand_alone(self.base)
            self._is_begun = True
        if self._batch is None:
            if not run.reach(self.base, cancelled=cancelled):
                raise Cancelled
            self._batch = run.coming_batch
            run.go_on()
        while not self.is_known:
            if run.step_count - self.base[0] < len(self._losses):
                run.advance()
            run.look(cancelled=cancelled)
            self._has_diverged = run.outcome is Outcome.DIVERGED
            if not self._losses or not self._has_diverged:
                # Over the batch that the looks are over, whichever batch the step learns from.
                is_same = run.config.is_full_batch or not self._losses
                loss = run.loss if is_same else run.loss_over(self._batch, cancelled)
                self._losses.append(loss)

    def beside(self, looks: int, look_cost: int) -> Walk:
        """Compare it with a walk of so many looks, each of so many multiply-adds."""
        losses = self._losses
        return Walk(
            looks=looks,
            multiply_adds=looks * look_cost,
            start_loss=losses[0] if losses else None,
            steps=self._steps,
            descent_multiply_adds=self._cost(self._steps),
            descent_loss=losses[self._steps] if len(losses) > self._steps else None,
            has_diverged=self._has_diverged and len(losses) <= self._steps,
        )
