"""The commentary: two lines on what just happened and why, or what to try."""

from rich.segment import Segment
from textual.reactive import var
from textual.strip import Strip

from core import Snapshot
from tui.panes.pane import Rows
from tui.terminal.drawing import Line


class Commentary(Rows):
    """Two lines that the app's narrator writes."""

    remark: var[tuple[str, str]] = var(("", ""), init=False)

    def watch_remark(self) -> None:
        """Draw the new words."""
        self.redraw()

    def strip(self, line: Line, width: int) -> Strip:
        """Return a row exactly so wide; the name of a file may hold characters of two cells."""
        if all(text.isascii() for text, _, _ in line) or not self.ink.unicode:
            return super().strip(line, width)
        return Strip(line).adjust_cell_length(width, self.ink.text)

    def shown(self, snapshot: Snapshot) -> object:
        """Return the words."""
        return self.remark

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Return the lines; where they are too long for a narrow terminal, broken at a word."""
        first, second = self.remark
        if width < 80:
            return [
                [Segment(f" {text}", self.ink.text)]
                for text in _broken(f"{first} {second}", width - 2)[:height]
            ]
        return [[Segment(f" {first}", self.ink.text)], [Segment(f" {second}", self.ink.dim)]]


def _broken(text: str, width: int) -> list[str]:
    """Break a text into rows at its spaces."""
    rows: list[str] = []
    for word in text.split():
        if rows and len(rows[-1]) + 1 + len(word) <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows
