"""The real program in a real pseudo-terminal of 120×36, as what is measured needs it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.terminal.terminal import NotShownError, Terminal
from tui.files.folders import cache_folder

COLS, ROWS = 120, 36

# What the program shows and takes, as far as the measurements need it.
PREDICTION = r"predicts +0\.684"
STATUS = re.compile(r"step ([\d,]+) · (ready|running|paused|diverged|target reached)")
MARK = "▸"  # stands before the selected pixel's number; the top-left one at launch
FASTER, RUN, QUIT = "]", "space", "q"
SPEEDS = 8  # pressing FASTER so often reaches the highest from any
LOADS = 5.0  # seconds in which an engine that is compiled already is loaded


@dataclass
class Settings:
    """What the whole benchmark is run with."""

    engine: str = "matrix"


settings = Settings()


@contextmanager
def opened() -> Iterator[Terminal]:
    """The program as it is after launch, at rest; it has to be alive still in the end."""
    # With an end of its own, it does not pause where it has arrived.
    options = ("--steps", "1000000000000", "--engine", settings.engine)
    cache = {"XDG_CACHE_HOME": str(Path(cache_folder()).parent)}
    with Terminal(*options, cols=COLS, rows=ROWS, environment=cache) as terminal:
        terminal.expect(PREDICTION, seconds=20)
        if settings.engine != "matrix":
            drain_for(terminal, LOADS)
        terminal.drawn()
        yield terminal
        terminal.drain()
        if terminal.exit_code is not None:
            raise AssertionError(f"the program ended by itself, with {terminal.exit_code}")
        terminal.press(QUIT)
        terminal.wait_exit()


@contextmanager
def training() -> Iterator[Terminal]:
    """The program training as fast as it can."""
    with opened() as terminal:
        run_fastest(terminal)
        yield terminal


def drain_for(terminal: Terminal, seconds: float) -> None:
    """Let the program run for so long, taking its output out of its way."""
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        terminal.drain(left)


def first_shown(terminal: Terminal, condition: Callable[[], bool], seconds: float) -> float:
    """Return the `time.perf_counter` at which the frame came with which the condition holds.

    The program is not disturbed meanwhile: parsing waits until 50 ms have been drained.
    """
    end = time.perf_counter() + seconds
    shown = 0.0

    def seen(when: float) -> bool:
        nonlocal shown
        shown = when
        return condition()

    while not terminal.replay(seen):
        if time.perf_counter() > end or terminal.exit_code is not None:
            raise NotShownError(f"not shown within {seconds:g} s; the screen:\n{terminal.text()}")
        drain_for(terminal, 0.05)
    return shown


def status(terminal: Terminal) -> tuple[int, str]:
    """The header's step number and word."""
    found = STATUS.search(terminal.row(0))
    if found is None:
        raise AssertionError(f"no step and status in the header: {terminal.row(0)!r}")
    return int(found[1].replace(",", "")), found[2]


def run(terminal: Terminal) -> None:
    terminal.press(RUN)
    terminal.expect(r"· running")


def run_fastest(terminal: Terminal) -> None:
    terminal.press(*[FASTER] * SPEEDS)
    run(terminal)


def pause(terminal: Terminal) -> None:
    terminal.press(RUN)
    terminal.expect(r"· paused")
    terminal.drawn()


def run_until(terminal: Terminal, step: int, patience: float = 900.0) -> None:
    """Train until the header shows a step."""
    end = time.perf_counter() + patience
    while status(terminal)[0] < step:
        if time.perf_counter() > end:
            raise AssertionError(f"step {step:,} not reached in {patience:g} s")
        drain_for(terminal, 0.25)


def answer(terminal: Terminal, key: str, shown: Callable[[], bool]) -> float:
    """Milliseconds from pressing a key until the screen shows what it does."""
    pressed = time.perf_counter()
    terminal.press(key)
    return (first_shown(terminal, shown, 5) - pressed) * 1e3


def shows(terminal: Terminal, y: int, words: str) -> Callable[[], bool]:
    """Whether a row of the screen has some words."""
    return lambda: words in terminal.row(y)


def shows_pixel(terminal: Terminal, place: tuple[int, int], digit: str) -> Callable[[], bool]:
    """Whether the selected pixel, marked at this place, has the darkness of a digit's key."""
    x, y = place
    return lambda: terminal.row(y).startswith(f"{MARK}0.{digit}0", x)
