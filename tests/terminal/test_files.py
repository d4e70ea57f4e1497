"""Files through the real program: opened at the same moment, kept through kill -9 and the rest."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest

import core
from core.files.reading import read_session
from tests.core.sessions import bytes_of, changed
from tests.terminal.terminal import PROGRAM, Terminal
from tests.terminal.test_ends import (
    Situation,
    is_left_in_order,
    training,
    while_training_with_help_open,
    while_typing_a_number,
)
from tests.terminal.test_screens import masked, squeezed

ROOT = Path(core.__file__).parent.parent
SOON = """
import sys
from tui.files import files
from tui.cli.main import main
files.EVERY, files.REST = 0.05, 0.0
sys.exit(main(sys.argv[1:]))
"""
"""The program, but with no time between autosaves."""

STUCK = """
import os, sys, threading
from tui.cli.main import main
replace = os.replace
def stuck(source, target):
    if target.endswith("a.napkin"):
        threading.Event().wait()
    replace(source, target)
os.replace = stuck
sys.exit(main(sys.argv[1:]))
"""
"""The program, but what it saves never takes the place of what was there."""


MANY = range(1_000, sys.maxsize)
"""Steps that a run has taken, once it was seen to train."""


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

    def start(self, *arguments: str, program: str | None = None) -> Terminal:
        """Start the program here, or one that is nearly it."""
        command = PROGRAM if program is None else (sys.executable, "-c", program)
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
    terminal.drawn()
    rows = terminal.text().split("\n")
    return squeezed(masked("\n".join([*rows[:-3], rows[-1]])))


def kill(terminal: Terminal) -> None:
    """End the program as nothing can be done about, perhaps in the middle of a frame."""
    terminal.signal(signal.SIGKILL)
    assert terminal.wait_exit() == -signal.SIGKILL


def test_a_file_opens_on_the_very_screen_that_was_saved(home: Home) -> None:
    with home.start("--hidden", "4", "--seed", "4", "--batch-size", "30") as terminal:
        terminal.expect("predicts")
        terminal.press(*"sssss")
        terminal.expect("step 5 · paused")
        terminal.press(")", "g")
        terminal.expect("by backprop")
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
        terminal.expect(r"darkness-4-4-1\.napkin: step 8")
        # How long a step took is not kept: it was measured elsewhere.
        untimed = re.compile(r"per step.*")
        assert untimed.sub("", panes(terminal)) == untimed.sub("", before)
        terminal.press("b", "b", "b")
        terminal.expect("step 5 · paused")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == []
    assert home.autosaves == []


def test_a_file_that_is_none_gets_one_line_and_no_screen(home: Home) -> None:
    (home.work / "wrong").write_bytes(b"\x1b[2J\x1b]0;owned\x07")
    with home.start("wrong") as terminal:
        assert terminal.wait_exit() == 2
        assert bytes(terminal.output).count(b"\x1b") == 0
        (line,) = terminal.text().strip().split("\n")
        assert line.startswith("napkin-net: wrong: ")
        assert "not valid JSON at column " in line


def test_killed_while_it_saves_the_file_is_whole(home: Home) -> None:
    file = home.work / "a.napkin"
    file.write_bytes(bytes_of(changed()))
    old = file.stat().st_ino

    def saved() -> int:
        """Read at which step the run in the file stands."""
        return read_session(file.read_bytes()).run.here.moment[0]

    with home.start("a.napkin", program=STUCK) as terminal:
        terminal.expect(r"a\.napkin: step 10")
        terminal.press("s", "S")
        terminal.until(lambda: any(home.work.glob(".napkin-net-*")), "file that is being written")
        kill(terminal)
    assert (file.stat().st_ino, saved()) == (old, 10)
    with home.start("a.napkin") as terminal:
        terminal.expect(r"a\.napkin: step 10")
        terminal.press(*["s", "S"] * 8)
        terminal.until(lambda: file.stat().st_ino != old, "file that was saved")
        kill(terminal)  # and others on their way
    assert 10 < saved() <= 18


def test_killed_while_it_runs_the_next_start_offers_the_run(home: Home) -> None:
    with home.start("--seed", "7", "--steps", "1000000000000", program=SOON) as terminal:
        terminal.expect("predicts")
        terminal.press(*["]"] * 8, "space")
        terminal.expect(r"step [\d,]{5,} · running")
        terminal.until(lambda: len(home.autosaves) == 1, "autosave")
        kill(terminal)
    (file,) = home.autosaves
    kept = read_session(file.read_bytes()).run
    assert kept.config.seed == 7
    with home.start() as terminal:
        terminal.expect(r"Recovered an unsaved run from \d\d:\d\d\. Press F to open it\.")
        terminal.expect(r"predicts +0\.684")
        terminal.press("F")
        terminal.expect("recovered run from")
        terminal.press("down", "enter")
        terminal.expect(rf"seed 7 +step {kept.here.moment[0]:,} · paused")
        terminal.press("s")
        terminal.expect(rf"step {kept.here.moment[0] + 1:,} · paused")
        assert home.autosaves, "until a normal exit, it is kept"
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert home.autosaves == []
    assert os.listdir(home.work) == []


@pytest.mark.parametrize(
    ("number", "situation", "steps"),
    [
        (signal.SIGINT, while_typing_a_number, range(3, 4)),
        (signal.SIGTERM, training, MANY),
        (signal.SIGHUP, while_training_with_help_open, MANY),
    ],
)
def test_ended_by_a_signal_it_keeps_the_run(
    home: Home, number: signal.Signals, situation: Situation, steps: range
) -> None:
    with home.start("--steps", "1000000000000") as terminal:
        terminal.expect("predicts")
        terminal.press("s", "s", "s")
        terminal.expect("step 3 · paused")
        situation(terminal)
        terminal.signal(number)
        assert terminal.wait_exit() == 128 + number
        assert is_left_in_order(terminal)
        assert "Traceback" not in terminal.text()
    assert read_session(home.autosaves[0].read_bytes()).run.here.moment[0] in steps


def test_a_window_that_is_closed_ends_the_program_and_keeps_the_run(home: Home) -> None:
    with home.start("--steps", "1000000000000") as terminal:
        terminal.expect("predicts")
        training(terminal)
        terminal.hang_up()
        assert terminal.wait_exit() == 128 + signal.SIGHUP
    assert read_session(home.autosaves[0].read_bytes()).run.here.moment[0] in MANY
