"""Training: the one object that changes, and that a person changes."""

from dataclasses import replace
from typing import Self

import numpy as np

from core.bowl import Bowl, bowl_of
from core.changes import Change
from core.config import TrainingConfig
from core.data import images_of, truth_of
from core.engines.engine import GRADIENT_METHODS, Evaluation, IsCancelled
from core.images import ESSAY_IMAGE, TASKS, Image
from core.meter import cost_of
from core.operations import Array
from core.past import Past
from core.samples import Samples
from core.score import Scores, confusion_of, scores_of
from core.snapshot import Snapshot, read
from core.timeline import Checkpoint, Entry, Moment, edits_in
from core.travel import Travel

RUNS_KEPT = 30
"""Earlier runs that can be come back to …"""
UNBEGUN_KEPT = 10
"""… of which no more than these were left before their first step, as a network is being built …"""
RUNS_MEMORY = 64 * 2**20
"""… as long as their parameters and images take no more bytes than these; one always can."""

SCORING = 0.008
"""Seconds that scores may take where somebody waits for a moment to be frozen."""
SECONDS_PER_IMAGE = 2e-8
"""Roughly, for what a forward pass takes besides its multiply-adds."""


class Trainer(Travel):
    """A run: its steps, what a person changes in it, what it costs, and how it looks at a moment.

    Parameters
    ----------
    config : TrainingConfig
        What the run is made from.
    """

    def __init__(self, config: TrainingConfig) -> None:
        images, self.test = images_of(config)
        """The images kept for testing, never learnt from; None if there are none."""
        self._bowl = images, bowl_of(config.architecture, config.loss, images)
        super().__init__(config, images)

    def _begin(self) -> None:
        """Stand at step 0, with nothing scored yet."""
        super()._begin()
        self._samples = Samples()
        self._scores: Scores | None = None
        self._scored_at: Moment | None = None

    def fork(self) -> Self:
        """Give a run that stands at the same moment; see `Travel.fork`."""
        forked = super().fork()
        forked._samples = self._samples.until(self.last_step)
        return forked

    def restore(self, checkpoint: Checkpoint) -> None:
        """Stand where a checkpoint was taken; see `Travel.restore`."""
        super().restore(checkpoint)
        self._scored_at = None

    def _carry_out(self, change: Change) -> None:
        """Make a change, here and now; what is scored afterwards is another network."""
        super()._carry_out(change)
        self._scored_at = None

    def _forget_future(self) -> None:
        """Know nothing of what came after this moment; of its test losses neither."""
        super()._forget_future()
        self._samples = self._samples.until(self.step_count)

    @property
    def scores_wanted(self) -> bool:
        """Whether there is more to say of the images than the loss of a step's batch."""
        return self.test is not None or TASKS[self.config.task].yes_no

    @property
    def scoring_seconds(self) -> float:
        """How long `score` will take, roughly."""
        images = len(self.images) if not self._batches.schedule.is_full_batch else 0
        images += 0 if self.test is None else len(self.test)
        work = cost_of(self.config, images).forward.count if images else 0
        return work * self._engine.seconds_per_multiply_add + images * SECONDS_PER_IMAGE

    @property
    def is_scored(self) -> bool:
        """Whether the scores of this moment are known, or none are wanted."""
        return not self.scores_wanted or self._scored_at == self.moment

    def score(self, cancelled: IsCancelled | None = None) -> None:
        """Score this moment on all training images and on those for testing.

        It takes part in no step, and nothing is charged for it.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        if self.is_scored or self._evaluation is None:
            return
        known = self._evaluation if self._batches.schedule.is_full_batch else None
        with np.errstate(over="ignore", invalid="ignore"):
            self._scores = scores_of(
                self._engine,
                self.step_count,
                self.images,
                self.test,
                known,
                yes_no=TASKS[self.config.task].yes_no,
                cancelled=cancelled,
            )
        self._scored_at = self.moment
        if self._scores.test is not None:
            self._samples.note(self.step_count, self._scores.test.loss)

    @property
    def multiply_adds(self) -> int:
        """Of all steps so far."""
        return self._meter.total(self.step_count)

    def multiply_adds_at(self, step: int) -> int:
        """Of the first `step` steps."""
        return self._meter.total(step)

    @property
    def bowl(self) -> Bowl | None:
        """The shape of the loss over the training images that there are now, where it is known."""
        if self._bowl[0] is not self.images:
            known = bowl_of(self.config.architecture, self.config.loss, self.images)
            self._bowl = self.images, known
        return self._bowl[1]

    def reset(self) -> None:
        """Start again from the same weights; the run so far is kept beside the new one."""
        other, past = self.fork(), self._past
        if other.last_step:
            last = (self._ways or self._ways_on())[-1]
            # Where images were changed on the way, the same settings do not go the same way.
            ways = self._ways if self._edits_made == self._carried else ()
            past = Past(ways, last, self.history.curve(), self._meter)
        self._leave(self.config)
        self.other, self._past = other, past

    def restart(self, seed: int) -> None:
        """Start with other weights on the same images.

        Raises
        ------
        ConfigError
            If the seed is outside 0 … 2³² − 1.
        """
        self._leave(replace(self.config, seed=seed))
        self._past = None

    def open(self, config: TrainingConfig) -> None:
        """Start another run, from whatever config; the one so far is kept before it."""
        before = self._left()
        vars(self).update(vars(Trainer(config)))
        self.before = before

    def return_to_before(self) -> bool:
        """Stand again where the run before this one was left; tell whether there was one."""
        if self.before is None:
            return False
        before = self.before
        vars(self).update(vars(before))
        self.before = before.before
        self.wake()
        return True

    def _leave(self, config: TrainingConfig) -> None:
        """Begin a run on the images that there are now, and keep the one so far before it."""
        before, images = self._left(), self.images
        edits = edits_in(self._journal[: self._done])
        self.config = config
        self._begin()
        if edits:
            self._journal = [Entry(0, edit) for edit in edits]
            self._done = self._carried = len(edits)
            self._begin_with(edits, images)
            self._charge()
        self.before = before

    def _left(self) -> Travel:
        """Give the run so far as one to come back to, in little memory; the oldest go."""
        left = self.fork()
        left._timeline = left._timeline.leaner()
        _forget_unbegun(left)
        run: Travel = left
        bytes_kept, images = 0, {id(self._base)}
        for _ in range(RUNS_KEPT):
            bytes_kept += 3 * run.network.parameters.nbytes + run.state.nbytes
            if id(run.images) not in images:
                images.add(id(run.images))
                bytes_kept += run.images.nbytes
            if run.before is None or bytes_kept > RUNS_MEMORY:
                break
            run = run.before
        run.before = None
        return left

    def _right(self, evaluation: Evaluation) -> int:
        """Count the right answers of a yes/no task."""
        if not TASKS[self.config.task].yes_no:
            return 0
        return confusion_of(evaluation.predictions, evaluation.targets).right

    def overall(self) -> tuple[float, Array]:
        """Give loss and gradient over all training images, at the present parameters.

        With a full batch they are what the next step uses; with mini-batches they are computed
        here, and nothing is charged for it.
        """
        whole = self._batches.schedule.is_full_batch
        if whole:
            self.look()
        if self._evaluation is not None and whole:
            return self._evaluation.loss, self._evaluation.gradient.copy()
        with np.errstate(over="ignore", invalid="ignore"):
            evaluation = self._new_engine().evaluate(self.images)
        return evaluation.loss, evaluation.gradient

    def snapshot(self, image: Image = ESSAY_IMAGE) -> Snapshot:
        """Freeze this moment, looking at an image.

        Loss and gradient are None while the present parameters have not been evaluated; `look`
        evaluates them. Scores that take long are those that `score` found last.
        """
        if self.scoring_seconds <= SCORING:
            self.score()
        config, evaluation = self.config, self._evaluation
        images = self._batches.size_at(self.step_count)
        other = next(method for method in GRADIENT_METHODS if method != config.gradient)
        curve = self.history.curve()
        parameters = self.network.parameters.copy()
        high, low = (0, 0) if evaluation is None else _wrong_ways(evaluation)
        frozen = len(self.frozen)
        return Snapshot(
            config=config,
            step=self.step_count,
            epoch=self._batches.schedule.epochs(self.step_count),
            outcome=self.outcome,
            diverged_at=self.diverged_at,
            parameters=parameters,
            state=self.state.copy(),
            previous=self._previous.copy() if self.step_count else None,
            frozen=self.frozen,
            loss=None if evaluation is None else evaluation.loss,
            gradient=None if evaluation is None else evaluation.gradient.copy(),
            schedule=self._batches.schedule,
            batch_size=images,
            too_high=high,
            too_low=low,
            right=0 if evaluation is None else self._right(evaluation),
            cost=cost_of(config, images, frozen=frozen),
            other_cost=cost_of(config, images, other, frozen),
            multiply_adds=self.multiply_adds,
            seconds_per_step=self._seconds_per_step,
            curve=curve,
            earlier=self._past.beside(self._ways_on(), curve, self._meter) if self._past else None,
            bowl=self.bowl,
            scores=self._scores if self.scores_wanted else None,
            test_curve=self._samples.curve() if len(self._samples) else None,
            reading=read(config.architecture, parameters, image, truth_of(config, image)),
        )


def _forget_unbegun(run: Travel) -> None:
    """Keep only the last of the runs that were left before anything was done in them."""
    kept = int(run.is_unbegun)
    while (before := run.before) is not None:
        kept += before.is_unbegun
        if before.is_unbegun and kept > UNBEGUN_KEPT:
            run.before = before.before
        else:
            run = before


def _wrong_ways(evaluation: Evaluation) -> tuple[int, int]:
    """Count the images predicted too high, and too low."""
    predictions, targets = evaluation.predictions, evaluation.targets
    high = int(np.count_nonzero(predictions > targets))
    low = int(np.count_nonzero(predictions < targets))
    return high, low
