"""Files through the real program: opened at the same moment, kept through kill -9 and the rest."""

import os
import random
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import core
from core.files.reading import read_session
from tests.core.sessions import bytes_of, changed
from tests.terminal.terminal import PATIENCE, Terminal
from tests.terminal.test_screens import masked, squeezed

ROOT = Path(core.__file__).parent.parent
KILLS = 8

SOON = """
import sys
from tui.files import files
from tui.cli.main import main
files.EVERY, files.REST = 0.05, 0.0
sys.exit(main(sys.argv[1:]))
"""
"""The program, but with no time between autosaves."""


class Home:
    """A folder to work in, and another for what is remembered."""

    def __init__(self, folder: Path) -> None:
        self.work, self.state = folder / "work", folder / "state"
        self.work.mkdir()
        self._environment = {
            "PYTHONPATH": str(ROOT),
            "XDG_STATE_HOME": str(self.state),
            "XDG_CONFIG_HOME": str(folder / "config"),
        }

    def start(self, *arguments: str, soon: bool = False) -> Terminal:
        """Start the program here."""
        command = (sys.executable, "-c", SOON) if soon else (sys.executable, "-m", "tui")
        return Terminal(*arguments, command=command, cwd=self.work, environment=self._environment)

    @property
    def autosaves(self) -> list[Path]:
        """What is kept in case of a crash."""
        return list((self.state / "napkin-net" / "autosave").glob("[!.]*.napkin"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def panes(terminal: Terminal) -> str:
    """The screen but for the commentary, which tells what was just done."""
    terminal.settle()
    rows = terminal.text().split("\n")
    return squeezed(masked("\n".join([*rows[:-3], rows[-1]])))


def wait_for(terminal: Terminal, condition: Callable[[], bool]) -> None:
    """Wait until something holds outside of the program."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        terminal.drain_for(0.02)


def kill(terminal: Terminal) -> None:
    """End the program as nothing can be done about, perhaps in the middle of a frame."""
    terminal.signal(signal.SIGKILL)
    wait_for(terminal, lambda: terminal.exit_code is not None)
    assert terminal.exit_code == -signal.SIGKILL


def test_a_file_opens_on_the_very_screen_that_was_saved(home: Home) -> None:
    with home.start("--hidden", "4", "--seed", "4", "--batch-size", "30") as terminal:
        terminal.expect("predicts", seconds=30)
        terminal.press(*"sssss")
        terminal.expect("step 5 · paused")
        terminal.press(")", "g")
        terminal.expect("step, by backprop")
        terminal.press(*"sss")
        terminal.expect("step 8 · paused")
        terminal.press("ctrl+s")
        terminal.expect("save this session to")
        terminal.press("enter")
        terminal.expect(r"Saved to darkness-4-4-1\.napkin")
        before = panes(terminal)
        terminal.press("q")
        assert terminal.wait_exit() == 0
    with home.start("darkness-4-4-1.napkin") as terminal:
        terminal.expect(r"darkness-4-4-1\.napkin: step 8", seconds=30)
        # How long a step took is not kept: it was measured elsewhere.
        untimed = re.compile(r"(a step|took).*")
        assert untimed.sub("", panes(terminal)) == untimed.sub("", before)
        terminal.press("b", "b", "b")
        terminal.expect("step 5 · paused")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == []
    assert home.autosaves == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x1b[2J\x1b]0;owned\x07", "not valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"format": "napkin-net session", "version": 9}', "version: is 9"),
        (None, "no such file"),
    ],
)
def test_a_wrong_file_gets_one_line_and_no_screen(
    home: Home, content: bytes | None, words: str
) -> None:
    if content is not None:
        (home.work / "wrong").write_bytes(content)
    with home.start("wrong") as terminal:
        assert terminal.wait_exit(30) == 2
        assert bytes(terminal.output).count(b"\x1b") == 0
        (line,) = terminal.text().strip().split("\n")
        assert line.startswith("napkin-net: wrong: ")
        assert words in line


def test_killed_while_it_saves_the_file_is_whole(home: Home) -> None:
    chance = random.Random(9)
    file = home.work / "a.napkin"
    file.write_bytes(bytes_of(changed()))
    steps = [10]

    def saved() -> int:
        """Read at which step the run in the file stands."""
        return read_session(file.read_bytes()).run.here.moment[0]

    for time_killed in range(KILLS):
        with home.start("a.napkin") as terminal:
            terminal.expect(rf"a\.napkin: step {steps[-1]:,}", seconds=30)
            for _ in range(4):
                terminal.press("s", "S")
                terminal.drain_for(chance.uniform(0, 0.03))
            if time_killed == KILLS - 1:
                wait_for(terminal, lambda: saved() > 10)  # however slow it was before
            kill(terminal)
        steps.append(saved())
        assert steps[-2] <= steps[-1] <= steps[-2] + 4
    assert steps[-1] > 10


def test_killed_while_it_runs_the_next_start_offers_the_run(home: Home) -> None:
    with home.start("--seed", "7", soon=True) as terminal:
        terminal.expect("predicts", seconds=30)
        terminal.press(*["]"] * 8, "space")
        terminal.expect(r"step [\d,]{5,} · running", seconds=30)
        wait_for(terminal, lambda: len(home.autosaves) == 1)
        kill(terminal)
    (file,) = home.autosaves
    kept = read_session(file.read_bytes()).run
    assert kept.config.seed == 7
    with home.start() as terminal:
        terminal.expect(
            r"Recovered an unsaved run from \d\d:\d\d\. Press F to open it\.", seconds=30
        )
        terminal.expect(r"predicts +0\.684")
        terminal.press("F")
        terminal.expect("recovered run from")
        terminal.press("down", "enter")
        terminal.expect(rf"seed 7 +step {kept.here.moment[0]:,} · paused")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert home.autosaves == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_ended_by_a_signal_it_keeps_the_run(home: Home, number: signal.Signals) -> None:
    with home.start() as terminal:
        terminal.expect("predicts", seconds=30)
        terminal.press("s", "s", "s")
        terminal.expect("step 3 · paused")
        terminal.signal(number)
        assert terminal.wait_exit() == 128 + number
        assert terminal.left_behind() == []
    assert read_session(home.autosaves[0].read_bytes()).run.here.moment == (3, 0)


def test_a_window_that_is_closed_keeps_the_run(home: Home) -> None:
    with home.start() as terminal:
        terminal.expect("predicts", seconds=30)
        terminal.press("s", "s")
        terminal.expect("step 2 · paused")
        terminal.hang_up()
        assert terminal.wait_exit() == 128 + signal.SIGHUP
    assert read_session(home.autosaves[0].read_bytes()).run.here.moment == (2, 0)


def test_a_normal_exit_leaves_nothing(home: Home) -> None:
    with home.start(soon=True) as terminal:
        terminal.expect("predicts", seconds=30)
        terminal.press("s", "s", "s")
        terminal.expect("step 3 · paused")
        wait_for(terminal, lambda: len(home.autosaves) == 1)
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert home.autosaves == []
    assert os.listdir(home.work) == []
