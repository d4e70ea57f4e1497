"""Every way to end: the exit code, and a terminal that is left as it was found."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from textual.worker import WorkerFailed

from core import Trainer
from core.run import Run
from tests.terminal.terminal import PATIENCE, Terminal
from tests.tui.program import Program
from tests.tui.program import opened as opened_app
from tui.app import playback
from tui.app.app import NapkinApp
from tui.app.help import HelpScreen

FASTEST = ("]",) * 8


@contextmanager
def opened(*arguments: str, cols: int = 80, rows: int = 24) -> Iterator[Terminal]:
    # A run that has an end of its own does not pause where it has arrived.
    with Terminal(*arguments, "--steps", "1000000000000", cols=cols, rows=rows) as terminal:
        terminal.expect(r"predicts +0\.684")
        yield terminal


def at_rest(terminal: Terminal) -> None:
    terminal.drawn()


def training(terminal: Terminal) -> None:
    terminal.press(*FASTEST, "space")
    terminal.expect(r"step [\d,]{5,} · running")


def with_help_open(terminal: Terminal) -> None:
    terminal.press("?")
    terminal.expect("tab: glossary")


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
    ("key", "situation"), [("q", training), ("ctrl+c", while_training_with_help_open)]
)
def test_keys_that_quit(key: str, situation: Situation) -> None:
    with opened() as terminal:
        situation(terminal)
        terminal.press(key)
        assert terminal.wait_exit() == 0
        assert is_left_in_order(terminal)
        assert terminal.text().strip() == ""


@pytest.mark.parametrize(
    "keys", [("q",), ("ctrl+q",), ("ctrl+c",), (":", "ctrl+c"), ("enter", "0", ".", "ctrl+c")]
)
async def test_keys_that_quit_the_app_whatever_is_open(keys: tuple[str, ...]) -> None:
    async with opened_app() as program:
        await program.press(*keys[:-1])
        program.send(keys[-1])
        await ended(program)
        assert not program.app.return_code


async def ended(program: Program) -> None:
    """Wait until the app has ended by itself."""
    async with asyncio.timeout(PATIENCE):
        while program.app.is_running:
            await asyncio.sleep(0.001)


def test_a_signal_while_a_long_step_is_computed() -> None:
    with Terminal("--engine", "loops", "--images", "300000", "--hidden", "30") as terminal:
        terminal.expect("predicts")
        terminal.press("s")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == 128 + signal.SIGTERM
        assert is_left_in_order(terminal)


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("broken on purpose")


@pytest.mark.parametrize(
    ("owner", "name", "keys"),
    [
        (playback, "step", ("s",)),
        (Trainer, "apply", (")",)),
        (Run, "run_for", (*FASTEST, "space")),
        (HelpScreen, "compose", ("?",)),
    ],
    ids=["a key", "a change", "training", "a screen"],
)
async def test_an_exception_ends_the_app_with_1_wherever_it_is(
    owner: object, name: str, keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with opened_app() as program:
            apps.append(program.app)
            monkeypatch.setattr(owner, name, broken)
            program.send(*keys)
            await ended(program)

    # The next test reads a traceback; to write one takes longer than all the rest.
    monkeypatch.setattr("rich.traceback.Traceback", lambda **_: "its traceback")
    apps: list[NapkinApp] = []
    with pytest.raises((RuntimeError, WorkerFailed), match="broken on purpose"):
        await run()
    assert [app.return_code for app in apps] == [1]


def test_an_exception_ends_with_1_and_its_traceback_on_the_restored_screen() -> None:
    program = """
import sys
from tui.cli.main import main
from tui.panes.cost import CostPane
def broken(*_, **__):
    raise RuntimeError("broken on purpose")
CostPane.draw = broken
sys.exit(main([]))
"""
    with Terminal(command=(sys.executable, "-c", program), cols=100, rows=60) as terminal:
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
        assert terminal.left_behind() == [], "ctrl+z leaves the terminal as it is now"
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
