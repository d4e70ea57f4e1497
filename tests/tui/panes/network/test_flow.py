"""The flow through the layers, as text and on the screen."""

from dataclasses import replace

import numpy as np
import pytest

from core import Snapshot, TrainingConfig
from core.commentary.layers import layer_stats
from tests.tui.moments import COLOURED, sheet, snapshot_of
from tests.tui.plain import text_of
from tests.tui.program import opened
from tui.panes.network.columns import Pen
from tui.panes.network.drawn import scene_of
from tui.panes.network.flow import draw_flow, in_brief
from tui.panes.network.network import sheet_of
from tui.words.numerals import fixed

SIGMOIDS = TrainingConfig(hidden=(8,) * 6, activation="sigmoid")


def flow(now: Snapshot, width: int, substep: int | None = None) -> list[str]:
    """Return the rows."""
    pen = Pen(scene_of(now, COLOURED, stepped=False, selected=None, substep=substep))
    draw_flow(pen, width)
    return text_of(pen.lines).split("\n")


def test_the_activation_and_the_gradient_of_each_layer_are_one_above_the_other() -> None:
    now = snapshot_of(TrainingConfig(hidden=(2, 2), images=10))
    gradient = np.zeros(len(now.parameters))
    first, second, last = now.architecture.layers
    gradient[first.start : first.stop] = 0.5
    gradient[second.start : second.stop] = -2.0
    gradient[last.start : last.stop] = [3.0, -3.0, 3.0]
    levels = (
        np.array([0.2, 0.5, 0.4, 0.7]), np.array([-0.5, 0.25]), np.array([1.0, -0.5]),
        np.array([-0.25]),
    )  # fmt: skip
    reading = replace(now.reading, activations=levels, prediction=-0.25)
    # (0.2 + 0.5 + 0.4 + 0.7) / 4, (0.5 + 0.25) / 2, (1 + 0.5) / 2
    assert flow(replace(now, gradient=gradient, reading=reading), 70) == [
        " output   0.4500 → 0.3750 → 0.7500 → −0.250  mean size",
        " gradient          0.5000 ← 2.0000 ← 3.0000  root mean square",
    ]


def test_in_the_middle_of_a_deep_network_levels_are_left_out() -> None:
    now = snapshot_of(SIGMOIDS)
    says, gradient = (row.partition("  mean")[0].partition("  root")[0] for row in flow(now, 100))
    assert says == (
        " output   0.4500 → 0.4656 → 0.5228 → 0.5007 → 0.5302 → 0.4999 → 0.4922 → +0.203"
    )
    assert gradient == (
        " gradient           1e−05 ← 0.0001 ← 0.0003 ← 0.0018 ← 0.0076 ← 0.0286 ← 0.3454"
    )
    assert flow(now, 54) == [
        " output   0.4500 → 0.4656 →      … → 0.4922 → +0.203",
        " gradient           1e−05 ←      … ← 0.0286 ← 0.3454",
    ]
    assert [len(row) for row in flow(now, 34)] == [34, 34]
    assert flow(now, 33) == [""]


def test_what_is_not_known_yet_is_left_open() -> None:
    rows = flow(replace(snapshot_of(TrainingConfig(hidden=(2,))), gradient=None), 54)
    assert rows[1].split() == ["gradient", "…", "←", "…", "root", "mean", "square"]


def test_relu_neurons_without_a_gradient_are_counted() -> None:
    now = snapshot_of(TrainingConfig(hidden=(3, 2), activation="relu", seed=1))
    gradient = np.ones(len(now.parameters))
    layer = now.architecture.layers[0]
    gradient[np.arange(layer.start, layer.stop, layer.outputs)] = 0.0  # the first neuron's
    lame = replace(now, gradient=gradient)
    assert flow(lame, 80)[1].endswith("← 1.0000 ← 1.0000  1 of 5 relus: zero gradient")
    rows = text_of(sheet(lame, 94, 18).lines).split("\n")
    assert " layer 1 · 3 neurons · relu · gradient 0.8165, 0 for 1 of 3 relus " in rows[0]
    assert "relus" not in rows[6]


def test_a_gradient_thousands_of_times_smaller_than_the_last_stands_out() -> None:
    pen = Pen(scene_of(snapshot_of(SIGMOIDS), COLOURED, stepped=False, selected=None))
    draw_flow(pen, 100)
    warned = [piece.text for piece in pen.lines[1] if piece.style == COLOURED.warning]
    assert [text.strip() for text in warned] == ["1e−05", "0.0001", "0.0003"]


def test_in_single_stepping_what_is_still_ahead_is_faint() -> None:
    now = snapshot_of(TrainingConfig(hidden=(2, 2), images=10))
    pen = Pen(scene_of(now, COLOURED, stepped=False, selected=None, substep=1))  # forward, layer 2
    draw_flow(pen, 70)
    says, gradients = ([piece.style for piece in row if piece.text.strip()] for row in pen.lines)
    assert says[1] == COLOURED.text
    assert says[3] == COLOURED.text
    assert says[5] == COLOURED.text + COLOURED.lit
    assert says[7] == COLOURED.faint
    assert gradients[1] == gradients[3] == gradients[5] == COLOURED.faint
    scene = scene_of(now, COLOURED, stepped=False, selected=None, substep=1)
    headings = [
        row for row in sheet_of(scene, 94, 18).lines if len(row) > 1 and "layer" in row[1].text
    ]
    told = [[(piece.text[:11], piece.style) for piece in row[1:3]] for row in headings]
    assert [styles[0][1] for styles in told] == [
        COLOURED.text,
        COLOURED.text + COLOURED.lit,
        COLOURED.text,
    ]
    assert all(styles[1] == (" · gradient", COLOURED.faint) for styles in told)


@pytest.mark.parametrize(
    ("config", "size"),
    [
        (TrainingConfig(hidden=(4,), seed=4), (120, 36)),
        (TrainingConfig(hidden=(4, 4)), (120, 36)),
        (TrainingConfig(hidden=(24, 32), images=20), (120, 40)),
    ],
)
async def test_with_room_it_is_under_every_drawing(
    config: TrainingConfig, size: tuple[int, int]
) -> None:
    async with opened(config, size=size) as program:
        assert " output   0.4500 → " in program.text("network")
        assert " ← " in program.text("network")


@pytest.mark.parametrize("hidden", [(4,), (8,), (4, 4), (24, 32)])
async def test_on_a_small_terminal_it_is_scrolled_to_or_shown_by_zooming(
    hidden: tuple[int, ...],
) -> None:
    async with opened(TrainingConfig(hidden=hidden, images=20)) as program:
        await program.press("tab")
        assert "output  " not in program.text("network")
        await program.press(*["pagedown"] * 4)
        assert " output   0.4500 → " in program.text("network")
        assert " gradient " in program.text("network")
    if hidden == (4,):
        async with opened(TrainingConfig(hidden=hidden)) as program:
            await program.press("tab", "z")
            assert " output   0.4500 → " in program.text("network")


@pytest.mark.parametrize("hidden", [(1,), (2,)])
async def test_a_few_neurons_leave_room_for_it_on_a_small_terminal(hidden: tuple[int]) -> None:
    async with opened(TrainingConfig(hidden=hidden)) as program:
        rows = program.text("network").split("\n")
        assert any(row.startswith("│ output   0.4500 → ") for row in rows)
        assert any(row.startswith("│ gradient          ") for row in rows)


async def test_while_its_rows_are_out_of_sight_the_gradients_stand_in_the_bottom_border() -> None:
    async with opened(TrainingConfig(hidden=(4,), seed=4)) as program:
        now = program.snapshot
        first, last = (fixed(each.gradient or 0.0, 4) for each in layer_stats(now))
        assert f"╰ gradient by layer: {first} ← {last} ─" in program.text("network")
        await program.press("tab")
        assert "gradient by layer" not in program.text("network")
        await program.press("pagedown", "shift+tab")
        assert "gradient by layer" not in program.text("network")
        assert f" gradient          {first} ← {last} " in program.text("network")
    async with opened(TrainingConfig(hidden=(4,), seed=4), size=(120, 36)) as program:
        assert "gradient by layer" not in program.text("network")
    async with opened() as program:
        assert "gradient by layer" not in program.text("network")


def test_of_many_layers_those_in_the_middle_are_left_out_of_the_line() -> None:
    scene = scene_of(snapshot_of(SIGMOIDS), COLOURED, stepped=False, selected=None)
    assert in_brief(scene, 51) == "gradient by layer: 1e−05 ← … ← 0.0286 ← 0.3454"
    assert in_brief(scene, 200).endswith(
        "1e−05 ← 0.0001 ← 0.0003 ← 0.0018 ← 0.0076 ← 0.0286 ← 0.3454"
    )
    assert in_brief(scene, 30) == ""


def test_it_takes_no_row_of_what_fitted_before() -> None:
    # Ten rows for four neurons, as at 80×24: there the flow has no room, and comes below.
    rows = text_of(sheet(snapshot_of(TrainingConfig(hidden=(4,), seed=4)), 54, 10).lines)
    above = rows.split("\n")[:10]
    assert above[9].startswith(" prediction = these four")
    assert not any(" output  " in row for row in above)
    assert [row.split()[0] for row in rows.split("\n")[10:12]] == ["output", "gradient"]


def test_the_heading_has_the_gradient_also_where_the_flow_is_not_seen() -> None:
    scene = scene_of(snapshot_of(SIGMOIDS), COLOURED, stepped=False, selected=None)
    rows = text_of(sheet_of(scene, 54, 10).lines).split("\n")
    headings = [row for row in rows if row.startswith(" layer ")]
    sizes = [heading.partition("gradient ")[2].split()[0] for heading in headings]
    assert sizes == ["1e−05", "0.0001", "0.0003", "0.0018", "0.0076", "0.0286", "0.3454"]
