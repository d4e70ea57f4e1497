"""Session files: opened and saved, with whatever goes wrong said in one line."""

import os

from core.errors import SessionError
from core.parsing import MOST_BYTES
from core.plain_files import read_whole, words_of
from core.replacing import replacing_bytes
from core.session import Session, written
from core.session_reading import read_session
from tui.options import printable

SUFFIX = ".napkin"
"""What the name of a session file ends with, unless somebody wants it otherwise."""


class FileProblem(Exception):
    """A file that cannot be opened or saved; it says in one line which, and why."""


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


def shown(path: str) -> str:
    """Write a path as short as it is clear: from here, or from home, and fit for a terminal."""
    here, home = os.getcwd(), os.path.expanduser("~")
    for folder, short in ((here, ""), (home, "~/")):
        if path.startswith(f"{folder.rstrip('/')}/"):
            path = short + path[len(folder.rstrip("/")) + 1 :]
            break
    return printable(path)
