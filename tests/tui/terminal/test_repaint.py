"""What is sent in parts leaves the terminal with the very screen that a whole painting gives."""

import io
from typing import Literal, TypeAlias

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui.terminal.repaint import Repaint, repaint_of, stretches

WIDTH, CUT = 24, 9
STYLES = [
    Style(),
    Style(color="#ffffff", bgcolor="#101010"),
    Style(color="#aaaaaa", bgcolor="#101010"),
    Style(color="#ffffff", bgcolor="#101010", bold=True),
    Style(color="#ff9d3c", bold=True),
    Style(bgcolor="#204060"),
    Style(reverse=True),
    Style(color="default", bgcolor="default", underline=True, italic=True),
    Style(color="#aaaaaa", bgcolor="#101010", link="https://example.org", meta={"a": 1}),
]
System: TypeAlias = Literal["truecolor", "256", "standard"]
SYSTEMS: tuple[System, ...] = ("truecolor", "256", "standard")


def row_of(text: str, styles: list[int]) -> Strip:
    return Strip(
        [Segment(each, STYLES[n]) for each, n in zip(text, styles, strict=True)], len(text)
    )


ROWS = st.builds(
    row_of,
    st.text("a7 ⣀█−", min_size=WIDTH, max_size=WIDTH),
    st.lists(st.integers(0, len(STYLES) - 1), min_size=WIDTH, max_size=WIDTH),
)


def console_of(system: System) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, color_system=system)


class Painted:
    """A terminal's screen."""

    def __init__(self, rows: int) -> None:
        self.screen = pyte.Screen(WIDTH, rows)
        self._stream = pyte.Stream(self.screen)

    def whole(self, strips: list[Strip], system: System) -> None:
        """Paint all of it, every piece with all of its style."""
        for y, strip in enumerate(strips, 1):
            self.take(f"\x1b[{y};1H")
            for text, style, _ in strip:
                codes = Strip.render_ansi(style or Style(), COLOR_SYSTEMS[system])
                self.take(f"\x1b[0m\x1b[{codes}m{text}\x1b[0m")

    def take(self, sent: str) -> None:
        self._stream.feed(sent)

    @property
    def cells(self) -> list[list[object]]:
        return [[self.screen.buffer[y][x] for x in range(WIDTH)] for y in range(self.screen.lines)]


def update_of(
    strips: list[Strip], spans: list[tuple[int, int, int]], cut: int = CUT
) -> ChopsUpdate:
    """Return Textual's update of a screen that two widgets share, side by side."""
    chops = [dict(zip((0, cut), strip.divide([cut, WIDTH]), strict=True)) for strip in strips]
    return ChopsUpdate(chops, spans, [[cut, WIDTH] for _ in strips])


@given(
    st.lists(st.tuples(ROWS, ROWS, st.booleans()), min_size=1, max_size=3),
    st.sampled_from(SYSTEMS),
)
def test_parts_come_to_the_same_screen_as_the_whole(
    rows: list[tuple[Strip, Strip, bool]], system: System
) -> None:
    before = [old for old, _, _ in rows]
    # Some rows change in a few cells, some in most.
    after = [
        Strip.join([new.crop(0, 3), old.crop(3, 19), new.crop(19, WIDTH)]) if few else new
        for old, new, few in rows
    ]
    spans = [
        (y, *span)
        for y, (old, new) in enumerate(zip(before, after, strict=True))
        for span in stretches(old, new)
    ]
    ours, whole = Painted(len(rows)), Painted(len(rows))
    ours.whole(before, system)
    whole.whole(after, system)
    update = repaint_of(update_of(after, spans))
    assert isinstance(update, Repaint)
    ours.take(update.render_segments(console_of(system)))
    assert ours.cells == whole.cells


def test_only_the_cells_that_changed_are_sent() -> None:
    words, number = Style(color="#aaaaaa", bgcolor="#101010"), Style(color="#6cb6ff")
    number += Style(bgcolor="#101010")
    rows = [Strip([Segment("a weight of  ", words), Segment(f"{value:+.8f}", number)])
            for value in (0.25, 0.35)]  # fmt: skip
    assert stretches(*rows) == [(16, 17)]
    sent = Repaint([{0: rows[1]}], [(0, 16, 17)], [[WIDTH]]).render_segments(console_of("256"))
    assert sent == "\x1b[1;17H\x1b[38;5;75;48;5;233m3\x1b[0m"


def test_a_style_is_turned_to_by_what_is_other_about_it() -> None:
    red, blue = Style(color="#ff0000", bgcolor="#101010"), Style(color="#0000ff", bgcolor="#101010")
    bold = red + Style(bold=True)
    strip = Strip([Segment("a", red), Segment("b", blue), Segment("c", bold), Segment("d", red)])
    sent = Repaint([{0: strip}], [(0, 0, 4)], [[4]]).render_segments(console_of("truecolor"))
    ground = "48;2;16;16;16"
    assert sent == (
        f"\x1b[1;1H\x1b[38;2;255;0;0;{ground}ma\x1b[38;2;0;0;255mb"
        f"\x1b[0;1;38;2;255;0;0;{ground}mc\x1b[0;38;2;255;0;0;{ground}md\x1b[0m"
    )


@pytest.mark.parametrize(
    ("old", "new", "sent"),
    [
        ("the same", "the same", []),
        ("+0.1234 and +0.5678", "+0.1235 and +0.5679", [(6, 7), (18, 19)]),
        # Going past four cells takes more bytes than they do; so does it for two of three bytes.
        ("1 abcd 1", "2 abcd 2", [(0, 8)]),
        ("1⣀⣀1", "2⣀⣀2", [(0, 4)]),
        ("1⣀⣀⣀1", "2⣀⣀⣀2", [(0, 1), (4, 5)]),
        ("short", "longer", [(0, 6)]),
        ("", "", []),
    ],
)
def test_cells_between_two_changes_are_sent_where_that_is_shorter(
    old: str, new: str, sent: list[tuple[int, int]]
) -> None:
    style = Style(bold=True)
    assert stretches(Strip([Segment(old, style)]), Strip([Segment(new, style)])) == sent


def test_a_cell_of_another_style_is_gone_past() -> None:
    grounds = [Style(bgcolor="#101010"), Style(bgcolor="#204060")]

    def row(text: str) -> Strip:
        return Strip([Segment(each, grounds[n % 2]) for n, each in enumerate(text)])

    assert stretches(row("1 1"), row("2 2")) == [(0, 1), (2, 3)]


def test_a_row_with_wide_characters_is_not_cut_in_the_middle_of_one() -> None:
    strip = Strip([Segment("日本語 and more", Style())])
    update = Repaint([{2: strip}], [(0, 5, 20)], [[WIDTH]])
    sent = update.render_segments(console_of("truecolor"))
    assert sent.startswith("\x1b[1;3H日本語 and more")


def test_what_is_no_update_in_parts_is_left_as_it_is() -> None:
    layout = LayoutUpdate([], Region(0, 0, 1, 1))
    assert repaint_of(layout) is layout
    assert repaint_of(None) is None
