"""What a GPU would change, in words."""

import pytest

from core.scale import LADDER, rung_of
from tui.words.scale import answer_text, helps_text, training_text

SMALLEST, GPT_2, GPT_3 = (
    next(model for model in LADDER if model.name == name)
    for name in ("4→1", "GPT-2 124M", "GPT-3 175B")
)


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (8.64, "A GPU would be slower: its calls alone take 16–50 µs, this step 8.64 µs here."),
        (34.0, "A GPU might not be faster: 16–50 µs on an A100, 34.0 µs here."),
        (51.0, "A GPU would be faster: 16–50 µs per step on an A100, 51.0 µs here (matrix)."),
    ],
)
def test_the_answer_is_the_one_that_its_times_give(microseconds: float, text: str) -> None:
    own = rung_of(SMALLEST, {"matrix": microseconds * 1e-6, "loops": 1.0, "gpu": 1.0})
    assert answer_text(own, 77) == text
    assert "An estimate, not measured here." in answer_text(own, 118)
    assert len(answer_text(own, 50)) <= 50


def test_a_gpu_with_rates_of_its_own_is_compared_instead() -> None:
    own = rung_of(SMALLEST, {"matrix": 5e-6, "gpu": 3e-5, "compiled": 1e-6})
    assert answer_text(own, 60, "RTX") == ("The GPU is slower: 30.0 µs per step, compiled 1.00 µs.")
    fast = rung_of(SMALLEST, {"matrix": 5e-5, "gpu": 3e-5})
    assert answer_text(fast, 118, "RTX") == (
        "The GPU of this machine is faster: predicted are 30.0 µs per step, matrix 50.0 µs."
    )


def test_the_smallest_network_is_named_that_a_gpu_is_faster_for() -> None:
    # Of 1 ns for a multiply-add: 8 µs, 44 µs, 3.01 s; the large ones are no networks of this one.
    rungs = [rung_of(each, {"matrix": 1e-9 * each.multiply_adds_step}) for each in LADDER]
    assert helps_text(rungs) == (
        "4→999→999→1, 1.00 M parameters: 3.01 s per step here, 52–94 µs on an A100."
    )
    assert helps_text(rungs, 160).startswith("A GPU would be faster from 4→999→999→1 on (1.00 M")
    assert helps_text(rungs[:3]) == ""


def test_a_training_is_told_with_the_cards_that_hold_the_network() -> None:
    # 610,352 steps of an hour: 69.6 years.
    assert training_text(rung_of(GPT_2, {"matrix": 3600.0})) == (
        "Training GPT-2 124M takes at least 69.6 years here, 25.6 days on an A100."
    )
    assert training_text(rung_of(GPT_3, {"matrix": 3600.0})).endswith("1.26 years on 70 × A100.")
