"""Training: the one object that changes, and that a person changes."""

from dataclasses import replace

import numpy as np

from core.bowl import bowl_of
from core.changes import Change
from core.config import TrainingConfig
from core.engines.engine import GRADIENT_METHODS, Evaluation
from core.images import ESSAY_IMAGE, TASKS, Image, generate
from core.meter import Meter, cost_of
from core.operations import Array
from core.past import Past
from core.snapshot import Snapshot, read
from core.stepping import Stepping


class Trainer(Stepping):
    """A run: its steps, what a person changes in it, what it costs, and how it looks at a moment.

    Parameters
    ----------
    config : TrainingConfig
        What the run is made from.
    """

    def __init__(self, config: TrainingConfig) -> None:
        images = generate(TASKS[config.task], config.images, config.data_seed)
        self._bowl = bowl_of(config.architecture, config.loss, images)
        self._past: Past | None = None
        super().__init__(config, images)

    def _begin(self) -> None:
        """Stand at step 0, with nothing charged."""
        super()._begin()
        self._meter = Meter(self.config, self._batches)

    @property
    def multiply_adds(self) -> int:
        """Of all steps so far."""
        return self._meter.total(self.step_count)

    def multiply_adds_at(self, step: int) -> int:
        """Of the first `step` steps."""
        return self._meter.total(step)

    def reset(self) -> None:
        """Start again from the same weights; the curve so far is kept beside the new one."""
        if self.step_count:
            self._past = Past(self._ways, self.history.curve(), self._meter)
        self._begin()

    def restart(self, seed: int) -> None:
        """Start with other weights on the same images.

        Raises
        ------
        ConfigError
            If the seed is outside 0 … 2³² − 1.
        """
        self.config = replace(self.config, seed=seed)
        self._past = None
        self._begin()

    def apply(self, change: Change) -> None:
        """Carry out a user's change, between two steps.

        Raises
        ------
        ConfigError
            If the change asks for what no run can have; nothing is changed then.
        """
        config = change.applied_to(self.config)
        rebuild = (config.engine, config.gradient) != (self.config.engine, self.config.gradient)
        self.config = config
        if rebuild:
            self._meter.change(config, self.step_count)
            self._build()

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

    def snapshot(self, image: Image = ESSAY_IMAGE) -> Snapshot:
        """Freeze this moment, looking at an image.

        Loss and gradient are None while the present parameters have not been evaluated; `look`
        evaluates them.
        """
        config, evaluation = self.config, self._evaluation
        images = self._batches.size_at(self.step_count)
        other = next(method for method in GRADIENT_METHODS if method != config.gradient)
        curve = self.history.curve()
        parameters = self.network.parameters.copy()
        high, low = (0, 0) if evaluation is None else _wrong_ways(evaluation)
        return Snapshot(
            config=config,
            step=self.step_count,
            epoch=self.step_count // self._batches.per_epoch,
            outcome=self.outcome,
            diverged_at=self.diverged_at,
            parameters=parameters,
            previous=self._previous.copy() if self.step_count else None,
            loss=None if evaluation is None else evaluation.loss,
            gradient=None if evaluation is None else evaluation.gradient.copy(),
            batch_size=images,
            too_high=high,
            too_low=low,
            cost=cost_of(config, images),
            other_cost=cost_of(config, images, other),
            multiply_adds=self.multiply_adds,
            seconds_per_step=self._seconds_per_step,
            curve=curve,
            earlier=self._past.beside(self._ways_on(), curve, self._meter) if self._past else None,
            bowl=self._bowl,
            reading=read(config.architecture, parameters, config.task, image),
        )


def _wrong_ways(evaluation: Evaluation) -> tuple[int, int]:
    """Count the images predicted too high, and too low."""
    predictions, targets = evaluation.predictions, evaluation.targets
    high = int(np.count_nonzero(predictions > targets))
    low = int(np.count_nonzero(predictions < targets))
    return high, low
