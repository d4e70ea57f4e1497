"""What comes from the terminal, read in a thread of its own and turned into keys and reports."""

import codecs
import os
import select
from collections.abc import Iterable, Iterator
from threading import Event

from textual._xterm_parser import XTermParser
from textual.message import Message

_MOST = 4096
"""Bytes read at once."""
_PAUSE = 0.1
"""Seconds until it looks whether the program has ended, or an escape key was all that came."""


class PatientParser(XTermParser):
    """Takes the beginning of a sequence for keys only if the rest of it is not there.

    Textual's own does so once a tenth of a second has passed since the last byte, also if more is
    waiting. On a busy machine that turned the terminal's report of its size into typed digits, and
    the screen kept the size before.

    Parameters
    ----------
    descriptor : int
        The terminal that it reads from.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def tick(self) -> Iterable[Message]:
        """Yield the keys that the beginning of a sequence turns out to be."""
        if not _is_readable(self._descriptor):
            yield from super().tick()


def read_events(descriptor: int, ended: Event) -> Iterator[Message]:
    """Yield what is typed, clicked and reported, until the program has ended.

    Bytes that are not UTF-8 are left out. So is the rest of what was read with a sequence that the
    parser cannot take, such as the code of a key that is not a character.
    """
    parser = PatientParser(descriptor)
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    while not ended.is_set():
        read = b""
        if _is_readable(descriptor, _PAUSE):
            read = os.read(descriptor, _MOST)
            if not read:  # nothing will come any more, which can be read at once
                ended.wait(_PAUSE)
        try:
            if text := decoder.decode(read):  # no text at all would end the parser
                yield from parser.feed(text)
            yield from parser.tick()
        except (ValueError, OverflowError):
            parser = PatientParser(descriptor)


def _is_readable(descriptor: int, seconds: float = 0.0) -> bool:
    """Whether something can be read, within some seconds."""
    return bool(select.select([descriptor], [], [], seconds)[0])
