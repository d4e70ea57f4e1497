"""The order of keys is the order of their effects, whichever way each takes through the app.

A key goes to the focused pane and from there up to the app, where its action is looked up. A pane's
action asks for a change with a message, and the app's own actions take effect at once: so in a
burst of keys, as a paste or a busy moment makes it, a later key could be carried out first.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.actions import ActionParseResult
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message

from core import Change
from core.reshaping import Reshape
from tui.panes.pane import Requested
from tui.view import Look

_GATHERS = ("step", "app.step")
"""What may be asked for many times and then done in one go."""


class OrderedApp(App[None]):
    """An app that does what keys ask for in their order."""

    def carry_out(self, change: Change | Look | Reshape) -> None:
        """Do what a pane asks for; for the app with the run to do."""

    async def catch_up(self) -> None:
        """Let what was asked for be done; for the app with the run to do."""

    def post_message(self, message: Message) -> bool:
        """Put what a pane asks for before all that waits already: keys pressed later, above all."""
        if isinstance(message, Requested):
            self.call_next(self.carry_out, message.change)
            return True
        return super().post_message(message)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key does, on what the keys before it have led to."""
        if action not in _GATHERS:
            await self.catch_up()
        return await super().run_action(action, default_namespace, namespaces)
