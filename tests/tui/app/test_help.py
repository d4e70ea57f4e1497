"""Help: every key that is bound, and the screen's own words."""

from functools import cache

import pytest
from rich.console import Console
from textual.binding import Binding
from textual.containers import VerticalScroll

from tests.tui.program import opened
from tui.app.help import help_text
from tui.app.keys import APP_BINDINGS, key_names
from tui.app.palette import commands
from tui.panes.cost import CostPane
from tui.panes.image import ImagePane
from tui.panes.loss.loss import LossPane
from tui.panes.network.network import NetworkPane
from tui.panes.pane import Pane
from tui.terminal.styles import plain_ink
from tui.words.glossary import GLOSSARY, Term, Topic

PANES: tuple[type[Pane], ...] = (ImagePane, NetworkPane, LossPane, CostPane)


@cache
def written(width: int = 74, *, unicode: bool = True) -> str:
    console = Console(width=width, record=True, file=None, color_system=None)
    with console.capture() as capture:
        console.print(help_text(plain_ink(unicode=unicode)))
    return capture.get()


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
    rows = [row[1:17].strip() for row in written().split("\n")]
    assert keys in rows


def test_every_bindings_sentence_is_in_the_help() -> None:
    text = " ".join(written(200).split())
    for binding in bindings():
        if binding.tooltip:
            assert binding.tooltip in text


def test_every_binding_that_is_shown_has_a_sentence() -> None:
    for binding in bindings():
        assert binding.tooltip or not binding.show or binding.action.startswith("app."), binding.key


@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.name)
def test_each_term_is_explained_in_two_lines_at_most(term: Term) -> None:
    rows = written(74).split("\n")
    at = next(n for n, row in enumerate(rows) if row[:22] == f" {term.name}".ljust(22))
    printed = " ".join(row[22:].strip() for row in rows[at : at + 2])
    assert term.meaning in " ".join(printed.split())


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


async def test_the_palette_knows_what_every_key_does_and_what_has_none() -> None:
    async with opened() as program:
        found = list(commands(program.app))
        titles = [command.title for command in found]
        assert len(titles) == len(set(titles))
        for words in (
            "Run, or pause", "Take one step", "Show the loss on a log", "Quit",
            "Show the difference between finite differences and backprop",
        ):  # fmt: skip
            assert sum(title.startswith(words) for title in titles) == 1, words
        for words in (
            "Gradient by backprop", "Gradient by finite differences", "Engine: matrix",
            "Engine: loops", "Theme",
        ):  # fmt: skip
            assert words in titles
        for binding in APP_BINDINGS:
            if binding.show and binding.tooltip and binding.id in ("run", "step", "new", "faster"):
                told = " ".join(f"{command.title} {command.help}" for command in found)
                assert key_names(binding) in told


@pytest.mark.parametrize("unicode", [True, False])
async def test_the_palette_writes_what_the_terminal_can(unicode: bool) -> None:
    async with opened(unicode=unicode) as program:
        found = list(commands(program.app))
        assert all(command.title.isascii() for command in found) is not unicode
        assert all(command.help.isascii() for command in found) is not unicode


async def test_no_key_needs_alt() -> None:
    bound = {key for binding in bindings() for key in binding.key.split(",")}
    assert not any("alt+" in key for key in bound)


async def test_quick_keys_scroll_as_far_as_slow_ones() -> None:
    async with opened() as program:
        await program.press("?")
        frame = program.app.screen.query_one(VerticalScroll)
        program.send("pagedown", "pagedown", "down", "down", "down")
        await program.arrived()
        assert frame.scroll_y == 33
