"""The terminal's driver, made attentive and hard to break.

Textual reads the keys in a thread of its own. Telling the training there, and not only when the
event has made its way through the event loop, lets it stop within a few milliseconds.
"""

import asyncio
import signal
from collections.abc import Callable

from textual import events
from textual.driver import Driver
from textual.message import Message

from tui.terminal.reading import read_events

_INPUTS = (events.Key, events.MouseDown, events.MouseScrollUp, events.MouseScrollDown)
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the program, with the terminal put back in order."""


def attentive(
    driver: type[Driver], note: Callable[[], None], end_by: Callable[[signal.Signals], None]
) -> type[Driver]:
    """Return a driver that tells of every input, ends by signals, and survives what is no input.

    Parameters
    ----------
    driver : type
        The one that suits the terminal.
    note : callable
        Called from the driver's thread for every key, click and wheel turn.
    end_by : callable
        Called on the event loop for a signal that ends the program.
    """

    class AttentiveDriver(driver):  # type: ignore[valid-type, misc]
        def start_application_mode(self) -> None:
            # Before the terminal is changed, so that there is no moment without them.
            loop = asyncio.get_running_loop()
            for number in ENDINGS:
                loop.add_signal_handler(number, end_by, number)
            super().start_application_mode()

        def send_message(self, message: Message) -> None:
            if isinstance(message, _INPUTS):
                note()
            super().send_message(message)

        def run_input_thread(self) -> None:
            for event in read_events(self.fileno, self.exit_event):
                self.process_message(event)

        def _sigcont_application(self, *_: object) -> None:
            # Textual would set the terminal up a second time where it was only stopped.
            if self._must_signal_resume:
                super()._sigcont_application()

    return AttentiveDriver
