"""The file of the last sweep of this screen: at the next start of the program it can go on."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from core.errors import SweepError
from core.sweeps import SweepFile, sweep_file
from tui.files.folders import made, state_folder
from tui.sweep.draft import Plan

_NAME = "sweep.jsonl"


def kept_at() -> str:
    """Return the path of the file."""
    return os.path.join(state_folder(), _NAME)


@contextmanager
def kept_file(plan: Plan, *, is_begun: bool) -> Iterator[SweepFile | None]:
    """Open the file that results are written to; None if it cannot be, or is not to be kept.

    A person's own images are not in it, so a sweep of these is not kept.

    Parameters
    ----------
    plan : Plan
        The sweep.
    is_begun : bool
        Whether the file is that of this sweep; if not, the sweep before is forgotten.
    """
    with ExitStack() as stack:
        file, first = None, plan.grid.first
        if first.data is None:
            try:
                path = os.path.join(made(state_folder()), _NAME)
                if is_begun or _is_forgotten(path):
                    file = stack.enter_context(sweep_file(path, first, plan.goal, plan.typed))
            except (OSError, SweepError):
                file = None  # the sweep itself needs none
        yield file


def _is_forgotten(path: str) -> bool:
    """Remove the file of the sweep before; return whether it is gone: not while it is in use."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
