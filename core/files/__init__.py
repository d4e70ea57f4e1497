"""Sessions on disk: written as a whole or not at all, and checked when read.

A session file holds a run and the run beside it. Whatever is wrong with a file is said with its
place. What is exported for others is in `core.files.exports`.
"""

from core.files.json_text import MOST_BYTES
from core.files.reading import read_session
from core.files.session import CHECKPOINTS, Session, session_of, written

__all__ = [
    "CHECKPOINTS",
    "MOST_BYTES",
    "Session",
    "read_session",
    "session_of",
    "written",
]
