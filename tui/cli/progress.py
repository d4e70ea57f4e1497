"""The bars that show on a terminal how far a command is."""

import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, TypeAlias

from core import Trainer
from core.images import OwnData, Task, read_table

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

Report: TypeAlias = Callable[[Trainer], None]
"""Shows the progress of a training."""

_QUICK = 1.0
"""Seconds that a measurement may take with no bar."""
SweepReport: TypeAlias = Callable[[int, float], None]
"""Shows the progress of a sweep: runs done, and the lowest loss."""

_LARGE = 2**20
"""Bytes of a file that takes long enough for a bar."""


@contextmanager
def training_progress(steps: int) -> Iterator[Report]:
    """Show steps done, loss and time left, if standard error is a terminal.

    Parameters
    ----------
    steps : int
        How many there are to do at most.
    """
    if not _is_shown():
        yield lambda trainer: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    with _bar(
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("steps"),
        TextColumn("{task.fields[loss]}"),
        TimeRemainingColumn(),
    ) as bar:
        told = bar.add_task("", total=steps, loss="loss …")

        def report(trainer: Trainer) -> None:
            name = "loss" if trainer.run.config.is_full_batch else "batch loss"
            loss = f"{name} {trainer.run.log.history.latest:.4g}"
            bar.update(told, completed=trainer.run.step_count, loss=loss)

        yield report


@contextmanager
def compiling_progress() -> Iterator[None]:
    """Show that the compiled engine is loaded, on a terminal."""
    if not _is_shown():
        yield
        return
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    words = TextColumn("loading the compiled engine; the first time takes about 20 s")
    with _bar(SpinnerColumn(), words, TimeElapsedColumn()) as bar:
        bar.add_task("")
        yield


@contextmanager
def measuring_progress() -> Iterator[Callable[[float], None]]:
    """Show the share that is measured, if it takes longer than a second on a terminal."""
    if not _is_shown():
        yield lambda share: None
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn

    columns = TextColumn("measuring this machine"), BarColumn(bar_width=30), TaskProgressColumn()
    began = time.monotonic()
    with ExitStack() as stack:
        bars: list[Progress] = []

        def report(share: float) -> None:
            if time.monotonic() - began < _QUICK:
                return
            if not bars:
                bars.append(stack.enter_context(_bar(*columns)))
                bars[0].add_task("", total=1.0)
            bars[0].update(bars[0].task_ids[0], completed=share)

        yield report


@contextmanager
def sweep_progress(runs: int, done: int) -> Iterator[SweepReport]:
    """Show runs done, the lowest loss and time left, if standard error is a terminal.

    Parameters
    ----------
    runs : int
        How many there are.
    done : int
        How many of them were done before.
    """
    if not _is_shown():
        yield lambda done, lowest: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    with _bar(
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("runs"),
        TextColumn("{task.fields[loss]}"),
        TimeRemainingColumn(),
    ) as bar:
        told = bar.add_task("", total=runs, completed=done, loss="")

        def report(done: int, lowest: float) -> None:
            loss = f"lowest loss {lowest:.4g}" if math.isfinite(lowest) else ""
            bar.update(told, completed=done, loss=loss)

        yield report


def read_own(path: str, task: Task | None, scale: float) -> OwnData:
    """Read images from a CSV file; a bar shows the progress, if the file is large.

    Raises
    ------
    TableError
        If they cannot be taken.
    """
    size = 0
    with suppress(OSError, ValueError):
        size = os.path.getsize(path)
    if size < _LARGE or not _is_shown():
        return read_table(path, task, scale=scale)
    from rich.progress import BarColumn, DownloadColumn, TextColumn

    with _bar(TextColumn("reading images"), BarColumn(bar_width=30), DownloadColumn()) as bar:
        told = bar.add_task("", total=size)
        return read_table(
            path, task, scale=scale, progress=lambda done, _: bar.update(told, completed=done)
        )


def _is_shown() -> bool:
    """Whether standard error is a terminal; it is nothing where it was closed."""
    return sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def _bar(*columns: "ProgressColumn") -> "Iterator[Progress]":
    """Show a bar on standard error that leaves nothing behind."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        # ctrl+z must find the cursor shown: nobody could show it again.
        bar.console.show_cursor()
        yield bar
