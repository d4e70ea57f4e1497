"""Lines of equal loss: nice levels, where the lines run, and the values along the edges."""

import math

import numpy as np
import pytest

from tui.panes.landscape.drawing import value_text
from tui.panes.picture.axis import Floats
from tui.panes.picture.contours import labels_of, level_text, levels_of, lines_of, reached


def test_levels_are_nice_few_and_between_the_ends() -> None:
    losses = np.geomspace(0.03, 5.4, 100).reshape(10, 10)
    assert levels_of(losses) == (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
    assert levels_of(np.geomspace(1e-30, 3.0, 50)) == (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
    assert levels_of(np.linspace(0.4, 0.47, 50)) == (0.41, 0.42, 0.43, 0.44, 0.45, 0.46)
    assert levels_of(np.full((3, 3), 0.5)) == ()
    assert levels_of(np.array([[math.inf, math.nan]])) == ()
    assert levels_of(np.array([[0.0, 1.0, math.inf]]))[-1] == 1.0
    for span in (1e-12, 3e-7, 0.02, 1.0, 5.0, 19.0):
        assert 2 <= len(levels_of(np.linspace(1.0, 1.0 + span, 99))) <= 8


def _slope(rows: int, columns: int) -> Floats:
    slope: Floats = np.add.outer(np.arange(rows) * 2.0, np.arange(columns) * 1.0)
    return slope


def test_lines_part_the_cells_of_different_levels() -> None:
    flat = np.repeat([[3.0], [2.0], [1.0]], 6, axis=1)
    assert "".join(lines_of(flat, (1.5, 2.5), unicode=False)[0]) == "------"
    steep = np.repeat([[1.0, 2.0, 3.0]], 3, axis=0)
    assert lines_of(steep, (1.5,), unicode=False).tolist() == [[" ", "|", " "]] * 3
    assert "/" in "".join(lines_of(_slope(6, 12), (8.0,), unicode=False).ravel())
    assert "\\" in "".join(lines_of(_slope(6, 12)[::-1], (8.0,), unicode=False).ravel())
    dots = "".join(lines_of(_slope(6, 12), (8.0,), unicode=True).ravel())
    assert any("⠀" < dot <= "⣿" for dot in dots)
    wild = np.array([[0.0, math.inf], [math.nan, 1.0]])
    assert lines_of(wild, (0.5,), unicode=True).shape == (2, 2)
    assert lines_of(wild, (0.5,), unicode=False).shape == (2, 2)


def test_labels_stand_on_their_lines_and_never_on_each_other() -> None:
    losses = _slope(10, 40)
    levels = (10.0, 20.0, 30.0)
    heights = reached(losses, levels)
    found = labels_of(heights, levels, np.ones(losses.shape, np.bool_))
    assert [text for _, _, text in found] == ["10", "20", "30"]
    for (row, start, _), level in zip(found, levels, strict=True):
        assert losses[row, start - 1] < level <= losses[row, start + 2]
    assert labels_of(heights, levels, np.zeros(losses.shape, np.bool_)) == []


@pytest.mark.parametrize(
    ("count", "rung", "text"),
    [
        (5, -4, "0.25"),
        (-3, -3, "−0.3"),
        (7, 0, "7"),
        (3, 6, "300"),
        (4, -20, "0.0000008"),
        (1, 30, "1.000e10"),
        (123456, -3, "12345.6"),
    ],
)
def test_values_on_the_axes(count: int, rung: int, text: str) -> None:
    assert value_text(count, rung) == text


def test_levels_are_written_in_a_few_characters() -> None:
    assert [level_text(level) for level in (0.05, 2.0, 500_000.0, 1e6, 2e-9)] == [
        "0.05", "2", "500,000", "1e6", "2e−09",
    ]  # fmt: skip
