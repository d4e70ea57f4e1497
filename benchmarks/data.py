"""Milliseconds for a frame of the data pane, and from a key to the screen with many images.

Run by hand::

    python -m benchmarks.data

A frame is drawn by the pane itself on a terminal of 120×36, one after the other while the
default network trains on 1,000 images: errors, cells, and the search for the cells that changed;
the median counts. A key is an arrow pressed in the real program in a pseudo-terminal, on 100,000
images, until the number of the next image stands in the pane's bottom border. The exit code is 1
where a bound is exceeded.
"""

import asyncio
import random
import statistics
import sys
import time

from benchmarks.terminal import drain_for, first_shown
from core import TrainingConfig
from tests.terminal.terminal import Terminal
from tests.tui.program import opened
from tui.panes.data.data import DataPane
from tui.view.view import Pace

COLS, ROWS = 120, 36
FRAME, KEY = 5.0, 40.0
"""Milliseconds, at most: a frame, and the 95th percentile of the keys."""


async def frames(times: int = 200, *, ranked: bool) -> float:
    """Return the median milliseconds of a frame while it trains."""
    took: list[float] = []
    async with opened(TrainingConfig(), size=(COLS, ROWS), composes=True) as program:
        await program.press("d", *(["w"] if ranked else []))
        pane = program.app.query_one(DataPane)
        pane.pace = Pace(running=True)
        for _ in range(times):
            program.trainer.run.step()
            snapshot = program.trainer.snapshot(program.app.view.image)
            started = time.perf_counter()
            pane.snapshot = snapshot
            took.append(time.perf_counter() - started)
    return 1000 * statistics.median(took)


def keys(*arguments: str, running: bool, times: int = 60) -> tuple[float, float]:
    """Return median and 95th percentile of the milliseconds from an arrow to the image's number."""
    chance, took = random.Random(0), list[float]()
    # With an end of its own, it does not pause where it has arrived.
    given = ("--images", "100000", "--steps", "1000000000000", *arguments)
    with Terminal(*given, cols=COLS, rows=ROWS) as terminal:
        terminal.expect("predicts", seconds=30)
        terminal.press("d")
        terminal.expect("of 100,000")
        terminal.drawn()
        terminal.press("home")
        terminal.expect("image 1 ·")
        if running:
            terminal.press(*["]"] * 8, "space")
            terminal.expect("· running")
        for number in range(2, times + 2):
            drain_for(terminal, chance.uniform(0.1, 0.2))
            terminal.parse()
            took.append(1000 * press_until(terminal, "right", f" image {number} ·"))
        terminal.press("q")
        terminal.wait_exit()
    return statistics.median(took), sorted(took)[int(0.95 * len(took))]


def press_until(terminal: Terminal, key: str, wanted: str) -> float:
    """Press a key, and give the seconds until a text stands in the frame's bottom border."""
    (y,) = (y for y in range(ROWS) if terminal.row(y).startswith("╰ image"))
    pressed = time.perf_counter()
    terminal.press(key)
    return first_shown(terminal, lambda: wanted in terminal.row(y), 10) - pressed


def main() -> int:
    """Measure everything, print one table, and say whether the bounds hold."""
    held = True

    def told(name: str, value: float, bound: float | None) -> None:
        nonlocal held
        verdict = ""
        if bound is not None:
            held = held and value <= bound
            verdict = f"≤ {bound:g} {'ok' if value <= bound else 'OVER'}"
        print(f"{name:<52}{value:>8.2f} ms   {verdict}".rstrip(), flush=True)

    for ranked in (False, True):
        order = "worst first" if ranked else "by number"
        told(f"a frame, 1,000 images, {order}", asyncio.run(frames(ranked=ranked)), FRAME)
    for running in (False, True):
        state = "training" if running else "paused"
        median, late = keys(running=running)
        told(f"key to screen, 100,000 images, {state}: median", median, None)
        told(f"key to screen, 100,000 images, {state}: p95", late, KEY)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
