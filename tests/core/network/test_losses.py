"""Losses: the value and its gradient, for one image and for a batch."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.arrays import run
from core.network.activations import ACTIVATIONS, Activation
from core.network.losses import LOSSES, Loss, OutputArrays

LINEAR, SIGMOID = ACTIVATIONS["linear"], ACTIVATIONS["sigmoid"]

every_pair = pytest.mark.parametrize(
    ("loss", "output"),
    [(LOSSES["mse"], LINEAR), (LOSSES["mse"], SIGMOID), (LOSSES["bce"], SIGMOID)],
    ids=["mse of a linear output", "mse of a sigmoid", "bce of a sigmoid"],
)


def test_squared_error_by_hand() -> None:
    # The default network's first loss: prediction 0.684, target 0.45; 0.234² = 0.054756.
    loss = LOSSES["mse"]
    assert loss.value(0.684, 0.684, 0.45) == pytest.approx(0.054756, abs=1e-15)
    # Of two images: 2/2 · 0.234. Through a sigmoid at ½, a quarter of it.
    assert loss.delta(0.684, 0.45, 2 / 2, LINEAR) == pytest.approx(0.234, abs=1e-15)
    assert loss.delta(0.5, 0.45, 2 / 2, SIGMOID) == pytest.approx(0.05 / 4, abs=1e-15)


def test_cross_entropy_by_hand() -> None:
    # A sum of ln 3 is a prediction of 3/4. Against 1: −ln(3/4). Against 0: −ln(1/4).
    loss = LOSSES["bce"]
    assert loss.value(math.log(3), 0.75, 1.0) == pytest.approx(-math.log(0.75), abs=1e-15)
    assert loss.value(math.log(3), 0.75, 0.0) == pytest.approx(-math.log(0.25), abs=1e-15)
    # Of two images: ½ · (3/4 − 1); the sigmoid's derivative has cancelled.
    assert loss.delta(0.75, 1.0, 1 / 2, SIGMOID) == -0.125


def test_cross_entropy_stays_exact_where_the_sigmoid_is_flat() -> None:
    loss = LOSSES["bce"]
    assert loss.value(1e4, 1.0, 0.0) == 1e4
    assert loss.value(-1e4, 0.0, 1.0) == 1e4
    assert loss.value(1e4, 1.0, 1.0) == 0.0


@every_pair
@given(total=st.floats(-4, 4), target=st.floats(0, 1), weight=st.floats(0.01, 2))
def test_the_error_is_the_gradient_for_the_sum(
    loss: Loss, output: Activation, total: float, target: float, weight: float
) -> None:
    def value(at: float) -> float:
        return loss.value(at, output.value(at), target)

    difference = (value(total + 1e-5) - value(total - 1e-5)) / 2e-5
    # `weight` holds the loss's constant factor already.
    delta = loss.delta(output.value(total), target, weight, output)
    assert delta == pytest.approx(weight / loss.factor * difference, abs=1e-8)


@every_pair
@given(
    answers=st.lists(st.tuples(st.floats(-40, 40), st.floats(0, 1)), min_size=1, max_size=8),
    weight=st.floats(0.01, 2),
)
def test_arrays_equal_single_numbers(
    loss: Loss, output: Activation, answers: list[tuple[float, float]], weight: float
) -> None:
    totals, targets = np.array(answers).T
    predictions = np.array([output.value(total) for total in totals.tolist()])
    count = len(answers)
    arrays = OutputArrays(
        sums=totals if loss.needs_sums else predictions,
        predictions=predictions,
        targets=targets,
        deltas=np.empty(count),
        scratch=np.empty(count),
        weight=np.array(weight),
    )
    run(loss.difference_operations(arrays))
    assert arrays.deltas == pytest.approx(predictions - targets, abs=0)
    triples = list(zip(totals.tolist(), predictions.tolist(), targets.tolist(), strict=True))
    single = sum(loss.value(total, guess, target) for total, guess, target in triples)
    assert loss.total(arrays) == pytest.approx(single, rel=1e-12, abs=1e-12)
    run(loss.delta_operations(arrays, output))
    deltas = [loss.delta(guess, target, weight, output) for _, guess, target in triples]
    assert arrays.deltas == pytest.approx(deltas, rel=1e-13, abs=1e-15)


@every_pair
def test_nothing_is_lost_by_being_right(loss: Loss, output: Activation) -> None:
    for total in (-1.0, 0.3, 2.0):
        prediction = output.value(total)
        assert loss.delta(prediction, prediction, 1.0, output) == 0.0
        here = loss.value(total, prediction, prediction)
        for other in (total - 0.1, total + 0.1):
            assert loss.value(other, output.value(other), prediction) > here


def test_a_loss_has_a_name_in_words_and_the_cost_of_each_image() -> None:
    assert {loss.name: (loss.title, loss.term) for loss in LOSSES.values()} == {
        "mse": ("mean squared error", "squares"),
        "bce": ("binary cross-entropy", "logarithms"),
    }


@every_pair
def test_the_total_as_calls_is_the_total_to_the_bit(loss: Loss, output: Activation) -> None:
    random = np.random.default_rng(0)
    sums = random.normal(0, 3, 1001)
    predictions = sums.copy() if loss.needs_sums else sums
    run(output.operations(predictions))
    targets, deltas = random.uniform(0, 1, 1001), np.empty_like(sums)
    weight = np.array(1.0)
    arrays = OutputArrays(sums, predictions, targets, deltas, np.empty_like(sums), weight)
    run(loss.difference_operations(arrays))
    out = np.empty(())
    run(loss.total_operations(arrays, out))
    assert out.item() == loss.total(arrays)
