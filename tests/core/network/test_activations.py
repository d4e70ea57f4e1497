"""Activations: the value and the derivative beside it, for one number and for arrays."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.arrays import run
from core.network.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, Activation

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)


def test_these_are_offered() -> None:
    assert list(ACTIVATIONS) == ["linear", "relu", "tanh", "sigmoid"]
    assert OUTPUT_ACTIVATIONS == ("linear", "sigmoid")


@pytest.mark.parametrize(
    ("name", "total", "value", "derivative"),
    [
        ("linear", -1.5, -1.5, 1.0),
        ("relu", -1.5, 0.0, 0.0),
        ("relu", 0.0, 0.0, 0.0),
        ("relu", 1.5, 1.5, 1.0),
        ("tanh", 0.0, 0.0, 1.0),
        # tanh(½·ln 3) = (3 − 1) / (3 + 1), and 1 − ½² is the derivative there.
        ("tanh", 0.5 * math.log(3), 0.5, 0.75),
        ("sigmoid", 0.0, 0.5, 0.25),
        # 1 / (1 + e^−ln 3) = 3/4, and 3/4 · 1/4 is the derivative there.
        ("sigmoid", math.log(3), 0.75, 0.1875),
        ("sigmoid", -math.log(3), 0.25, 0.1875),
    ],
)
def test_worked_by_hand(name: str, total: float, value: float, derivative: float) -> None:
    activation = ACTIVATIONS[name]
    assert activation.value(total) == pytest.approx(value, abs=1e-15)
    assert activation.derivative(activation.value(total)) == pytest.approx(derivative, abs=1e-15)


@every_activation
@given(total=st.floats(-6, 6).filter(lambda total: abs(total) > 1e-3))
def test_the_derivative_equals_finite_differences(activation: Activation, total: float) -> None:
    above, below = activation.value(total + 1e-5), activation.value(total - 1e-5)
    derivative = activation.derivative(activation.value(total))
    assert derivative == pytest.approx((above - below) / 2e-5, abs=1e-9)


@every_activation
@given(
    totals=st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=9),
    delta=st.floats(-3, 3),
)
def test_arrays_equal_single_numbers(
    activation: Activation, totals: list[float], delta: float
) -> None:
    outputs = np.array(totals)
    deltas = np.full(len(totals), delta)
    with np.errstate(over="ignore"):  # as everyone who runs operations has it
        run(activation.operations(outputs))
    run(activation.derivative_operations(outputs, deltas, np.empty(len(totals))))
    values = [activation.value(total) for total in totals]
    assert outputs == pytest.approx(values, rel=1e-14, abs=1e-300)
    carried = [activation.backward(delta, value) for value in values]
    assert deltas == pytest.approx(carried, rel=1e-13, abs=1e-15)


@every_activation
def test_a_sum_that_is_no_number_stays_none(activation: Activation) -> None:
    assert math.isnan(activation.value(math.nan))
    sums = np.array([math.nan])
    run(activation.operations(sums))
    assert math.isnan(sums[0])


@every_activation
def test_a_huge_sum_raises_nothing(activation: Activation) -> None:
    for total in (-math.inf, -1e308, 1e308, math.inf):
        value = activation.value(total)
        sums = np.array([total])
        with np.errstate(over="ignore"):
            run(activation.operations(sums))
        assert sums[0] == value
        assert not math.isnan(value)


def test_the_operations_write_where_they_read() -> None:
    for activation in ACTIVATIONS.values():
        sums = np.linspace(-1, 1, 5)
        assert all(arguments[-1] is sums for _, arguments in activation.operations(sums))


def test_only_linear_has_nothing_to_call() -> None:
    for activation in ACTIVATIONS.values():
        array = np.zeros(3)
        assert activation.is_linear == (not activation.operations(array))
        assert activation.is_linear == (not activation.derivative_operations(array, array, array))


def test_how_far_random_weights_may_lie_from_zero() -> None:
    # Glorot: √(6 / (4 + 2)) = 1. He: √(6 / 4), whatever comes out.
    for name in ("linear", "tanh", "sigmoid"):
        assert ACTIVATIONS[name].limit(4, 2) == 1.0
    assert ACTIVATIONS["relu"].limit(4, 2) == ACTIVATIONS["relu"].limit(4, 9) == math.sqrt(1.5)
