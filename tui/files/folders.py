"""Folders for what is kept from one start to the next: runs and preferences; the recent files."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from core.atomic import read_whole, replacing_bytes
from core.engines import ENGINES
from core.engines.compiled import is_kept, keep_in
from tui import PROGRAM

if TYPE_CHECKING:
    import tempfile

_NAME = "recent.json"
_MOST = 12
"""Recent sessions that are remembered."""
_MOST_BYTES = 2**17
_thrown_away: list["tempfile.TemporaryDirectory[str]"] = []


def state_folder() -> str:
    """Return the folder of what is worth keeping from one start to the next."""
    # With Textual, which wants it too: a start without a screen needs none of this.
    from platformdirs import user_state_dir

    return user_state_dir(PROGRAM)


def autosave_folder() -> str:
    """Return the folder of the runs that programs write while they run."""
    return os.path.join(state_folder(), "autosave")


def autosaves() -> list[str]:
    """Return the names of what is in it."""
    try:
        return os.listdir(autosave_folder())
    except OSError:
        return []


def config_folder() -> str:
    """Return the folder of what a person has chosen."""
    from platformdirs import user_config_dir

    return user_config_dir(PROGRAM)


def cache_folder() -> str:
    """Return the folder of what can be made again at any time."""
    from platformdirs import user_cache_dir

    return user_cache_dir(PROGRAM)


def default_engine() -> str:
    """Return the engine of a run for which nobody chose one: the fastest that is there at once."""
    if "compiled" not in ENGINES:
        return "matrix"
    folder = Path(cache_folder())
    keep_in(folder)
    return "compiled" if is_kept(folder) else "matrix"


def compiling_folder() -> str:
    """Return the folder to compile into: if nothing can be kept, one that ends with the program."""
    try:
        if os.access(made(cache_folder()), os.W_OK):
            return cache_folder()
    except OSError:
        pass
    import atexit
    import tempfile

    if not _thrown_away:
        _thrown_away.append(tempfile.TemporaryDirectory())
        atexit.register(_thrown_away[0].cleanup)
    return _thrown_away[0].name


def made(folder: str) -> str:
    """Make a private folder, if it is not there; return it."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return folder


def recent_sessions() -> list[str]:
    """Return the paths of those that are still there, the latest first."""
    return [path for path in _noted() if os.path.exists(path)]


def note_session(path: str) -> None:
    """Remember a session; that it cannot be remembered is no reason to stop anyone."""
    import json

    paths = [path, *(other for other in _noted() if other != path)]
    with suppress(OSError, ValueError):
        path = os.path.join(made(state_folder()), _NAME)
        with replacing_bytes(path) as file:  # never to a pipe, which would be waited for
            file.write(json.dumps(paths[:_MOST]).encode())


def _noted() -> list[str]:
    import json  # nobody waits for it who opens nothing

    try:
        paths = json.loads(read_whole(os.path.join(state_folder(), _NAME), _MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(paths, list):
        return []
    return [path for path in paths if isinstance(path, str) and "\0" not in path][:_MOST]
