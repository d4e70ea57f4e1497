"""A worker that is killed in the midst of a sweep; imported by the processes of a test."""

import os
import signal
from pathlib import Path

from core.sweeps import Result, Task, run

MARK = "NAPKIN_NET_TEST_KILLED"
"""Names a file: while it is not there, the task in the middle kills its worker."""
MIDDLE = 4
"""Its seed."""


def killed_once(batch: tuple[Task, ...]) -> tuple[Result, ...]:
    """Train a batch; but in the midst of the sweep, once, die."""
    mark = Path(os.environ[MARK])
    if any(task.config.seed == MIDDLE for task in batch) and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if os.environ["OPENBLAS_NUM_THREADS"] != "1":
        raise AssertionError("a worker multiplies in one thread")
    return tuple(map(run, batch))
