"""What a person likes, remembered from one start to the next: theme, speed, the loss's scale."""

import math
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from core.files import read_whole, replacing
from tui.files.folders import config_folder, made
from tui.view.view import SPEEDS

_NAME = "settings.json"
_MOST_BYTES = 2**16
_MAXIMUM = "max"
"""The highest speed, which is no number in JSON."""
Liked: TypeAlias = str | float | bool


@dataclass(frozen=True)
class Taste:
    """What was liked; None: nothing was chosen."""

    theme: str | None = None
    """The colours."""
    speed: float | None = None
    """Steps a second."""
    log_scale: bool | None = None
    """Whether the loss is drawn on a logarithmic scale."""


def read_taste() -> tuple[Taste, str]:
    """Give what is remembered; a file that cannot be understood is set aside, with a word."""
    path = os.path.join(config_folder(), _NAME)
    try:
        return _taste_of(_read(path)), ""
    except (ValueError, RecursionError):
        aside = f"{path}.broken"
        with suppress(OSError):
            os.replace(path, aside)
        from tui.files.words import name_of

        return Taste(), f"What you like was not readable; it is now in {name_of(aside, 31)}."
    except OSError:  # there is none, as a rule
        return Taste(), ""


def remember(liked: Mapping[str, Liked]) -> None:
    """Remember what was changed; what another program has changed meanwhile stays."""
    folder = config_folder()
    try:
        known = _read(os.path.join(folder, _NAME))
    except (OSError, ValueError, RecursionError):
        known = {}
    import json

    # That it cannot be remembered is no reason to stop anyone.
    with suppress(OSError), replacing(os.path.join(made(folder), _NAME)) as file:
        written = {name: _MAXIMUM if value == math.inf else value for name, value in liked.items()}
        json.dump({**known, **written}, file, indent=2)


def _read(path: str) -> dict[str, object]:
    content = read_whole(path, _MOST_BYTES)
    import json  # nobody who remembers nothing waits for it

    known = json.loads(content)
    if not isinstance(known, dict):
        raise ValueError("no object")
    return known


def _taste_of(known: Mapping[str, object]) -> Taste:
    """Take what is known; raises `ValueError` where it is of another kind."""
    theme, speed, log_scale = (known.get(name) for name in ("theme", "speed", "log_scale"))
    if theme is not None and not isinstance(theme, str):
        raise ValueError("theme")
    if log_scale is not None and not isinstance(log_scale, bool):
        raise ValueError("log_scale")
    if speed == _MAXIMUM:
        speed = math.inf
    if speed is not None and (isinstance(speed, bool) or not isinstance(speed, int | float)):
        raise ValueError("speed")
    return Taste(theme, speed if speed in SPEEDS else None, log_scale)
