"""Rows of segments as plain text, to be compared with what they should say."""

from collections.abc import Iterable

from tui.terminal.drawing import Line


def text_of(lines: Iterable[Line]) -> str:
    """Return the rows as plain text, without the spaces at their ends."""
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)
