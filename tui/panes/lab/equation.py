"""The equation of a step with its numbers, call by call."""

from rich.segment import Segment

from core.prediction import Prediction
from tui.panes.lab.words import percent, spent
from tui.terminal.drawing import Ink, Line, wrapped
from tui.words.machine import time_text
from tui.words.numerals import count

_INDENT = 5


def equation_rows(prediction: Prediction, width: int, ink: Ink) -> list[Line]:
    """Return the sum of a step, then each call: how often, on what, and the time of each."""
    total = time_text(prediction.seconds)
    rows = _broken(f"A step takes {total} = {spent(prediction)}.", width, ink, strong=True)
    rows += _broken(
        "It is the sum of its calls: call + numbers × time of each + memory.", width, ink
    )
    for call in sorted(prediction.calls, key=lambda each: -each.share.total):
        often = f"{count(call.count)} × " if call.count != 1 else ""
        head = f" {often}{call.name} {call.shape}".rstrip()
        tail = f"{time_text(call.share.total)} {percent(call.share.total / prediction.seconds):>5}"
        middle = f": {call.equation}"
        if len(head) + len(middle) + len(tail) + 3 > width:
            rows.append(_ends(head, "", tail, width, ink))
            rows += [
                [Segment(" " * _INDENT + row, ink.dim)]
                for row in wrapped(call.equation, width - _INDENT - 1)
            ]
        else:
            rows.append(_ends(head, middle, tail, width, ink))
    return rows


def _ends(head: str, middle: str, tail: str, width: int, ink: Ink) -> Line:
    """Return a row with a text at its left end, and one at its right end."""
    gap = " " * max(1, width - len(head) - len(middle) - len(tail) - 1)
    return [
        Segment(head, ink.text),
        Segment(middle, ink.dim),
        Segment(gap, ink.text),
        Segment(f"{tail} ", ink.text),
    ]


def _broken(text: str, width: int, ink: Ink, *, strong: bool = False) -> list[Line]:
    style = ink.strong if strong else ink.dim
    return [[Segment(f" {row}", style)] for row in wrapped(text, width - 2)]
