"""The bar that `napkin-net train` shows on a terminal."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core import Trainer
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
        loss = f"{trainer.history.latest:.4g}"
        self._progress.update(self._task, completed=trainer.step_count, loss=loss)
