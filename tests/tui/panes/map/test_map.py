"""The map: what its keys and clicks do, whose output it shows, and what it says of it."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from core import TrainingConfig
from core.network.architecture import Architecture
from core.quantities.quantities import NeuronQuantity
from core.run.changes import AddImage
from tests.tui.program import Program, opened
from tui.panes.map.map import MapPane, neuron_of

TANH = TrainingConfig(hidden=(4,), seed=4)
XOR = TrainingConfig(
    task="xor", hidden=(2,), output="sigmoid", bias=True, loss="bce", test_share=0.25, seed=3
)


async def into_the_map(program: Program) -> MapPane:
    """Open the map and go into it."""
    await program.press("m")
    while program.focus != "map":
        await program.press("tab")
    pane = program.widget("map")
    assert isinstance(pane, MapPane)
    return pane


def answer(program: Program, pixels: dict[int, float]) -> float:
    """Return what the network says of the image with some pixels painted over."""
    image = list(program.app.view.image)
    for pixel, darkness in pixels.items():
        image[pixel] = darkness
    return program.snapshot.with_image((image[0], image[1], image[2], image[3])).reading.prediction


async def test_it_shows_the_exact_output_at_the_corners_and_here() -> None:
    config = TrainingConfig(images=1)
    async with opened(config, size=(120, 36)) as program:
        pane = await into_the_map(program)
        right = 8 + pane._cells[0]
        for _ in range(3):
            text, words = program.text("map"), program.words("map")
            assert "map · output over top left and top right" in text
            rows = text.split("\n")
            for row, up in ((rows[1], 1.0), (rows[9], 0.0)):
                corners = [answer(program, {0: across, 1: up}) for across in (0.0, 1.0)]
                said = re.findall(r"[−]?\d\.\d\d\d", row[:right].replace("●", " "))
                assert said == [f"{value:.3f}".replace("-", "−") for value in corners]
            assert f"● here: output {program.snapshot.reading.prediction:.3f}" in words
            await program.step()


async def test_the_arrows_paint_the_two_pixels_and_the_image_follows() -> None:
    async with opened(size=(120, 36)) as program:
        await into_the_map(program)
        await program.press("right", "right", "up", "l", "k", "left", "j")
        image = program.app.view.image
        assert image == pytest.approx((0.3, 0.55, 0.4, 0.7), abs=1e-12)
        assert "0.30" in program.text("image")
        assert "0.55" in program.text("image")
        here = f"● here: output {program.snapshot.reading.prediction:.3f}"
        assert here in program.words("map")
        await program.press(*["right"] * 16)
        assert program.app.view.image[0] == 1.0


async def test_a_click_sets_both_pixels_and_the_mark_is_there() -> None:
    async with opened(size=(120, 36)) as program:
        pane = await into_the_map(program)
        wide, high = pane._cells
        left, top = pane.region.x + 1 + 7, pane.region.y + 1
        await program.click(left + wide - 1, top)
        assert program.app.view.image[:2] == (1.0, 1.0)
        await program.click(left, top + high - 1)
        assert program.app.view.image == (0.0, 0.0, 0.4, 0.7)
        await program.click(left + 13, top + 2)
        assert program.app.view.image[:2] == (round(13 / (wide - 1), 2), 0.75)
        assert program.text("map").split("\n")[3][8 + 13] == "●"
        before = program.app.view.image
        await program.click(left - 3, top + 2)
        await program.click(left + wide + 6, top + 2)
        await program.click(left + 4, top + high)
        assert program.app.view.image == before


async def test_w_and_x_choose_the_pixels() -> None:
    async with opened(size=(120, 36)) as program:
        await into_the_map(program)
        names = []
        for _ in range(6):
            await program.press("w")
            found = re.search(r"over (\w+ \w+) and (\w+ \w+)", program.text("map"))
            assert found is not None
            names.append(found.groups())
        assert len(set(names)) == 6
        assert names[0] == ("top left", "bottom left")
        assert names[-1] == ("top left", "top right")
        await program.press("x")
        assert "over top right and top left" in program.text("map")
        await program.press("right")
        assert program.app.view.image[1] == pytest.approx(0.55)
        text = program.text("map")
        assert re.search(r"↑ top left +0\.2", text)
        assert re.search(r"→ top right +0\.55", text)
        assert re.search(r"bottom left +0\.4 +fixed", text)


async def test_enter_shows_the_selected_neuron_and_it_follows_the_selection() -> None:
    async with opened(TANH, size=(120, 36)) as program:
        await program.press("m", "tab")
        while program.focus != "map":
            await program.press("tab")
        await program.press("enter")
        assert "map · layer 1 neuron 1 over" in program.text("map")
        level = program.snapshot.reading.activations[1]
        assert f"● here: output {level[0]:.3f}".replace("-", "−") in program.words("map")
        assert "−1" in program.words("map")
        while program.focus != "network":
            await program.press("tab")
        await program.press("down")
        neuron = neuron_of(program.snapshot.architecture, program.app.view.parameter).neuron
        while neuron == 0:
            await program.press("down")
            neuron = neuron_of(program.snapshot.architecture, program.app.view.parameter).neuron
        assert f"map · layer 1 neuron {neuron + 1} over" in program.text("map")
        assert f"● here: output {level[neuron]:.3f}".replace("-", "−") in program.words("map")
        while program.focus != "map":
            await program.press("tab")
        await program.press("enter")
        assert "map · output over" in program.text("map")


async def test_another_network_under_the_map() -> None:
    async with opened(TANH, size=(120, 36)) as program:
        await into_the_map(program)
        await program.press("enter")
        assert "map · layer 1 neuron 1 over" in program.text("map")
        await program.press("R")
        assert "map · output over" in program.text("map")
        assert "● here: output 0.684" in program.words("map")
        assert "enter" not in program.words("map")
        await program.press("b")
        assert program.snapshot.architecture.hidden == (4,)
        assert "map · layer 1 neuron" in program.text("map")


async def test_without_hidden_neurons_enter_keeps_the_output() -> None:
    async with opened(size=(120, 36)) as program:
        await into_the_map(program)
        await program.press("enter")
        assert "map · output over" in program.text("map")


def test_which_neuron_a_parameter_belongs_to() -> None:
    deep = Architecture(hidden=(2, 3), bias=True)
    first, second, last = deep.layers
    assert neuron_of(deep, first.start + 1) == NeuronQuantity(0, 1)
    assert neuron_of(deep, first.biases.start) == NeuronQuantity(0, 0)
    assert neuron_of(deep, second.start + 2) == NeuronQuantity(1, 2)
    # A weight of the output stands for the neuron that it comes from; its bias for the output.
    assert neuron_of(deep, last.start + 2) == NeuronQuantity(1, 2)
    assert neuron_of(deep, last.biases.start) == NeuronQuantity(2, 0)
    assert neuron_of(Architecture(), 3) == NeuronQuantity(0, 0)


async def test_t_shows_two_levels_of_yes_and_no_and_ten_of_all_else() -> None:
    async with opened(XOR, size=(120, 36), environment={"NO_COLOR": "1"}) as program:
        await into_the_map(program)
        assert "no 0 ·░▒▓█ 1 yes" in program.words("map")
        await program.press("t")
        assert "no 0 ·█ 1 yes" in program.words("map")
        for row in program.text("map").split("\n")[1:10]:
            assert not set(row[8:61]) & set("░▒▓")
        await program.press("enter")
        assert "−1 0123456789 +1" in program.words("map")
        await program.press("t")
        assert "−1 =−·+# +1" in program.words("map")


async def test_images_near_are_counted_and_more_come_with_plus() -> None:
    async with opened(XOR, size=(120, 36)) as program:
        await into_the_map(program)
        image = program.app.view.image
        trainer = program.trainer
        assert trainer.run.scorer.test is not None

        def near(distance: float) -> tuple[int, int]:
            found = []
            for batch in (trainer.run.here.images, trainer.run.scorer.test):
                assert batch is not None
                apart = np.abs(batch.images[:, 2:] - image[2:]).max(axis=1)
                found.append(int((apart <= distance + 1e-9).sum()))
            return found[0], found[1]

        for key, distance in (("", 0.1), ("+", 0.2), ("+", 0.5), ("+", 1.0), ("+", 1.0)):
            await program.press(*key)
            training, tests = near(distance)
            words = program.words("map")
            assert f"YN {training} images with fixed pixels within {distance:g}" in words
            assert f"yn {tests} test images near" in words
        assert near(1.0) == (750, 250)
        await program.press("-", "-", "-", "-", "-", "-")
        assert f"{near(0.02)[0]} images with fixed pixels within 0.02" in program.words("map")


async def test_a_cell_with_images_of_both_labels_has_a_mark_that_is_named() -> None:
    async with opened(XOR, size=(120, 36)) as program:
        await into_the_map(program)
        # Near enough, each cell has images of one label: of these there are Y and N, and no mark.
        assert re.search(r"[│┃].*Y", program.text("map").split(" within ")[0])
        assert "both" not in program.words("map")
        # Over the top pixels the label is the same for all images of a cell of tenths.
        await program.press("w", "+", "+", "+")
        for size, near in (((80, 24), "within 1"), ((120, 36), "with fixed pixels within 1")):
            await program.resize(*size)
            assert "◆" in program.text("map").split(" within ")[0], size
            assert f"{near}, ◆ both" in program.words("map"), size
    async with opened() as program:
        await into_the_map(program)
        await program.press("w", "+", "+", "+")
        for size in ((80, 24), (120, 36)):
            await program.resize(*size)
            assert "◆" not in program.text("map"), size


async def test_images_that_come_are_shown_at_once() -> None:
    async with opened(TrainingConfig(images=1), size=(120, 36)) as program:
        await into_the_map(program)
        assert "0 images with fixed pixels within 0.1" in program.words("map")
        program.app.controller.change_run(AddImage((1.0, 1.0, 0.4, 0.7), 0.775))
        await program.arrived()
        assert "1 image with fixed pixels within 0.1" in program.words("map")
        await program.press("b")
        await program.arrived()
        assert "0 images with fixed pixels within 0.1" in program.words("map")


async def test_it_follows_the_training() -> None:
    async with opened(XOR) as program:
        await program.press("m")
        for _ in range(3):
            await program.step()
            assert f"here: output {program.snapshot.reading.prediction:.3f}" in program.words("map")


async def test_the_decision_boundary_is_between_no_and_yes() -> None:
    async with opened(XOR, size=(120, 36), environment={"NO_COLOR": "1"}) as program:
        pane = await into_the_map(program)
        program.trainer.run.run_for(1e9, max_steps=2_000)
        await program.step()
        await program.press("t")
        assert "╌ 0.5: decision boundary, yes above" in program.words("map")
        wide, high = pane._cells
        rows = program.text("map").split("\n")[1 : high + 1]
        seen = 0
        for y, row in enumerate(rows):
            for x, cell in enumerate(row[8 : 8 + wide]):
                if cell in "·█":
                    value = answer(program, {0: x / (wide - 1), 1: 1 - y / (high - 1)})
                    assert (value >= 0.5) == (cell == "█")
                    seen += 1
        assert seen > wide * high / 2


async def test_a_large_network_is_computed_in_a_thread() -> None:
    config = TrainingConfig(hidden=(300, 300), images=5, seed=1)
    async with opened(config, size=(120, 36)) as program:
        await program.press("m")
        await program.until(lambda: "…" not in program.text("map").split("\n")[0])
        assert "●" in program.text("map")
        await program.step()
        await program.until(lambda: "…" not in program.text("map").split("\n")[0])
        assert f"here: output {program.snapshot.reading.prediction:.3f}".replace("-", "−") in (
            program.words("map")
        )


async def test_weights_without_a_picture() -> None:
    async with opened(size=(120, 36)) as program:
        await into_the_map(program)
        snapshot = program.snapshot
        for value in (math.nan, math.inf, 1e308, -1e308):
            weights = np.full(4, value)
            program.app.snapshot = replace(snapshot, parameters=weights).with_image(
                snapshot.reading.image
            )
            await program.arrived()
            words = program.words("map")
            if math.isfinite(value):
                assert "cells are not finite" in words, value
                assert "!!!" in program.text("map"), value
            else:
                assert "The weights are not finite any more" in words, value


async def test_a_run_that_diverges_is_shown_to_its_end() -> None:
    async with opened(TrainingConfig(learning_rate=1e6), size=(120, 36)) as program:
        await into_the_map(program)
        await program.run(100_000)
        assert program.ended
        assert "map · output over" in program.text("map")
        assert "● here" in program.words("map") or "not finite any more" in program.words("map")


async def test_a_pane_too_narrow_for_words_has_one_row_of_them() -> None:
    async with opened(size=(50, 24)) as program:
        await into_the_map(program)
        text = program.text("map")
        assert "● here: output 0.684 → top left" in text
        assert "fixed" not in text


async def test_the_footer_and_the_help_tell_its_keys() -> None:
    async with opened(size=(160, 36)) as program:
        await into_the_map(program)
        for words in ("enter neuron", "w pixels", "x swap", "t colours", "+ − images"):
            assert words in program.words("footer")
