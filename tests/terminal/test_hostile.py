"""What a terminal, a shell or an impatient person can do to the program, and it must survive."""

import signal
import subprocess
import sys
import time

import pytest

from tests.terminal.terminal import Terminal

PROGRAM = [sys.executable, "-m", "tui"]


def test_stopped_and_continued_it_can_still_be_ended() -> None:
    with Terminal() as terminal:
        terminal.expect("predicts")
        terminal.signal(signal.SIGSTOP)
        terminal.signal(signal.SIGCONT)
        terminal.press("s")
        terminal.expect("step 1 ")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == []


@pytest.mark.parametrize(
    "what",
    [b"\xff", b"\xe2\x80a", b"\x1b[M\xff\xff\xff", b"\x1b[1114112u", b"\x1b[99999999999999u"],
)
def test_bytes_that_are_no_input_are_passed_over(what: bytes) -> None:
    with Terminal() as terminal:
        terminal.expect("predicts")
        terminal.send(what)
        terminal.drawn()
        terminal.press("s")
        terminal.expect("step 1 ")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == []


@pytest.mark.parametrize("keys", [b"step\r\r\r", b"\x1b[B\r\r\r", b"\x1b[6~"])
def test_keys_faster_than_the_palette_do_not_end_the_program(keys: bytes) -> None:
    with Terminal() as terminal:
        terminal.expect("predicts")
        terminal.send(b"\x10" if keys != b"\x1b[6~" else b"\x10\x1b[6~")
        if keys != b"\x1b[6~":
            terminal.expect("find a command|One step|Take one step")
            terminal.send(keys)
        terminal.drawn()
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == 143
        assert terminal.left_behind() == []


def test_a_signal_while_the_screen_opens_leaves_nothing_behind() -> None:
    with Terminal() as terminal:
        deadline = time.monotonic() + 20
        while not terminal.mode(1049) and time.monotonic() < deadline:
            terminal.drain()
        terminal.signal(signal.SIGHUP)
        assert terminal.wait_exit() == 129
        assert terminal.left_behind() == []


def test_quitting_a_long_evaluation_says_nothing() -> None:
    with Terminal("--images", "300000", "--hidden", "64,64") as terminal:
        terminal.expect("predicts", seconds=30)
        terminal.press("space", "q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == []
        assert "Traceback" not in terminal.text()
        assert "exception" not in terminal.text()


@pytest.mark.parametrize(("sign", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_train_told_to_end_puts_the_terminal_in_order(sign: signal.Signals, status: int) -> None:
    words = ["train", "--steps", "100000000", "--learning-rate", "1e-9"]
    with Terminal(command=[*PROGRAM, *words]) as terminal:
        terminal.expect("loss 0")
        terminal.signal(sign)
        assert terminal.wait_exit() == status
        assert terminal.left_behind() == []
        assert "interrupted" in terminal.text()


@pytest.mark.parametrize("word", ["a" * 400, "", "a\nb", "--no\x1b[31m"])
def test_whatever_the_words_are_the_answer_is_one_plain_line(word: str) -> None:
    done = subprocess.run([*PROGRAM, word], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.rstrip("\n").isprintable()


def test_where_nothing_can_be_written_it_says_so() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*PROGRAM, "train", "--steps", "3"], stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert done.returncode == 1
    assert done.stderr.decode().strip() == "napkin-net: cannot write: No space left on device"
    table = [*PROGRAM, "train", "--steps", "3", "--csv", "/dev/full"]
    done = subprocess.run(table, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1


def test_closed_streams_are_no_terminal() -> None:
    done = subprocess.run(
        f"exec {sys.executable} -m tui <&-", shell=True, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr


def test_the_environments_idea_of_the_size_is_not_believed() -> None:
    with Terminal(environment={"COLUMNS": "500", "LINES": "3"}) as terminal:
        terminal.expect(r"predicts 0\.684")
        terminal.expect(r"\? keys")


def test_an_empty_no_color_means_nothing() -> None:
    with Terminal(environment={"NO_COLOR": ""}) as terminal:
        terminal.expect(r"predicts 0\.684")
        assert "░" not in terminal.text()
