"""What is said of manual changes: the losses they led to, and what descent makes of the same."""

import pytest

import tui.words.by_hand  # noqa: F401 - it registers its words
from core.commentary import ParameterFrozen, ParameterSet, ParametersSet
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


@pytest.mark.parametrize(
    ("before", "after", "came"),
    [
        (0.4, 0.3, "The last was better. "),
        (0.3, 0.4, "The last was worse. "),
        (0.3, 0.3, ""),
        (None, 0.3, ""),
        (0.3, None, ""),
    ],
)
def test_of_several_changes_it_is_said_whether_the_last_one_helped(
    before: float | None, after: float | None, came: str
) -> None:
    _, second = changed(before, after, edits())
    descent = "Descent, for the same 8,000: 0.300 (1 step)."
    assert second.removesuffix(" b takes it back.") == f"{came}{descent}"
    _, second = changed(before, after, edits(1))
    assert second.startswith("Descent, for the same 4,000: no step yet")


def test_descent_may_diverge() -> None:
    _, second = changed(0.3, 0.3, edits(diverged=True))
    assert second == "Descent, for the same 8,000, diverges. b takes it back."


def test_where_nothing_is_counted_only_the_change_is_told() -> None:
    assert changed(None, None, None) == (
        "Weight 1 is 0.75 now, by hand; it was 0.5.",
        "b takes it back.",
    )
    several = ParametersSet((0, 1), 4, 4, 0.25, None, None, None, 8000)
    assert says(several) == (
        "Weights 1 and 2 moved at once, by hand: 0.25 along a straight line.",
        "b takes it back.",
    )


@pytest.mark.parametrize(
    ("indices", "weights", "who"),
    [
        ((0, 1, 2, 3), 4, "All four"),
        ((0, 2), 4, "Weights 1 and 3"),
        ((0, 1), None, "2 weights and biases"),
    ],
)
def test_several_that_moved_at_once_are_named_as_far_as_they_have_names(
    indices: tuple[int, ...], weights: int | None, who: str
) -> None:
    first, _ = says(ParametersSet(indices, 4, weights, 0.25, 0.4, 0.3, edits(), 8000))
    assert first == f"{who} moved at once, by hand. 2 looks: loss 0.400 → 0.300."


def test_a_frozen_parameter() -> None:
    assert says(ParameterFrozen(0, True, 3)) == (
        "Frozen: no step moves it, and the update costs one multiply-add less.",
        "x lets it go again. Held now: 3.",
    )
    assert says(ParameterFrozen(0, False, 2)) == ("It moves again with the next step.", "")
