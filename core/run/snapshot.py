"""One moment of a run, frozen, for whoever looks at it."""

from dataclasses import replace
from functools import cached_property

import numpy as np

from core.arrays import Array
from core.engines.engine import Evaluation
from core.images.batches import Schedule
from core.images.images import Batch, Example, Image, found_again
from core.images.tasks import TASKS
from core.metrics.corners import Corner, corner_images, corner_of
from core.metrics.curve import Curve, TestCurve
from core.metrics.effort import Effort, StepTimes
from core.metrics.meter import cost_of, judging_cost
from core.metrics.other_gradient import other_method
from core.metrics.previous_run import PreviousRun, RunComparison
from core.metrics.quadratic import Quadratic
from core.metrics.rates import RateCourse
from core.metrics.scores import Score, Scores, confusion_of
from core.network.architecture import Architecture
from core.network.cost import StepCost
from core.network.network import Network
from core.network.update import State
from core.run.descent import ManualEdits
from core.run.run import Run
from core.run.stepper import timed
from core.run.stopping import Outcome, Overall, Standstill, Update
from core.settings.config import TrainingConfig
from core.settings.images import target_of
from core.structs import Struct

ROUNDING = 1e-9
"""Labels that are no farther apart say the same: images may be kept with fewer digits."""


class Reading(Struct, eq=False):
    """What the network makes of one image, which may be none of the training images."""

    image: Image
    """The four darknesses."""
    activations: tuple[Array, ...]
    """The activations of each layer, the image first, the prediction last; shapes (n₀,), …,
    (1,)."""
    sums: tuple[Array, ...]
    """Each layer's weighted sums, biases included, before the activation; shapes (n₁,), …, (1,)."""
    prediction: float
    """The network's answer."""
    target: float
    """The target, which for one of the run's own images is its label; NaN where only a
    person's own data could know it, and does not."""
    example: Example | None = None
    """Which of the run's own images it is, where it was picked out of them."""

    @property
    def error(self) -> float:
        """Prediction minus target."""
        return self.prediction - self.target

    @property
    def is_training(self) -> bool:
        """Whether it was picked out of the training images."""
        return self.example is not None and not self.example.is_test


def read(
    architecture: Architecture,
    parameters: Array,
    image: Image,
    target: float,
    example: Example | None = None,
) -> Reading:
    """Return a network's activations for one image.

    Parameters
    ----------
    architecture : Architecture
        The network's shape.
    parameters : ndarray, shape (parameter_count,)
        Its weights and biases.
    image : tuple of four floats
        Darknesses in [0, 1].
    target : float
        The target; NaN where nobody knows it.
    example : Example, optional
        Which of the run's own images it is; its label is what is right then.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        activations, sums = Network(architecture, parameters).forward_with_sums(np.array([image]))
    return Reading(
        image,
        tuple(values[0] for values in activations),
        tuple(each[0] for each in sums),
        float(activations[-1][0, 0]),
        target,
        example,
    )


class Snapshot(Struct, eq=False):
    """A run between two steps. Loss, gradient and reading belong to these very parameters."""

    config: TrainingConfig
    """The settings as they are now."""
    step: int
    """Updates so far."""
    epoch: int
    """Passes over all training images that are complete."""
    outcome: Outcome | None
    """Why it goes no further, if so."""
    diverged_at: int | None
    """The step whose loss showed that it diverges."""
    parameters: Array
    """The flat vector, shape (parameter_count,)."""
    state: State
    """The optimizer state."""
    previous: Array | None
    """The same one step before, if a step was taken."""
    frozen: frozenset[int]
    """The parameters that no step moves, by their place in the flat vector."""
    loss: float | None
    """Over the batch of the coming step; None while it is still being computed."""
    overall: Score | None
    """Over all training images, where that batch is all of them, or where an epoch of mini-batches
    has just ended by which the run is judged; else None."""
    gradient: Array | None
    """Of that loss, in parameter order; None while it is still being computed."""
    schedule: Schedule
    """How many training images there are now, and how many of them a step learns from."""
    batch_size: int
    """Images in the batch of the coming step."""
    too_high: int
    """How many of them are predicted above the target."""
    too_low: int
    """How many are predicted below it."""
    cost: StepCost
    """The cost of the coming step."""
    other_cost: StepCost
    """The same by the other gradient method."""
    judging_cost: int
    """Multiply-adds of judging stop conditions at the end of each epoch; 0 if that is free."""
    multiply_adds: int
    """Of all steps so far."""
    steps_by_cost: tuple[tuple[int, int], ...]
    """The steps so far by their cost: how many, and the multiply-adds of each."""
    step_times: StepTimes
    """How long a step takes, measured, computing only."""
    curve: Curve
    """The losses of all steps so far."""
    effort: Effort
    """What all steps so far took."""
    rates: RateCourse
    """The learning rates of all steps."""
    previous_run: RunComparison | None
    """The previous run, if its settings differed."""
    manual_edits: ManualEdits | None
    """Manual changes made here, beside gradient descent; None if there are none."""
    quadratic: Quadratic | None
    """The closed form of a linear network's loss; None where there is none."""
    scores: Scores | None
    """How it does on all training images and on the test images, at the step it says; None where
    the loss of the batch says all, or while it is not known."""
    test_curve: TestCurve | None
    """The test losses of the moments at which they were computed; None without test images."""
    reading: Reading
    """What the network makes of the selected image."""
    other_gradient: Array | None = None
    """The same gradient by the other method, shape (parameter_count,); None while nobody asked for
    it, or while it is still being computed."""
    other_seconds: float | None = None
    """How long that takes, foreseen or measured; None while nobody asked for it."""
    coming_batch: Batch | None = None
    """The images of the coming step; None while its gradient is still being computed."""

    @property
    def architecture(self) -> Architecture:
        """The network's shape."""
        return self.config.architecture

    @property
    def is_full_batch(self) -> bool:
        """Whether each step sees all training images, so that a step is an epoch."""
        return self.schedule.is_full_batch

    @property
    def batch(self) -> int | None:
        """Images that the loss is the mean over, if they are not all training images."""
        return None if self.is_full_batch else self.batch_size

    @property
    def rate(self) -> float:
        """η, the learning rate of the coming step."""
        return self.config.rate_at(self.step)

    @cached_property
    def change(self) -> Array | None:
        """What the coming step adds to the parameters, shape (parameter_count,)."""
        return None if self._coming is None else self._coming.change

    @cached_property
    def standstill(self) -> Standstill | None:
        """Why no step moves anything any more, after one that has not; None if one may."""
        if self._coming is None or self.previous is None:
            return None
        return self._coming.standstill_after(self.previous, whole=self.is_full_batch)

    @property
    def _coming(self) -> Update | None:
        """The coming update; None while its gradient is being computed."""
        if self.gradient is None:
            return None
        frozen, parameters = self.frozen, self.parameters
        return Update(self.config, self.step, self.state, frozen, parameters, self.gradient)

    @property
    def both_gradients(self) -> tuple[Array, Array] | None:
        """The gradients of backprop and finite differences, whichever is the run's own, once both
        are known."""
        own, other = self.gradient, self.other_gradient
        if own is None or other is None:
            return None
        return (own, other) if self.config.gradient == "backprop" else (other, own)

    @property
    def gradient_difference(self) -> Array | None:
        """By how much the finite-difference gradient exceeds backprop's, shape
        (parameter_count,)."""
        if (both := self.both_gradients) is None:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            gradient_difference: Array = both[1] - both[0]
        return gradient_difference

    @cached_property
    def corner_images(self) -> int | None:
        """For how many images of the coming step a relu is at its corner; None where nobody
        knows."""
        if self.coming_batch is None:
            return None
        return corner_images(self.architecture, self.parameters, self.coming_batch)

    def corner_of(self, index: int) -> Corner | None:
        """Find the images at a corner of relu that a nudge of a parameter leaves."""
        if self.coming_batch is None or not self.corner_images:
            return None
        return corner_of(self.architecture, self.parameters, self.coming_batch, index)

    @cached_property
    def rule(self) -> float | None:
        """What the task's rule says of the selected image, where its label says something
        else."""
        reading = self.reading
        if reading.example is None or TASKS[self.config.task].is_own:
            return None
        rule = target_of(self.config, reading.image)
        return None if abs(rule - reading.target) <= ROUNDING else rule

    def with_image(self, image: Image, example: Example | None = None) -> "Snapshot":
        """Return the same moment with another selected image; the run has no part in it."""
        target = target_of(self.config, image) if example is None else example.label
        reading = read(self.architecture, self.parameters, image, target, example)
        return replace(self, reading=reading)


def freeze(
    run: Run,
    image: Image,
    example: Example | None,
    previous: PreviousRun | None,
    manual_edits: ManualEdits | None,
) -> Snapshot:
    """Return a run's present moment; it is scored first, if that is quick.

    The run is compared with `previous`; `manual_edits` are the manual changes made at this step. An
    example whose image was removed or edited since counts as any other image.
    """
    here, log, scorer = run.here, run.log, run.scorer
    config, evaluation, frozen = here.config, here.evaluation, len(here.frozen)
    if scorer.is_scored_at_once:
        scorer.score()
    images = here.stage.schedule.size_at(here.step_count)
    curve = log.history.curve()
    high, low = (0, 0) if evaluation is None else _sides(evaluation)
    is_whole = here.stage.schedule.is_full_batch
    return Snapshot(
        config=config,
        step=here.step_count,
        epoch=here.stage.schedule.epochs(here.step_count),
        outcome=here.outcome,
        diverged_at=here.diverged_at,
        parameters=here.network.parameters.copy(),
        state=here.state.noted(),
        previous=here.previous.copy() if here.step_count else None,
        frozen=here.frozen,
        loss=None if evaluation is None else evaluation.loss,
        overall=_overall(evaluation if is_whole else here.ending.overall, config),
        gradient=None if evaluation is None else evaluation.gradient.copy(),
        schedule=here.stage.schedule,
        batch_size=images,
        too_high=high,
        too_low=low,
        cost=cost_of(config, images, frozen=frozen),
        other_cost=cost_of(config, images, other_method(config.gradient), frozen),
        judging_cost=judging_cost(config, here.stage.schedule),
        multiply_adds=run.multiply_adds,
        steps_by_cost=log.meter.steps_by_cost(here.step_count),
        step_times=log.times_of(timed(here)),
        curve=curve,
        effort=log.effort.copy(),
        rates=log.rates.copy(),
        previous_run=previous.compared_with(here.settings_used_next, curve, log.effort)
        if previous
        else None,
        manual_edits=manual_edits,
        quadratic=scorer.quadratic,
        scores=scorer.scores if scorer.scores_wanted else None,
        test_curve=log.tests.curve() if len(log.tests) else None,
        reading=_reading(run, image, example),
        coming_batch=None if evaluation is None else here.coming_batch,
    )


def _reading(run: Run, image: Image, example: Example | None) -> Reading:
    """Return the reading of an image that may be one of the run's own."""
    network, images = run.here.network, run.here.images
    if example is not None:
        example = found_again(example, image, run.scorer.test if example.is_test else images)
    target = target_of(run.config, image) if example is None else example.label
    return read(network.architecture, network.parameters, image, target, example)


def _sides(evaluation: Evaluation) -> tuple[int, int]:
    """Count the images predicted too high, and too low."""
    predictions, targets = evaluation.predictions, evaluation.targets
    return int(np.count_nonzero(predictions > targets)), int(
        np.count_nonzero(predictions < targets)
    )


def _overall(seen: Evaluation | Overall | None, config: TrainingConfig) -> Score | None:
    """Return how the network does on all training images, if that is seen here."""
    if seen is None:
        return None
    is_yes_no = TASKS[config.task].yes_no
    confusion = confusion_of(seen.predictions, seen.targets) if is_yes_no else None
    return Score(seen.loss, len(seen.targets), confusion)
