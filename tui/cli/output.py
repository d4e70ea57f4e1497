"""Writing to standard output, whatever that is: closed, full, or with nobody reading any more."""

import os
import sys
from collections.abc import Callable
from typing import TextIO

from tui.cli.options import PROGRAM


def print_all(write: Callable[[TextIO], object], instead: str) -> int:
    """Write to standard output; give the exit status.

    Parameters
    ----------
    write : callable
        Writes all of it to a stream.
    instead : str
        What takes it where there is no standard output, for a person to read.
    """
    if sys.stdout is None:  # it was closed
        print(f"{PROGRAM}: there is no standard output; {instead}", file=sys.stderr)
        return 1
    try:
        write(sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever was to read this has gone: not worth a traceback, here or when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except OSError as error:
        print(f"{PROGRAM}: cannot write: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    return 0
