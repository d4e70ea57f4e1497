"""Engines that take long to load: the run goes on with matrix, and the numbers are the same."""

import threading
from types import SimpleNamespace

import pytest

from core import TrainingConfig, engines
from core.engines import LoopsEngine, MatrixEngine
from tests.tui.program import opened


def slow(monkeypatch: pytest.MonkeyPatch, problem: str = "") -> threading.Event:
    """Make loops an engine that is loaded only once the event is set."""
    gate, loaded = threading.Event(), threading.Event()

    def load() -> None:
        gate.wait(60)
        if problem:
            raise ImportError(problem)
        loaded.set()

    module = SimpleNamespace(is_loaded=loaded.is_set, load=load)
    monkeypatch.setitem(engines._LOADABLE, "loops", module)
    return gate


async def test_until_an_engine_is_loaded_matrix_computes_in_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = slow(monkeypatch)
    async with opened(TrainingConfig(images=20, engine="loops")) as program:
        run = program.trainer.run
        assert isinstance(run.here.engine, MatrixEngine)
        assert "loading an engine" in program.text("header")
        await program.step(2)
        before = program.snapshot.loss
        gate.set()
        await program.until(lambda: isinstance(run.here.engine, LoopsEngine))
        await program.until(lambda: program.snapshot.loss is not None)
        assert program.snapshot.loss == pytest.approx(before, rel=1e-12)
        assert program.snapshot.step == 2
        assert "loading" not in program.text("header")
        assert "Engine loops is ready, and computes" in program.text("commentary")
        await program.step()
        assert program.snapshot.step == 3
    assert not engines.loading


async def test_an_engine_that_cannot_be_loaded_is_said_and_matrix_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = slow(monkeypatch, "numpy is too new")
    async with opened(TrainingConfig(images=20)) as program:
        await program.press("E")
        gate.set()
        await program.until(lambda: "cannot be loaded" in program.text("commentary"))
        assert "Engine loops cannot be loaded: numpy is too new." in program.text("commentary")
        await program.step()
        assert program.snapshot.step == 1
        assert isinstance(program.trainer.run.here.engine, MatrixEngine)
