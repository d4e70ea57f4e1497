"""The command palette: every key's action by name, and what has no key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette

from core import Change, SetSettings
from core.settings import PRESETS
from tui.app.keys import APP_BINDINGS, key_names
from tui.panes.network.shape_keys import SHAPE_KEYS
from tui.terminal.glyphs import ascii_only

if TYPE_CHECKING:
    from tui.app.app import NapkinApp

_NOT_HERE = ("palette", "close", "next", "previous")
"""Keys that make no sense as commands."""

_SETTINGS: tuple[tuple[str, str, Change], ...] = (
    (
        "Gradient by backprop",
        "Carry the errors back: about two forward passes.",
        SetSettings.of(gradient="backprop"),
    ),
    (
        "Gradient by nudging",
        "Try each weight a millionth higher: one forward pass for each.",
        SetSettings.of(gradient="nudge"),
    ),
    ("Engine: matrix", "All images at once, in numpy.", SetSettings.of(engine="matrix")),
    (
        "Engine: loops",
        "One multiply-add at a time, in plain Python.",
        SetSettings.of(engine="loops"),
    ),
    (
        "Optimizer: plain gradient descent",
        "Each step is −rate × gradient.",
        SetSettings.of(optimizer="sgd"),
    ),
    (
        "Optimizer: momentum",
        "Part of the last step goes on into the next.",
        SetSettings.of(optimizer="momentum"),
    ),
    (
        "Optimizer: RMSProp",
        "Each gradient is divided by its usual size.",
        SetSettings.of(optimizer="rmsprop"),
    ),
    (
        "Optimizer: Adam",
        "A mean of the gradients is divided by their usual size.",
        SetSettings.of(optimizer="adam"),
    ),
)


class Palette(CommandPalette):
    """Textual's palette, with keys that come faster than it can close left alone."""

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close, but only once."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def _action_command_list(self, action: str) -> None:
        """Move in the list of commands, once there is one and there is room for it."""
        shown = self.query_one(CommandList)
        has_room = shown.scrollable_content_region.area or not action.startswith("page")
        if shown.option_count and has_room:
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
    from core.files.exports import FORMS  # only once a command is looked for

    for form in FORMS.values():
        yield SystemCommand(f"Export: {form.name}", form.about, _export(app, form.name))
    yield SystemCommand("Export: svg", "a picture of the screen", _export(app, "svg"))
    for title, words, change in _SETTINGS:
        if not app.ink.unicode:
            words = ascii_only(words)
        yield SystemCommand(title, words, partial(app.change_run, change))
    for preset in PRESETS.values():
        title, words = f"Ready-made run (preset): {preset.title}", preset.lines[0]
        if not app.ink.unicode:
            words = ascii_only(words)
        yield SystemCommand(title, words, partial(app.open_preset, preset))
    yield SystemCommand("Save under another name", "In another file.", app.action_save_as)
    yield SystemCommand(
        "Forget the runs that were cut short",
        "Those that no good end was left for, and nobody opened.",
        app.action_forget_cut_short,
    )
    yield SystemCommand("Theme", "Other colours, dark or light.", app.action_change_theme)


def _export(app: NapkinApp, form: str) -> Callable[[], None]:
    def ask() -> None:
        from tui.files.exporting import ask_for_file

        # Once the palette is gone.
        app.call_after_refresh(ask_for_file, app, form)

    return ask


def _action(app: NapkinApp, action: str) -> Callable[[], None]:
    def carry_out() -> None:
        app.call_later(app.run_action, action)

    return carry_out
