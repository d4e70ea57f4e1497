"""Training: the one object that changes, and that a person changes."""

from dataclasses import replace

import numpy as np

from core.arrays import Array
from core.engines.engine import Evaluation
from core.images.images import ESSAY_IMAGE, Batch, Example, Image, found_again
from core.metrics.ledger import cost_of
from core.metrics.other_gradient import other_method
from core.metrics.quadratic import Quadratic, quadratic_of
from core.run.changes import ImageEdit
from core.run.data import images_of, truth_of
from core.run.scoring import Scoring
from core.run.snapshot import Snapshot, read
from core.run.timeline import Entry, edits_in
from core.run.travel import Travel
from core.settings.config import TrainingConfig, check_batch_size

RUNS_KEPT = 30
"""Earlier runs that can be come back to …"""
UNBEGUN_KEPT = 10
"""… of which no more than these were left before their first step, as a network is being built …"""
RUNS_MEMORY = 64 * 2**20
"""… as long as their parameters and images take no more bytes than these; one always can."""


class Trainer(Scoring):
    """A run: its steps, what a person changes in it, what it costs, and how it looks at a moment.

    Parameters
    ----------
    config : TrainingConfig
        What the run is made from.
    """

    def __init__(self, config: TrainingConfig) -> None:
        images, test = images_of(config)
        self._bowl = images, quadratic_of(config.architecture, config.loss, images)
        super().__init__(config, images, test)

    @property
    def multiply_adds(self) -> int:
        """Of all steps so far."""
        return self._meter.total(self.step_count)

    @property
    def bowl(self) -> Quadratic | None:
        """The shape of the loss over the training images that there are now, where it is known."""
        if self._bowl[0] is not self.images:
            known = quadratic_of(self.config.architecture, self.config.loss, self.images)
            self._bowl = self.images, known
        return self._bowl[1]

    def reset(self) -> None:
        """Start again from the same weights; the run so far is kept beside the new one."""
        other, past = self.other, self._past
        if self.last_step:
            other = self.fork()
            past = self.begun_again(other)
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
        self.go_on_with(Trainer(config))

    def rebuild(self, config: TrainingConfig) -> None:
        """Start another run, on the images that there are now if it draws them alike.

        Raises
        ------
        ConfigError
            If an image that was added by hand cannot be learnt from in that run, or a step would
            take more images than are left.
        """
        edits = edits_in(self._journal[: self._done]) if config.draws_like(self.config) else []
        if not edits:
            self.open(config)
            return
        check_batch_size(config.batch_size, len(self.images))
        for edit in edits:
            edit.applied_to(config)
        run = Trainer(config)
        run._begin_edited(edits, self.images)
        self.go_on_with(run)

    def go_on_with(self, run: "Trainer") -> None:
        """Become another run; the one so far is kept before it."""
        before = self._left()
        vars(self).update(vars(run))
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
            self._begin_edited(edits, images)
        self.before = before

    def _begin_edited(self, edits: list[ImageEdit], images: Batch) -> None:
        """Begin on images that a run before has edited, and that are these now."""
        self._journal = [Entry(0, edit) for edit in edits]
        self._done = self._carried = len(edits)
        self._begin_with(edits, images)
        self._charge()

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

    def foresee_other_gradient(self) -> float:
        """Foresee how many seconds `other_gradient` takes for the coming step's batch.

        A multiply-add is taken to cost what it cost in the last step, or what the engine is known
        for if that is less: what disturbs a measurement only ever makes it longer.
        """
        config, images = self.config, self._batches.batch_size
        other = cost_of(config, images, other_method(config.gradient)).step
        measured = self.evaluation_seconds / cost_of(config, images).step
        return other * min(measured, self._engine.seconds_per_multiply_add)

    def snapshot(self, image: Image = ESSAY_IMAGE, example: Example | None = None) -> Snapshot:
        """Freeze this moment, looking at an image, which may be one of the run's own.

        Loss and gradient are None while the present parameters have not been evaluated; `look`
        evaluates them. Scores that take long are those that `score` found last. An example that is
        none any more, since the images are others now, counts as any other image.
        """
        if example is not None:
            example = found_again(example, image, self.test if example.is_test else self.images)
        truth = truth_of(self.config, image) if example is None else example.label
        if self.is_scored_at_once:
            self.score()
        config, evaluation = self.config, self._evaluation
        images = self._batches.size_at(self.step_count)
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
            state=self.state.noted(),
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
            other_cost=cost_of(config, images, other_method(config.gradient), frozen),
            multiply_adds=self.multiply_adds,
            bill=self._meter.bill(self.step_count),
            seconds_per_step=self._seconds_per_step,
            curve=curve,
            earlier=self._past.beside(self._ways_on(), curve, self._meter) if self._past else None,
            walk=self.walk,
            bowl=self.bowl,
            scores=self._scores if self.scores_wanted else None,
            test_curve=self._samples.curve() if len(self._samples) else None,
            reading=read(config.architecture, parameters, image, truth, example),
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
