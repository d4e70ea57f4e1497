"""Every number on the panes can be selected, and is then explained."""

from dataclasses import replace

import numpy as np
import pytest

from core import TrainingConfig
from core.quantities.quantities import (
    Count,
    CountQuantity,
    ErrorQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TargetQuantity,
    TimeQuantity,
    UpdateQuantity,
)
from tests.tui.moments import snapshot_of
from tests.tui.program import opened
from tui.view.selection import LARGEST, MOST, WeightPath, quantity_of
from tui.view.view import View


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


def test_each_pane_has_a_number_that_is_selected_there() -> None:
    moment = snapshot_of(TrainingConfig(hidden=(2,)))  # 10 + 3 parameters
    view = View(pixel=3, parameter=12)
    assert quantity_of("image", view, moment, 9) == PixelQuantity(3)
    assert quantity_of("image", replace(view, answer=1), moment, 9) == TargetQuantity()
    for aspect, quantity in enumerate((ParameterQuantity, GradientQuantity, UpdateQuantity)):
        assert quantity_of("network", replace(view, aspect=aspect), moment, 9) == quantity(12)
    assert quantity_of("network", replace(view, aspect=3), moment, 9) == NeuronQuantity(1, 0)
    assert quantity_of("loss", view, moment, 9) == LossQuantity()
    assert quantity_of("cost", view, moment, 9) == CountQuantity(Count.FORWARD)
    assert quantity_of("data", view, moment, 9) is None
    tried = replace(view, tried="twice the width")
    assert quantity_of("lab", tried, moment, 9) == TimeQuantity("matrix", "twice the width")
    none_to_widen = snapshot_of(TrainingConfig(images=8))
    assert quantity_of("lab", tried, none_to_widen, 9) == TimeQuantity("matrix")
    # In a smaller network the last parameter stands in for one that is there no more.
    for parameter in (13, 14, 99):
        beyond = replace(view, parameter=parameter)
        assert quantity_of("network", beyond, moment, 9) == ParameterQuantity(12)


def test_the_path_is_of_the_moments_of_a_run_and_begins_again_with_another() -> None:
    moment, path = snapshot_of(TrainingConfig(images=5)), WeightPath()

    def noted(*steps: int) -> list[float]:
        """Note moments whose first weight is their step; return the path's first weights."""
        for step in steps:
            path.note(replace(moment, step=step, parameters=np.full(4, float(step))))
        return [parameters[0] for parameters in path.moments]

    assert noted(0, 1, 2, 5, 5) == [0, 1, 2, 5]
    # Whoever went back comes another way: what was not before the moment is gone.
    assert noted(2) == [0, 1, 2]
    assert noted(1, 7) == [0, 1, 7]
    # Another learning rate goes on with the run; another seed begins one.
    path.note(replace(moment, step=8, config=replace(moment.config, learning_rate=0.5)))
    assert len(path.moments) == 4
    path.note(replace(moment, config=replace(moment.config, seed=9)))
    assert len(path.moments) == 1
    # Of more moments than are kept every second one goes, the first and the last stay.
    assert noted(*range(MOST)) == list(range(MOST))
    assert noted(MOST) == list(range(0, MOST + 1, 2))
    large = replace(moment.config, hidden=(2000,))
    path.note(replace(moment, config=large, parameters=np.zeros(LARGEST + 1)))
    assert path.moments == ()
