"""What keys open beside the panes: the selected number's arithmetic, the landscape, and the map."""

import re

import numpy as np
import pytest

from core import Outcome, TrainingConfig
from core.quantities.quantities import (
    Count,
    CountQuantity,
    GradientQuantity,
    LossQuantity,
    ParameterQuantity,
    PixelQuantity,
    Quantity,
    UpdateQuantity,
)
from tests.tui.program import FASTEST, Program, is_on_screen, opened
from tui.panes.landscape.landscape import LandscapePane
from tui.panes.pane import Pane
from tui.words.phrases import apart

TANH = TrainingConfig(hidden=(4,), seed=4)
SLOW = TrainingConfig(learning_rate=1e-5)
ALL = ("image", "network", "loss", "cost")
NAMES = ("explain", "valley", "map")


def target(program: Program) -> Quantity:
    """What is explained."""
    return program.app.quantity


def shown(program: Program) -> set[str]:
    """Which panes are to be seen."""
    return {
        pane.id or "" for pane in program.app.query(Pane) if pane.is_on_screen and bool(pane.region)
    }


async def go_into(program: Program, name: str) -> None:
    """Have the keys go to a pane."""
    program.widget(name).focus()
    await program.arrived()
    assert program.focus == name


async def test_e_opens_the_arithmetic_of_the_selected_pixel_and_closes_it() -> None:
    async with opened() as program:
        await program.press("e")
        assert target(program) == PixelQuantity(0)
        assert "explain" in shown(program)
        first = program.words("explain")
        assert "0.20" in first
        await program.press("right")
        assert target(program) == PixelQuantity(1)
        assert program.words("explain") != first
        assert "0.50" in program.words("explain")
        await program.press("9")
        assert "0.90" in program.words("explain")
        await program.press("e")
        assert shown(program) == set(ALL)


async def test_esc_closes_what_is_open_and_leaves_the_panes_as_they_were() -> None:
    async with opened() as program:
        places = {each: program.widget(each).region for each in ALL}
        text = program.text("image")
        await program.press("tab")
        for name in NAMES:
            await program.press(name[0], "escape")
            assert shown(program) == set(ALL), name
            assert {each: program.widget(each).region for each in ALL} == places, name
            assert program.text("image") == text, name
            assert program.focus == "network", name


async def test_left_and_right_choose_weight_gradient_and_update() -> None:
    async with opened() as program:
        await program.press("tab", "down", "e")
        assert target(program) == ParameterQuantity(1)
        assert "weight 2" in program.text("explain")
        weight = program.text("explain")
        await program.press("right")
        assert target(program) == GradientQuantity(1)
        gradient = program.snapshot.gradient
        assert gradient is not None
        assert f"{gradient[1]:.4f}" in program.text("explain")
        await program.press("right")
        assert target(program) == UpdateQuantity(1)
        stepped = program.snapshot.parameters[1] - 0.1 * gradient[1]
        assert f"{stepped:.4f}" in program.text("explain")
        await program.press("right")
        assert target(program) == UpdateQuantity(1)
        await program.press("up")
        assert target(program) == UpdateQuantity(0)
        await program.press("left", "left", "left", "down")
        assert target(program) == ParameterQuantity(1)
        assert program.text("explain") == weight


async def test_the_loss_is_explained_from_its_pane() -> None:
    async with opened() as program:
        await program.step(3)
        await program.press("tab", "tab", "e")
        assert target(program) == LossQuantity()
        assert f"{program.snapshot.loss:.4f}" in program.text("explain")


async def test_each_line_of_the_cost_is_explained() -> None:
    async with opened() as program:
        await program.step(3)
        await program.press("shift+tab", "e")
        counts = []
        for line in (line for line in Count if line is not Count.FORWARD_PASSES):
            assert target(program) == CountQuantity(line)
            counts.append(program.words("explain"))
            await program.press("down")
        for text, number in zip(
            counts, ("4,000", "4,000", "4", "8,004", "20,004", "24,012"), strict=True
        ):
            assert number in text
        assert len(set(counts)) == 6


async def test_it_follows_the_focus_and_a_click() -> None:
    async with opened(size=(120, 36)) as program:
        await program.press("e")
        await program.press("tab")
        assert target(program) == ParameterQuantity(0)
        await program.click(*program.find("network", "+0.8600"))
        assert target(program) == ParameterQuantity(2)
        await program.press("tab")
        assert target(program) == LossQuantity()
        await program.click(*program.find("cost", "update"))
        assert target(program) == CountQuantity(Count.UPDATE)
        await program.click(*program.find("image", "0.70"))
        assert target(program) == PixelQuantity(3)
        # In the explain pane itself, what is explained stays.
        await program.click(*program.find("explain", "explain"))
        assert program.focus == "explain"
        assert target(program) == PixelQuantity(3)


async def test_it_follows_the_training() -> None:
    async with opened() as program:
        await program.press("tab", "right", "e")
        assert target(program) == GradientQuantity(0)
        for _ in range(3):
            await program.step()
            gradient = program.snapshot.gradient
            assert gradient is not None
            assert re.search(re.escape(f"{gradient[0]:.4f}"), program.text("explain"))
        await program.press("b")
        await program.until(lambda: not program.app.controller.training.is_travelling)
        gradient = program.snapshot.gradient
        assert gradient is not None
        assert f"{gradient[0]:.4f}" in program.text("explain")


async def test_mini_batches_are_explained_with_the_batch_of_the_coming_step() -> None:
    config = TrainingConfig(images=50, batch_size=20)
    async with opened(config, size=(120, 36)) as program:
        await program.press("tab", "tab", "e")
        for step, size in enumerate((20, 20, 10, 20)):
            assert program.snapshot.step == step
            assert f"{program.snapshot.loss:.4f}" in program.text("explain")
            assert f"{size} images" in program.words("explain")
            await program.step()


async def test_at_80_by_24_it_takes_the_place_of_the_row_without_what_it_is_about() -> None:
    async with opened() as program:
        for name in (*NAMES, "data"):
            await program.press(name[0])
            assert shown(program) == {"image", "network", name}
            assert is_on_screen(program.widget(name)), name
            await program.press("escape", "tab", "tab", name[0])
            # The loss is explained; the landscape and the map are about the network.
            row = {"loss", "cost"} if name == "explain" else {"image", "network"}
            assert shown(program) == {*row, name}
            assert is_on_screen(program.widget(name)), name
            assert program.widget(name).size.width == 80, name
            for each in ("header", "commentary", "footer"):
                assert is_on_screen(program.widget(each)), name
            await program.press("escape")
            assert program.focus == "loss", "where it was"
            await program.press("tab", "tab")


async def test_what_stays_beside_an_opened_pane_lies_where_it_lay() -> None:
    async with opened() as program:
        before = {name: program.widget(name).region for name in ALL}
        for keys, stays in (((), "image"), (("tab", "tab"), "loss")):
            await program.press(*keys, "e")
            assert program.focus == stays, "the number that is explained"
            assert program.widget(stays).region == before[stays], stays
            await program.press("escape")


async def test_v_m_and_d_take_the_focus_and_give_it_back_where_it_was() -> None:
    for size, starts in (((80, 24), ("image", "loss")), ((120, 36), ("cost",))):
        async with opened(size=size) as program:
            for start in starts:
                program.widget(start).focus()
                await program.arrived()
                for key, name in (("v", "valley"), ("m", "map"), ("d", "data")):
                    for close in (key, "escape"):
                        await program.press(key)
                        assert program.focus == name, (size, start)
                        assert "network" in shown(program), (size, start)
                        await program.press(close)
                        assert program.focus == start, (size, name, close)
                await program.press("v", "m", "e")
                assert program.focus == start, "e leaves it on the number that it explains"
                await program.press("d", "escape")
                assert program.focus == start
                await program.press("escape")


async def test_keys_go_to_what_v_and_m_open_at_once() -> None:
    async with opened(TANH) as program:
        program.send("v", "right", "m", "w", "up", "enter", "-", "x", "t")
        await program.drawn()
        assert program.snapshot.manual_edits is not None, "the landscape’s arrow moved a weight"
        edge = program.text("map").split("\n")
        assert "layer 1 neuron 1 over bottom left and top left" in edge[0]
        assert program.app.view.image[2] == pytest.approx(0.45), "and the map’s a pixel"
        await program.press("escape")
        assert program.focus == "image"
        program.send("d", "down", "down", "right")
        await program.drawn()
        example = program.app.view.example
        assert example is not None
        assert example.index == 27, "a row of 26 images, and one"


async def test_tab_goes_between_the_landscape_and_the_network_that_stays_beside_it() -> None:
    async with opened() as program:
        await program.press("tab", "tab", "v")
        for name in ("image", "network", "valley", "image"):
            await program.press("tab")
            assert program.focus == name
            assert shown(program) == {"image", "network", "valley"}
        await program.press("9", "tab", "down", "+")
        assert program.app.view.image[0] == 0.9
        assert program.snapshot.parameters[1] == pytest.approx(0.45)
        await program.press("shift+tab", "shift+tab", "escape")
        assert shown(program) == set(ALL)


async def test_where_tab_hides_panes_the_two_lines_say_so_and_how_to_go_back() -> None:
    async with opened() as program:
        await program.press("e", "tab", "tab")
        assert shown(program) == {"loss", "cost", "explain"}
        assert "image and network are hidden" in program.app.remark[0]
        assert "shift+tab" in program.app.remark[1]
        await program.press("shift+tab")
        assert shown(program) == {"image", "network", "explain"}
        assert "loss and cost are hidden" in program.app.remark[0]
        await program.press("escape")
        before = program.app.remark
        await program.press("tab", "tab")
        assert program.app.remark == before, "nothing is hidden"


async def test_on_a_narrow_terminal_it_opens_right_below_the_pane_that_it_is_about() -> None:
    async with opened(size=(60, 20)) as program:
        for start in ALL:
            program.widget(start).focus()
            await program.arrived()
            for name in NAMES:
                await program.press(name[0])
                beside = start
                if name != "explain" and start in ("loss", "cost"):
                    beside = "network"
                await program.until(lambda: is_on_screen(program.widget(name)))  # noqa: B023
                top = program.widget(beside).region
                assert top.bottom == program.widget(name).region.y, (start, name)
                assert is_on_screen(program.widget(beside)), (start, name)
                await program.press("escape")
                assert program.focus == start


@pytest.mark.parametrize("size", [(120, 36), (200, 60)])
async def test_from_120_by_36_on_it_stands_beside_all_others(size: tuple[int, int]) -> None:
    async with opened(size=size) as program:
        for name in NAMES:
            await program.press(name[0])
            assert shown(program) == {*ALL, name}
            for each in (*ALL, name, "header", "commentary", "footer"):
                assert is_on_screen(program.widget(each)), (name, each)
            seen = set()
            for _ in range(5):
                seen.add(program.focus)
                await program.press("tab")
            assert seen == {*ALL, name}
            await program.press("escape")


async def test_opening_one_closes_the_other() -> None:
    async with opened(size=(120, 36)) as program:
        await program.press("e", "v")
        assert shown(program) == {*ALL, "valley"}
        await program.press("m")
        assert shown(program) == {*ALL, "map"}
        await program.press("e")
        assert shown(program) == {*ALL, "explain"}
        await program.press("e")
        assert shown(program) == set(ALL)


async def test_explain_opened_from_within_another_keeps_what_it_explains_in_sight() -> None:
    async with opened(size=(40, 12)) as program:
        await program.press("tab", "tab", "d")
        assert program.focus == "data"
        await program.app.open_pane("explain")
        assert program.focus == "loss"
        assert target(program) == LossQuantity()
        await program.until(lambda: is_on_screen(program.widget("explain")))


async def test_closing_it_from_within_gives_the_focus_to_a_pane_that_is_there() -> None:
    async with opened(size=(120, 36)) as program:
        for name in NAMES:
            await program.press(name[0])
            await go_into(program, name)
            await program.press(name[0])
            assert shown(program) == set(ALL), name
            assert program.focus in ALL, name


async def test_the_landscape_lies_over_the_selected_weight_and_the_chosen_one() -> None:
    async with opened(size=(120, 36)) as program:
        await program.press("s", "s", "tab")
        # While it is closed, it gets neither the moments nor the path.
        assert (program.app.path, program.app.opened_snapshot) == ((), None)
        await program.press("v")
        assert len(program.app.path) == 3
        await program.until(lambda: "computing" not in program.text("valley"))
        assert "landscape · weight 1 and weight 2" in program.text("valley")
        await go_into(program, "network")
        await program.press("down", "down", "down", "w", "up")
        assert "landscape · weight 3 and weight 4" in program.text("valley")
        await program.press("up", "up")
        assert "landscape · weight 1 and weight 4" in program.text("valley")
        # Both the same are none: the next one is taken.
        await program.press("w")
        assert "landscape · weight 1 and weight 2" in program.text("valley")


async def into_the_landscape(program: Program) -> LandscapePane:
    """Open the landscape over the first two weights, and go into it."""
    await program.press("tab", "v")
    await go_into(program, "valley")
    pane = program.widget("valley")
    assert isinstance(pane, LandscapePane)
    await program.until(lambda: pane._frame is not None and "computing" not in pane_text(program))
    return pane


def pane_text(program: Program) -> str:
    return program.text("valley")


async def test_the_arrows_in_the_landscape_move_the_weights_and_b_takes_them_back() -> None:
    async with opened(size=(120, 36)) as program:
        await program.step(2)
        start = program.snapshot.parameters.copy()
        await into_the_landscape(program)
        states = [start.tobytes()]
        for key, index, sign in (("right", 0, 1), ("up", 1, 1), ("left", 0, -1), ("j", 1, -1)):
            before = program.snapshot.parameters.copy()
            await program.press(key)
            moved = program.snapshot.parameters - before
            assert np.sign(moved).tolist() == [sign * (i == index) for i in range(4)]
            states.append(program.snapshot.parameters.tobytes())
            assert f"loss {program.snapshot.loss:.4f}" in program.text("loss")
        for state in reversed(states[:-1]):
            await program.press("b")
            await program.until(lambda: not program.app.controller.training.is_travelling)
            assert program.snapshot.parameters.tobytes() == state
        assert program.snapshot.step == 2


async def test_the_arrows_along_the_curvatures_move_all_weights_and_b_takes_each_back() -> None:
    async with opened(size=(120, 36)) as program:
        await program.step(2)
        pane = await into_the_landscape(program)
        await program.press("enter")
        assert pane._surface is not None
        ways = pane._surface.principal
        assert ways is not None
        states = [program.snapshot.parameters.tobytes()]
        start_loss = program.snapshot.loss
        assert start_loss is not None
        for key, axis, sign in (("right", 0, 1), ("up", 1, 1), ("h", 0, -1), ("down", 1, -1)):
            before, frame = program.snapshot, pane._frame
            assert frame is not None
            await program.press(key)
            now = program.snapshot
            moved = now.parameters - before.parameters
            step = frame.step[axis]
            assert np.abs(moved - sign * step * ways[axis].vector(4)).max() < 1e-12 * step
            assert now.loss is not None
            assert before.loss is not None
            first, second = program.app.remark
            changes = f"{len(states)} change{'s' if len(states) > 1 else ''}"
            losses = " → ".join(apart(start_loss, now.loss))
            assert first == f"All four changed together. After {changes}: loss {losses}."
            spent = 4_000 * len(states)
            descent = f"Gradient descent, ≤ {spent:,} multiply-adds: "
            if spent < 8_004:
                descent = f"A descent step costs 8,004 multiply-adds; you used {spent:,}."
            assert descent in second
            if len(states) > 1:
                helped = now.loss < before.loss
                assert second.startswith("That was better." if helped else "That was worse.")
            states.append(now.parameters.tobytes())
        for state in reversed(states[:-1]):
            await program.press("b")
            await program.until(lambda: not program.app.controller.training.is_travelling)
            assert program.snapshot.parameters.tobytes() == state
            assert program.app.remark[0].startswith("Undone: ")
        assert program.snapshot.step == 2


async def test_the_arrows_move_a_frozen_weight_too_as_plus_and_minus_do() -> None:
    async with opened(size=(120, 36)) as program:
        await program.press("tab", "x", "+")
        assert program.snapshot.parameters[0] == pytest.approx(1.03)
        await program.press("shift+tab")
        await into_the_landscape(program)
        for mode in ("weights", "curvature"):
            before = program.snapshot.parameters.copy()
            await program.press("right")
            assert program.snapshot.parameters[0] != before[0], mode
            await program.press("enter")
        held = program.snapshot.parameters[0]
        await program.step(3)
        assert program.snapshot.frozen == {0}
        assert program.snapshot.parameters[0] == held


async def test_a_changed_bias_is_called_a_bias() -> None:
    async with opened(TrainingConfig(bias=True), size=(120, 36)) as program:
        await program.press("tab", "down", "down", "down", "down", "+")
        assert program.app.remark[0].startswith("The bias set from 0 to 0.05. After 1 change: ")
        await into_the_landscape(program)
        await program.press("enter", "up")
        assert program.app.remark[0].startswith("All five changed together. After 2 changes: ")


async def test_the_landscape_shows_no_curvatures_where_there_are_none() -> None:
    async with opened(TANH, size=(120, 36)) as program:
        pane = await into_the_landscape(program)
        await program.press("enter")
        assert pane.mode == "weights"
    async with opened(size=(120, 36)) as program:
        pane = await into_the_landscape(program)
        await program.press("enter")
        assert "highest curvature" in program.text("valley")
        # 2/λ, the line that the commentary gives too.
        assert "0.905" in program.text("valley")
        await program.press("enter")
        assert "weight 1 and weight 2" in program.text("valley")


NETWORKS = {
    "essay": TrainingConfig(),
    "hidden": TANH,
    "deep": TrainingConfig(hidden=(3, 3), seed=2, images=50),
    "large": TrainingConfig(hidden=(64, 64), seed=1, images=40),
    "batches": TrainingConfig(hidden=(2,), images=30, batch_size=7),
}
SIZES = [(120, 36), (60, 20), (20, 5), (200, 60), (40, 12), (1, 1), (80, 24)]


def is_whole(program: Program) -> bool:
    """Whether every row of every part is as wide as it is."""
    return all(
        widget.render_line(y).cell_length == widget.size.width
        for widget in map(program.widget, (*ALL, "explain", "valley", "map", "header", "footer"))
        for y in range(widget.size.height)
    )


@pytest.mark.parametrize("config", NETWORKS.values(), ids=NETWORKS.keys())
async def test_all_work_for_every_network_with_much_room_and_little(
    config: TrainingConfig,
) -> None:
    little = config in (NETWORKS["essay"], NETWORKS["large"])
    async with opened(config, size=(120, 36)) as program:
        for size in ((120, 36), (20, 5)) if little else ((120, 36),):
            await program.resize(*size)
            for name in ("e", "v", "m"):
                program.send("tab", name, "s", "right", "down", "s", "b", "tab", "down", "w", "b")
                program.send("tab", "up", "+", "right", "tab", "pagedown", ")", "b", name)
                await program.drawn()
                assert program.app.is_running, (size, name)
                assert is_whole(program), (size, name)
            assert "nan" not in program.text(), size


async def test_they_survive_every_resize() -> None:
    async with opened() as program:
        await program.press("tab")
        for name in NAMES:
            await program.press(name[0])
            for size in SIZES:
                await program.resize(*size)
                assert is_whole(program), (name, size)
                assert program.app.is_running, (name, size)
            await program.press("escape")
            assert shown(program) == set(ALL), name


async def test_a_smaller_terminal_still_shows_what_is_open() -> None:
    async with opened(size=(120, 36)) as program:
        await program.press("tab")
        for name in NAMES:
            await program.press(name[0])
            await program.resize(80, 24)
            assert shown(program) == {"image", "network", name}
            assert is_on_screen(program.widget(name)), name
            assert is_on_screen(program.widget("network")), name
            await program.resize(120, 36)
            assert shown(program) == {*ALL, name}
            for each in (*ALL, name):
                assert is_on_screen(program.widget(each)), (name, each)
            await program.press("escape")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)])
async def test_z_within_it_shows_it_alone(size: tuple[int, int]) -> None:
    async with opened(size=size) as program:
        for name in NAMES:
            program.widget("network").focus()
            await program.press(name[0])
            while program.focus != name:
                await program.press("tab")
            await program.press("z")
            assert shown(program) == {name}
            assert program.focus == name
            assert program.widget(name).size.width == size[0], name
            assert program.widget(name).size.height == size[1] - 4, name
            await program.press("z")
            if size == (80, 24):  # tab went from explain by the lower row, which still stands
                row = {"loss", "cost"} if name == "explain" else {"image", "network"}
                assert shown(program) == {*row, name}
            elif size == (120, 36):
                assert shown(program) == {*ALL, name}
            await program.press("escape")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)])
async def test_z_on_another_pane_shows_that_one_alone_with_all_the_room(
    size: tuple[int, int],
) -> None:
    async with opened(size=size) as program:
        for name, others in zip(NAMES, (("network",), ("loss",), ("network",)), strict=True):
            for other in ("network", "loss") if size == (120, 36) else others:
                await program.press(name[0])
                await go_into(program, other)
                await program.press("z")
                assert shown(program) == {other}, name
                assert program.widget(other).size == (size[0], size[1] - 4), name
                await program.press("z")
                if size == (120, 36):
                    assert shown(program) == {*ALL, name}
                await program.press("escape")
            if size == (120, 36):  # and opened while one is alone, it is to be seen
                await go_into(program, "image")
                await program.press("z", name[0])
                assert name in shown(program)
                await program.press("escape")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_closing_it_while_it_is_alone_shows_the_others_again(size: tuple[int, int]) -> None:
    async with opened(size=size) as program:
        for number, name in enumerate((*NAMES, "data")):
            ways = (name[0], "escape")
            for way in ways if size == (120, 36) else ways[number % 2 :][:1]:
                await program.press(name[0])
                await go_into(program, name)
                await program.press("z", way)
                assert shown(program) == set(ALL), (name, way)
                assert program.focus in ALL, (name, way)


@pytest.mark.parametrize("config", [TrainingConfig(), TANH], ids=["default", "hidden"])
async def test_its_bottom_border_shows_how_to_enter_it_and_what_the_keys_do(
    config: TrainingConfig,
) -> None:
    async with opened(config) as program:
        for name in NAMES:
            await program.press(name[0])
            await go_into(program, "network")
            edge = program.text(name).split("\n")[-1]
            assert ("tab, then ↓ ↑: " if name == "explain" else "press tab to enter: ") in edge, (
                name
            )
            await go_into(program, name)
            edge = program.text(name).split("\n")[-1]
            assert (
                "↓ ↑: next and previous line of code" in edge
                if name == "explain"
                else "arrows" in edge
            )
            assert "…" not in edge, name
            assert name == "explain" or "esc: close" in edge
            assert ("enter: neuron" in edge) == (name == "map" and config == TANH), name
            await program.press("escape")


async def test_explain_shows_the_keys_that_change_what_it_explains() -> None:
    async with opened() as program:
        await program.press("e")
        assert "╰ select any number to explain it ·" in program.text("explain")
        await program.press("tab")
        assert "╰ t: weight, gradient, update, neuron ·" in program.text("explain")
        await program.press(".")
        assert "╰ . and ,: next and previous substep ·" in program.text("explain")
        await program.press("s", "shift+tab")
        assert "╰ select any number to explain it ·" in program.text("explain")


async def test_one_that_is_open_behind_a_pane_alone_comes_in_sight_by_its_key() -> None:
    async with opened(size=(120, 36)) as program:
        await program.press("e", "z")
        assert shown(program) == {"image"}
        await program.press("e")
        assert shown(program) == {*ALL, "explain"}


@pytest.mark.parametrize(
    ("name", "config"), [("explain", SLOW), ("valley", SLOW), ("map", TANH)], ids=NAMES
)
async def test_each_follows_a_run_at_full_speed(name: str, config: TrainingConfig) -> None:
    async with opened(config, size=(120, 36)) as program:
        await program.press("tab", name[0], *FASTEST)
        await program.drawn()
        first = program.text(name)
        await program.press("space")
        await program.until(lambda: program.snapshot.step > 20 and program.text(name) != first)
        await program.press("down", "right", "w", "left")
        assert program.app.pace.running
        await program.press("space")
        assert is_whole(program)


@pytest.mark.parametrize("name", ["explain", "valley"])
async def test_another_network_under_what_is_open(name: str) -> None:
    async with opened(TrainingConfig(hidden=(4,), seed=4), size=(120, 36)) as program:
        await program.press("tab", *["down"] * 12, "w", "right", name[0])
        assert program.app.view.parameter > 3
        await program.press("R")
        assert program.app.view.parameter == 3
        assert "weight 4" in program.text(name)
        assert "weight 1→" not in program.text(name)
        assert is_whole(program)
        await program.press("b")
        assert program.snapshot.architecture.hidden == (4,)
        assert is_whole(program)
        await program.press("n", "r")
        assert is_whole(program)


@pytest.mark.parametrize("rate", [1.0, 1e200])
async def test_each_stands_a_run_that_diverges(rate: float) -> None:
    async with opened(TrainingConfig(learning_rate=rate), size=(120, 36)) as program:
        await program.press(*FASTEST)
        for name in NAMES:
            program.widget("network").focus()
            await program.press("right", name[0], "space")
            await program.until(lambda: program.ended)
            assert program.snapshot.outcome is Outcome.DIVERGED
            await program.press("right", "down", "left", "tab", "tab", "left", "home")
            await program.until(lambda: not program.app.controller.training.is_travelling)
            assert program.app.is_running, name
            assert is_whole(program), name
            assert "nan" not in program.text(name)
            await program.press("escape", "r")


async def test_they_open_and_close_while_it_runs() -> None:
    async with opened() as program:
        await program.press(*FASTEST, "space")
        for key in ("e", "v", "m"):
            for _ in range(2):
                await program.press(key, key)
            assert program.app.pace.running, key
            assert shown(program) == set(ALL), key
