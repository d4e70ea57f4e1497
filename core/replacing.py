"""Writing a file so that, whatever happens, the old one or the new one is there, and whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


@contextmanager
def replacing(path: str) -> Iterator[TextIO]:
    """Open a text file that takes the place of another only once all of it is on the disk.

    What is no plain file, such as a pipe, is written to as it is.

    Parameters
    ----------
    path : str
        The file; a link to it stays a link.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind then.
    """
    path = os.path.realpath(path)
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    name = f".napkin-net-{os.getpid()}-{os.urandom(4).hex()}"
    temporary = os.path.join(os.path.dirname(path), name)
    try:
        with open(temporary, "x", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if os.path.exists(path):
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(os.path.dirname(path))


def _sync_folder(folder: str) -> None:
    """See to it that the new name is on the disk too, where folders can be synced."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
