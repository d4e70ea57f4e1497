"""What commentary notices about predictions, on real runs."""

import math
from dataclasses import replace

from core.commentary.commentary import milestones
from core.commentary.image import SelectedImage, selected_image
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
