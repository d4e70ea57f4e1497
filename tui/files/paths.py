"""Paths as a person types them: what is meant, and what could come next."""

import os
from contextlib import suppress
from itertools import islice

from tui.files.session_files import SUFFIX

_SUFFIXES = (SUFFIX, ".json")
_SCANNED = 5_000
"""Entries of a folder that are looked at."""
_SHOWN = 200
"""Entries that are offered."""


def meant(text: str) -> str:
    """Give the whole path that a text stands for."""
    return os.path.abspath(os.path.expanduser(text))


def named(text: str) -> str:
    """Give the whole path of a file to save in: a name with no ending gets one."""
    path = meant(text)
    return path if "." in os.path.basename(path).lstrip(".") else path + SUFFIX


def following(text: str) -> list[str]:
    """Give the texts that this one could be the beginning of: folders, and files of sessions."""
    folder, begun = os.path.split(text)
    found: list[tuple[bool, str]] = []
    with suppress(OSError, ValueError), os.scandir(meant(folder or ".")) as entries:
        for entry in islice(entries, _SCANNED):
            name = entry.name
            # A hidden one only for who asks for it; one that cannot be typed not at all.
            if not name.startswith(begun) or name[:1] == "." != begun[:1] or not name.isprintable():
                continue
            with suppress(OSError):
                if entry.is_dir():
                    found.append((False, os.path.join(folder, name) + "/"))
                elif name.endswith(_SUFFIXES):
                    found.append((True, os.path.join(folder, name)))
    return [name for _, name in sorted(found)[:_SHOWN]]


def completed(text: str) -> str:
    """Go on with a text as far as there is only one way."""
    ways = following(text)
    if not ways:
        return text
    first, last = min(ways), max(ways)
    same = len(text)
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]
