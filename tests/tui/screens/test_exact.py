"""Where a box for a number opens."""

from textual.geometry import Offset, Region, Size

from tui.screens.exact import place_beside

SCREEN, BOX = Size(80, 24), Size(44, 6)


def test_a_box_stands_right_below_its_number_or_else_above_it_and_always_on_the_screen() -> None:
    assert place_beside(Region(31, 5, 7, 1), BOX, SCREEN) == Offset(31, 6)
    assert place_beside(Region(60, 5, 7, 1), BOX, SCREEN) == Offset(36, 6)
    assert place_beside(Region(31, 20, 7, 1), BOX, SCREEN) == Offset(31, 14)
    assert place_beside(Region(0, 1, 80, 22), BOX, SCREEN) == Offset(0, 18)
    assert place_beside(Region(3, 1, 9, 1), BOX, Size(20, 5)) == Offset(0, 0)
