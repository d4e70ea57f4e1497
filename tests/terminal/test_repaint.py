"""The real program sends only the cells that changed, and the screen is as if it had sent all."""

import pytest
from pyte.screens import Char

from tests.terminal.terminal import Terminal

KEYS = ("5", "v", "s", "s", "tab", "down", "+", "s", "L", "x", "s", "b", ")", "s", "]")


def cells(terminal: Terminal) -> list[list[Char]]:
    """Copy the screen."""
    terminal.parse()
    screen = terminal.screen
    return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]


@pytest.mark.parametrize(
    ("cols", "rows", "environment"),
    [
        (120, 36, {"COLORTERM": "truecolor"}),
        (60, 20, {"TERM": "xterm"}),
    ],
    ids=["120x36", "60x20 16 colours"],
)
def test_what_was_sent_in_parts_is_what_a_whole_painting_gives(
    cols: int, rows: int, environment: dict[str, str]
) -> None:
    with Terminal(cols=cols, rows=rows, environment=environment) as terminal:
        terminal.expect("predicts")
        for key in KEYS:
            terminal.press(key)
            terminal.drawn()
        terminal.press("space")
        painted = terminal.frames
        terminal.until(lambda: terminal.frames >= painted + 10, "frames of a run")
        terminal.press("space")
        terminal.expect("· paused")
        terminal.drawn()
        in_parts = cells(terminal)
        terminal.press("?")
        terminal.expect("keys and glossary")
        terminal.drawn()
        assert cells(terminal) != in_parts
        # What comes back from behind the help is painted as a whole.
        sent = terminal.bytes
        terminal.press("escape")
        terminal.drawn()
        assert cells(terminal) == in_parts
        assert terminal.bytes - sent > cols * rows
        terminal.press("q")
        assert terminal.wait_exit() == 0
