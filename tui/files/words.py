"""The lines below the panes that are about files."""

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
    second = fit(
        f"Open it at this step: napkin-net {name}", "Press S to save to the same file again."
    )
    if without_other:
        second = "The other run (faint curve) is too large to be saved with it."
    return f"Saved to {name}.", second


def saving(path: str) -> Lines:
    """Return the words for a save that takes a while."""
    return f"Saving to {name_of(path, WIDTH - 12)} …", "Training can continue meanwhile."


def not_saved(problem: str) -> Lines:
    """Return why a session was not saved."""
    return problem[:WIDTH], "Not saved. Existing files are unchanged. Press S to try again."


def not_kept(problem: str) -> Lines:
    """Return the words for a failed autosave."""
    return "Autosave failed; a crash would lose this run:", problem[:WIDTH]


def opened(path: str | None, now: Snapshot, *, has_before: bool) -> Lines:
    """Return which session was opened, and at which step it is."""
    loss = "" if now.loss is None or not math.isfinite(now.loss) else f", loss {short(now.loss)}"
    at = f"step {now.step:,}{loss}"
    first = f"Recovered run: {at}."
    if path is not None:
        first = f"{name_of(path, WIDTH - len(at) - 3)}: {at}."
    if has_before:
        return first, "Exactly as it was. At its step 0, press b to return to the previous run."
    if now.outcome is not None:
        return first, "Exactly as it was: the run has ended. Press b to go back, r to restart."
    back = ", b to go back" if now.step else ""
    return first, f"Exactly as it was. Press s or space to continue{back}."


def offer(words: str, more: int) -> str:
    """Offer the recovered run."""
    others = f", and {more} more" if more else ""
    text = f"Recovered an unsaved run {words}"
    return fit(f"{text}{others}. Press F to open it.", f"{text}. Press F to open it.")


def deleted(count: int) -> str:
    """Return how many recovered runs were deleted."""
    if not count:
        return "There are no recovered runs."
    return f"Deleted {count} recovered run{'' if count == 1 else 's'}."


def suggestion(task: str, network: str) -> str:
    """Return a name for a file."""
    plain = network.replace("→", "-").split(" ")[0]
    return f"{task}-{plain}{SUFFIX}"
