"""The time of a step on a machine whose rates are known."""

from dataclasses import replace

import pytest

from core.prediction import predict
from core.rates import Rate, Rates
from core.scale.here import seconds_here
from core.scale.ladder import rung
from core.scale.model import Model, sized_model
from tests.core.rates.made import rates

RATES = rates()
LOOPS = {
    "multiply-add": Rate(2.0, 9.0),
    "gradient multiply-add": Rate(3.0, 9.0),
    "carried multiply-add": Rate(4.0, 9.0),
    "update sgd": Rate(5.0, 9.0),
}
"""Seconds each."""


def with_rates(product: float, bandwidth: float, one_thread: float = 2.0) -> Rates:
    """Return rates of whole seconds; 1,000 bytes are the largest amount that was measured."""
    return replace(
        RATES,
        calls={"dot": Rate(3.0, 9.0)},
        product=Rate(one_thread, 9.0),
        product_all_threads=Rate(product, 9.0),
        bandwidth=((1, Rate(0.0, 9.0)), (1000, Rate(bandwidth, 9.0))),
        loops=LOOPS,
    )


def test_a_large_one_takes_its_multiply_adds() -> None:
    # 50 tokens: 10 multiply-adds forward, 10 for the gradient, 10 for the deltas; 10 updates. That
    # takes four calls.
    model = sized_model("", 10, tokens=200, batch_tokens=50)
    found = seconds_here(model, with_rates(0.5, 0.001))
    assert found["matrix"] == 4 * 3 + 0.5 * (50 * 30 + 10)
    # One thread alone is taken where it is faster than all of them.
    alone = seconds_here(model, with_rates(0.5, 0.001, one_thread=0.25))
    assert alone["matrix"] == 4 * 3 + 0.25 * (50 * 30 + 10)
    assert found["loops"] == 50 * (10 * 2 + 10 * 3 + 10 * 4) + 10 * 5


def test_with_a_small_batch_it_takes_its_traffic() -> None:
    # 100 parameters of 4 bytes, moved 6 times and its two means twice each: 4,000 bytes.
    model = sized_model("", 100, tokens=200, batch_tokens=1)
    assert seconds_here(model, with_rates(1.0, 0.5))["matrix"] == 4 * 3 + 4000 * 0.5


def test_what_the_program_trains_is_predicted_call_by_call() -> None:
    model = rung("4→4→1")
    assert model.config is not None
    found = seconds_here(model, RATES)
    assert list(found) == ["matrix", "loops"]
    for name, seconds in found.items():
        assert seconds == predict(model.config, RATES, engine=name).seconds


@pytest.mark.parametrize("model", [rung("LeNet-5"), rung("GPT-3 175B")], ids=lambda each: each.name)
def test_every_rung_has_a_time(model: Model) -> None:
    assert all(seconds > 0 for seconds in seconds_here(model, RATES).values())
