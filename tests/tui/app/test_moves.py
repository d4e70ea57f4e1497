"""Going from pane to pane and within them, through the whole app; the scale, and one pane alone."""

from itertools import pairwise

from core import TrainingConfig
from tests.tui.program import opened


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


async def test_moving_on_the_image() -> None:
    async with opened() as program:
        for left, down, up, right in (("left", "down", "up", "right"), ("h", "j", "k", "l")):
            seen = []
            for key in (right, right, down, left, left, up, up):
                await program.press(key)
                seen.append(program.app.view.pixel)
            assert seen == [1, 1, 3, 2, 2, 0, 0]
            await program.press(right)
            assert "▸0.50" in program.text("image")
            assert "▸0.20" not in program.text("image")
            await program.press(left)


async def test_moving_on_the_network() -> None:
    async with opened() as program:
        await program.press("tab")
        for down, up in (("down", "up"), ("j", "k")):
            assert "weight 1 " in program.text("network")
            await program.press(down, down)
            assert "weight 3 " in program.text("network")
            await program.press(down, down)
            assert "weight 4 " in program.text("network")
            await program.press(up)
            assert "weight 3 " in program.text("network")
            await program.press(up, up)


async def test_the_loss_cursor() -> None:
    async with opened() as program:
        losses = [program.snapshot.loss]
        for _ in range(6):
            await program.step()
            losses.append(program.snapshot.loss)
        await program.press("tab", "tab")
        assert program.focus == "loss"
        for left, right in (("left", "right"), ("h", "l")):
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
        program.trainer.run.run_for(1e9, max_steps=400)
        await program.step()
        await program.press("tab", "tab", "home")
        seen = [0]
        for _ in range(45):
            await program.press("right")
            cursor = program.app.view.cursor
            assert cursor is not None
            seen.append(cursor)
        assert all(before <= after for before, after in pairwise(seen))
        assert seen[-1] == program.snapshot.step, "a column a key, and the plot has 37"


async def test_moving_on_the_cost() -> None:
    async with opened() as program:
        await program.press("shift+tab")
        for down, up in (("down", "up"), ("j", "k")):
            assert "╰ 4,000 multiply-adds ─" in program.text("cost")
            await program.press(down, down)
            assert "╰ 4 multiply-adds ─" in program.text("cost")
            await program.press(down, down, down, down, down)
            assert "╰ 0 multiply-adds ─" in program.text("cost")
            await program.press(up)
            assert "╰ 20,004 multiply-adds ─" in program.text("cost")
            await program.press(up, up, up, up)


async def test_capital_l_switches_the_scale_from_any_pane() -> None:
    async with opened() as program:
        await program.step(3)
        for pane in ("image", "network", "loss", "cost"):
            assert program.focus == pane
            await program.press("L")
            assert program.app.view.log_scale
            assert "log scale" in program.text("loss")
            assert program.app.view.pixel == 0
            await program.press("shift+l")
            assert not program.app.view.log_scale
            assert "log scale" not in program.text("loss")
            await program.press("tab")


async def test_z_shows_the_focused_pane_alone() -> None:
    async with opened() as program:
        names = ("image", "network", "loss", "cost")
        places = {each: program.widget(each).region for each in names}
        for pane, back in zip(names, ("z", "escape", "z", "escape"), strict=True):
            assert program.focus == pane
            await program.press("z")
            for each in places:
                assert bool(program.widget(each).region) == (each == pane)
            assert program.widget(pane).size == (80, 20)
            await program.press(back)
            assert {each: program.widget(each).region for each in places} == places
            assert program.app.is_running
            await program.press("tab")


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


async def test_tab_while_zoomed_shows_the_next_pane_alone() -> None:
    async with opened() as program:
        await program.press("z")
        for pane in ("network", "loss", "cost", "image"):
            await program.press("tab")
            assert program.focus == pane
            assert program.widget(pane).size == (80, 20)


async def test_tab_goes_round_the_panes_and_from_explain_also_to_those_that_it_hides() -> None:
    async with opened() as program:
        for name, others in (
            ("explain", ("network", "loss", "cost", "explain", "image")),
            ("valley", ("image", "network", "valley")),
            ("map", ("image", "network", "map")),
        ):
            await program.press(name[0])
            for pane in others:
                await program.press("tab")
                assert program.focus == pane
                assert bool(program.widget(pane).region), pane
            for pane in (*others[-2::-1], others[-1]):
                await program.press("shift+tab")
                assert program.focus == pane
                assert bool(program.widget(pane).region), pane
            await program.press(name[0])


async def test_after_the_default_start_the_selection_moves_at_once() -> None:
    async with opened(TrainingConfig(hidden=(8,), seed=1), size=(120, 36)) as program:
        await program.press("tab", *["down"] * 8, "R")
        assert program.focus == "network"
        assert "weight 4 " in program.text("network")
        await program.press("up")
        assert "weight 3 " in program.text("network")
