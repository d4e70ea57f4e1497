"""The command palette: every key's action by name, and what has no key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette

from core import Change, SetEngine, SetGradientMethod
from core.presets import PRESETS
from tui.drawing import ascii_only
from tui.keys import APP_BINDINGS, key_names
from tui.panes.shape_keys import SHAPE_KEYS

if TYPE_CHECKING:
    from tui.app import NapkinApp

_NOT_HERE = ("palette", "close", "next", "previous")
"""Keys that make no sense as commands."""

_SETTINGS: tuple[tuple[str, str, Change], ...] = (
    (
        "Gradient by backprop",
        "Carry the errors back: about two forward passes.",
        SetGradientMethod("backprop"),
    ),
    (
        "Gradient by nudging",
        "Try each weight a millionth higher: one forward pass for each.",
        SetGradientMethod("nudge"),
    ),
    ("Engine: matrix", "All images at once, in numpy.", SetEngine("matrix")),
    ("Engine: loops", "One multiply-add at a time, in plain Python.", SetEngine("loops")),
)


class Palette(CommandPalette):
    """Textual's palette, with keys that come faster than it can close left alone."""

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close, but only once."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def _action_command_list(self, action: str) -> None:
        """Move in the list of commands, once there is one."""
        if self.query_one(CommandList).option_count:
            super()._action_command_list(action)


def commands(app: NapkinApp) -> Iterator[SystemCommand]:
    """Give the commands that can be found by name.

    Parameters
    ----------
    app : NapkinApp
        What they act on.
    """
    for binding in APP_BINDINGS:
        if binding.tooltip and binding.id not in _NOT_HERE:
            title = binding.tooltip.split(";")[0].rstrip(".")
            words = f"key: {key_names(binding)}"
            if not app.ink.unicode:
                title, words = ascii_only(title), ascii_only(words)
            yield SystemCommand(title, words, _action(app, binding.action))
    for key in SHAPE_KEYS:
        title, words = key.tooltip.split(";")[0].rstrip("."), f"key: {key.key}, on the network"
        if not app.ink.unicode:
            title, words = ascii_only(title), ascii_only(words)
        yield SystemCommand(title, words, partial(app.reshape, key.reshape))
    for title, words, change in _SETTINGS:
        yield SystemCommand(title, words, partial(app.change_run, change))
    for preset in PRESETS.values():
        title, words = f"Ready-made run: {preset.title}", preset.lines[0]
        if not app.ink.unicode:
            words = ascii_only(words)
        yield SystemCommand(title, words, partial(app.open_preset, preset))
    yield SystemCommand("Theme", "Other colours, dark or light.", app.action_change_theme)


def _action(app: NapkinApp, action: str) -> Callable[[], None]:
    def carry_out() -> None:
        app.call_later(app.run_action, action)

    return carry_out
