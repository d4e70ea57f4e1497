"""Where a run is, and what takes it further: steps, each an evaluation and an update."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import numpy as np

from core.arrays import Array, Cancelled, Integers, IsCancelled
from core.engines import engine_for
from core.engines.calls import Calls, stepping
from core.engines.engine import Engine, Evaluation, Problem, SteppingEngine
from core.images.batches import Batches, Schedule
from core.images.images import Batch
from core.metrics.meter import cost_of, judging_cost
from core.metrics.other_gradient import other_method
from core.metrics.previous_run import StepSettings
from core.network.losses import LOSSES
from core.network.network import Network, initial_parameters
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule, State
from core.run.changes import AddImage, Change, RemoveImage, SetParameter, SetParameters, SetSettings
from core.run.stage import Stage
from core.run.stopping import Ending, Outcome, Overall, Progress, outcome_of
from core.run.timeline import Checkpoint
from core.settings.config import TrainingConfig

SECONDS_PER_IMAGE = 2e-8
"""Roughly, for what a forward pass takes in addition to its multiply-adds."""


class Deadline:
    """When to take no further step, on the clock of `time.perf_counter`."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = math.inf

    def pass_now(self) -> None:
        """Let it be over: steps that are taken one by one end after the present one.

        Any thread may say so, while another one takes them.
        """
        self.at = -math.inf


class Stepper:
    """The present moment of a run; of its past and of its known future it knows nothing.

    A step is two parts: an evaluation of the coming batch, which changes nothing, and the update.
    The evaluation is kept with the parameters it belongs to: what looks at the run reads it, and
    the next step uses it.

    Parameters
    ----------
    stage : Stage
        The settings and what else holds now.
    images : Batch
        All training images.
    parameters : ndarray, shape (parameter_count,)
        The network's; they are kept, not copied.
    """

    def __init__(self, stage: Stage, images: Batch, parameters: Array) -> None:
        self.stage = stage
        self.network = Network(stage.config.architecture, parameters)
        self.previous = parameters.copy()
        """The parameters one step before."""
        self.state = self._new_state()
        self.batches = _batches_of(stage, images)
        self.step_count = 0
        self.ending = Ending()
        self.came_by_step = False
        """Whether the parameters are what a step has left."""
        self.settings_used: tuple[StepSettings, ...] = ()
        """How the steps so far were taken."""
        self.evaluation: Evaluation | None = None
        """Of the present parameters, on the coming batch; None while that is not computed."""
        self.measured: float | None = None
        """Seconds that the last evaluation took; None before the first one of an engine."""
        self._engine: Engine | None = None

    @classmethod
    def first(cls, config: TrainingConfig, images: Batch) -> "Stepper":
        """Return a stepper at step 0, with the initial parameters that the settings name."""
        parameters = initial_parameters(config.architecture, config.seed, config.initialisation)
        return cls(Stage.first(config, len(images)), images, parameters)

    @property
    def config(self) -> TrainingConfig:
        """The settings as they are now."""
        return self.stage.config

    @property
    def frozen(self) -> frozenset[int]:
        """The parameters that no step moves."""
        return self.stage.frozen

    @property
    def images(self) -> Batch:
        """All training images that there are now."""
        return self.batches.images

    @property
    def outcome(self) -> Outcome | None:
        """Why the run goes no further, if so."""
        return self.ending.outcome

    @property
    def diverged_at(self) -> int | None:
        """The step whose loss showed that the run diverges."""
        return self.ending.diverged_at

    @property
    def is_evaluated(self) -> bool:
        """Whether loss and gradient of the present parameters are known, and what it stops by."""
        if self.evaluation is None:
            return False
        return self.ending.overall is not None or not self.is_judged_here

    @property
    def is_judged_here(self) -> bool:
        """Whether an epoch of mini-batches has just ended, and stop conditions are judged now."""
        schedule = self.stage.schedule
        is_judged = self.config.is_judged and not schedule.is_full_batch
        return is_judged and schedule.has_ended_epoch(self.step_count)

    @property
    def engine(self) -> Engine:
        """What computes, as the settings say; made when it is first asked for."""
        if self._engine is None:
            self._engine = self._new_engine()
        return self._engine

    @property
    def evaluation_seconds(self) -> float:
        """How long an evaluation takes: foreseen at first, then measured.

        Processor time of the thread: what else a machine is busy with makes no evaluation longer.
        """
        if self.measured is not None:
            return self.measured
        cost = cost_of(self.config, self.batches.batch_size).step
        return cost * self.engine.seconds_per_multiply_add

    @property
    def coming_batch(self) -> Batch:
        """The images that the coming step learns from."""
        return self.batches.at(self.step_count)

    def coming_places(self, batches: int) -> list[list[int]]:
        """Return so many coming mini-batches as places among all images; none for a full batch."""
        if self.batches.per_epoch == 1:
            return []
        steps = range(self.step_count, self.step_count + batches)
        return [self.batches.places_at(step).tolist() for step in steps]

    @property
    def settings_used_next(self) -> tuple[StepSettings, ...]:
        """How the steps so far were taken, and how the next one is."""
        step_settings = self.config.step_settings
        return (
            self.settings_used
            if self.settings_used[-1:] == (step_settings,)
            else (*self.settings_used, step_settings)
        )

    def compute(self, cancelled: IsCancelled | None = None) -> Evaluation:
        """Take only the evaluation's part of a step: nothing changes, so a thread may do it.

        Where an epoch ends by which the run is judged, all training images are looked at as well.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        evaluation = self.evaluation
        if evaluation is None:
            engine, started = self.engine, time.thread_time()  # to build it is no part of a step
            with np.errstate(over="ignore", invalid="ignore"):
                evaluation = engine.evaluate(self.batches.at(self.step_count), cancelled)
            self.measured = time.thread_time() - started
        self._look_at_all(cancelled)
        return evaluation

    def _look_at_all(self, cancelled: IsCancelled | None = None) -> None:
        """Find out what stop conditions are judged by here, if that is not known.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        if self.is_judged_here and self.ending.overall is None:
            with np.errstate(over="ignore", invalid="ignore"):
                loss, predictions = self.engine.assess(self.images, cancelled)
            self.ending.overall = Overall(loss, predictions, self.images.targets)

    def evaluate(self, batch: Batch, cancelled: IsCancelled | None = None) -> Evaluation:
        """Evaluate the present parameters on any batch, which takes part in no step.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            return self._new_engine().evaluate(batch, cancelled)

    def take(
        self, deadline: Deadline, wanted: int, cancelled: IsCancelled | None, losses: list[Array]
    ) -> None:
        """Take steps until a deadline; the losses after each one are appended to `losses`.

        All that a step costs beyond its arithmetic is in this loop. It ends with an epoch by which
        the run is judged. Raises `Cancelled` if `cancelled` said so; the last step then lacks its
        loss.
        """
        if self.outcome is not None or wanted < 1:
            return
        noted: list[float] = []
        clock, append = time.perf_counter, noted.append
        evaluate, batch_at = self.engine.evaluate, self.batches.at
        update = self._update_unfrozen if self.frozen else self.engine.update
        if self.config.is_scheduled:
            update = self._on_schedule(update)
        parameters, previous = self.network.parameters, self.previous
        config, limit = self.config, self.ending.limit
        is_whole = self.stage.schedule.is_full_batch
        until_loss = config.until_loss if is_whole and config.until_loss is not None else -math.inf
        is_stopping = is_whole and (config.until_accuracy or config.patience)
        stops = self._is_stopping if is_stopping else None
        # Behind a sigmoid or tanh a weight may be infinite while the loss is not; 0·∞ is not 0.
        is_linear = self.network.architecture.is_linear
        dot = None if is_linear else np.zeros(len(parameters)).dot
        evaluation = self.evaluation
        step, last = self.step_count, self.step_count + wanted
        if config.steps is not None:
            last = min(last, config.steps)
        if config.is_judged and not is_whole:
            last = min(last, self.stage.schedule.next_end(step))
        self.settings_used = self.settings_used_next
        self.came_by_step = True
        if stops is None and (engine := self._stepping_engine) is not None:
            seconds, frozen = self.evaluation_seconds, self.frozen
            calls = Calls(
                engine,
                self.batches,
                previous,
                frozen,
                until_loss,
                limit,
                last,
                deadline.at,
                seconds,
            )
            self._take_many(calls, cancelled, losses)
            return
        try:
            while True:
                previous[...] = parameters  # a third of what np.copyto takes for a few numbers
                update()
                step += 1
                evaluation = None
                evaluation = evaluate(batch_at(step), cancelled)
                loss = evaluation.loss
                append(loss)
                if not until_loss < loss <= limit or step == last or clock() >= deadline.at:
                    return
                if dot is not None and dot(parameters) != 0.0:
                    return
                if stops is not None and stops(step, evaluation):
                    return
        finally:
            self.step_count, self.evaluation, self.ending.overall = step, evaluation, None
            losses.append(np.array(noted))

    @property
    def _stepping_engine(self) -> SteppingEngine | None:
        """The engine, if it takes many steps in one call, and steps as short as these are."""
        return stepping(self.engine, self.batches.batch_size)

    def _take_many(self, calls: Calls, cancelled: IsCancelled | None, losses: list[Array]) -> None:
        """Take steps as `take` does, many in each call of the engine."""
        while True:
            self._forget_evaluation()
            taken, self.evaluation = calls.take(self.step_count)
            self.step_count += len(taken)
            losses.append(taken)
            if calls.is_over:
                return
            if cancelled is not None and cancelled():
                raise Cancelled

    def advance(self) -> None:
        """Take only the update's part of a step, by the gradient that is known.

        Raises
        ------
        RuntimeError
            When `is_evaluated` is not so.
        """
        if self.evaluation is None:
            raise RuntimeError("the gradient is not computed yet")
        if self.outcome is not None:
            return
        self.settings_used = self.settings_used_next
        np.copyto(self.previous, self.network.parameters)
        with np.errstate(over="ignore", invalid="ignore"):
            self.engine.begin_at(self.step_count)
            self._update_unfrozen()
        self.step_count += 1
        self.came_by_step = True
        self._forget_evaluation()

    def judge(self, evaluation: Evaluation) -> None:
        """Decide by the present evaluation whether the run ends here.

        Where a step has led to infinity that step is undone: nothing can be read off infinities, so
        the last parameters that were finite are shown.
        """
        ending = self.ending
        if ending.outcome is not None:
            return
        loss = evaluation.loss
        if self.step_count == 0 and ending.limit == math.inf and math.isfinite(loss):
            ending.first_loss = loss
            ending.set_limit(self.images.targets)
        is_finite = math.isfinite(loss) and np.isfinite(self.network.parameters).all()
        if not loss <= ending.limit or not is_finite:
            ending.outcome = Outcome.DIVERGED
            ending.diverged_at = self.step_count
            if self.came_by_step and not is_finite:
                np.copyto(self.network.parameters, self.previous)
                self.state.undo()
                self.step_count -= 1
                self._forget_evaluation()
            return
        overall = evaluation if self.stage.schedule.is_full_batch else self.ending.overall
        if overall is None and self.is_judged_here:
            return
        self._take_in(self.step_count, overall)
        ending.outcome = outcome_of(self.config, self.step_count, overall, ending.progress)

    def change(self, change: Change) -> None:
        """Carry out a person's change, here and now.

        Raises
        ------
        ConfigError
            If the settings do not allow what it asks for; nothing is changed then.
        """
        before = self.stage
        self.stage = before.changed(change, self.step_count)
        if isinstance(change, SetParameter | SetParameters):
            for index, value in change.values:
                self.network.parameters[index] = value
            self._forget_evaluation()
            self.came_by_step = False
            self.ending.reopen()
            self.ending.progress = Progress()
        elif isinstance(change, AddImage | RemoveImage):
            self.hold(change.edited(self.images), self.stage.schedule)
            self.came_by_step = False
            self.ending.reopen()
            # Losses over other images do not compare: patience begins again, with this step's.
            self.ending.progress = Progress(self.step_count - 1)
        elif isinstance(change, SetSettings):
            self._adopt(before)

    def hold(self, images: Batch, schedule: Schedule) -> None:
        """Learn from these images from now on, in these passes."""
        config = self.config.holding(len(images))
        self.stage = replace(self.stage, config=config, schedule=schedule)
        self.batches = _batches_of(self.stage, images)
        self.ending.set_limit(images.targets)
        self._renew()  # an engine keeps room for every number of images that it has seen

    def drop_stops(self) -> None:
        """Stop for nothing from now on but divergence."""
        self.stage = replace(self.stage, config=self.config.step_settings)
        if self.outcome is not Outcome.DIVERGED:
            self.ending.outcome = None

    def checkpoint(self, changes: int) -> Checkpoint:
        """Return all that this moment depends on, after so many changes."""
        return Checkpoint(
            (self.step_count, changes),
            self.config,
            self.network.parameters.copy(),
            self.previous.copy(),
            self.state.noted(),
            self.frozen,
            self.settings_used,
            self.ending.progress,
            self.stage.schedule,
        )

    def restore(self, checkpoint: Checkpoint, images: Batch) -> None:
        """Restore a checkpoint that was taken with these images."""
        before = self.config
        held = self.images, self.stage.schedule
        self.stage = Stage(checkpoint.config, checkpoint.frozen, checkpoint.schedule)
        self.network.parameters[:] = checkpoint.parameters
        self.previous[:] = checkpoint.previous
        self.state = checkpoint.state.copy()
        self.settings_used = checkpoint.settings_used
        self.step_count = checkpoint.moment[0]
        self.ending.progress = checkpoint.progress
        self.ending.reopen()
        self._forget_evaluation()
        self.came_by_step = False
        self._equip(before)
        if images is not held[0] or checkpoint.schedule != held[1]:
            self.hold(images, checkpoint.schedule)

    def copy(self) -> "Stepper":
        """Return a stepper at the same moment that goes on by itself, in a thread as well."""
        copied = Stepper(self.stage, self.images, self.network.parameters.copy())
        np.copyto(copied.previous, self.previous)
        copied.state = self.state.copy()
        copied.step_count, copied.settings_used = self.step_count, self.settings_used
        copied.ending, copied.came_by_step = replace(self.ending), self.came_by_step
        return copied

    def foresee_other_gradient(self) -> float:
        """Return roughly how many seconds the other gradient method takes for the coming batch.

        A multiply-add is taken to cost what it cost in the last step, or what the engine is known
        for if that is less: what disturbs a measurement only ever makes it longer.
        """
        config, images = self.config, self.batches.batch_size
        other = cost_of(config, images, other_method(config.gradient)).step
        measured = self.evaluation_seconds / cost_of(config, images).step
        return other * min(measured, self.engine.seconds_per_multiply_add)

    def _is_stopping(self, step: int, evaluation: Evaluation) -> bool:
        """Take in one more full batch, and return whether the run is to stop by what it says."""
        self._take_in(step, evaluation)
        return outcome_of(self.config, step, evaluation, self.ending.progress) is not None

    def _take_in(self, step: int, overall: Evaluation | Overall | None) -> None:
        """Count an epoch for patience; free where patience is not set."""
        if self.config.patience is not None and overall is not None:
            self.ending.progress = self.ending.progress.after(step, overall.loss)

    def _forget_evaluation(self) -> None:
        """Forget what is known of other parameters, or of other images."""
        self.evaluation, self.ending.overall = None, None

    def _on_schedule(self, update: Callable[[], None]) -> Callable[[], None]:
        """Return an update that takes the learning rate of its step, from the present one on."""
        begin, steps = self.engine.begin_at, count(self.step_count)

        def scheduled() -> None:
            begin(next(steps))
            update()

        return scheduled

    def _update_unfrozen(self) -> None:
        """Move all parameters but those a person has frozen."""
        self.engine.update()
        for index in self.frozen:
            self.network.parameters[index] = self.previous[index]

    def _adopt(self, before: Stage) -> None:
        """Continue with other settings."""
        config, schedule = self.config, self.stage.schedule
        if config.optimizer != before.config.optimizer:
            self.state = self._new_state()
        self._equip(before.config)
        if schedule != before.schedule:
            self.hold(self.images, schedule)
            self.came_by_step = False
        if schedule != before.schedule or _counting(config) != _counting(before.config):
            # To the last bit, only losses of like batches that are computed alike compare.
            self.ending.progress = Progress(self.step_count - 1)
        if self.outcome is not Outcome.DIVERGED:
            self.ending.outcome = None
        if self.evaluation is not None:
            self.judge(self.evaluation)

    def _equip(self, before: TrainingConfig) -> None:
        """Build the engine for changed settings."""
        if (before.engine, before.gradient) != (self.config.engine, self.config.gradient):
            self._renew()
        elif self._engine is not None:
            self._engine.move_by(self._rule)

    def _renew(self) -> None:
        """Compute with another engine from now on."""
        self._engine, self.measured = None, None
        self._forget_evaluation()

    def _new_engine(self) -> Engine:
        config = self.config
        problem = Problem(self.network, LOSSES[config.loss], config.gradient, self._rule)
        return engine_for(config.engine, problem)

    def _new_state(self) -> State:
        """Return the optimizer state at first: zeros."""
        return State.fresh(OPTIMIZERS[self.config.optimizer], len(self.network.parameters))

    @property
    def _rule(self) -> Rule:
        """How the parameters are moved."""
        return Rule(OPTIMIZERS[self.config.optimizer], self.config.options, self.state)


def _batches_of(stage: Stage, images: Batch) -> Batches:
    return Batches(images, stage.schedule.batch_size, stage.config.seed, stage.schedule)


def _counting(config: TrainingConfig) -> tuple[str, str, int | None]:
    """Return the settings other than the batch size with which patience begins again."""
    return config.engine, config.gradient, config.patience


def halt_of(here: Stepper) -> Integers | None:
    """Return what ends a call of the engine that takes many steps without the interpreter's lock.

    Another thread makes it 1 for that. None if the engine takes no steps in that way.
    """
    halt: Integers | None = getattr(here._stepping_engine, "halt", None)
    return halt


def timed(here: Stepper) -> object:
    """Return what the time of a step depends on, to be compared by value.

    Until an engine is loaded another one computes in its place, and where its device has too little
    memory.
    """
    return here.stage, type(here._engine), getattr(here._engine, "is_replaced", False)


def judging_seconds(here: Stepper) -> float:
    """Return how long it takes, roughly, to judge stop conditions at the end of an epoch."""
    cost = judging_cost(here.config, here.stage.schedule)
    if not cost:
        return 0.0
    return cost * here.engine.seconds_per_multiply_add + len(here.images) * SECONDS_PER_IMAGE


def seconds_for(here: Stepper, steps: int) -> float:
    """Return how long so many steps take, roughly."""
    ends = steps / here.batches.per_epoch + 1
    return steps * here.evaluation_seconds + ends * judging_seconds(here)
