"""Every number on the panes can be selected, and is then explained."""

import pytest

from core import TrainingConfig
from core.explain.quantities import (
    ErrorQuantity,
    GradientQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TargetQuantity,
    UpdateQuantity,
)
from tests.tui.program import opened


async def test_below_the_pixels_are_prediction_target_and_error() -> None:
    seen: list[Quantity] = []
    async with opened() as program:
        await program.press("e")
        for _ in range(5):
            await program.press("down")
            seen.append(program.app.quantity)
        assert seen == [
            PixelQuantity(2),
            PredictionQuantity(),
            TargetQuantity(),
            ErrorQuantity(),
            ErrorQuantity(),
        ]
        assert "▸error" in program.text("image")
        await program.press("up", "up", "up")
        assert program.app.quantity == PixelQuantity(2)
        await program.press("down", "7")
        assert program.app.quantity == PixelQuantity(2)
        assert "0.70" in program.text("image")


async def test_a_click_selects_the_prediction() -> None:
    async with opened() as program:
        row = next(y for y, row in enumerate(program.text().split("\n")) if "predicts" in row)
        program.send_click(5, row)
        await program.until(lambda: program.app.quantity == PredictionQuantity())


@pytest.mark.parametrize("hidden", [(), (3,), (2, 2)])
async def test_t_turns_from_a_weight_to_its_gradient_step_and_neuron(
    hidden: tuple[int, ...],
) -> None:
    async with opened(TrainingConfig(hidden=hidden)) as program:
        await program.press("tab", "e")
        seen = [program.app.quantity]
        for _ in range(4):
            await program.press("t")
            seen.append(program.app.quantity)
        assert seen == [
            ParameterQuantity(0),
            GradientQuantity(0),
            UpdateQuantity(0),
            NeuronQuantity(0, 0),
            ParameterQuantity(0),
        ]
        assert "explain" in program.text("explain")
