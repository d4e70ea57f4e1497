"""A storm of random keys: the longest wait for an answer in it."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.terminal import MARK, answer, drain_for, run, shows_pixel, status, training
from tests.terminal.terminal import Terminal

PIXEL = "click"  # on the top-left pixel
# The documented keys but those that quit. Some come with the key that takes them back, so that the
# storm neither slows down nor diverges, and finds the pixel where it was; what opens a screen is
# left open for a moment and closed, as until it stands, it takes no keys, and those behind it would
# go elsewhere. So digits go to the pixel: to a weight they would open a box.
KEYS: tuple[tuple[str, ...], ...] = (
    *((key,) for key in ("space", "s", "r", "R", "n", "f", "L", "home", "end")),
    *((key,) for key in (".", ",", "b", "B", "o", "w", "t", "pageup", "pagedown")),
    *((key,) for key in ("up", "down", "left", "right", *"hjkl")),
    *((PIXEL, digit) for digit in "0123456789"),
    *(
        ("(", ")"),
        (")", "("),
        ("[", "]"),
        ("<", ">"),
        ("+", "-"),
        ("-", "+"),
        ("=", "-"),
        ("g", "g"),
        ("E", "E"),
        ("x", "x"),
    ),
)
# What moves the pixel to another place for a moment, or the focus. A click hits what is on the
# screen, and Textual lets it overtake keys, so none of them comes among the last keys before one.
MOVING = (("z", "z"), ("e", "e"), ("v", "v"), ("e", "v", "v"), ("tab",), ("shift+tab",))
LAST = 5  # keys
OPENING = ("?", "f1", ":", "ctrl+p", "enter")
OPEN_FOR = 0.25  # s, and as long to close
ESCAPE = b"\x1b[27u"  # in kitty's coding: a bare one would swallow the key behind it, as alt
KEYS_PER_SECOND = 50  # a held key repeats 30 times a second


def storm(rounds: int = 40) -> Iterator[Figure]:
    """The longest wait for an answer in a storm of random keys, training at full speed.

    A probe follows each burst at once: a click on the top-left pixel and a digit that neither a
    key of the burst nor what was there before can have shown at that place.
    """
    chance = random.Random(0)
    found: list[float] = []
    pressed = 0
    with training() as terminal:
        x, y = terminal.find(MARK)
        for _ in range(rounds):
            if status(terminal)[1] != "running":
                run(terminal)
            here = terminal.row(y)[x : x + 5]
            digit = chance.choice([d for d in "345678" if d != here[3:4]])
            units = [unit for unit in KEYS if digit not in unit]
            if chance.random() < 0.5:
                open_and_close(terminal, chance.choice(OPENING))
            for left in reversed(range(chance.randrange(10, 40))):
                for key in chance.choice([*units, *MOVING] if left >= LAST else units):
                    if key == PIXEL:
                        terminal.click(x, y)
                        continue
                    terminal.press(key)
                    pressed += 1
                    drain_for(terminal, chance.expovariate(KEYS_PER_SECOND))
            terminal.click(x, y)
            found.append(answer(terminal, digit, shows_pixel(terminal, (x, y), digit)))
    yield Figure("storm: random keys pressed", pressed)
    yield Figure("storm: median wait for an answer", statistics.median(found), "ms")
    yield Figure("storm: longest wait for an answer", max(found), "ms", at_most=200)


def open_and_close(terminal: Terminal, key: str) -> None:
    terminal.press(key)
    drain_for(terminal, OPEN_FOR)
    terminal.send(ESCAPE)
    drain_for(terminal, OPEN_FOR)
