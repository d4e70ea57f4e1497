"""What a person prefers, remembered from one start to the next: theme and the loss's scale."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TypeAlias

from textual.app import App
from textual.timer import Timer

from core.atomic import read_whole, replacing_bytes
from core.structs import Struct
from tui.files.folders import config_folder, made

_NAME = "settings.json"
_MOST_BYTES = 2**16
_SOON = 1.0
"""Seconds until a change is remembered: another may follow."""
Preference: TypeAlias = str | bool


class Remembered(Struct):
    """What was preferred; None: nothing was chosen."""

    theme: str | None = None
    """The colours."""
    log_scale: bool | None = None
    """Whether the loss is drawn on a logarithmic scale."""


class Preferences:
    """What is remembered, and what is to be.

    Parameters
    ----------
    app : App
        Whose theme it is, and whose timer waits.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self.remembered, self.problem = read_preferences()
        self._changed: dict[str, Preference] = {}
        self._timer: Timer | None = None
        self._theme = ""

    def begin(self) -> None:
        """Follow the choice of the theme from now on."""
        self._theme = self._app.theme
        self._app.theme_changed_signal.subscribe(self._app, lambda _: self._follow_theme())

    def _follow_theme(self) -> None:
        if self._app.theme != self._theme:
            self._theme = self._app.theme
            self.note("theme", self._theme)

    def note(self, name: str, value: Preference) -> None:
        """Save a preference soon."""
        self._changed[name] = value
        if self._timer is None:
            self._timer = self._app.set_timer(_SOON, self._remember)

    async def _remember(self) -> None:
        self._timer = None
        changed, self._changed = self._changed, {}
        await asyncio.to_thread(remember, changed)

    def finish(self) -> None:
        """After the end, remember what was changed last."""
        if self._changed:
            remember(self._changed)


def read_preferences() -> tuple[Remembered, str]:
    """Return what is remembered; a file that cannot be understood is set aside, with a word."""
    path = os.path.join(config_folder(), _NAME)
    try:
        return _remembered_of(_read(path)), ""
    except (ValueError, RecursionError):
        aside = f"{path}.broken"
        with suppress(OSError):
            os.replace(path, aside)
        from tui.files.words import name_of

        return Remembered(), f"Preferences were unreadable; the file is now {name_of(aside, 31)}."
    except OSError:  # there is none, as a rule
        return Remembered(), ""


def remember(changed: Mapping[str, Preference]) -> None:
    """Remember what was changed; what another program has changed meanwhile stays."""
    folder = config_folder()
    try:
        known = _read(os.path.join(folder, _NAME))
    except (OSError, ValueError, RecursionError):
        known = {}
    import json

    # That it cannot be remembered is no reason to stop anyone.
    with suppress(OSError), replacing_bytes(os.path.join(made(folder), _NAME)) as file:
        file.write(json.dumps({**known, **changed}, indent=2).encode())


def _read(path: str) -> dict[str, object]:
    content = read_whole(path, _MOST_BYTES)
    import json  # nobody who remembers nothing waits for it

    known = json.loads(content)
    if not isinstance(known, dict):
        raise ValueError("not an object")
    return known


def _remembered_of(known: Mapping[str, object]) -> Remembered:
    """Return what is known; raises `ValueError` where it is of another kind.

    What another version remembers, such as a speed, is left as it is.
    """
    theme, log_scale = known.get("theme"), known.get("log_scale")
    if theme is not None and not isinstance(theme, str):
        raise ValueError("theme")
    if log_scale is not None and not isinstance(log_scale, bool):
        raise ValueError("log_scale")
    return Remembered(theme, log_scale)
