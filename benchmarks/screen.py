"""What the screen costs: the real program in a real pseudo-terminal of 120×36.

    python -m benchmarks.screen
    python -m benchmarks.screen --only launch keys

Prints each figure beside its bound, and ends with 1 where one is over it. Takes about five minutes,
most of them for ten million steps; the figures mean something on an otherwise idle machine of at
least two cores. Linux only, as it reads /proc.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

from tests.terminal.terminal import Terminal

COLS, ROWS = 120, 36

# What the program shows and takes, as far as the measurements need it.
PREDICTION = r"predicts +0\.684"
STATUS = re.compile(r"step ([\d,]+) · (ready|running|paused|diverged|target reached)")
MARK = "▸"  # stands before the selected pixel's number; the top-left one at launch
FASTER, RUN, QUIT = "]", "space", "q"
SPEEDS = 8  # pressing FASTER so often reaches the highest from any

# The same training with no screen, in a process of its own: prints steps per second.
HEADLESS = """
import sys, time
from core import Trainer, TrainingConfig
trainer = Trainer(TrainingConfig())
trainer.run_for(0.3)
steps, begun = trainer.step_count, time.perf_counter()
while (left := begun + float(sys.argv[1]) - time.perf_counter()) > 0:
    trainer.run_for(left)
print((trainer.step_count - steps) / (time.perf_counter() - begun))
"""

HELLO = """
from textual.app import App, ComposeResult
from textual.widgets import Static
class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Hello, terminal")
Hello().run()
"""

# The documented keys but those that quit. Some come with the key that takes them back, so that the
# storm neither slows down nor diverges; what opens something is left open for a moment and closed,
# as until it stands, it takes no keys, and those behind it would go elsewhere.
KEYS: tuple[tuple[str, ...], ...] = (
    *((key,) for key in ("space", "s", "r", "R", "n", "f", "L", "home", "end")),
    *(
        (key,)
        for key in ("tab", "shift+tab", "up", "down", "left", "right", *"hjkl", *"0123456789")
    ),
    *(
        ("(", ")"),
        (")", "("),
        ("[", "]"),
        ("<", ">"),
        ("+", "-"),
        ("-", "+"),
        ("=", "-"),
        ("z", "z"),
    ),
)
OPENING = ("?", "f1", ":", "ctrl+p", "enter")
OPEN_FOR = 0.25  # s, and as long to close
ESCAPE = b"\x1b[27u"  # in kitty's coding: a bare one would swallow the key behind it, as alt
KEYS_PER_SECOND = 50  # a held key repeats 30 times a second


@dataclass(frozen=True)
class Figure:
    """One measured number and what it has to keep to."""

    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def holds(self) -> bool:
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    def __str__(self) -> str:
        if self.at_most is not None:
            bound, verdict = f"≤ {self.at_most:g}", "ok" if self.holds else "OVER"
        elif self.at_least is not None:
            bound, verdict = f"≥ {self.at_least:g}", "ok" if self.holds else "UNDER"
        else:
            bound = verdict = ""
        return f"{self.name:<52} {self.value:>12,.2f} {self.unit:<8} {bound:>8}  {verdict}".rstrip()


@contextmanager
def opened() -> Iterator[Terminal]:
    """The program as it is after launch, at rest; it has to be alive still in the end."""
    with Terminal(cols=COLS, rows=ROWS) as terminal:
        terminal.expect(PREDICTION, seconds=20)
        terminal.settle(quiet=0.5)
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
        terminal.press(*[FASTER] * SPEEDS)
        run(terminal)
        yield terminal


def status(terminal: Terminal) -> tuple[int, str]:
    """The header's step number and word."""
    found = STATUS.search(terminal.row(0))
    if found is None:
        raise AssertionError(f"no step and status in the header: {terminal.row(0)!r}")
    return int(found[1].replace(",", "")), found[2]


def run(terminal: Terminal) -> None:
    terminal.press(RUN)
    terminal.expect(r"· running")


def pause(terminal: Terminal) -> None:
    terminal.press(RUN)
    terminal.expect(r"· paused")
    terminal.settle(quiet=0.3)


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def launch() -> Iterator[Figure]:
    """From the start of the process to the first painted prediction, beside a hello-world."""

    def hello() -> float:
        command = (sys.executable, "-c", HELLO)
        with Terminal(command=command, cols=COLS, rows=ROWS) as terminal:
            shown = terminal.first_shown(lambda: "Hello, terminal" in terminal.text(), 20)
            return shown - terminal.launched

    def program() -> float:
        with Terminal(cols=COLS, rows=ROWS) as terminal:
            prediction = re.compile(PREDICTION)
            shown = terminal.first_shown(lambda: bool(prediction.search(terminal.text())), 20)
            return shown - terminal.launched

    hello(), program()  # the first start of each compiles its modules
    pairs = [(hello(), program()) for _ in range(5)]
    smallest = statistics.median(pair[0] for pair in pairs)
    ours = statistics.median(pair[1] for pair in pairs)
    yield Figure("launch: a Textual hello-world", smallest * 1e3, "ms")
    yield Figure("launch: to the first prediction", ours * 1e3, "ms")
    yield Figure("launch: beside the hello-world", ours / smallest, "×", at_most=2.2)


def speed(rounds: int = 5, seconds: float = 3.0) -> Iterator[Figure]:
    """Steps per second with the screen, in turn with no screen; frames and output meanwhile.

    No key is pressed while it counts, and nothing is parsed: the steps are read afterwards, from
    the first and the last frame that came in the time.
    """
    alone: list[float] = []
    shown: list[float] = []
    frames = written = 0
    with opened() as terminal:
        terminal.press(*[FASTER] * SPEEDS)
        terminal.settle()
        for _ in range(rounds):
            command = [sys.executable, "-c", HEADLESS, str(seconds)]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            alone.append(float(output))

            run(terminal)
            terminal.drain_for(0.5)
            begun, painted, sent = time.perf_counter(), terminal.frames, terminal.bytes
            terminal.drain_for(seconds)
            ended = time.perf_counter()
            frames += terminal.frames - painted
            written += terminal.bytes - sent
            terminal.press(RUN)
            terminal.drain_for(0.3)
            shown.append(step_rate(terminal, begun, ended))
            terminal.expect(r"· paused")
    ratio = statistics.median(a / b for a, b in zip(shown, alone, strict=True))
    yield Figure("speed: steps a second with no screen", statistics.median(alone), "/s")
    yield Figure("speed: steps a second with the screen", statistics.median(shown), "/s")
    yield Figure("speed: with the screen, of that with none", ratio, at_least=0.85)
    yield Figure("frames a second while training", frames / (rounds * seconds), "/s", at_least=20)
    yield Figure("output a frame while training", written / frames / 1024, "KiB", at_most=3)


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


def keys(times: int = 100) -> Iterator[Figure]:
    """From a digit's key to the pixel's number on the screen, training at full speed."""
    chance = random.Random(0)
    waits: list[float] = []
    with training() as terminal:
        for turn in range(times):
            digit = "92"[turn % 2]
            terminal.drain_for(chance.uniform(0.03, 0.13))
            terminal.parse()
            waits.append(wait_for_pixel(terminal, digit, terminal.find(MARK)) * 1e3)
    yield Figure("key to screen while training: median", statistics.median(waits), "ms")
    yield Figure("key to screen while training: p95", percentile(waits, 0.95), "ms", at_most=30)
    yield Figure("key to screen while training: longest", max(waits), "ms")


def wait_for_pixel(terminal: Terminal, digit: str, place: tuple[int, int]) -> float:
    """Seconds from pressing a digit until the selected pixel, at this place, shows it."""
    x, y = place
    expected = f"{MARK}0.{digit}0"
    pressed = time.perf_counter()
    terminal.press(digit)
    return terminal.first_shown(lambda: terminal.row(y).startswith(expected, x), 5) - pressed


def idle(seconds: float = 10.0) -> Iterator[Figure]:
    """Output and processor time where nothing happens: just opened, and paused."""
    with opened() as terminal:
        for state in ("ready", "paused"):
            if state == "paused":
                terminal.press(*[FASTER] * SPEEDS)
                run(terminal)
                terminal.drain_for(1.0)
                pause(terminal)
            # What a commentary or a notice still has to say has been said by then.
            terminal.settle(quiet=2.5, seconds=30)
            written, used = terminal.bytes, terminal.cpu_seconds()
            terminal.drain_for(seconds)
            used = 100 * (terminal.cpu_seconds() - used) / seconds
            written = terminal.bytes - written
            yield Figure(f"{state}: output in {seconds:g} s", written, "bytes", at_most=0)
            yield Figure(f"{state}: processor over {seconds:g} s", used, "%", at_most=1)


def memory(first: int = 10**5, last: int = 10**7, patience: float = 900.0) -> Iterator[Figure]:
    """What ten million steps leave in memory that a hundred thousand did not."""
    with training() as terminal:

        def held_at(step: int) -> int:
            end = time.perf_counter() + patience
            while status(terminal)[0] < step:
                if time.perf_counter() > end:
                    raise AssertionError(f"step {step:,} not reached in {patience:g} s")
                terminal.drain_for(0.25)
            return terminal.memory()

        before, after = held_at(first), held_at(last)
    yield Figure(f"memory at step {first:,}", before / 2**20, "MiB")
    yield Figure(f"memory: growth until step {last:,}", (after - before) / 2**20, "MiB", at_most=5)


def storm(rounds: int = 40) -> Iterator[Figure]:
    """The longest wait for an answer in a storm of random keys, training at full speed.

    A probe follows each burst at once: a click on the top-left pixel and a digit that neither a
    key of the burst nor what was there before can have shown at that place.
    """
    chance = random.Random(0)
    waits: list[float] = []
    pressed = 0
    with training() as terminal:
        x, y = terminal.find(MARK)
        for _ in range(rounds):
            if status(terminal)[1] != "running":
                run(terminal)
            here = terminal.row(y)[x : x + 5]
            digit = chance.choice([d for d in "345678" if d != here[3:4]])
            units = [unit for unit in KEYS if unit != (digit,)]
            if chance.random() < 0.5:
                open_and_close(terminal, chance.choice(OPENING))
            for _ in range(chance.randrange(10, 40)):
                for key in chance.choice(units):
                    terminal.press(key)
                    pressed += 1
                    terminal.drain_for(chance.expovariate(KEYS_PER_SECOND))
            terminal.click(x, y)
            waits.append(wait_for_pixel(terminal, digit, (x, y)) * 1e3)
    yield Figure("storm: random keys pressed", pressed)
    yield Figure("storm: median wait for an answer", statistics.median(waits), "ms")
    yield Figure("storm: longest wait for an answer", max(waits), "ms", at_most=200)


def open_and_close(terminal: Terminal, key: str) -> None:
    terminal.press(key)
    terminal.drain_for(OPEN_FOR)
    terminal.send(ESCAPE)
    terminal.drain_for(OPEN_FOR)


PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    "launch": launch,
    "speed": speed,
    "keys": keys,
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
    chosen = parser.parse_args(arguments).only

    print(
        f"Python {platform.python_version()}, Textual {version('textual')}, "
        f"numpy {version('numpy')}; {platform.machine()}, {os.cpu_count()} cores"
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
