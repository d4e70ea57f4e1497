"""The sessions that were saved or opened lately."""

import json
import os
from contextlib import suppress

from core.files.atomic import read_whole, replacing
from tui.files.folders import made, state_folder

_NAME = "recent.json"
_MOST = 12
_MOST_BYTES = 2**17


def recent_sessions() -> list[str]:
    """Give the paths of those that are still there, the latest first."""
    return [path for path in _noted() if os.path.exists(path)]


def note_session(path: str) -> None:
    """Remember a session; that it cannot be remembered is no reason to stop anyone."""
    paths = [path, *(other for other in _noted() if other != path)]
    with suppress(OSError, ValueError):
        path = os.path.join(made(state_folder()), _NAME)
        with replacing(path) as file:
            json.dump(paths[:_MOST], file)


def _noted() -> list[str]:
    try:
        paths = json.loads(read_whole(os.path.join(state_folder(), _NAME), _MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(paths, list):
        return []
    return [path for path in paths if isinstance(path, str) and "\0" not in path][:_MOST]
