"""The gpu engine: the matrix engine's list of calls, on tensors of torch on an accelerator.

It needs the extra `torch`. Nothing here imports torch before the first engine is built, or `load`
is called: that takes a few seconds. Where there is no GPU with float64, torch computes on the CPU.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from core.engines.engine import Engine, Problem
from core.errors import DeviceMemoryError

__all__ = ["fall_back", "gpu_engine", "is_installed", "is_loaded", "load", "may_be_gpu", "place"]


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
    from core.engines.gpu.devices import device

    device()


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


_listeners: list[Callable[[DeviceMemoryError, Problem], None]] = []


def fall_back(on_shortage: Callable[[DeviceMemoryError, Problem], None] | None) -> None:
    """Have the matrix engine go on wherever the device has too little memory from now on.

    Parameters
    ----------
    on_shortage : callable, optional
        Told of it, with the problem that the engine was built for; perhaps from a thread. None: the
        error is raised, as it is if nobody asks for anything else.
    """
    _listeners[:] = [] if on_shortage is None else [on_shortage]


def gpu_engine(problem: Problem) -> Engine:
    """Return the engine for a problem; torch is imported first.

    Raises
    ------
    DeviceMemoryError
        If the device has too little memory, unless `fall_back` was asked for; each call of the
        engine may raise it as well.
    """
    from core.engines.gpu.engine import GpuEngine
    from core.engines.gpu.fallback import GpuOrMatrix

    return GpuOrMatrix(problem, GpuEngine, _listeners[0]) if _listeners else GpuEngine(problem)
