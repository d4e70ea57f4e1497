"""Back and forth in a run through the whole app: every moment again, and another way from there."""

import threading
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from core import Outcome, Trainer, TrainingConfig
from core.arrays import IsCancelled
from core.engines.engine import Evaluation
from core.images.images import Batch
from tests.tui.program import FASTEST, Program, opened
from tui.panes.loss.loss import LossPane
from tui.worker import training

PANES = ("image", "network", "cost", "header")
BATCHES = TrainingConfig(hidden=(4,), seed=4, images=50, batch_size=20)
LOOPS = TrainingConfig(engine="loops", gradient="nudge", images=30)


@dataclass(frozen=True)
class Seen:
    """A moment, as it is and as it looks."""

    step: int
    parameters: bytes
    loss: float | None
    gradient: bytes | None
    multiply_adds: int
    learning_rate: float
    batch_size: int
    texts: tuple[str, ...]


def seen(program: Program) -> Seen:
    now = program.snapshot
    return Seen(
        now.step,
        now.parameters.tobytes(),
        now.loss,
        None if now.gradient is None else now.gradient.tobytes(),
        now.multiply_adds,
        now.config.learning_rate,
        now.batch_size,
        tuple(program.text(name) for name in PANES),
    )


def is_there(program: Program) -> bool:
    """Whether what is shown is where the run stands, with its loss."""
    now, trainer = program.snapshot, program.trainer
    return (
        not program.app.controller.training.is_travelling
        and not program.app.controller.training.is_evaluating
        and (now.step, now.multiply_adds) == (trainer.run.step_count, trainer.run.multiply_adds)
        and now.loss is not None
    )


async def go(program: Program, *keys: str) -> None:
    """Press keys, and see each arrive."""
    for key in keys:
        await program.press(key)
        await program.until(lambda: is_there(program))


async def stepped_through(program: Program, steps: int) -> list[Seen]:
    """Take steps one by one and remember each moment, the present one first."""
    moments = [seen(program)]
    for _ in range(steps):
        await program.step()
        moments.append(seen(program))
    return moments


def cursor_step(program: Program) -> int | None:
    """Read off the curve at which step the cursor stands."""
    pane = program.widget("loss")
    assert isinstance(pane, LossPane)
    assert pane._plot is not None
    for roles in pane._plot.roles:
        if "x" in roles:
            return pane._plot.step_at(roles.index("x"))
    return None


@pytest.mark.parametrize(
    "config", [TrainingConfig(), BATCHES, LOOPS], ids=["essay", "batches", "loops-nudge"]
)
async def test_b_goes_back_to_the_same_moment_bit_for_bit(config: TrainingConfig) -> None:
    async with opened(config) as program:
        moments = await stepped_through(program, 5)
        curve = program.snapshot.curve
        for moment in reversed(moments[:-1]):
            await go(program, "b")
            assert seen(program) == moment
            assert f"step {moment.step} ·" in program.text("header")
            assert cursor_step(program) == moment.step
            of = "loss" if config.is_full_batch else "batch loss"
            assert f"step {moment.step}: {of}" in program.text("loss")
        known = program.snapshot.curve
        assert known.length == curve.length
        assert np.array_equal(known.last, curve.last)


async def test_capital_b_goes_ten_back_and_at_most_to_the_start() -> None:
    async with opened() as program:
        moments = await stepped_through(program, 13)
        await go(program, "B")
        assert seen(program) == moments[3]
        await go(program, "shift+b")
        assert seen(program) == moments[0]
        assert program.trainer.run.last_step == 13


async def test_s_replays_the_known_steps() -> None:
    async with opened(BATCHES) as program:
        moments = await stepped_through(program, 6)
        curve = program.snapshot.curve
        await go(program, "b", "b", "b", "b")
        for moment in moments[3:]:
            await program.step()
            assert seen(program) == moment
        assert program.trainer.run.last_step == program.snapshot.step == 6
        assert np.array_equal(program.snapshot.curve.last, curve.last)
        assert program.snapshot.curve.length == curve.length
        assert program.snapshot.previous_run is None
        assert program.trainer.other is None


async def test_space_replays_the_known_steps_and_on() -> None:
    straight = Trainer(TrainingConfig())
    async with opened() as program:
        await program.step(12)
        curve = program.snapshot.curve
        await go(program, "B", "b")
        assert program.snapshot.step == 1
        await program.press("]", "]", "space")  # 100 a second: each step keeps its place
        await program.until(lambda: program.snapshot.step >= 20)
        await go(program, "space")
        assert np.array_equal(program.snapshot.curve.last[:13], curve.last)
        there = program.snapshot.step
        straight.run.run_for(1e9, max_steps=there)
        assert np.array_equal(program.snapshot.parameters, straight.run.here.network.parameters)
        assert program.snapshot.multiply_adds == there * 8004
        assert program.snapshot.previous_run is None


async def test_the_cursor_of_the_loss_pane_is_the_moment_that_every_pane_shows() -> None:
    async with opened() as program:
        await program.press("tab", "tab")
        moments = await stepped_through(program, 8)
        for key, step in (
            ("left", 7), ("left", 6), ("h", 5), ("right", 6), ("home", 0), ("left", 0),
            ("right", 1), ("l", 2), ("end", 8),
        ):  # fmt: skip
            await go(program, key)
            assert seen(program).step == step
            assert seen(program) == moments[step]
            if step < 8:
                assert cursor_step(program) == step
                assert f"step {step}: loss" in program.text("loss")


async def test_the_cursor_stays_with_the_moment_when_it_moves_on() -> None:
    async with opened() as program:
        await program.press("tab", "tab")
        moments = await stepped_through(program, 4)
        await go(program, "left", "left")
        assert cursor_step(program) == 2
        await program.step()
        assert cursor_step(program) == 3
        await program.step()
        assert seen(program) == moments[4]
        assert cursor_step(program) in (None, 4)
        await program.step()
        assert cursor_step(program) in (None, 5)


async def test_a_click_on_the_curve_goes_to_its_step() -> None:
    async with opened() as program:
        moments = await stepped_through(program, 12)
        x, y = program.find("loss", "┤")
        right = program.widget("loss").region.right
        await program.click(x + 1, y + 1)
        await program.until(lambda: is_there(program))
        assert seen(program).parameters == moments[0].parameters
        assert program.snapshot.step == 0
        for column in (x + 8, x + 20, right - 6):
            await program.click(column, y + 1)
            await program.until(lambda: is_there(program))
            now = program.snapshot
            assert 0 < now.step < 12
            assert seen(program).parameters == moments[now.step].parameters
            assert cursor_step(program) == now.step
        await program.click(right - 3, y + 1)
        await program.until(lambda: is_there(program))
        assert program.snapshot.step == 12


async def test_an_arrow_from_the_newest_step_of_a_long_run_goes_on_to_both_ends() -> None:
    async with opened() as program:
        program.trainer.run.run_for(1e9, max_steps=300)
        await program.step()
        last = program.trainer.run.last_step
        await program.press("tab", "tab")
        steps = [last]
        for _ in range(60):
            await go(program, "left")
            steps.append(program.snapshot.step)
            if not steps[-1]:
                break
        assert all(before > after for before, after in pairwise(steps))
        assert steps[-1] == 0
        await go(program, "end")
        assert program.snapshot.step == last


CHANGES = {
    "rate": ((")",), "rate 0.1"),
    "weight": (("tab", "+"), "other settings"),
    "method": (("g",), "backprop"),
    "engine": (("E",), "engine matrix"),
    "freeze": (("tab", "x"), "other settings"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_in_the_past_starts_a_branch(change: str) -> None:
    keys, words = CHANGES[change]
    async with opened() as program:
        moments = await stepped_through(program, 9)
        old = program.snapshot.curve
        await go(program, "b", "b", "b", "b", "b")
        await go(program, *keys)
        assert program.snapshot.step == 4
        assert program.trainer.run.last_step == 4
        previous_run = program.snapshot.previous_run
        assert previous_run is not None
        assert previous_run.curve.length == 10
        assert np.array_equal(previous_run.curve.last, old.last)
        assert np.array_equal(program.snapshot.curve.last[:4], old.last[:4])
        await program.step(3)
        assert program.snapshot.curve.length == 8
        # The old run is compared where both first had a loss of 0.1: after 5 steps of 8,004.
        assert f"previous: step 5, 40,020, {words}" in program.words("loss")
        faint = program.app.ink.previous
        assert any(
            "⠀" < character <= "⣿"
            for row in program.segments("loss")
            for piece in row
            if piece.style == faint
            for character in piece.text
        ), "the old curve stays as a faint line"
        # And the run that was left is there to the bit.
        here = seen(program)
        await go(program, "o")
        assert program.trainer.run.last_step == 9
        await go(program, *["s"] * (9 - program.snapshot.step))
        assert seen(program).parameters == moments[9].parameters
        assert seen(program).multiply_adds == moments[9].multiply_adds
        await go(program, "o")
        assert seen(program).parameters == here.parameters
        assert seen(program).step == here.step


async def test_the_branch_is_compared_where_both_first_passed_the_same_loss() -> None:
    async with opened() as program:
        await program.step(20)
        await go(program, "B", "b", "b", "b", "b", "b", "b", "b")
        assert program.snapshot.step == 3
        await go(program, ")", ")")
        await program.step(17)
        previous_run = program.snapshot.previous_run
        assert previous_run is not None
        assert previous_run.loss is not None
        assert previous_run.here is not None
        assert previous_run.there is not None
        for mark, curve in (
            (previous_run.here, program.snapshot.curve),
            (previous_run.there, previous_run.curve),
        ):
            assert curve.at(mark.step).last <= previous_run.loss
            assert all(curve.at(step).last > previous_run.loss for step in range(mark.step))
            assert mark.multiply_adds == 8004 * mark.step
        assert (
            f"step {previous_run.here.step}, {previous_run.here.multiply_adds:,}"
            in program.text("loss")
        )
        assert (
            f"previous: step {previous_run.there.step}, {previous_run.there.multiply_adds:,}"
            in (program.text("loss"))
        )


@pytest.mark.parametrize(
    ("key", "words"),
    [("o", "There is no previous run."), ("b", "There is no earlier step.")],
)
async def test_a_key_that_has_nowhere_to_go_reports_it(key: str, words: str) -> None:
    async with opened() as program:
        await program.press(key)
        assert words.lower() in program.words("commentary").lower()


async def test_o_swaps_the_two_and_back() -> None:
    async with opened() as program:
        await program.step(8)
        old = seen(program)
        await go(program, "b", "b", "b", "b", "b")
        await go(program, ")")
        await program.step(2)
        new = seen(program)
        await go(program, "o")
        assert program.trainer.run.config.learning_rate == 0.1
        assert "rate 0.1" in program.text("footer")
        await go(program, "tab", "tab", "end")
        assert seen(program).parameters == old.parameters
        assert program.snapshot.previous_run is not None
        assert program.snapshot.previous_run.curve.length == 6
        await go(program, "o")
        assert "rate 0.2" in program.text("footer")
        assert seen(program).parameters == new.parameters
        assert seen(program).multiply_adds == new.multiply_adds
        # Each goes on by itself, from the same moment.
        await program.step(2)
        assert program.trainer.run.last_step == 7
        await go(program, "o")
        assert program.trainer.run.last_step == 8


async def test_o_with_no_other_run_rings_and_changes_nothing() -> None:
    async with opened() as program:
        await program.step(2)
        before, bells = seen(program), ring(program)
        await go(program, "o")
        assert seen(program) == before
        assert len(bells) == 1


def ring(program: Program) -> list[None]:
    """Return a list that grows with every bell."""
    bells: list[None] = []
    program.app.bell = lambda: bells.append(None)  # type: ignore[method-assign]
    return bells


async def test_b_at_the_very_start_rings_and_changes_nothing() -> None:
    async with opened() as program:
        before, bells = program.snapshot, ring(program)
        await go(program, "b", "B")
        assert len(bells) == 2
        assert program.snapshot is before
        await program.step(2)
        moment = seen(program)
        await go(program, "B", "b")
        assert len(bells) == 3
        assert program.snapshot.step == 0
        await program.step(2)
        assert seen(program) == moment


@pytest.mark.parametrize("key", ["n", "R", "r"])
async def test_b_brings_back_the_run_that_a_key_left(key: str) -> None:
    async with opened(BATCHES) as program:
        await program.press(")")
        await program.step(4)
        left = seen(program)
        config = program.trainer.run.config
        await go(program, key)
        assert program.snapshot.step == 0
        await program.step(2)
        await go(program, "b", "b")
        assert program.snapshot.step == 0
        await go(program, "b")
        assert program.trainer.run.config == config
        assert seen(program) == left
        await go(program, "b", "b")
        assert program.snapshot.step == 2
        await program.step(2)
        assert seen(program) == left


async def test_b_brings_back_one_run_after_the_other() -> None:
    async with opened() as program:
        await program.step(3)
        first = seen(program)
        await go(program, "n")
        await program.step(1)
        second = seen(program)
        await go(program, "R", "b")
        assert seen(program) == second
        await go(program, "b", "b")
        assert seen(program) == first


async def test_what_is_done_with_the_other_run_leaves_the_one_before_alone() -> None:
    async with opened() as program:
        await program.step(5)
        left, curve = seen(program), program.snapshot.curve
        await go(program, "r", "o", ")")
        await program.step(4)
        await go(program, "o")
        assert program.snapshot.step == 0
        await go(program, "b")
        assert seen(program) == left
        assert program.trainer.run.last_step == 5
        assert np.array_equal(program.snapshot.curve.last, curve.last)


@pytest.mark.parametrize("keys", [(")",), ("g",), ("E",), ("tab", "x"), ("tab", "+")])
async def test_b_takes_back_a_change_before_it_takes_back_a_step(keys: tuple[str, ...]) -> None:
    async with opened() as program:
        await program.press(*keys[:-1])
        moments = await stepped_through(program, 3)
        await go(program, keys[-1])
        assert seen(program) != moments[3]
        await go(program, "b")
        assert seen(program) == moments[3]
        await go(program, "b")
        assert seen(program) == moments[2]
        # And on from there it is the run without the change.
        await program.step()
        assert seen(program) == moments[3]


async def test_a_change_met_again_on_the_way_is_made_again() -> None:
    async with opened() as program:
        await program.step(3)
        await go(program, ")")
        await program.step(3)
        end = seen(program)
        await go(program, "B")
        assert program.trainer.run.config.learning_rate == 0.1
        assert "rate 0.1" in program.text("footer")
        await program.step(6)
        assert "rate 0.2" in program.text("footer")
        assert seen(program) == end


async def test_back_during_a_run_at_full_speed_pauses_there() -> None:
    straight = Trainer(TrainingConfig())
    async with opened() as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step > 50)
        await go(program, "b")
        assert not program.app.pace.running
        assert "paused" in program.text("header")
        there = program.snapshot.step
        assert there == program.trainer.run.last_step - 1
        straight.run.run_for(1e9, max_steps=there)
        assert np.array_equal(program.snapshot.parameters, straight.run.here.network.parameters)
        await go(program, "B")
        assert program.snapshot.step == there - 10


async def test_back_during_a_run_whose_steps_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "LONG", 0.0)  # every evaluation in a thread
    config = TrainingConfig(hidden=(8, 8), engine="loops", images=30)
    async with opened(config) as program:
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.snapshot.step >= 3)
        await program.press("b")
        await program.until(lambda: not program.app.pace.running and is_there(program))
        assert program.snapshot.step == program.trainer.run.last_step - 1


async def on_a_long_return(program: Program, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Start a return from step 2,001 to 2,000, held halfway; return what lets it go on."""
    program.trainer.run.run_for(1e9, max_steps=2_000)
    await go(program, "s")
    assert program.snapshot.step == 2_001
    del program.trainer.run.log.timeline._checkpoints[1:]  # all of it has to be trained again
    monkeypatch.setattr(training, "AT_ONCE", -1.0)
    engine = program.trainer.run.here.engine
    evaluate, done, may_go_on = engine.evaluate, 0, threading.Event()

    def held(batch: Batch, cancelled: IsCancelled | None = None) -> Evaluation:
        nonlocal done
        done += 1
        while done > 50 and cancelled is not None and not cancelled():
            if may_go_on.wait(0.001):
                break
        return evaluate(batch, cancelled)

    monkeypatch.setattr(engine, "evaluate", held)
    await program.press("b")
    await program.until(lambda: done > 50)
    assert program.app.controller.training.is_travelling
    return may_go_on


async def test_esc_calls_a_long_return_off(monkeypatch: pytest.MonkeyPatch) -> None:
    straight = Trainer(TrainingConfig())
    straight.run.run_for(1e9, max_steps=2_001)
    async with opened() as program:
        await on_a_long_return(program, monkeypatch)
        await program.press("9")
        assert "▸0.90" in program.text("image"), "the screen is alive meanwhile"
        await program.press("escape")
        await program.until(lambda: is_there(program))
        assert not program.app.remark[0].startswith(("Going to", "Undone"))
        now = program.snapshot
        assert now.step == 2_001 == program.trainer.run.last_step
        assert now.parameters.tobytes() == straight.run.here.network.parameters.tobytes()
        assert now.loss == straight.run.loss
        assert now.multiply_adds == 2_001 * 8004
        assert now.curve.length == 2_001 + 1


async def test_a_long_return_arrives_and_shows_where_it_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    straight = Trainer(TrainingConfig())
    straight.run.run_for(1e9, max_steps=2_000)
    async with opened() as program:
        may_go_on = await on_a_long_return(program, monkeypatch)
        await program.until(lambda: "Going to step 2,000 …" in program.text("commentary"))
        assert "Press esc to stay here." in program.text("commentary")
        may_go_on.set()
        await program.until(lambda: is_there(program))
        now = program.snapshot
        assert now.step == 2_000
        assert now.parameters.tobytes() == straight.run.here.network.parameters.tobytes()
        assert program.trainer.run.last_step == 2_001


@pytest.mark.parametrize("key", [")", "g", "n", "r", "o", "s", "space", "b"])
async def test_no_key_during_a_long_return_leaves_the_run_halfway(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = 2_001
    async with opened() as program:
        may_go_on = await on_a_long_return(program, monkeypatch)
        await program.press(key, "escape")
        may_go_on.set()
        await program.until(lambda: is_there(program))
        if program.app.pace.running:
            await go(program, "space")
        # What was changed, was changed where the travel began or where it leads.
        assert {entry.step for entry in program.trainer.run.log.journal} <= {start, start - 1}
        if key in "nr":
            assert program.snapshot.step == 0
            await go(program, "b")
        assert program.trainer.run.last_step >= start - 1
        assert program.snapshot.step >= start - 2


async def test_a_diverged_run_goes_back_and_on_another_way() -> None:
    async with opened(TrainingConfig(learning_rate=1.0)) as program:
        moments = await stepped_through(program, 4)
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.ended)
        end, last = seen(program), program.trainer.run.last_step
        await go(program, "b")
        assert program.snapshot.outcome is None
        assert "paused" in program.text("header")
        assert program.snapshot.step == end.step - 1
        await go(program, "tab", "tab", "home")
        assert seen(program).parameters == moments[0].parameters
        await go(program, *["s"] * 4)
        assert seen(program).parameters == moments[4].parameters
        # The known future ends as it did.
        await program.press("space")
        await program.until(lambda: program.ended)
        assert program.snapshot.outcome is Outcome.DIVERGED
        assert seen(program).parameters == end.parameters
        assert program.trainer.run.last_step == last
        await go(program, "home")
        await go(program, "(", "(", "(")
        assert program.trainer.other is not None
        await program.run(400)
        assert not program.ended
        assert program.snapshot.loss is not None
        assert program.snapshot.loss < 0.01


async def test_a_run_that_diverged_to_infinity_goes_back_too() -> None:
    async with opened(TrainingConfig(learning_rate=1e200)) as program:
        first = seen(program)
        await program.press(*FASTEST, "space")
        await program.until(lambda: program.ended)
        for _ in range(program.trainer.run.last_step + 1):
            if not program.snapshot.step and not program.ended:
                break
            await go(program, "b")
        assert program.snapshot.step == 0
        assert program.snapshot.parameters.tobytes() == first.parameters
        assert program.snapshot.outcome is None
        await go(program, *["("] * 5)
        assert "nan" not in program.text()
