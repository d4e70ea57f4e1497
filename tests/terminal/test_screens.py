"""The screens as a person sees them, kept as text files that a reviewer can read.

After a change that is meant, write them again, and read the difference before committing it:

    NAPKIN_GOLDEN=write pytest tests/terminal/test_screens.py

Where `CI` is set, as build servers do, that is refused: there they are only compared.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal

GOLDEN = Path(__file__).parent / "golden"
FASTEST = ("]",) * 8

# The one number that differs from run to run: how long a step takes.
_STEP = r"(?:time per step|step after a pause)(?:, [a-z ]+?)?"
_MEASURED = re.compile(rf"({_STEP} +)([\d.,]+ (?:µs|ms|s))")


Scenario = Callable[[Terminal], None]


def step(terminal: Terminal, times: int) -> None:
    """Take steps, the last one by itself, so that the commentary is about that one alone."""
    found = terminal.expect(r"step ([\d,]+) · (?:ready|paused)")
    there = int(found[1].replace(",", "")) + times
    if times > 1:
        terminal.press(*["s"] * (times - 1))
        terminal.expect(rf"step {there - 1:,} · paused")
        terminal.drawn()
    terminal.press("s")
    terminal.expect(rf"step {there:,} · paused")


def launch(terminal: Terminal) -> None:
    terminal.expect("step 0 · ready")


def help_open(terminal: Terminal) -> None:
    terminal.press("?")
    terminal.expect("tab: glossary")
    terminal.drawn()  # the scrollbar comes with a second layout, and narrows the text


def after_12_steps(terminal: Terminal) -> None:
    if "tab: glossary" in terminal.text():
        terminal.press("esc")
        terminal.expect_gone("tab: glossary")
    step(terminal, 12)


def log_scale(terminal: Terminal) -> None:
    step(terminal, 28)
    terminal.press("L")
    terminal.expect(r"\blog\b")


def previous_curve(terminal: Terminal) -> None:
    terminal.press("L", ")", "r")
    terminal.expect("step 0 · ready")
    step(terminal, 20)


def save_box(terminal: Terminal) -> None:
    terminal.press("S")
    terminal.expect("save this session to")


def after_30_steps(terminal: Terminal) -> None:
    terminal.press("g", "esc")
    step(terminal, 30)


def diverged(terminal: Terminal) -> None:
    terminal.press(*FASTEST, "space")
    terminal.expect("· diverged")


def by_differences(terminal: Terminal) -> None:
    terminal.press("e", "esc", "g")
    terminal.expect("by backprop")
    substep(4, 7)(terminal)


def explain(terminal: Terminal) -> None:
    if "explain · " in terminal.text():
        terminal.press("e", "g", "esc")
        terminal.expect_gone("explain · ")
        terminal.drawn()
    # Each by itself: the landscape draws the path by the moments that were shown.
    for _ in range(12):
        step(terminal, 1)
    terminal.press("tab", "right", "e")
    terminal.expect("explain · ")


def landscape(terminal: Terminal) -> None:
    terminal.press("v")
    terminal.expect("landscape · weight 1 and weight 2")


def answers(terminal: Terminal) -> None:
    terminal.press("m")
    terminal.expect("map · output over top left and top right")


def neuron(terminal: Terminal) -> None:
    terminal.press("esc")
    terminal.expect_gone("map · ")
    terminal.press("tab", "down", "m")
    terminal.expect("map · output")
    terminal.press("enter")
    terminal.expect(r"map · layer 1 neuron \d")


def data(terminal: Terminal) -> None:
    terminal.press("d")
    terminal.expect("data · training images")
    terminal.drawn()  # keys go to it only when it is laid out
    terminal.press("w", "home", "right")
    terminal.expect("image")
    terminal.expect("worst first")


def branch(terminal: Terminal) -> None:
    terminal.press("v")
    terminal.expect_gone("landscape · ")
    terminal.press("B")
    terminal.expect("step 2 · paused")
    terminal.press(")")
    terminal.expect(r"rate 0\.2")
    step(terminal, 8)


def substep(number: int, of: int) -> Scenario:
    """Single-step to a substep of the coming step, by as many keys as that takes."""

    def go(terminal: Terminal) -> None:
        terminal.drawn()  # the footer too, which has the substep that the way begins at
        found = re.search(r"substep (\d+) of", terminal.text())
        by = number - (int(found[1]) if found else 0)
        terminal.press(*["." if by > 0 else ","] * abs(by))
        terminal.expect(f"substep {number} of {of}")

    return go


def explained(scenario: Scenario, title: str) -> Scenario:
    """Open explain once a way is gone, or leave it open."""

    def go(terminal: Terminal) -> None:
        scenario(terminal)
        if "explain · " not in terminal.text():
            terminal.press("e")
        terminal.expect(f"explain · {title}")

    return go


def nudged(terminal: Terminal) -> None:
    terminal.press("e", "g")
    terminal.expect_gone("explain · ")
    terminal.expect("by backprop")
    substep(4, 6)(terminal)


def manual_edits(terminal: Terminal) -> None:
    terminal.press("-", "-", "-")
    terminal.expect("3 manual changes")


STORIES: tuple[tuple[tuple[str, ...], dict[str, Scenario]], ...] = (
    (
        (),
        {
            "launch": launch,
            "help": help_open,
            "12-steps": after_12_steps,
            "log-scale": log_scale,
            "previous-curve": previous_curve,
            "save": save_box,
        },
    ),
    (
        (),
        {
            "slow-forward": substep(1, 5),
            "slow-gradient": substep(4, 5),
            "slow-delta": substep(3, 5),
            "slow-gradient-explained": explained(substep(4, 5), "gradient of weight 1"),
            "slow-update-explained": explained(substep(5, 5), "weight 1 after the coming step"),
            "slow-nudge": by_differences,
            "slow-nudge-explained": explained(substep(4, 7), "gradient of weight 2"),
            "explain": explain,
            "landscape": landscape,
            "branch": branch,
            "manual-edits": manual_edits,
        },
    ),
    (
        ("--hidden", "4", "--seed", "4"),
        {
            "slow-hidden-4-forward": substep(1, 7),
            "slow-hidden-4-gradient": substep(5, 7),
            "slow-hidden-4-explained": explained(substep(6, 7), "gradient of layer 1"),
            "slow-hidden-4-nudge": nudged,
            "hidden-4-after-30-steps": after_30_steps,
        },
    ),
    (("--learning-rate", "1"), {"diverged": diverged}),
    (
        ("--task", "xor", "--hidden", "4"),
        {"xor": after_12_steps, "map": answers, "map-neuron": neuron},
    ),
    (("--images", "200", "--label-noise", "0.2"), {"data": data}),
)
"""Options, and the screens that follow one another."""
LARGE = {
    "launch", "help", "12-steps", "save", "slow-delta", "slow-gradient-explained",
    "slow-update-explained", "slow-nudge-explained", "explain", "landscape", "manual-edits",
    "slow-hidden-4-explained", "hidden-4-after-30-steps", "map", "map-neuron", "data",
}  # fmt: skip
"""Those that are kept at 120×36 too: each shows something there that no other one does."""


@pytest.mark.parametrize(
    ("arguments", "scenarios"),
    STORIES,
    ids=["default", "moments", "hidden-4", "rate-1", "xor", "data"],
)
def test_the_screens_are_the_ones_that_are_kept(
    arguments: tuple[str, ...], scenarios: dict[str, Scenario]
) -> None:
    with Terminal(*arguments) as terminal:
        terminal.expect("predicts")
        terminal.drawn()
        for name, scenario in scenarios.items():
            scenario(terminal)
            terminal.drawn()
            see(terminal, name)
            if name in LARGE:
                terminal.resize(120, 36)
                terminal.drawn()
                see(terminal, name)
                terminal.resize(80, 24)
                terminal.drawn()


def see(terminal: Terminal, name: str) -> None:
    """Compare the screen with the one that is kept for its size."""
    size = f"{terminal.screen.columns}x{terminal.screen.lines}"
    compare(GOLDEN / f"{name}-{size}.txt", masked(terminal.text()) + "\n")


def masked(text: str) -> str:
    """Write the measured time as dots of the same length."""
    return _MEASURED.sub(lambda found: found[1] + "·" * len(found[2]), text)


def compare(kept: Path, shown: str) -> None:
    """Compare with the file that is kept, or write it if that is asked for."""
    before = kept.read_text(encoding="utf-8") if kept.exists() else ""
    if os.environ.get("NAPKIN_GOLDEN") == "write" and squeezed(shown) != squeezed(before):
        assert not os.environ.get("CI"), "build servers compare screens and never write them"
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(shown, encoding="utf-8")
        before = shown
    assert before, f"{kept.name} is not there yet; see this module's first lines"
    assert squeezed(shown) == squeezed(before)


def squeezed(text: str) -> str:
    """The text but for the length of the measured time, which is right-aligned behind spaces."""
    return re.sub(rf"{_STEP} +·+", "time per step ·", text)


def test_the_measured_time_is_masked() -> None:
    row = "│ time per step   46.9 µs │"
    assert masked(row) == "│ time per step   ······· │"
    assert squeezed(masked(row)) == squeezed(masked("│ time per step  1.23 ms │"))
