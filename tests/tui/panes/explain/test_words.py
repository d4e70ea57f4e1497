"""The words beside the arithmetic."""

from typing import get_args

import pytest

from core import TrainingConfig
from core.explain.explanation import EqualCostDescent, Fact
from core.explain.quantities import (
    Count,
    CountQuantity,
    ErrorQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TargetQuantity,
    UpdateQuantity,
)
from core.run import ManualEdits
from tests.tui.moments import snapshot_of
from tui.panes.explain.words import title_of, words_of


@pytest.mark.parametrize("kind", get_args(Fact))
def test_every_fact_has_words(kind: type[Fact]) -> None:
    assert words_of.dispatch(kind) is not words_of.dispatch(object)


def beside_descent(*, steps: int = 1, diverged: bool = False) -> str:
    """What is said of two changes by hand, beside so many steps of descent."""
    lost = None if diverged else 0.2954
    edits = ManualEdits(2, 8000, 0.4458, steps, 8004 * steps, lost, diverged)
    return words_of(EqualCostDescent(edits, 0.1012, 8004))


def test_manual_changes_are_told_beside_what_descent_makes_of_the_same() -> None:
    look = "A look: one forward pass, to see what an edit did. By hand: loss 0.4458 → 0.1012. "
    for words, said in (
        (beside_descent(), "for no more: 0.4458 → 0.2954 (1 step, 8,004 multiply-adds)."),
        (beside_descent(steps=0), "has not taken a step for that: one is 8,004."),
        (beside_descent(diverged=True), "for the same, diverges: its steps are too long."),
    ):
        assert words.startswith(look)
        assert words.removeprefix(look).startswith("Gradient descent")
        assert words.endswith(said)


@pytest.mark.parametrize(
    ("quantity", "title"),
    [
        (PixelQuantity(1), "pixel 2, 0.50"),
        (PredictionQuantity(), "the prediction"),
        (TargetQuantity(), "the truth"),
        (ErrorQuantity(), "the error"),
        (ParameterQuantity(3), "weight 4, −0.0800"),
        (NeuronQuantity(0, 0), "layer 1 · neuron 1"),
        (GradientQuantity(0), "gradient of weight 1"),
        (UpdateQuantity(2), "weight 3 after the coming step"),
        (LossQuantity(), "loss"),
        (CountQuantity(Count.STEP), "multiply-adds: a step"),
    ],
)
def test_each_number_has_a_name(quantity: Quantity, title: str) -> None:
    assert title_of(snapshot_of(TrainingConfig()), quantity) == title
