"""The terminal's driver, made attentive and hard to break.

Textual reads the keys in a thread of its own. Telling the training there, and not only when the
event has made its way through the event loop, lets it stop within a few milliseconds.
"""

import asyncio
import signal
import termios
from collections.abc import Callable
from contextlib import suppress

from textual import events
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message

from tui import endings
from tui.terminal import jobs
from tui.terminal.keyboard import as_typed
from tui.terminal.reading import read_events

_INPUTS = (events.Key, events.MouseDown, events.MouseScrollUp, events.MouseScrollDown)

_MODES = "\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[?2004h\x1b[?7l"
"""The second screen with no cursor; the focus and pastes are told; a row does not go on."""


def attentive(
    driver: type[Driver],
    note: Callable[[], None],
    end_by: Callable[[signal.Signals], None],
    refuse_stop: Callable[[], None],
) -> type[Driver]:
    """Return a driver that tells of every input, obeys signals, and survives what is no input.

    Parameters
    ----------
    driver : type
        The one that suits the terminal.
    note : callable
        Called from the driver's thread for every key, click and wheel turn.
    end_by : callable
        Called on the event loop for a signal that ends the program.
    refuse_stop : callable
        Called on the event loop for ctrl+z, if no shell could continue the program.
    """

    class AttentiveDriver(driver):  # type: ignore[valid-type, misc]
        def start_application_mode(self) -> None:
            # Started behind the shell, it waits; Textual's own handler would start it twice then.
            signal.signal(signal.SIGCONT, signal.SIG_DFL)
            jobs.wait_for_terminal(self.fileno)
            # Before the terminal is changed, so that there is no moment without them. All come
            # through the event loop: none in the middle of a frame.
            loop = asyncio.get_running_loop()
            for number in endings():
                loop.add_signal_handler(number, end_by, number)
            loop.add_signal_handler(signal.SIGTSTP, self._stop)
            loop.add_signal_handler(signal.SIGCONT, self._come_back)
            super().start_application_mode()
            # Textual's own handler may be interrupted by itself: then an old size is told last.
            loop.add_signal_handler(signal.SIGWINCH, self._tell_size)
            with suppress(termios.error):
                self._settings = termios.tcgetattr(self.fileno)

        def stop_application_mode(self) -> None:
            for number in (signal.SIGTSTP, signal.SIGCONT):
                self._loop.remove_signal_handler(number)
            super().stop_application_mode()

        def process_message(self, message: Message) -> None:
            super().process_message(
                as_typed(message) if isinstance(message, events.Key) else message
            )

        def send_message(self, message: Message) -> None:
            if isinstance(message, _INPUTS):
                note()
            super().send_message(message)

        def run_input_thread(self) -> None:
            for event in read_events(self.fileno, self.exit_event):
                self.process_message(event)

        def _tell_size(self) -> None:
            """Tell of the size that the terminal has now, unless it tells so itself."""
            if not self._in_band_window_resize:
                size = Size(*self._get_terminal_size())
                self._app.post_message(events.Resize(size, size))

        def _stop(self) -> None:
            """Stop until the shell continues the program, with the terminal in order meanwhile."""
            if not jobs.can_be_continued():
                refuse_stop()
                return
            self.suspend_application_mode()
            jobs.stop()
            self.resume_application_mode()
            self._app.refresh(layout=True)

        def _come_back(self) -> None:
            """Set the terminal up again: stopped by a signal, the program could not put it back.

            Nothing that was typed since is lost, unlike where the driver starts anew.
            """
            jobs.wait_for_terminal(self.fileno)
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._settings)
            self.write(_MODES)
            self._enable_mouse_support()
            self._app.refresh(layout=True)

    return AttentiveDriver
