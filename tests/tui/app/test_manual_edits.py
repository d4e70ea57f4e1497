"""Manual changes on the screen: the cost pane, its selection, what is said, and long
evaluations."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from core import Cancelled, Trainer, TrainingConfig
from core.arrays import IsCancelled
from core.quantities.quantities import Count, CountQuantity
from core.run.changes import SetParameter
from core.run.descent import Descent
from tests.tui.program import Program, opened
from tui.worker.training import Training


def meter(program: Program) -> list[str]:
    """Return the rows inside the cost pane's frame, as they stand there."""
    return [row[1:-1] for row in program.text("cost").split("\n")[1:-1]]


async def compared(program: Program) -> list[str]:
    """Return these rows once it is known what descent reaches: on a busy machine a moment later."""
    await program.until(lambda: "…" not in program.text("cost"))
    return meter(program)


async def test_at_80_columns_two_rows_give_way_to_the_manual_edits() -> None:
    async with opened() as program:
        assert meter(program)[3:] == [
            " per step                8,004 ",
            " by finite differences  20,004 ",
            " so far, 0 steps             0 ",
        ]
        await program.press("tab", "-", "-", "-")
        # 0.98 − 3 × 0.05 = 0.83. Three manual changes are 12,000 and pay for one step of 8,004.
        assert await compared(program) == [
            " forward  1,000 × 4      4,000 ",
            " gradient 1,000 × 4      4,000 ",
            " update   4                  4 ",
            " per step                8,004 ",
            " 3 manual changes       12,000 ",
            " loss 0.3453, descent 0.2945   ",
        ]
        await program.press("b")
        assert (await compared(program))[4:] == [
            " 2 manual changes        8,000 ",
            " loss 0.3771, descent 0.4458   ",
        ]
        await program.press("b", "b")
        assert meter(program)[4] == " by finite differences  20,004 "
        await program.press("+", "s")
        await program.until(lambda: program.snapshot.step == 1)
        assert meter(program)[5] == " so far, 1 step          8,004 "
        # Back to where it stood: the manual edits are there again.
        await program.press("b")
        await program.until(lambda: program.snapshot.step == 0)
        assert (await compared(program))[4:] == [
            " 1 manual change         4,000 ",
            " loss 0.4827, descent 0.4458   ",
        ]


async def test_a_taller_pane_keeps_all_rows() -> None:
    async with opened(size=(120, 36)) as program:
        await program.press("tab", "-", "-", "-")
        rows = [" ".join(row.split()) for row in await compared(program)]
        assert rows[3:9] == [
            "per step 8,004",
            "by finite differences 20,004",
            "so far, 0 steps 0",
            "3 manual changes 12,000",
            "loss 0.3453, gradient descent 0.2945",
            "time per step: after the first step",
        ]


async def test_its_line_is_selected_and_explained() -> None:
    async with opened() as program:
        await program.press("tab", "-", "-", "-", "tab", "tab", "e")
        assert program.focus == "cost"
        for line in (Count.FORWARD, Count.GRADIENT, Count.UPDATE, Count.STEP, Count.FORWARD_PASSES):
            assert program.app.quantity == CountQuantity(line)
            await program.press("down")
        assert program.app.quantity == CountQuantity(Count.FORWARD_PASSES), "the last line"
        assert meter(program)[4].startswith("▸3 manual changes")
        assert "12,000 multiply-adds" in program.text("cost")
        words = program.words("explain")
        assert "manual changes = forward passes × forward = 3×4,000 = 12,000" in words
        assert "forward = images × weights = 1,000×4 = 4,000" in words
        assert "Each manual change costs one forward pass. Your loss: 0.4458 → 0.3453." in words
        assert (
            "Gradient descent at equal cost: 0.4458 → 0.2945 (1 step, 8,004 multiply-adds)."
            in words
        )
        # With the manual edits its line ends, and the last one that is there is selected and
        # explained.
        await program.press("s")
        await program.until(lambda: program.snapshot.step == 1)
        assert program.app.quantity == CountQuantity(Count.TOTAL)
        assert meter(program)[5].startswith("▸so far")
        await program.press("b")
        await program.until(lambda: program.snapshot.step == 0)
        assert program.app.quantity == CountQuantity(Count.FORWARD_PASSES)


@pytest.mark.parametrize("words", ["manual change", "descent"])
async def test_both_of_its_rows_can_be_clicked(words: str) -> None:
    async with opened() as program:
        await program.press("tab", "-", "tab", "tab", "e")
        await program.click(*program.find("cost", "update"))
        assert program.app.quantity == CountQuantity(Count.UPDATE)
        await program.click(*program.find("cost", words))
        assert program.app.quantity == CountQuantity(Count.FORWARD_PASSES)


async def test_the_manual_changes_are_selected_for_a_line_that_made_room() -> None:
    async with opened(size=(120, 36)) as program:
        await program.press("tab", "-", "tab", "tab", *["down"] * 5)
        assert meter(program)[5].startswith("▸so far")
        # Explain takes rows from the cost pane: the line that was selected goes.
        await program.press("e")
        await program.until(lambda: program.app.quantity == CountQuantity(Count.FORWARD_PASSES))
        assert meter(program)[4].startswith("▸1 manual change ")
        await program.press("e")
        await program.until(lambda: meter(program)[5].startswith("▸so far"))
        assert program.app.quantity == CountQuantity(Count.TOTAL)


async def test_the_cost_pane_shows_that_descent_diverges() -> None:
    async with opened(TrainingConfig(learning_rate=100.0)) as program:
        await program.press("tab", *["-"] * 12)
        assert meter(program)[5].strip() == "loss 0.1358, descent diverged"
        assert "Gradient descent, ≤ 48,000 multiply-adds: it diverges." in program.text(
            "commentary"
        )


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (40, 12), (24, 24)])
async def test_no_number_of_the_manual_edits_is_cut(size: tuple[int, int]) -> None:
    async with opened(size=size) as program:
        program.app.controller.change_run(SetParameter(0, -1e9))
        await program.arrived()
        manual_edits, loss = program.snapshot.manual_edits, program.snapshot.loss
        assert manual_edits is not None
        assert loss is not None
        words = " ".join(meter(program))
        assert "4,000" in words
        assert "3.41e17" in words
        assert "0.4458" in words


async def test_single_stepping_after_manual_edits_shows_how_far_the_step_is() -> None:
    async with opened() as program:
        await program.press("tab", "-", "-", "-", ".")
        rows = meter(program)
        assert "this step so far" in rows[3]
        assert rows[4] == " 3 manual changes       12,000 "


LONG = TrainingConfig(hidden=(3,), images=50)


class Held:
    """Descents that take until the test lets them end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may_end = threading.Event()
        self.begun = 0
        self.called_off = 0
        self.threads: set[int] = set()
        catch_up = Descent.catch_up

        def held(descent: Descent, cancelled: IsCancelled | None = None) -> None:
            self.begun += 1
            self.threads.add(threading.get_ident())
            while not self.may_end.wait(0.001):
                if cancelled is not None and cancelled():
                    self.called_off += 1
                    raise Cancelled
            catch_up(descent, cancelled)

        monkeypatch.setattr(Descent, "catch_up", held)
        # Whatever this machine's speed, descent is a long one.
        monkeypatch.setattr(Descent, "seconds", property(lambda _: 1.0))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    """Hold every descent, and have it take long."""
    return Held(monkeypatch)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def batch_trace(trainer: Trainer) -> AsyncIterator[Training]:
    training = Training(trainer, lambda: None, lambda: None)
    task = asyncio.create_task(training.work())
    try:
        yield training
    finally:
        training.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_long_descent_runs_in_a_thread_and_nothing_waits_for_it(held: Held) -> None:
    trainer = Trainer(LONG)
    async with batch_trace(trainer) as training:
        await until(lambda: trainer.run.here.is_evaluated)
        training.between_steps(lambda: trainer.apply(SetParameter(0, 0.5)))
        await until(lambda: held.begun == 1)
        assert threading.get_ident() not in held.threads
        # Another edit is made at once; what was begun is called off and begun again.
        training.between_steps(lambda: trainer.apply(SetParameter(0, 0.4)))
        assert trainer.run.here.network.parameters[0] == 0.4
        await until(lambda: held.begun == 2)
        assert held.called_off == 1
        # A step is taken though descent is not known; with the manual edits it is not asked for any
        # more.
        training.step()
        await until(lambda: trainer.run.step_count == 1 and trainer.run.here.is_evaluated)
        await until(lambda: held.called_off == 2)
        held.may_end.set()
        # Nor is it asked for between this step and another.
        training.step()
        await until(lambda: trainer.run.step_count == 2 and trainer.run.here.is_evaluated)
        assert held.begun == 2


async def test_the_losses_of_a_long_descent_come_when_they_are_known(held: Held) -> None:
    async with opened(LONG) as program:
        await program.press("tab", "+", "+", "+")
        # 3 × 50 × (4 × 3 + 3) pay for a step of 750 + 50 × (15 + 3) + 19.
        assert meter(program)[4].split()[-1] == "2,250"
        assert "descent …" in meter(program)[5]
        assert "Gradient descent, ≤ 2,250 multiply-adds: … (1 step)." in program.text("commentary")
        assert program.snapshot.loss is not None
        held.may_end.set()
        await program.until(lambda: "…" not in meter(program)[5])
        manual_edits = program.snapshot.manual_edits
        assert manual_edits is not None
        assert manual_edits.descent_loss is not None
        assert f"descent {manual_edits.descent_loss:.4f}" in meter(program)[5]
        assert "…" not in program.text("commentary")
        assert "Gradient descent, ≤ 2,250 multiply-adds: 0." in program.text("commentary")
        value = program.snapshot.parameters[0]
        changed = f"set from {value - 0.05:.3g} to {value:.3g}. After 3 changes"
        assert changed in program.text("commentary")


async def test_single_stepping_keeps_its_words_when_a_long_descent_ends(held: Held) -> None:
    async with opened(LONG) as program:
        await program.press("tab", "+", "+", "+", ".")
        words = program.text("commentary")
        held.may_end.set()
        await program.until(lambda: "…" not in meter(program)[5])
        assert program.text("commentary") == words
        await program.press(",")
        assert "Gradient descent, ≤ 2,250 multiply-adds: 0." in program.text("commentary")


async def test_the_program_ends_while_a_long_descent_is_computed(held: Held) -> None:
    async with opened(LONG) as program:
        await program.press("tab", "+")
        await program.until(lambda: held.begun == 1)
        program.send("q")
        await until(lambda: held.called_off == 1)
