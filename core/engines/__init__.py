"""Engines, which compute a training step: one protocol, one file or folder per engine.

`matrix` computes with numpy, and `loops` in plain Python, one multiply-add at a time. `compiled`
computes in machine code, where numba is installed, and `gpu` on a GPU, where torch is. All give the
same numbers. A further engine is one more file and one more entry in `ENGINES`.
"""

from collections.abc import Callable
from types import ModuleType

from core.engines import compiled, gpu
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
    "engine_for",
    "load",
    "loadable",
    "loading",
    "missing",
]

EXTRAS: dict[str, str] = {"compiled": "fast", "gpu": "torch"}
"""The extra that an engine needs, by name; where it is not installed the engine is not there."""

ENGINES: dict[str, Callable[[Problem], Engine]] = {"matrix": MatrixEngine, "loops": LoopsEngine}
"""Every engine that can compute here, by name."""
if compiled.is_installed():
    ENGINES["compiled"] = compiled.compiled_engine
if gpu.is_installed():
    ENGINES["gpu"] = gpu.gpu_engine

_LOADABLE: dict[str, ModuleType] = {"compiled": compiled, "gpu": gpu}
loading: set[str] = set()
"""Engines that are to be loaded beside what goes on: until then, matrix computes in their place."""


def loadable() -> set[str]:
    """Return the names of the engines that take a second or more to be loaded, and are not yet."""
    return {
        name for name, module in _LOADABLE.items() if name in ENGINES and not module.is_loaded()
    }


def load(name: str) -> None:
    """Load an engine that takes a second or more.

    Raises
    ------
    ImportError
        If what it needs cannot be imported.
    """
    _LOADABLE[name].load()


def engine_for(name: str, problem: Problem) -> Engine:
    """Build an engine; it is loaded first, if it is not one of `loading`."""
    return ENGINES["matrix" if name in loading else name](problem)


def missing(name: str) -> str:
    """Return the command that installs what an engine needs; nothing if the engine computes here,
    or if there is none of that name."""
    if name in ENGINES or name not in EXTRAS:
        return ""
    return f"pip install 'napkin-net[{EXTRAS[name]}]'"
