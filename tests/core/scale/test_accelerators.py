"""Accelerators by data sheet, and estimates against the times that were published."""

import pytest

from core.scale.accelerators import (
    ACCELERATORS,
    MEASURED,
    NANOGPT,
    ONE_BY_ONE,
    TOGETHER,
    UTILISATION,
    Accelerator,
    accelerator,
    cards_for,
    time_on,
)
from core.scale.ladder import rung
from core.scale.model import sized_model

CARD = Accelerator("card", 2000, 2000.0, "float32", 1000.0, 200.0, 5.0, "")
"""1,000 multiply-adds per second, 200 bytes per second, 1,000 bytes, 5 watts."""


def test_an_estimate_by_hand() -> None:
    # 10 parameters, 50 tokens per step: 1,510 multiply-adds, at half of 1,000 per second.
    model = sized_model("", 10, tokens=200, batch_tokens=50)
    found = time_on(model, CARD, utilisation=0.5)
    assert found.step == pytest.approx(3.02)
    assert found.training == pytest.approx(4 * 3.02)
    assert found.joules == pytest.approx(4 * 3.02 * 5)
    # Two cards would compute it in 0.755 s. Each moves all parameters: 400 bytes take 2 s.
    two = time_on(model, CARD, utilisation=1.0, cards=2)
    assert two.step == pytest.approx(2.0)
    assert two.joules == pytest.approx(4 * 2.0 * 5 * 2)


def test_a_tiny_step_takes_what_starting_its_calls_takes() -> None:
    # CUDA.jl, as a graph: 8 calls in 16 µs, 80 in 70 µs; one by one: 50 µs and 260 µs.
    assert [TOGETHER.seconds(calls) for calls in (8, 80)] == pytest.approx([16e-6, 70e-6])
    assert [ONE_BY_ONE.seconds(calls) for calls in (8, 80)] == pytest.approx([50e-6, 260e-6])
    # It has eight; its 8,004 multiply-adds would take 0.14 ns at 37% of the peak of an A100.
    for card in ACCELERATORS:
        found = time_on(rung("4→1"), card)
        assert (found.step, found.longest_step) == pytest.approx((16e-6, 50e-6))
        assert found.training == pytest.approx(300 * 16e-6)
        assert found.longest_training == pytest.approx(300 * 50e-6)
        assert found.waits
        assert found.joules is None
    # Of a large one they do not matter: the next ones are started while it computes.
    found = time_on(rung("GPT-2 124M"), accelerator("A100"))
    assert found.longest_step == found.step > 3.0
    assert not found.waits


def test_a_network_is_on_as_many_cards_as_hold_it() -> None:
    # 100 parameters of 16 bytes: two cards of 1,000 bytes. A step moves 100·40 bytes, at 2 × 200
    # bytes per second in 10 s.
    model = sized_model("", 100, tokens=200, batch_tokens=1)
    found = time_on(model, CARD, utilisation=1.0)
    assert found.cards == 2
    assert found.step == pytest.approx(10.0)
    assert found.joules == pytest.approx(200 * 10.0 * 5 * 2)
    # With more cards there are more copies of the parameters, each moved as a whole.
    more = time_on(model, CARD, cards=4, utilisation=1.0)
    assert more.cards == 4
    assert more.step == pytest.approx(10.0)
    assert time_on(rung("GPT-3 175B"), accelerator("A100")).cards == 70
    assert time_on(rung("GPT-3 175B"), accelerator("A100"), cards=80).cards == 80
    # As many multiply-adds as on one card, shared out: 88.3 years of a card.
    years = time_on(rung("GPT-3 175B"), accelerator("A100")).training / (365.25 * 86_400)
    assert 70 * years == pytest.approx(88.3, rel=1e-3)


def test_cards_are_as_many_as_hold_the_parameters() -> None:
    # Parameters, gradient and two means, 4 bytes each: 16 per parameter.
    assert cards_for(sized_model("", 62, tokens=1), CARD) == 1
    assert cards_for(sized_model("", 63, tokens=1), CARD) == 2


@pytest.mark.parametrize("card", ACCELERATORS, ids=lambda card: card.name)
def test_a_multiply_add_is_two_flops(card: Accelerator) -> None:
    assert 2 * card.multiply_adds == card.flops
    assert card.source


def test_nanogpt_reaches_37_percent() -> None:
    # 100 sequences × 874,944,921,600 FLOPs ÷ 0.755 s = 115.9 TFLOP/s, of 312. The notebook: 37.14%.
    assert f"{NANOGPT.utilisation:.4f}" == "0.3714"
    assert NANOGPT.utilisation == UTILISATION


def test_nanogpt_s_training_takes_about_four_days() -> None:
    found = time_on(rung("GPT-2 124M"), accelerator("A100"), cards=8, utilisation=0.3)
    assert 3.9 < found.training / 86_400 < 4.0


def test_a_gtx_580_has_512_cores() -> None:
    assert accelerator("GTX 580").flops == pytest.approx(512 * 1544e6 * 2, rel=1e-3)


def test_published_trainings_reach_between_29_and_61_percent() -> None:
    assert all(0.29 < each.utilisation < 0.61 for each in MEASURED)


def test_llama_s_energy_is_that_of_its_hours() -> None:
    # 30.84 million hours of a card of 700 W: 21.6 GWh.
    llama = rung("Llama 3 405B")
    published = 30.84e6 * 700 / 1e9
    assert published == pytest.approx(21.6, rel=1e-3)
    found = time_on(llama, accelerator("H100"), utilisation=MEASURED[-1].utilisation)
    assert found.joules is not None
    assert found.joules / 3.6e12 == pytest.approx(published, rel=1e-3)
