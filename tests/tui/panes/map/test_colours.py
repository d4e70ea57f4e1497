"""Which colour, fill or letter a value on a map has."""

import math

import numpy as np
import pytest

from core import TASKS
from tests.tui.moments import COLOURED, PLAIN
from tests.tui.plain import text_of
from tui.panes.map.colours import (
    BLANK,
    NO_NUMBER,
    ROLES,
    ColourScale,
    colours_of_answer,
    colours_of_neuron,
    round_above,
    styles_of,
)

GREY, SIGNED = ColourScale(signed=False), ColourScale(signed=True)
VALUES = np.array([-2.0, -1.0, 0.0, 0.25, 0.5, 1.0, 7.0])


def colours(scale: ColourScale, values: list[float]) -> list[tuple[int, int, int]]:
    """Return red, green and blue of the ground of each value."""
    styles = styles_of(COLOURED)
    found = []
    for ground in scale.grounds(np.array(values)).tolist():
        paper = styles[ground * ROLES + BLANK].bgcolor
        assert paper is not None
        assert paper.triplet is not None
        found.append((paper.triplet.red, paper.triplet.green, paper.triplet.blue))
    return found


def test_a_darkness_is_its_true_grey_and_is_held_between_white_and_black() -> None:
    white, black = (255, 255, 255), (0, 0, 0)
    assert colours(GREY, [0.0, 1.0, -0.3, 2.0]) == [white, black, white, black]
    for darkness in np.linspace(0.0, 1.0, 101).tolist():
        level = colours(GREY, [darkness])[0][0]
        assert abs(level - 255 * (1 - darkness)) <= 255 / 64 + 1


def test_below_zero_is_orange_and_above_is_blue() -> None:
    low, zero, high = colours(SIGNED, [-1.0, 0.0, 1.0])
    assert low[0] > low[2]
    assert high[2] > high[0]
    assert len(set(zero)) == 1
    assert colours(ColourScale(signed=True, scale=5.0), [-5.0, 0.0, 5.0]) == [low, zero, high]


def test_two_levels_divide_at_one_half_and_ten_are_all_distinct() -> None:
    two = ColourScale(signed=False, levels=2)
    below = math.nextafter(0.5, 0.0)
    assert colours(two, [0.0, below, 0.5, 1.0]) == [(255,) * 3, (255,) * 3, (0,) * 3, (0,) * 3]
    middles = (np.arange(10) + 0.5) / 10
    assert len(set(colours(ColourScale(signed=False, levels=10), middles.tolist()))) == 10
    signed = ColourScale(signed=True, scale=2.0, levels=10)
    assert len(set(colours(signed, (4 * middles - 2).tolist()))) == 10
    assert signed.bands(np.array([-2.0, -0.01, 0.01, 2.0]), 10).tolist() == [0, 4, 5, 9]


def test_what_is_not_finite_has_a_ground_of_its_own() -> None:
    for scale in (
        GREY,
        SIGNED,
        ColourScale(signed=False, levels=2),
        ColourScale(signed=True, levels=10),
    ):
        found = scale.grounds(np.array([math.nan, math.inf, -math.inf, 0.5]))
        assert found[:3].tolist() == [NO_NUMBER] * 3
        assert found[3] != NO_NUMBER


def test_fills_where_there_is_no_colour() -> None:
    assert "".join(GREY.fills(VALUES)) == "···░▒██"
    assert "".join(SIGNED.fills(VALUES)) == "==··+##"
    assert "".join(ColourScale(signed=False, levels=2).fills(VALUES)) == "····███"
    assert "".join(ColourScale(signed=True, levels=10).fills(VALUES)) == "0056799"


def test_letters_from_the_low_end_to_the_high_one() -> None:
    assert "".join(GREY.letters(np.array([0.0, 0.1, 0.5, 1.0, 3.0]))) == "abfkk"
    assert "".join(SIGNED.letters(np.array([-1.0, 0.0, 1.0]))) == "afk"


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.3, -0.7], 1.0), ([1.1], 2.0), ([-2.1, math.inf], 5.0), ([5.0], 5.0), ([0.0004], 0.0005),
     ([1e6], 1e6), ([12345.0], 20000.0), ([0.0], 1.0), ([math.nan], 1.0), ([1e305], 1e300)],
)  # fmt: skip
def test_the_scale_is_a_round_number(values: list[float], expected: float) -> None:
    assert round_above(np.array(values)) == expected


def test_which_colours_a_task_and_a_neuron_have() -> None:
    values = np.array([-3.0, 3.0])
    assert colours_of_answer(TASKS["darkness"], values, few=False) == GREY
    assert colours_of_answer(TASKS["darkness"], values, few=True) == ColourScale(
        signed=False, levels=10
    )
    assert colours_of_answer(TASKS["xor"], values, few=True) == ColourScale(signed=False, levels=2)
    assert colours_of_answer(TASKS["top-bottom"], values / 9, few=False) == SIGNED
    assert colours_of_answer(TASKS["own"], values, few=False) == ColourScale(signed=True, scale=5.0)
    assert colours_of_neuron("tanh", values / 9, few=False) == SIGNED
    assert colours_of_neuron("relu", values, few=True) == ColourScale(
        signed=True, scale=5.0, levels=10
    )


def test_the_scale_is_explained() -> None:
    legends = [scale.legend(PLAIN) for scale in (GREY, SIGNED, ColourScale(signed=True, levels=10))]
    assert text_of(legends) == "0 ·░▒▓█ 1\n−1 =−·+# +1\n−1 0123456789 +1"
    assert text_of([GREY.legend(COLOURED, ("no", "yes"))]) == "no 0           1 yes"
