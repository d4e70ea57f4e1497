"""Terminals without colours, with sixteen, and without Unicode."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.terminal.terminal import Terminal

NO_COLOUR = {"NO_COLOR": "1"}
SIXTEEN = {"TERM": "xterm", "COLORTERM": None}
ASCII = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
LATIN = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "latin-1"}

SGR = re.compile(rb"\x1b\[([\d;:]*)m")


@contextmanager
def opened(
    environment: Mapping[str, str | None], *arguments: str, cols: int = 80, rows: int = 24
) -> Iterator[Terminal]:
    with Terminal(*arguments, cols=cols, rows=rows, environment=environment) as terminal:
        terminal.expect("predicts")
        yield terminal
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == []


def look_everywhere(terminal: Terminal) -> list[str]:
    """Open everything that can be opened; return the screens."""
    screens = []

    def see(pattern: str) -> None:
        terminal.expect(pattern)
        terminal.drawn()
        screens.append(terminal.text())

    terminal.drawn()
    screens.append(terminal.text())
    terminal.press("9", "s")
    see("step 1 ")
    terminal.press("L", "tab", "down", "tab", "home")
    see("Step 0 of 1")
    terminal.press(")", "r", "s", "s")
    see("step 2 ")
    terminal.press("e")
    see(r"explain .+ loss")
    terminal.press("v")
    see(r"landscape .+ weight \d and weight \d")
    terminal.press("v")
    terminal.expect_gone(r"landscape .+ weight")
    terminal.press("m")
    see(r"map .+ output over")
    terminal.press("m")
    terminal.expect_gone(r"map .+ output")
    terminal.press("?")
    see("tab: glossary")
    terminal.press("pagedown", "pagedown", "pagedown", *["down"] * 8)
    see("on the network")
    terminal.press("esc")
    terminal.expect_gone("tab: glossary")
    terminal.press(":")
    see("find a command")
    terminal.press(*"theme")
    see("other colours")
    terminal.press("esc", "esc")
    terminal.expect("space run")
    terminal.press("shift+tab", "shift+tab", "enter")
    see("darkness of this pixel")
    terminal.press("x", "enter")
    see("must be a number")
    terminal.press("esc")
    terminal.expect_gone("must be a number")
    terminal.resize(50, 16)
    see("best at")
    return screens


def colours_in(output: bytes | bytearray) -> set[int]:
    """The parameters that set a colour, of all that were sent."""
    found = set()
    for codes in SGR.findall(output):
        numbers = [int(code or 0) for code in re.split(rb"[;:]", codes)]
        if any(number in (38, 48) for number in numbers):
            found.add(38)
        else:
            found.update(n for n in numbers if 30 <= n <= 37 or 40 <= n <= 47 or 90 <= n <= 107)
    return found


def change_is_seen(terminal: Terminal) -> None:
    """See that a pixel that is turned from white to black looks other."""
    terminal.press("f")
    terminal.expect("█{8,}▒{8,}")


def test_no_color_sends_no_colour_at_all_and_shades_show_the_same() -> None:
    with opened(NO_COLOUR, "--hidden", "40,40", cols=120, rows=36) as terminal:
        terminal.drawn()
        assert re.search("[+−][░▒▓█]", terminal.text()), "a network's heat maps"
        terminal.press("R")
        terminal.resize(80, 24)
        terminal.expect(" 4→1 ")
        terminal.drawn()
        screen = terminal.text()
        change_is_seen(terminal)
        assert colours_in(terminal.output) == set()
    assert "white 0 ·░▒▓█ 1 black" in screen
    assert re.search("░{8,}▒{8,}", screen)
    assert re.search("▒{8,}▓{8,}", screen)
    assert re.search(r"predicts +0\.684 ▓▓", screen)


def test_with_sixteen_colours_only_those_are_sent_and_shades_are_there() -> None:
    with opened(SIXTEEN) as terminal:
        terminal.drawn()
        screen = terminal.text()
        change_is_seen(terminal)
        terminal.press("?")
        terminal.expect("tab: glossary")
        terminal.press("esc", ":")
        terminal.expect("find a command")
        terminal.drawn()
        assert 38 not in colours_in(terminal.output), "nothing beyond the sixteen"
        # And with the palette open, ctrl+c quits as it does anywhere.
    assert "white 0 ·░▒▓█ 1 black" in screen
    assert re.search("░{8,}▒{8,}", screen)


def test_without_unicode_and_colours_every_byte_is_ascii_and_none_sets_a_colour() -> None:
    with opened({**ASCII, **NO_COLOUR}) as terminal:
        screens = look_everywhere(terminal)
        assert {byte for byte in terminal.output if byte > 127} == set()
        assert colours_in(terminal.output) == set()
    assert all(screen.isascii() for screen in screens)
    written = [row for screen in screens for row in screen.split("\n") if "image?" not in row]
    lost = [row for row in written if re.search(r"\?(?! +keys| +f1| +Show|\))", row)]
    assert not lost, "no sign is replaced by a question mark"
    assert not any("\\x" in row or "\\u" in row for row in written), "nor by its number"
    assert "0.20 x +0.9800" in screens[0]
    assert re.search(r"white 0 .{5} 1 black", screens[0])


OVER_THE_PANES = {
    "c": "settings",
    "S": "save this session to",
    "F": "open a session",
    "a": "label; the target is:",
    "y": "napkin-net --",
}
"""Keys that open something, and words in it."""


def test_without_unicode_what_opens_over_the_panes_is_ascii() -> None:
    # So many options that the command line does not fit below the panes.
    options = ("--hidden", "3,4,5", "--activation", "tanh,relu,sigmoid", "--l1", "0.001")
    with opened(ASCII, *options, "--l2", "0.002", "--initialisation", "uniform") as terminal:
        for key, words in OVER_THE_PANES.items():
            terminal.press(key)
            terminal.expect(words)
            terminal.drawn()
            assert all(byte < 128 for byte in terminal.output), words
            assert not re.search(r"\\[xu]", terminal.text()), words
            terminal.press("esc")
            terminal.expect_gone(words)


def test_latin_1_does_not_do_for_unicode_and_a_hidden_layer_is_ascii_too() -> None:
    with opened(LATIN, "--hidden", "8,8", cols=120, rows=36) as terminal:
        terminal.press("s")
        terminal.expect("step 1 ")
        terminal.drawn()
        assert all(byte < 128 for byte in terminal.output)
        assert not re.search(r"\\[xu]", terminal.text())
