"""Every way to end: the exit code, and a terminal that is left as it was found."""

import json
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.terminal.terminal import Terminal

FASTEST = ("]",) * 8


@contextmanager
def opened(*arguments: str, cols: int = 80, rows: int = 24) -> Iterator[Terminal]:
    with Terminal(*arguments, cols=cols, rows=rows) as terminal:
        terminal.expect(r"predicts +0\.684")
        yield terminal


def at_rest(terminal: Terminal) -> None:
    terminal.drawn()


def training(terminal: Terminal) -> None:
    terminal.press(*FASTEST, "space")
    terminal.expect(r"step [\d,]{5,} · running")


def with_help_open(terminal: Terminal) -> None:
    terminal.press("?")
    terminal.expect("keys and words")


def while_typing_a_number(terminal: Terminal) -> None:
    terminal.press("enter")
    terminal.expect("darkness of this pixel")
    terminal.press("0", ".")


def while_training_with_help_open(terminal: Terminal) -> None:
    training(terminal)
    with_help_open(terminal)


Situation = Callable[[Terminal], None]


def is_left_in_order(terminal: Terminal) -> bool:
    assert terminal.left_behind() == []
    assert not terminal.mode(1049), "the first screen is back"
    return True


@pytest.mark.parametrize(
    ("key", "situation"),
    [
        ("ctrl+q", at_rest),
        ("q", training),
        ("ctrl+c", while_typing_a_number),
        ("ctrl+c", while_training_with_help_open),
    ],
)
def test_keys_that_quit(key: str, situation: Situation) -> None:
    with opened() as terminal:
        situation(terminal)
        terminal.press(key)
        assert terminal.wait_exit() == 0
        assert is_left_in_order(terminal)
        assert terminal.text().strip() == ""


def test_a_signal_while_a_long_step_is_computed() -> None:
    with Terminal("--engine", "loops", "--images", "300000", "--hidden", "30") as terminal:
        terminal.expect("predicts")
        terminal.press("s")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == 128 + signal.SIGTERM
        assert is_left_in_order(terminal)


# What is broken, and what brings it about; the message is what must be read afterwards.
BROKEN = {
    "drawing": ("from tui.panes.cost import CostPane as C; C.draw = broken", ()),
    "a change": ("from core import Trainer as T; T.apply = broken", (")",)),
    "a screen": ("from tui.app.help import HelpScreen as H; H.compose = broken", ("?",)),
}


@pytest.mark.parametrize("where", BROKEN)
def test_an_exception_ends_with_1_and_its_traceback_on_the_restored_screen(where: str) -> None:
    breaking, keys = BROKEN[where]
    program = f"""
import sys
from tui.cli.main import main
def broken(*_, **__):
    raise RuntimeError("broken on purpose")
{breaking}
sys.exit(main([]))
"""
    command = (sys.executable, "-c", program)
    with Terminal(command=command, cols=100, rows=60) as terminal:
        if keys:
            terminal.expect(r"predicts +0\.684")
            terminal.press(*keys)
        assert terminal.wait_exit() == 1
        assert is_left_in_order(terminal)
        assert "RuntimeError" in terminal.text()
        assert "broken on purpose" in terminal.text()


def test_an_exception_in_the_thread_of_a_long_step() -> None:
    program = """
import sys
from core.run import Run
from tui.cli.main import main
def broken(*_):
    raise RuntimeError("broken on purpose")
Run.compute = broken
sys.exit(main(["--engine", "loops", "--images", "100000", "--hidden", "30"]))
"""
    with Terminal(command=(sys.executable, "-c", program), cols=100, rows=60) as terminal:
        assert terminal.wait_exit() == 1
        assert is_left_in_order(terminal)
        assert "broken on purpose" in terminal.text()


def test_train_shows_a_bar_and_ctrl_c_leaves_what_it_has_and_a_clean_line() -> None:
    with Terminal("train", "--steps", "1000000000", "--json", cols=100, stdout="pipe") as terminal:
        terminal.expect(r"[\d,]+/1,?000,?000,?000 steps +loss [\d.e-]+ ")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == 130
        assert is_left_in_order(terminal)
        found = json.loads(terminal.piped["stdout"])
        assert found["status"] == "interrupted"
        assert found["steps"] > 0
        assert not re.search("steps|loss", terminal.text()), "the bar is gone"


def test_train_interrupted_in_the_middle_of_a_long_step() -> None:
    arguments = ("train", "--engine", "loops", "--images", "400000", "--hidden", "30", "--json")
    with Terminal(*arguments, cols=100, stdout="pipe") as terminal:
        terminal.expect("steps")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == 130
        found = json.loads(terminal.piped["stdout"])
        assert found["status"] == "interrupted"
        assert found["steps"] == 0
        assert is_left_in_order(terminal)
