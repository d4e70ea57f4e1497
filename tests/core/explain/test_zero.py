"""Why a gradient is zero: each cause is found, and said for how many images it holds."""

from dataclasses import replace

import numpy as np
import pytest

from core.arrays import Array
from core.explain.equations import Scope
from core.explain.explain import explain
from core.explain.explanation import Cause, Reason
from core.images.images import Batch
from core.quantities.quantities import GradientQuantity
from core.settings.config import TrainingConfig
from tests.core.explained import moment, set_to


def reasons(
    config: TrainingConfig, parameters: Array | list[float], index: int
) -> tuple[float | None, dict[tuple[Cause, Scope], Reason]]:
    now, batch = set_to(config, np.array(parameters, dtype=float))
    found = explain(now, batch, GradientQuantity(index))
    told = [fact for fact in found.facts if isinstance(fact, Reason)]
    return found.result, {(fact.cause, fact.scope): fact for fact in told}


NEURONS = TrainingConfig(hidden=(1,), bias=True, images=30)
"""Parameters: four weights, a bias, the output's weight, its bias."""


def test_a_dead_relu_is_why() -> None:
    config = replace(NEURONS, activation="relu")
    result, told = reasons(config, [-1, -1, -1, -1, -0.5, 1, 0], 4)
    assert result == 0
    assert told[Cause.DEAD, Scope.BATCH].images == 30
    assert told[Cause.DEAD, Scope.IMAGE].neuron == 0


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_a_saturated_neuron_is_why_with_its_derivative(activation: str) -> None:
    config = replace(NEURONS, activation=activation)
    result, told = reasons(config, [1, 1, 1, 1, 8, 1, 0], 4)
    assert result is not None
    assert 0 < abs(result) < 0.01
    reason = told[Cause.SATURATED, Scope.BATCH]
    assert reason.images == 30
    assert reason.derivative is not None
    assert 0 < reason.derivative < 0.01
    result, told = reasons(config, [1, 1, 1, 1, 800, 1, 0], 4)
    assert result == 0
    assert told[Cause.SATURATED, Scope.IMAGE].derivative == 0


def test_weights_of_zero_further_on_are_why() -> None:
    result, told = reasons(NEURONS, [1, 1, 1, 1, 0, 0, 0], 2)
    assert result == 0
    assert (Cause.WEIGHTS, Scope.IMAGE) in told
    assert (Cause.WEIGHTS, Scope.BATCH) in told


def test_neurons_further_on_that_let_nothing_through_are_why() -> None:
    config = replace(NEURONS, hidden=(1, 1), activation="relu")
    result, told = reasons(config, [1, 1, 1, 1, 1, -1, -1, 1, 0], 4)
    assert result == 0
    assert told[Cause.BLOCKED, Scope.BATCH].images == 30


def test_a_pixel_of_zero_and_a_right_prediction_are_why() -> None:
    now, batch = moment(TrainingConfig(images=20))
    white = Batch(batch.images * [0, 1, 1, 1], batch.targets)
    dark = now.with_image((0.0, 0.5, 0.5, 0.5))
    found = explain(dark, white, GradientQuantity(0))
    assert found.result == 0
    causes = [(fact.cause, fact.scope) for fact in found.facts if isinstance(fact, Reason)]
    assert causes == [(Cause.INPUT, Scope.IMAGE), (Cause.INPUT, Scope.BATCH)]
    exact = Batch(np.array([[1.0, 0, 0, 0]]), np.array([0.98]))
    found = explain(now, exact, GradientQuantity(0))
    assert [fact.cause for fact in found.facts if isinstance(fact, Reason)] == [Cause.RIGHT]


def test_image_gradients_that_cancel_out_are_why() -> None:
    now, _ = moment(TrainingConfig())
    # 0.98 against 0.48 and against 1.48: half too high, half too low.
    batch = Batch(np.array([[1.0, 0, 0, 0], [1.0, 0, 0, 0]]), np.array([0.48, 1.48]))
    found = explain(now, batch, GradientQuantity(0))
    assert found.result == 0
    (reason,) = [fact for fact in found.facts if isinstance(fact, Reason)]
    assert (reason.cause, reason.images, reason.of) == (Cause.CANCEL, 2, 2)
