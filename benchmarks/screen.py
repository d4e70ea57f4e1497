"""What the screen costs: the real program in a real pseudo-terminal of 120×36.

    python -m benchmarks.screen
    python -m benchmarks.screen --only launch keys

Prints each figure beside its bound, and ends with 1 where one is over it. Takes about eight
minutes, most of them for ten million steps; the figures mean something on an otherwise idle machine
of at least two cores. Linux only, as it reads /proc.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.answers import AT_MOST, back, digits, explained_weights, keys, slow
from benchmarks.figure import Figure, waits
from benchmarks.storm import storm
from benchmarks.terminal import (
    COLS,
    FASTER,
    PREDICTION,
    ROWS,
    RUN,
    SPEEDS,
    drain_for,
    first_shown,
    opened,
    pause,
    run,
    run_fastest,
    run_until,
    settings,
    status,
    training,
)
from core.engines import ENGINES
from core.engines.compiled import compile_into
from tests.terminal.terminal import Terminal
from tui.files.folders import cache_folder

# The same training with no screen, in a process of its own: prints steps per second.
HEADLESS = """
import sys, time
from core import TrainingConfig
from core.run import Run
from tui.files.folders import default_engine
default_engine()  # which also says where compiled code is kept
run = Run.of(TrainingConfig(engine=sys.argv[2], steps=10**12))
run.run_for(0.3)
steps, begun = run.step_count, time.perf_counter()
while (left := begun + float(sys.argv[1]) - time.perf_counter()) > 0:
    run.run_for(left)
print((run.step_count - steps) / (time.perf_counter() - begun))
"""

HELLO = """
from textual.app import App, ComposeResult
from textual.widgets import Static
class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Hello, terminal")
Hello().run()
"""


def launch() -> Iterator[Figure]:
    """From the start of the process to the first painted prediction, beside a hello-world."""

    def hello() -> float:
        command = (sys.executable, "-c", HELLO)
        with Terminal(command=command, cols=COLS, rows=ROWS) as terminal:
            shown = first_shown(terminal, lambda: "Hello, terminal" in terminal.text(), 20)
            return shown - terminal.launched

    def program() -> float:
        with Terminal(cols=COLS, rows=ROWS) as terminal:
            prediction = re.compile(PREDICTION)
            shown = first_shown(terminal, lambda: bool(prediction.search(terminal.text())), 20)
            return shown - terminal.launched

    hello(), program()  # the first start of each compiles its modules
    # In turn, and the fastest of each: what else the machine does only ever adds to a start.
    pairs = [(hello(), program()) for _ in range(9)]
    smallest = min(pair[0] for pair in pairs)
    ours = min(pair[1] for pair in pairs)
    yield Figure("launch: a Textual hello-world", smallest * 1e3, "ms")
    yield Figure("launch: to the first prediction", ours * 1e3, "ms")
    yield Figure("launch: beside the hello-world", ours / smallest, "×", at_most=1.8)


def speed() -> Iterator[Figure]:
    """Training with the plain screen beside training with none."""
    of_headless = 0.97 if settings.engine == "compiled" else 0.85
    with opened() as terminal:
        yield while_learning(terminal, "speed")
        yield from while_training(terminal, "speed", of_headless=of_headless, output=3)


def explain() -> Iterator[Figure]:
    """The same with explain open, on a gradient, which asks all images; and its answers."""
    with opened() as terminal:
        terminal.press("tab", "right", "e")
        terminal.expect("explain · gradient of weight 1")
        yield while_learning(terminal, "explain")
        yield from while_training(terminal, "explain", output=3)
        run(terminal)
        arrows = explained_weights(terminal)
        yield from waits("explain: from an arrow to the next weight", arrows, AT_MOST)
        terminal.press("shift+tab")
        terminal.expect("explain · pixel 1")
        yield from waits("explain: from a digit to its pixel", digits(terminal), AT_MOST)


def landscape() -> Iterator[Figure]:
    """The same with the landscape open."""
    with opened() as terminal:
        terminal.press("v")
        terminal.expect("landscape · weight 1 and weight 2")
        terminal.press("tab")  # to the image, whose pixels the digits set
        yield while_learning(terminal, "valley")
        yield from while_training(terminal, "valley")
        run(terminal)
        yield from waits("valley: from a digit to its pixel", digits(terminal), AT_MOST)


def while_learning(terminal: Terminal, name: str, seconds: float = 5.0) -> Figure:
    """Output a frame in the first seconds at 30 steps a second, when every number still moves.

    At full speed the default network has learned all it can before the first frame.
    """
    terminal.drawn()
    terminal.press(FASTER)
    run(terminal)
    painted, sent = terminal.frames, terminal.bytes
    drain_for(terminal, seconds)
    written = (terminal.bytes - sent) / (terminal.frames - painted) / 1024
    pause(terminal)
    return Figure(f"{name}: output a frame, steps 1 to 150", written, "KiB")


def while_training(
    terminal: Terminal,
    name: str,
    *,
    of_headless: float | None = None,
    output: float | None = None,
    rounds: int = 5,
    seconds: float = 3.0,
) -> Iterator[Figure]:
    """Steps per second with the screen, in turn with no screen; frames and output meanwhile.

    No key is pressed while it counts, and nothing is parsed: the steps are read afterwards, from
    the first and the last frame that came in the time.
    """
    alone: list[float] = []
    shown: list[float] = []
    frames = written = 0
    terminal.press(*[FASTER] * SPEEDS)
    terminal.drawn()
    for _ in range(rounds):
        command = [sys.executable, "-c", HEADLESS, str(seconds), settings.engine]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        alone.append(float(told))

        run(terminal)
        drain_for(terminal, 0.5)
        begun, painted, sent = time.perf_counter(), terminal.frames, terminal.bytes
        drain_for(terminal, seconds)
        ended = time.perf_counter()
        frames += terminal.frames - painted
        written += terminal.bytes - sent
        terminal.press(RUN)
        drain_for(terminal, 0.3)
        shown.append(step_rate(terminal, begun, ended))
        terminal.expect(r"· paused")
    ratios = [a / b for a, b in zip(shown, alone, strict=True)]
    ratio = statistics.median(ratios)
    per_frame = written / frames / 1024
    yield Figure(f"{name}: steps a second with no screen", statistics.median(alone), "/s")
    yield Figure(f"{name}: steps a second with the screen", statistics.median(shown), "/s")
    yield Figure(f"{name}: with the screen, of that with none", ratio, at_least=of_headless)
    yield Figure(f"{name}: the least of {rounds} such ratios", min(ratios))
    yield Figure(f"{name}: the largest of them", max(ratios))
    yield Figure(f"{name}: frames a second", frames / (rounds * seconds), "/s", at_least=20)
    yield Figure(f"{name}: output a frame", per_frame, "KiB", at_most=output)


def step_rate(terminal: Terminal, begun: float, ended: float) -> float:
    """Steps a second, from the frames that came between two times and are not parsed yet."""
    points: list[tuple[float, int]] = []

    def note(when: float) -> bool:
        if begun <= when <= ended:
            points.append((when, status(terminal)[0]))
        return False

    terminal.replay(note)
    (first, first_step), (last, last_step) = points[0], points[-1]
    return (last_step - first_step) / (last - first)


def idle(seconds: float = 10.0) -> Iterator[Figure]:
    """Output and processor time where nothing happens: just opened, and paused."""
    with opened() as terminal:
        for state in ("ready", "paused"):
            if state == "paused":
                run_fastest(terminal)
                drain_for(terminal, 1.0)
                pause(terminal)
            # What a commentary or a notice still has to say has been said by then.
            drain_for(terminal, 2.5)
            terminal.drawn()
            written, used = terminal.bytes, terminal.cpu_seconds()
            drain_for(terminal, seconds)
            used = 100 * (terminal.cpu_seconds() - used) / seconds
            written = terminal.bytes - written
            yield Figure(f"{state}: output in {seconds:g} s", written, "bytes", at_most=0)
            yield Figure(f"{state}: processor over {seconds:g} s", used, "%", at_most=1)


def memory(first: int = 10**5, last: int = 10**7) -> Iterator[Figure]:
    """What ten million steps leave in memory that a hundred thousand did not."""
    with training() as terminal:
        run_until(terminal, first)
        before = terminal.memory()
        run_until(terminal, last)
        after = terminal.memory()
    yield Figure(f"memory at step {first:,}", before / 2**20, "MiB")
    yield Figure(f"memory: growth until step {last:,}", (after - before) / 2**20, "MiB", at_most=5)


PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    "launch": launch,
    "speed": speed,
    "keys": keys,
    "explain": explain,
    "valley": landscape,
    "slow": slow,
    "back": back,
    "idle": idle,
    "memory": memory,
    "storm": storm,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.screen",
        description="Measure the real program in a real pseudo-terminal of 120×36.",
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--engine", choices=ENGINES, default="matrix")
    given = parser.parse_args(arguments)
    chosen, settings.engine = given.only, given.engine
    if given.engine == "compiled":
        compile_into(Path(cache_folder()))

    print(
        f"Python {platform.python_version()}, Textual {version('textual')}, "
        f"numpy {version('numpy')}, engine {given.engine}; "
        f"{platform.machine()}, {os.cpu_count()} cores, "
        f"load before {os.getloadavg()[0]:.2f}"
    )
    held = True
    for name in chosen:
        try:
            for figure in PARTS[name]():
                print(figure, flush=True)
                held = held and figure.holds
        except (AssertionError, OSError, subprocess.CalledProcessError) as error:
            print(f"{name}: not measured: {error}", flush=True)
            held = False
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
