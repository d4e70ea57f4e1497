"""The landscape: what its marks mean, and what its keys ask for."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core import TrainingConfig
from core.landscape.landscape import along
from core.run.changes import SetParameter, SetParameters
from tests.tui.landscape_stage import staged
from tui.panes.landscape.request import block_for


async def test_corners_here_and_lowest_are_the_losses_of_those_very_weights() -> None:
    async with staged(size=(120, 22)) as scene:
        snapshot = scene.show(12)
        frame = scene.pane._frame
        assert frame is not None

        def loss(x: float, y: float) -> float:
            weights = snapshot.parameters.copy()
            weights[:2] = x, y
            images = scene.trainer.run.here.images
            return float(np.mean((images.images @ weights - images.targets) ** 2))

        rows = scene.text.split("\n")
        x, y = frame.columns, frame.rows
        assert rows[1][9:].startswith(f"loss {loss(x[0], y[0]):.4f}"[:11])
        assert f"loss {loss(x[-1], y[0]):.4f}" in rows[1]
        assert f"loss {loss(x[0], y[-1]):.4f}" in rows[-3]
        assert f"here: loss {snapshot.loss:.4f}" in scene.text
        lowest = min(loss(a, b) for a in x for b in y)
        assert f"lowest cell: {lowest:.4f}" in scene.text


async def test_the_point_is_in_its_cell_and_the_lowest_in_its_own() -> None:
    async with staged(size=(120, 22)) as scene:
        snapshot = scene.show(30)
        frame = scene.pane._frame
        assert frame is not None
        row, column = frame.cell((float(snapshot.parameters[0]), float(snapshot.parameters[1])))
        assert scene.text.split("\n")[1 + row][9 + column] == "●"


async def test_the_frame_keeps_still_while_it_trains() -> None:
    async with staged(size=(120, 22)) as scene:
        scene.show(1)
        frames = {scene.pane._frame}
        for _ in range(60):
            scene.show(1)
            frames.add(scene.pane._frame)
        assert len(frames) <= 3


async def test_arrows_ask_for_a_weight_a_cell_further() -> None:
    async with staged() as scene:
        snapshot = scene.show(3)
        frame = scene.pane._frame
        assert frame is not None
        await scene.press("right", "up", "left", "left", "j")
        first, second = float(snapshot.parameters[0]), float(snapshot.parameters[1])
        right, up = frame.step
        values = [(0, first + right), (1, second + up), (0, first), (0, first - right), (1, second)]
        expected = [SetParameter(index, float(f"{value:.12g}")) for index, value in values]
        for asked, wanted in zip(scene.stage.asked, expected, strict=True):
            assert isinstance(asked, SetParameter)
            assert asked.index == wanted.index
            assert asked.value == pytest.approx(wanted.value, rel=1e-11)


async def test_arrows_along_the_curvatures_ask_for_all_weights_at_once() -> None:
    async with staged() as scene:
        scene.pane.mode = "curvature"
        snapshot = scene.show(3)
        frame, surface = scene.pane._frame, scene.pane._surface
        assert frame is not None
        assert surface is not None
        assert surface.principal is not None
        lowest, highest = (way.vector(4) for way in surface.principal)
        right, up = frame.step
        await scene.press("right", "up", "left", "left", "j")
        start, asked = snapshot.parameters, scene.stage.asked
        ways = [
            right * lowest, right * lowest + up * highest, up * highest,
            -right * lowest + up * highest, -right * lowest,
        ]  # fmt: skip
        assert len(asked) == len(ways)
        for change, way in zip(asked, ways, strict=True):
            assert isinstance(change, SetParameters)
            assert [index for index, _ in change.values] == [0, 1, 2, 3]
            moved = np.array([value for _, value in change.values]) - start
            assert np.abs(moved - way).max() < 5e-12 * up


async def test_the_scale_keeps_still_while_a_key_is_held() -> None:
    async with staged() as scene:
        scene.show()
        frame = scene.pane._frame
        assert frame is not None
        for _ in range(60):
            scene.pane.action_move(0, 1)
            await scene.pilot.pause(0)
            asked = scene.stage.asked[-1]
            assert isinstance(asked, SetParameter)
            scene.trainer.run.here.network.parameters[asked.index] = asked.value
            scene.pane.snapshot = replace(scene.trainer.snapshot(), loss=None, gradient=None)
            now = scene.pane._frame
            assert now is not None
            assert now.rung == frame.rung
        scene.pane._let_go()
        assert scene.pane._frame is not None
        assert scene.pane._frame.rung > frame.rung


async def test_enter_switches_to_the_curvatures_where_there_are_any() -> None:
    async with staged(size=(120, 12)) as scene:
        scene.show(2)
        await scene.press("enter")
        assert "landscape · lowest and highest curvature" in scene.text
        assert "diverges above rate 2/λ = 0.905" in scene.text
        await scene.press("enter")
        assert "landscape · weight 1 and weight 2" in scene.text
    async with staged(TrainingConfig(hidden=(2,), images=5)) as scene:
        scene.show(2)
        await scene.press("enter")
        assert scene.pane.mode == "weights"


async def test_closer_and_farther() -> None:
    async with staged() as scene:
        scene.show(12)
        frame = scene.pane._frame
        await scene.press("plus", "plus")
        near = scene.pane._frame
        assert frame is not None
        assert near is not None
        assert near.rung == frame.rung - 2
        await scene.press("minus", "minus")
        assert scene.pane._frame == frame


async def test_other_weights_are_named_on_their_axes() -> None:
    async with staged(TrainingConfig(bias=True)) as scene:
        scene.pane.first, scene.pane.second = 4, 2
        scene.show(5)
        assert "landscape · bias and weight 3" in scene.text
        scene.pane.second = 4
        assert "landscape · bias and weight 1" in scene.text
        scene.pane.first = 99
        scene.show()
        assert "landscape · bias and weight 1" in scene.text


async def test_a_hidden_network_is_computed_in_a_thread() -> None:
    async with staged(TrainingConfig(hidden=(8, 8)), size=(120, 12)) as scene:
        scene.pane.first, scene.pane.second = 3, 60
        snapshot = scene.show(5)
        assert "…" in scene.text.split("\n")[0]
        assert "computing" in scene.text
        assert "●" in await scene.drawn()
        assert f"here: loss {snapshot.loss:.4f}" in scene.text
        # The next moment shows the picture that there is, and whose it is, until it has its own.
        scene.show(1)
        assert "as of step 5" in scene.text
        await scene.drawn()
        # Walking in the plane needs no new picture.
        scene.trainer.run.here.network.parameters[3] += 0.1
        scene.show()
        assert "…" not in scene.text.split("\n")[0]


async def test_where_there_is_little_room_the_names_give_way_to_how_old_the_picture_is() -> None:
    async with staged(TrainingConfig(hidden=(8, 8)), size=(60, 12)) as scene:
        scene.pane.first, scene.pane.second = 3, 60
        scene.show(5)
        await scene.drawn()
        assert " landscape · two weights ─" in scene.text
        scene.show(1)
        assert " landscape · two weights · … as of step 5 ─" in scene.text


async def test_a_huge_network_shows_a_value_for_each_block() -> None:
    async with staged(TrainingConfig(hidden=(128, 128), images=300), size=(120, 22)) as scene:
        scene.show(1)
        assert "●" in await scene.drawn()
        assert scene.pane._background._done is not None
        _, landscape = scene.pane._background._done
        frame, surface = scene.pane._frame, scene.pane._surface
        assert frame is not None
        assert surface is not None
        assert block_for(surface, (along(0), along(1)), frame) > 1
        assert landscape.losses.size < frame.width * frame.height


async def test_a_mini_batchs_slope_is_distinguished_from_the_loss_of_all() -> None:
    async with staged(TrainingConfig(batch_size=10), size=(84, 24)) as scene:
        scene.show(3)
        assert "coming batch (10 images)" in " ".join(scene.text.split()).replace(" │ │ ", " ")


@pytest.mark.parametrize("rate", [1.2, 1e6])
async def test_a_run_that_diverges(rate: float) -> None:
    async with staged(TrainingConfig(learning_rate=rate)) as scene:
        scene.show(40)
        assert "●" in scene.text


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e160, -1e300, 1.7e308])
async def test_weights_without_a_picture(value: float) -> None:
    async with staged() as scene:
        snapshot = scene.show(2)
        weights = snapshot.parameters.copy()
        weights[:] = value
        scene.pane.snapshot = replace(snapshot, parameters=weights, gradient=weights, loss=value)
        if value == 1.7e308:
            assert "too large for a picture" in scene.text
        elif math.isfinite(value):
            assert "no loss in the picture is finite" in scene.text
        else:
            assert "not finite any more" in scene.text


async def test_no_images_yet() -> None:
    async with staged() as scene:
        scene.pane.images = None
        scene.show(1)
        assert "●" not in scene.text
