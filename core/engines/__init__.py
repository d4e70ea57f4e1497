"""How loss and gradient get computed: one protocol, one file an engine."""

from collections.abc import Callable

from core.engines.engine import Engine, Problem
from core.engines.loops import LoopsEngine
from core.engines.matrix import MatrixEngine

ENGINES: dict[str, Callable[[Problem], Engine]] = {"matrix": MatrixEngine, "loops": LoopsEngine}
"""Every engine, by name."""
