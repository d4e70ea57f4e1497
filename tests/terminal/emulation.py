"""What a terminal does with the bytes it gets: the screen, the modes, the answers to questions."""

from __future__ import annotations

import codecs
import re
import time
from collections import deque
from collections.abc import Callable

import pyte
from pyte.screens import Char

CELL = (10, 20)
"""Pixels of a cell, where a program asks for the mouse in pixels."""

_ON_AT_FIRST = {7, 25}  # private modes a terminal starts with: line wrap, a visible cursor
_ALTERNATE = (47, 1047, 1049)
_MODES = {
    7: "line wrap",
    25: "cursor",
    **dict.fromkeys(_ALTERNATE, "alternate screen"),
    **dict.fromkeys((1000, 1002, 1003, 1006, 1015, 1016), "mouse"),
    1004: "focus events",
    2004: "bracketed paste",
    2026: "synchronized output",
    2048: "in-band resize",
}

# What a terminal answers, or counts, as it reads: kitty's keyboard stack (CSI > u, CSI < u),
# private modes (CSI ? h), questions about them (CSI ? $p).
_ASKED = re.compile(rb"\x1b\[(?:([<>])([0-9]*)[0-9;]*u|\?([0-9]+)(\$p|h))")
# What pyte would print, or take for something else.
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[(?:[<=>][0-9;:]*[a-zA-Z]|\?[0-9;]*(?:\$p|[mu]))")
_MOST = re.compile(r"\x1b\[([0-9;]*)([mH])")
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*)?")


class Screen(pyte.Screen):
    """pyte's screen, with the alternate screen, which it lacks, and a record of the modes."""

    def __init__(self, columns: int, lines: int) -> None:
        self.private: dict[int, bool] = {}
        self._main: tuple[dict[int, dict[int, Char]], int, int] | None = None
        super().__init__(columns, lines)

    def set_mode(self, *modes: int, **kwargs: bool) -> None:
        if kwargs.get("private"):
            self.private.update(dict.fromkeys(modes, True))
            if self._main is None and not set(_ALTERNATE).isdisjoint(modes):
                lines = {y: dict(line) for y, line in self.buffer.items()}
                self._main = (lines, self.cursor.x, self.cursor.y)
                self.erase_in_display(2)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: bool) -> None:
        if kwargs.get("private"):
            self.private.update(dict.fromkeys(modes, False))
            if self._main is not None and not set(_ALTERNATE).isdisjoint(modes):
                lines, self.cursor.x, self.cursor.y = self._main
                self._main = None
                self.buffer.clear()
                for y, line in lines.items():
                    self.buffer[y].update(line)
                self.dirty.update(range(self.lines))
        super().reset_mode(*modes, **kwargs)


class Stream(pyte.Stream):
    """pyte's stream, which reads a sequence character by character: here not those that come most.

    Of all that a frame has besides text, nearly everything sets a style or moves the cursor.
    """

    def feed(self, data: str) -> None:
        screen, place = self.listener, 0
        assert screen is not None
        for found in _MOST.finditer(data):
            super().feed(data[place : found.start()])
            place = found.start()
            if self._taking_plain_text:  # and not within another sequence
                numbers = (int(number or 0) for number in found[1].split(";"))
                is_move = found[2] == "H"
                (screen.cursor_position if is_move else screen.select_graphic_rendition)(*numbers)
                place = found.end()
        super().feed(data[place:])


class Emulator:
    """Bytes in, a screen out; they are parsed when somebody looks, not when they come.

    Parameters
    ----------
    cols, rows
        The size of the screen.
    in_band_resize
        Whether it can tell its size in its input (mode 2048).
    """

    def __init__(self, cols: int, rows: int, *, in_band_resize: bool) -> None:
        self.screen = Screen(cols, rows)
        self.frames = 0
        """Synchronized updates begun; each paints one frame."""
        self.answers = 0
        """Times that the program has said: all that was asked is done and drawn."""
        self._in_band_resize = in_band_resize
        self._stream = Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rows: dict[int, str] = {}
        self._unread: deque[tuple[float, bytes]] = deque()
        self._carry = b""
        self._kitty = 0

    def take(self, data: bytes) -> bytes:
        """Keep what has come, stamped with the time; give what the terminal answers to it."""
        now = time.perf_counter()
        data = self._carry + data
        start = data.rfind(b"\x1b")
        if start < 0 or not _UNFINISHED.fullmatch(data, start):
            start = len(data)
        data, self._carry = data[:start], data[start:]
        self.answers += data.count(b"\x1b[0n")
        answers = b""
        for asked in _ASKED.finditer(data):
            direction, count, mode, verb = asked.groups()
            if direction == b">":
                self._kitty += 1
            elif direction == b"<":
                self._kitty = max(0, self._kitty - int(count or 1))
            elif verb == b"$p":
                known = mode == b"2026" or (mode == b"2048" and self._in_band_resize)
                answers += b"\x1b[?%s;%d$y" % (mode, 2 if known else 0)
            elif mode == b"2026":
                self.frames += 1
            elif mode == b"2048":
                answers += self.size_told()
        if data:
            self._unread.append((now, _UNKNOWN_TO_PYTE.sub(b"", data)))
        return answers

    def parse(self) -> None:
        """Bring the screen up to what has come."""
        while self._unread:
            self._feed(self._unread.popleft()[1])

    def _feed(self, data: bytes) -> None:
        self._stream.feed(self._decoder.decode(data))

    def replay(self, seen: Callable[[float], bool]) -> bool:
        """Parse piece by piece; after each that completes a frame, ask `seen` with its time.

        Stops, leaving the rest for later, and is True, as soon as `seen` is.
        """
        pieces, self._unread = self._unread, deque()  # so that looking parses no further
        try:
            while pieces:
                when, data = pieces.popleft()
                self._feed(data)
                if not self.torn and seen(when):
                    return True
            return False
        finally:
            self._unread.extendleft(reversed(pieces))

    @property
    def torn(self) -> bool:
        """Whether the screen, as parsed so far, is in the middle of a frame."""
        return self.screen.private.get(2026, False)

    def mode(self, number: int) -> bool:
        """Whether a private mode is on."""
        self.parse()
        return self.screen.private.get(number, number in _ON_AT_FIRST)

    def row(self, y: int) -> str:
        """One line of the screen, as wide as the window."""
        self.parse()
        for dirty in self.screen.dirty:
            line = self.screen.buffer[dirty]
            self._rows[dirty] = "".join(line[x].data for x in range(self.screen.columns))
        self.screen.dirty.clear()
        return self._rows.get(y, " " * self.screen.columns)

    def resize(self, cols: int, rows: int) -> bytes:
        """Resize; return the in-band report that a program may have asked for."""
        in_band = self.mode(2048)
        self.screen.resize(rows, cols)
        self.screen.dirty.update(range(rows))
        self._rows.clear()
        return self.size_told() if in_band else b""

    def size_told(self) -> bytes:
        """The size as in-band resize tells it."""
        cols, rows = self.screen.columns, self.screen.lines
        return b"\x1b[48;%d;%d;%d;%dt" % (rows, cols, rows * CELL[1], cols * CELL[0])

    def left_behind(self) -> list[str]:
        """Modes that are not as they were at first, in words."""
        self.parse()
        left = [
            f"{_MODES.get(mode, 'mode')} ({mode} {'on' if on else 'off'})"
            for mode, on in sorted(self.screen.private.items())
            if on != (mode in _ON_AT_FIRST)
        ]
        if self._kitty > 0:
            left.append(f"kitty keyboard ({self._kitty} deep)")
        return left
