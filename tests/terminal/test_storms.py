"""Hundreds of random keys, clicks, wheel turns and sizes: nothing fails, nothing ends.

Most of it goes through the app alone, which is faster; the same storm, shorter, goes through the
real program in a real terminal. Some networks have their storm only in nightly runs.
"""

import math
import random
import re
import string
from collections.abc import Sequence
from pathlib import Path

import pytest

import core
from core import TrainingConfig
from tests.terminal.terminal import Terminal
from tests.tui.program import Program, opened

NIGHTLY = pytest.mark.nightly
ROOT = Path(core.__file__).parent.parent
SIZES = [(80, 24), (120, 36), (200, 60), (60, 20), (40, 12), (20, 5), (10, 3), (3, 2), (1, 1)]

# All that can be typed but what quits; what opens something comes with what closes it, as behind it
# "Quit" could be chosen.
QUITTING = {"q", "Q"}
KEYS: tuple[tuple[str, ...], ...] = (
    *((key,) for key in string.ascii_letters + string.digits if key not in QUITTING),
    *((key,) for key in ("space", "[", "]", "<", ">", "(", ")", "+", "=", "-", ".", ",")),
    *(
        (key,)
        for key in ("tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup")
    ),
    *((key,) for key in ("pagedown", "delete", "backspace", "ctrl+s", "ctrl+o", "ctrl+x", "f5")),
    *(("tab",), ("left",), ("s",), ("space",)) * 3,
    ("?", "down", "pagedown", "escape"),
    ("f1", "f1"),
    (":", "n", "u", "d", "escape", "escape"),
    ("ctrl+p", "down", "escape", "escape"),
    ("enter", "0", ".", "3", "enter", "escape"),
    ("enter", "7", "x", "enter", "escape"),
    ("enter", "escape"),
    ("escape",),
)

NETWORKS = [
    TrainingConfig(),
    TrainingConfig(hidden=(4,), seed=4),
    TrainingConfig(hidden=(8, 8, 8), activation="relu", images=40, batch_size=7, seed=1),
    TrainingConfig(hidden=(40, 30), images=20, output="sigmoid", loss="bce"),
    TrainingConfig(engine="loops", gradient="nudge", images=30, bias=True, learning_rate=0.9),
]
PREDICTION = r"[│┃] ?predicts"
"""What the image pane shows, beside its frame."""
DEEPEST = 6
"""Boxes and the like that may be open at a time."""
EVENTS_EACH = 225
BURST = 75


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=NIGHTLY) for seed in (1, 2, 3, 4))])
async def test_a_storm_through_the_app(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # it saves files
    chance = random.Random(seed)
    async with opened(NETWORKS[seed], composes=True) as program:
        sent = 0
        while sent < EVENTS_EACH:
            if chance.random() < 0.5:
                await program.resize(*chance.choice(SIZES))
            for _ in range(BURST):
                sent += act(program, chance)
            await program.arrived()
            check(program)
        # It still answers, at a size at which that can be seen.
        await program.resize(80, 24)
        while len(program.app.screen_stack) > 1:
            await program.press("escape")
        await program.press("escape", "R")
        await program.until(lambda: "step 0 · ready" in program.text("header"))
        assert "4→1 · seed 0" in program.text("header")
        for name in ("image", "network", "loss", "cost", "header", "footer", "commentary"):
            assert program.widget(name).region.right <= 80


def act(program: Program, chance: random.Random) -> int:
    """Send an input; return how many events it makes."""
    kind = chance.random()
    if kind < 0.7:
        keys = chance.choice(KEYS)
        program.send(*keys)
        return len(keys)
    width, height = program.app.size
    x, y = chance.randrange(max(1, width)), chance.randrange(max(1, height))
    if kind < 0.85:
        program.send_wheel(x, y, up=chance.random() < 0.5)
    elif len(program.app.screen_stack) == 1:
        program.send_click(x, y)
    return 1


def check(program: Program) -> None:
    """Check that the program is alive and the selected image is valid."""
    app = program.app
    assert app.is_running
    view = app.view
    assert all(0.0 <= value <= 1.0 for value in view.image)
    assert all(math.copysign(1.0, value) == 1.0 for value in view.image)
    assert 0 <= view.pixel <= 3
    assert view.parameter >= 0
    assert view.cursor is None or view.cursor >= 0


async def test_a_storm_of_sizes_while_it_trains() -> None:
    chance = random.Random(0)
    async with opened(NETWORKS[1]) as program:
        await program.press("]", "]", "]", "]", "space")
        for _ in range(8):
            await program.resize(chance.randrange(1, 220), chance.randrange(1, 70))
        await program.resize(80, 24)
        await program.arrived()
        assert program.app.pace.running
        assert program.widget("header").size == (80, 1)
        assert "running" in program.text("header")


def storm(
    terminal: Terminal, chance: random.Random, events: int, sizes: Sequence[tuple[int, int]]
) -> None:
    """Press, click and turn at random, and let the program keep up."""
    cols, rows = terminal.screen.columns, terminal.screen.lines
    done = 0
    while done < events:
        kind = chance.random()
        if kind < 0.75:
            keys = chance.choice(KEYS)
            terminal.press(*keys)
            done += len(keys)
        elif kind < 0.86:
            terminal.wheel(chance.randrange(cols), chance.randrange(rows), chance.random() < 0.5)
            done += 1
        elif kind < 0.98:
            if quiet_enough_to_click(terminal):
                terminal.click(chance.randrange(cols), chance.randrange(rows))
            done += 1
        else:
            cols, rows = chance.choice(sizes)
            terminal.resize(cols, rows)
        give_time(terminal, chance)
        assert terminal.exit_code is None, terminal.text()


def give_time(terminal: Terminal, chance: random.Random) -> None:
    """Let the program keep up with what was sent, or take what is there, or let it be."""
    kind = chance.random()
    if kind < 0.1:
        terminal.drawn()
    elif kind < 0.6:
        terminal.drain()


def quiet_enough_to_click(terminal: Terminal) -> bool:
    """Whether no list of commands stands on the screen, "Quit" among them."""
    return "find a command" not in terminal.text()


@pytest.mark.parametrize(
    "arguments",
    [pytest.param((), marks=NIGHTLY), ("--hidden", "4", "--seed", "4")],
    ids=["4-1", "4-4-1"],
)
def test_a_storm_in_the_real_terminal(arguments: tuple[str, ...], tmp_path: Path) -> None:
    chance = random.Random(len(arguments))
    # It saves files.
    with Terminal(*arguments, cwd=tmp_path, environment={"PYTHONPATH": str(ROOT)}) as terminal:
        terminal.expect("predicts")
        storm(terminal, chance, 80, SIZES[:7])
        for _ in range(100):  # a signal comes while the one before is still handled
            terminal.resize(chance.randrange(1, 120), chance.randrange(1, 40))
        still_answers(terminal)


@NIGHTLY
def test_a_storm_of_sizes_in_the_real_terminal_while_it_trains() -> None:
    chance = random.Random(1)
    with Terminal() as terminal:
        terminal.expect("predicts")
        terminal.press(*["]"] * 8, "space")
        for _ in range(20):
            terminal.resize(chance.randrange(1, 200), chance.randrange(1, 60))
            give_time(terminal, chance)
            assert terminal.exit_code is None, terminal.text()
        still_answers(terminal)


def still_answers(terminal: Terminal) -> None:
    """Check that the program shows what a key does, and ends as it should."""
    terminal.resize(80, 24)
    terminal.drawn()
    terminal.press(*["esc"] * DEEPEST, "R")  # whatever has been opened
    terminal.drawn()
    terminal.expect("The default network: it predicts 0.684")
    terminal.expect(r" 4→1 · seed 0 +step 0 · ready")
    if not re.search(PREDICTION, terminal.text()):
        terminal.press("z")
    terminal.expect(PREDICTION)
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.left_behind() == []
