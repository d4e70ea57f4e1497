"""G: both gradients side by side, at once or when there is time, and nothing of the run moves."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from core import Snapshot, TrainingConfig
from core.arrays import Array, Cancelled, IsCancelled
from core.images.images import Batch
from core.images.tasks import TASKS, generate
from core.metrics.other_gradient import other_gradient
from tests.tui.program import FASTEST, Program, opened
from tui.worker import comparing
from tui.worker.background import Order
from tui.worker.comparing import Comparer, gradient_order

WORDS = "backprop +0.72125 · nudge +0.72125 · diff +3.4e−07"


def expected(program: Program) -> Array:
    """Compute the other gradient of what is shown, from what is shown."""
    now, batch = program.snapshot, program.app.coming_batch
    assert batch is not None
    return other_gradient(now.config, now.parameters, batch)


def is_right(program: Program) -> bool:
    """Whether both gradients are shown, and are those of the very moment that is shown."""
    found = program.snapshot.other_gradient
    return found is not None and found.tobytes() == expected(program).tobytes()


async def next_right(program: Program, step: int) -> int:
    """Wait for a later moment that has both gradients; give its step."""
    await program.until(lambda: program.snapshot.step > step and is_right(program))
    return program.snapshot.step


@pytest.fixture
def never_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute everything in a thread."""
    for module in ("tui.worker.comparing", "tui.panes.network.gradient_check"):
        monkeypatch.setattr(f"{module}.LONG", -1.0)


@pytest.mark.parametrize("key", ["G", "shift+g"])
async def test_g_shows_both_gradients_and_again_the_update(key: str) -> None:
    async with opened() as program:
        await program.press("tab")
        before = program.text("network")
        assert "update" in before
        await program.press(key)
        await program.until(lambda: is_right(program))
        assert WORDS in program.text("network")
        rows = program.text("network").split("\n")
        assert [row.split()[-2] for row in rows[1:6]] == [
            "diff", "+3.4e−07", "+3.5e−07", "+3.6e−07", "+3.4e−07",
        ]  # fmt: skip
        assert "diff = finite differences − backprop" in program.text("network")
        assert "▼" not in program.text("network")
        await program.press("down")
        assert "backprop +0.62434 · nudge +0.62434 · diff +3.5e−07" in program.text("network")
        await program.press("up", key)
        assert program.text("network") == before


async def test_it_works_from_every_pane_and_sums_up_all_weights_there() -> None:
    async with opened() as program:
        for _ in range(4):
            await program.press("G")
            await program.until(lambda: is_right(program))
            assert "diff" in program.text("network")
            expect = (
                WORDS
                if program.focus == "network"
                else "the two gradients differ by at most 3.6e−07"
            )
            assert expect in program.text("network")
            await program.press("G", "tab")
            assert "diff" not in program.text("network")


async def test_nothing_is_computed_while_it_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def counted(
        config: TrainingConfig, parameters: Array, batch: Batch, cancelled: IsCancelled
    ) -> Array:
        nonlocal asked
        asked += 1
        return other_gradient(config, parameters, batch, cancelled)

    monkeypatch.setattr(comparing, "other_gradient", counted)
    async with opened() as program:
        await program.step(2)
        await program.run(20)
        assert asked == 0
        await program.press("G")
        await program.until(lambda: is_right(program))
        known = asked
        assert known > 0
        # What is known is not computed again: not for another speed, rate or image.
        await program.press("]", "[", "tab", "tab", "tab", "tab", ")", "0")
        assert program.snapshot.other_gradient is not None
        assert asked == known
        await program.press("G")
        await program.step(3)
        assert asked == known
        assert program.snapshot.other_gradient is None


@pytest.mark.parametrize(
    "config",
    [
        TrainingConfig(),
        TrainingConfig(gradient="nudge"),
        TrainingConfig(bias=True, batch_size=64),
        TrainingConfig(hidden=(8, 8)),
        TrainingConfig(engine="loops", images=50),
    ],
)
async def test_it_is_live_while_training_runs(
    config: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "LONG", 60.0)  # however slow the machine is
    async with opened(config) as program:
        await program.press("G", *FASTEST, "space")
        seen: list[int] = []
        for _ in range(3):
            seen.append(await next_right(program, program.snapshot.step))
        assert program.app.pace.running
        assert seen == sorted(set(seen))


async def test_the_run_is_the_same_to_the_bit_and_costs_the_same() -> None:
    config = TrainingConfig(hidden=(3,), batch_size=30)
    runs: list[Snapshot] = []
    for keys in ((), ("G",)):
        async with opened(config) as program:
            await program.press(*keys)
            await program.step(7)
            runs.append(program.snapshot)
    assert runs[0].parameters.tobytes() == runs[1].parameters.tobytes()
    assert runs[0].multiply_adds == runs[1].multiply_adds
    assert runs[0].curve.last.tobytes() == runs[1].curve.last.tobytes()


async def test_the_names_stay_right_when_g_switches_the_method() -> None:
    async with opened() as program:
        await program.press("tab", "G")
        await program.until(lambda: is_right(program))
        own = program.snapshot.gradient
        assert own is not None
        await program.press("g")
        await program.until(lambda: is_right(program))
        now = program.snapshot
        assert now.config.gradient == "nudge"
        assert now.other_gradient is not None
        assert now.other_gradient.tobytes() == own.tobytes()
        assert WORDS in program.text("network")
        await program.press("E")
        await program.until(lambda: is_right(program))
        assert WORDS in program.text("network")


async def test_a_change_a_step_and_an_undo_have_their_own() -> None:
    async with opened(TrainingConfig(batch_size=10)) as program:
        await program.press("tab", "G")
        for keys in (("+",), ("x",), ("s",), ("s",), ("b",), ("n",), ("R",)):
            await program.press(*keys)
            await program.until(lambda: is_right(program))
            assert "diff" in program.text("network")


async def test_a_diverged_run_shows_the_difference_that_there_is() -> None:
    async with opened(TrainingConfig(learning_rate=1e6)) as program:
        await program.press("tab", "G", *FASTEST, "space")
        await program.until(lambda: program.ended)
        await program.until(lambda: is_right(program))
        assert "diff" in program.text("network")
        gradient_difference = program.snapshot.gradient_difference
        assert gradient_difference is not None
        assert np.abs(gradient_difference).max() > 1e-3, (
            "of a loss so large, rounding leaves that much"
        )


async def test_single_stepping_goes_on_and_keeps_its_words() -> None:
    async with opened() as program:
        await program.press("tab", ".", ".")
        words = program.text("commentary")
        await program.press("G")
        await program.until(lambda: is_right(program))
        assert program.words("commentary").startswith("Compared: ")
        await program.press("G", "G")
        await program.until(lambda: is_right(program))
        await program.press("G")
        assert program.text("commentary") == words
        await program.press("G")
        assert program.app.view.substep == 1
        await program.press(".", ".", ".", ".")
        await program.until(lambda: program.snapshot.step == 1 and is_right(program))


async def test_another_image_keeps_what_is_known() -> None:
    async with opened() as program:
        await program.press("G")
        await program.until(lambda: is_right(program))
        found = program.snapshot.other_gradient
        await program.press("9")
        assert program.snapshot.reading.image[0] == 0.9
        assert program.snapshot.other_gradient is found


def test_the_answer_is_the_same_only_where_all_it_depends_on_is() -> None:
    config = TrainingConfig(images=20)
    batch = generate(TASKS["darkness"], 20, 0)
    weights = np.array([0.98, 0.4, 0.86, -0.08])

    def order(config: TrainingConfig, step: int, parameters: Array, batch: Batch) -> Order[Array]:
        return gradient_order(config, step, parameters, batch, 0.0)

    asked = order(config, 3, weights, batch)
    same = Batch(batch.images.copy(), batch.targets.copy())
    assert asked.is_same(order(replace(config, learning_rate=5.0), 3, weights.copy(), same))
    for other in (
        order(replace(config, gradient="nudge"), 3, weights, batch),
        order(replace(config, engine="loops"), 3, weights, batch),
        order(config, 4, weights, batch),
        order(config, 3, weights + 1e-9, batch),
        order(config, 3, weights, Batch(batch.images + 1e-9, batch.targets)),
        order(config, 3, weights, Batch(batch.images, batch.targets + 1e-9)),
    ):
        assert not asked.is_same(other)
        assert not asked.is_near(other)


async def test_a_key_comes_before_the_next_frame_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.worker.requests.INPUT_LASTS", 60.0)
    async with opened() as program:
        training = program.app.controller.training
        comparer = Comparer(program.app, training, lambda: None)
        training.note_input()
        assert training.is_answering
        assert not comparer.gives_way(), "nothing is known of it yet"
        comparer._seconds = 0.005
        assert [comparer.gives_way() for _ in range(6)] == [True] * 4 + [False, True]
        comparer._seconds = 0.0005
        assert not comparer.gives_way(), "so short a time is in nobody’s way"
        comparer._seconds = 5.0
        assert not comparer.gives_way(), "so long a time is not spent while it runs"
        comparer._seconds = 0.005
        monkeypatch.setattr("tui.worker.requests.INPUT_LASTS", 0.0)
        assert not training.is_answering
        assert not comparer.gives_way()


async def test_a_step_that_was_held_up_does_not_take_the_answer_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened() as program:
        comparer = Comparer(program.app, program.app.controller.training, lambda: None)
        now, batch = program.snapshot, program.app.coming_batch
        assert batch is not None
        for seconds, shown in ((0.002, 0.002), (0.02, 0.002), (0.001, 0.001)):
            monkeypatch.setattr(
                program.trainer.run.here, "foresee_other_gradient", lambda s=seconds: s
            )
            assert comparer.compared(now, batch).other_seconds == shown
        larger = replace(now, config=replace(now.config, hidden=(8,)))
        monkeypatch.setattr(program.trainer.run.here, "foresee_other_gradient", lambda: 20.0)
        assert comparer.compared(larger, batch).other_seconds == 20.0


# -- what takes long ------------------------------------------------------------------------------


@pytest.mark.usefixtures("never_at_once")
async def test_what_takes_long_comes_from_a_thread_while_it_is_paused() -> None:
    async with opened() as program:
        await program.press("tab", "G")
        await program.until(lambda: is_right(program))
        assert WORDS in program.text("network")
        await program.step()
        await program.until(lambda: is_right(program))
        assert "diff +" in program.text("network")


@pytest.mark.usefixtures("never_at_once")
async def test_while_it_runs_it_promises_to_be_shown_when_it_is_paused() -> None:
    async with opened() as program:
        await program.press("tab", "G", *FASTEST, "space")
        await program.until(lambda: program.snapshot.step > 20)
        assert program.snapshot.other_gradient is None
        assert "shown while paused" in program.text("network")
        assert program.text("network").split("\n")[2].split()[-2].endswith("…")
        await program.press("space")
        await program.until(lambda: is_right(program))
        assert "shown while paused" not in program.text("network")


@pytest.mark.usefixtures("never_at_once")
async def test_what_takes_too_long_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "PATIENCE", 0.0)
    monkeypatch.setattr("tui.panes.network.gradient_check.PATIENCE", 0.0)
    monkeypatch.setattr(comparing, "other_gradient", None)  # whoever called it would fail
    async with opened() as program:
        await program.press("G")
        assert "too long to show" in program.text("network")
        await program.step()
        assert "too long to show" in program.text("network")


class Slow:
    """Stands for a computation that goes on until it is called off."""

    def __init__(self) -> None:
        self.begun = 0
        self.asked = 0
        """How often it has asked whether it is called off."""
        self.began = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)

    def __call__(
        self, config: TrainingConfig, parameters: Array, batch: Batch, cancelled: IsCancelled
    ) -> Array:
        self.begun += 1
        self.began.release()
        while not cancelled():
            self.asked += 1
            threading.Event().wait(0.001)
        self.ended.release()
        raise Cancelled

    async def come(self, semaphore: threading.Semaphore) -> None:
        """Wait, without keeping the app from what it does."""
        assert await asyncio.to_thread(semaphore.acquire, timeout=30)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, never_at_once: None) -> Slow:
    slow = Slow()
    monkeypatch.setattr(comparing, "other_gradient", slow)
    return slow


@pytest.mark.parametrize("keys", [("G",), ("s",), ("+",), ("space",), ("n",), ("g",)])
async def test_a_key_calls_the_thread_off(slow: Slow, keys: tuple[str, ...]) -> None:
    async with opened() as program:
        await program.press("tab", "G")
        await slow.come(slow.began)
        assert program.snapshot.other_gradient is None
        await program.press(*keys)
        await slow.come(slow.ended)


async def test_while_it_runs_no_thread_begins(slow: Slow) -> None:
    async with opened() as program:
        await program.press(*FASTEST, "space", "G")
        steps = {program.snapshot.step}

        def is_shown_again() -> bool:
            steps.add(program.snapshot.step)
            return len(steps) > 5

        await program.until(is_shown_again)
        assert slow.begun == 0
        await program.press("space")
        await slow.come(slow.began)
        assert slow.begun == 1


async def test_what_is_being_computed_is_not_begun_again(slow: Slow) -> None:
    async with opened() as program:
        await program.press("G")
        await slow.come(slow.began)
        await program.press("]", "[", "0", "tab", "L")
        # It goes on, and no other one has begun beside it.
        asked = slow.asked
        await program.until(lambda: slow.asked > asked + 5)
        assert slow.begun == 1
        assert not slow.ended.acquire(blocking=False)


async def test_the_end_of_the_program_calls_the_thread_off(slow: Slow) -> None:
    async with opened() as program:
        await program.press("G")
        await slow.come(slow.began)
    await slow.come(slow.ended)


async def test_a_thread_gives_way_to_a_step_that_takes_long(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as program:
        await program.press("G")
        await slow.come(slow.began)
        # Every evaluation is now a long one; this one goes on until the other thread has ended.
        compute: Callable[[IsCancelled | None], object] = program.trainer.run.compute

        def waiting(cancelled: IsCancelled | None = None) -> object:
            assert slow.ended.acquire(timeout=30)
            return compute(cancelled)

        monkeypatch.setattr("tui.worker.training.LONG", -1.0)
        monkeypatch.setattr(program.trainer.run, "compute", waiting)
        await program.step()
