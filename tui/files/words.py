"""The lines below the panes that are about files."""

import math
import os
import time
from collections.abc import Sequence

from rich.cells import cell_len

from core import Snapshot, TrainingConfig
from core.engines import missing
from tui import PROGRAM
from tui.files.session_files import SUFFIX, shown, typed
from tui.words.numerals import short
from tui.words.phrases import SIGMOID_OUTPUT, WIDTH, Lines, fit, listed, network_name, printable


def name_of(path: str, room: int) -> str:
    """Write a path in at most so many columns, cut in its middle."""
    return _cut_in_middle(shown(path), room)


def whole_path(path: str, room: int) -> str:
    """Write a path from the root on in at most so many columns, cut in its middle."""
    return _cut_in_middle(printable(os.path.abspath(path)), room)


def _cut_in_middle(text: str, room: int) -> str:
    if cell_len(text) <= room:
        return text
    tail = room * 2 // 3
    return f"{_cut(text, room - tail - 1)}…{_cut(text[::-1], tail)[::-1]}"


def _cut(text: str, room: int) -> str:
    """Cut a text at its end, where it is wider than so many columns."""
    while cell_len(text) > room:
        text = text[:-1]
    return text


def as_command(before: str, path: str, after: str = "", *, columns: int, unicode: bool) -> str:
    """Write a command with a path, to be copied; nothing if it cannot be shown as it is.

    Parameters
    ----------
    before, after : str
        What stands before and behind the path.
    path : str
        The whole path.
    columns : int
        Of the terminal: on a narrow one, a line may be broken anywhere.
    unicode : bool
        Whether the terminal shows more than ASCII.
    """
    name = typed(path)
    line = f"{before}{name}{after}"
    fits = columns > WIDTH and cell_len(line) <= WIDTH
    return line if name is not None and fits and (unicode or name.isascii()) else ""


def since_text(when: float) -> str:
    """Return when something was written, in seconds since 1970: from 10:15."""
    then, now = time.localtime(when), time.localtime()
    if then[:3] == now[:3]:
        return time.strftime("from %H:%M", then)
    year = "" if then[0] == now[0] else " %Y"
    return time.strftime(f"from %d %B{year} at %H:%M", then)


def saved(path: str, *, without_other: bool, columns: int, unicode: bool) -> Lines:
    """Return where a session was saved, and the command that opens it."""
    again = "Press S to save to the same file again."
    before = "Open it at this step: napkin-net "
    second = as_command(before, path, columns=columns, unicode=unicode) or again
    if without_other:
        second = "The other run (faint curve) is too large to be saved with it."
    return f"Saved to {name_of(path, WIDTH - 12)}.", second


def saving(path: str) -> Lines:
    """Return the words for a save that takes a while."""
    return f"Saving to {name_of(path, WIDTH - 12)} …", "Training can continue meanwhile."


def not_saved(problem: str) -> Lines:
    """Return why a session was not saved."""
    return _end_of(problem), "Not saved. Existing files are unchanged. Press S to try again."


def not_kept(problem: str) -> Lines:
    """Return the words for a failed autosave."""
    return "Autosave failed; a crash would lose this run:", _end_of(problem)


def _end_of(problem: str) -> str:
    """Cut a problem where it is too long: at its beginning, for the reason is at its end."""
    return problem if cell_len(problem) <= WIDTH else f"…{_cut(problem[::-1], WIDTH - 1)[::-1]}"


def opened(
    path: str | None, now: Snapshot, absent_engine: str | None = None, *, has_before: bool
) -> Lines:
    """Return which session was opened, and at which step it is."""
    of = "loss" if now.is_full_batch else "batch loss"
    is_known = now.loss is not None and math.isfinite(now.loss)
    loss = f", {of} {short(now.loss)}" if now.loss is not None and is_known else ""
    at = f"step {now.step:,}{loss}"
    first = f"Recovered run: {at}."
    if path is not None:
        first = f"{name_of(path, WIDTH - len(at) - 3)}: {at}."
    if absent_engine is not None:
        return first, without_engine(absent_engine)
    if has_before:
        return first, "Exactly as it was. Press P to return to the previous run, at any step."
    if now.outcome is not None:
        return first, "Exactly as it was: the run has ended. Press b to go back, r to restart."
    back = ", b to go back" if now.step else ""
    return first, f"Exactly as it was. Press s or space to continue{back}."


def without_engine(name: str) -> str:
    """Return what computes in place of an engine that is not installed, and how to install it."""
    return f"No engine {name}: matrix computes. Get it: {missing(name)}"


def about(config: TrainingConfig, step: int, loss: float) -> str:
    """Return what a run is, to tell it from others: task, network, step and loss."""
    task = config.task if config.data is None else f"{config.task} {config.data.name}"
    last = f", loss {short(loss)}" if math.isfinite(loss) else ""
    network = network_name(config).removesuffix(SIGMOID_OUTPUT)
    return f"{task}, {network}, step {step:,}{last}"


def kept_at_end(steps: Sequence[int]) -> str:
    """Return, after the end, which runs of so many steps were kept, if any."""
    if not steps:
        return ""
    if len(steps) == 1:
        run = f"A run of {listed(steps[0], 'step')} that no file has"
        return f"{run} is kept: start {PROGRAM}, press F."
    return f"{len(steps)} runs that no file has are kept: start {PROGRAM}, press F."


def not_kept_at_end(problem: str) -> str:
    """Return, after the end, why a run was not kept."""
    return f"The run is lost, for it could not be kept: {problem}"


def offer(words: str, more: int) -> str:
    """Offer the recovered run."""
    others = f", and {more} more" if more else ""
    text = f"Recovered an unsaved run {words}"
    return fit(f"{text}{others}. Press F to open it.", f"{text}. Press F to open it.")


def deleted(count: int) -> str:
    """Return how many recovered runs were deleted."""
    if not count:
        return "There are no recovered runs."
    return f"Deleted {listed(count, 'recovered run')}."


def suggestion(task: str, network: str) -> str:
    """Return a name for a file."""
    plain = network.replace("→", "-").split(" ")[0]
    return f"{task}-{plain}{SUFFIX}"
