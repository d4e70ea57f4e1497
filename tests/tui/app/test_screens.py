"""Help and the ways out, through the whole app."""

import random
import string
from dataclasses import replace

import pytest
from textual.strip import Strip
from textual.widgets import OptionList

from core import TrainingConfig
from tests.tui.program import FASTEST, Program, opened
from tui.app.help import HelpScreen
from tui.screens.listing import Listing
from tui.screens.shared import SharedScreen


async def test_help_opens_and_closes() -> None:
    async with opened() as program:
        for key, back in (("?", "escape"), ("f1", "escape"), ("f1", "q")):
            await program.press(key)
            assert isinstance(program.app.screen, HelpScreen), key
            await program.press(back)
            assert not isinstance(program.app.screen, HelpScreen), back
            assert program.app.is_running, back
            assert program.focus == "image", back


async def test_help_scrolls_to_its_end() -> None:
    async with opened() as program:
        await program.press("?")
        frame = program.app.screen.query_one(Listing)
        assert frame.max_scroll_y > 0
        await program.press("down")
        assert frame.scroll_y == 1
        while frame.scroll_y < frame.max_scroll_y:
            before = frame.scroll_y
            await program.press("pagedown")
            assert frame.scroll_y > before
        await program.press("pagedown")
        assert frame.scroll_y == frame.max_scroll_y
        await program.press("up")
        assert frame.scroll_y == frame.max_scroll_y - 1


async def test_training_goes_on_behind_the_help() -> None:
    async with opened() as program:
        await program.press("space", "?")
        steps = program.trainer.run.step_count
        await program.until(lambda: program.trainer.run.step_count > steps)
        assert isinstance(program.app.screen, HelpScreen)
        await program.press("escape")
        assert program.app.pace.running


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_quitting(key: str) -> None:
    async with opened() as program:
        program.send(key)
        await ended(program)


@pytest.mark.parametrize("opening", ["enter", "?", ":"])
async def test_ctrl_c_quits_from_inside_whatever_is_open(opening: str) -> None:
    async with opened() as program:
        await program.press(opening)
        await program.until(lambda: len(program.app.screen_stack) > 1)
        program.send("ctrl+c")
        await ended(program)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_quitting_while_it_trains_at_full_speed(key: str) -> None:
    async with opened() as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step > 20)
        program.send(key)
        await ended(program)


async def ended(program: Program) -> None:
    """Wait for the program's end, and see that it is a good one."""
    await program.until(lambda: not program.app.is_running)
    assert program.app.return_code == 0


async def test_esc_never_quits() -> None:
    async with opened() as program:
        for key in ("tab", "z", "?", "enter", ":", "space"):
            await program.press(key)
            program.send("escape", "escape", "escape")
            await program.arrived()
            assert program.app.is_running
            assert len(program.app.screen_stack) == 1


async def test_a_key_that_means_nothing_does_nothing() -> None:
    async with opened() as program:
        view, snapshot = program.app.view, program.snapshot
        await program.press("x", "e", "v", "m", "b", "u", "f5", "ctrl+x", "delete", "é")
        assert program.app.view == view
        assert program.snapshot is snapshot
        assert len(program.app.screen_stack) == 1


def listed(program: Program) -> list[Strip]:
    """The rows of the list in a box."""
    options = program.app.screen.query_one(OptionList)
    return [options.render_line(y) for y in range(options.size.height)]


@pytest.mark.parametrize("keys", [(":",), ("F", "/")])
async def test_lists_that_have_no_room_answer_no_page_keys(keys: tuple[str, ...]) -> None:
    async with opened() as program:
        for size in ((1, 1), (5, 3), (20, 5)):
            await program.press(*keys)
            if keys[0] == "F":
                await program.until(
                    lambda: program.app.screen.query(OptionList).first().option_count > 3
                )
            await program.press("down", "down")
            if keys[0] == "F":
                rows = [each.text for each in listed(program)]
                assert [row[:2] for row in rows[:3]] == ["  ", "▸ ", "  "]
                assert not any(row[2] == " " for row in rows)
            await program.resize(*size)
            program.send("pageup", "pagedown", "home", "end", "up", "pageup")
            await program.arrived()
            await program.resize(80, 24)
            await program.press("escape", "escape")
            assert len(program.app.screen_stack) == 1, size


STORM = [
    *string.ascii_lowercase.replace("q", ""), *"0123456789.,:/+-=()[]<>", "space", "up", "down",
    "left", "right", "home", "end", "pageup", "pagedown", "tab", "shift+tab", "backspace", "delete",
]  # fmt: skip
"""Keys that close no box, and accept nothing."""


@pytest.mark.parametrize("key", [":", "?", "c"])
async def test_a_storm_in_a_box_changes_nothing_and_esc_closes_it(key: str) -> None:
    chance = random.Random(key)
    async with opened(composes=True) as program:
        await program.press(key)
        if key == "c":
            await program.press("enter")
        for size in ((20, 5), (1, 1), (60, 20)):
            program.send(*chance.choices(STORM, k=15))
            program.send_wheel(20, 3, up=chance.random() < 0.5)
            await program.resize(*size)
        assert len(program.app.screen_stack) == 2
        await program.press("escape")
        assert len(program.app.screen_stack) == 1
        assert program.trainer.run.config == TrainingConfig()
        assert program.trainer.run.moment == (0, 0)


async def test_a_command_line_to_share_is_shown_in_the_commentary_or_in_a_box_if_it_is_long() -> (
    None
):
    async with opened() as program:
        await program.press("y")
        assert not isinstance(program.app.screen, SharedScreen)
        assert program.app.remark[0].startswith("Copied, if the terminal allows it:")
        assert program.app.remark[1].startswith("napkin-net")
        assert program.app.clipboard == program.app.remark[1]
    long = TrainingConfig(hidden=(4,), optimizer="adam", learning_rate=0.05, task="xor", images=77)
    async with opened(replace(long, seed=7, data_seed=8, pixel_noise=0.1)) as program:
        remark = program.app.remark
        await program.press("y")
        assert isinstance(program.app.screen, SharedScreen)
        assert len(program.app.clipboard) > 78
        assert program.app.remark == remark
