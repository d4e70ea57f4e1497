"""The data pane: every image, its error, and what its keys and the mouse do to the run."""

import math
import re

import numpy as np
import pytest
from textual.widgets import Input

from core import TrainingConfig
from core.images.images import Batch, Example, example_at
from core.images.own_data import OwnData
from core.network.network import Network
from core.run.changes import AddImage
from tests.tui.program import Program, opened
from tui.panes.data.data import DataPane
from tui.screens.exact import ExactScreen
from tui.view.view import SelectImage

WIDE = (120, 36)
OWN = OwnData(
    "mine.csv",
    Batch(
        np.array([[0.0, 0.1, 0.2, 0.3], [0.5, 0.5, 0.5, 0.5], [1, 1, 1, 0]]), np.array([1, 2, 9.0])
    ),
)
MINE = TrainingConfig(task="own", data=OWN, images=3)


def pane(program: Program) -> DataPane:
    return program.app.query_one(DataPane)


def errors_of(program: Program) -> list[float]:
    """Work the errors of all training images out again."""
    now, images = program.snapshot, program.trainer.run.here.images
    outputs = Network(now.architecture, now.parameters).forward(images.images)[-1][:, 0]
    errors: list[float] = (outputs - images.targets).tolist()
    return errors


def signs(program: Program, count: int) -> str:
    """The signs below the first images, row by row."""
    rows = program.text("data").split("\n")[2:-2:2]
    return "".join("".join(row.strip("│▐ ").split()) for row in rows).replace("▐", "")[:count]


async def test_d_opens_it_with_the_keys_on_it_and_closes_it() -> None:
    async with opened() as program:
        await program.press("d")
        assert program.focus == "data"
        assert "data · training images 1–52 of 1,000 · by number" in program.text("data")
        assert "too light −" in program.text("data")
        assert "arrows or a click" in program.text("data")
        assert program.app.view.example is None
        await program.press("d")
        assert not pane(program).is_on_screen
        assert program.focus != "data"


async def test_the_sign_below_each_image_is_that_of_its_error_at_every_step() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d")
        for _ in range(4):
            expected = "".join("−" if error < 0 else "+" for error in errors_of(program)[:156])
            assert signs(program, 156) == expected
            assert len(set(expected)) == 2
            await program.step()


async def test_what_is_chosen_is_selected_on_all_panes_and_described_in_the_bottom_border() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d", "right")
        images = program.trainer.run.here.images
        assert (program.app.view.image, program.app.view.example) == example_at(images, 0)
        await program.press("right", "down")
        assert program.app.view.example == Example(40, float(images.targets[40]))
        reading = program.snapshot.reading
        assert reading.image == tuple(images.images[40])
        words = program.words("data")
        pixels = " ".join(f"{pixel:.1f}" for pixel in images.images[40])
        assert f"image 41 · pixels {pixels} · label {reading.target:.3f}" in words
        assert f"predicts {reading.prediction:.3f} · error +{reading.error:.3f}, too dark" in words
        assert f"{reading.image[0]:.2f}" in program.text("image")
        assert "Training image 41 is selected" in program.words("commentary")


async def test_arrows_pages_home_and_end_move_and_scroll() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d", "l", "j", "k", "h", "h", "up")
        assert program.app.view.example is not None
        places = []
        for key in ("end", "up", "pageup", "pagedown", "down", "right", "home", "pagedown", "left"):
            await program.press(key)
            places.append(program.app.view.example.index)
            assert "▐" in program.text("data")
        # 39 in a row, four rows.
        assert places == [999, 960, 804, 960, 999, 999, 0, 156, 155]
        assert "of 1,000" in program.text("data")


async def test_above_the_first_row_an_arrow_stays_and_a_page_goes_to_the_first() -> None:
    async with opened(TrainingConfig(images=40), size=WIDE) as program:
        await program.press("d", "right", "right", "right")

        def index() -> int | None:
            chosen = program.app.view.example
            return None if chosen is None else chosen.index

        assert index() == 2
        await program.press("up")
        assert index() == 2
        await program.press("pageup")
        assert index() == 0


async def test_keys_that_come_faster_than_the_view_all_count() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d", "home")
        program.send(*["right"] * 25, "down", "left")
        await program.arrived()
        assert program.app.view.example is not None
        assert program.app.view.example.index == 25 + 39 - 1


async def test_what_the_app_comes_to_later_does_not_take_the_mark_back() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d", "home")
        for _ in range(3):
            pane(program).action_move(1)
        # The app has come only to the first of the three.
        program.app.controller.change_view(
            SelectImage(*example_at(program.trainer.run.here.images, 1))
        )
        pane(program).action_move(1)
        await program.arrived()
        assert program.app.view.example is not None
        assert program.app.view.example.index == 4


async def test_click_chooses_and_the_wheel_scrolls() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d")
        region = pane(program).region
        await program.click(region.x + 1 + 3 * 5 + 1, region.y + 1 + 2)
        assert program.app.view.example is not None
        assert program.app.view.example.index == 39 + 5
        before = program.app.view
        await program.wheel(region.x + 5, region.y + 2, up=False)
        await program.wheel(region.x + 5, region.y + 2, up=False)
        assert "images 79–234 of" in program.text("data")
        await program.wheel(region.x + 5, region.y + 2, up=True)
        assert "images 40–195 of" in program.text("data")
        assert program.app.view == before
        # On the legend and on the empty cells behind the last image there is nothing to choose.
        await program.click(region.x + 30, region.y + region.height - 2)
        assert program.app.view == before


async def test_w_ranks_by_the_size_of_the_error_and_again_after_each_step() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d", "w", "home")
        for _ in range(3):
            sizes = [abs(error) for error in errors_of(program)]
            await program.press("end", "home")
            assert program.app.view.example is not None
            assert sizes[program.app.view.example.index] == pytest.approx(max(sizes), rel=1e-12)
            await program.press("end")
            assert sizes[program.app.view.example.index] == pytest.approx(min(sizes), abs=1e-12)
            await program.step()
        assert "worst first" in program.text("data")
        await program.press("w")
        assert "by number" in program.text("data")


async def test_t_shows_the_test_images_of_which_none_can_be_taken_out() -> None:
    async with opened(TrainingConfig(images=50, test_share=0.2), size=WIDE) as program:
        await program.press("d", "t", "end")
        assert program.trainer.run.scorer.test is not None
        image, example = example_at(program.trainer.run.scorer.test, 9, is_test=True)
        assert (program.app.view.image, program.app.view.example) == (image, example)
        assert "test images 1–10 of 10" in program.text("data")
        await program.press("delete")
        assert "only training images can be removed" in program.words("commentary")
        await program.press("a", "enter")
        assert program.words("commentary").startswith(
            "This image cannot be added: it is test image 10, and no step uses test images."
        )
        assert len(program.trainer.run.here.images) == 40
        await program.press("t")
        assert "training images 1–40 of 40" in program.text("data")


async def test_without_test_images_t_changes_nothing_and_names_the_option_that_keeps_some() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d", "t")
        assert "training images" in program.text("data")
        assert program.words("commentary").startswith(
            "No: there are no test images. Press c and set a test share"
        )


async def test_test_images_that_are_training_images_too_are_counted_and_named() -> None:
    batch = Batch(np.tile([0.1, 0.2, 0.3, 0.4], (10, 1)), np.full(10, 0.5))
    own = TrainingConfig(task="own", images=10, data=OwnData("mine.csv", batch), test_share=0.3)
    equal = "3 of 3 test images are training images too: same pixels, same label"
    async with opened(own, size=WIDE) as program:
        assert program.words("commentary").startswith(equal)
        await program.press("d", "t")
        assert "3 of 3 are training images too: same pixels" in program.words("data")
        await program.press("right")
        assert "equal to training image 1" in program.words("data")


async def test_a_test_share_that_rounds_to_no_image_is_named() -> None:
    async with opened(TrainingConfig(images=10, test_share=0.04), size=WIDE) as program:
        assert program.words("commentary").startswith(
            "There are no test images: a test share of 0.04 of 10 images rounds to 0. "
            "A test share of 0.1 keeps one."
        )
        await program.press("d", "t")
        assert "the test share rounds to no image" in program.words("commentary")


async def test_delete_takes_out_and_goes_on_to_the_next_and_b_brings_back() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d", "home", "right")
        images = program.trainer.run.here.images
        loss = program.snapshot.loss
        await program.press("delete", "delete")
        assert np.array_equal(
            program.trainer.run.here.images.images, np.delete(images.images, [1, 2], axis=0)
        )
        assert (program.app.view.image, program.app.view.example) == example_at(
            program.trainer.run.here.images, 1
        )
        assert "of 998" in program.text("data")
        assert "998 × 4" in program.text("cost")
        assert program.snapshot.loss != loss
        await program.press("b", "b")
        assert np.array_equal(program.trainer.run.here.images.images, images.images)
        assert program.snapshot.loss == loss
        assert "of 1,000" in program.text("data")
        # What is looked at stays, and is found where it stands now.
        assert program.app.view.example == Example(3, float(images.targets[3]))


async def test_the_next_one_is_selected_also_where_many_are_equal() -> None:
    equal = OwnData("equal.csv", Batch(np.full((9, 4), 0.5), np.full(9, 0.5)))
    async with opened(TrainingConfig(task="own", data=equal, images=9), size=WIDE) as program:
        await program.press("d", "home", "right", "right", "delete")
        assert len(program.trainer.run.here.images) == 8
        assert program.app.view.example == Example(2, 0.5)


async def test_the_worst_ones_go_one_after_the_other() -> None:
    async with opened(TrainingConfig(images=40), size=WIDE) as program:
        await program.press("d", "w", "home")
        sizes = sorted((abs(error) for error in errors_of(program)), reverse=True)
        await program.press("delete", "delete", "delete")
        left = sorted((abs(error) for error in errors_of(program)), reverse=True)
        assert left == pytest.approx(sizes[3:], rel=1e-12)


async def test_the_last_one_has_to_stay() -> None:
    async with opened(TrainingConfig(images=2), size=WIDE) as program:
        await program.press("d", "home", "delete", "delete")
        assert len(program.trainer.run.here.images) == 1
        assert "cannot be removed: it is the last training image." in program.words("commentary")


async def test_nothing_is_taken_out_before_it_is_chosen() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d", "delete")
        assert "select the image to remove first" in program.words("commentary")
        assert len(program.trainer.run.here.images) == 1000


async def test_a_learns_from_the_image_with_its_label_or_one_that_is_typed() -> None:
    async with opened(size=WIDE) as program:
        await program.press("a", "enter")
        images = program.trainer.run.here.images
        assert images.images[-1].tolist() == [0.2, 0.5, 0.4, 0.7]
        assert images.targets[-1] == pytest.approx(0.45)
        assert "Training image added: 1,001 now." in program.words("commentary")
        await program.press("a", "1", "enter", "d")
        assert program.trainer.run.here.images.targets[-1] == 1.0
        # Its own label is the target now, and the rule is named beside it.
        assert program.snapshot.reading.target == 1.0
        assert program.snapshot.rule == pytest.approx(0.45)
        assert "label 1.000 (clean label 0.450)" in program.words("data")
        assert "label 1.00000 clean 0.45 " in program.words("image")
        await program.press("b")
        assert len(program.trainer.run.here.images) == 1001
        assert program.app.view.example is None
        assert "target 0.45000" in program.words("image")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (TrainingConfig(images=10, label_noise=0.3), r"label +(.\d\.\d{3}) ≠\d\.\d{3}$"),
        (
            TrainingConfig(task="xor", images=10, label_noise=0.9),
            r"label +[01]\.000 (yes≠no|no≠yes)$",
        ),
    ],
    ids=["numbers", "yes or no"],
)
async def test_label_and_rule_fit_into_the_smallest_image_pane(
    config: TrainingConfig, said: str
) -> None:
    async with opened(config) as program:
        await program.press("d", "home")
        while program.snapshot.rule is None:
            await program.press("right")
        rows = [row.strip("│ ") for row in program.text("image").split("\n")]
        assert any(re.search(said, row) for row in rows)


async def test_a_label_that_the_task_cannot_have_is_refused_in_words() -> None:
    config = TrainingConfig(task="xor", output="sigmoid", loss="bce", bias=True)
    async with opened(config, size=WIDE) as program:
        await program.press("a", "2", "enter")
        assert "must be 0 or 1" in str(program.app.screen.query_one("#answer").render())
        await program.press("backspace", "1", "enter")
        assert program.trainer.run.here.images.targets[-1] == 1.0


async def test_own_images_ask_for_a_label_where_nobody_knows_it() -> None:
    async with opened(MINE, size=WIDE) as program:
        await program.press("d", "end")
        assert "label 9.000" in program.words("data")
        await program.press("shift+tab")
        program.app.query_one("#image").focus()
        await program.press("9")
        assert math.isnan(program.snapshot.reading.target)
        await program.press("a", "enter")
        assert len(program.trainer.run.here.images) == 3
        await program.press("4", "enter")
        assert program.trainer.run.here.images.targets[-1] == 4.0
        assert program.snapshot.reading.target == 4.0


async def test_a_painted_image_is_none_of_them_any_more_and_enter_comes_back() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d", "home")
        image = program.app.view.image
        program.app.query_one("#image").focus()
        await program.press("+")
        assert program.app.view.example is None
        assert "enter: select image 1 again" in program.text("data")
        program.app.query_one("#data").focus()
        await program.press("enter")
        assert program.app.view.image == image
        assert "image 1 ·" in program.text("data")


async def test_a_label_that_noise_has_flipped_is_given_and_not_worked_out() -> None:
    config = TrainingConfig(task="xor", images=10, label_noise=0.5, output="sigmoid")
    async with opened(config, size=WIDE) as program:
        await program.press("d", "home")
        while program.snapshot.rule is None:
            await program.press("right")
        assert "its label is" in program.words("commentary")
        await program.press("e")
        program.app.query_one("#image").focus()
        await program.press("down", "down", "down")
        assert "The target is given with the image" in program.words("explain")


async def test_the_label_offered_has_no_digits_of_rounding_and_is_taken_exactly() -> None:
    async with opened() as program:
        await program.press("right", "down", "3", "a")
        box = program.app.screen
        assert isinstance(box, ExactScreen)
        assert box.query_one(Input).value == "0.35"
        await program.press("enter")
        assert program.trainer.run.here.images.targets[-1] == (0.2 + 0.5 + 0.4 + 0.3) / 4 != 0.35


@pytest.mark.parametrize("task", ["darkness", "xor"])
async def test_a_noisy_label_is_never_shown_as_what_the_image_is(task: str) -> None:
    config = TrainingConfig(task=task, images=10, label_noise=0.5)
    async with opened(config, size=WIDE) as program:
        await program.press("d", "home")
        for _ in range(10):
            if program.snapshot.rule is None:
                await program.press("right")
        assert program.snapshot.rule is not None
        for key in ("n", "r"):
            await program.press(key)
            words = program.words("commentary")
            assert ("its label is" in words) == (key == "n")
            assert " dark." not in words
            assert "the target is" not in words
        seen = ""
        for _ in range(12):
            await program.step()
            seen += program.words("commentary")
        assert "target" not in seen
        assert task == "xor" or "label" in seen


async def test_a_training_image_is_not_called_only_selected() -> None:
    async with opened(size=(120, 70)) as program:
        await program.press("tab", "tab", "e")
        assert "This image is not in the mean" in program.words("explain")
        await program.press("d", "home")
        program.app.query_one("#loss").focus()
        await program.press("e")
        assert "This image is in the mean" in program.words("explain")
        assert "is not in the mean" not in program.words("explain")


async def test_it_follows_another_run() -> None:
    async with opened(size=WIDE) as program:
        await program.press("d", "end")
        trainer = program.app.controller.trainer
        program.app.controller.begin(lambda: trainer.open(TrainingConfig(images=30)))
        await program.arrived()
        assert "training images 1–30 of 30" in program.text("data")
        await program.press("end")
        assert program.app.view.example is not None
        assert program.app.view.example.index == 29


async def test_a_hundred_thousand_are_ranked_in_a_thread_and_scrolled_through() -> None:
    async with opened(TrainingConfig(images=100_000), size=WIDE) as program:
        await program.press("d", "w")
        await program.until(lambda: "ranking" not in program.text("data"))
        sizes = [abs(error) for error in errors_of(program)]
        await program.press("home")
        assert program.app.view.example is not None
        assert sizes[program.app.view.example.index] == pytest.approx(max(sizes), rel=1e-12)
        await program.press("end")
        assert "of 100,000" in program.text("data")
        assert sizes[program.app.view.example.index] == pytest.approx(min(sizes), abs=1e-12)


async def test_a_huge_networks_errors_come_from_a_thread() -> None:
    async with opened(TrainingConfig(hidden=(300, 300), images=200), size=WIDE) as program:
        await program.press("d")
        await program.until(lambda: "computing" not in program.text("data"))
        expected = "".join("−" if error < 0 else "+" for error in errors_of(program)[:156])
        await program.until(lambda: signs(program, 156) == expected)


async def test_without_room_there_is_a_note() -> None:
    async with opened(size=(80, 24)) as program:
        await program.press("d")
        await program.resize(79, 6)
        await program.until(lambda: "need more room" in program.text("data"))
        await program.press("right", "down", "pagedown", "w", "end", "delete", "home")
        await program.resize(80, 24)
        await program.until(lambda: "training images" in program.text("data"))


async def test_fewer_images_while_there_is_no_room_for_them_confuse_no_key() -> None:
    for chosen, keys in ((["w", "home"], ["home"]), (["end"], ["delete"]), (["end"], ["enter"])):
        async with opened() as program:
            for _ in range(2):
                program.app.controller.change_run(AddImage((1.0, 1.0, 1.0, 1.0), -9.0))
            await program.press("d", *chosen)
            assert program.app.view.example is not None
            assert program.app.view.example.index >= 1_000
            await program.resize(1, 1)
            await program.arrived()
            await program.press("R")
            program.send(*keys)
            await program.arrived()
            await program.resize(80, 24)
            assert program.app.is_running
            await program.until(lambda: "of 1,000 " in program.text("data"))
