"""Engines, which compute a training step: one protocol, one file or folder per engine.

`matrix` computes with numpy, `loops` in plain Python, one multiply-add at a time, and `compiled` in
machine code, where numba is installed. All give the same numbers. A further engine is one more file
and one more entry in `ENGINES`.
"""

from collections.abc import Callable

from core.engines.compiled import compiled_engine, is_installed
from core.engines.engine import NUDGE, Engine, Evaluation, Problem
from core.engines.loops import LoopsEngine
from core.engines.matrix import MatrixEngine

__all__ = [
    "ENGINES",
    "EXTRAS",
    "NUDGE",
    "Engine",
    "Evaluation",
    "LoopsEngine",
    "MatrixEngine",
    "Problem",
]

EXTRAS: dict[str, str] = {"compiled": "fast"}
"""The extra that an engine needs, by name; where it is not installed the engine is not there."""

ENGINES: dict[str, Callable[[Problem], Engine]] = {"matrix": MatrixEngine, "loops": LoopsEngine}
"""Every engine that can compute here, by name."""
if is_installed():
    ENGINES["compiled"] = compiled_engine
