"""Tiny pictures with their errors, as text and in colour, and where they stand in the grid."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color

from tests.tui.moments import COLOURED, PLAIN
from tests.tui.plain import text_of
from tui.panes.data.tiles import Tiles, Window, draw_tiles, error_text, scale_for

ASCII = replace(COLOURED, unicode=False)
IMAGES = np.array([[0.0, 0.25, 0.5, 1.0], [1.0, 0.0, 0.0, 1.0]])


def grey(level: int) -> Color:
    return Color.from_rgb(level, level, level)


def test_a_half_block_pair_holds_four_true_greys() -> None:
    picture, errors = draw_tiles(Tiles(IMAGES, np.array([0.5, -0.1]), 0.5, 1), COLOURED)
    assert text_of([picture, errors]) == "│▀▀▐▀▀\n + ▐−"
    left, right = picture[1].style, picture[2].style
    assert left is not None
    assert right is not None
    # Above: top left and top right; below: bottom left and bottom right. 255 is white.
    assert (left.color, left.bgcolor) == (grey(255), grey(128))
    assert (right.color, right.bgcolor) == (grey(191), grey(0))


def test_without_colour_four_shades_tell_the_four_pixels_and_a_digit_the_size() -> None:
    lines = draw_tiles(Tiles(IMAGES, np.array([0.5, -0.12]), 0.5, 0), PLAIN)
    assert text_of(lines) == "▐·░ █·\n▐▒█ ·█\n▐+9 −2"


def test_without_half_blocks_four_cells_in_two_rows_hold_the_greys() -> None:
    lines = draw_tiles(Tiles(IMAGES, np.array([0.5, -0.12]), 0.5, None), ASCII)
    assert text_of(lines) == "│  │\n│  │\n +  −"
    backgrounds = [[cell.style.bgcolor for cell in line if cell.style] for line in lines[:2]]
    top, bottom = (row[1:3] for row in backgrounds)
    assert [*top, *bottom] == [grey(255), grey(191), grey(128), grey(0)]


def test_errors_that_are_not_known_or_no_numbers() -> None:
    unknown = draw_tiles(Tiles(IMAGES, None, 1.0, None), COLOURED)
    assert text_of(unknown) == "│▀▀│▀▀\n ·· ··"
    wild = draw_tiles(Tiles(IMAGES, np.array([math.nan, math.inf]), 1.0, None), PLAIN)
    assert text_of(wild).split("\n")[-1] == " !! !!"


@pytest.mark.parametrize(
    ("error", "text"), [(0.0, "0 "), (-0.0, "0 "), (0.049, "+0"), (-0.31, "−3"), (1.0, "+9")]
)
def test_sign_and_tenths_of_the_scale(error: float, text: str) -> None:
    assert error_text(error, 1.0, digit=True) == text
    assert error_text(error, 1.0, digit=False)[0] == text[0]


def test_the_scale_is_round_and_stays_while_errors_are_near_it() -> None:
    assert scale_for(np.array([0.3, -0.43, math.nan]), None) == 0.5
    assert scale_for(np.array([0.11]), 0.5) == 0.5
    assert scale_for(np.array([0.09]), 0.5) == 0.1
    assert scale_for(np.array([-0.51]), 0.5) == 1.0
    assert scale_for(np.array([0.0]), None) == 1.0
    assert scale_for(np.array([]), 0.2) == 0.2


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=5))
def test_the_scale_holds_every_finite_error(errors: list[float]) -> None:
    scale = scale_for(np.array(errors), None)
    assert scale > 0
    assert all(abs(error) <= scale for error in errors if math.isfinite(error))


@given(st.integers(1, 200), st.integers(1, 9), st.integers(1, 9), st.integers(0, 300), st.data())
def test_a_window_shows_what_it_is_asked_to(
    count: int, columns: int, rows: int, top: int, data: st.DataObject
) -> None:
    window = Window(count, columns, rows).scrolled(top)
    place = data.draw(st.integers(0, count - 1))
    shown = window.showing(place)
    assert shown.first <= place < shown.stop <= count
    assert shown.stop - shown.first <= columns * rows
    if window.first <= place < window.stop:
        assert shown == window
