"""Help: every key that is bound, and the screen's own words."""

from functools import cache

import pytest
from textual.binding import Binding
from textual.containers import Vertical

from tests.tui.plain import text_of
from tests.tui.program import Program, opened
from tui.app.help import (
    HelpScreen,
    Section,
    explained,
    help_lines,
    key_sections,
    word_sections,
)
from tui.app.keys import APP_BINDINGS, COMMANDS, key_names
from tui.panes.cost import CostPane
from tui.panes.data.data import DataPane
from tui.panes.explain.explain import ExplainPane
from tui.panes.image import ImagePane
from tui.panes.landscape.landscape import LandscapePane
from tui.panes.loss.loss import LossPane
from tui.panes.map.map import MapPane
from tui.panes.network.network import NetworkPane
from tui.panes.pane import Pane
from tui.screens.listing import Listing
from tui.terminal.drawing import width_of
from tui.terminal.styles import plain_ink
from tui.words.glossary import GLOSSARY, Topic

PANES: tuple[type[Pane], ...] = (ImagePane, NetworkPane, LossPane, CostPane)


@cache
def written(width: int = 76, *, unicode: bool = True) -> str:
    """Keys and glossary, one below the other."""
    ink = plain_ink(unicode=unicode)
    lines = help_lines([*key_sections(), *word_sections()], width, ink)
    return "\n".join(ink.strip(line, width).text for line in lines)


def bindings() -> list[Binding]:
    found = [*APP_BINDINGS, *(binding for pane in PANES for binding in pane.BINDINGS)]
    return [binding for binding in found if isinstance(binding, Binding)]


@pytest.mark.parametrize(
    "keys",
    [
        "space", "s", "r", "R", "n", "[ <", "] >", "(", ")", "g", "G", "L", "tab", "shift+tab",
        "z", "? f1", ": ctrl+p", "esc", "q ctrl+q", "0–9", "f", "+ =", "−", "enter", "← h", "home",
        "end",
    ],
)  # fmt: skip
def test_each_documented_key_is_in_the_help(keys: str) -> None:
    assert any(row.startswith(f" {keys}  ") for row in written().split("\n"))


def test_every_bindings_sentence_is_in_the_help() -> None:
    text = " ".join(written(100).split())
    for binding in bindings():
        if binding.tooltip:
            assert binding.tooltip in text


def test_every_binding_that_is_shown_has_a_sentence() -> None:
    for binding in bindings():
        assert binding.tooltip or not binding.show or binding.action.startswith("app."), binding.key


def test_each_term_is_explained_in_two_lines_at_most() -> None:
    rows = written().split("\n")
    for term in GLOSSARY:
        at = next(n for n, row in enumerate(rows) if row.startswith(f" {term.name}  "))
        first = rows[at].removeprefix(f" {term.name}")
        left = len(rows[at]) - len(first.lstrip())
        printed = " ".join(row[left:].strip() for row in rows[at : at + 2])
        assert term.meaning in " ".join(printed.split()), term.name


def test_topics_are_the_headings_of_the_terms_in_their_order() -> None:
    rows = [row.rstrip() for row in written().split("\n")]
    headings = [row for row in rows if row in {topic.value for topic in Topic}]
    assert headings == [topic.value for topic in Topic]


def test_help_in_ascii_is_ascii() -> None:
    assert written(unicode=False).isascii()


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("question_mark,f1", "? f1"),
        ("R,shift+r", "R"),
        ("left_square_bracket,less_than_sign", "[ <"),
        ("plus,equals_sign", "+ ="),
        ("escape", "esc"),
    ],
)
def test_keys_are_written_as_they_stand_on_a_keyboard(key: str, names: str) -> None:
    assert key_names(Binding(key, "do", "do")) == names


async def test_no_key_needs_alt() -> None:
    bound = {key for binding in bindings() for key in binding.key.split(",")}
    assert not any("alt+" in key for key in bound)


def test_two_columns_stand_side_by_side_where_there_is_room_and_one_below_that() -> None:
    ink = plain_ink(unicode=True)
    sections = [Section("a", (("x", "one"),)), Section("b", (("y", "two " * 30),))]

    def rows(width: int) -> list[str]:
        lines = help_lines(sections, width, ink)
        assert all(width_of(line) <= width for line in lines)
        return text_of(lines).split("\n")

    assert rows(106)[:2] == ["a", " x  one"]
    assert rows(107)[:2] == [f"{'a':<55}b", f" x  one{'':<48} y  {'two ' * 12}".rstrip()]
    assert help_lines([], 107, ink) == []


def test_columns_are_parted_where_their_heights_differ_least() -> None:
    lines = help_lines(key_sections(), 116, plain_ink(unicode=True))
    single = help_lines(key_sections(), 56, plain_ink(unicode=True))
    assert len(lines) <= len(single) * 0.6
    assert len(lines) < len(written(56).split("\n")) * 0.4


def test_the_focused_panes_keys_come_first_and_every_pane_has_its_section() -> None:
    others: tuple[type[Pane], ...] = (ExplainPane, LandscapePane, MapPane, DataPane)
    for pane in (*PANES, *others):
        sections = key_sections(pane)
        assert sections[0].entries == tuple(explained(pane.BINDINGS))
        assert sorted(each.heading for each in sections) == sorted(
            each.heading for each in key_sections()
        )


def test_everyones_keys_are_listed_by_what_one_wants_to_do() -> None:
    listed = [entry for section in key_sections() for entry in section.entries]
    for command in COMMANDS.values():
        if command.keys and command.sentence:
            assert listed.count((key_names(command.binding), command.sentence)) == 1
    assert not any(name == "" for name, _ in listed)


def shown(program: Program) -> str:
    """The rows of the help that are in sight."""
    rows = program.app.screen.query_one(Listing)
    return "\n".join(rows.render_line(y).text.rstrip() for y in range(rows.size.height))


def title(program: Program) -> str:
    """The title of the help."""
    return str(program.app.screen.query_one(Vertical).border_title)


async def test_quick_keys_scroll_as_far_as_slow_ones() -> None:
    async with opened() as program:
        await program.press("?")
        frame = program.app.screen.query_one(Listing)
        program.send("pagedown", "pagedown", "down", "down", "down")
        await program.arrived()
        assert frame.scroll_y == 33
        program.send("end", "up", "home")
        await program.arrived()
        assert frame.scroll_y == 0


async def test_asked_twice_help_shows_the_glossary_and_a_third_time_closes() -> None:
    async with opened() as program:
        for again in ("?", "f1"):
            await program.press("?")
            assert title(program) == "keys (tab: glossary)"
            assert shown(program).startswith("on the image: change its pixels\n ← h ")
            await program.press("pagedown", again)
            assert title(program) == "glossary (tab: keys)"
            assert shown(program).startswith("images and labels\n pixel ")
            await program.press(again)
            assert not isinstance(program.app.screen, HelpScreen)
        await program.press("?", "tab")
        assert title(program) == "glossary (tab: keys)"
        await program.press("shift+tab")
        assert title(program) == "keys (tab: glossary)"


async def test_the_keys_of_the_focused_pane_are_on_top() -> None:
    async with opened() as program:
        await program.press("tab", "?")
        assert shown(program).startswith("on the network: ")
        await program.press("escape", "m", "tab", "tab", "tab", "?")
        focused = program.app.screen_stack[0].focused
        assert isinstance(focused, MapPane)
        assert shown(program).startswith("on the map (m): ")


async def test_search_finds_keys_and_terms_and_esc_closes_from_it() -> None:
    async with opened() as program:
        await program.press("?", "/", *"chain", "space", *"rule")
        assert title(program) == "found"
        found = shown(program)
        assert "the gradient\n chain rule " in found
        assert " space " not in found
        # What was found can be scrolled once it is entered, and a key is a key again.
        await program.press("enter", "down", "tab")
        assert title(program) == "keys (tab: glossary)"
        assert program.app.screen.focused is None
        await program.press("/", *"qqq")
        assert shown(program).startswith("Nothing has these words.")
        await program.press("backspace", "backspace", "backspace")
        assert title(program) == "keys (tab: glossary)"
        await program.press("j", "escape")
        assert not isinstance(program.app.screen, HelpScreen)
        assert program.app.is_running
