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
    """The words for two manual changes, compared with so many steps of descent."""
    lost = None if diverged else 0.2954
    edits = ManualEdits(2, 8000, 0.4458, steps, 8004 * steps, lost, diverged)
    return words_of(EqualCostDescent(edits, 0.1012, 8004))


def test_manual_changes_are_compared_with_descent_at_equal_cost() -> None:
    manual = "Each manual change costs one forward pass. Your loss: 0.4458 → 0.1012. "
    for words, said in (
        (beside_descent(), ": 0.4458 → 0.2954 (1 step, 8,004 multiply-adds)."),
        (beside_descent(steps=0), ": no step yet, because one costs 8,004 multiply-adds."),
        (beside_descent(diverged=True), " diverges: its steps are too large."),
    ):
        assert words.startswith(manual)
        assert words.removeprefix(manual).startswith("Gradient descent at equal cost")
        assert words.endswith(said)


@pytest.mark.parametrize(
    ("quantity", "title"),
    [
        (PixelQuantity(1), "pixel 2, 0.50"),
        (PredictionQuantity(), "the prediction"),
        (TargetQuantity(), "the target"),
        (ErrorQuantity(), "the error"),
        (ParameterQuantity(3), "weight 4, −0.08"),
        (NeuronQuantity(0, 0), "layer 1 · neuron 1"),
        (GradientQuantity(0), "gradient of weight 1"),
        (UpdateQuantity(2), "weight 3 after the coming step"),
        (LossQuantity(), "loss"),
        (CountQuantity(Count.STEP), "multiply-adds: one step"),
    ],
)
def test_each_number_has_a_name(quantity: Quantity, title: str) -> None:
    assert title_of(snapshot_of(TrainingConfig()), quantity) == title
