"""The gpu engine: the matrix engine's list of calls, on tensors of torch on an accelerator.

It needs the extra `torch`. Nothing here imports torch before the first engine is built, or `load`
is called: that takes a few seconds. Where there is no GPU with float64, torch computes on the CPU.
"""

import sys
from importlib import import_module
from importlib.util import find_spec

from core.engines.engine import Engine, Problem

__all__ = ["gpu_engine", "is_installed", "is_loaded", "load", "may_be_gpu", "place"]


def is_installed() -> bool:
    """Whether torch is installed, which computes."""
    return find_spec("torch") is not None


def may_be_gpu() -> bool:
    """Whether torch is installed and may find a GPU; it is not imported."""
    from core.engines.gpu import devices  # no start waits for it

    return devices.may_be_gpu()


def is_loaded() -> bool:
    """Whether an engine is built at once, without torch being imported."""
    return hasattr(sys.modules.get(f"{__name__}.engine"), "GpuEngine")


def load() -> None:
    """Import torch, and ask it for a GPU; once that is done, this does nothing.

    Raises
    ------
    ImportError
        If torch cannot be imported.
    """
    import_module("core.engines.gpu.engine")


def place() -> tuple[str, str]:
    """Return where torch computes; it is imported first.

    Returns
    -------
    name : str
        The GPU's; empty for the CPU.
    reason : str
        Why it is the CPU; empty for a GPU.
    """
    from core.engines.gpu.devices import device

    found = device()
    return (found.name, "") if found.is_gpu else ("", found.name)


def gpu_engine(problem: Problem) -> Engine:
    """Return the engine for a problem; torch is imported first."""
    from core.engines.gpu.engine import GpuEngine

    return GpuEngine(problem)
