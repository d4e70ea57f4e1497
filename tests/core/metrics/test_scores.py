"""How a network does on images as a whole: losses, the gap, and yes/no answers counted."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.engines import ENGINES
from core.images.tasks import TASKS, generate
from core.metrics.curve import MOST, Samples
from core.metrics.scores import Confusion, confusion_of
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

TEST = generate(TASKS["darkness"], 30, 9)


def test_answers_fall_into_four_heaps() -> None:
    predictions = np.array([0.5, 0.9, 0.1, 0.49, 0.7, math.nan])
    targets = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    confusion = confusion_of(predictions, targets)
    assert confusion == Confusion(
        true_positives=2, false_negatives=1, false_positives=1, true_negatives=2
    )
    assert (confusion.correct, confusion.images) == (4, 6)
    assert confusion.accuracy == pytest.approx(4 / 6)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("gradient", ["backprop", "nudge"])
@pytest.mark.parametrize("batch_size", [None, 7])
def test_scores_are_plain_means_and_disturb_nothing(
    engine: str, gradient: str, batch_size: int | None
) -> None:
    config = TrainingConfig(
        hidden=(3,), images=40, batch_size=batch_size, engine=engine, gradient=gradient, seed=2
    )
    trainer, other = Trainer(config), Trainer(config)
    trainer.run.scorer.test = TEST
    for _ in range(4):
        trainer.run.step()
        other.run.step()
        scores = trainer.snapshot().scores
        assert scores is not None
        assert scores.test is not None
        for score, batch in ((scores.train, trainer.run.here.images), (scores.test, TEST)):
            predictions = trainer.run.here.network.forward(batch.images)[-1][:, 0]
            assert score.loss == pytest.approx(np.mean((predictions - batch.targets) ** 2), 1e-12)
            assert score.images == len(batch)
        assert scores.gap == scores.test.loss - scores.train.loss
    assert (
        trainer.run.here.network.parameters.tolist() == other.run.here.network.parameters.tolist()
    )
    assert (
        trainer.run.log.history.curve().last.tolist() == other.run.log.history.curve().last.tolist()
    )
    assert trainer.run.multiply_adds == other.run.multiply_adds


def test_images_in_parts_score_the_same() -> None:
    config = TrainingConfig(hidden=(64, 64), images=3_000, seed=1)
    trainer = Trainer(config)
    trainer.run.scorer.test = generate(TASKS["darkness"], 70_000, 4)
    trainer.run.ensure_evaluated()
    trainer.run.scorer.score()
    scores = trainer.snapshot().scores
    assert scores is not None
    assert scores.test is not None
    predictions = trainer.run.here.network.forward(trainer.run.scorer.test.images)[-1][:, 0]
    assert scores.test.loss == pytest.approx(
        np.mean((predictions - trainer.run.scorer.test.targets) ** 2)
    )


def test_the_test_curve_is_exact_at_the_steps_that_were_shown() -> None:
    trainer = Trainer(TrainingConfig(images=50))
    trainer.run.scorer.test = TEST
    for _ in range(5):
        trainer.run.run_for(math.inf, max_steps=3)
        trainer.snapshot()
    curve = trainer.snapshot().test_curve
    assert curve is not None
    assert curve.steps.tolist() == [3, 6, 9, 12, 15]
    trainer.run.go_to(trainer.run.moment_at(9))
    scores = trainer.snapshot().scores
    assert scores is not None
    assert scores.test is not None
    assert scores.test.loss == curve.losses[2]


def test_another_branch_forgets_the_test_losses_of_the_first() -> None:
    from core.run.changes import SetSettings

    trainer = Trainer(TrainingConfig(images=50))
    trainer.run.scorer.test = TEST
    for _ in range(3):
        trainer.run.run_for(math.inf, max_steps=4)
        trainer.snapshot()
    trainer.run.go_to(trainer.run.moment_at(4))
    trainer.apply(SetSettings.of(learning_rate=0.2))
    trainer.run.run_for(math.inf, max_steps=1)
    curve = trainer.snapshot().test_curve
    assert curve is not None
    assert curve.steps.tolist() == [4, 5]


def test_a_manual_change_is_scored_again() -> None:
    from core.run.changes import SetParameter

    trainer = Trainer(TrainingConfig(images=50))
    trainer.run.scorer.test = TEST
    before = trainer.snapshot()
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.apply(SetParameter(0, 3.0))
    trainer.run.ensure_evaluated()
    after = trainer.snapshot()
    assert before.scores is not None
    assert after.scores is not None
    assert before.scores.test != after.scores.test


def test_samples_thin_out_and_keep_the_newest() -> None:
    samples = Samples()
    for step in range(3 * MOST):
        samples.note(step, float(step))
    curve = samples.curve()
    assert len(curve.steps) <= MOST
    assert curve.steps[-1] == 3 * MOST - 1
    assert (np.diff(curve.steps) > 0).all()
    assert curve.losses.tolist() == curve.steps.tolist()


def test_without_test_images_nothing_more_is_computed() -> None:
    trainer = Trainer(replace(TrainingConfig(), images=10))
    trainer.run.ensure_evaluated()
    snapshot = trainer.snapshot()
    assert (snapshot.scores, snapshot.test_curve) == (None, None)
