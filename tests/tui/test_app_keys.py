"""What each key does, through the whole app."""

import math
from itertools import pairwise

import numpy as np
import pytest
from textual.command import CommandList, CommandPalette
from textual.containers import VerticalScroll
from textual.widgets import Input, Label

from core import ESSAY_IMAGE, TrainingConfig
from tests.tui.program import FASTEST, Program, opened
from tui.screens.exact import ExactScreen
from tui.screens.help import HelpScreen
from tui.training import SPEEDS

TANH = TrainingConfig(hidden=(4,), seed=4)


async def test_it_opens_on_the_essays_example_and_waits() -> None:
    async with opened() as program:
        assert "predicts 0.684" in program.words("image")
        assert "truth 0.450" in program.words("image")
        assert "error +0.234 dark" in program.words("image")
        assert "4→1 · seed 0" in program.text("header")
        assert "step 0 · ready" in program.text("header")
        assert program.text("commentary").startswith(
            " It predicts 0.684; the image is 0.450 dark. The weights were picked at random."
        )
        assert program.focus == "image"
        assert program.app.view.pixel == 0


async def test_s_takes_one_step_and_shows_it() -> None:
    async with opened() as program:
        await program.step()
        assert "step 1 · paused" in program.text("header")
        # One step of 0.1 times the gradient +0.7213 (see the network pane) from 0.98.
        assert "+0.9079" in program.text("network")
        assert "so far, 1 step " in program.text("cost")
        await program.step()
        assert "step 2 · paused" in program.text("header")


async def test_what_a_step_changed_is_bold_until_the_next_key() -> None:
    async with opened() as program:
        assert "+0.9800" not in program.bold("network")
        await program.step()
        assert "+0.9079" in program.bold("network")
        await program.press("right")
        assert "+0.9079" in program.text("network")
        assert "+0.9079" not in program.bold("network")


async def test_space_runs_and_pauses() -> None:
    async with opened() as program:
        await program.press("space")
        assert "running" in program.text("header")
        assert "space pause" in program.text("footer")
        await program.until(lambda: program.snapshot.step >= 3)
        await program.press("space")
        assert "paused" in program.text("header")
        assert "space run" in program.text("footer")
        steps = program.trainer.step_count
        await program.settle()
        assert program.trainer.step_count == steps
        assert program.snapshot.step == steps


async def test_s_while_running_pauses_and_takes_one_step() -> None:
    async with opened() as program:
        await program.press("space")
        await program.until(lambda: program.snapshot.step >= 1)
        steps = program.trainer.step_count
        await program.press("s")
        await program.until(lambda: program.snapshot.step > steps)
        assert not program.app.pace.running
        steps = program.trainer.step_count
        await program.settle()
        assert program.snapshot.step == program.trainer.step_count == steps
        assert "paused" in program.text("header")


async def test_r_starts_this_again_from_the_same_weights() -> None:
    async with opened(TANH) as program:
        first = program.snapshot.parameters
        await program.step(5)
        assert not np.array_equal(program.snapshot.parameters, first)
        await program.press("r")
        assert np.array_equal(program.snapshot.parameters, first)
        assert "4→4→1 tanh · seed 4" in program.text("header")
        assert "step 0 · ready" in program.text("header")
        assert "Back at step 0" in program.text("commentary")


async def test_r_while_running_stops_at_step_0() -> None:
    async with opened() as program:
        await program.press("]", "]", "space")
        await program.until(lambda: program.snapshot.step >= 5)
        await program.press("r")
        assert program.snapshot.step == 0
        assert not program.app.pace.running
        assert "step 0 · ready" in program.text("header")


@pytest.mark.parametrize("key", ["R", "shift+r"])
async def test_capital_r_opens_the_essay_again(key: str) -> None:
    async with opened(
        TrainingConfig(hidden=(4,), seed=4, learning_rate=0.5, data_seed=3)
    ) as program:
        await program.step(3)
        await program.press(key)
        assert program.trainer.config == TrainingConfig()
        assert "4→1 · seed 0" in program.text("header")
        assert "predicts 0.684" in program.words("image")
        assert "rate 0.1" in program.text("footer")
        assert "The essay's start" in program.text("commentary")


async def test_n_draws_the_next_seeds_weights_on_the_same_images() -> None:
    async with opened() as program:
        images = program.trainer.images.images
        await program.step(2)
        await program.press("n")
        assert program.trainer.config == TrainingConfig(seed=1)
        assert "seed 1" in program.text("header")
        assert "step 0 · ready" in program.text("header")
        assert np.array_equal(program.trainer.images.images, images)
        assert "New weights, same images" in program.text("commentary")
        first = program.snapshot.parameters
        await program.press("n")
        assert "seed 2" in program.text("header")
        assert not np.array_equal(program.snapshot.parameters, first)


async def test_after_the_last_seed_comes_the_first() -> None:
    async with opened(TrainingConfig(seed=2**32 - 1)) as program:
        await program.press("n")
        assert program.trainer.config.seed == 0


@pytest.mark.parametrize("keys", [("[", "]"), ("<", ">")])
async def test_speeds_go_from_one_step_a_second_to_as_fast_as_it_can(keys: tuple[str, str]) -> None:
    slower, faster = keys
    async with opened() as program:
        assert "speed 10/s" in program.text("footer")
        await program.press(faster)
        assert "speed 30/s" in program.text("footer")
        for _ in SPEEDS:
            await program.press(faster)
        assert program.app.pace.speed == math.inf
        assert "speed max" in program.text("footer")
        await program.press(slower)
        assert "speed 1,000/s" in program.text("footer")
        for _ in SPEEDS:
            await program.press(slower)
        assert "speed 1/s" in program.text("footer")
        assert not program.app.pace.running


async def test_the_speed_changes_while_it_runs() -> None:
    async with opened() as program:
        await program.press("space", "]")
        assert program.app.pace.running
        assert "speed 30/s" in program.text("footer")
        await program.press("[", "[")
        assert program.app.pace.running
        assert "speed 5/s" in program.text("footer")


async def test_brackets_change_the_learning_rate() -> None:
    async with opened() as program:
        for shown in ("0.2", "0.5", "1", "2"):
            await program.press(")")
            assert f"rate {shown} " in program.text("footer")
        assert program.trainer.config.learning_rate == 2.0
        await program.press("(", "(", "(", "(", "(")
        assert program.trainer.config.learning_rate == 0.05
        # The step to come is the rate times the gradient: 0.05 × 0.7213.
        assert "−0.0361" in program.text("network")
        assert "Learning rate 0.1 → 0.05" in program.text("commentary")


async def test_an_odd_learning_rate_goes_to_its_neighbours() -> None:
    async with opened(TrainingConfig(learning_rate=0.3)) as program:
        await program.press(")")
        assert program.trainer.config.learning_rate == 0.5
        await program.press("(")
        assert program.trainer.config.learning_rate == 0.2


async def test_the_learning_rate_changes_while_it_runs() -> None:
    async with opened() as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step >= 3)
        await program.press(")")
        assert program.app.pace.running
        assert program.trainer.config.learning_rate == 0.2
        assert "rate 0.2" in program.text("footer")


async def test_a_rate_above_the_limit_is_said_to_diverge_beforehand() -> None:
    async with opened() as program:
        await program.press(")", ")", ")")
        assert "rates above 0.905 diverge" in program.text("commentary")


async def test_tab_goes_round_the_panes() -> None:
    async with opened() as program:
        visited = []
        for _ in range(4):
            visited.append(program.focus)
            await program.press("tab")
        assert visited == ["image", "network", "loss", "cost"]
        assert program.focus == "image"
        for expected in ("cost", "loss", "network", "image"):
            await program.press("shift+tab")
            assert program.focus == expected


@pytest.mark.parametrize(
    "keys", [("left", "down", "up", "right"), ("h", "j", "k", "l")], ids=["arrows", "hjkl"]
)
async def test_moving_on_the_image(keys: tuple[str, str, str, str]) -> None:
    left, down, up, right = keys
    async with opened() as program:
        seen = []
        for key in (right, right, down, down, left, left, up, up):
            await program.press(key)
            seen.append(program.app.view.pixel)
        assert seen == [1, 1, 3, 3, 2, 2, 0, 0]
        await program.press(right)
        assert "▸0.50" in program.text("image")
        assert "▸0.20" not in program.text("image")


@pytest.mark.parametrize("keys", [("down", "up"), ("j", "k")], ids=["arrows", "hjkl"])
async def test_moving_on_the_network(keys: tuple[str, str]) -> None:
    down, up = keys
    async with opened() as program:
        await program.press("tab")
        assert "weight 1 " in program.text("network")
        await program.press(down, down)
        assert "weight 3 " in program.text("network")
        await program.press(down, down)
        assert "weight 4 " in program.text("network")
        await program.press(up)
        assert "weight 3 " in program.text("network")


@pytest.mark.parametrize("keys", [("left", "right"), ("h", "l")], ids=["arrows", "hjkl"])
async def test_the_loss_cursor(keys: tuple[str, str]) -> None:
    left, right = keys
    async with opened() as program:
        losses = [program.snapshot.loss]
        for _ in range(6):
            await program.step()
            losses.append(program.snapshot.loss)
        await program.press("tab", "tab")
        assert program.focus == "loss"
        await program.press(left)
        assert program.app.view.cursor == 5
        assert f"step 5: loss {losses[5]:.4f}"[:18] in program.text("loss")
        await program.press(left, left, right)
        assert program.app.view.cursor == 4
        await program.press("home")
        assert program.app.view.cursor == 0
        assert "step 0: loss 0.446" in program.text("loss")
        await program.press(left)
        assert program.app.view.cursor == 0
        await program.press("end")
        assert program.app.view.cursor is None
        assert "step 0: loss" not in program.text("loss")


async def test_the_loss_cursor_goes_through_a_long_curve_to_both_ends() -> None:
    async with opened() as program:
        await program.run(400)
        await program.press("tab", "tab", "home")
        seen = [0]
        for _ in range(45):
            await program.press("right")
            cursor = program.app.view.cursor
            assert cursor is not None
            seen.append(cursor)
        assert all(before <= after for before, after in pairwise(seen))
        assert seen[-1] == program.snapshot.step, "a column a key, and the plot has 37"


@pytest.mark.parametrize("keys", [("down", "up"), ("j", "k")], ids=["arrows", "hjkl"])
async def test_moving_on_the_ledger(keys: tuple[str, str]) -> None:
    down, up = keys
    async with opened() as program:
        await program.press("shift+tab")
        assert "╰ 4,000 multiply-adds ─" in program.text("cost")
        await program.press(down, down)
        assert "╰ 4 multiply-adds ─" in program.text("cost")
        await program.press(down, down, down, down, down)
        assert "╰ 0 multiply-adds ─" in program.text("cost")
        await program.press(up)
        assert "╰ 20,004 multiply-adds ─" in program.text("cost")


async def test_digits_paint_the_pixel_and_f_makes_it_black() -> None:
    async with opened() as program:
        for digit in "0123456789":
            await program.press(digit)
            assert program.app.view.image[0] == float(f"0.{digit}")
            assert f"▸0.{digit}0" in program.text("image")
        await program.press("f")
        assert program.app.view.image == (1.0, 0.5, 0.4, 0.7)
        assert "▸1.00" in program.text("image")


@pytest.mark.parametrize("darker", ["+", "="])
async def test_a_pixel_gets_darker_and_lighter_in_steps(darker: str) -> None:
    async with opened() as program:
        await program.press(darker, darker)
        assert program.app.view.image[0] == 0.3
        await program.press("-", "-", "-")
        assert program.app.view.image[0] == 0.15
        program.send(*["-"] * 25)
        await program.settle()
        assert program.app.view.image[0] == 0.0
        assert math.copysign(1.0, program.app.view.image[0]) == 1.0
        program.send(*[darker] * 25)
        await program.settle()
        assert program.app.view.image[0] == 1.0


async def test_a_pixel_changes_the_reading_at_once_and_the_training_never() -> None:
    async with opened() as program:
        images, targets = (
            program.trainer.images.images.copy(),
            program.trainer.images.targets.copy(),
        )
        loss = program.snapshot.loss
        await program.press("9")
        # 0.9 × 0.98 + 0.5 × 0.4 + 0.4 × 0.86 − 0.7 × 0.08 = 1.370; the mean is 2.5 / 4.
        assert "predicts 1.370" in program.words("image")
        assert "truth 0.625" in program.words("image")
        assert "error +0.745 dark" in program.words("image")
        assert "0.90 × +0.9800" in program.text("network")
        assert "= +0.8820" in program.text("network")
        assert "+1.3700" in program.text("network")
        assert "You look at another image; the training images stay." in program.text("commentary")
        assert program.snapshot.loss == loss
        assert np.array_equal(program.trainer.images.images, images)
        assert np.array_equal(program.trainer.images.targets, targets)


async def test_an_edited_pixel_leaves_the_run_as_it_goes_without() -> None:
    async with opened() as edited, opened() as other:
        await edited.press("9", "right", "0")
        for program in (edited, other):
            await program.step(20)
        assert np.array_equal(edited.snapshot.parameters, other.snapshot.parameters)


async def test_a_pixel_changes_the_reading_while_training_runs() -> None:
    async with opened() as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step >= 5)
        image = program.app.view.image
        await program.press("f")
        assert program.app.pace.running
        assert program.app.view.image == (1.0, *image[1:])
        reading = program.snapshot.reading
        assert reading.image == (1.0, 0.5, 0.4, 0.7)
        assert reading.truth == pytest.approx(0.65)
        assert reading.prediction == pytest.approx(
            float(np.array(reading.image) @ program.snapshot.parameters)
        )
        assert "truth 0.650" in program.words("image")
        assert "1.00 × " in program.text("network")


async def exact(program: Program, text: str) -> str:
    """Type a value for the pixel and press enter; give what is answered, if anything is."""
    if not isinstance(program.app.screen, ExactScreen):
        await program.press("enter")
        await program.until(lambda: isinstance(program.app.focused, Input))
    field = program.app.screen.query_one(Input)
    field.value = ""
    await program.press(*text, "enter")
    screen = program.app.screen
    return str(screen.query_one("#answer", Label).content) if screen.query("#answer") else ""


@pytest.mark.parametrize(
    ("typed", "value"), [("0.35", 0.35), ("1", 1.0), (".125", 0.125), ("0,35", 0.35), ("-0", 0.0)]
)
async def test_an_exact_value_is_typed(typed: str, value: float) -> None:
    async with opened() as program:
        assert await exact(program, typed) == ""
        assert program.app.view.image == (value, 0.5, 0.4, 0.7)
        assert math.copysign(1.0, program.app.view.image[0]) == 1.0


async def test_a_value_that_is_none_is_refused_and_asked_for_again() -> None:
    async with opened() as program:
        for typed, answer in (
            ("1.5", "from 0 (white) to 1 (black)"),
            ("-0.1", "from 0 (white) to 1 (black)"),
            ("nan", "from 0 (white) to 1 (black)"),
            ("1e999", "from 0 (white) to 1 (black)"),
            ("dark", "'dark' is no number"),
            ("", "type a number, such as 0.35"),
        ):
            assert answer in await exact(program, typed)
            assert program.app.view.image == ESSAY_IMAGE
        assert await exact(program, "0.25") == ""
        assert program.app.view.image[0] == 0.25


async def test_esc_leaves_the_pixel_as_it_was() -> None:
    async with opened() as program:
        await program.press("right", "enter")
        await program.until(lambda: isinstance(program.app.focused, Input))
        field = program.app.screen.query_one(Input)
        assert field.value == "0.5"
        await program.press("0", ".", "9", "escape")
        assert not isinstance(program.app.screen, ExactScreen)
        assert program.app.view.image == ESSAY_IMAGE
        assert program.app.is_running


async def test_the_exact_value_is_for_the_pixel_it_was_asked_for() -> None:
    async with opened() as program:
        await program.press("down", "right")
        await exact(program, "0.125")
        assert program.app.view.image == (0.2, 0.5, 0.4, 0.125)


@pytest.mark.parametrize("key", ["L", "shift+l"])
async def test_capital_l_switches_the_scale_from_any_pane(key: str) -> None:
    async with opened() as program:
        await program.step(3)
        for pane in ("image", "network", "loss", "cost"):
            assert program.focus == pane
            await program.press(key)
            assert program.app.view.log_scale
            assert "log scale" in program.text("loss")
            assert program.app.view.pixel == 0
            await program.press(key)
            assert not program.app.view.log_scale
            assert "log scale" not in program.text("loss")
            await program.press("tab")


@pytest.mark.parametrize(
    ("pane", "back"), [("image", "z"), ("network", "escape"), ("loss", "z"), ("cost", "escape")]
)
async def test_z_shows_the_focused_pane_alone(pane: str, back: str) -> None:
    async with opened() as program:
        places = {
            each: program.widget(each).region for each in ("image", "network", "loss", "cost")
        }
        while program.focus != pane:
            await program.press("tab")
        await program.press("z")
        for each in places:
            assert bool(program.widget(each).region) == (each == pane)
        assert program.widget(pane).size.width == 80
        assert program.widget(pane).size.height == 20
        await program.press(back)
        assert {each: program.widget(each).region for each in places} == places
        assert program.app.is_running


async def test_a_zoomed_pane_is_alive() -> None:
    async with opened() as program:
        await program.press("z", "9")
        assert "▸0.90" in program.text("image")
        await program.step()
        assert "step 1" in program.text("header")


async def test_tab_while_zoomed_never_leads_to_a_hidden_pane() -> None:
    async with opened() as program:
        await program.press("z", "tab")
        assert program.focus is not None
        assert bool(program.widget(program.focus).region)
        await program.press("z")
        assert all(
            bool(program.widget(each).region) for each in ("image", "network", "loss", "cost")
        )


@pytest.mark.parametrize(("key", "back"), [("?", "escape"), ("f1", "?"), ("?", "f1"), ("f1", "q")])
async def test_help_opens_and_closes(key: str, back: str) -> None:
    async with opened() as program:
        await program.press(key)
        assert isinstance(program.app.screen, HelpScreen)
        await program.press(back)
        assert not isinstance(program.app.screen, HelpScreen)
        assert program.app.is_running
        assert program.focus == "image"


async def test_help_scrolls_to_its_end() -> None:
    async with opened() as program:
        await program.press("?")
        frame = program.app.screen.query_one(VerticalScroll)
        assert frame.max_scroll_y > 0
        for key in ("down", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown"):
            before = frame.scroll_y
            await program.press(key)
            assert frame.scroll_y > before or frame.scroll_y == frame.max_scroll_y
        assert frame.scroll_y == frame.max_scroll_y
        await program.press("up")
        assert frame.scroll_y == frame.max_scroll_y - 1


async def test_training_goes_on_behind_the_help() -> None:
    async with opened() as program:
        await program.press("space", "?")
        steps = program.trainer.step_count
        await program.until(lambda: program.trainer.step_count > steps)
        assert isinstance(program.app.screen, HelpScreen)
        await program.press("escape")
        assert program.app.pace.running


async def palette(program: Program, key: str, words: str) -> None:
    """Open the palette, look for some words, and take the first that is found."""
    await program.press(key)
    await program.until(lambda: isinstance(program.app.focused, Input))
    await program.press(*words)
    found = program.app.screen.query_one(CommandList)
    await program.until(lambda: found.option_count > 0 and found.display)
    await program.press("enter")
    await program.until(lambda: not isinstance(program.app.screen, CommandPalette))


@pytest.mark.parametrize("key", [":", "ctrl+p"])
async def test_the_palette_opens_and_esc_closes_it(key: str) -> None:
    async with opened() as program:
        await program.press(key)
        assert isinstance(program.app.screen, CommandPalette)
        await program.press("escape", "escape")
        assert not isinstance(program.app.screen, CommandPalette)
        assert program.app.is_running


async def test_the_palette_changes_the_gradient_method() -> None:
    async with opened() as program:
        await palette(program, ":", "by nudging")
        assert program.trainer.config.gradient == "nudge"
        assert "a step, by backprop" in program.text("cost")
        assert "20,004" in program.text("cost")
        assert "Gradient by nudging" in program.text("commentary")
        await palette(program, ":", "by backprop")
        assert program.trainer.config.gradient == "backprop"


async def test_the_palette_changes_the_engine() -> None:
    async with opened() as program:
        loss = program.snapshot.loss
        await palette(program, ":", "engine loops")
        assert program.trainer.config.engine == "loops"
        assert "Engine loops" in program.text("commentary")
        assert program.snapshot.loss == pytest.approx(loss, abs=1e-12)
        await palette(program, ":", "engine matrix")
        assert program.trainer.config.engine == "matrix"


async def test_the_palette_carries_out_a_keys_action() -> None:
    async with opened() as program:
        await palette(program, ":", "take one step")
        await program.until(lambda: program.snapshot.step == 1)


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
        await program.until(lambda: program.snapshot.step > 100)
        program.send(key)
        await ended(program)


async def ended(program: Program) -> None:
    """Wait for the program's end, and see that it is a good one."""
    await program.until(lambda: not program.app.is_running)
    assert program.app.return_code == 0


async def test_esc_never_quits() -> None:
    async with opened() as program:
        for key in ("tab", "z", "?", "enter", ":", "space"):
            await program.press(key, "escape", "escape", "escape")
            assert program.app.is_running
            assert len(program.app.screen_stack) == 1


async def test_a_key_that_means_nothing_does_nothing() -> None:
    async with opened() as program:
        view, snapshot = program.app.view, program.snapshot
        await program.press("x", "e", "v", "m", "b", "u", "ctrl+s", "f5", "ctrl+x", "delete", "é")
        assert program.app.view == view
        assert program.snapshot is snapshot
        assert len(program.app.screen_stack) == 1


@pytest.mark.parametrize("last", ["escape", "enter"])
async def test_a_key_right_behind_an_exact_value(last: str) -> None:
    async with opened() as program:
        await program.press("enter")
        await program.until(lambda: isinstance(program.app.focused, Input))
        program.send("0", ".", "3", "enter", last, last)
        await program.settle()
        await program.settle()
        assert program.app.is_running


async def test_after_the_essays_start_the_selection_moves_at_once() -> None:
    async with opened(TrainingConfig(hidden=(8,), seed=1), size=(120, 36)) as program:
        await program.press("tab", *["down"] * 8, "R")
        assert program.focus == "network"
        assert "weight 4 " in program.text("network")
        await program.press("up")
        assert "weight 3 " in program.text("network")
