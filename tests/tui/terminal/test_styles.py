"""Which ink a terminal gets, and what each of them can tell apart."""

import io
import re

import pytest
from rich.color import ColorType
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tests.tui.program import opened
from tui.terminal.drawing import Ink
from tui.terminal.styles import has_colours, plain_ink, speaks_unicode, theme_ink

STYLES = ("text", "dim", "faint", "strong", "negative", "positive", "warning", "good", "key")
THEMES = {name: theme for name, theme in BUILTIN_THEMES.items() if not name.startswith("ansi")}


def style_of(ink: Ink, name: str) -> Style:
    style = getattr(ink, name)
    assert isinstance(style, Style)
    return style


@pytest.mark.parametrize(
    ("encoding", "answer"),
    [("utf-8", True), ("UTF8", True), ("ascii", False), ("latin-1", False), ("cp437", False)],
)
def test_unicode_depends_on_the_streams_encoding(encoding: str, answer: bool) -> None:
    assert speaks_unicode(io.TextIOWrapper(io.BytesIO(), encoding=encoding)) is answer


def test_no_stream_speaks_no_unicode() -> None:
    assert not speaks_unicode(None)


@pytest.mark.parametrize(
    ("system", "environment", "answer"),
    [
        ("truecolor", {}, True),
        ("256", {}, True),
        ("standard", {}, False),
        (None, {}, False),
        ("truecolor", {"NO_COLOR": "1"}, False),
        ("truecolor", {"NO_COLOR": ""}, True),
    ],
)
def test_greys_need_256_colours_and_no_no_color(
    system: str | None, environment: dict[str, str], answer: bool
) -> None:
    """no-color.org: the variable counts when it is present and not an empty string."""
    assert has_colours(system, environment) is answer


def test_a_plain_ink_uses_no_colour_and_marks_signs_by_the_sign() -> None:
    ink = plain_ink(unicode=True)
    assert not ink.colour
    for name in (*STYLES, "selected", "lit"):
        style = style_of(ink, name)
        assert style.color is None
        assert style.bgcolor is None
    assert ink.grey(0.7) == ink.text


def test_sixteen_colours_are_the_terminals_own() -> None:
    ink = plain_ink(unicode=True, colour=True)
    for style in (ink.negative, ink.positive):
        assert style.color is not None
        assert style.color.type is ColorType.STANDARD
    assert ink.negative != ink.positive


def contrast(first: Color, second: Color) -> float:
    """WCAG's contrast of two colours, 1 to 21."""

    def luminance(colour: Color) -> float:
        red, green, blue = (
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
            for part in colour.normalized
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", sorted(THEMES))
def test_in_every_theme_what_matters_can_be_read(name: str) -> None:
    theme = THEMES[name]
    variables = theme.to_color_system().generate()
    ink = theme_ink(variables, dark=theme.dark, unicode=True)
    paper = Color.parse(variables["background"])
    for part in ("text", "strong", "negative", "positive", "warning", "good"):
        style = style_of(ink, part)
        assert style.color is not None
        assert contrast(Color.from_rich_color(style.color), paper) >= 3.0, part
    assert ink.lit.bgcolor is not None
    lit = Color.from_rich_color(ink.lit.bgcolor)
    for part in ("text", "negative", "positive"):
        style = style_of(ink, part)
        assert style.color is not None
        assert contrast(Color.from_rich_color(style.color), lit) >= 3.0, part
    assert ink.colour
    assert ink.negative != ink.positive


async def test_another_theme_changes_the_ink_at_once() -> None:
    async with opened() as program:
        assert program.app.theme == "textual-dark"
        dark = program.app.ink
        program.app.theme = "textual-light"
        await program.arrived()
        light = program.app.ink
        assert light != dark
        styles = {piece.style for row in program.segments("network") for piece in row}
        assert light.text in styles
        assert dark.text not in styles


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"},
        {"TERM": "xterm"},
        {"TERM": "dumb"},
    ],
    ids=["no-color", "16-colours", "dumb"],
)
async def test_without_colours_shades_take_their_place(environment: dict[str, str]) -> None:
    async with opened(environment=environment) as program:
        assert program.app.theme == "ansi-dark"  # the terminal's own colours
        assert not program.app.ink.colour
        assert "white 0 ·░▒▓█ 1 black" in program.text("image")
        text = program.text("image")
        assert len(re.findall("░{8,}▒{8,}", text)) == 2, "the upper pixels, 0.2 and 0.5"
        assert len(re.findall("▒{8,}▓{8,}", text)) == 2, "the lower pixels, 0.4 and 0.7"
        assert "▸0.20" in text


async def test_without_unicode_every_pane_is_ascii() -> None:
    async with opened(unicode=False) as program:
        await program.step(3)
        await program.press("L", "tab", "tab", "left")
        assert program.text().isascii()
        assert "predicts" in program.words("image")
