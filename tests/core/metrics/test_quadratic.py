"""What is known beforehand about the loss of a plain weighted sum."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.images.images import Batch
from core.images.tasks import TASKS, generate
from core.metrics.quadratic import Quadratic, quadratic_of
from core.network.architecture import Architecture
from core.run.stopping import Outcome
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

EXACT = settings(max_examples=25)


def quadratic(images: Batch, bias: bool = False) -> Quadratic:
    found = quadratic_of(Architecture(bias=bias), "mse", images)
    assert found is not None
    return found


def test_one_image_by_hand() -> None:
    # The loss is (0.2·w₁ + 0.5·w₂ + 0.4·w₃ + 0.7·w₄ − 0.45)². Its second derivative is steepest
    # along the image itself: 2·(0.04 + 0.25 + 0.16 + 0.49) = 2·0.94. So 2/λ = 1/0.94. A whole
    # valley of weights gives that one answer.
    found = quadratic(Batch(np.array([[0.2, 0.5, 0.4, 0.7]]), np.array([0.45])))
    assert found.stable_learning_rate == pytest.approx(1 / 0.94, rel=1e-12)
    assert found.best is None


def test_four_images_of_one_black_pixel_by_hand() -> None:
    # Each weight is alone: the loss is the mean of (wᵢ − tᵢ)², its curvature 2/4 everywhere, so the
    # limit is 2/½ = 4 and the lowest point is the targets.
    found = quadratic(Batch(np.eye(4), np.array([0.1, 0.2, 0.3, 0.4])))
    assert found.stable_learning_rate == pytest.approx(4.0, rel=1e-12)
    assert found.best == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=1e-12)


def test_the_default_images_are_best_averaged() -> None:
    found = quadratic(generate(TASKS["darkness"], 1000, 0))
    assert found.best == pytest.approx([0.25] * 4, abs=1e-12)
    assert 0.88 < found.stable_learning_rate < 0.93


def test_a_bias_is_one_more_direction() -> None:
    images = generate(TASKS["darkness"], 1000, 0)
    found = quadratic(images, bias=True)
    assert found.best == pytest.approx([0.25, 0.25, 0.25, 0.25, 0.0], abs=1e-12)
    assert found.stable_learning_rate < quadratic(images).stable_learning_rate


def test_white_images_have_a_flat_loss() -> None:
    found = quadratic(Batch(np.zeros((3, 4)), np.zeros(3)))
    assert found.stable_learning_rate == math.inf
    assert found.best is None


@pytest.mark.parametrize(
    ("architecture", "loss"),
    [
        (Architecture((4,), "linear"), "mse"),
        (Architecture(output="sigmoid"), "mse"),
        (Architecture(output="sigmoid"), "bce"),
    ],
    ids=["hidden layer", "sigmoid", "cross-entropy"],
)
def test_other_losses_are_no_quadratic(architecture: Architecture, loss: str) -> None:
    assert quadratic_of(architecture, loss, generate(TASKS["darkness"], 10, 0)) is None


@given(images=st.integers(5, 200), data_seed=st.integers(0, 99), bias=st.booleans())
@EXACT
def test_the_limit_parts_converging_from_diverging(images: int, data_seed: int, bias: bool) -> None:
    config = TrainingConfig(images=images, data_seed=data_seed, seed=1, bias=bias)
    found = Trainer(config).snapshot().quadratic
    assert found is not None
    limit = found.stable_learning_rate

    def run(learning_rate: float) -> Trainer:
        trainer = Trainer(
            TrainingConfig(
                images=images,
                data_seed=data_seed,
                seed=1,
                bias=bias,
                learning_rate=learning_rate,
            )
        )
        trainer.run.run_for(math.inf, max_steps=2000)
        return trainer

    below, above = run(0.98 * limit), run(1.02 * limit)
    assert below.run.outcome is None
    curve = below.run.log.history.curve()
    assert curve.last[-1] < curve.last[0]
    assert above.run.outcome is Outcome.DIVERGED


def test_labels_too_large_to_square_have_no_closed_form() -> None:
    batch = Batch(np.ones((2, 4)), np.array([1e308, -1e308]))
    assert quadratic_of(TrainingConfig().architecture, "mse", batch) is None
