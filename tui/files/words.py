"""What is said of files under the panes."""

import math

from rich.cells import cell_len

from core import Snapshot
from tui.files.session_files import SUFFIX, shown
from tui.words.numerals import short
from tui.words.phrases import WIDTH, Lines, fit


def name_of(path: str, room: int) -> str:
    """Write a path in at most so many cells of one column each, cut in its middle."""
    # A pane counts on characters that are one cell wide.
    text = "".join(mark if cell_len(mark) == 1 else "?" for mark in shown(path))
    if len(text) <= room:
        return text
    tail = room * 2 // 3
    return f"{text[: room - tail - 1]}…{text[-tail:]}"


def saved(path: str, *, without_other: bool) -> Lines:
    """Return where a session was saved."""
    name = name_of(path, WIDTH - 12)
    second = fit(f"napkin-net {name} opens it at this very step.", "S saves it there again.")
    if without_other:
        second = "The run beside it is too large to be saved as well."
    return f"Saved in {name}.", second


def saving(path: str) -> Lines:
    """Return the words for a save that takes a while."""
    return f"Saving in {name_of(path, WIDTH - 12)} …", "It can go on meanwhile."


def not_saved(problem: str) -> Lines:
    """Return why a session was not saved."""
    return problem[:WIDTH], "Not saved. S asks again; nothing that was there has changed."


def not_kept(problem: str) -> Lines:
    """Return the words for a failed autosave."""
    return "In case of a crash this run is not kept:", problem[:WIDTH]


def opened(path: str | None, now: Snapshot, *, has_before: bool) -> Lines:
    """Return which session was opened, and where it stands."""
    loss = "" if now.loss is None or not math.isfinite(now.loss) else f", loss {short(now.loss)}"
    at = f"step {now.step:,}{loss}"
    first = f"The run that was cut short: {at}."
    if path is not None:
        first = f"{name_of(path, WIDTH - len(at) - 3)}: {at}."
    if has_before:
        return first, "Just as it was left. From its step 0, b goes back to the run before."
    return first, "Just as it was left. s, space: on from here. b: back."


def offer(words: str, more: int) -> str:
    """Offer the recovered run."""
    others = f", and {more} more" if more else ""
    return fit(f"A run was {words}{others}. F opens it.", f"A run was {words}. F opens it.")


def suggestion(task: str, network: str) -> str:
    """Return a name for a file."""
    plain = network.replace("→", "-").split(" ")[0]
    return f"{task}-{plain}{SUFFIX}"
