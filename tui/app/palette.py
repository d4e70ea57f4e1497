"""The command palette: every key's action by name, and what has no key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.dom import DOMNode

from core import Change, SetSettings
from core.settings import PRESETS
from tui.app import choosing
from tui.app.keys import COMMANDS, key_names
from tui.panes.network.network import RESHAPING, NetworkPane
from tui.terminal.glyphs import ascii_only

if TYPE_CHECKING:
    from tui.app.app import NapkinApp

_NOT_HERE = ("palette", "close", "next", "previous")
"""Keys that make no sense as commands."""

_SETTINGS: tuple[tuple[str, str, Change], ...] = (
    (
        "Gradient by backprop",
        "The chain rule, backwards: about two forward passes.",
        SetSettings.of(gradient="backprop"),
    ),
    (
        "Gradient by finite differences",
        "Nudge each weight by 0.000001: one forward pass per weight.",
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
        "Each update is −rate × gradient.",
        SetSettings.of(optimizer="sgd"),
    ),
    (
        "Optimizer: momentum",
        "Part of each update continues in the next.",
        SetSettings.of(optimizer="momentum"),
    ),
    (
        "Optimizer: RMSProp",
        "Each gradient is divided by its RMS.",
        SetSettings.of(optimizer="rmsprop"),
    ),
    (
        "Optimizer: Adam",
        "The running mean of each gradient is divided by its RMS.",
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
    """Yield the commands that can be found by name.

    Parameters
    ----------
    app : NapkinApp
        What they act on.
    """

    def found(title: str, words: str, do: Callable[[], object]) -> SystemCommand:
        if not app.ink.unicode:
            title, words = ascii_only(title), ascii_only(words)
        return SystemCommand(title, words, do)

    for command in COMMANDS.values():
        if command.sentence and command.id not in _NOT_HERE:
            names = key_names(command.binding)
            yield found(_title(command.sentence), f"key: {names}", _action(app, command.action))
    network = app.query_one(NetworkPane)
    for binding in RESHAPING:
        words = f"key: {key_names(binding)}, on the network"
        yield found(_title(binding.tooltip), words, _action(app, binding.action, network))
    from core.files.exports import FORMS  # only once a command is looked for

    for form in FORMS.values():
        yield found(f"Export: {form.name}", form.about, _export(app, form.name))
    yield found("Export: svg", "a picture of the screen", _export(app, "svg"))
    for title, words, change in _SETTINGS:
        yield found(title, words, partial(app.controller.change_run, change))
    for preset in PRESETS.values():
        title = f"Preset: {preset.title}"
        do = partial(choosing.open_preset, app.controller, preset)
        yield found(title, preset.lines[0], do)
    yield found(
        "Save under another name", "Save this session in another file.", lambda: app.files.save_as()
    )
    yield found(
        "Delete recovered runs",
        "Autosaves of crashed sessions that nobody opened.",
        lambda: app.files.forget(),
    )
    yield found("Theme", "Choose other colours, dark or light.", app.action_change_theme)


def _title(sentence: str) -> str:
    """Return what the palette calls a key that does this."""
    return sentence.split(";")[0].rstrip(".")


def _export(app: NapkinApp, form: str) -> Callable[[], None]:
    def ask() -> None:
        from tui.files.exporting import ask_for_file

        # Once the palette is gone.
        unicode = app.ink.unicode
        app.call_after_refresh(ask_for_file, app, app.controller, form, unicode=unicode)

    return ask


def _action(app: NapkinApp, action: str, node: DOMNode | None = None) -> Callable[[], None]:
    def carry_out() -> None:
        app.call_later(app.run_action, action, node)

    return carry_out
