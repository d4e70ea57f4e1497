"""The real program sends only the cells that changed, and the screen is as if it had sent all."""

import pytest
from pyte.screens import Char

from tests.terminal.terminal import Terminal

KEYS = ("5", "v", "s", "s", "tab", "down", "+", "s", "L", "x", "s", "b", ")", "s", "]")


HELP = "keys and words"


def cells(terminal: Terminal, cols: int, rows: int) -> list[list[Char]]:
    """Copy the screen as far as it is parsed."""
    buffer = terminal.screen.buffer
    return [[buffer[y][x] for x in range(cols)] for y in range(rows)]


@pytest.mark.parametrize(
    ("cols", "rows", "environment"),
    [
        (80, 24, {}),
        (120, 36, {"COLORTERM": "truecolor"}),
        (120, 36, {"NO_COLOR": "1"}),
        (60, 20, {"TERM": "xterm"}),
    ],
    ids=["80x24", "120x36", "no colour", "16 colours"],
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
        terminal.drain_for(0.5)
        terminal.press("space")
        terminal.expect("· paused")
        terminal.drawn()
        in_parts = cells(terminal, cols, rows)

        def is_helped() -> bool:
            """Whether the help is there; until then, the frames are still painted in parts."""
            nonlocal in_parts
            if HELP in terminal.text():
                return True
            in_parts = cells(terminal, cols, rows)
            return False

        # What comes back from behind the help is painted as a whole.
        terminal.press("?")
        terminal.first_shown(is_helped)
        terminal.drawn()
        sent = terminal.bytes
        terminal.press("escape")
        terminal.first_shown(lambda: cells(terminal, cols, rows) == in_parts)
        assert terminal.bytes - sent > cols * rows
        terminal.press("q")
        assert terminal.wait_exit() == 0
