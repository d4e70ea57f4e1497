"""The loss pane: its title, its words under the curve, its cursor, and both scales."""

import math
import re
from dataclasses import replace

import pytest

from core import Trainer, TrainingConfig
from core.metrics.curve import Stretch
from tests.tui.program import FASTEST, Program, opened
from tui.panes.loss.loss import LossPane
from tui.panes.loss.words import stretch_text
from tui.words.numerals import loss_text


def words(program: Program) -> str:
    """The last row inside the frame."""
    return program.text("loss").split("\n")[-2].strip("│ ")


async def test_the_title_names_what_the_loss_is_the_mean_of() -> None:
    async with opened() as program:
        assert "╭ loss 0.4458 · mean of 1,000 errors² ─" in program.text("loss")
    async with opened(TrainingConfig(images=25, batch_size=10)) as program:
        title = program.text("loss").split("\n")[0]
        assert re.search(r"batch.*\b10\b|\b10\b.*batch", title)
        assert "…" not in title
    async with opened(TrainingConfig(loss="bce", output="sigmoid")) as program:
        assert "cross-entropy, 1,000 images" in program.text("loss")


@pytest.mark.parametrize(
    ("config", "title"),
    [
        (TrainingConfig(images=1), "mean of 1 error² "),
        (TrainingConfig(images=2, batch_size=1), "of this batch (1 image) "),
        (TrainingConfig(task="xor", images=1, loss="mse"), "mean of 1 error² "),
    ],
)
def test_one_image_is_not_called_images(config: TrainingConfig, title: str) -> None:
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    now = replace(trainer.snapshot(), scores=None)
    assert LossPane(id="loss").title(now).endswith(title.strip())


async def test_the_typical_error_is_the_root_of_the_loss() -> None:
    async with opened() as program:
        await program.step(12)
        loss = program.snapshot.loss
        assert loss is not None
        assert words(program) == (f"RMSE, a typical error: √{loss:.4f} = {math.sqrt(loss):.4f}")
    async with opened(TrainingConfig(loss="bce", output="sigmoid")) as program:
        assert "RMSE" not in program.text("loss")
        assert "typical error" not in program.text("loss")


async def test_the_axes_have_nice_ticks_and_the_newest_step_at_the_right() -> None:
    async with opened() as program:
        await program.step(12)
        rows = program.text("loss").split("\n")
        assert rows[1].startswith("│  0.5 ┤")
        assert rows[4].startswith("│  0.0 ┤")
        assert rows[5].rstrip("│ ").endswith(" 12")
        assert re.match(r"│ +0 ", rows[5])


async def test_long_runs_have_thousands_separators_on_the_axis() -> None:
    async with opened(size=(120, 36)) as program:
        program.trainer.run.run_for(1e9, max_steps=3_000)
        await program.step()
        assert re.search(r" 1,000 ", program.text("loss"))
        assert f"{program.snapshot.step:,}" in program.text("loss")


async def test_log_scale_is_named_and_has_powers_on_its_axis() -> None:
    async with opened(size=(120, 36)) as program:
        program.trainer.run.run_for(1e9, max_steps=300)
        await program.step()
        linear = program.text("loss")
        await program.press("L")
        assert "log scale" in program.text("loss")
        assert program.text("loss") != linear
        assert re.search(r"0\.01 ┤|0\.001 ┤|1e−0\d ┤", program.text("loss"))


async def test_the_cursor_shows_step_and_loss_and_is_on_the_plot() -> None:
    async with opened() as program:
        losses = [program.snapshot.loss or 0.0]
        for _ in range(8):
            await program.step()
            losses.append(program.snapshot.loss or 0.0)
        await program.press("tab", "tab", "left", "left", "left")
        assert program.app.view.cursor == 5
        assert "step 5: loss" in program.text("loss")
        assert f"{losses[5]:.3g}" in program.text("loss")
        assert "┊" in program.text("loss")
        await program.press("end")
        assert "┊" not in program.text("loss")


async def test_the_cursor_goes_with_the_moment() -> None:
    async with opened() as program:
        await program.step(6)
        await program.press("tab", "tab", "left", "left")
        assert "step 4: loss" in program.text("loss")
        await program.step()
        assert "step 5: loss" in program.text("loss")
        await program.step(5)
        assert program.snapshot.step == 10
        told = re.search(r"step (\d+): loss", program.text("loss"))
        assert told is None or told[1] == "10"


async def test_at_step_0_the_cursor_reads_the_only_loss_there_is() -> None:
    async with opened() as program:
        for key in ("left", "right"):
            await program.press("tab", "tab", key)
            assert program.app.view.cursor == 0
            assert "step 0: loss 0.446" in program.text("loss")
            await program.press("end", "shift+tab", "shift+tab")


async def test_before_any_loss_is_known_there_is_nothing_to_put_a_cursor_on() -> None:
    async with opened() as program:
        pane = program.app.query_one(LossPane)
        pane.snapshot = Trainer(TrainingConfig(seed=1)).snapshot()
        assert pane.snapshot.curve.length == 0
        pane.action_move(1)
        pane.action_move(-1)
        await program.arrived()
        assert program.app.view.cursor is None


async def test_the_course_of_the_learning_rate_is_shown_on_request() -> None:
    config = TrainingConfig(images=20, schedule="step", decay_steps=3, decay_factor=0.5)
    async with opened(config) as program:
        program.trainer.run.run_for(1e9, max_steps=4)
        await program.step()
        assert "rate 0.0500  " in program.text("footer")
        plain = program.text("loss")
        await program.press("tab", "tab", "t")
        assert program.app.view.shows_rate
        assert "dotted: learning rate 0.0500; top: 0.100" in program.text("loss")
        assert program.text("loss").split("\n")[1] != plain.split("\n")[1]
        await program.press("t")
        assert program.text("loss") == plain


async def test_the_curve_is_counted_in_another_unit_and_so_is_the_comparison() -> None:
    config = TrainingConfig(images=20, batch_size=8)
    async with opened(config, size=(120, 36)) as program:
        program.trainer.run.run_for(1e9, max_steps=9)
        await program.step()
        await program.press("X")
        assert "To compare two runs: r, then ( or ) for" in program.text("commentary")
        await program.press(*"XXXX", "r", "right_parenthesis")
        program.trainer.run.run_for(1e9, max_steps=9)
        await program.step()
        # 10 steps are 3 epochs of 8 + 8 + 4 images, and one step more.
        expected = {
            "epochs": r" 3\.33 ", "images seen": r" 68 ", "multiply-adds": r" 584 ",
            "seconds": r" [\d.,]+ [µm]?s ",
        }  # fmt: skip
        for unit, newest in expected.items():
            await program.press("X")
            shown = program.text("loss")
            assert f"across: {unit}" in shown
            mean = re.search(r"seconds of all steps, slow ones too: mean [\d.,]+ [µm]?s", shown)
            assert (unit == "seconds") is (mean is not None)
            assert re.search(newest, shown), unit
            assert re.search(rf"reached now: step \d+, [\d.,]+ ?({unit}|[µm]?s)", shown), unit
        assert "At the same place across, the lower curve is ahead." in program.text("commentary")
        await program.press("X")
        assert "across" not in program.text("loss")
        await program.press("X", "tab", "tab", "home", "right")
        assert program.app.view.cursor == 1
        assert re.search(r"step 1: batch loss [\d.]+ · 0\.33 epochs", program.text("loss"))


async def test_a_new_run_takes_the_cursor_away() -> None:
    async with opened() as program:
        await program.step(6)
        await program.press("tab", "tab", "left", "r")
        assert program.app.view.cursor is None


async def test_a_run_that_diverges_keeps_its_curve_and_axes() -> None:
    async with opened(TrainingConfig(learning_rate=2.0)) as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.ended)
        text = program.text("loss")
        assert "┤" in text
        assert any("⠀" < character <= "⣿" for character in text)
        await program.press("L", "tab", "tab", "home", "right")
        assert "step 1: loss" in program.text("loss")


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (0.44579, "0.4458"),
        (0.00123, "0.00123"),
        (12.345, "12.345"),
        (0.000987, "0.000987"),
        (1.5e-9, "1.5e−09"),
        (math.inf, "∞"),
        (math.nan, "not a number"),
    ],
)
def test_a_loss_is_written_with_digits_that_can_be_read(loss: float, text: str) -> None:
    assert loss_text(loss) == text


def test_one_step_or_several_that_share_a_place_on_the_curve() -> None:
    one = Stretch(5, 5, 0.25, 0.25, 0.25, 0.25, 0)
    assert stretch_text(one) == "step 5: loss 0.250"
    several = Stretch(4096, 8191, 0.1, 0.3, 0.2, 0.15, 0)
    assert stretch_text(several) == "steps 4,096–8,191: loss 0.100 to 0.300"
    lost = Stretch(8, 15, math.nan, math.nan, math.nan, math.inf, 8)
    assert stretch_text(lost) == "steps 8–15: loss ∞"
