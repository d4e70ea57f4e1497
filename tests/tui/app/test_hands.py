"""Hands on the weights: what a person moves, types or freezes, and what answers at once."""

import numpy as np
import pytest
from textual.widgets import Input, Label

from core import TrainingConfig
from core.arrays import Array
from core.metrics.quadratic import quadratic_of
from tests.tui.program import FASTEST, Program, opened
from tui.screens.exact import ExactScreen

TANH = TrainingConfig(hidden=(4,), seed=4)


def loss_of(program: Program, parameters: Array) -> float:
    """Work out the default network's loss at some weights by hand: the mean of the squared
    errors."""
    images = program.trainer.run.here.images
    errors = images.images @ parameters - images.targets.reshape(-1)
    return float(np.mean(errors**2))


async def typed(program: Program, text: str, opener: str = "enter") -> str:
    """Type a value for the selected weight; give what is answered, if anything is."""
    if not isinstance(program.app.screen, ExactScreen):
        await program.press(opener)
        await program.until(lambda: isinstance(program.app.focused, Input))
        if opener == "enter":
            program.app.screen.query_one(Input).value = ""
    else:
        program.app.screen.query_one(Input).value = ""
    program.send(*text, "enter")
    await program.arrived()
    screen = program.app.screen
    return str(screen.query_one("#answer", Label).content) if screen.query("#answer") else ""


async def test_plus_and_minus_move_the_selected_weight() -> None:
    async with opened() as program:
        await program.press("tab", "+")
        assert program.snapshot.parameters.tolist() == [1.03, 0.4, 0.86, -0.08]
        assert "+1.0300" in program.text("network")
        await program.press("-", "-", "-")
        assert program.snapshot.parameters.tolist() == [0.88, 0.4, 0.86, -0.08]
        await program.press("down", "down", "down", "=", "=")
        assert program.snapshot.parameters.tolist() == [0.88, 0.4, 0.86, 0.02]
        assert "+0.0200" in program.text("network")


async def test_loss_gradient_prediction_and_curve_answer_at_once() -> None:
    async with opened() as program:
        await program.press("tab", "+")
        weights = np.array([1.03, 0.4, 0.86, -0.08])
        now = program.snapshot
        assert now.loss == pytest.approx(loss_of(program, weights), abs=1e-12)
        # 0.2 × 1.03 + 0.5 × 0.4 + 0.4 × 0.86 − 0.7 × 0.08
        assert now.reading.prediction == pytest.approx(0.694, abs=1e-12)
        assert "predicts 0.694" in program.words("image")
        assert f"loss {now.loss:.4f}" in program.text("loss")
        assert now.curve.length == 1
        assert now.curve.at(0).last == now.loss
        quadratic = quadratic_of(now.architecture, "mse", program.trainer.run.here.images)
        assert quadratic is not None
        for index in range(4):
            nudged = weights.copy()
            nudged[index] += 1e-5
            other = weights.copy()
            other[index] -= 1e-5
            slope = (loss_of(program, nudged) - loss_of(program, other)) / 2e-5
            assert now.gradient is not None
            assert now.gradient[index] == pytest.approx(slope, abs=1e-8)
        assert "Weight 1 set from 0.98 to 1.03." in program.text("commentary")
        assert "Press b to undo." in program.text("commentary")
        # Before the first step nothing has been paid.
        assert now.multiply_adds == 0


async def test_b_undoes_one_edit_after_the_other() -> None:
    async with opened() as program:
        await program.step(2)
        await program.press("tab")
        states = [(program.snapshot.parameters.tobytes(), program.snapshot.loss)]
        for key in ("+", "+", "down", "-", "x"):
            await program.press(key)
            if key != "down":
                states.append((program.snapshot.parameters.tobytes(), program.snapshot.loss))
        assert len(set(states[:4])) == 4
        for state in reversed(states[:-1]):
            await program.press("b")
            await program.until(lambda: not program.app.controller.training.is_travelling)
            assert (program.snapshot.parameters.tobytes(), program.snapshot.loss) == state
        assert program.snapshot.step == 2
        assert not program.snapshot.frozen


async def test_the_curve_too_is_as_it_was_when_an_edit_is_undone() -> None:
    async with opened() as program:
        await program.step(3)
        curve = program.snapshot.curve
        await program.press("tab", "+")
        assert program.snapshot.curve.at(3).last == program.snapshot.loss
        assert program.snapshot.curve.at(3).last != curve.at(3).last
        await program.press("b")
        await program.until(lambda: not program.app.controller.training.is_travelling)
        assert program.snapshot.loss == curve.at(3).last
        assert program.snapshot.curve.last.tolist() == curve.last.tolist()
        await program.step()
        assert program.snapshot.curve.last[:4].tolist() == curve.last.tolist()


async def test_enter_asks_for_an_exact_value() -> None:
    async with opened() as program:
        await program.press("tab", "down")
        for text, value in (
            *(("0.25", 0.25), ("-3", -3.0), ("1e-3", 0.001), ("1,5", 1.5)),
            *(("-0", 0.0), ("+.5", 0.5)),
        ):
            assert await typed(program, text) == ""
            assert program.snapshot.parameters.tolist() == [0.98, value, 0.86, -0.08]
            assert not np.signbit(program.snapshot.parameters[1]) or value < 0
            assert program.snapshot.loss == pytest.approx(
                loss_of(program, program.snapshot.parameters), abs=1e-12
            )


async def test_what_stands_in_the_box_is_the_weight_to_the_last_digit() -> None:
    async with opened() as program:
        await program.step()
        await program.press("tab", "enter")
        await program.until(lambda: isinstance(program.app.focused, Input))
        field = program.app.screen.query_one(Input)
        assert float(field.value) == program.snapshot.parameters[0]
        assert "weight 1" in str(program.app.screen.query(Label).first().content)
        before = program.snapshot.parameters.tobytes()
        await program.press("enter")
        assert program.snapshot.parameters.tobytes() == before


async def test_a_digit_begins_an_exact_value() -> None:
    async with opened() as program:
        await program.press("tab")
        for digit in "0123456789":
            assert await typed(program, ".5", opener=digit) == ""
            assert program.snapshot.parameters[0] == float(f"{digit}.5")
        assert program.app.view.image == (0.2, 0.5, 0.4, 0.7), "the pixels are not meant"


async def test_what_is_not_a_finite_number_is_refused_with_a_reason() -> None:
    async with opened() as program:
        await program.press("tab")
        before = program.snapshot
        for text, answer in (
            ("dark", "must be a number (got 'dark')"),
            ("", "type a number"),
            ("nan", "finite"),
            ("inf", "finite"),
            ("-inf", "finite"),
            ("1e999", "finite"),
            ("1.2.3", "must be a number"),
            ("[=+ea", "must be a number (got '[=+ea')"),
            ("[b]1[/b]", "must be a number (got '[b]1[/b]')"),
        ):
            assert answer in await typed(program, text), text
            assert program.snapshot is before, text
        assert await typed(program, "0.5") == ""
        assert program.snapshot.parameters[0] == 0.5


async def test_esc_leaves_the_weight_as_it_was() -> None:
    async with opened() as program:
        await program.press("tab")
        before = program.snapshot
        await program.press("7")
        await program.until(lambda: isinstance(program.app.focused, Input))
        await program.press(".", "5", "escape")
        assert not isinstance(program.app.screen, ExactScreen)
        assert program.snapshot is before
        assert program.focus == "network"


async def test_a_value_too_large_to_go_on_with_is_a_run_that_diverged_and_b_undoes_it() -> None:
    async with opened() as program:
        await program.step(2)
        before = program.snapshot
        await program.press("tab")
        assert await typed(program, "1e200") == ""
        await program.arrived()
        assert program.app.is_running
        assert "nan" not in program.text()
        await program.press("b")
        await program.until(lambda: not program.app.controller.training.is_travelling)
        assert program.snapshot.parameters.tobytes() == before.parameters.tobytes()
        assert program.snapshot.outcome is None
        assert program.snapshot.loss == before.loss


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_x_freezes_a_weight_and_marks_it(size: tuple[int, int]) -> None:
    async with opened(size=size) as program:
        await program.press("tab", "down", "x")
        assert program.snapshot.frozen == frozenset({1})
        rows = [row for row in program.text("network").split("\n") if "×" in row][:4]
        assert ["frozen" in row for row in rows] == [False, True, False, False]
        assert rows[1].rstrip("│┃ ").endswith("frozen")
        # Three of the four are updated, and the cost pane counts that.
        update = next(row for row in program.text("cost").split("\n") if "update" in row)
        assert update.split()[-2:] == ["3", "│"]
        assert "8,003" in program.text("cost")
        held = program.snapshot.parameters[1]
        await program.step(5)
        assert program.snapshot.parameters[1] == held == 0.4
        assert (program.snapshot.parameters != [0.98, 0.4, 0.86, -0.08]).tolist() == [
            True, False, True, True,
        ]  # fmt: skip
        assert program.snapshot.multiply_adds == 5 * 8003
        assert f"{5 * 8003:,}" in program.text("cost")
        # It can still be moved by hand.
        await program.press("+")
        assert program.snapshot.parameters[1] == pytest.approx(0.45, abs=1e-12)
        await program.press("x")
        assert "frozen" not in program.text("network")
        await program.step()
        assert program.snapshot.parameters[1] != 0.45
        assert program.snapshot.multiply_adds == 5 * 8003 + 8004


async def test_x_works_at_full_speed() -> None:
    async with opened() as program:
        await program.press("tab", *FASTEST, "space")
        await program.until(lambda: program.snapshot.step >= 5)
        await program.press("x")
        await program.until(lambda: program.snapshot.frozen == frozenset({0}))
        assert program.app.pace.running
        held, step = program.snapshot.parameters[0], program.snapshot.step
        await program.until(lambda: program.snapshot.step > step + 10)
        assert program.snapshot.parameters[0] == held


async def test_a_hidden_networks_weights_and_biases_can_be_changed_too() -> None:
    async with opened(TANH, size=(120, 36)) as program:
        await program.press("tab")
        layer = program.snapshot.architecture.layers[0]
        bias = layer.weights.stop
        for index in (3, bias, program.snapshot.architecture.parameter_count - 1):
            await program.press("home")
            while program.app.view.parameter != index:
                before = program.app.view.parameter
                await program.press("down")
                if program.app.view.parameter == before:
                    program.app.view = type(program.app.view)(parameter=index)
                    await program.arrived()
            value = program.snapshot.parameters[index]
            loss = program.snapshot.loss
            await program.press("+")
            assert program.snapshot.parameters[index] == pytest.approx(value + 0.05, abs=1e-12)
            assert program.snapshot.loss != loss
            assert " set from " in program.text("commentary")
            await program.press("x")
            assert index in program.snapshot.frozen
            assert "frozen" in program.text("network")


async def test_an_edit_while_it_runs_is_made_between_two_steps() -> None:
    async with opened() as program:
        await program.press("tab", *FASTEST, "space")
        await program.until(lambda: program.snapshot.step >= 5)
        await program.press("+")
        assert program.app.pace.running
        steps = program.snapshot.step
        await program.until(lambda: program.snapshot.step > steps)
        assert np.isfinite(program.snapshot.parameters).all()


async def test_g_switches_the_method_without_losing_the_run_and_shows_its_cost() -> None:
    async with opened() as program:
        await program.step(3)
        before = program.snapshot
        await program.press("g")
        now = program.snapshot
        assert now.config.gradient == "nudge"
        assert now.step == 3
        assert now.parameters.tobytes() == before.parameters.tobytes()
        assert now.curve.length == 4
        assert now.multiply_adds == before.multiply_adds == 3 * 8004
        assert "20,004" in program.text("commentary")
        assert "8,004" in program.text("commentary")
        # P + 1 passes by finite differences; backprop's 4,000 + 4,000 are two of them.
        assert "5 forward passes" in program.text("commentary")
        assert "2.0" in program.text("commentary")
        assert "by backprop" in program.text("cost")
        assert now.gradient is not None
        assert before.gradient is not None
        assert np.allclose(now.gradient, before.gradient, atol=1e-5)
        await program.step()
        assert program.snapshot.multiply_adds == 3 * 8004 + 20004
        await program.press("g")
        assert program.snapshot.config.gradient == "backprop"
        assert "A step costs 8,004 multiply-adds, before 20,004" in program.text("commentary")
        await program.step()
        assert program.snapshot.multiply_adds == 4 * 8004 + 20004


async def test_capital_e_switches_the_engine_without_losing_the_run() -> None:
    async with opened() as program:
        await program.step(3)
        before = program.snapshot
        await program.press("E")
        await program.until(lambda: program.snapshot.loss is not None)
        now = program.snapshot
        assert now.config.engine == "loops"
        assert now.step == 3
        assert now.parameters.tobytes() == before.parameters.tobytes()
        assert now.loss == pytest.approx(before.loss, abs=1e-12)
        assert "Engine loops" in program.text("commentary")
        assert "the same multiply-adds" in program.text("commentary")
        await program.step()
        assert program.snapshot.multiply_adds == 4 * 8004
        await program.press("shift+e")
        assert program.snapshot.config.engine == "matrix"
        assert "Engine matrix" in program.text("commentary")


async def test_method_and_engine_switch_at_full_speed() -> None:
    async with opened() as program:
        await program.press(*FASTEST, "space")
        for key, setting, value in (("g", "gradient", "nudge"), ("E", "engine", "loops")):
            steps = program.snapshot.step
            await program.until(lambda steps=steps: program.snapshot.step > steps)  # type: ignore[misc]
            program.send(key)
            await program.until(
                lambda setting=setting, value=value: (  # type: ignore[misc]
                    getattr(program.trainer.run.config, setting) == value
                )
            )
            assert program.app.pace.running
            assert program.snapshot.step >= steps
            steps = program.snapshot.step
            await program.until(lambda steps=steps: program.snapshot.step > steps)  # type: ignore[misc]
