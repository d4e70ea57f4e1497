"""The screen and the commands of napkin-net."""

import signal

PROGRAM = "napkin-net"
"""What the command is called."""


def endings() -> list[signal.Signals]:
    """Return the signals that end the program in good order; not every system has them all."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    return [signal.Signals[name] for name in names if hasattr(signal, name)]
