"""Compiled activations, held to the functions of the standard library."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from core.arrays import Array
from core.engines.compiled import is_installed, load
from core.network.activations import ACTIVATIONS

if not is_installed():
    pytest.skip("numba is missing: pip install '.[fast]'", allow_module_level=True)

NAMES = ["relu", "tanh", "sigmoid"]


def compiled(name: str) -> Callable[..., None]:
    load()
    from core.engines.compiled import functions

    function: Callable[..., None] = getattr(functions, name)
    return function


def numbers() -> Array:
    """Draw numbers of every size, and some where something changes."""
    random = np.random.default_rng(0)
    drawn = [random.normal(0, size, 997) for size in (1e-300, 1e-9, 1e-3, 0.3, 1, 5, 40, 400, 1e9)]
    special = [0.0, -0.0, 708.0, -708.0, -708.1, -745.0, 40.0, -40.1, 5e-324, 1e308, -1e308]
    return np.concatenate([*drawn, special])


@pytest.mark.parametrize("name", NAMES)
def test_values_are_right_to_a_few_last_places(name: str) -> None:
    numbers_in = numbers()
    ours = numbers_in.copy()
    compiled(name)(ours)
    right = np.array([ACTIVATIONS[name].value(number) for number in numbers_in.tolist()])
    # Below 2⁻¹⁰²² numbers have fewer digits, and a sigmoid so small counts as 0.
    assert (np.abs(ours - right) <= 4 * np.spacing(np.abs(right)) + 1e-307).all()
    assert (np.signbit(ours) == np.signbit(right)).all() or name == "relu"


@pytest.mark.parametrize("name", NAMES)
def test_infinities_and_nan_are_what_they_are_elsewhere(name: str) -> None:
    ours = np.array([math.inf, -math.inf, math.nan])
    compiled(name)(ours)
    limits = {"relu": (math.inf, 0.0), "tanh": (1.0, -1.0), "sigmoid": (1.0, 0.0)}[name]
    assert ours[:2].tolist() == list(limits)
    assert math.isnan(ours[2])


@pytest.mark.parametrize("name", NAMES)
def test_deltas_are_multiplied_by_the_derivatives(name: str) -> None:
    outputs = np.array([0.0, 0.25, 0.5, 1.0, math.nan])
    deltas = np.array([2.0, 2.0, -4.0, 3.0, 1.0])
    compiled(f"{name}_slopes")(outputs, deltas)
    # relu: 0 at 0, else 1; tanh: 1 − y²; sigmoid: y·(1 − y)
    right = {
        "relu": [0.0, 2.0, -4.0, 3.0],
        "tanh": [2.0, 1.875, -3.0, 0.0],
        "sigmoid": [0.0, 0.375, -1.0, 0.0],
    }[name]
    assert deltas[:4].tolist() == right
    assert math.isnan(deltas[4])


def test_every_activation_that_is_not_linear_is_compiled() -> None:
    assert {name for name, each in ACTIVATIONS.items() if not each.is_linear} == {*NAMES}


def test_the_logarithm_of_1_plus_a_share_is_right() -> None:
    log_1_plus = compiled("log_1_plus")
    for share in np.linspace(0.0, 1.0, 101).tolist():
        ours: object = log_1_plus(share)
        assert ours == pytest.approx(math.log1p(share), rel=1e-15, abs=0.0)
