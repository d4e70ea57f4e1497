"""Taking steps: evaluate a batch, move the parameters, and see whether the run ends there."""

import math
import sys
import time

import numpy as np

from core.arrays import Cancelled, IsCancelled
from core.engines import ENGINES
from core.engines.engine import Engine, Evaluation, Problem
from core.images.batches import Batches
from core.images.images import Batch
from core.metrics.earlier import Way
from core.metrics.history import LossHistory
from core.metrics.ledger import cost_of
from core.network.losses import LOSSES
from core.network.network import Network, initial_parameters
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule, State
from core.run.stopping import Outcome, Progress, outcome_of
from core.settings.config import TrainingConfig

HOPELESS = 1e6
"""A loss so many times its start, or the mean squared target if that is larger, has diverged."""


class Stepping:
    """A network on its way downhill.

    A step is two parts: an evaluation of the coming batch, which changes nothing, and the update.
    The evaluation is kept with the parameters it belongs to: what looks at the run reads it, and
    the next step uses it.

    Parameters
    ----------
    config : TrainingConfig
        What the run is made from.
    images : Batch
        All training images.
    """

    def __init__(self, config: TrainingConfig, images: Batch) -> None:
        self.config = config
        self.images = images
        self._begin()

    def _begin(self) -> None:
        """Stand at step 0, with the config's weights."""
        config = self.config
        architecture = config.architecture
        parameters = initial_parameters(architecture, config.seed, config.initialisation)
        self.network = Network(architecture, parameters)
        self._previous = self.network.parameters.copy()
        self._batches = Batches(self.images, config.batch_size or len(self.images), config.seed)
        self.state = self._new_state()
        self.history = LossHistory()
        self.frozen: frozenset[int] = frozenset()
        self.step_count = 0
        self.outcome: Outcome | None = None
        self._progress = Progress()
        self.diverged_at: int | None = None
        self._limit = math.inf
        self._first_loss: float | None = None
        self._came_by_step = False
        self._ways: tuple[Way, ...] = ()
        self._seconds_per_step: float | None = None
        self._build()

    def _build(self) -> None:
        """Make the engine that the config names."""
        self._engine = self._new_engine()
        self._evaluation: Evaluation | None = None
        cost = cost_of(self.config, self._batches.batch_size).step
        self.evaluation_seconds = cost * self._engine.seconds_per_multiply_add
        """How long an evaluation takes: foreseen at first, then measured."""

    def _new_engine(self) -> Engine:
        config = self.config
        problem = Problem(self.network, LOSSES[config.loss], config.gradient, self._rule)
        return ENGINES[config.engine](problem)

    def _new_state(self) -> State:
        """Let the optimizer that the config names remember nothing yet."""
        return State.fresh(OPTIMIZERS[self.config.optimizer], len(self.network.parameters))

    @property
    def _rule(self) -> Rule:
        """How the parameters are moved."""
        return Rule(OPTIMIZERS[self.config.optimizer], self.config.options, self.state)

    @property
    def is_evaluated(self) -> bool:
        """Whether loss and gradient of the present parameters are known."""
        return self._evaluation is not None

    @property
    def coming_batch(self) -> Batch:
        """The images that the coming step learns from."""
        return self._batches.at(self.step_count)

    def coming_places(self, batches: int) -> list[list[int]]:
        """Give the images of so many coming mini-batches, by their place; none for a full batch."""
        if self._batches.per_epoch == 1:
            return []
        steps = range(self.step_count, self.step_count + batches)
        return [self._batches.places_at(step).tolist() for step in steps]

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
        """Take steps for some time, at least one, unless the run has ended.

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
        clock = time.perf_counter
        started = clock()
        wanted = sys.maxsize if max_steps is None else max_steps
        first = self.step_count
        losses: list[float] = []
        try:
            self.look(cancelled)
            with np.errstate(over="ignore", invalid="ignore"):
                self._run(started + seconds, wanted, cancelled, losses)
        except Cancelled:
            pass
        finally:
            # What the curve knows already was stepped again: it is the same.
            known = max(0, len(self.history) - first - 1)
            self.history.extend(np.array(losses[known:]))
        steps = self.step_count - first
        if steps:
            self._seconds_per_step = self.evaluation_seconds = (clock() - started) / steps
        if steps and self._evaluation is not None:
            self._judge(self._evaluation)
        return steps

    def _run(
        self,
        deadline: float,
        wanted: int,
        cancelled: IsCancelled | None,
        losses: list[float],
    ) -> None:
        """Take the steps; all that a step costs beyond its arithmetic is in this loop."""
        if self.outcome is not None or wanted < 1:
            return
        clock, append = time.perf_counter, losses.append
        evaluate, batch_at = self._engine.evaluate, self._batches.at
        update = self._update_unfrozen if self.frozen else self._engine.update
        parameters, previous = self.network.parameters, self._previous
        config, limit = self.config, self._limit
        until_loss = -math.inf if config.until_loss is None else config.until_loss
        stops = self._stops if config.until_accuracy or config.patience else None
        # Behind a sigmoid or tanh a weight may be infinite while the loss is not; 0·∞ is not 0.
        is_linear = self.network.architecture.is_linear
        dot = None if is_linear else np.zeros(len(parameters)).dot
        evaluation = self._evaluation
        step, last = self.step_count, self.step_count + wanted
        if config.steps is not None:
            last = min(last, config.steps)
        self._ways = self._ways_on()
        self._came_by_step = True
        try:
            while True:
                previous[...] = parameters  # a third of what np.copyto takes for a few numbers
                update()
                step += 1
                evaluation = None
                evaluation = evaluate(batch_at(step), cancelled)
                loss = evaluation.loss
                append(loss)
                if not until_loss < loss <= limit or step == last or clock() >= deadline:
                    return
                if dot is not None and dot(parameters) != 0.0:
                    return
                if stops is not None and stops(step, evaluation):
                    return
        finally:
            self.step_count, self._evaluation = step, evaluation

    def _stops(self, step: int, evaluation: Evaluation) -> bool:
        """Take in one more evaluation, and tell whether the run is to stop by what it says."""
        self._take_in(step, evaluation)
        return outcome_of(self.config, step, evaluation, self._progress) is not None

    def _take_in(self, step: int, evaluation: Evaluation) -> None:
        """Let patience see an evaluation; where nobody asked for it, it costs nothing."""
        if self.config.patience is not None:
            ends_epoch = self._batches.schedule.ends_epoch(step)
            self._progress = self._progress.after(step, evaluation, ends_epoch=ends_epoch)

    def advance(self) -> None:
        """Take only the update's part of a step, by the gradient that is known.

        Raises
        ------
        RuntimeError
            When `is_evaluated` is not so.
        """
        if self._evaluation is None:
            raise RuntimeError("there is no gradient yet to step by")
        if self.outcome is not None:
            return
        self._ways = self._ways_on()
        np.copyto(self._previous, self.network.parameters)
        with np.errstate(over="ignore", invalid="ignore"):
            self._update_unfrozen()
        self.step_count += 1
        self._came_by_step = True
        self._evaluation = None

    def _update_unfrozen(self) -> None:
        """Move all parameters but those a person has frozen."""
        self._engine.update()
        for index in self.frozen:
            self.network.parameters[index] = self._previous[index]

    def compute(self, cancelled: IsCancelled | None = None) -> Evaluation:
        """Take only the evaluation's part: the run stays as it is, so a thread may do it.

        Raises
        ------
        Cancelled
            If `cancelled` said so.
        """
        started = time.perf_counter()
        with np.errstate(over="ignore", invalid="ignore"):
            evaluation = self._engine.evaluate(self._batches.at(self.step_count), cancelled)
        self.evaluation_seconds = time.perf_counter() - started
        return evaluation

    def accept(self, evaluation: Evaluation) -> None:
        """Keep what `compute` gave for the present parameters; put its loss on the curve."""
        self._evaluation = evaluation
        if len(self.history) == self.step_count:
            self.history.append(evaluation.loss)
            if self.step_count:
                self._seconds_per_step = self.evaluation_seconds
        self._judge(evaluation)

    def look(self, cancelled: IsCancelled | None = None) -> None:
        """Make sure that loss and gradient of the present parameters are known."""
        if self._evaluation is None:
            self.accept(self.compute(cancelled))
        else:
            self._judge(self._evaluation)

    def _judge(self, evaluation: Evaluation) -> None:
        """See whether the run ends here."""
        if self.outcome is not None:
            return
        loss = evaluation.loss
        if self.step_count == 0 and self._limit == math.inf and math.isfinite(loss):
            self._first_loss = loss
            self._set_limit()
        is_finite = math.isfinite(loss) and np.isfinite(self.network.parameters).all()
        if not loss <= self._limit or not is_finite:
            self.outcome = Outcome.DIVERGED
            self.diverged_at = self.step_count
            if self._came_by_step and not is_finite:
                # Nothing can be read off infinities: show the last parameters that were finite.
                np.copyto(self.network.parameters, self._previous)
                self.state.undo()
                self.step_count -= 1
                self._evaluation = None
            return
        self._take_in(self.step_count, evaluation)
        self.outcome = outcome_of(self.config, self.step_count, evaluation, self._progress)

    def _set_limit(self) -> None:
        """Say from which loss on the run has diverged, with the images that there are now."""
        if self._first_loss is not None:
            mean_square = float(np.mean(self.images.targets**2))
            self._limit = HOPELESS * max(self._first_loss, mean_square)

    def _ways_on(self) -> tuple[Way, ...]:
        """Give how this run took its steps so far, and how it takes the next one."""
        way = self.config.way
        return self._ways if self._ways[-1:] == (way,) else (*self._ways, way)
