"""The bar that `napkin-net train` shows on a terminal."""

import os
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core import Trainer
from core.images import OwnData, Task, read_table
from tui.cli.train import Report


class ProgressBar(Report):
    """Steps done, loss, and time left.

    Parameters
    ----------
    steps : int
        How many there are to do at most.
    """

    def __init__(self, steps: int) -> None:
        self._progress = Progress(
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("steps"),
            TextColumn("loss {task.fields[loss]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("", total=steps, loss="…")

    def __enter__(self) -> Self:
        """Show the bar."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take it away."""
        self._progress.stop()

    def tell(self, trainer: Trainer) -> None:
        """Move the bar."""
        loss = f"{trainer.run.log.history.latest:.4g}"
        self._progress.update(self._task, completed=trainer.run.step_count, loss=loss)


_LARGE = 2**20
"""Bytes of a file that takes long enough for a bar."""


def read_own(path: str, task: Task | None, scale: float) -> OwnData:
    """Read images from a CSV file; on a terminal's standard error a bar says how far it is.

    Raises
    ------
    TableError
        If they cannot be taken.
    """
    size = 0
    with suppress(OSError, ValueError):
        size = os.path.getsize(path)
    if size < _LARGE or sys.stderr is None or not sys.stderr.isatty():
        return read_table(path, task, scale=scale)
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = TextColumn("reading images"), BarColumn(bar_width=30), DownloadColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        told = bar.add_task("", total=size)
        return read_table(
            path, task, scale=scale, progress=lambda done, _: bar.update(told, completed=done)
        )
