"""What commentary says of how a run ended."""

import math
from dataclasses import replace

import numpy as np

from core.commentary.steps.endings import (
    AccuracyReached,
    Diverged,
    LossReached,
    NoProgress,
    StepsTaken,
)
from core.commentary.steps.steps import Fact, after_step, milestones
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.moments import DEFAULT, at


def test_rate_above_the_limit_on_mini_batches_claims_no_limit() -> None:
    config = replace(DEFAULT, learning_rate=3.0, batch_size=10)
    end = at(config, 1000)
    (fact,) = after_step(end, end)
    assert isinstance(fact, Diverged)
    assert fact.limit is None


def test_weights_that_overflow_differ_from_a_loss_that_does() -> None:
    config = TrainingConfig(output="sigmoid", l2=1e4, images=20, pixels="continuous")
    end = at(config, 200)
    (fact,) = after_step(end, end)
    assert isinstance(fact, Diverged)
    assert fact.step == end.diverged_at == end.step + 1
    assert fact.is_loss_finite
    for rate in (1.0, 1e300):
        end = at(replace(DEFAULT, learning_rate=rate), 200)
        (fact,) = after_step(end, end)
        assert isinstance(fact, Diverged)
        assert not fact.is_loss_finite


def end_of(config: TrainingConfig) -> tuple[Fact, Trainer]:
    """Return what is said of a run's end, and the run."""
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=10_000)
    assert trainer.run.outcome is not None
    end = trainer.snapshot()
    (fact,) = after_step(end, end)
    return fact, trainer


def test_each_end_has_its_step_and_its_loss() -> None:
    taken, trainer = end_of(replace(DEFAULT, steps=7))
    assert taken == StepsTaken(7, trainer.run.loss, None)
    reached, trainer = end_of(replace(DEFAULT, until_loss=0.05))
    assert reached == LossReached(trainer.run.step_count, trainer.run.loss, 1_000)
    stuck, trainer = end_of(replace(DEFAULT, learning_rate=1e-20, patience=3))
    # The first epoch is the best; none of the three after it comes lower.
    assert stuck == NoProgress(3, trainer.run.loss, 1_000, 3)
    yes_no = TrainingConfig(task="or", output="sigmoid", loss="bce", images=16, until_accuracy=0.8)
    known, trainer = end_of(yes_no)
    assert known == AccuracyReached(trainer.run.step_count, correct_of(trainer), 16)
    assert 0.8 * 16 <= correct_of(trainer) <= 16


def correct_of(trainer: Trainer) -> int:
    """Count the training images that are answered right."""
    here = trainer.run.here
    predictions = here.network.forward(here.images.images)[-1][:, 0]
    return int(np.count_nonzero((predictions >= 0.5) == (here.images.targets >= 0.5)))


def test_with_mini_batches_an_end_says_of_which_images_it_speaks() -> None:
    taken, trainer = end_of(replace(DEFAULT, batch_size=10, steps=7))
    assert taken == StepsTaken(7, trainer.run.loss, 10)
    reached, trainer = end_of(replace(DEFAULT, batch_size=250, until_loss=0.05))
    assert reached == LossReached(trainer.run.step_count, trainer.run.overall()[0], 1_000)
    yes_no = TrainingConfig(
        task="or", output="sigmoid", loss="bce", images=16, until_accuracy=0.8, batch_size=1
    )
    known, trainer = end_of(yes_no)
    assert known == AccuracyReached(trainer.run.step_count, correct_of(trainer), 16)
    assert trainer.run.step_count % 16 == 0


def test_the_target() -> None:
    trainer = Trainer(replace(DEFAULT, until_loss=0.01))
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.run.run_for(math.inf)
    (fact,) = milestones(before, trainer.snapshot())
    assert isinstance(fact, LossReached)
    assert fact.step == 49
    assert fact.loss <= 0.01
