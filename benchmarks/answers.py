"""How soon the screen shows what a key does, from the key to the last byte of the frame."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator

from benchmarks.figure import Figure, waits
from benchmarks.terminal import (
    MARK,
    answer,
    drain_for,
    opened,
    pause,
    run_fastest,
    run_until,
    settings,
    shows,
    shows_pixel,
    status,
    training,
)
from tests.terminal.terminal import Terminal

AT_MOST = 30  # ms, of all answers but one in twenty
AT_MOST_COMPILED = 25  # ms, where a thread takes the steps
REPEATS = 30  # a second, as keyboards repeat a key that is held
SUBSTEPS = 5  # of the default network's step: forward, loss, error, gradient, update
LONG_AGO = 10**6  # steps, after which going back must still be quick
_SUBSTEP = re.compile(r"part (\d+) of (\d+)")


def keys() -> Iterator[Figure]:
    """From a digit's key to the pixel's number on the screen, training at full speed."""
    with training() as terminal:
        at_most = AT_MOST_COMPILED if settings.engine == "compiled" else AT_MOST
        yield from waits("keys: from a digit to its pixel", digits(terminal), at_most)


def digits(terminal: Terminal, times: int = 100) -> list[float]:
    """Milliseconds from a digit's key to the pixel's number, at random moments."""
    chance = random.Random(0)
    found: list[float] = []
    place = terminal.find(MARK)
    for turn in range(times):
        linger(terminal, chance)
        digit = "92"[turn % 2]
        found.append(answer(terminal, digit, shows_pixel(terminal, place, digit)))
    return found


def linger(terminal: Terminal, chance: random.Random) -> None:
    """Wait for a time that is independent of the frames."""
    drain_for(terminal, chance.uniform(0.03, 0.13))
    terminal.parse()


def explained_weights(terminal: Terminal, times: int = 100) -> list[float]:
    """Milliseconds from an arrow key to explain's title with the next weight's gradient."""
    chance = random.Random(0)
    found: list[float] = []
    _, y = terminal.find("explain · gradient of weight 1")
    for turn in range(times):
        linger(terminal, chance)
        key, weight = (("down", 2), ("up", 1))[turn % 2]
        title = f"explain · gradient of weight {weight}"
        found.append(answer(terminal, key, shows(terminal, y, title)))
    return found


def slow() -> Iterator[Figure]:
    """From `.`, held down, to the part of the step that it shows; also with explain open."""
    with opened() as terminal:
        yield from waits("slow: from . to its part", held(terminal), AT_MOST)
        terminal.press("e")
        terminal.expect("explain · ")
        terminal.drawn()
        yield from waits("slow: from . to its part, explain open", held(terminal), AT_MOST)


def held(terminal: Terminal, times: int = 40 * (SUBSTEPS + 1)) -> list[float]:
    """Milliseconds from each `.` of a held key until the screen stands there, or further on."""
    start = status(terminal)[0]
    pressed: list[float] = []
    for _ in range(times):
        pressed.append(time.perf_counter())
        terminal.press(".")
        drain_for(terminal, pressed[-1] + 1 / REPEATS - time.perf_counter())
    drain_for(terminal, 0.5)
    shown: list[float] = []

    def note(when: float) -> bool:
        substep = _SUBSTEP.search(terminal.row(terminal.screen.lines - 1))
        there = (status(terminal)[0] - start) * (SUBSTEPS + 1) + (int(substep[1]) if substep else 0)
        shown.extend([when] * (there - len(shown)))
        return False

    terminal.replay(note)
    if len(shown) != times:
        raise AssertionError(f"{times} keys were pressed, and {len(shown)} parts were shown")
    return [1e3 * (then - key) for key, then in zip(pressed, shown, strict=True)]


def back() -> Iterator[Figure]:
    """From `b` and `B` to the step before, and ten before, at the end of a long run."""
    with opened() as terminal:
        run_fastest(terminal)
        run_until(terminal, LONG_AGO)
        pause(terminal)
        for key, steps in (("b", 1), ("B", 10)):
            chance = random.Random(0)
            found: list[float] = []
            for _ in range(100):
                linger(terminal, chance)
                there = f"step {status(terminal)[0] - steps:,} ·"
                found.append(answer(terminal, key, shows(terminal, 0, there)))
            yield from waits(f"back: from {key} to the step, after {LONG_AGO:,}", found, AT_MOST)
