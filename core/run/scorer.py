"""How well a run does at a moment: on all its images, and on those that it never learns from."""

import math

import numpy as np

from core.arrays import IsCancelled
from core.errors import ConfigError
from core.images.images import Batch, equal_rows
from core.images.tasks import TASKS
from core.metrics.meter import cost_of
from core.metrics.quadratic import Quadratic, quadratic_of
from core.metrics.scores import Scores, confusion_of, scores_of
from core.run.changes import AddImage, Change
from core.run.log import Log
from core.run.stepper import SECONDS_PER_IMAGE, Stepper
from core.run.stopping import Arrival, Update, is_converged
from core.run.timeline import Moment
from core.settings.config import TrainingConfig
from core.settings.presets import Closing, Standing, preset_of

SCORING = 0.008
"""Seconds that scores may take where somebody waits for a moment to be frozen."""


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
        self._closing: tuple[TrainingConfig, Closing | None] | None = None

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

    @property
    def arrivals(self) -> frozenset[Arrival]:
        """What the run has come to, as far as it pauses for that.

        Where a person has set when it stops, it stops for that; and if that may never come, also
        where no step changes anything any more.
        """
        here, config = self._here, self._here.config
        if here.evaluation is None or config.steps is not None or config.patience is not None:
            return frozenset()
        found = [Arrival.AT_REST] if _is_at_rest(here) else []
        if config.until_loss is None and config.until_accuracy is None:
            if is_converged(here.network.parameters, self.quadratic):
                found.append(Arrival.CONVERGED)
            if (closing := self.closing) is not None and closing.holds(self._standing()):
                found.append(Arrival.SHOWN)
        return frozenset(found)

    @property
    def closing(self) -> Closing | None:
        """What the preset that the run is shows in the end; None if it is none, or if weights or
        images were changed by hand: that may lead elsewhere, and its words would not be so."""
        config = self._here.config
        if not self._log.follows_from_settings:
            return None
        if self._closing is None or self._closing[0] is not config:
            preset = preset_of(config)
            self._closing = config, None if preset is None else preset.closing
        return self._closing[1]

    def _standing(self) -> Standing:
        """Return how the run does on the training images and the test images, at this moment."""
        here, evaluation = self._here, self._here.evaluation
        if evaluation is None:
            raise RuntimeError("the gradient is not computed yet")
        with np.errstate(over="ignore", invalid="ignore"):
            test = math.nan if self.test is None else here.engine.assess(self.test)[0]
        return Standing(
            here.step_count,
            evaluation.loss,
            len(evaluation.targets),
            confusion_of(evaluation.predictions, evaluation.targets).correct,
            float(np.abs(evaluation.gradient).max()),
            test,
        )

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


def _is_at_rest(here: Stepper) -> bool:
    """Whether the last step has changed nothing, to the last bit, and no other one will."""
    evaluation, parameters = here.evaluation, here.network.parameters
    if evaluation is None or not here.came_by_step:
        return False
    coming = Update(
        here.config, here.step_count, here.state, here.frozen, parameters, evaluation.gradient
    )
    whole = here.stage.schedule.is_full_batch
    return coming.standstill_after(here.previous, whole=whole) is not None
