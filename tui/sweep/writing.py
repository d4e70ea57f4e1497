"""Writing what a sweep has found to a file: asks for its name, which decides the form."""

import asyncio
import csv
from collections.abc import Callable

from textual.app import App

from core.atomic import replacing, words_of
from core.sweeps import medians_of, rows_of, write_json
from tui.files.path_box import PathScreen, for_new_file
from tui.files.session_files import shown
from tui.files.words import whole_path
from tui.sweep.work import SweepWork
from tui.words.phrases import WIDTH, listed

_RUNS = "write runs to which file? CSV: one row for each run; .json: medians, too"
_MEDIANS = "write medians to which file? CSV: one row for each combination"


def ask_for_file(
    app: App[None],
    work: SweepWork,
    tell: Callable[[str], None],
    *,
    medians: bool,
    unicode: bool,
) -> None:
    """Ask where the results are to be written, and write them as `napkin-net sweep` does.

    Parameters
    ----------
    app : App
        Has the screen.
    work : SweepWork
        The sweep; what it finds meanwhile is not written.
    tell : callable
        Shows what was written.
    medians : bool
        Whether to write a row for each combination, not for each run.
    unicode : bool
        Whether more than ASCII may be written.
    """

    async def write(path: str) -> str | None:
        try:
            written = await asyncio.to_thread(_write, path, work, medians)
        except (OSError, ValueError) as problem:
            return f"{shown(path)}: {words_of(problem)}"
        told = f"{written} written to "
        tell(f"{told}{whole_path(path, WIDTH - len(told) - 3)}.")
        return None

    title, name = (_MEDIANS, "napkin-medians.csv") if medians else (_RUNS, "napkin-sweep.csv")
    app.push_screen(PathScreen(title, name, [], for_new_file(write), unicode=unicode))


def _write(path: str, work: SweepWork, medians: bool) -> str:
    """Write what there is now; return in words how much that is."""
    with work.results(), replacing(path) as stream:
        finished = work.finished()
        if path.lower().endswith(".json"):
            write_json(finished, stream)
        else:
            rows = medians_of(finished) if medians else rows_of(finished)
            csv.writer(stream, lineterminator="\n").writerows(rows)
        groups = len(work.groups.summaries())
    return listed(groups, "combination") if medians else listed(finished.runs, "run")
