"""What the keys do that are everyone’s, through the whole app: run, step, begin, speed, rate."""

import math

import numpy as np

from core import TrainingConfig
from tests.tui.program import FASTEST, opened
from tui.view.view import SPEEDS

TANH = TrainingConfig(hidden=(4,), seed=4)


async def test_it_opens_on_the_default_example_and_waits() -> None:
    async with opened() as program:
        assert "predicts 0.684" in program.words("image")
        assert "target 0.450" in program.words("image")
        assert "error +0.234 dark" in program.words("image")
        assert "4→1 · seed 0" in program.text("header")
        assert "step 0 · ready" in program.text("header")
        assert program.text("commentary").startswith(
            " It predicts 0.684; the image is 0.450 dark. The weights are not trained yet."
        )
        assert program.focus == "image"
        assert program.app.view.pixel == 0


async def test_s_takes_one_step_and_shows_it() -> None:
    async with opened() as program:
        await program.step()
        assert "step 1 · paused" in program.text("header")
        # One step of 0.1 times the gradient +0.7213 (see the network pane) from 0.98.
        assert "+0.9079" in program.text("network")
        assert "so far, 1 step " in program.text("cost")
        await program.step()
        assert "step 2 · paused" in program.text("header")


async def test_what_a_step_changed_is_bold_until_the_next_key() -> None:
    async with opened() as program:
        assert "+0.9800" not in program.bold("network")
        await program.step()
        assert "+0.9079" in program.bold("network")
        await program.press("right")
        assert "+0.9079" in program.text("network")
        assert "+0.9079" not in program.bold("network")


async def test_space_runs_and_pauses() -> None:
    async with opened() as program:
        await program.press("space")
        assert "running" in program.text("header")
        assert "space pause" in program.text("footer")
        await program.until(lambda: program.snapshot.step >= 3)
        await program.press("space")
        assert "paused" in program.text("header")
        assert "space run" in program.text("footer")
        steps = program.trainer.run.step_count
        assert program.snapshot.step == steps
        await program.step()
        assert program.trainer.run.step_count == steps + 1, "none but the one that was asked for"


async def test_s_while_running_pauses_and_takes_one_step() -> None:
    async with opened() as program:
        await program.press("space")
        await program.until(lambda: program.snapshot.step >= 1)
        steps = program.trainer.run.step_count
        await program.press("s")
        await program.until(lambda: program.snapshot.step > steps)
        assert not program.app.pace.running
        assert "paused" in program.text("header")
        steps = program.trainer.run.step_count
        assert program.snapshot.step == steps
        await program.step()
        assert program.trainer.run.step_count == steps + 1, "none but the one that was asked for"


async def test_r_starts_this_again_from_the_same_weights() -> None:
    async with opened(TANH) as program:
        first = program.snapshot.parameters
        await program.step(5)
        assert not np.array_equal(program.snapshot.parameters, first)
        await program.press("r")
        assert np.array_equal(program.snapshot.parameters, first)
        assert "4→4→1 tanh · seed 4" in program.text("header")
        assert "step 0 · ready" in program.text("header")
        assert "Back at step 0" in program.text("commentary")


async def test_r_while_running_stops_at_step_0() -> None:
    async with opened() as program:
        await program.press("]", "]", "space")
        await program.until(lambda: program.snapshot.step >= 5)
        await program.press("r")
        assert program.snapshot.step == 0
        assert not program.app.pace.running
        assert "step 0 · ready" in program.text("header")


async def test_capital_r_opens_the_default_network_again() -> None:
    config = TrainingConfig(hidden=(4,), seed=4, learning_rate=0.5, data_seed=3)
    async with opened(config) as program:
        for key in ("R", "shift+r"):
            await program.step(3)
            await program.press(key)
            assert program.trainer.run.config == TrainingConfig(), key
            assert "4→1 · seed 0" in program.text("header")
            assert "predicts 0.684" in program.words("image")
            assert "rate 0.1" in program.text("footer")
            assert "The default network: it predicts 0.684" in program.text("commentary")
            await program.press("b")
            assert program.trainer.run.config == config


async def test_n_draws_the_next_seeds_weights_on_the_same_images() -> None:
    async with opened() as program:
        images = program.trainer.run.here.images.images
        await program.step(2)
        await program.press("n")
        assert program.trainer.run.config == TrainingConfig(seed=1)
        assert "seed 1" in program.text("header")
        assert "step 0 · ready" in program.text("header")
        assert np.array_equal(program.trainer.run.here.images.images, images)
        assert "New weights, same images" in program.text("commentary")
        first = program.snapshot.parameters
        await program.press("n")
        assert "seed 2" in program.text("header")
        assert not np.array_equal(program.snapshot.parameters, first)


async def test_after_the_last_seed_comes_the_first() -> None:
    async with opened(TrainingConfig(seed=2**32 - 1)) as program:
        await program.press("n")
        assert program.trainer.run.config.seed == 0


async def test_speeds_go_from_one_step_a_second_to_as_fast_as_it_can() -> None:
    async with opened() as program:
        assert "speed 10/s" in program.text("footer")
        for slower, faster, shown in (("[", "]", "30"), ("<", ">", "2")):
            await program.press(faster)
            assert f"speed {shown}/s" in program.text("footer")
            await program.press(*[faster] * len(SPEEDS))
            assert program.app.pace.speed == math.inf
            assert "speed max" in program.text("footer")
            await program.press(slower)
            assert "speed 1,000/s" in program.text("footer")
            await program.press(*[slower] * len(SPEEDS))
            assert "speed 1/s" in program.text("footer")
            assert not program.app.pace.running


async def test_the_speed_changes_while_it_runs() -> None:
    async with opened() as program:
        await program.press("space", "]")
        assert program.app.pace.running
        assert "speed 30/s" in program.text("footer")
        await program.press("[", "[")
        assert program.app.pace.running
        assert "speed 5/s" in program.text("footer")


async def test_brackets_change_the_learning_rate() -> None:
    async with opened() as program:
        for shown in ("0.2", "0.5", "1", "2"):
            await program.press(")")
            assert f"rate {shown} " in program.text("footer")
        assert program.trainer.run.config.learning_rate == 2.0
        await program.press("(", "(", "(", "(", "(")
        assert program.trainer.run.config.learning_rate == 0.05
        # The step to come is the rate times the gradient: 0.05 × 0.7213.
        assert "−0.0361" in program.text("network")
        assert "Learning rate 0.1 → 0.05" in program.text("commentary")


async def test_an_odd_learning_rate_goes_to_its_neighbours() -> None:
    async with opened(TrainingConfig(learning_rate=0.3)) as program:
        await program.press(")")
        assert program.trainer.run.config.learning_rate == 0.5
        await program.press("(")
        assert program.trainer.run.config.learning_rate == 0.2


async def test_the_learning_rate_changes_while_it_runs() -> None:
    async with opened() as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step >= 3)
        await program.press(")")
        assert program.app.pace.running
        assert program.trainer.run.config.learning_rate == 0.2
        assert "rate 0.2" in program.text("footer")


async def test_a_rate_above_the_limit_is_said_to_diverge_beforehand() -> None:
    async with opened() as program:
        await program.press(")", ")", ")")
        assert "rates above 0.905 diverge" in program.text("commentary")


async def test_going_to_the_step_shown_says_nothing_and_changes_nothing() -> None:
    async with opened() as program:
        await program.step(3)
        await program.press("tab", "tab")
        before, remark = program.snapshot, program.app.remark
        await program.press("end")
        await program.drawn()
        assert program.app.remark == remark
        assert program.snapshot.step == before.step == 3
        assert program.snapshot.parameters.tobytes() == before.parameters.tobytes()
