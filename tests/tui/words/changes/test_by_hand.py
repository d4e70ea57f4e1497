"""The words for manual changes: the losses they led to, and descent at equal cost."""

import pytest

import tui.words.changes.by_hand  # noqa: F401 - it registers its words
from core import TrainingConfig
from core.commentary.changes import ParameterFrozen, ParameterSet, ParametersSet
from core.run import ManualEdits
from tui.words.phrases import says


def edits(passes: int = 2, *, start: float | None = 0.4, diverged: bool = False) -> ManualEdits:
    """So many changes of 4,000 multiply-adds each, and as many steps of descent as they pay for."""
    steps = passes // 2
    return ManualEdits(passes, 4000 * passes, start, steps, 8000 * steps, 0.3, diverged)


def changed(
    before: float | None, after: float | None, manual: ManualEdits | None
) -> tuple[str, str]:
    return says(ParameterSet(0, 4, 0.5, 0.75, before, after, manual, 8000))


def test_a_weight_of_a_hidden_layer_is_named_too() -> None:
    network = TrainingConfig(hidden=(2,)).architecture
    first, _ = says(ParameterSet(1, None, 0.5, 0.75, None, None, None, 8000, None, network))
    assert first == "Layer 1 · weight 1→2 set from 0.5 to 0.75."


@pytest.mark.parametrize(
    ("before", "after", "came"),
    [
        (0.4, 0.3, "That was better. "),
        (0.3, 0.4, "That was worse. "),
        (0.3, 0.3, ""),
        (None, 0.3, ""),
        (0.3, None, ""),
    ],
)
def test_after_several_changes_it_shows_whether_the_last_one_helped(
    before: float | None, after: float | None, came: str
) -> None:
    _, second = changed(before, after, edits())
    descent = "Gradient descent, ≤ 8,000 multiply-adds: 0.300 (1 step)."
    assert second.removesuffix(" Press b to undo.") == f"{came}{descent}"
    _, second = changed(before, after, edits(1))
    price = "A descent step costs 8,000 multiply-adds; you used 4,000."
    assert second == f"{price} Press b to undo."


def test_descent_may_diverge() -> None:
    _, second = changed(0.3, 0.3, edits(diverged=True))
    assert second == "Gradient descent, ≤ 8,000 multiply-adds: it diverges. Press b to undo."


def test_without_counts_only_the_change_has_words() -> None:
    assert changed(None, None, None) == (
        "Weight 1 set from 0.5 to 0.75.",
        "Press b to undo.",
    )
    several = ParametersSet((0, 1), 4, 4, 0.25, None, None, None, 8000)
    assert says(several) == (
        "Weights 1 and 2 changed together, 0.25 along a straight line.",
        "Press b to undo.",
    )


@pytest.mark.parametrize(
    ("indices", "weights", "who"),
    [
        ((0, 1, 2, 3), 4, "All four"),
        ((0, 2), 4, "Weights 1 and 3"),
        ((0, 1), None, "2 weights and biases"),
    ],
)
def test_several_that_changed_together_are_named_as_far_as_they_have_names(
    indices: tuple[int, ...], weights: int | None, who: str
) -> None:
    first, _ = says(ParametersSet(indices, 4, weights, 0.25, 0.4, 0.3, edits(), 8000))
    assert first == f"{who} changed together. After 2 changes: loss 0.400 → 0.300."


def test_a_frozen_parameter() -> None:
    assert says(ParameterFrozen(0, True, 3)) == (
        "Frozen: no step moves it, and the update costs one multiply-add less.",
        "Press x to unfreeze it. Frozen now: 3.",
    )
    assert says(ParameterFrozen(0, False, 2)) == (
        "Not frozen any more: the next step moves it.",
        "",
    )
