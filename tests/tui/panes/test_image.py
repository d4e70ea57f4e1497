"""The image pane: pixels in their true grey, and what the network makes of them."""

import re

import numpy as np
import pytest
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.color import Color

from core import TASKS, TrainingConfig
from core.images.images import Batch
from core.images.own_data import OwnData
from core.run.changes import SetParameter
from tests.tui.program import FASTEST, Program, opened
from tests.tui.terminal.colour_vision import contrast
from tui.view.view import SetPixel

PLAIN = {"TERM": "xterm-256color", "NO_COLOR": "1"}


def style_at(program: Program, text: str, after: int = 0) -> Style:
    """The style of the piece in which a text stands, or of one some cells behind its beginning."""
    x, y = program.find("image", text)
    x, y = x + after - program.widget("image").region.x, y - program.widget("image").region.y
    for piece in program.segments("image")[y]:
        if x < len(piece.text):
            assert piece.style is not None
            return piece.style
        x -= len(piece.text)
    raise AssertionError("beyond the row")


def grey(style: Style) -> ColorTriplet | None:
    return None if style.bgcolor is None else style.bgcolor.triplet


async def test_pixels_are_painted_in_their_grey() -> None:
    async with opened() as program:
        for text, level in (("0.20", 204), ("0.50", 128), ("0.40", 153), ("0.70", 77)):
            found = grey(style_at(program, text))
            assert found is not None, text
            assert abs(found.red - level) <= 1, text
            assert found.red == found.green == found.blue, text


async def test_the_swatches_show_prediction_and_target_in_grey() -> None:
    async with opened() as program:
        # 1 − 0.684 of white, and 1 − 0.45.
        assert grey(style_at(program, "predicts", 18)) == ColorTriplet(81, 81, 81)
        assert grey(style_at(program, "target", 18)) == ColorTriplet(140, 140, 140)


async def test_a_prediction_beyond_black_or_white_is_shown_as_those() -> None:
    async with opened() as program:
        for pixel, value in ((0, 1.0), (1, 1.0), (2, 1.0), (3, 0.0)):
            program.app.controller.change_view(SetPixel(value, pixel))
        await program.arrived()
        assert "predicts 2.240" in program.words("image")
        assert grey(style_at(program, "predicts", 18)) == ColorTriplet(0, 0, 0)


async def test_a_grey_like_the_background_has_edges_and_every_number_a_margin() -> None:
    """0.94 is nearly the black of a dark theme, and 0.06 the white of a light one."""
    async with opened(size=(80, 24)) as program:
        program.app.controller.change_run(SetParameter(0, 0.94))
        for theme in ("textual-dark", "textual-light"):
            program.app.theme = theme
            for pixels in ((1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)):
                for pixel, value in enumerate(pixels):
                    program.app.controller.change_view(SetPixel(value, pixel))
                await program.arrived()
                rows = program.text("image").split("\n")
                assert re.search(r"│ predicts  0\.\d{3}│   │ │", rows[-4])
                assert "white 0│     │1 black" in program.text("image")
                assert all(row.count("│") == 4 for row in rows[1:7]), "beside all rows of pixels"
                for style in (style_at(program, "predicts", 15), style_at(program, "predicts", 19)):
                    assert style.color is not None
                    edge, paper = Color.from_rich_color(style.color), program.app.ink.text.bgcolor
                    assert paper is not None
                    assert contrast(edge, Color.from_rich_color(paper)) >= 3.0
        program.app.controller.change_view(SetPixel(1.0, 0))
        program.app.controller.change_run(SetParameter(0, -0.422))
        await program.arrived()
        assert "│ predicts −0.422│" in program.text("image")
        program.app.controller.change_run(SetParameter(0, -1234.56))
        await program.arrived()
        assert "│ predicts  −1235│" in program.text("image")


async def test_the_error_shows_its_direction() -> None:
    async with opened() as program:
        for pixels, word in (
            ((0.2, 0.5, 0.4, 0.7), "+0.234 dark"),
            ((0.0, 0.0, 0.0, 1.0), "−0.330 light"),
        ):
            for pixel, value in enumerate(pixels):
                program.app.controller.change_view(SetPixel(value, pixel))
            await program.arrived()
            assert f"error {word}" in program.words("image")


async def test_no_error_has_no_side() -> None:
    async with opened() as program:
        for pixel in range(4):
            program.app.controller.change_view(SetPixel(0.0, pixel))
        await program.arrived()
        row = next(row for row in program.text("image").split("\n") if "error" in row)
        assert "dark" not in row
        assert "light" not in row
        assert "0.000" in row
        assert "−" not in row


async def test_a_wide_pane_shows_five_decimals() -> None:
    async with opened(size=(120, 36)) as program:
        assert "predicts 0.68400" in program.words("image")
        assert "error +0.23400 too dark" in program.words("image")


async def test_exact_values_are_written_as_far_as_they_go() -> None:
    async with opened() as program:
        program.app.controller.change_view(SetPixel(0.125))
        await program.arrived()
        assert "▸0.125" in program.text("image")
        program.app.controller.change_view(SetPixel(1 / 3))
        await program.arrived()
        assert "▸0.3333" in program.text("image")


async def test_only_the_selected_pixel_is_marked() -> None:
    async with opened() as program:
        for key, number in (("right", "0.50"), ("down", "0.70"), ("left", "0.40"), ("up", "0.20")):
            await program.press(key)
            assert program.text("image").count("▸") == 1
            assert f"▸{number}" in program.text("image")


async def test_nothing_moves_while_it_trains() -> None:
    async with opened() as program:
        rows = program.text("image").split("\n")
        await program.step(12)
        later = program.text("image").split("\n")
        assert [len(row) for row in later] == [len(row) for row in rows]
        assert later[:8] == rows[:8], "the pixels"
        for words in ("predicts", "target", "error"):
            assert program.find("image", words)[0] == 2


async def test_where_there_is_no_colour_shades_say_it_with_a_legend() -> None:
    async with opened(environment=PLAIN) as program:
        words = program.words("image")
        assert "white 0 ·░▒▓█ 1 black" in words
        assert re.search("predicts 0.684 ▓▓▓+.* target 0.450 ▒▒▒+", words)
        assert all(style.bgcolor is None for style in styles(program))


async def test_the_legend_is_there_with_colour_too() -> None:
    async with opened() as program:
        legend = next(
            row
            for row in program.segments("image")
            if "white" in "".join(piece.text for piece in row)
        )
        greys = [grey(piece.style) for piece in legend if piece.style and piece.text == " "]
        assert [each.red for each in greys if each is not None] == [255, 191, 128, 64, 0]


def styles(program: Program) -> list[Style]:
    return [piece.style for row in program.segments("image") for piece in row if piece.style]


async def test_the_four_numbers_stand_on_their_pixels_at_every_size() -> None:
    async with opened() as program:
        for size in ((80, 24), (120, 36), (200, 60), (60, 20), (40, 12)):
            await program.resize(*size)
            left, top = program.find("image", "0.20")
            right, same = program.find("image", "0.50")
            assert (left < right, top == same) == (True, True), size
            left, below = program.find("image", "0.40")
            right, same = program.find("image", "0.70")
            assert (left < right, top < below == same) == (True, True), size


@pytest.mark.parametrize("rate", [1.0, 1e6])
async def test_a_network_that_diverged_still_shows_numbers(rate: float) -> None:
    async with opened(TrainingConfig(learning_rate=rate)) as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.ended)
        assert re.search(
            r"predicts −?[\d.e]+ target 0\.450 error [+−][\d.e]+", program.words("image")
        )
        assert {len(row) for row in program.text("image").split("\n")} == {24}


def sure(task: str, **settings: int) -> TrainingConfig:
    """Return a yes/no task's run as the command begins it."""
    return TrainingConfig(task=task, output="sigmoid", loss="bce", bias=True, **settings)  # type: ignore[arg-type]  # only whole numbers are given


async def test_of_a_yes_no_task_it_shows_both_answers_and_whether_they_agree() -> None:
    async with opened(sure("xor")) as program:
        program.trainer.run.here.network.parameters[:] = [0.98, 0.4, 0.86, -0.08, 0.0]
        program.app.controller.change_run(SetParameter(4, 0.0))
        for pixels, prediction, target, verdict in (
            # With these weights and bias 0, black at the left sums up to 1.84, so yes.
            ((1.0, 0.0, 1.0, 0.0), "0.863 yes", "1.000 yes", "−0.137 right"),
            ((1.0, 1.0, 0.0, 0.0), "0.799 yes", "0.000 no", "+0.799 wrong"),
            ((0.0, 0.0, 0.0, 1.0), "0.480 no", "0.000 no", "+0.480 right"),
        ):
            for pixel, value in enumerate(pixels):
                program.app.controller.change_view(SetPixel(value, pixel))
            await program.arrived()
            words = program.words("image")
            assert f"predicts {prediction}" in words
            assert f"target {target}" in words
            assert f"error {verdict}" in words


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if not task.is_own])
async def test_every_task_has_its_question_and_its_words(name: str) -> None:
    task = TASKS[name]
    config = sure(name, images=20) if task.yes_no else TrainingConfig(task=name, images=20)
    async with opened(config) as program:
        for size in ((80, 24), (120, 36)):
            await program.resize(*size)
            assert f" napkin-net  {task.question}  4→1 · " in program.text("header"), size
            words, error = program.words("image"), program.snapshot.reading.error
            way = task.high if error > 0 else task.low
            right = abs(error) < 0.5
            verdict = ("right" if right else "wrong") if task.yes_no else way
            assert re.search(rf"error [+−]\d\.\d+ (too )?{verdict}\b", words), size
            assert program.widget("image").region.height == len(program.text("image").split("\n"))


async def test_only_what_has_a_colour_has_a_swatch() -> None:
    async def behind_the_prediction(config: TrainingConfig) -> ColorTriplet | None:
        async with opened(config) as program:
            return grey(style_at(program, "predicts", 18))

    brightest = await behind_the_prediction(TrainingConfig(task="brightest"))
    assert brightest == ColorTriplet(81, 81, 81)
    signed = await behind_the_prediction(TrainingConfig(task="top-bottom"))
    assert signed is not None
    assert signed.blue > signed.red, "above 0 is blue"
    contrast = await behind_the_prediction(TrainingConfig(task="contrast"))
    assert contrast not in (brightest, signed)


OWN = OwnData(
    "mine.csv", Batch(np.array([[0.0, 1.0, 0.5, 0.25], [0.0] * 4]), np.array([7.5, -2.0]))
)


async def test_of_own_data_the_first_image_is_selected_and_others_are_unknown() -> None:
    async with opened(TrainingConfig(task="own", images=2, data=OWN)) as program:
        assert program.app.view.image == (0.0, 1.0, 0.5, 0.25)
        assert "target 7.500" in program.words("image")
        program.app.controller.change_view(SetPixel(0.5, 0))
        await program.arrived()
        words = program.words("image")
        assert "target unknown error unknown" in words
        assert "this image is not in your data" in program.words("commentary")
        await program.step(3)
        assert "nan" not in program.text("commentary")
        assert "target unknown error unknown" in program.words("image")


async def test_an_unknown_target_has_no_words() -> None:
    async with opened(TrainingConfig(task="own", images=2, data=OWN), size=(120, 36)) as program:
        program.app.controller.change_view(SetPixel(0.5, 0))
        await program.press("down", "down", "down")
        for keys in (["e"], ["down", "down"], ["escape", ".", ".", "."], [",", ",", ",", "v"]):
            await program.press(*keys)
            await program.drawn()
            assert "nan" not in program.text("commentary"), keys
            for pane in ("explain", "image"):
                assert "nan" not in program.text(pane), keys
