"""The real program in a real pseudo-terminal, read through pyte.

`Terminal` is what a person has before them: a screen to read, keys and a mouse to press, a window
to resize or close. The program runs as a shell's foreground job does.

Nothing here sleeps for a fixed time and hopes. Reading and parsing are apart: `drain` only takes
bytes out of the terminal, each piece stamped with the moment it came, and pyte, which is slow, sees
them when somebody looks at the screen. So a measurement never makes the program wait.

Columns and rows count from 0, as Textual's do.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from pyte.screens import Char

from tests.terminal.emulation import CELL, Emulator
from tests.terminal.keyboard import KEYS
from tests.terminal.session import Session, Where

PROGRAM = (sys.executable, "-m", "tui")
"""What starts the program: the interpreter that runs the tests, so no PATH is asked."""

PATIENCE = 60.0
"""Seconds that a test waits for what it expects: the machine may be busy with other things."""
_ROOT = Path(__file__).resolve().parents[2]
_QUESTION = b"\x1b[1;1R"  # a cursor position that nobody asked for: say when all is drawn


class NotShownError(AssertionError):
    """The screen did not come to what was expected of it."""


class Terminal:
    """A program in a pseudo-terminal, from entering the context until leaving it.

    Parameters
    ----------
    *arguments
        What the program is given.
    cols, rows
        The size of the window.
    command
        The words that start the program; `python -m tui` if not given.
    environment
        Changes to the clean environment the program gets; None takes a name away.
    cwd
        Where the program starts: the top of the checkout if not given.
    stdin, stdout, stderr
        What the three standard streams are. What is written to pipes is in `piped`.
    in_band_resize
        A terminal that tells its size in its input (mode 2048), as some modern ones do, and then
        the mouse in pixels too.
    """

    def __init__(
        self,
        *arguments: str,
        cols: int = 80,
        rows: int = 24,
        command: Sequence[str] = PROGRAM,
        environment: Mapping[str, str | None] | None = None,
        cwd: Path | str = _ROOT,
        stdin: Where = "terminal",
        stdout: Where = "terminal",
        stderr: Where = "terminal",
        in_band_resize: bool = False,
    ) -> None:
        self.command = (*command, *arguments)
        self.output = bytearray()
        """All that the program has written to the terminal, as it came."""
        self.bytes = 0
        """How many of them there are."""
        self._emulator = Emulator(cols, rows, in_band_resize=in_band_resize)
        self.screen = self._emulator.screen
        self._environment = dict(environment or {})
        self._cwd = str(cwd)
        self._where: tuple[Where, Where, Where] = (stdin, stdout, stderr)
        self._session: Session | None = None
        self._questions = 0

    # -- from start to end ------------------------------------------------------------------------

    def __enter__(self) -> Self:
        size = (self.screen.columns, self.screen.lines)
        self._session = Session(
            self.command, self._environment, self._cwd, self._where, size, self._take
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    @property
    def _running(self) -> Session:
        if self._session is None:
            raise RuntimeError("the terminal is used outside its context")
        return self._session

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._running.pid

    @property
    def launched(self) -> float:
        """When the program was started, on the clock of `time.perf_counter`."""
        return self._running.launched

    @property
    def exit_code(self) -> int | None:
        """The exit code, or minus the signal that ended the program; None while it runs."""
        return self._running.exit_code

    @property
    def piped(self) -> Mapping[str, bytes]:
        """What was written to standard output and error where they are pipes."""
        return self._running.piped

    @property
    def frames(self) -> int:
        """Synchronized updates the program has begun; each paints one frame."""
        return self._emulator.frames

    def hang_up(self) -> None:
        """Close the window: the program is told with SIGHUP, and its terminal is gone."""
        self._running.hang_up()

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def wait_exit(self, seconds: float = PATIENCE) -> int:
        """Wait for the program to end: its exit code, or minus the signal that ended it."""
        self._until(lambda: self.exit_code is not None, "the program's end", seconds)
        assert self.exit_code is not None
        return self.exit_code

    def left_behind(self) -> list[str]:
        """What the program has changed about the terminal and not put back, in words."""
        left = self._emulator.left_behind()
        return left if self._running.settings_restored else [*left, "terminal settings (termios)"]

    # -- reading ----------------------------------------------------------------------------------

    def _take(self, data: bytes) -> None:
        self.output += data
        self.bytes += len(data)
        if answers := self._emulator.take(data):
            self.send(answers)

    def drain(self, seconds: float = 0.0) -> bool:
        """Take what the program has written, waiting so long at most for it to begin.

        True if something came: output, or word that the program ended. Parses nothing.
        """
        return self._running.drain(seconds)

    def drain_for(self, seconds: float) -> None:
        """Read the output of the program for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.drain(left)

    def parse(self) -> None:
        """Bring the screen up to what has been drained."""
        self._emulator.parse()

    def replay(self, seen: Callable[[float], bool]) -> bool:
        """Parse piece by piece; after each that completes a frame, ask `seen` with its time.

        Stops, leaving the rest for later, and is True, as soon as `seen` is.
        """
        return self._emulator.replay(seen)

    def first_shown(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> float:
        """The `time.perf_counter` at which the frame came with which the condition holds.

        The program is not disturbed meanwhile: parsing waits until 50 ms have been drained.
        """
        end = time.perf_counter() + seconds
        shown = 0.0

        def seen(when: float) -> bool:
            nonlocal shown
            shown = when
            return condition()

        while not self.replay(seen):
            if time.perf_counter() > end or self.exit_code is not None:
                raise self._not_shown("what was waited for", seconds)
            self.drain_for(0.05)
        return shown

    def mode(self, number: int) -> bool:
        """Whether a private mode is on, such as 1049 for the alternate screen."""
        return self._emulator.mode(number)

    def row(self, y: int) -> str:
        """One line of the screen, as wide as the window."""
        return self._emulator.row(y)

    def text(self) -> str:
        """The screen as text, trailing blanks off."""
        return "\n".join(self.row(y).rstrip() for y in range(self.screen.lines))

    def cell(self, x: int, y: int) -> Char:
        """One cell with its style: `data`, `fg`, `bg`, `bold`, `reverse`, `underscore`, ..."""
        self.parse()
        return self.screen.buffer[y][x]

    def find(self, pattern: str) -> tuple[int, int]:
        """The column and row at which the pattern first stands on the screen."""
        for y in range(self.screen.lines):
            if found := re.search(pattern, self.row(y)):
                return found.start(), y
        raise self._not_shown(f"/{pattern}/", 0.0)

    def expect(self, pattern: str, seconds: float = PATIENCE) -> re.Match[str]:
        """Wait until the screen matches; ^ and $ are the ends of lines."""
        compiled = re.compile(pattern, re.MULTILINE)
        self._until(lambda: bool(compiled.search(self.text())), f"/{pattern}/", seconds)
        found = compiled.search(self.text())
        assert found is not None
        return found

    def expect_gone(self, pattern: str, seconds: float = PATIENCE) -> None:
        """Wait until the screen no longer matches."""
        compiled = re.compile(pattern, re.MULTILINE)
        self._until(lambda: not compiled.search(self.text()), f"no /{pattern}/", seconds)

    def drawn(self, seconds: float = PATIENCE) -> None:
        """Wait until the program says that all it was asked so far is done and drawn."""
        self._ask()
        questions = self._questions
        self._until(lambda: self._emulator.answers >= questions, "word that all is drawn", seconds)

    def _ask(self) -> None:
        self._questions += 1
        self.send(_QUESTION)

    def _until(self, condition: Callable[[], bool], what: str, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while True:
            self.parse()
            if not self._emulator.torn and condition():
                return
            left = end - time.perf_counter()
            came = self.drain(left)
            if not came and (left <= 0 or self.exit_code is not None):
                raise self._not_shown(what, seconds)

    def _not_shown(self, what: str, seconds: float) -> NotShownError:
        ended = "" if self.exit_code is None else f"; the program ended with {self.exit_code}"
        return NotShownError(f"no {what} within {seconds:g} s{ended}; the screen:\n{self.text()}")

    # -- keys, mouse, window ----------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Press keys by name, such as "space", "s", "R", "shift+tab", "f1", "ctrl+c"."""
        for key in keys:
            if len(key) != 1 and key not in KEYS:
                raise ValueError(f"no key named {key!r}")
            data = KEYS.get(key, key)
            self.send(data.encode())
            if data == "\x1b":  # what follows at once would be taken for the rest of a sequence
                self._ask()
            self.drain()

    def type(self, text: str) -> None:
        """Type the characters of a text."""
        self.press(*text)

    def click(self, col: int, row: int) -> None:
        """Press and release the left button on a cell."""
        self.send(self._mouse(0, col, row, "M") + self._mouse(0, col, row, "m"))

    def wheel(self, col: int, row: int, up: bool) -> None:
        """Turn the wheel by one notch on a cell."""
        self.send(self._mouse(64 if up else 65, col, row, "M"))

    def _mouse(self, button: int, col: int, row: int, state: str) -> bytes:
        if not self.mode(1006):
            raise AssertionError("the program has not asked for the mouse")
        if self.mode(1016):
            col, row = col * CELL[0], row * CELL[1]
        return f"\x1b[<{button};{col + 1};{row + 1}{state}".encode()

    def resize(self, cols: int, rows: int) -> None:
        """Resize the window."""
        told = self._emulator.resize(cols, rows)
        self._running.set_size(cols, rows)
        self.send(told)

    def send(self, data: bytes) -> None:
        """Send bytes as the terminal does, whatever they mean."""
        if not self._running.send(data, 10.0):
            raise self._not_shown("reading of its input", 10.0)

    # -- what it costs ----------------------------------------------------------------------------

    def cpu_seconds(self) -> float:
        """Processor time the program has used, all its threads, to 10 ms (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Bytes of memory the program holds now, resident (Linux)."""
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        if found is None:
            raise ProcessLookupError("the program has ended")
        return int(found[1]) * 1024
