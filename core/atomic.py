"""Files: reading with a size limit, and replacing as a whole or not at all.

What is written goes to a temporary file in the same folder, is made to reach the disk, and takes
the other's name in one step. Whatever fails or is killed on the way leaves the old file as it was.
"""

import errno
import fcntl
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import BinaryIO, TextIO

_WORDS = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "you may not read or write it",
    errno.EPERM: "you may not change it",
    errno.EROFS: "this disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your quota on this disk is used up",
    errno.EFBIG: "it would be larger than a file may be here",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "there is a file where a folder should be",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its symbolic links lead nowhere",
    errno.EEXIST: "there is such a file already",
    errno.ENOMEM: "there is not enough memory for it",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.EBUSY: "another program uses it",
    errno.ETXTBSY: "it is a program that runs",
    errno.EIO: "it does not answer: input/output error",
    errno.EPIPE: "nobody reads it",
    errno.ENXIO: "nobody reads it",
    errno.ESTALE: "its network folder is gone",
    errno.ETIMEDOUT: "its network folder does not answer",
    errno.EINVAL: "a file cannot have this name here",
    errno.EILSEQ: "a file cannot have this name here",
}
"""What a person may be told by the system; any other error has its short name."""


def words_of(error: OSError | ValueError) -> str:
    """Return why a file could not be read or written."""
    if isinstance(error, ValueError):  # a name with a zero byte in it, or one that is no text
        return "a file cannot have this name"
    if error.errno is None:
        return str(error)
    unknown = f"the system reports {errno.errorcode.get(error.errno, error.errno)}"
    return _WORDS.get(error.errno, unknown)


def is_same(path: str | None, other: str | None) -> bool:
    """Whether two paths lead to one regular file; None is no path."""
    if path is None or other is None:
        return False
    try:
        return os.path.isfile(path) and os.path.samefile(path, other)
    except (OSError, ValueError):
        return False


def read_whole(path: str, most: int) -> bytes:
    """Read a regular file of at most so many bytes.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, or is larger; `words_of` says why.
    """
    # A pipe that nobody writes to would be waited for without end.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(found.st_mode):
            raise OSError("it is not a regular file")
        with open(handle, "rb", closefd=False) as file:
            if found.st_size <= most and len(data := file.read(most + 1)) <= most:
                return data
    finally:
        os.close(handle)
    raise OSError(f"it is larger than {most >> 20} MiB" if most >> 20 else "it is too large")


_PREFIX = ".napkin-net-"
_STALE = 3600.0
"""Seconds after which a temporary file that nobody writes is what a killed program has left."""


@contextmanager
def replacing(path: str) -> Iterator[TextIO]:
    """Open a text file that takes the place of another only once all of it is on the disk.

    What is not a regular file, such as a pipe, is written to as it is.

    Parameters
    ----------
    path : str
        The file; a link to it stays a link.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind then.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    with replacing_bytes(path) as raw:
        text = TextIOWrapper(raw, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()


@contextmanager
def replacing_bytes(path: str) -> Iterator[BinaryIO]:
    """Open a file of bytes that takes the place of another; see `replacing`.

    Only a regular file is replaced, and only one that may be written.

    Raises
    ------
    OSError, ValueError
        If it cannot be written; nothing is left behind then.
    """
    path = os.path.realpath(path)
    exists = _check(path)
    folder = os.path.dirname(path)
    _sweep(folder)
    temporary = os.path.join(folder, f"{_PREFIX}{os.getpid()}-{os.urandom(4).hex()}")
    try:
        with open(temporary, "xb") as stream:
            # Locked until it has its name, so that nobody sweeps it away meanwhile.
            with suppress(OSError):
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield stream
            stream.flush()
            if exists:
                shutil.copymode(path, temporary)
            os.fsync(stream.fileno())
            os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _check(path: str) -> bool:
    """Refuse what must not be replaced; return whether there is a file already."""
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not os.path.exists(path):
        return False
    if not os.path.isfile(path):
        raise OSError("it is not a regular file")
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return True


def _sync_folder(folder: str) -> None:
    """Sync the folder, so that the new name is on the disk too, where that can be done."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(folder: str) -> None:
    """Delete what a killed program left in a folder long ago."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX):
                with suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _STALE:
                        _remove_unlocked(entry.path)


def _remove_unlocked(path: str) -> None:
    """Remove a file that nobody holds locked."""
    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
    finally:
        os.close(handle)
