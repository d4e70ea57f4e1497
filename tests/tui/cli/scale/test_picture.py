"""The log-log picture in plain text."""

import pytest

from tui.cli.scale.picture import LEAST_WIDTH, Line, picture

SIZES = [1e3, 1e6, 1e9]
LINES = [
    Line("m", "matrix", [1e-6, 1e-3, 1.0]),
    Line("H", "H100", [1e-9, 1e-6, 1e-3]),
]


def rows(width: int) -> list[str]:
    return picture(SIZES, LINES, width).rstrip("\n").split("\n")


def test_the_slope_of_a_proportional_time_is_one() -> None:
    # 18 rows over 9 decades of time: 1 ns is the first, 1 s the last. 33 columns over 6 decades.
    drawn = [row[11:] for row in rows(LEAST_WIDTH)[:18]][::-1]
    where = {
        mark: [(x, y) for y, row in enumerate(drawn) for x, each in enumerate(row) if each == mark]
        for mark in "mH"
    }
    assert sorted(where["H"]) == [(0, 0), (16, 6), (32, 11)]
    assert sorted(where["m"]) == [(0, 6), (16, 11), (32, 17)]
    assert "·" in "".join(drawn)


def test_its_axes_are_labelled() -> None:
    drawn = rows(LEAST_WIDTH)
    assert [row[:9].strip() for row in drawn[:18] if row[:9].strip()] == [
        "1 s", "1 ms", "1 µs", "1 ns",
    ]  # fmt: skip
    powers, numbers = drawn[19], drawn[20]
    assert powers[11:].split() == ["1e3", "1e6"]
    assert [numbers.index(number) - 11 for number in "123"] == [0, 16, 32]


@pytest.mark.parametrize("width", [LEAST_WIDTH, 60, 80, 120, 300])
def test_it_keeps_to_its_width(width: int) -> None:
    assert max(map(len, rows(width))) <= min(width, 100)


def test_numbers_that_would_touch_are_on_two_lines() -> None:
    drawn = picture([1e3, 1.1e3, 1e9], [Line("m", "", [1.0, 1.0, 1.0])], 60).split("\n")
    assert (drawn[20].split(), drawn[21].split()) == (["1", "3"], ["2"])


def test_one_network_alone_has_a_picture_too() -> None:
    drawn = picture([8004], [Line("m", "", [1e-6])], 60)
    assert drawn.count("m") == 1
