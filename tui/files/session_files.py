"""Session files: opened and saved, with every error in one line."""

import os
from contextlib import suppress
from dataclasses import dataclass

from core.atomic import read_whole, replacing_bytes, words_of
from core.errors import SessionError
from core.files import MOST_BYTES, Session, read_session, written
from core.images import Image
from core.run import Trainer
from tui.words.phrases import printable

SUFFIX = ".napkin"
"""What the name of a session file ends with, unless somebody wants it otherwise."""


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


@dataclass(frozen=True, eq=False)
class Opened:
    """A run from a file, ready to go on."""

    path: str
    """The file."""
    trainer: Trainer
    """The run."""
    image: Image
    """The selected image."""


def open_run(path: str) -> Opened:
    """Read a session from a file, and make its run.

    Raises
    ------
    FileProblem
        If it cannot be read, is none, or no run can be made of it.
    """
    try:
        session = open_session(path)
        return Opened(path, session.trainer(), session.image)
    except FileProblem:
        raise
    except MemoryError:
        raise FileProblem(f"{shown(path)}: there is not enough memory for it") from None
    except Exception as error:
        # What a file can do that nobody thought of must not cost the run that is open.
        words = f"cannot be opened ({type(error).__name__})"
        raise FileProblem(f"{shown(path)}: {words}") from error


def save_session(path: str, session: Session) -> None:
    """Write a session to a file.

    Raises
    ------
    FileProblem
        If that cannot be; an older file is then as it was.
    """
    try:
        with replacing_bytes(path) as file:
            file.writelines(written(session))
    except (OSError, ValueError) as error:
        raise FileProblem(f"{shown(path)}: {words_of(error)}") from None


def short(path: str) -> str:
    """Write a path as short as it is clear: from here, or from home."""
    with suppress(OSError):  # where it was started may be gone
        for folder, name in ((os.getcwd(), ""), (os.path.expanduser("~"), "~/")):
            begun = f"{folder.rstrip('/')}/"
            if path.startswith(begun):
                return name + path[len(begun) :]
    return path


def shown(path: str) -> str:
    """Write a path for a person to read: it cannot do anything to the terminal."""
    return printable(short(path))
