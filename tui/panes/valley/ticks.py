"""The values along a landscape's edges: every so many cells, where they are round."""

from functools import lru_cache

from core.landscape.frame import Frame, multiple
from tui.words.numerals import MINUS, fixed

_STRIDES = (1, 2, 5, 10, 20, 50, 100)
_LONGEST = 9


@lru_cache(8)
def row_labels(frame: Frame, width: int) -> tuple[str, ...]:
    """Write the values of the rows, from the top, each with the edge of the picture."""
    stride = next((n for n in (2, 5, 10) if frame.height <= 6 * n), 10)
    labels = []
    for y in range(frame.height):
        count = frame.bottom + frame.height - 1 - y
        text = value_text(2 * count, frame.rung, width - 2) if count % stride == 0 else ""
        labels.append(f"{text:>{width - 2}} {'┤' if text else '│'}")
    return tuple(labels)


@lru_cache(8)
def column_ticks(frame: Frame) -> str:
    """Write the values of the columns in one row, each under its column."""
    longest = max(
        len(value_text(count, frame.rung)) for count in (frame.left, frame.left + frame.width - 1)
    )
    stride = next((n for n in _STRIDES if n >= longest + 3), _STRIDES[-1])
    row = ""
    for x in range(frame.width):
        if (frame.left + x) % stride:
            continue
        text = value_text(frame.left + x, frame.rung)
        # Under a minus sign nothing stands: the digits are centred.
        start = x - (len(text.lstrip(MINUS)) - 1) // 2 - text.startswith(MINUS)
        if start >= len(row) + bool(row) and start + len(text) <= frame.width:
            row = row.ljust(start) + text
    return row.ljust(frame.width)


def value_text(count: int, rung: int, width: int = _LONGEST) -> str:
    """Write so many times a column's width, with as many decimals as that has and room allows."""
    return fixed(multiple(count, rung), max(0, -(rung // 3)), width=width).strip()
