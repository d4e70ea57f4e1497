"""What a terminal, a shell or an impatient person can do to the program, and it must survive."""

import re
import signal
import subprocess
import sys

import pytest

from tests.terminal.terminal import Terminal
from tests.terminal.test_repaint import cells

PROGRAM = [sys.executable, "-m", "tui"]

NO_INPUT = (b"\xff", b"\xe2\x80h", b"\x1b[M\xff\xff\xff", b"\x1b[1114112u", b"\x1b[99999999999999u")
"""Bytes that are no text, a mouse beyond the screen, keys that are no characters."""
EAGER = (("find a command", b"step\r\r\r"), ("find a command", b"\x1b[B\r\r\r"), ("", b"\x1b[6~"))
"""What is typed into the palette, as soon as so much of it is there."""


def steps_again(terminal: Terminal, what: object) -> None:
    """See that the program still takes a step when asked to.

    What was read in one piece with what is no input is lost with it, so a person asks again.
    """
    found = terminal.expect(r"step (\d+) · ")

    def has_stepped() -> bool:
        terminal.press("s")
        again = re.search(r"step (\d+) · ", terminal.row(0))
        return again is not None and int(again[1]) > int(found[1])

    terminal.until(has_stepped, f"step after {what!r}")
    terminal.drawn()


def test_a_wrong_environment_a_stop_bytes_that_are_no_input_and_keys_too_fast_end_nothing() -> None:
    # What the environment says of the size is not believed, nor a NO_COLOR that is empty.
    with Terminal(environment={"COLUMNS": "500", "LINES": "3", "NO_COLOR": ""}) as terminal:
        terminal.expect(r"predicts 0\.684")
        terminal.expect(r"\? keys")
        assert "░" not in terminal.text()
        terminal.signal(signal.SIGSTOP)
        terminal.signal(signal.SIGCONT)
        terminal.press("s")
        terminal.expect("step 1 ")
        for what in NO_INPUT:
            terminal.send(what)
            steps_again(terminal, what)
        for shown, keys in EAGER:
            terminal.send(b"\x10")
            if shown:
                terminal.expect(shown)
            terminal.send(keys)
            terminal.drawn()
            assert terminal.exit_code is None, keys
            terminal.press("esc", "esc")
            terminal.drawn()
            terminal.expect(r"\? keys")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == 128 + signal.SIGTERM
        assert terminal.left_behind() == []


def test_stopped_as_a_job_of_a_shell_it_comes_back_as_it_was() -> None:
    shell = ("bash", "--norc", "--noprofile", "-i")
    with Terminal(command=shell, environment={"PS1": "ready "}) as terminal:
        terminal.expect("^ready")
        at_first = terminal.left_behind()
        # What started it stays in the same job, and waits.
        terminal.send(f"sh -c '{' '.join(PROGRAM)}; true'\r".encode())
        terminal.expect("predicts")
        terminal.press("s")
        terminal.expect("step 1 · paused")
        # The keypad under kitty's protocol: + on a weight, and then enter 1 . 5 enter.
        terminal.press("tab")
        terminal.send(b"\x1b[57413;129;43u")
        terminal.expect(r"\+0\.9579")
        terminal.send(b"\x1b[57414;129;13u")
        terminal.expect("enter: accept")
        terminal.send(b"\x1b[57400;129;49u\x1b[57409u\x1b[57404u\x1b[57414u")
        terminal.expect(r"\+1\.5000")
        terminal.drawn()
        as_it_was, modes = cells(terminal), terminal.left_behind()
        for sent, answer in ((b"\x1a", b"fg\r"), (b"\x1b[27;5;122~", b"bg\r")):
            terminal.send(sent)
            terminal.expect(r"^\[1\]\+ +Stopped")
            terminal.expect("^ready$")
            assert terminal.left_behind() == at_first
            terminal.send(answer)
            if answer == b"bg\r":  # it needs the terminal, and stops again
                terminal.until(lambda: is_stopped(terminal), "second stop")
                terminal.send(b"fg\r")
            terminal.expect("predicts")
            terminal.drawn()
            assert cells(terminal) == as_it_was
            assert terminal.left_behind() == modes
        terminal.press("q")
        terminal.expect_gone("predicts")
        terminal.until(lambda: has_left(terminal), "end of the shell")
        assert terminal.wait_exit() == 0


def has_left(terminal: Terminal) -> bool:
    """Whether the shell has ended; asked too early, the program that ends takes the words away."""
    if terminal.exit_code is None:
        terminal.send(b"exit\r")
        terminal.drain(0.1)
    return terminal.exit_code is not None


def is_stopped(terminal: Terminal) -> bool:
    """Whether the shell has noticed that its job was stopped; asked, it answers with a line."""
    terminal.send(b"\r")
    terminal.drain(0.1)
    return bool(re.search(r"bg$(.|\n)*Stopped", terminal.text(), re.MULTILINE))


def test_a_signal_while_the_screen_opens_leaves_nothing_behind() -> None:
    with Terminal() as terminal:
        terminal.until(lambda: terminal.mode(1049), "alternate screen")
        terminal.signal(signal.SIGHUP)
        assert terminal.wait_exit() == 128 + signal.SIGHUP
        assert terminal.left_behind() == []


def test_quitting_a_long_evaluation_says_nothing() -> None:
    with Terminal("--images", "300000", "--hidden", "64,64") as terminal:
        terminal.expect("predicts")
        terminal.press("space", "q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == []
        assert "Traceback" not in terminal.text()
        assert "exception" not in terminal.text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_train_told_to_end_puts_the_terminal_in_order(number: signal.Signals) -> None:
    with Terminal("train", "--steps", "100000000", "--learning-rate", "1e-9") as terminal:
        terminal.expect("loss 0")
        terminal.signal(number)
        assert terminal.wait_exit() == 128 + number
        assert terminal.left_behind() == []
        assert "interrupted" in terminal.text()


def test_where_nothing_can_be_written_it_says_so() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*PROGRAM, "train", "--steps", "3"], stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert done.stderr.decode().strip() == "napkin-net: cannot write: the disk is full"
    table = [*PROGRAM, "train", "--steps", "3", "--csv", "/dev/full"]
    done = subprocess.run(table, capture_output=True)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1


def test_closed_streams_are_no_terminal() -> None:
    done = subprocess.run(
        f"exec {sys.executable} -m tui <&-", shell=True, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
