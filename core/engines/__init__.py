"""Engines, which compute a training step: one protocol, one file per engine.

`matrix` computes with numpy, `loops` in plain Python, one multiply-add at a time; both give the
same numbers. A further engine is one more file and one more entry in `ENGINES`.
"""

from collections.abc import Callable

from core.engines.engine import NUDGE, Engine, Evaluation, Problem
from core.engines.loops import LoopsEngine
from core.engines.matrix import MatrixEngine

__all__ = [
    "ENGINES",
    "NUDGE",
    "Engine",
    "Evaluation",
    "LoopsEngine",
    "MatrixEngine",
    "Problem",
]

ENGINES: dict[str, Callable[[Problem], Engine]] = {"matrix": MatrixEngine, "loops": LoopsEngine}
"""Every engine, by name."""
