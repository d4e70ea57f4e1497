"""The terminal's driver, which also tells when a person does something.

Textual reads the keys in a thread of its own. Telling the training there, and not only when the
event has made its way through the event loop, lets it stop within a few milliseconds.
"""

from collections.abc import Callable

from textual import events
from textual.driver import Driver
from textual.message import Message

_INPUTS = (events.Key, events.MouseDown, events.MouseScrollUp, events.MouseScrollDown)


def attentive(driver: type[Driver], note: Callable[[], None]) -> type[Driver]:
    """Give a driver that calls `note`, from its thread, for every key, click and wheel turn."""

    class AttentiveDriver(driver):  # type: ignore[valid-type, misc]
        def send_message(self, message: Message) -> None:
            if isinstance(message, _INPUTS):
                note()
            super().send_message(message)

    return AttentiveDriver
