"""Keys that come in one burst: their order is the order of what they do."""

import math

import pytest
from textual import events
from textual.widgets import Input

from core import Trainer, TrainingConfig
from core.run.changes import SetParameter
from tests.tui.holding import hold_evaluations
from tests.tui.program import Program, opened
from tui.app.input_order import _Late
from tui.panes.network.network import NUDGE
from tui.screens.exact import ExactScreen

TANH = TrainingConfig(hidden=(4,), seed=4)
TIMES = 4


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never take a step for a long one because the machine is busy: long ones are cancelled."""
    monkeypatch.setattr("tui.worker.training.LONG", math.inf)
    monkeypatch.setattr("tui.worker.training.AT_ONCE", math.inf)


def nudged(trainer: Trainer, times: int = 1) -> None:
    """Do to a run what + does, with the first weight selected."""
    for _ in range(times):
        value = round(float(trainer.run.here.network.parameters[0]) + NUDGE, 12)
        trainer.apply(SetParameter(0, value))
        trainer.run.ensure_evaluated()


async def burst(program: Program, *keys: str, step: int) -> None:
    """Send keys at once, and see them end at a step."""
    program.send(*keys)
    await program.until(
        lambda: (
            program.trainer.run.step_count == program.snapshot.step == step
            and program.trainer.run.here.is_evaluated
        )
    )


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("config", [TrainingConfig(), TANH], ids=["4-1", "4-4-1"])
async def test_edits_and_steps_are_made_as_they_are_pressed(config: TrainingConfig) -> None:
    async with opened(config) as program:
        alone = Trainer(config)
        alone.run.ensure_evaluated()
        await program.press("tab")
        for keys in ("+s", "s+", "++s", "ss+", "s+s-") * TIMES:
            for key in keys:
                if key == "s":
                    alone.run.step()
                elif key == "+":
                    nudged(alone)
                else:
                    value = round(float(alone.run.here.network.parameters[0]) - NUDGE, 12)
                    alone.apply(SetParameter(0, value))
                    alone.run.ensure_evaluated()
            await burst(program, *keys, step=alone.run.step_count)
            now = program.snapshot
            assert now.parameters.tolist() == alone.run.here.network.parameters.tolist(), keys
            assert now.loss == alone.run.loss, keys
            assert program.trainer.run.moment == alone.run.moment, keys


@pytest.mark.usefixtures("patient")
async def test_all_in_one_burst() -> None:
    async with opened() as program:
        await program.press("tab")
        await burst(program, *"+s" * TIMES, step=TIMES)
        alone = Trainer(TrainingConfig())
        for _ in range(TIMES):
            nudged(alone)
            alone.run.step()
        assert program.snapshot.parameters.tolist() == alone.run.here.network.parameters.tolist()


@pytest.mark.usefixtures("patient")
async def test_home_and_then_r_leaves_a_run_that_stands_at_its_start() -> None:
    async with opened() as program:
        await program.step(3)
        await program.press("tab", "tab")
        for _ in range(TIMES):
            program.send("home", "r")
            await program.arrived()
            before = program.trainer.left[-1]
            assert before.run.step_count == 0
            assert before.run.last_step == 3
            assert program.trainer.run.last_step == 0
            await burst(program, "s", "s", "s", step=3)


@pytest.mark.usefixtures("patient")
async def test_back_and_on_again_in_one_burst_is_where_it_was() -> None:
    async with opened() as program:
        await program.step(4)
        parameters = program.snapshot.parameters.tolist()
        for known, ways in ((4, ("bs", "bbss")), (5, ("sb", "sbbs"))):
            for keys in ways * TIMES:
                await burst(program, *keys, step=4)
                assert program.snapshot.parameters.tolist() == parameters, keys
                assert program.trainer.run.last_step == known, keys


@pytest.mark.usefixtures("patient")
async def test_x_pressed_twice_at_once_freezes_and_lets_go() -> None:
    async with opened() as program:
        await program.press("tab")
        program.send("x", "x", "x", "s")
        await program.until(lambda: program.snapshot.step == 1)
        assert program.snapshot.frozen == frozenset({0})
        assert program.trainer.run.moment == (1, 3)


@pytest.mark.parametrize("together", [1, 2, 6], ids=lambda n: f"{n} at once")
async def test_digits_typed_fast_on_a_weight_go_into_one_box(together: int) -> None:
    async with opened() as program:
        await program.press("tab")
        for keys, value in (("0.25", 0.25), ("007", 7.0)):
            for start in range(0, len(keys), together):
                program.send(*keys[start : start + together])
                await program.arrived()
            assert len(program.app.screen_stack) == 2
            box = program.app.screen
            assert isinstance(box, ExactScreen)
            assert box.query_one(Input).value == keys
            await program.press("enter")
            assert program.app.screen_stack == [program.app.screen]
            assert program.snapshot.parameters[0] == value


async def test_a_number_typed_behind_the_key_that_asks_for_one_takes_the_old_ones_place() -> None:
    async with opened() as program:
        for pane in ("image", "network"):
            assert program.focus == pane
            program.send("enter", "0", ".", "3", "5")
            await program.arrived()
            box = program.app.screen
            assert isinstance(box, ExactScreen)
            assert box.query_one(Input).value == "0.35"
            await program.press("backspace", "enter")
            now = program.snapshot
            value = now.reading.image[0] if pane == "image" else now.parameters[0]
            assert value == 0.3
            await program.press("tab")


async def test_keys_right_behind_the_one_that_opens_the_data_are_for_it() -> None:
    async with opened(TrainingConfig(images=20, test_share=0.5)) as program:
        program.send("d", "t", "right", "right")
        await program.arrived()
        assert "test images 1–10 of 10" in program.text("data")
        example = program.app.view.example
        assert example is not None
        assert (example.index, example.is_test) == (1, True)
        assert program.app.view.pixel == 0


async def test_edits_while_a_long_evaluation_is_called_off_are_all_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold_evaluations(monkeypatch)
    async with opened(TrainingConfig(hidden=(16, 16), engine="loops")) as program:
        await program.until(lambda: program.app.controller.training.is_evaluating)
        first = program.snapshot.parameters[0]
        await program.press("tab")
        program.send("+", "+", "+", "-", "+")
        await program.until(lambda: program.trainer.run.moment == (0, 5))
        assert program.trainer.run.here.network.parameters[0] == pytest.approx(
            first + 3 * NUDGE, abs=1e-9
        )
        # None of their losses is known, nor what descent makes of them; nobody waits for that.
        assert program.snapshot.loss is None
        edits = program.snapshot.manual_edits
        assert edits is not None
        assert (edits.forward_passes, edits.steps, edits.descent_loss) == (5, 1, None)


async def test_a_click_right_behind_tab_comes_behind_it() -> None:
    async with opened() as program:
        x, y = program.find("image", "predicts")
        for times in range(5):
            program.widget("image").focus()
            await program.press(*["tab"] * times)
            program.send("tab")
            program.send_click(x, y)
            await program.arrived()
            assert program.focus == "image", times
            program.send_click(x, y)
            program.send("tab")
            await program.arrived()
            assert program.focus == "network", times


async def test_a_number_typed_in_one_burst_goes_into_one_box() -> None:
    async with opened() as program:
        await program.press("tab")
        program.send(*"0.25", "enter", "down", *"3.5", "enter", "s")
        await program.until(lambda: program.snapshot.step == 1)
        assert len(program.app.screen_stack) == 1
        program.send("b")
        await program.arrived()
        await program.until(lambda: program.snapshot.step == 0)
        assert program.snapshot.parameters.tolist() == [0.25, 3.5, 0.86, -0.08]
        assert program.app.view.parameter == 1


async def test_what_is_typed_right_behind_the_key_of_a_box_goes_into_it() -> None:
    async with opened() as program:
        program.send("c", "escape", "?", "escape", "a", *"0.5", "enter", ":", "escape", "b")
        await program.arrived()
        await program.until(lambda: len(program.trainer.run.here.images) == 1_000)
        assert len(program.app.screen_stack) == 1
        program.trainer.run.go_to((0, 1))
        assert program.trainer.run.here.images.targets[-1] == 0.5


async def test_only_the_input_that_is_late_lets_the_next_one_pass() -> None:
    async with opened() as program:
        app = program.app
        app._is_passing = True
        app._inputs.append(events.Key("s", "s"))
        await app._wait_no_longer(_Late(app._number - 1))  # of one that has long been passed on
        assert len(app._inputs) == 1
        await app._wait_no_longer(_Late(app._number))
        assert not app._inputs
        await program.until(lambda: program.snapshot.step == 1)
