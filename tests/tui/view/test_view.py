"""What is looked at: each change gives another view, and never one that cannot be shown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import DEFAULT_IMAGE
from core.quantities.quantities import Count
from tui.view.view import (
    MoveCursor,
    MoveLine,
    MoveParameter,
    MovePixel,
    SelectLine,
    SelectParameter,
    SelectPixel,
    SetPixel,
    ShadePixel,
    SwitchComparison,
    SwitchScale,
    View,
    ViewChange,
)

LINES = (Count.FORWARD, Count.GRADIENT, Count.UPDATE, Count.STEP, Count.FORWARD_PASSES)
PIXELS = st.integers(0, 3)
AMOUNTS = st.floats(-3, 3, allow_nan=False)
FORWARD_PASSES: st.SearchStrategy[ViewChange] = st.one_of(
    st.builds(SelectPixel, PIXELS),
    st.builds(MovePixel, st.integers(-1, 1), st.integers(-1, 1)),
    st.builds(SetPixel, AMOUNTS, st.none() | PIXELS),
    st.builds(ShadePixel, AMOUNTS, st.none() | PIXELS),
    st.builds(MoveParameter, st.integers(-9, 9), st.just(4)),
    st.builds(MoveLine, st.integers(-9, 9), st.just(LINES)),
    st.just(SwitchScale()),
    st.just(SwitchComparison()),
)


def test_it_starts_on_the_default_image_and_its_first_pixel() -> None:
    view = View()
    assert view.image == DEFAULT_IMAGE == (0.2, 0.5, 0.4, 0.7)
    assert (view.pixel, view.cursor, view.log_scale) == (0, None, False)
    assert not view.compares


@given(st.lists(FORWARD_PASSES, max_size=40))
def test_whatever_is_done_every_pixel_stays_between_white_and_black(
    changes: list[ViewChange],
) -> None:
    view = View()
    for change in changes:
        view = change.applied_to(view)
        assert len(view.image) == 4
        assert all(0.0 <= value <= 1.0 for value in view.image)
        assert all(math.copysign(1.0, value) == 1.0 for value in view.image), "never −0"
        assert 0 <= view.pixel <= 3
        assert 0 <= view.parameter <= 3
        assert view.line in LINES


@pytest.mark.parametrize(
    ("pixel", "right", "down", "there"),
    [(0, 1, 0, 1), (0, 0, 1, 2), (1, 1, 0, 1), (1, 0, 1, 3), (3, -1, 0, 2), (2, 0, 1, 2)],
)
def test_moving_stays_on_the_image(pixel: int, right: int, down: int, there: int) -> None:
    assert MovePixel(right, down).applied_to(View(pixel=pixel)).pixel == there


def test_steps_of_a_twentieth_stay_on_round_numbers() -> None:
    view = View(image=(0.0, 0.0, 0.0, 0.0))
    seen = [view.image[0]]
    for _ in range(20):
        view = ShadePixel(0.05).applied_to(view)
        seen.append(view.image[0])
    assert seen == [round(step * 0.05, 2) for step in range(21)]


def test_painting_another_pixel_selects_it() -> None:
    view = SetPixel(0.9, 2).applied_to(View())
    assert (view.pixel, view.image) == (2, (0.2, 0.5, 0.9, 0.7))


def test_a_look_changes_nothing_else() -> None:
    view = View(pixel=3, parameter=2, line=Count.UPDATE, cursor=7, log_scale=True, stepped=True)
    changed = SelectLine(Count.TOTAL).applied_to(view)
    assert changed == View(
        pixel=3, parameter=2, line=Count.TOTAL, cursor=7, log_scale=True, stepped=True
    )
    assert SelectParameter(1).applied_to(view).parameter == 1
    assert MoveCursor(None).applied_to(view).cursor is None
    assert SwitchScale().applied_to(SwitchScale().applied_to(view)) == view
    assert SwitchComparison().applied_to(view).compares
    assert SwitchComparison().applied_to(SwitchComparison().applied_to(view)) == view


def test_a_line_that_has_made_room_is_stood_for_by_the_last_one_shown() -> None:
    view = View(line=Count.TOTAL)
    assert view.line_of(tuple(Count)) is Count.TOTAL
    assert view.line_of(LINES) is Count.FORWARD_PASSES
    assert MoveLine(-1, LINES).applied_to(view).line is Count.STEP
    assert MoveLine(1, LINES).applied_to(view).line is Count.FORWARD_PASSES
    assert MoveLine(-9, LINES).applied_to(view).line is Count.FORWARD


def test_nan_is_no_darkness() -> None:
    assert all(0.0 <= value <= 1.0 for value in SetPixel(math.nan).applied_to(View()).image)
