"""Whole runs on the screen: one that arrives, one that diverges, and two that are compared."""

import re

import numpy as np
import pytest

from core import Outcome, SetSettings, Trainer, TrainingConfig
from tests.tui.holding import hold_evaluations
from tests.tui.program import FASTEST, Program, opened


async def test_a_learning_rate_of_1_diverges_and_the_screen_explains_it() -> None:
    async with opened(TrainingConfig(learning_rate=1.0)) as program:
        assert "Rates above 0.905 diverge." in program.text("commentary")
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.ended)
        assert program.snapshot.outcome is Outcome.DIVERGED
        at = program.snapshot.diverged_at
        assert program.text("header").endswith("· diverged")
        assert f"Diverged at step {at}: the loss has grown to" in program.text("commentary")
        assert "rates above 0.905 diverge. Press ( to lower the rate, then r." in program.text(
            "commentary"
        )
        assert not program.app.pace.running
        assert np.isfinite(program.snapshot.parameters).all()


async def test_a_diverged_run_takes_no_further_step_and_begins_again_with_r() -> None:
    async with opened(TrainingConfig(learning_rate=1.0)) as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.ended)
        step, parameters = program.snapshot.step, program.snapshot.parameters
        await program.press("space", "s")
        assert program.snapshot.step == step
        assert np.array_equal(program.snapshot.parameters, parameters)
        assert "diverged" in program.text("header")
        await program.press("(", "r")
        assert "step 0 · ready" in program.text("header")
        await program.step()
        assert "step 1 · paused" in program.text("header")


async def test_a_diverged_run_still_answers_to_pixels_and_rates() -> None:
    async with opened(TrainingConfig(learning_rate=1000.0)) as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.ended)
        await program.press("9", "L", "(", ")")
        assert program.app.view.image[0] == 0.9
        assert "diverged" in program.text("header")
        assert "nan" not in program.text("image")


async def test_a_learning_rate_of_one_half_converges() -> None:
    async with opened(TrainingConfig(learning_rate=0.5)) as program:
        program.trainer.run.run_for(1e9, max_steps=300)
        await program.step()
        assert not program.ended
        assert np.abs(program.snapshot.parameters - 0.25).max() < 0.01


async def test_three_hundred_steps_teach_it_to_average() -> None:
    async with opened() as program:
        program.trainer.run.run_for(1e9, max_steps=300)
        await program.run(500)
        assert np.abs(program.snapshot.parameters - 0.25).max() < 0.001
        assert "predicts 0.45" in program.words("image")
        await program.press("9")
        # The mean of 0.9, 0.5, 0.4 and 0.7 is 0.625.
        assert program.snapshot.reading.prediction == pytest.approx(0.625, abs=0.003)


async def again_with_a_larger_rate(program: Program, steps: int) -> None:
    """Take some steps, then as many from the same start at the next larger rate."""
    await program.step(steps)
    await program.press(")", "r")
    await program.step(steps)


def first_passed(rate: float, steps: int) -> tuple[int, int]:
    """Where and for what a run of the default network first has a loss of 0.05 or less."""
    trainer = Trainer(TrainingConfig())
    trainer.apply(SetSettings.of(learning_rate=rate))
    for step in range(steps + 1):
        trainer.run.ensure_evaluated()
        if trainer.run.log.history.latest <= 0.05:
            return step, trainer.run.multiply_adds
        trainer.run.step()
    raise AssertionError("not passed")


@pytest.mark.parametrize(
    ("size", "name"), [((80, 24), "previous"), ((120, 36), "previous run")], ids=["80", "120"]
)
async def test_the_previous_run_is_compared_in_steps_and_multiply_adds(
    size: tuple[int, int], name: str
) -> None:
    async with opened(size=size) as program:
        await again_with_a_larger_rate(program, 12)
        (here, paid), (there, spent) = first_passed(0.2, 12), first_passed(0.1, 12)
        assert (paid, spent) == (8004 * here, 8004 * there)
        text = program.text("loss")
        assert re.search(rf"0\.05 .*now: step {here}, {paid:,} multiply-adds", text)
        assert re.search(rf" {name}: step {there}, {spent:,}\b", text)


async def test_the_previous_run_stays_as_a_faint_curve() -> None:
    async with opened() as program:
        await again_with_a_larger_rate(program, 6)
        faint = program.app.ink.previous
        curves = [
            piece.text
            for row in program.segments("loss")
            for piece in row
            if piece.style == faint and any("⠀" < character <= "⣿" for character in piece.text)
        ]
        assert curves
        # It came to a loss of 0.1 after 5 steps of 8,004 multiply-adds.
        assert "previous: step 5, 40,020, rate 0.1" in program.words("loss")


async def test_before_both_have_reached_a_loss_the_faint_curve_is_only_named() -> None:
    async with opened() as program:
        await program.step(2)
        await program.press(")", "r")
        # Both begin below 0.5: to have "passed" that at step 0 for nothing compares nothing.
        assert "faint: previous run, rate 0.1" in program.text("loss")


async def test_the_same_again_leaves_no_faint_curve() -> None:
    async with opened() as program:
        await program.step(6)
        await program.press("r")
        await program.step(6)
        assert "faint" not in program.text("loss")
        assert program.snapshot.previous_run is None


async def test_keys_are_answered_while_a_long_step_is_computed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold_evaluations(monkeypatch)
    async with opened(TrainingConfig(hidden=(16, 16), engine="loops")) as program:
        assert program.snapshot.loss is None
        assert "…" in program.text("loss")
        await program.press("9")
        assert "▸0.90" in program.text("image")
        await program.press("s", ")", "n")
        await program.until(lambda: "seed 1" in program.text("header"))
        assert program.trainer.run.config.learning_rate == 0.2
        assert "rate 0.2" in program.text("footer")
        assert program.snapshot.loss is None
