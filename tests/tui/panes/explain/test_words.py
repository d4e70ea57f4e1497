"""The words beside the arithmetic."""

from typing import get_args

import pytest

from core import TrainingConfig
from core.explain.explain import explain
from core.explain.explanation import AtCorner, EqualCostDescent, Fact
from core.metrics.corners import Corner
from core.quantities.quantities import (
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


@pytest.mark.parametrize(
    ("method", "corner", "words"),
    [
        ("backprop", Corner(0, 1, 1, 16, 1), "finite differences use the right one."),
        ("nudge", Corner(0, 1, 3, 16, 2), "finite differences use for 2 of them the right one."),
        ("backprop", Corner(0, 1, 1, 16, 0), "Both gradient methods use the left slope: the nudge"),
    ],
)
def test_the_corner_of_relu_has_its_images_and_both_slopes(
    method: str, corner: Corner, words: str
) -> None:
    said = words_of(AtCorner(corner, method))
    images = "1 of 16 images" if corner.images == 1 else "3 of 16 images"
    assert said.startswith(f"For {images} the weighted sum of neuron 2 is exactly 0. Relu has a")
    assert words in said


@pytest.mark.parametrize("method", ["backprop", "nudge"])
def test_explain_names_the_corner_of_a_gradient(method: str) -> None:
    config = TrainingConfig(
        task="xor", pixels="black-white", hidden=(4,), activation="relu", gradient=method
    )
    now = snapshot_of(config)
    for index, found in ((17, AtCorner(Corner(0, 1, 1, 16, 1), method)), (21, None)):
        facts = explain(now, now.coming_batch, GradientQuantity(index)).facts
        assert [fact for fact in facts if isinstance(fact, AtCorner)] == ([found] if found else [])
