"""Evaluations that take until a test lets them end, however fast the machine is."""

import threading

import pytest

from core.arrays import IsCancelled
from core.engines.engine import Evaluation
from core.engines.loops import LoopsEngine
from core.engines.matrix import MatrixEngine
from core.images.images import Batch
from tui.worker import training


def hold_evaluations(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Have each evaluation wait in a thread until it is called off; return what lets it end."""
    monkeypatch.setattr(training, "LONG", 0.0)  # every evaluation in a thread
    may_end = threading.Event()
    _hold(monkeypatch, MatrixEngine, may_end)
    _hold(monkeypatch, LoopsEngine, may_end)
    return may_end


def _hold(
    monkeypatch: pytest.MonkeyPatch,
    kind: type[MatrixEngine] | type[LoopsEngine],
    may_end: threading.Event,
) -> None:
    evaluate = kind.evaluate

    def held(
        engine: MatrixEngine | LoopsEngine, batch: Batch, cancelled: IsCancelled | None = None
    ) -> Evaluation:
        while cancelled is not None and not cancelled() and not may_end.wait(0.001):
            pass
        return evaluate(engine, batch, cancelled)  # type: ignore[arg-type]  # each has its own

    monkeypatch.setattr(kind, "evaluate", held)
