"""What commentary notices about predictions, on real runs."""

from core.commentary.commentary import milestones
from core.commentary.image import SelectedImage
from tests.core.moments import DEFAULT, at, facts_of


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
