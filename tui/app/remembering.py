"""An app that remembers what a person likes."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.timer import Timer

from core import TrainingConfig
from tui.files.filing import FileApp
from tui.files.preferences import Liked, read_taste, remember
from tui.view.view import Pace, View

if TYPE_CHECKING:
    from tui.files.session_files import Opened

_SOON = 1.0
"""Seconds until a change is remembered: another may follow."""


class TasteApp(FileApp):
    """An app whose theme, speed and scale are as they were chosen last.

    Parameters
    ----------
    config : TrainingConfig
        The run that it opens on.
    plain : bool
        Whether the terminal's own colours are to be used.
    opened : Opened, optional
        A run from a file, to open on instead.
    """

    def __init__(
        self, config: TrainingConfig, *, plain: bool, opened: "Opened | None" = None
    ) -> None:
        super().__init__(config, plain=plain, opened=opened)
        self._taste, self._set_aside = read_taste()
        self._liked: dict[str, Liked] = {}
        self._liked_timer: Timer | None = None
        self._theme_seen = ""

    def take_taste(self, *, with_theme: bool) -> None:
        """Look and go as it was chosen last; the theme only where there are colours for it."""
        taste = self._taste
        if taste.speed is not None:
            self.training.set_pace(Pace(False, taste.speed))
            self.set_reactive(TasteApp.pace, self.training.pace)
        if taste.log_scale is not None:
            view = replace(self.view, log_scale=taste.log_scale)
            self.set_reactive(TasteApp.view, view)
        if with_theme and taste.theme in self.available_themes:
            self.theme = taste.theme

    def on_mount(self) -> None:
        """See what is changed from now on."""
        self._theme_seen = self.theme
        self.theme_changed_signal.subscribe(self, lambda _: self._follow_theme())
        if self._set_aside:
            self.say((self.remark[0], self._set_aside))

    def _follow_theme(self) -> None:
        if self.theme != self._theme_seen:
            self._theme_seen = self.theme
            self._like("theme", self.theme)

    def watch_pace(self, before: Pace, now: Pace) -> None:
        """Remember the speed."""
        if before.speed != now.speed:
            self._like("speed", now.speed)

    def watch_view(self, before: View, now: View) -> None:
        """Remember the scale."""
        if before.log_scale != now.log_scale:
            self._like("log_scale", now.log_scale)

    def _like(self, name: str, value: Liked) -> None:
        self._liked[name] = value
        if self._liked_timer is None:
            self._liked_timer = self.set_timer(_SOON, self._remember)

    async def _remember(self) -> None:
        self._liked_timer = None
        liked, self._liked = self._liked, {}
        await asyncio.to_thread(remember, liked)

    def wind_up(self, *, clean: bool) -> None:
        """After the end, remember what was changed last."""
        super().wind_up(clean=clean)
        if self._liked:
            remember(self._liked)
