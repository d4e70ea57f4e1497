"""How well a run does at a moment: on all its images, and on those that it never learns from."""

from dataclasses import replace
from typing import Self

import numpy as np

from core.arrays import IsCancelled
from core.engines.engine import Evaluation
from core.images.images import Batch
from core.images.tasks import TASKS
from core.metrics.curve import Samples
from core.metrics.ledger import cost_of
from core.metrics.scores import Scores, confusion_of, scores_of
from core.run.changes import Change
from core.run.recording import Recording, RunRecord
from core.run.timeline import Checkpoint, Moment
from core.settings.config import TrainingConfig

SCORING = 0.008
"""Seconds that scores may take where somebody waits for a moment to be frozen."""
SECONDS_PER_IMAGE = 2e-8
"""Roughly, for what a forward pass takes besides its multiply-adds."""


class Scoring(Recording):
    """A run that is scored besides the loss of its steps; the test losses are kept along it."""

    def __init__(self, config: TrainingConfig, images: Batch, test: Batch | None) -> None:
        self.test = test
        """The images kept for testing, never learnt from; None if there are none."""
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
        """Stand where a checkpoint was taken; see `Replay.restore`."""
        super().restore(checkpoint)
        self._scored_at = None

    def record(self, most_checkpoints: int, most_bytes: int) -> RunRecord:
        """Take down the run; see `Recording.record`."""
        return replace(super().record(most_checkpoints, most_bytes), tests=self._samples.curve())

    def stand_by(self, record: RunRecord) -> None:
        """Stand where the record was taken; see `Recording.stand_by`."""
        super().stand_by(record)
        self._samples.take(record.tests)

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
    def is_scored_at_once(self) -> bool:
        """Whether `score` takes so little time that nobody notices."""
        return self.scoring_seconds <= SCORING

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

    def _right(self, evaluation: Evaluation) -> int:
        """Count the right answers of a yes/no task."""
        if not TASKS[self.config.task].yes_no:
            return 0
        return confusion_of(evaluation.predictions, evaluation.targets).right
