"""Every binding: its keys are keys, its action is one of its node's, and its words are words."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

from textual.actions import parse
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys, _character_to_key

import tui
from tui.app.app import NapkinApp
from tui.app.keys import COMMANDS
from tui.panes.data.data import DataPane
from tui.panes.pane import Pane
from tui.screens.settings.settings import SettingsScreen

MARKS = {_character_to_key(chr(code)) for code in range(33, 127)} | {"minus_sign"}
KEYS = {key.value for key in Keys} | MARKS


def nodes() -> Iterator[type[DOMNode]]:
    """Find the classes of ours that bind keys."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[DOMNode]] = [DOMNode]
    for node in found:
        found += node.__subclasses__()
        if node.__module__.startswith("tui.") and "BINDINGS" in vars(node):
            yield node


def bindings() -> Iterator[tuple[type[DOMNode], Binding]]:
    """Find every binding of ours, with its class."""
    for node in dict.fromkeys(nodes()):
        for binding in node.BINDINGS:
            if isinstance(binding, Binding):
                yield node, binding


def test_a_binding_binds_keys_to_an_action_that_there_is() -> None:
    owners: set[type[DOMNode]] = set()
    for node, binding in bindings():
        owners.add(node)
        for key in binding.key.split(","):
            *held, name = key.split("+")
            assert name in KEYS, (node, key)
            assert {*held} <= {"ctrl", "shift"}, (node, key)
        space, name, values = parse(binding.action)
        owner = NapkinApp if space == "app" else node
        action = getattr(owner, f"action_{name}", None) or getattr(owner, f"_action_{name}")
        inspect.signature(action).bind(None, *values)
        assert binding.description or not binding.show, (node, binding)
        if binding.show and issubclass(node, Pane):
            # The footer writes a key as it is named, or as it is told to be written.
            assert binding.key_display or "," not in binding.key, (node, binding)
        assert len(binding.description) <= 16, (node, binding)
        assert not binding.description.endswith((".", ")")), (node, binding)
        assert not binding.tooltip or binding.tooltip.endswith("."), (node, binding)
    assert {NapkinApp, DataPane, SettingsScreen} <= owners


def test_a_command_has_a_word_for_the_footer_and_a_sentence_for_the_help() -> None:
    for name, command in COMMANDS.items():
        assert command.id == name
        assert 0 < len(command.word) <= 16, name
        assert not command.word.endswith("."), name
        assert not command.sentence or command.sentence.endswith("."), name
        assert callable(command.do), name
