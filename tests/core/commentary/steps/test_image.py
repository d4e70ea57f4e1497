"""What commentary notices about predictions, on real runs."""

import math
from dataclasses import replace

import pytest

from core.commentary.steps.image import SelectedImage, selected_image
from core.commentary.steps.steps import milestones
from core.run.snapshot import Snapshot
from tests.core.moments import DEFAULT, around, at, facts_of


def test_step_3_passes_the_target_and_is_worse_from_then_on() -> None:
    third = facts_of(DEFAULT, 3)[SelectedImage]
    assert isinstance(third, SelectedImage)
    assert third.crossed_target
    assert third.before > third.target > third.after
    assert third.together_better
    assert third.answered == at(DEFAULT, 2).too_high
    for step in range(4, 13):
        later = facts_of(DEFAULT, step)[SelectedImage]
        assert isinstance(later, SelectedImage)
        assert later.worse
        assert not later.crossed_target
        assert later.together_better


def test_the_image_comes_right_once() -> None:
    right = [
        step
        for step in range(300, 400, 10)
        for fact in milestones(at(DEFAULT, step), at(DEFAULT, step + 10))
        if isinstance(fact, SelectedImage) and fact.came_right
    ]
    assert len(right) == 1


def test_an_image_without_a_known_target_is_no_fact() -> None:
    def unknown(moment: Snapshot) -> Snapshot:
        return replace(moment, reading=replace(moment.reading, target=math.nan))

    before, after = around(DEFAULT, 1)
    assert selected_image(before, after) is not None
    assert selected_image(unknown(before), unknown(after)) is None


def test_another_image_and_a_prediction_without_end_are_no_fact() -> None:
    before, after = around(DEFAULT, 1)
    assert selected_image(before, after.with_image((0.1, 0.2, 0.3, 0.4))) is None
    endless = replace(after, reading=replace(after.reading, prediction=math.inf))
    assert selected_image(before, endless) is None


def selected(before: float, after: float, target: float, task: str) -> SelectedImage:
    """Return what some steps did to a prediction; nothing else about them matters here."""
    return SelectedImage(before, after, target, 1, False, False, 0, task)


@pytest.mark.parametrize(
    ("before", "after", "target", "came_right", "went_wrong"),
    [
        (0.49, 0.5, 1.0, True, False),
        (0.5, 0.49, 1.0, False, True),
        (0.5, 0.49, 0.0, True, False),
        (0.49, 0.5, 0.0, False, True),
        (0.49, 0.5, 0.5, True, False),  # a target of a half means yes, as a prediction does
        (0.5, 0.49, 0.5, False, True),
        (0.6, 0.9, 1.0, False, False),
        (0.6, 0.9, 0.0, False, False),
    ],
)
def test_a_yes_or_no_comes_right_or_goes_wrong_at_a_half(
    before: float, after: float, target: float, came_right: bool, went_wrong: bool
) -> None:
    fact = selected(before, after, target, "xor")
    assert (fact.came_right, fact.went_wrong) == (came_right, went_wrong)


def test_a_number_comes_right_within_half_a_thousandth_and_never_goes_wrong() -> None:
    assert selected(0.2505, 0.2504, 0.25, "darkness").came_right
    assert not selected(0.2506, 0.2505, 0.25, "darkness").came_right
    assert not selected(0.2504, 0.2503, 0.25, "darkness").came_right
    assert not selected(0.25, 0.9, 0.25, "darkness").went_wrong


def test_a_prediction_is_worse_or_crosses_its_target_only_if_it_does() -> None:
    assert selected(0.3, 0.2, 0.25, "darkness").crossed_target
    assert not selected(0.3, 0.25, 0.25, "darkness").crossed_target
    assert not selected(0.2, 0.3, 0.1, "darkness").crossed_target
    assert selected(0.2, 0.3, 0.1, "darkness").worse
    assert not selected(0.25, 0.75, 0.5, "darkness").worse
