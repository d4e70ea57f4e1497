"""How well a run does at a moment: on all its images, and on those that it never learns from."""

import numpy as np

from core.arrays import IsCancelled
from core.errors import ConfigError
from core.images.images import Batch, equal_rows
from core.images.tasks import TASKS
from core.metrics.meter import cost_of
from core.metrics.quadratic import Quadratic, quadratic_of
from core.metrics.scores import Scores, scores_of
from core.run.changes import AddImage, Change
from core.run.log import Log
from core.run.stepper import Stepper
from core.run.timeline import Moment

SCORING = 0.008
"""Seconds that scores may take where somebody waits for a moment to be frozen."""
SECONDS_PER_IMAGE = 2e-8
"""Roughly, for what a forward pass takes in addition to its multiply-adds."""


class Scorer:
    """The scores of a run, in addition to the loss of its steps.

    Parameters
    ----------
    here : Stepper
        Where the run is.
    log : Log
        What is known of it; the test losses are kept there.
    test : Batch, optional
        The test images, never learned from.
    """

    def __init__(self, here: Stepper, log: Log, test: Batch | None) -> None:
        self._here = here
        self._log = log
        self.test = test
        self.scores: Scores | None = None
        """What was found last; None while they are not known, or none are wanted."""
        self._scored_at: Moment | None = None
        self._quadratic: tuple[Batch, Quadratic | None] | None = None
        self._equal: tuple[Batch, int] | None = None

    def copy(self, here: Stepper, log: Log) -> "Scorer":
        """Return a scorer of another run, at the same moment."""
        copied = Scorer(here, log, self.test)
        copied.scores, copied._scored_at = self.scores, self._scored_at
        copied._quadratic, copied._equal = self._quadratic, self._equal
        return copied

    def check(self, change: Change) -> None:
        """Raise `ConfigError` if a change would let the steps learn from a test image."""
        if self.test is None or not isinstance(change, AddImage):
            return
        (places,) = np.nonzero((self.test.images == np.array(change.image)).all(axis=1))
        if len(places):
            which = f"it is test image {places[0] + 1:,}"
            raise ConfigError("image", f"cannot be added: {which}, and no step uses test images")

    @property
    def equal_test_images(self) -> int:
        """How many test images have the pixels and the label of a training image."""
        if self.test is None:
            return 0
        images = self._here.images
        if self._equal is None or self._equal[0] is not images:
            self._equal = images, int(np.count_nonzero(equal_rows(self.test, images)))
        return self._equal[1]

    @property
    def scores_wanted(self) -> bool:
        """Whether there is more to say of the images than the loss of a step's batch."""
        return self.test is not None or TASKS[self._here.config.task].yes_no

    @property
    def scoring_seconds(self) -> float:
        """How long `score` will take, roughly."""
        here = self._here
        images = len(here.images) if not here.stage.schedule.is_full_batch else 0
        images += 0 if self.test is None else len(self.test)
        work = cost_of(here.config, images).forward.count if images else 0
        return work * here.engine.seconds_per_multiply_add + images * SECONDS_PER_IMAGE

    @property
    def is_scored_at_once(self) -> bool:
        """Whether `score` takes so little time that nobody notices."""
        return self.scoring_seconds <= SCORING

    @property
    def is_scored(self) -> bool:
        """Whether the scores of this moment are known, or none are wanted."""
        return not self.scores_wanted or self._scored_at == self._moment

    @property
    def _moment(self) -> Moment:
        return self._here.step_count, self._log.done

    @property
    def quadratic(self) -> Quadratic | None:
        """The shape of the loss over the training images that there are now, where it is known."""
        config, images = self._here.config, self._here.images
        if self._quadratic is None or self._quadratic[0] is not images:
            self._quadratic = images, quadratic_of(config.architecture, config.loss, images)
        return self._quadratic[1]

    def take_quadratic(self, other: "Scorer") -> None:
        """Take over another scorer's quadratic, if the loss is the same."""
        ours, theirs = self._here.config, other._here.config
        if (ours.architecture, ours.loss) == (theirs.architecture, theirs.loss):
            self._quadratic = other._quadratic

    def forget(self) -> None:
        """Forget the scores: the next ones are of another network."""
        self._scored_at = None

    def score(self, cancelled: IsCancelled | None = None) -> None:
        """Score this moment on all training images and on the test images.

        It takes part in no step, and its cost is not counted.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        here = self._here
        if self.is_scored or here.evaluation is None:
            return
        known = here.evaluation if here.stage.schedule.is_full_batch else None
        with np.errstate(over="ignore", invalid="ignore"):
            self.scores = scores_of(
                here.engine,
                here.step_count,
                here.images,
                self.test,
                known,
                yes_no=TASKS[here.config.task].yes_no,
                cancelled=cancelled,
            )
        self._scored_at = self._moment
        if self.scores.test is not None:
            self._log.tests.note(here.step_count, self.scores.test.loss)
