"""Writing to standard output, which may be closed, full, or without a reader."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from core.atomic import replacing, words_of
from tui import PROGRAM, endings
from tui.words.phrases import printable

CANNOT_WRITE = 1
"""The exit status if a result could not be written, wherever that was."""
NO_MEMORY = 1
"""The exit status if an engine's device has too little memory."""


def print_all(write: Callable[[TextIO], object], instead: str) -> int:
    """Write to standard output; return the exit status.

    Parameters
    ----------
    write : callable
        Writes all of it to a stream.
    instead : str
        What to do if there is no standard output, in words.
    """
    if sys.stdout is None:  # it was closed
        return no_output(instead)
    try:
        write(sys.stdout)
        sys.stdout.flush()
    except OSError as error:
        return cannot_write(error)
    return 0


def print_text(text: str, instead: str) -> int:
    """Write a text to standard output, in ASCII where its encoding lacks a character of it.

    Return the exit status; `instead` is as for `print_all`.
    """

    def write(stream: TextIO) -> None:
        try:
            stream.write(text)
        except UnicodeEncodeError:  # nothing of it is written then
            from tui.terminal.glyphs import ascii_only

            stream.write(ascii_only(text))

    return print_all(write, instead)


def no_output(instead: str) -> int:
    """Print that there is no standard output, and the alternative; return the exit status."""
    complain(f"{PROGRAM}: there is no standard output; {instead}\n")
    return CANNOT_WRITE


def cannot_write(error: OSError | ValueError, what: str = "cannot write") -> int:
    """Print why a file or standard output takes nothing; return the exit status."""
    # Where whoever was to read this has gone, nothing is worth saying, here or when Python ends.
    if not isinstance(error, BrokenPipeError):
        complain(f"{PROGRAM}: {printable(what)}: {words_of(error)}\n")
    return CANNOT_WRITE


def complain(lines: str) -> None:
    """Print on standard error, which may be closed or full: then there is nowhere to say so."""
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(lines)
            sys.stderr.flush()


def write_out(out: str, write: Callable[[TextIO], object]) -> int:
    """Write to what `--out` names, a file or - for standard output; return the exit status."""
    if out == "-":
        return print_all(write, "write to a file with --out")
    try:
        with replacing(out) as stream:
            write(stream)
    except (OSError, ValueError) as error:
        return cannot_write(error, f"--out {out!r}")
    return 0


class Interruptions:
    """Whether ctrl+c was pressed, or the program received another signal to end."""

    def __init__(self) -> None:
        self.by = 0
        """The signal's number; 0: none has come."""
        self.then: Callable[[], object] | None = None
        """Called at once when one comes, from within whatever is being computed."""

    def __call__(self) -> bool:
        """Whether to stop."""
        return self.by != 0

    def note(self, number: int, _: object) -> None:
        """Note the signal."""
        self.by = number
        if self.then is not None:
            self.then()


@contextmanager
def interruptions() -> Iterator[Interruptions]:
    """Turn ctrl+c and the like into a question that the training asks: nothing is lost."""
    seen = Interruptions()
    before = {number: signal.signal(number, seen.note) for number in endings()}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
