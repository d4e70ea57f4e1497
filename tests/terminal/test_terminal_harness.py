"""The harness itself, on programs small enough to know what they do to a terminal."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from tests.terminal.terminal import NotShownError, Terminal

PYTHON = (sys.executable, "-S", "-c")

# Tells the terminal's size at every resize, and what is typed, until q; restores the settings.
TALKER = """
import os, signal, sys, termios, tty
def tell(*_):
    size = os.get_terminal_size(0)
    os.write(1, f"\\r\\nsize {size.columns}x{size.lines}\\r\\n".encode())
before = termios.tcgetattr(0)
tty.setraw(0)
signal.signal(signal.SIGWINCH, tell)
tell()
os.write(1, b"\\x1b[?1000h\\x1b[?1006h")
while (data := os.read(0, 100)) != b"q":
    os.write(1, f"{data!r}\\r\\n".encode())
os.write(1, b"\\x1b[?1006l\\x1b[?1000l")
termios.tcsetattr(0, termios.TCSANOW, before)
sys.exit(3)
"""


def test_what_a_program_leaves_behind_is_named() -> None:
    program = r"""
import sys, tty
print("before")
tty.setraw(0)
print("\x1b[?1049h\x1b[?25l\x1b[?1000;1006h\x1b[?2004h\x1b[?1004h\x1b[>25u", end="")
print("\x1b[HHello, terminal")
"""
    with Terminal(program, command=PYTHON) as terminal:
        terminal.expect("^Hello, terminal$")
        assert "before" not in terminal.text(), "the alternate screen starts empty"
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == [
            "cursor (25 off)",
            "mouse (1000 on)",
            "focus events (1004 on)",
            "mouse (1006 on)",
            "alternate screen (1049 on)",
            "bracketed paste (2004 on)",
            "kitty keyboard (1 deep)",
            "terminal settings (termios)",
        ]


def test_a_program_that_restores_leaves_nothing_behind() -> None:
    program = r"""
import termios, tty
before = termios.tcgetattr(0)
print("before", flush=True)
tty.setcbreak(0)
print("\x1b[?1049h\x1b[?25l\x1b[>25u\x1b[HHello\x1b[<u\x1b[?1049l\x1b[?25h", end="", flush=True)
termios.tcsetattr(0, termios.TCSANOW, before)
"""
    with Terminal(program, command=PYTHON) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == []
        assert terminal.text().strip() == "before", "the first screen is back"


def test_keys_mouse_and_size_reach_the_program() -> None:
    with Terminal(TALKER, command=PYTHON, cols=70, rows=20) as terminal:
        terminal.expect("size 70x20")
        terminal.resize(50, 12)
        terminal.expect("size 50x12")
        for key, seen in [("space", "b' '"), ("shift+tab", r"b'\x1b[Z'"), ("ctrl+c", r"b'\x03'")]:
            terminal.press(key)
            terminal.expect("^" + "".join(f"[{c}]" if c not in "\\[" else "\\" + c for c in seen))
        terminal.click(4, 2)
        terminal.expect(r"<0;5;3M")
        terminal.press("esc")  # with the question behind it: no key makes it a longer sequence
        terminal.expect(r"^b'\\x1b\\x1b\[1;1R'$")
        terminal.press("x")
        terminal.expect(r"^b'x'$")
        terminal.press("q")
        assert terminal.wait_exit() == 3
        assert terminal.left_behind() == []


def test_colours_and_bold_of_a_cell() -> None:
    program = r"print('\x1b[1;38;2;255;128;0;48;2;0;0;64mhot\x1b[0m ok')"
    with Terminal(program, command=PYTHON) as terminal:
        terminal.expect("ok")
        x, y = terminal.find("hot")
        cell = terminal.cell(x, y)
        assert (cell.data, cell.fg, cell.bg, cell.bold) == ("h", "ff8000", "000040", True)
        assert not terminal.cell(x + 4, y).bold


def test_a_query_is_answered_and_frames_are_counted() -> None:
    program = r"""
import os, tty
tty.setraw(0)
os.write(1, b"\x1b[?2026$p\x1b[?2048$p")
answer = b""
while answer.count(b"y") < 2:
    answer += os.read(0, 100)
for n in range(3):
    os.write(1, b"\x1b[?2026h\x1b[Hframe %d\x1b[?2026l" % n)
os.write(1, b"\r\n%r" % answer)
"""
    with Terminal(program, command=PYTHON) as terminal:
        assert terminal.wait_exit() == 0
        assert "frame 2" in terminal.text()
        assert r"b'\x1b[?2026;2$y\x1b[?2048;0$y'" in terminal.text()
        assert terminal.frames == 3


def test_no_byte_of_the_last_output_is_lost() -> None:
    with Terminal("print('x' * 200_000 + '.', end='')", command=PYTHON) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.bytes == 200_001
        assert terminal.text().endswith("x\n.")


@pytest.mark.parametrize(
    ("name", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_a_signal_is_told_from_an_exit_code(name: signal.Signals, code: int) -> None:
    program = "import time; print('ready', flush=True); time.sleep(60)"
    with Terminal(program, command=PYTHON) as terminal:
        terminal.expect("ready")
        terminal.signal(name)
        assert terminal.wait_exit() == code


def test_closing_the_window_hangs_up() -> None:
    program = "import time; print('ready', flush=True); time.sleep(60)"
    with Terminal(program, command=PYTHON) as terminal:
        terminal.expect("ready")
        terminal.hang_up()
        assert terminal.wait_exit() == -signal.SIGHUP


def test_streams_that_are_no_terminal() -> None:
    program = """
import os, sys
print("on stdout")
sys.stderr.write(str([os.isatty(fd) for fd in range(3)]))
sys.stderr.write(repr(sys.stdin.read()))
"""
    with Terminal(program, command=PYTHON, stdin="null", stderr="pipe") as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.text().strip() == "on stdout"
        assert terminal.piped["stderr"] == b"[False, True, False]''"


def test_the_environment_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "7")
    program = "import os; print(sorted(os.environ)); print(os.environ['HOME'])"
    changes = {"COLORTERM": None, "EXTRA": "1"}
    with Terminal(program, command=PYTHON, environment=changes) as terminal:
        assert terminal.wait_exit() == 0
        own = ["XDG_CONFIG_HOME", "XDG_STATE_HOME"]
        assert str(["EXTRA", "HOME", "LANG", "PATH", "TERM", *own]) in terminal.text()
        assert "napkin-home-" in terminal.text()


def test_what_does_not_come_fails_with_the_screen() -> None:
    with Terminal("print('something else')", command=PYTHON) as terminal:
        terminal.wait_exit()
        with pytest.raises(NotShownError, match="no /never/") as failure:
            terminal.expect("never", seconds=0.2)
        assert "something else" in str(failure.value)


def test_a_program_that_is_not_there() -> None:
    with Terminal(command=["/nonexistent/program"]) as terminal:
        assert terminal.wait_exit() == 127
        assert "No such file" in terminal.text()


def test_nothing_outlives_the_context() -> None:
    before = sorted(os.listdir("/dev/fd"))
    program = "import time; print('ready', flush=True); time.sleep(60)"
    with Terminal(program, command=PYTHON, stdin="pipe", stdout="terminal") as terminal:
        terminal.expect("ready")
        pid = terminal.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert sorted(os.listdir("/dev/fd")) == before
