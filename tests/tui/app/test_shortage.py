"""Too little memory for an engine: the run goes on with the engine before, where it was."""

import math
import threading
from collections.abc import Callable
from unittest.mock import patch

import pytest

from core import SetSettings, Trainer, TrainingConfig
from core.engines import gpu
from core.errors import DeviceMemoryError
from core.run import Moment, Run
from tests.tui.program import Program, opened


def run_out(program: Program) -> None:
    """Tell the program that the device of its engine has too little memory."""
    here = program.trainer.run.here
    error = DeviceMemoryError(here.config.engine, "A GPU")
    program.app.controller.loader._note_shortage(error, here.engine._problem)  # type: ignore[attr-defined]


async def test_the_run_goes_on_with_the_engine_before() -> None:
    async with opened(TrainingConfig(images=20, engine="loops")) as program:
        await program.step(2)
        program.trainer.run.apply(SetSettings.of(engine="matrix"))
        program.trainer.run.ensure_evaluated()
        parameters = program.trainer.run.here.network.parameters.copy()
        run_out(program)
        await program.until(lambda: program.trainer.run.config.engine == "loops")
        await program.drawn()
        # 4 weights and as many of the gradient; of 20 images 4 pixels, a prediction, two numbers
        # for the delta, and the target.
        words = program.words("commentary")
        assert (
            "Engine matrix: not enough free memory on A GPU; a step needs about 1.34 kB." in words
        )
        assert "Nothing is lost: loops goes on. Fewer images per batch need less memory." in words
        assert program.snapshot.step == 2
        assert program.trainer.run.here.network.parameters.tobytes() == parameters.tobytes()
        await program.step()
        assert program.snapshot.step == 3


async def test_at_an_earlier_step_what_is_known_to_come_stays() -> None:
    async with opened(TrainingConfig(images=20)) as program:
        await program.step(2)
        run = program.trainer.run
        run.go_to((1, 0))
        run_out(program)
        await program.until(lambda: "matrix goes on" in program.words("commentary"))
        assert (run.step_count, run.last_step) == (1, 2)
        assert run.config.engine == "matrix"


async def test_a_travel_goes_on_to_its_end_first() -> None:
    reach, is_free = Run.reach, threading.Event()

    def held(
        run: Run, moment: Moment, seconds: float, cancelled: Callable[[], bool] = lambda: False
    ) -> bool:
        while not (is_free.wait(0.01) or cancelled()):
            pass
        return reach(run, moment, seconds, cancelled)

    async with opened(TrainingConfig(images=20)) as program:
        await program.step(3)
        training, run = program.app.controller.training, program.trainer.run
        with patch("tui.worker.training.AT_ONCE", 0.0), patch.object(Run, "reach", held):
            program.send("b")
            await program.moment(lambda: training.is_evaluating)
            program.app.controller.loader._note_shortage(
                DeviceMemoryError("matrix", "A GPU"),
                run.here.engine._problem,  # type: ignore[attr-defined]
            )
            await program.moment(lambda: bool(training._requests.changes))
            is_free.set()
            await program.until(lambda: "matrix goes on" in program.words("commentary"))
        assert (program.snapshot.step, run.last_step) == (2, 3)


async def test_another_network_lacking_memory_changes_nothing() -> None:
    async with opened(TrainingConfig(images=20, engine="loops")) as program:
        here = program.trainer.run.here
        error = DeviceMemoryError("loops", "")
        other = program.trainer.run.here.copy().engine._problem  # type: ignore[attr-defined]
        program.app.controller.loader._note_shortage(error, other)
        await program.drawn()
        assert here.config.engine == "loops"
        assert "memory" not in program.words("commentary")


@pytest.mark.skipif(not gpu.is_installed(), reason="needs torch, the extra torch")
async def test_a_gpu_that_runs_out_of_memory_in_a_step_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    from core.engines.gpu import steps

    def run_out(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    gpu.load()
    async with opened(TrainingConfig(images=20, engine="gpu")) as program:
        await program.step(2)
        monkeypatch.setattr(steps, "carry_out", run_out)
        await program.step()
        await program.until(lambda: program.trainer.run.config.engine == "matrix")
        await program.drawn()
        assert "Engine gpu: not enough free memory on the CPU" in program.words("commentary")
        await program.step()
        assert program.snapshot.step == 4
        expected = Trainer(TrainingConfig(images=20)).run
        expected.run_for(math.inf, max_steps=4)
        found = program.trainer.run.here.network.parameters
        assert found == pytest.approx(expected.here.network.parameters, rel=1e-12)
