"""Numbers as cells: greys, bars, shades, and all of it in ASCII."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style

from tests.tui.plain import text_of
from tui.terminal.drawing import bar, grey_style, heat_style, width_of, within
from tui.terminal.glyphs import ascii_only
from tui.terminal.styles import plain_ink, theme_ink

PLAIN = plain_ink(unicode=True)
ASCII = plain_ink(unicode=False)
VARIABLES = {"background": "#121212", "foreground": "#e0e0e0", "accent": "#ffa62b"}
COLOURED = theme_ink(VARIABLES, dark=True, unicode=True)


def background(style: Style) -> ColorTriplet:
    assert style.bgcolor is not None
    assert style.bgcolor.triplet is not None
    return style.bgcolor.triplet


def foreground(style: Style) -> ColorTriplet:
    assert style.color is not None
    assert style.color.triplet is not None
    return style.color.triplet


@pytest.mark.parametrize(
    ("darkness", "level"), [(0.0, 255), (1.0, 0), (0.2, 204), (0.8, 51), (-3.0, 255), (7.0, 0)]
)
def test_a_pixel_is_painted_in_its_true_grey(darkness: float, level: int) -> None:
    assert background(grey_style(darkness)) == ColorTriplet(level, level, level)


@given(st.floats(0, 1))
def test_the_number_on_a_grey_can_be_read(darkness: float) -> None:
    style = grey_style(darkness)
    paper, ink = background(style).red / 255, foreground(style).red / 255
    # WCAG's contrast of two greys, from their luminances; 4.5 is what it asks of small text.
    bright, dark = sorted((paper**2.2, ink**2.2), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(("share", "channel"), [(1.0, 2), (-1.0, 0)])
def test_signed_colours_are_blue_above_zero_and_orange_below(share: float, channel: int) -> None:
    colour = background(heat_style(share))
    assert max(colour) == colour[channel]
    assert sum(background(heat_style(share / 4))) < sum(colour)


@pytest.mark.parametrize("share", [math.nan, math.inf, -math.inf, 1e300])
def test_a_colour_for_whatever_a_weight_may_be(share: float) -> None:
    assert foreground(heat_style(share)) != background(heat_style(share))


@pytest.mark.parametrize(
    ("darkness", "shade"),
    [(0, "·"), (0.1, "·"), (0.2, "░"), (0.5, "▒"), (0.7, "▓"), (0.9, "█"), (1, "█")],
)
def test_more_ink_means_darker_where_there_is_no_colour(darkness: float, shade: str) -> None:
    assert PLAIN.shade(darkness) == shade
    assert PLAIN.swatch(darkness, 3).text == 3 * shade


def test_in_ascii_the_shades_are_still_five() -> None:
    shades = [ascii_only(PLAIN.shade(step / 4)) for step in range(5)]
    assert len(set(shades)) == 5
    assert all(shade.isascii() for shade in shades)


def test_a_swatch_is_empty_cells_on_a_grey_where_there_is_colour() -> None:
    swatch = COLOURED.swatch(0.8, 4)
    assert swatch.text == "    "
    assert swatch.style is not None
    assert background(swatch.style) == ColorTriplet(51, 51, 51)


@pytest.mark.parametrize(
    ("value", "left", "right"),
    [
        (1.0, "    ", "████████"),
        (0.5, "    ", "████    "),
        (0.0, "    ", "        "),
        (-1.0, "████", "        "),
        (-0.5, "  ██", "        "),
        (-0.125, "   ▐", "        "),
        (9.0, "    ", "████████"),
        (-9.0, "████", "        "),
        (math.nan, "    ", "        "),
    ],
)
def test_bars_grow_from_the_line_at_zero(value: float, left: str, right: str) -> None:
    assert bar(value, 1.0, 4, 8) == (left, right)


@given(st.floats(), st.floats(allow_nan=False, min_value=0), st.integers(0, 30), st.integers(0, 30))
def test_a_bar_is_always_as_long_as_its_room(
    value: float, scale: float, left: int, right: int
) -> None:
    below, above = bar(value, scale, left, right)
    assert (len(below), len(above)) == (left, right)


# Every character, but without the table of all of them, which takes seconds to build.
CHARACTERS = (
    st.integers(0, 127)
    | st.integers(0x2190, 0x28FF)
    | st.integers(0, 0xD7FF)
    | st.integers(0xE000, 0x10FFFF)
).map(chr)


@given(st.lists(CHARACTERS).map("".join))
def test_ascii_keeps_every_cell_in_its_place(text: str) -> None:
    written = ascii_only(text)
    assert written.isascii()
    assert len(written) == len(text)


def test_ascii_of_the_screens_own_characters_means_the_same() -> None:
    assert ascii_only("0.20 × +0.98 = −0.196") == "0.20 x +0.98 = -0.196"
    assert ascii_only("4→1 · seed 0") == "4>1 . seed 0"


@pytest.mark.parametrize("width", [0, 1, 7, 8, 20])
def test_a_strip_is_exactly_as_wide_as_asked_for(width: int) -> None:
    line = [Segment("weight ", PLAIN.dim), Segment("1", PLAIN.text)]
    strip = PLAIN.strip(line, width)
    assert strip.cell_length == width
    assert strip.text == "weight 1".ljust(width)[:width]


def test_a_strip_without_unicode_is_ascii() -> None:
    assert ASCII.strip([Segment("a − b × c → ░▒▓█ ╭─╮", Style())], 30).text.isascii()


def test_text_and_width_of_rows() -> None:
    lines = [[Segment("a "), Segment("b  ")], [], [Segment(" c")]]
    assert text_of(lines) == "a b\n\n c"
    assert [width_of(line) for line in lines] == [5, 0, 2]


@pytest.mark.parametrize(
    ("value", "held"), [(0.3, 0.3), (-1, 0), (2, 1), (math.nan, 0), (math.inf, 1), (-math.inf, 0)]
)
def test_within_holds_everything_between_0_and_1(value: float, held: float) -> None:
    assert within(value) == held
