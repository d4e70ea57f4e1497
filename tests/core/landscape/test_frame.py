"""The part of a landscape that is shown: round numbers, and frames that keep still."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.landscape.frame import Frame, both_sides, extremes, frame_for, multiple

EXACT = settings(max_examples=25)


def test_what_is_too_far_out_to_measure_is_left_out() -> None:
    far = [(1.7e308, 0.0), (-1.7e308, 0.0), (math.nan, 1.0), (math.inf, 1.0)]
    frame = frame_for((0.98, 0.4), far, 40, 8, reach=0.25)
    assert frame == frame_for((0.98, 0.4), [], 40, 8, reach=0.25)
    assert extremes(np.array([*far, (2.0, 3.0)])) == [(2.0, 3.0), (2.0, 3.0)]


def test_cells_stand_at_round_numbers_and_a_row_is_two_columns() -> None:
    frame = frame_for((0.98, 0.4), [(0.25, 0.25)], 40, 8, reach=0.25)
    unit = frame.step[0]
    assert f"{unit:e}"[0] in "125"
    assert frame.step[1] == 2 * unit
    assert all(len(repr(float(value))) <= 6 for value in [*frame.columns, *frame.rows])
    assert np.diff(frame.columns) == pytest.approx(unit)
    assert np.diff(frame.rows) == pytest.approx(-2 * unit)
    assert multiple(3, -4) == 0.15


@given(
    point=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
    other=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
    size=st.tuples(st.integers(12, 160), st.integers(3, 30)),
)
@EXACT
def test_a_frame_holds_what_is_to_be_seen(
    point: tuple[float, float], other: tuple[float, float], size: tuple[int, int]
) -> None:
    frame = frame_for(point, [other], *size, reach=0.25)
    assert (frame.width, frame.height) == size
    for place in (point, other):
        row, column = frame.cell(place)
        assert 0 <= row < frame.height
        assert 0 <= column < frame.width
        assert frame.columns[column] == pytest.approx(place[0], abs=0.51 * frame.step[0])
        assert frame.rows[row] == pytest.approx(place[1], abs=0.51 * frame.step[1])


def test_a_frame_keeps_still_while_the_point_moves_inside() -> None:
    start, goal = (0.98, 0.4), (0.25, 0.25)
    first = frame = frame_for(start, [goal], 48, 15, reach=0.25)
    for part in np.linspace(0, 1, 200):
        here = tuple(a + (b - a) * float(part) for a, b in zip(start, goal, strict=True))
        frame = frame_for((here[0], here[1]), [start, goal], 48, 15, reach=0.25, previous=frame)
        assert frame == first


def test_a_held_key_never_changes_the_scale_and_scrolls_by_single_cells() -> None:
    frame = frame_for((0.0, 0.0), [], 40, 10, reach=0.25)
    x = 0.0
    for _ in range(200):
        x += frame.step[0]
        after = frame_for(
            (x, 0.0), [(0.0, 0.0)], 40, 10, reach=0.25, previous=frame, keep_scale=True
        )
        assert after.rung == frame.rung
        assert 0 <= after.left - frame.left <= 1
        assert after.bottom == frame.bottom
        assert 0 <= after.cell((x, 0.0))[1] < 40
        frame = after
    # Let go, all there is to see comes into sight.
    wide = frame_for((x, 0.0), [(0.0, 0.0)], 40, 10, reach=0.25, previous=frame)
    assert wide.rung > frame.rung
    assert wide.cell((0.0, 0.0))[1] >= 0


def test_a_frame_comes_closer_only_when_much_closer_will_do() -> None:
    far = frame_for((0.0, 0.0), [(1.0, 1.0)], 40, 10, reach=0.1)
    rungs = []
    frame = far
    for size in np.geomspace(1.0, 0.01, 100):
        place = (float(size), float(size))
        frame = frame_for((0.0, 0.0), [place], 40, 10, reach=0.001, previous=frame)
        rungs.append(frame.rung)
    assert rungs == sorted(rungs, reverse=True)
    assert rungs[0] == far.rung
    assert all(a - b in (0, 2) for a, b in pairwise(rungs))


def test_closer_and_farther() -> None:
    plain = frame_for((0.3, 0.4), [], 40, 10, reach=0.5)
    near = frame_for((0.3, 0.4), [], 40, 10, reach=0.5, closer=2)
    assert near.rung == plain.rung - 2
    row, column = near.cell((0.3, 0.4))
    assert (row, column) == pytest.approx((4.5, 19.5), abs=1)


@pytest.mark.parametrize("size", [1e-300, 1e-9, 1e12, 1e300])
def test_frames_of_any_size(size: float) -> None:
    frame = frame_for((size, -size), [(0.0, 0.0), (math.nan, math.inf)], 30, 8, reach=0.0)
    assert np.isfinite(frame.columns).all()
    assert (np.diff(frame.columns) > 0).all()
    assert (np.diff(frame.rows) < 0).all()
    row, column = frame.cell((size, -size))
    assert 0 <= row < 8
    assert 0 <= column < 30


def test_a_point_far_from_zero_still_differs_from_its_neighbours() -> None:
    frame = frame_for((1e6, 1e6), [], 30, 8, reach=1e-15)
    assert (np.diff(frame.columns) > 0).all()


def test_extremes() -> None:
    places = np.array([[0.0, 5.0], [2.0, 1.0], [math.nan, 100.0], [math.inf, 0.0]])
    assert extremes(places) == [(0.0, 1.0), (2.0, 5.0)]
    assert extremes(np.empty((0, 2))) == []


def test_a_frame_for_another_size_is_a_new_one() -> None:
    frame = Frame(0, -100, -100, 40, 10)
    other = frame_for((0.0, 0.0), [], 41, 10, reach=0.25, previous=frame)
    assert other == frame_for((0.0, 0.0), [], 41, 10, reach=0.25)


def test_both_sides_of_a_lowest_point_come_into_sight() -> None:
    low, high = both_sides((0.0, 1.0), [(1.0, 1.0), (0.5, 0.0)])
    assert low == pytest.approx((-0.4, 0.6))
    assert high == pytest.approx((0.4, 1.4))
    assert both_sides((2.0, 3.0), []) == [(2.0, 3.0), (2.0, 3.0)]
