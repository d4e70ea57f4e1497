"""A step while single-stepping, as it is drawn: what is computed lights up, and what is to come is
not there."""

import re
from dataclasses import replace

import numpy as np
import pytest
from rich.style import Style

from core import Snapshot, TrainingConfig
from core.quantities.substeps import SubstepKind, substeps_of
from tests.tui.moments import COLOURED, CONFIGS, PLAIN, sheet, snapshot_of
from tests.tui.plain import text_of
from tests.tui.program import Program, opened
from tui.app.playback import go_to_substep
from tui.panes.network.drawn import scene_of
from tui.panes.network.network import sheet_of
from tui.terminal.drawing import Line
from tui.view.stage import Tone, stage_of

DEFAULT = TrainingConfig()
WEIGHT_IMAGES = CONFIGS["stencils"]


def drawn(snapshot: Snapshot, substep: int | None, width: int = 54, height: int = 12) -> list[Line]:
    scene = scene_of(snapshot, PLAIN, stepped=False, selected=None, substep=substep)
    return sheet_of(scene, width, height).lines


def numbers(lines: list[Line], style: Style) -> list[str]:
    """The numbers drawn in a style, without the marks before them."""
    texts = [text for line in lines for text, found, _ in line if found == style]
    return [text.strip(" ▲▼") for text in texts if re.search(r"\d", text)]


def lit(snapshot: Snapshot, substep: int, width: int = 54) -> list[str]:
    return numbers(drawn(snapshot, substep, width), PLAIN.key)


def unknown(snapshot: Snapshot, substep: int, width: int = 54) -> int:
    """How many numbers are left open, since no substep so far has computed them."""
    lines = drawn(snapshot, substep, width)
    assert not numbers(lines, PLAIN.faint)
    return text_of(lines).count("…")


PRODUCTS = ["+0.1960", "+0.2000", "+0.3440", "−0.0560", "+0.6840"]
GRADIENTS = ["+0.7213", "+0.6243", "+0.7234", "+0.5145"]
STEPS = ["−0.0721", "−0.0624", "−0.0723", "−0.0515"]


def test_the_default_table_fills_from_left_to_right() -> None:
    moment = snapshot_of(DEFAULT)
    assert [lit(moment, substep) for substep in range(5)] == [
        PRODUCTS,
        ["+0.6840"],
        ["+0.6840"],
        GRADIENTS,
        STEPS,
    ]
    assert [unknown(moment, substep) for substep in range(5)] == [8, 8, 8, 4, 0]
    for substep in range(3):
        shown = text_of(drawn(moment, substep))
        assert not [number for number in (*GRADIENTS, *STEPS) if number in shown]


def test_each_nudge_lights_its_weight_and_then_its_gradient_stays() -> None:
    moment = snapshot_of(replace(DEFAULT, gradient="nudge"))
    assert lit(moment, 3) == ["+0.4000", "+0.6243"]
    assert unknown(moment, 3) == 6  # two gradients and all four updates
    assert "+0.7213" in text_of(drawn(moment, 3))
    assert "+0.7234" not in text_of(drawn(moment, 3))


def test_a_sigmoids_sum_is_not_its_prediction() -> None:
    moment = snapshot_of(CONFIGS["sigmoid"])
    assert lit(moment, 0)[-2:] == ["−0.4601", "+0.3870"]
    assert lit(moment, 1) == ["+0.3870"]


def test_weight_images_light_layer_by_layer_and_back() -> None:
    moment = snapshot_of(WEIGHT_IMAGES)
    flat, gradient = moment.parameters, moment.gradient
    assert gradient is not None
    # 4→4→1: sixteen weights and four biases, then four weights and a bias.
    first, first_bias, second, second_bias = np.split(flat, [16, 20, 24])
    sums = np.array(moment.reading.image) @ first.reshape(4, 4) + first_bias
    outputs = np.tanh(sums)
    products = outputs * second
    prediction = float(products.sum() + second_bias[0])
    hidden = [f"{number:+.3f}" for pair in zip(sums, outputs, strict=True) for number in pair]
    mean = f"{np.abs(outputs).mean():.4f}"  # the mean size of the activations
    assert lit(moment, 0, 90) == minus([*hidden, mean])
    shown = minus([f"{number:+.3f}" for number in [*products, prediction]])
    assert lit(moment, 1, 90) == [*shown, shown[-1]]
    assert not [number for number in shown if number in text_of(drawn(moment, 0, 90))]
    assert all(number in text_of(drawn(moment, 1, 90)) for number in shown)

    back = set(lit(moment, 4, 90))  # the gradients of layer 2, and its weights
    assert set(minus([f"{number:+.5f}" for number in gradient[20:24]])) <= back
    assert set(minus([f"{number:+.3f}" for number in second])) <= back
    assert "+ bias 0.000" in back
    assert "+ bias 0.000" not in lit(moment, 5, 90)
    mine = lit(moment, 5, 90)  # layer 1: the bias gradients, and the weights of its neurons
    assert set(minus([f"{gradient[16]:+.5f}", f"{first[0]:+.3f}", f"{first[4]:+.3f}"])) <= set(mine)
    updates = minus([f"{-0.1 * gradient[20]:+.5f}", f"{-0.1 * gradient[16]:+.5f}"])
    assert set(updates) <= set(lit(moment, 6, 90))


def minus(texts: list[str]) -> list[str]:
    """Return numbers with the sign that the screen writes."""
    return [text.replace("-", "−") for text in texts]


@pytest.mark.parametrize("name", ["essay", "stencils", "layers"])
def test_what_lights_up_keeps_the_colour_of_its_sign(name: str) -> None:
    moment = snapshot_of(CONFIGS[name], 3)
    found: set[str] = set()
    for substep in range(len(substeps_of(moment))):
        scene = scene_of(moment, COLOURED, stepped=False, selected=None, substep=substep)
        pieces = [piece for line in sheet_of(scene, 110, 24).lines for piece in line]
        for text, style, _ in pieces:
            if style is None or style.bgcolor != COLOURED.lit.bgcolor:
                continue
            sign = text.strip(" ▲▼")[:1]
            colours = {"+": COLOURED.positive.color, "−": COLOURED.negative.color}
            if sign in colours and float(text.strip(" ▲▼−+bias")):
                assert style.color == colours[sign], text
                found.add(sign)
            assert style.bold
    assert found == {"+", "−"}


def test_layers_light_with_their_heading() -> None:
    moment = snapshot_of(CONFIGS["layers"])
    for place, substep in enumerate(substeps_of(moment)):
        pieces = [piece for line in drawn(moment, place) for piece in line]
        headings = [text for text, style, _ in pieces if style == PLAIN.key and "layer" in text]
        expected = [] if substep.layer is None else [substep.layer]
        if substep.kind is SubstepKind.UPDATE:
            expected = list(range(4))
        assert [int(text.split()[1]) - 1 for text in headings] == expected


def test_maps_show_no_activation_before_it_is_computed() -> None:
    config = TrainingConfig(hidden=(32, 8), images=20, activation="relu")
    moment = snapshot_of(config)

    def activations(substep: int | None) -> list[str]:
        rows = text_of(drawn(moment, substep, 70, 60)).split("\n")
        return [row for row in rows if row.startswith(" relu")]

    first, second = activations(None)
    assert activations(1) == activations(2) == [first, second]
    assert activations(0)[0] == first
    assert set(activations(0)[1].removeprefix(" relu")) == {" ", "·"}


@pytest.mark.parametrize("name", CONFIGS)
def test_without_single_stepping_and_after_it_nothing_but_styles_differs(name: str) -> None:
    moment = snapshot_of(CONFIGS[name])
    usual = sheet(moment, 80, 24)
    assert drawn(moment, None, 80, 24) == usual.lines
    last = len(substeps_of(moment)) - 1
    assert text_of(drawn(moment, last, 80, 24)) == text_of(usual.lines)
    coloured = scene_of(moment, COLOURED, stepped=False, selected=0, substep=last)
    before = sheet(moment, 80, 24, selected=0, coloured=True)
    assert sheet_of(coloured, 80, 24).spots() == before.spots()


@pytest.mark.parametrize("method", ["backprop", "nudge"])
def test_every_number_is_lit_in_exactly_one_stretch(method: str) -> None:
    moment = snapshot_of(TrainingConfig(hidden=(2, 2), bias=False, gradient=method, images=5))
    substeps = substeps_of(moment)
    for layer in range(3):
        for kinds in ((SubstepKind.FORWARD,), (SubstepKind.GRADIENT, SubstepKind.NUDGE)):
            index = moment.architecture.layers[layer].start if len(kinds) > 1 else None
            tones: list[Tone] = []
            for place in range(len(substeps)):
                stage = stage_of(moment, place)
                assert stage is not None
                tones.append(stage.tone(*kinds, layer=layer, index=index))
            at = tones.index(Tone.LIT)
            rest = len(substeps) - at - 1
            assert tones == [Tone.AHEAD] * at + [Tone.LIT] + [Tone.PLAIN] * rest


def test_a_part_beyond_the_last_is_the_last() -> None:
    stage = stage_of(snapshot_of(DEFAULT), 99)
    assert stage is not None
    assert stage.substep.kind is SubstepKind.UPDATE


async def meter(program: Program, substep: int | None) -> list[str]:
    program.app.view = replace(program.app.view, substep=substep)
    await program.arrived()
    rows = program.text("cost").split("\n")[1:7]
    return [" ".join(row[1:-1].split()) for row in rows]


async def test_the_cost_fills() -> None:
    async with opened() as program:
        usual = await meter(program, None)
        assert await meter(program, 0) == [
            "●forward 1,000 × 4 4,000",
            "gradient 1,000 × 4 0 of 4,000",
            "update 4 0 of 4",
            "this step so far 4,000",
            "by finite differences 20,004",
            "so far, 0 steps 0",
        ]
        assert await meter(program, 2) == [
            "forward 1,000 × 4 4,000",
            "●gradient 1,000 × 4 0 of 4,000",
            "update 4 0 of 4",
            "this step so far 4,000",
            *usual[4:],
        ]
        assert (await meter(program, 3))[1:4:2] == [
            "●gradient 1,000 × 4 4,000",
            "this step so far 8,000",
        ]
        assert (await meter(program, 4))[1:4] == [
            "gradient 1,000 × 4 4,000",
            "●update 4 4",
            "this step so far 8,004",
        ]
        assert await meter(program, None) == usual


async def test_the_cost_counts_nudges_one_by_one() -> None:
    async with opened(TrainingConfig(gradient="nudge", engine="loops", images=100)) as program:
        lines = [(await meter(program, substep))[1] for substep in range(1, 7)]
        assert [line.split("gradient ")[1].split(" × 4 ")[-1] for line in lines] == [
            "0 of 1,600",
            "400 of 1,600",
            "800 of 1,600",
            "1,200 of 1,600",
            "1,600",
            "1,600",
        ]


async def test_nothing_on_the_screen_is_ahead_of_the_substep() -> None:
    async with opened(TrainingConfig(hidden=(2,), images=10), size=(120, 36)) as program:
        await program.press("d", "right")
        program.widget("network").focus()
        error = f"{program.snapshot.reading.error:+.5f}".replace("-", "−")
        for substep in substeps_of(program.snapshot):
            await program.press(".")
            has_prediction = substep.kind is not SubstepKind.FORWARD or substep.layer == 1
            assert (error in program.text("image")) is has_prediction
            assert ("··" not in program.text("data")) is has_prediction
            assert ("predicts" in program.words("data")) is has_prediction
            has_loss = substep.kind is not SubstepKind.FORWARD
            assert ("╭ loss … · " not in program.text("loss")) is has_loss
            assert ("RMSE" in program.text("loss")) is has_loss
            edge = program.text("network").split("\n")[-1]
            assert ("gradient" in edge) is (substep.kind is SubstepKind.UPDATE)


async def test_the_last_part_leads_to_the_step_with_no_wait() -> None:
    async with opened() as program:
        last = len(substeps_of(program.snapshot)) - 1
        program.app.view = replace(program.app.view, substep=last)
        # Nothing else has a turn meanwhile.
        go_to_substep(program.app.controller, 1)
        assert program.snapshot.step == 1
        assert program.app.view.substep is None
