"""A sweep in the real program: processes train, the screen answers, and nothing is left behind."""

import os
import time
from pathlib import Path

import pytest

from tests.terminal.terminal import PATIENCE, Terminal


def children_of(pid: int) -> set[int]:
    """Find the processes below one (Linux)."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= {int(child), *children_of(int(child))}
    return found


def is_over(pid: int) -> bool:
    """Whether a process has ended; nobody may have asked yet how."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


@pytest.mark.skipif(
    not os.path.exists(f"/proc/{os.getpid()}/task/{os.getpid()}/children"),
    reason="only Linux tells the processes below one in a file",
)
def test_processes_train_a_sweep_and_end_with_the_program() -> None:
    with Terminal(cols=100, rows=30) as terminal:
        terminal.expect("predicts")
        terminal.press("C")
        terminal.expect("12 runs")
        terminal.type("0.1")
        terminal.press("down", "down", "down")
        # Three short runs come first; the rest is so long that processes are worth their start.
        terminal.type("5,900000000")
        terminal.press("enter")
        terminal.expect("3 of 6 runs, about")
        workers = children_of(terminal.pid)
        assert len(workers) > 1
        # The screen answers: a run that is done is opened, trained again, and left.
        terminal.press("enter")
        terminal.expect(r"step 5 · steps taken")
        assert not all(map(is_over, workers))
        terminal.press("C")
        terminal.expect("3 of 6 runs, about")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == []
        end = time.monotonic() + PATIENCE
        while not all(map(is_over, workers)):
            assert time.monotonic() < end, "a process is left behind"
            time.sleep(0.01)
