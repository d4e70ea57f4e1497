"""What commentary notices about predictions, on real runs."""

import math
from dataclasses import replace

from core.commentary.commentary import milestones
from core.commentary.image import SelectedImage, looked_at
from core.run.snapshot import Snapshot
from tests.core.moments import ESSAY, around, at, facts_of


def test_step_3_passes_the_truth_and_is_worse_from_then_on() -> None:
    third = facts_of(ESSAY, 3)[SelectedImage]
    assert isinstance(third, SelectedImage)
    assert third.passed
    assert third.before > third.truth > third.after
    assert third.together_better
    assert third.answered == at(ESSAY, 2).too_high
    for step in range(4, 13):
        later = facts_of(ESSAY, step)[SelectedImage]
        assert isinstance(later, SelectedImage)
        assert later.worse
        assert not later.passed
        assert later.together_better


def test_the_image_comes_right_once() -> None:
    right = [
        step
        for step in range(300, 400, 10)
        for fact in milestones(at(ESSAY, step), at(ESSAY, step + 10))
        if isinstance(fact, SelectedImage) and fact.came_right
    ]
    assert len(right) == 1


def test_an_image_whose_truth_nobody_knows_is_no_fact() -> None:
    def unknown(moment: Snapshot) -> Snapshot:
        return replace(moment, reading=replace(moment.reading, truth=math.nan))

    before, after = around(ESSAY, 1)
    assert looked_at(before, after) is not None
    assert looked_at(unknown(before), unknown(after)) is None


def test_another_image_and_a_prediction_without_end_are_no_fact() -> None:
    before, after = around(ESSAY, 1)
    assert looked_at(before, after.looking_at((0.1, 0.2, 0.3, 0.4))) is None
    endless = replace(after, reading=replace(after.reading, prediction=math.inf))
    assert looked_at(before, endless) is None
