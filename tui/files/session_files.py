"""Session files: opened and saved, with every error in one line."""

import os
import shlex
from contextlib import suppress
from typing import TypeAlias

from core.atomic import read_whole, replacing_bytes, words_of
from core.errors import SessionError
from core.files import MOST_BYTES, Session, read_session, written
from core.images import Image
from core.run import Trainer
from core.structs import Struct
from tui.words.phrases import printable

SUFFIX = ".napkin"
"""What the name of a session file ends with, unless somebody wants it otherwise."""
COMMANDS = ("train", "data", "export")
"""Words behind `napkin-net` that name no file."""


Stamp: TypeAlias = tuple[int, int, int]
"""What differs once a file was written again: its time, its size, and which file it is."""


def stamp_of(path: str) -> Stamp | None:
    """Return what differs once another program writes a file; None if there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class FileProblem(Exception):
    """A file that cannot be opened or saved; its message is one line: which file, and why."""


def open_session(path: str) -> Session:
    """Read a session from a file.

    Raises
    ------
    FileProblem
        If it cannot be read, or is none.
    """
    try:
        return read_session(read_whole(path, MOST_BYTES))
    except SessionError as error:
        raise FileProblem(f"{shown(path)}: {error}") from None
    except (OSError, ValueError) as error:
        raise FileProblem(f"{shown(path)}: {words_of(error)}") from None


class Opened(Struct, eq=False):
    """A run from a file, ready to go on."""

    path: str
    """The file."""
    trainer: Trainer
    """The run."""
    image: Image
    """The selected image."""
    stamp: Stamp | None = None
    """What the file was like when it was read."""
    absent_engine: str | None = None
    """The engine that it was saved with, if that is not installed here."""


def open_run(path: str) -> Opened:
    """Read a session from a file, and make its run.

    Raises
    ------
    FileProblem
        If it cannot be read, is none, or no run can be made of it.
    """
    try:
        stamp = stamp_of(path)
        session = open_session(path)
        return Opened(path, session.trainer(), session.image, stamp, session.absent_engine)
    except FileProblem:
        raise
    except MemoryError:
        raise FileProblem(f"{shown(path)}: there is not enough memory for it") from None
    except Exception as error:
        # What a file can do that nobody thought of must not cost the run that is open.
        words = f"cannot be opened ({type(error).__name__})"
        raise FileProblem(f"{shown(path)}: {words}") from error


def save_session(path: str, session: Session) -> Stamp | None:
    """Write a session to a file; return what the file is like then.

    Raises
    ------
    FileProblem
        If that cannot be; an older file is then as it was.
    """
    try:
        with replacing_bytes(path) as file:
            file.writelines(written(session))
        return stamp_of(path)
    except (OSError, ValueError) as error:
        raise FileProblem(f"{shown(path)}: {words_of(error)}") from None


def absolute(path: str) -> str:
    """Return the whole of a path; where the program was started may be gone, and then it stays."""
    with suppress(OSError):
        return os.path.abspath(path)
    return path


def short(path: str) -> str:
    """Write a path as short as it is clear: from here, or from home."""
    folder, name = _shortest(path)
    return folder + name


def typed(path: str) -> str | None:
    """Write a path as it can be typed behind `napkin-net` in a shell; None if it cannot be shown.

    What would be taken for an option or a command begins with ./, and marks that mean something to
    the shell are quoted.
    """
    folder, name = _shortest(path)
    if not name.isprintable():
        return None
    if not folder and (name.startswith("-") or name in COMMANDS):
        folder = "./"
    return folder + shlex.quote(name)


def _shortest(path: str) -> tuple[str, str]:
    """Split a path: where it begins, which is empty for here, ~/ for home, and the rest of it."""
    with suppress(OSError):  # where it was started may be gone
        for folder, name in ((os.getcwd(), ""), (os.path.expanduser("~"), "~/")):
            begun = f"{folder.rstrip('/')}/"
            if path.startswith(begun):
                return name, path[len(begun) :]
    return "", path


def shown(path: str) -> str:
    """Write a path for a person to read: it cannot do anything to the terminal."""
    return printable(short(path))
