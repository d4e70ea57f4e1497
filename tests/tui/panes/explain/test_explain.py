"""The explain pane: the arithmetic and the code in it, and how a person moves through them."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult

from core import Trainer, TrainingConfig
from core.explain.code.lines import trace_of
from core.prediction import predict
from core.quantities.quantities import (
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PredictionQuantity,
    Quantity,
    TimeQuantity,
    UpdateQuantity,
)
from tests.core.rates.made import rates
from tests.tui.moments import COLOURED, PLAIN, snapshot_of
from tests.tui.plain import text_of
from tui.panes.explain.code import code_rows
from tui.panes.explain.explain import BESIDE, ExplainPane
from tui.terminal.drawing import width_of
from tui.terminal.styles import plain_ink
from tui.view.view import Pace


def test_the_code_lights_the_line_that_has_run() -> None:
    now = snapshot_of(TrainingConfig())
    trace = trace_of(now, ParameterQuantity(1))
    assert trace is not None
    drawn = code_rows(trace, trace.start, 78, 8, PLAIN, step=0)
    assert "\n" + text_of(drawn) + "\n" == (
        """
 weighted_sums · moment 7 of 16 · this image, step 0 · core/engines/loops.py:…
       for j in range(len(layer.weights[0])):       total       0.3960
           total = 0.0                              j           0
           for i, value in enumerate(inputs):       i           1
 ▸             total += value * layer.weights[i][j] value       0.50
           if layer.biases:                         inputs      [0.20 0.50 0.…
               total += layer.biases[j]             sums        []
           sums.append(total)
"""
    )
    lit = [piece.text for line in drawn for piece in line if piece.style == PLAIN.selected]
    assert lit == ["total += value * layer.weights[i][j]"]
    for width in (20, 40, 57, 76, 100):
        for height in (1, 2, 3, 5, 40):
            for number in range(len(trace.moments)):
                drawn = code_rows(trace, number, width, height, PLAIN, step=12)
                assert len(drawn) == height
                assert all(width_of(line) <= max(width, 40) for line in drawn)


class Alone(App[None]):
    """The pane, and nothing else."""

    CSS = "ExplainPane { width: 100%; height: 100%; }"

    def compose(self) -> ComposeResult:
        yield ExplainPane(
            id="explain", predicted=lambda now, _: (predict(now.config, rates()), None)
        )


@asynccontextmanager
async def shown(
    config: TrainingConfig, target: Quantity, size: tuple[int, int] = (80, 10)
) -> AsyncIterator[tuple[ExplainPane, Trainer]]:
    app = Alone()
    async with app.run_test(size=size) as pilot:
        trainer = Trainer(config)
        trainer.run.ensure_evaluated()
        pane = app.query_one(ExplainPane)
        pane.ink = COLOURED
        pane.coming_batch = trainer.run.here.images
        pane.quantity = target
        pane.snapshot = trainer.snapshot()
        pane.focus()
        await pilot.pause(0.02)
        yield pane, trainer


def text(pane: ExplainPane) -> str:
    rows = (pane.render_line(y) for y in range(pane.size.height))
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in rows)


@pytest.mark.parametrize("size", [(80, 10), (120, 12), (200, 22)])
async def test_arithmetic_and_code_are_both_there(size: tuple[int, int]) -> None:
    async with shown(TrainingConfig(), PredictionQuantity(), size) as (pane, _):
        drawn = text(pane)
        assert "explain · the prediction = 0.6840" in drawn
        assert "0.98×0.20 + 0.40×0.50" in drawn
        assert "▸         sums.append(total)" in drawn
        assert all(len(row) == size[0] for row in drawn.split("\n"))
        beside = any("0.98" in row and "weighted_sums" in row for row in drawn.split("\n"))
        assert beside is (size[0] > 110)


async def test_the_images_of_a_gradient_say_what_they_would_do_to_the_weight_or_the_bias() -> None:
    config = TrainingConfig(bias=True, images=20)
    async with shown(config, GradientQuantity(4), (80, 30)) as (pane, _):
        assert "would lower the bias:" in text(pane)
        pane.quantity = GradientQuantity(0)
        assert "would lower the weight:" in text(pane)


async def test_in_three_rows_of_code_the_lit_line_is_among_them() -> None:
    async with shown(TrainingConfig(hidden=(4,), seed=4), NeuronQuantity(0, 0), (80, 8)) as (
        pane,
        _,
    ):
        assert "▸         sums.append(total)" in text(pane)


async def test_the_number_after_a_step_is_not_called_the_step() -> None:
    async with shown(TrainingConfig(), UpdateQuantity(0)) as (pane, _):
        assert "explain · weight 1 after the coming step = 0.9079" in text(pane)
        assert "update = −η·g = −0.1×0.7213 = −0.0721" in text(pane)


async def test_keys_go_through_the_equation_of_a_time_to_its_ends() -> None:
    async with shown(TrainingConfig(hidden=(8,)), TimeQuantity("matrix")) as (pane, _):
        first = text(pane)
        assert "predicted time of a step, matrix = " in first
        pane.action_move(1)
        assert text(pane) != first
        pane.action_finish()
        last = text(pane)
        assert "The time is spent on" in last
        assert "Writing is added." in last
        pane.action_scroll(1)
        assert text(pane) == last
        pane.action_scroll(-1)
        assert text(pane) not in (first, last)
        pane.action_begin()
        assert text(pane) == first


async def test_the_arrows_move_through_the_code_and_home_comes_back() -> None:
    async with shown(TrainingConfig(), PredictionQuantity()) as (pane, _):
        assert "moment 14 of 16" in text(pane)
        pane.action_move(-1)
        assert "moment 13 of 16" in text(pane)
        assert "▸         if layer.biases:" in text(pane)
        pane.action_move(-100)
        assert "moment 1 of 16" in text(pane)
        pane.action_finish()
        assert "moment 16 of 16" in text(pane)
        pane.action_move(100)
        assert "▸     return sums" in text(pane)
        pane.action_begin()
        assert "moment 14 of 16" in text(pane)


async def test_a_long_explanation_scrolls_and_the_code_comes_in_sight_when_it_is_moved() -> None:
    async with shown(TrainingConfig(hidden=(3, 3)), GradientQuantity(0)) as (pane, _):
        first = text(pane)
        assert "delta of the output" in first
        assert "▸" not in first
        pane.action_scroll(1)
        assert "delta of the output" not in text(pane)
        pane.action_move(1)
        assert "▸" in text(pane)
        pane.quantity = PredictionQuantity()
        assert "Σ wᵢ·hᵢ + b" in text(pane)


@pytest.mark.parametrize("is_beside", [False, True])
async def test_moving_through_the_code_scrolls_only_what_the_code_is_below(is_beside: bool) -> None:
    width = BESIDE + 2 if is_beside else BESIDE + 1  # with the frame
    config = TrainingConfig(hidden=(3, 3))
    async with shown(config, GradientQuantity(0), (width, 8)) as (pane, _):
        assert any("▸" in row for row in text(pane).split("\n")) is is_beside
        pane.action_scroll(1)
        before = [row.split("│")[1] for row in text(pane).split("\n")[1:-1]]
        pane.action_move(1)
        after = [row.split("│")[1] for row in text(pane).split("\n")[1:-1]]
        assert (before == after) is is_beside
        assert "▸" in text(pane)


async def test_code_below_the_arithmetic_takes_the_rows_that_are_left_or_can_be_scrolled_to() -> (
    None
):
    async with shown(TrainingConfig(hidden=(3, 3)), GradientQuantity(0)) as (pane, trainer):
        moment = trainer.snapshot()

        def rows(height: int) -> int:
            return len(pane.draw(moment, 78, height))

        drawn = [text_of([row]) for row in pane.draw(moment, 78, 60)]
        arithmetic = next(number for number, row in enumerate(drawn) if " · moment " in row)
        assert arithmetic > 7
        for spare in (3, 4, 20):
            assert rows(arithmetic + spare) == arithmetic + spare
        # No room for three rows of it: as many as there is height for, seven at most.
        for height, code in ((1, 3), (3, 3), (5, 5), (7, 7), (8, 7), (arithmetic + 2, 7)):
            assert rows(height) == arithmetic + code


async def test_it_explains_why_identical_neurons_stay_identical() -> None:
    config = TrainingConfig(hidden=(3,), activation="sigmoid", initialisation="zero")
    async with shown(config, GradientQuantity(0), (120, 22)) as (pane, _):
        # The arithmetic is on the left, the code beside it.
        def on_the_left() -> str:
            rows = text(pane).split("\n")
            left = [row.split("│")[1] for row in rows if row.count("│") > 1]
            return " ".join(" ".join(left).split())

        words = on_the_left()
        assert "All 3 neurons of layer 1 are identical: their gradients are the same" in words
        assert "the weights from neuron 1 to the next layer are 0, so no delta reaches it" in words
        pane.quantity = ParameterQuantity(0)
        assert "Its initial value was 0, as for all weights of this network." in on_the_left()


async def test_it_follows_the_training_and_traces_seldom_while_it_runs() -> None:
    async with shown(TrainingConfig(), ParameterQuantity(0)) as (pane, trainer):
        pane.pace = Pace(True, math.inf)
        for _ in range(3):
            trainer.run.step()
            pane.snapshot = trainer.snapshot()
        drawn = text(pane)
        assert f"{trainer.run.here.network.parameters[0]:.4f}" in drawn
        assert "this image, step 0" in drawn, "the code tells which step it shows"
        pane.pace = Pace()
        assert "this image, step 3" in text(pane)


async def test_a_large_batch_is_gone_through_only_while_nothing_runs() -> None:
    async with shown(TrainingConfig(hidden=(32, 32)), LossQuantity()) as (pane, _):
        assert "largest losses" in text(pane)
        pane.pace = Pace(True, math.inf)
        assert "largest losses" not in text(pane)
        assert "too many to show here" in text(pane)


async def test_a_number_that_is_not_there_any_more_is_no_failure() -> None:
    async with shown(TrainingConfig(hidden=(4,)), GradientQuantity(20)) as (pane, _):
        pane.snapshot = Trainer(TrainingConfig()).snapshot()
        assert "no such number" in text(pane)


async def test_without_unicode_it_is_all_ascii() -> None:
    for target in (PredictionQuantity(), GradientQuantity(3), LossQuantity()):
        async with shown(TrainingConfig(), target, (120, 22)) as (pane, _):
            pane.ink = plain_ink(unicode=False)
            assert text(pane).isascii()
            assert "?" not in text(pane)
