"""Training: the one object that changes, and that a person changes."""

from dataclasses import replace

import numpy as np

from core.bowl import bowl_of
from core.config import TrainingConfig
from core.engines.engine import Evaluation
from core.images import ESSAY_IMAGE, TASKS, Image, generate
from core.meter import cost_of
from core.operations import Array
from core.other_gradient import other_method
from core.past import Past
from core.snapshot import Snapshot, read
from core.travel import Travel
from core.walking import Walking

RUNS_KEPT = 30
"""Earlier runs that can be come back to …"""
RUNS_MEMORY = 64 * 2**20
"""… as long as their parameters take no more bytes than these; one always can."""


class Trainer(Walking):
    """A run: its steps, what a person changes in it, what it costs, and how it looks at a moment.

    Parameters
    ----------
    config : TrainingConfig
        What the run is made from.
    """

    def __init__(self, config: TrainingConfig) -> None:
        images = generate(TASKS[config.task], config.images, config.data_seed)
        self._bowl = bowl_of(config.architecture, config.loss, images)
        super().__init__(config, images)

    @property
    def multiply_adds(self) -> int:
        """Of all steps so far."""
        return self._meter.total(self.step_count)

    def reset(self) -> None:
        """Start again from the same weights; the run so far is kept beside the new one."""
        other, past = self.fork(), self._past
        if other.last_step:
            last = (self._ways or self._ways_on())[-1]
            past = Past(self._ways, last, self.history.curve(), self._meter)
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
        """Begin a run on the same images, and keep the one so far before it."""
        before = self._left()
        self.config = config
        self._begin()
        self.before = before

    def _left(self) -> Travel:
        """Give the run so far as one to come back to, in little memory; the oldest go."""
        left = self.fork()
        left._timeline = left._timeline.leaner()
        run: Travel = left
        bytes_kept = 0
        for _ in range(RUNS_KEPT):
            bytes_kept += 3 * run.network.parameters.nbytes
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
        if self.config.is_full_batch:
            self.look()
        if self._evaluation is not None and self.config.is_full_batch:
            return self._evaluation.loss, self._evaluation.gradient.copy()
        with np.errstate(over="ignore", invalid="ignore"):
            evaluation = self._new_engine().evaluate(self.images)
        return evaluation.loss, evaluation.gradient

    def foresee_other_gradient(self) -> float:
        """Foresee how many seconds `other_gradient` takes for the coming step's batch.

        A multiply-add is taken to cost what it cost in the last step, or what the engine is known
        for if that is less: what disturbs a measurement only ever makes it longer.
        """
        config, images = self.config, self.config.images_per_step
        other = cost_of(config, images, other_method(config.gradient)).step
        measured = self.evaluation_seconds / cost_of(config, images).step
        return other * min(measured, self._engine.seconds_per_multiply_add)

    def snapshot(self, image: Image = ESSAY_IMAGE) -> Snapshot:
        """Freeze this moment, looking at an image.

        Loss and gradient are None while the present parameters have not been evaluated; `look`
        evaluates them.
        """
        config, evaluation = self.config, self._evaluation
        images = self._batches.size_at(self.step_count)
        curve = self.history.curve()
        parameters = self.network.parameters.copy()
        high, low = (0, 0) if evaluation is None else _wrong_ways(evaluation)
        frozen = len(self.frozen)
        return Snapshot(
            config=config,
            step=self.step_count,
            epoch=self.step_count // self._batches.per_epoch,
            outcome=self.outcome,
            diverged_at=self.diverged_at,
            parameters=parameters,
            previous=self._previous.copy() if self.step_count else None,
            frozen=self.frozen,
            loss=None if evaluation is None else evaluation.loss,
            gradient=None if evaluation is None else evaluation.gradient.copy(),
            batch_size=images,
            too_high=high,
            too_low=low,
            cost=cost_of(config, images, frozen=frozen),
            other_cost=cost_of(config, images, other_method(config.gradient), frozen),
            multiply_adds=self.multiply_adds,
            seconds_per_step=self._seconds_per_step,
            curve=curve,
            earlier=self._past.beside(self._ways_on(), curve, self._meter) if self._past else None,
            walk=self.walk,
            bowl=self._bowl,
            reading=read(config.architecture, parameters, config.task, image),
        )


def _wrong_ways(evaluation: Evaluation) -> tuple[int, int]:
    """Count the images predicted too high, and too low."""
    predictions, targets = evaluation.predictions, evaluation.targets
    high = int(np.count_nonzero(predictions > targets))
    low = int(np.count_nonzero(predictions < targets))
    return high, low
