"""With no terminal on standard input, output or error there is no screen to open."""

import pytest

from tests.terminal.session import Where
from tests.terminal.terminal import Terminal


def said(terminal: Terminal) -> str:
    """All that the program has written, wherever it went."""
    piped = terminal.piped["stdout"] + terminal.piped["stderr"]
    return (bytes(terminal.output) + piped).decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("stdin", "stdout", "stderr"),
    [
        ("null", "terminal", "terminal"),
        ("terminal", "pipe", "terminal"),
        ("terminal", "terminal", "pipe"),
        ("pipe", "pipe", "pipe"),
    ],
)
def test_one_line_points_to_train_and_the_exit_code_is_2(
    stdin: Where, stdout: Where, stderr: Where
) -> None:
    with Terminal(stdin=stdin, stdout=stdout, stderr=stderr) as terminal:
        assert terminal.wait_exit() == 2
        line = said(terminal)
        assert line.startswith("napkin-net: needs a terminal")
        assert "napkin-net train" in line
        assert line.count("\n") == 1
        assert terminal.piped["stdout"] == b""
        assert terminal.left_behind() == []
        assert b"\x1b" not in terminal.output + terminal.piped["stderr"]


def test_train_needs_no_terminal() -> None:
    with Terminal("train", "--steps", "3", stdin="null", stdout="pipe", stderr="pipe") as terminal:
        assert terminal.wait_exit() == 0
        assert b"3 steps, finished" in terminal.piped["stdout"]
        assert terminal.piped["stderr"] == b""
