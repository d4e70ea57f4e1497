"""What the palette finds: every key's action by name, and what has no key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from inspect import iscoroutine
from typing import TYPE_CHECKING

from textual.binding import Binding

from core import SetSettings
from core.settings import PRESETS, SETTINGS, Choice, Setting
from tui.app import choosing, prompts
from tui.app.keys import COMMANDS, Group, key_names, name_of
from tui.panes.image import ImagePane
from tui.panes.network.network import NetworkPane
from tui.screens.palette import Entry, PaletteScreen

if TYPE_CHECKING:
    from tui.app.app import NapkinApp

_NOT_HERE = ("palette", "close", "next", "previous")
"""Keys that make no sense as commands."""
_OF_PANES = ("exact", "freeze", "reshape")
"""What can be done to the selected weight or pixel from anywhere."""


def entries(app: NapkinApp) -> list[Entry]:
    """Return what can be found by name, group by group.

    Parameters
    ----------
    app : NapkinApp
        What the commands act on.
    """
    groups = list(Group)
    return sorted(_all(app), key=lambda entry: groups.index(Group(entry.group)))


def find(app: NapkinApp, title: str, found: list[Entry]) -> None:
    """Let a person choose, and do it once the palette is gone: it may open a box."""

    async def carry_out(entry: Entry | None) -> None:
        done = None if entry is None else entry.do()
        if iscoroutine(done):
            await done

    app.push_screen(PaletteScreen(title, found, app.ink), carry_out)


def _all(app: NapkinApp) -> Iterator[Entry]:
    for command in COMMANDS.values():
        if command.sentence and command.id not in _NOT_HERE:
            yield Entry(
                command.group,
                name_of(command.sentence),
                partial(app.run_action, command.action),
                key_names(command.binding) if command.keys else "",
                command.sentence,
                command.also,
            )
    for pane, group, place in (
        (NetworkPane, Group.NETWORK, "network"),
        (ImagePane, Group.DATA, "selected image"),
    ):
        for binding in pane.BINDINGS:
            if not isinstance(binding, Binding) or not binding.tooltip:
                continue
            if binding.action.startswith(_OF_PANES):
                act = partial(app.run_action, binding.action, app.query_one(pane))
                about = f"{binding.tooltip} The key works on the {place}."
                yield Entry(group, name_of(binding.tooltip), act, key_names(binding), about)
    from core.files.exports import FORMS  # only once a command is looked for

    for form in FORMS.values():
        do = partial(prompts.ask_for_export, app, form.name)
        yield Entry(
            Group.FILES, f"Export as {form.name}", do, "", form.about, f"write {form.about}"
        )
    for setting in SETTINGS.values():
        yield from _of_setting(app, setting)
    for preset in PRESETS.values():
        begin = partial(choosing.open_preset, app.controller, preset)
        yield Entry(Group.SETTINGS, f"Open preset: {preset.title}", begin, "", preset.about)


def _of_setting(app: NapkinApp, setting: Setting) -> Iterator[Entry]:
    """Yield what sets a setting: one entry for each choice, or what opens the settings on it."""
    if isinstance(setting.takes, Choice) and setting.keeps_run:
        for choice in setting.takes.names:
            change = SetSettings(((setting.name, choice),))
            do = partial(app.controller.change_run, change)
            yield Entry(Group.SETTINGS, f"Set {setting.title} to {choice}", do, "", setting.about)
    else:
        ask = partial(prompts.ask_for_settings, app, setting.name)
        yield Entry(Group.SETTINGS, f"Set {setting.title}", ask, "", setting.about, setting.name)


def themes(app: NapkinApp) -> list[Entry]:
    """Return the themes that can be chosen, dark ones first."""

    def chosen(name: str) -> None:
        app.theme = name

    found = sorted(app.available_themes.values(), key=lambda theme: not theme.dark)
    return [
        Entry("dark" if theme.dark else "light", theme.name, partial(chosen, theme.name))
        for theme in found
    ]
