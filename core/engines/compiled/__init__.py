"""The compiled engine: steps of small networks in single calls of machine code, made by numba.

It needs the extra `fast`. Nothing here imports numba before the first engine is built: that takes
half a second, and compiling some twenty the first time. What was compiled is kept in a folder:
``python -m core.engines.compiled FOLDER`` fills it, and `load` reads it from there.
"""

import hashlib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from core.engines.compiled.sizes import TILE, VECTOR, WIDEST
from core.engines.engine import Engine, Problem

__all__ = [
    "TILE",
    "VECTOR",
    "WIDEST",
    "compiled_engine",
    "folder_within",
    "is_installed",
    "is_loaded",
    "load",
]


_loaded: list[Path | None] = []
"""Where the compiled code is kept, once it is loaded."""


def is_installed() -> bool:
    """Whether numba is installed, which compiles it."""
    return find_spec("numba") is not None


def is_loaded() -> bool:
    """Whether an engine is built at once, without anything being compiled or read."""
    return bool(_loaded)


def folder_within(folder: Path) -> Path:
    """Return the folder within another that holds what is compiled from this very source.

    numba knows by itself for which processor and by which of its versions something was compiled,
    but not that a function has changed which another one calls.
    """
    source = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        source.update(path.read_bytes())
    return folder / f"compiled-{source.hexdigest()[:16]}"


def load(folder: Path | None = None) -> None:
    """Compile what is not kept, and load it; once that is done, this does nothing.

    Parameters
    ----------
    folder : Path, optional
        Where it is kept; made if it is not there. Without, numba decides: in the folder that
        ``NUMBA_CACHE_DIR`` names, or beside the source. Where nothing can be written, it is
        compiled at each start.

    Raises
    ------
    ImportError
        If numba cannot be imported, as where this numpy is too new for it.
    """
    if _loaded:
        return
    from numba import config

    if folder is None:
        named = config.CACHE_DIR
        folder = Path(named) if named else Path(__file__).parent / "__pycache__"
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder_within(folder))
    try:
        import_module("core.engines.compiled.engine")  # which compiles, or reads
    finally:
        config.CACHE_DIR = before
    _loaded.append(folder)


def compiled_engine(problem: Problem) -> Engine:
    """Return the engine for a problem; what it is made of is loaded first, or compiled."""
    load()
    from core.engines.compiled.engine import engine_for

    return engine_for(problem)
