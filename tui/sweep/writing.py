"""Writing what a sweep has found to a file: asks for its name, which decides the form."""

import asyncio
import csv
from collections.abc import Callable

from textual.app import App

from core.atomic import replacing, words_of
from core.sweeps import rows_of, write_json
from tui.files.path_box import PathScreen, for_new_file
from tui.files.session_files import shown
from tui.files.words import whole_path
from tui.sweep.work import SweepWork
from tui.words.phrases import WIDTH, listed

_TITLE = "write to which file? CSV: a row per run; if it ends in .json: medians and ranges, too"
_NAME = "napkin-sweep.csv"


def ask_for_file(
    app: App[None], work: SweepWork, tell: Callable[[str], None], *, unicode: bool
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
    unicode : bool
        Whether more than ASCII may be written.
    """

    async def write(path: str) -> str | None:
        try:
            runs = await asyncio.to_thread(_write, path, work)
        except (OSError, ValueError) as problem:
            return f"{shown(path)}: {words_of(problem)}"
        told = f"{listed(runs, 'run')} written to "
        tell(f"{told}{whole_path(path, WIDTH - len(told) - 3)}.")
        return None

    app.push_screen(PathScreen(_TITLE, _NAME, [], for_new_file(write), unicode=unicode))


def _write(path: str, work: SweepWork) -> int:
    """Write what there is now; return how many runs that is."""
    with work.results(), replacing(path) as stream:
        finished = work.finished()
        if path.lower().endswith(".json"):
            write_json(finished, stream)
        else:
            csv.writer(stream, lineterminator="\n").writerows(rows_of(finished))
    return finished.runs
