"""Reading a person's own images, with a bar where that takes a while."""

import os
import sys
from contextlib import suppress

from core.images.csv_files import read_table
from core.images.own_data import OwnData
from core.images.tasks import Task

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
