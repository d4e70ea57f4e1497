"""What the terminal is sent when a part of the screen changes: those very cells, in few bytes.

Textual sends a row again from the left edge of the pane in which something changed, and each piece
of text with all of its style. But most of what changes here are numbers far to the right of that
edge, beside much that stays as it is, and in styles of which most have the same background.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console, RenderableType
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

_MOVE, _TURN = 8, 18
"""Bytes that it takes to move the cursor, and to turn to another style, roughly."""
_NONE = Style()


class Repaint(ChopsUpdate):
    """An update of the screen that begins where something changed."""

    def render_segments(self, console: Console) -> str:
        """Return what the terminal is sent."""
        system = COLOR_SYSTEMS[console.color_system or "truecolor"]
        sent: list[str] = []
        before = _NONE
        for y, first, last in self.spans:
            for (left, strip), right in zip(self.chops[y].items(), self.chop_ends[y], strict=False):
                if strip is None or left >= last or right <= first:
                    continue
                start, end = max(left, first) - left, min(right, last) - left
                if _has_wide(strip):
                    start, strip = 0, strip.crop(0, end)
                sent.append(f"\x1b[{y + 1};{left + start + 1}H")
                for text, style in _pieces(strip, start, end):
                    after = style or _NONE
                    if after.link:
                        text = f"\x1b]8;;{after.link}\x1b\\{text}\x1b]8;;\x1b\\"
                    sent += _turned(before, after, system), text
                    before = after
        sent.append("\x1b[0m")
        return "".join(sent)


def repaint_of(renderable: RenderableType | None) -> RenderableType | None:
    """Return an update that sends less where Textual's sends more than it has to."""
    if type(renderable) is ChopsUpdate:
        return Repaint(renderable.chops, renderable.spans, renderable.chop_ends)
    return renderable


def stretches(before: Strip, after: Strip) -> list[tuple[int, int]]:
    """Find what to send for a row to become another: first cell and one past the last of each.

    Cells between that have not changed are sent again where that takes fewer bytes than going past.
    """
    (old, old_styles), (new, styles) = _cells(before), _cells(after)
    if len(old) != len(new) or before.cell_length != len(old) or after.cell_length != len(new):
        return [(0, max(before.cell_length, after.cell_length))]
    found: list[tuple[int, int]] = []
    first = end = 0
    cells = enumerate(zip(old, new, old_styles, styles, strict=True))
    for x in [x for x, (a, b, c, d) in cells if a != b or (c is not d and c != d)]:
        if x > end and not (end and x - end <= _MOVE and _is_short(new, styles, end, x)):
            if end:
                found.append((first, end))
            first = x
        end = x + 1
    return [*found, (first, end)] if end else found


def _is_short(text: str, styles: list[Style | None], start: int, end: int) -> bool:
    """Whether the cells between two that are sent take fewer bytes than going past them."""
    turns = sum([a is not b and a != b for a, b in pairwise(styles[start - 1 : end + 1])])
    turn = styles[start - 1] != styles[end]
    return len(text[start:end].encode()) + _TURN * turns <= _MOVE + _TURN * turn


def _cells(strip: Strip) -> tuple[str, list[Style | None]]:
    """Return a row's cells, text and styles; every character the panes use is one cell wide."""
    texts: list[str] = []
    styles: list[Style | None] = []
    for text, style, _ in strip:
        texts.append(text)
        styles += [style] * len(text)
    return "".join(texts), styles


def _pieces(strip: Strip, start: int, end: int) -> Iterator[tuple[str, Style | None]]:
    """Return the text between two cells, piece by piece; quicker than to make a row of it."""
    x = 0
    for text, style, _ in strip:
        stop = x + len(text)
        if stop > start:
            yield text[max(0, start - x) : end - x], style
        if stop >= end:
            return
        x = stop


def _has_wide(strip: Strip) -> bool:
    """Whether some characters are not one cell wide: such a row cannot be cut anywhere."""
    return strip.cell_length != sum([len(text) for text, _, _ in strip])


@lru_cache(4096)
def _turned(before: Style, after: Style, system: ColorSystem) -> str:
    """Return what turns the terminal from one style to another."""
    old, new = _codes(before, system), _codes(after, system)
    if old[0] == new[0]:
        codes = [b for a, b in zip(old, new, strict=True) if a != b]
    else:  # an attribute can be taken off only together with all others
        codes = ["0", *(code for code in new if code not in ("", "39", "49"))]
    return f"\x1b[{';'.join(codes)}m" if codes else ""


@lru_cache(1024)
def _codes(style: Style, system: ColorSystem) -> tuple[str, str, str]:
    """Return the codes of a style's attributes, of its colour and of its background."""
    return (
        Strip.render_ansi(style.without_color, system),
        Strip.render_ansi(Style(color=style.color), system) or "39",
        Strip.render_ansi(Style(bgcolor=style.bgcolor), system) or "49",
    )
