"""Signals that end a training with no screen, as a question that the training asks."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Interruptions:
    """Whether ctrl+c was pressed, or the program was told to end some other way."""

    def __init__(self) -> None:
        self.by = 0
        """The signal's number; 0: none has come."""

    def __call__(self) -> bool:
        """Tell whether to stop."""
        return self.by != 0

    def note(self, number: int, _: object) -> None:
        """Remember that it came."""
        self.by = number


@contextmanager
def interruptions() -> Iterator[Interruptions]:
    """Turn ctrl+c and the like into a question that the training asks: nothing is lost."""
    seen = Interruptions()
    before = {
        number: signal.signal(number, seen.note)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
