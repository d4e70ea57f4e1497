"""The compiled engine: steps of small networks in single calls of machine code, made by numba.

It needs the extra `fast`. Nothing here imports numba before the first engine is built: that takes
half a second, and compiling some twenty the first time. What was compiled is kept in a folder:
``python -m core.engines.compiled FOLDER`` fills it, and `load` reads it from there.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from core.engines.engine import Engine, Problem

__all__ = [
    "compile_into",
    "compiled_engine",
    "folder_within",
    "is_installed",
    "is_kept",
    "is_loaded",
    "keep_in",
    "kept_in",
    "load",
]

_COMPLETE = "complete"
"""The file that says so."""
_LOCK = "lock"
"""The file that whoever compiles holds a lock on."""
_default: list[Path] = []
"""Where compiled code is kept, where nobody names another folder."""
_lock = Lock()
"""Held while it is loaded: several threads may build their first engine at once."""
_loaded: list[Path] = []
"""Where the compiled code is kept, once it is loaded."""


def is_installed() -> bool:
    """Whether numba is installed, which compiles it."""
    return find_spec("numba") is not None


def is_loaded() -> bool:
    """Whether an engine is built at once, without anything being compiled or read."""
    return bool(_loaded)


def folder_within(folder: Path) -> Path:
    """Return the folder within another that holds what is compiled from this very source here.

    numba knows by itself for which processor and by which of its versions something was compiled,
    but not that a function has changed which another one calls; and nobody could foresee whether it
    would have to compile. It compiles again for source in another place, or of another time, as of
    a new installation, even if that is the same.
    """
    # Here, as they take a while to import and few starts need them.
    import hashlib
    import platform
    from importlib.metadata import version

    numba = version("numba") if is_installed() else ""
    place = Path(__file__).parent
    here = numba, platform.python_version(), platform.machine(), platform.node(), str(place)
    source = hashlib.sha256(repr(here).encode())
    for path in sorted(place.glob("*.py")):
        source.update(repr(path.stat().st_mtime).encode() + path.read_bytes())
    return folder / f"compiled-{source.hexdigest()[:16]}"


def keep_in(folder: Path) -> None:
    """Set the folder that engines are loaded from, where nobody names another."""
    _default[:] = [folder]


def kept_in() -> Path | None:
    """Return the folder that `keep_in` has set, for processes that are to use it as well."""
    return _default[0] if _default else None


def is_kept(folder: Path) -> bool:
    """Whether a folder holds all that is compiled, so that loading it takes about a second."""
    return (folder_within(folder) / _COMPLETE).exists()


def compile_into(folder: Path) -> None:
    """Compile what a folder does not hold, and load it; afterwards it is kept there.

    Raises
    ------
    ImportError
        If numba cannot be imported.
    OSError
        If the folder cannot be written.
    """
    folder_within(folder).mkdir(parents=True, exist_ok=True)
    load(folder)
    if _loaded == [folder]:
        (folder_within(folder) / _COMPLETE).touch()


def load(folder: Path | None = None) -> None:
    """Compile what is not kept, and load it; once that is done, this does nothing.

    Parameters
    ----------
    folder : Path, optional
        Where it is kept; made if it is not there. Without, that of `keep_in`; else numba decides:
        in the folder that ``NUMBA_CACHE_DIR`` names, or beside the source. Where nothing can be
        written, it is compiled at each start.

    Raises
    ------
    ImportError
        If numba cannot be imported, as where this numpy is too new for it.
    """
    with _lock:
        if _loaded:
            return
        from numba import config

        if folder is None and _default:
            folder = _default[0]
        if folder is None:
            named = config.CACHE_DIR
            folder = Path(named) if named else Path(__file__).parent / "__pycache__"
        before, config.CACHE_DIR = config.CACHE_DIR, str(folder_within(folder))
        try:
            with _alone(folder_within(folder)):
                import_module("core.engines.compiled.engine")  # which compiles, or reads
        finally:
            config.CACHE_DIR = before
        _loaded.append(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let others wait who would compile the same at the same time, as processes of a sweep would.

    Where what is compiled is complete, or nothing can be written, nobody waits.
    """
    import fcntl

    with ExitStack() as stack:
        if not (folder / _COMPLETE).exists():
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                lock = stack.enter_context((folder / _LOCK).open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
        yield


def compiled_engine(problem: Problem) -> Engine:
    """Return the engine for a problem; what it is made of is loaded first, or compiled."""
    load()
    from core.engines.compiled.engine import engine_for

    return engine_for(problem)
