"""The styles that panes draw with, for each theme and kind of terminal."""

import os
from collections.abc import Mapping
from typing import ClassVar, TextIO

from rich.style import Style
from textual.color import Color
from textual.scrollbar import ScrollBarRender

from tui.terminal.drawing import Ink


class PlainScrollBar(ScrollBarRender):
    """A scroll bar that needs no block characters."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


def speaks_unicode(stream: TextIO | None) -> bool:
    """Whether what is written there may hold more than ASCII."""
    encoding = getattr(stream, "encoding", None) or ""
    return encoding.lower().replace("-", "").replace("_", "") in ("utf8", "utf16", "utf32")


def has_colours(color_system: str | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether greys can be told apart: 256 colours or more, and NO_COLOR not set."""
    return not environment.get("NO_COLOR") and color_system in ("256", "truecolor")


def plain_ink(*, unicode: bool, colour: bool = False) -> Ink:
    """Return the ink for a terminal of 16 colours or none: its own colours, bold and reverse."""
    negative, positive, other = (
        Style(color=name) if colour else Style() for name in ("yellow", "cyan", "magenta")
    )
    return Ink(
        text=Style(),
        dim=Style(),
        faint=Style(dim=True),
        previous=Style(dim=True),
        strong=Style(bold=True),
        negative=negative,
        positive=positive,
        warning=Style(bold=True),
        good=Style(bold=True),
        key=Style(bold=True),
        focus=Style(bold=True),
        downhill=other + Style(bold=True),
        test=other,
        selected=Style(reverse=True),
        lit=Style(bold=True),
        colour=False,
        unicode=unicode,
    )


def focus_colour(*, dark: bool) -> str:
    """Return the colour of what has the focus, boxes included: in no theme is it orange."""
    return "#ffd000" if dark else "#540060"


def theme_ink(variables: Mapping[str, str], *, dark: bool, unicode: bool) -> Ink:
    """Return the ink for a theme's colours."""
    paper = Color.parse(variables["background"])
    text = Color.parse(variables["foreground"])

    def shaded(share: float) -> Style:
        return Style(color=paper.blend(text, share).rich_color, bgcolor=paper.rich_color)

    def plain(colour: str, bold: bool | None = None) -> Style:
        # Rows that a widget draws itself get no background from Textual.
        return Style(color=Color.parse(colour).rich_color, bgcolor=paper.rich_color, bold=bold)

    other = "#ff6a89" if dark else "#8a2f7a"
    return Ink(
        text=shaded(1.0),
        dim=shaded(0.68),
        faint=shaded(0.38),
        previous=shaded(0.6),
        strong=plain(variables["foreground"], bold=True),
        negative=plain("#ff9d3c" if dark else "#a84b00"),
        positive=plain("#6cb6ff" if dark else "#0a58b8"),
        warning=plain("#ff7b72" if dark else "#b3141c", bold=True),
        good=plain("#6fdd8b" if dark else "#116329", bold=True),
        key=plain("#a4ff99" if dark else "#0000a3", bold=True),
        focus=plain(focus_colour(dark=dark), bold=True),
        downhill=plain(other, bold=True),
        test=plain(other),
        selected=Style(color=paper.rich_color, bgcolor=text.rich_color),
        lit=Style(bgcolor=paper.blend(text, 0.16).rich_color, bold=True),
        colour=True,
        unicode=unicode,
        dark=dark,
    )


def ink_for(
    variables: Mapping[str, str] | None, *, dark: bool, unicode: bool, sixteen: bool
) -> Ink:
    """Return the ink for what a terminal can show.

    Parameters
    ----------
    variables : mapping or None
        The theme's colours; None where there are too few to mix them.
    dark : bool
        Whether the theme is a dark one.
    unicode : bool
        Whether more than ASCII may be written.
    sixteen : bool
        Whether there are at least the terminal's own sixteen colours.
    """
    if variables is None:
        return plain_ink(unicode=unicode, colour=sixteen)
    return theme_ink(variables, dark=dark, unicode=unicode)
