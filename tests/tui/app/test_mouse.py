"""What the mouse does, through the whole app: a click selects, the wheel changes what is below."""

import math

import pytest

from core import DEFAULT_IMAGE, TrainingConfig
from tests.tui.program import FASTEST, opened
from tui.app.help import HelpScreen
from tui.screens.listing import Listing
from tui.screens.palette import PaletteScreen
from tui.view.view import View


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_click_selects_a_pixel(size: tuple[int, int]) -> None:
    async with opened(size=size) as program:
        for pixel, number in reversed(list(enumerate(("0.20", "0.50", "0.40", "0.70")))):
            place = program.find("image", number)
            await program.press("tab")
            await program.click(*place)
            assert program.app.view.pixel == pixel
            assert program.app.view.image == DEFAULT_IMAGE
            assert program.focus == "image"
            assert f"▸{number}" in program.text("image")


async def test_a_click_beside_the_pixels_changes_nothing_but_the_focus() -> None:
    async with opened() as program:
        await program.press("tab")
        region = program.widget("image").region
        for x, y in ((region.x, region.y), (region.x + 1, region.y + 1), region.bottom_right):
            await program.click(min(x, region.right - 1), min(y, region.bottom - 1))
            assert program.app.view == View()
        assert program.focus == "image"


async def test_the_wheel_changes_the_pixel_under_it() -> None:
    async with opened() as program:
        expected = list(DEFAULT_IMAGE)
        for number, pixel in (("0.20", 0), ("0.70", 3)):
            x, y = program.find("image", number)
            await program.wheel(x, y, up=True)
            expected[pixel] = round(expected[pixel] + 0.05, 10)
            assert program.app.view.image == tuple(expected)
            for _ in range(3):
                await program.wheel(x, y, up=False)
            expected[pixel] = round(expected[pixel] - 0.15, 10)
            assert program.app.view.image == tuple(expected)


async def test_the_wheel_holds_a_pixel_between_white_and_black() -> None:
    async with opened() as program:
        x, y = program.find("image", "0.70")
        for up, limit in ((True, 1.0), (False, 0.0)):
            for _ in range(25):
                program.send_wheel(x, y, up=up)
            await program.arrived()
            assert program.app.view.image == (0.2, 0.5, 0.4, limit)


async def test_the_wheel_changes_a_pixel_while_training_runs() -> None:
    async with opened() as program:
        x, y = program.find("image", "0.50")
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step >= 5)
        program.send_wheel(x, y, up=True)
        await program.wheel(x, y, up=True)
        assert program.app.pace.running
        assert program.app.view.image == (0.2, 0.6, 0.4, 0.7)
        assert program.snapshot.reading.image == program.app.view.image
        assert "0.60" in program.text("image")
        assert "target 0.475" in program.words("image")


async def test_a_click_puts_the_cursor_on_the_curve() -> None:
    async with opened() as program:
        await program.step(12)
        plot = program.widget("loss").region
        x, y = program.find("loss", "12")
        await program.click(plot.right - 3, y - 2)
        assert program.app.view.cursor == 12
        assert program.focus == "loss"
        x, _ = program.find("loss", "┤")
        await program.click(x + 1, y - 2)
        assert program.app.view.cursor == 0
        assert "step 0: loss 0.446" in program.text("loss")
        await program.wheel(x + 1, y - 2, up=True)
        assert program.app.view.cursor == 1
        await program.wheel(x + 1, y - 2, up=False)
        assert program.app.view.cursor == 0


async def test_a_click_beside_the_curve_leaves_the_cursor() -> None:
    async with opened() as program:
        await program.step(3)
        region = program.widget("loss").region
        await program.click(region.x, region.y)
        await program.click(region.x + 2, region.y + 2)
        assert program.app.view.cursor is None


async def test_a_click_selects_a_line_of_the_cost_pane() -> None:
    async with opened() as program:
        for words, count in (
            *(("forward", "4,000"), ("update", "4"), ("by finite differences", "20,004")),
            ("so far", "0"),
        ):
            await program.press("tab")
            await program.click(*program.find("cost", words))
            assert program.focus == "cost"
            assert f"▸{words}" in program.text("cost")
            assert f"╰ {count} multiply-adds ─" in program.text("cost")


async def test_a_click_selects_a_weight() -> None:
    async with opened() as program:
        await program.click(*program.find("network", "+0.8600"))
        assert program.focus == "network"
        assert program.app.view.parameter == 2
        assert "weight 3 " in program.text("network")


async def test_a_click_selects_a_neurons_weight() -> None:
    async with opened(TrainingConfig(hidden=(4,), seed=4), size=(120, 36)) as program:
        chosen = set()
        for text in ("+0.83", "−0.79", "−0.69"):
            await program.click(*program.find("network", text))
            chosen.add(program.app.view.parameter)
        assert len(chosen) == 3


async def test_a_click_on_the_footer_runs_or_steps() -> None:
    async with opened() as program:
        await program.click(*program.find("footer", "s step"))
        await program.until(lambda: program.snapshot.step == 1)
        assert "step 1 · paused" in program.text("header")
        for words in ("space", "run"):
            await program.click(*program.find("footer", words))
            assert program.app.pace.running, words
            await program.press("space")
            assert not program.app.pace.running, words


async def test_clicks_on_the_footers_settings() -> None:
    async with opened() as program:
        for text, speed in (("]", 30), ("]", 100), ("[", 30)):
            await program.click(*program.find("footer", text))
            assert program.app.pace.speed == speed
        for text, rate in ((")", 0.2), (")", 0.5), ("(", 0.2)):
            await program.click(*program.find("footer", text))
            assert program.trainer.run.config.learning_rate == rate
        await program.step(2)
        await program.click(*program.find("footer", "restart"))
        assert program.snapshot.step == 0
        await program.click(*program.find("footer", "keys"))
        assert isinstance(program.app.screen, HelpScreen)
        await program.press("escape")
        await program.click(*program.find("footer", "find"))
        assert isinstance(program.app.screen, PaletteScreen)


async def test_the_footer_shows_the_focused_panes_keys_and_a_click_presses_them() -> None:
    async with opened(size=(120, 36)) as program:
        await program.click(*program.find("footer", "darker"))
        assert program.app.view.image == (0.25, 0.5, 0.4, 0.7)
        await program.click(*program.find("footer", "black"))
        assert program.app.view.image == (1.0, 0.5, 0.4, 0.7)
        await program.press("tab", "tab")
        assert "black" not in program.text("footer")
        await program.click(*program.find("footer", "log/linear"))
        assert program.app.view.log_scale
        assert program.focus == "loss", "a click on the footer leaves the focus where it was"


async def test_a_click_between_the_footers_entries_does_nothing() -> None:
    async with opened() as program:
        before = program.app.view, program.app.pace, program.snapshot
        x, y = program.find("footer", "s step")
        await program.click(x - 1, y)
        await program.click(79, y)
        assert (program.app.view, program.app.pace, program.snapshot) == before


async def test_header_and_commentary_take_clicks_and_the_wheel_without_a_change() -> None:
    async with opened() as program:
        for part in ("header", "commentary"):
            region = program.widget(part).region
            for x in (0, 20, 79):
                await program.click(x, region.y)
                await program.wheel(x, region.y, up=True)
            assert program.app.view == View(), part
            assert program.focus == "image", part


async def test_the_wheel_scrolls_a_network_that_does_not_fit() -> None:
    async with opened(TrainingConfig(hidden=(12, 12), seed=1)) as program:
        region = program.widget("network").region
        first = program.text("network")
        x, y = region.x + 4, region.y + 4
        await program.wheel(x, y, up=False)
        assert program.text("network") != first
        await program.wheel(x, y, up=True)
        assert program.text("network") == first


async def test_help_scrolls_under_the_wheel() -> None:
    async with opened() as program:
        await program.press("?")
        frame = program.app.screen.query_one(Listing)
        await program.wheel(40, 12, up=False)
        await program.until(lambda: frame.scroll_y > 0)
        assert math.isfinite(frame.scroll_y)
