"""Editing the selected image, through the whole app."""

import math

import numpy as np
import pytest
from textual.widgets import Input, Label

from core import DEFAULT_IMAGE, Trainer, TrainingConfig
from tests.tui.program import FASTEST, Program, opened
from tui.screens.exact import ExactScreen


async def test_digits_paint_the_pixel_and_f_makes_it_black() -> None:
    async with opened() as program:
        for digit in "0123456789":
            await program.press(digit)
            assert program.app.view.image[0] == float(f"0.{digit}")
            assert f"▸0.{digit}0" in program.text("image")
        await program.press("f")
        assert program.app.view.image == (1.0, 0.5, 0.4, 0.7)
        assert "▸1.00" in program.text("image")


async def test_a_pixel_gets_darker_and_lighter_in_steps() -> None:
    async with opened() as program:
        await program.press("+", "=")
        assert program.app.view.image[0] == 0.3
        await program.press("-", "-", "-")
        assert program.app.view.image[0] == 0.15
        for key, limit in (("-", 0.0), ("+", 1.0), ("-", 0.0), ("=", 1.0)):
            program.send(*[key] * 25)
            await program.arrived()
            assert program.app.view.image[0] == limit
            assert math.copysign(1.0, program.app.view.image[0]) == 1.0


async def test_a_pixel_changes_the_reading_at_once_and_the_training_never() -> None:
    async with opened() as program:
        images, targets = (
            program.trainer.run.here.images.images.copy(),
            program.trainer.run.here.images.targets.copy(),
        )
        loss = program.snapshot.loss
        await program.press("9")
        # 0.9 × 0.98 + 0.5 × 0.4 + 0.4 × 0.86 − 0.7 × 0.08 = 1.370; the mean is 2.5 / 4.
        assert "predicts 1.370" in program.words("image")
        assert "target 0.625" in program.words("image")
        assert "error +0.745 dark" in program.words("image")
        assert "0.90 × +0.9800" in program.text("network")
        assert "= +0.8820" in program.text("network")
        assert "+1.3700" in program.text("network")
        assert "You changed the selected image; the training images are unchanged." in program.text(
            "commentary"
        )
        assert program.snapshot.loss == loss
        assert np.array_equal(program.trainer.run.here.images.images, images)
        assert np.array_equal(program.trainer.run.here.images.targets, targets)


async def test_an_edited_pixel_leaves_the_run_as_it_is_without() -> None:
    other = Trainer(TrainingConfig())
    other.run.run_for(math.inf, max_steps=20)
    async with opened() as edited:
        await edited.press("9", "right", "0")
        await edited.step(20)
        assert np.array_equal(edited.snapshot.parameters, other.run.here.network.parameters)


async def test_a_pixel_changes_the_reading_while_training_runs() -> None:
    async with opened() as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step >= 5)
        image = program.app.view.image
        await program.press("f")
        assert program.app.pace.running
        assert program.app.view.image == (1.0, *image[1:])
        reading = program.snapshot.reading
        assert reading.image == (1.0, 0.5, 0.4, 0.7)
        assert reading.target == pytest.approx(0.65)
        assert reading.prediction == pytest.approx(
            float(np.array(reading.image) @ program.snapshot.parameters)
        )
        assert "target 0.650" in program.words("image")
        assert "1.00 × " in program.text("network")


async def exact(program: Program, text: str) -> str:
    """Type a value for the pixel and press enter; give what is answered, if anything is."""
    if not isinstance(program.app.screen, ExactScreen):
        await program.press("enter")
        await program.until(lambda: isinstance(program.app.focused, Input))
    field = program.app.screen.query_one(Input)
    field.value = ""
    await program.press(*text, "enter")
    screen = program.app.screen
    return str(screen.query_one("#answer", Label).content) if screen.query("#answer") else ""


async def test_an_exact_value_is_typed() -> None:
    async with opened() as program:
        for typed, value in (
            *(("0.35", 0.35), ("1", 1.0), (".125", 0.125), ("0,35", 0.35), ("-0", 0.0)),
            *(("−0", 0.0), ("０．５", 0.5), ("1e-3", 0.001)),
        ):
            assert await exact(program, typed) == ""
            assert program.app.view.image == (value, 0.5, 0.4, 0.7)
            assert math.copysign(1.0, program.app.view.image[0]) == 1.0


async def test_an_invalid_value_is_refused_and_asked_for_again() -> None:
    async with opened() as program:
        for typed, answer in (
            ("1.5", "must be from 0 (white) to 1 (black)"),
            ("-0.1", "must be from 0 (white) to 1 (black)"),
            ("nan", "must be a finite number"),
            ("1e999", "must be a finite number"),
            ("1,000", "must be 1000 or 1.000 (got '1,000')"),
            ("dark", "must be a number (got 'dark')"),
            ("", "type a number, such as 0.35"),
        ):
            assert answer in await exact(program, typed)
            assert program.app.view.image == DEFAULT_IMAGE
        assert await exact(program, "0.25") == ""
        assert program.app.view.image[0] == 0.25


async def test_esc_leaves_the_pixel_as_it_was() -> None:
    async with opened() as program:
        await program.press("right", "enter")
        await program.until(lambda: isinstance(program.app.focused, Input))
        field = program.app.screen.query_one(Input)
        assert field.value == "0.5"
        await program.press("0", ".", "9", "escape")
        assert not isinstance(program.app.screen, ExactScreen)
        assert program.app.view.image == DEFAULT_IMAGE
        assert program.app.is_running


async def test_the_exact_value_is_for_the_pixel_it_was_asked_for() -> None:
    async with opened() as program:
        await program.press("down", "right")
        await exact(program, "0.125")
        assert program.app.view.image == (0.2, 0.5, 0.4, 0.125)


async def test_a_key_right_behind_an_exact_value() -> None:
    async with opened() as program:
        for last, number in (("escape", "3"), ("enter", "6")):
            await program.press("enter")
            await program.until(lambda: isinstance(program.app.focused, Input))
            program.send("0", ".", number, "enter", last, last)
            await program.arrived()
            assert program.app.is_running
            assert program.app.view.image[0] == float(f"0.{number}")
