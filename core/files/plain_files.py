"""Reading a whole file within bounds, and saying why one could not be read or written."""

import errno
import os
import stat

_WORDS = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "you may not read or write it",
    errno.EPERM: "you may not change it",
    errno.EROFS: "this disk can only be read",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "there is no room left for you on this disk",
    errno.EFBIG: "it would be larger than a file may be here",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "there is a file where a folder should be",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its links lead nowhere",
}


def words_of(error: OSError | ValueError) -> str:
    """Say why a file could not be read or written."""
    if isinstance(error, ValueError):  # a name with a zero byte in it, or one that is no text
        return "no file can have this name"
    if error.errno is None:
        return str(error)
    return _WORDS.get(error.errno) or (error.strerror or "it failed").lower()


def is_same(path: str, other: str | None) -> bool:
    """Tell whether two paths lead to one plain file."""
    try:
        return other is not None and os.path.isfile(path) and os.path.samefile(path, other)
    except (OSError, ValueError):
        return False


def read_whole(path: str, most: int) -> bytes:
    """Read a plain file of at most so many bytes.

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
            raise OSError("it is no plain file")
        with open(handle, "rb", closefd=False) as file:
            if found.st_size <= most and len(data := file.read(most + 1)) <= most:
                return data
    finally:
        os.close(handle)
    raise OSError(f"it is larger than {most >> 20} MiB" if most >> 20 else "it is too large")
