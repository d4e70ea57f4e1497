"""What the map and the landscape are: a picture of computed cells, and beside it its legend."""

from typing import ClassVar, Generic, Protocol, TypeVar

import numpy as np
from rich.segment import Segment
from textual.reactive import var

from core import Snapshot
from core.images import Batch
from tui.panes.pane import Pane
from tui.terminal.drawing import Ink, Line, width_of, wrapped
from tui.words.phrases import Lines, fit
from tui.worker.background import Background, Order

_LEGEND = 34
"""Columns of the legend beside the picture, at least."""
_NARROWEST = 64
"""A pane with fewer columns has one row of legend instead."""

_Picture = TypeVar("_Picture")


class Legend(Protocol):
    """What the marks of a picture mean."""

    def rows(self, ink: Ink, width: int, height: int) -> list[Line]:
        """Return the rows beside the picture."""
        ...

    def key_line(self, ink: Ink, width: int) -> Line:
        """Return what matters most in one row, for a pane too narrow for more."""
        ...


class PicturePane(Pane, Generic[_Picture]):
    """A picture that is computed for each moment, with a legend.

    A subclass chooses the size, draws the picture, and says what it is of.
    """

    NAME: ClassVar[str]
    """What it is called in a sentence."""
    KEY: ClassVar[str]
    """Opens and closes it."""
    GUTTER: ClassVar[int]
    """Columns for the values of the rows."""
    LEAST: ClassVar[tuple[int, int]]
    """Columns and rows of the smallest picture."""

    images: var[Batch | None] = var[Batch | None](None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._background = Background[_Picture](self, self.draw_again)
        self._cells = (0, 0)
        self._age = ""
        self._refused = ""

    watch_images = Pane.draw_again

    def size_for(self, width: int, height: int) -> tuple[int, int]:
        """Choose columns and rows of the picture in so much room, its axes included."""
        raise NotImplementedError

    def picture(
        self, snapshot: Snapshot, size: tuple[int, int]
    ) -> tuple[list[Line] | None, Legend]:
        """Draw the picture with its axes, None while it is computed; and gather the legend."""
        raise NotImplementedError

    def introduction(self, snapshot: Snapshot) -> Lines:
        """Return what the picture is of and what to press; or why there is none."""
        if self._refused:
            return self._refused, f"Press {self.KEY} to close it."
        here, keys = self.words(snapshot)
        if not self.has_focus:
            keys = f"Press tab to get to it, {self.KEY} to close it."
        return self.about(snapshot), fit(f"{here}{keys}", keys)

    def about(self, snapshot: Snapshot) -> str:
        """Return what the picture is of, as a sentence."""
        raise NotImplementedError

    def words(self, snapshot: Snapshot) -> Lines:
        """Return what is here, and what the keys do."""
        raise NotImplementedError

    def refusal(self, snapshot: Snapshot, size: tuple[int, int]) -> str:
        """Return why there is no picture; nothing if there is one."""
        if self.images is None:
            return "…"
        if size[0] < self.LEAST[0] or size[1] < self.LEAST[1]:
            return f"The {self.NAME} needs more room. Press z to show it alone."
        if not np.isfinite(snapshot.parameters).all():
            return "The weights are not finite any more, so they cannot be drawn."
        return ""

    def newest(self, order: Order[_Picture]) -> _Picture | None:
        """Return what is ordered, as far as it is known; have the title say so if it is older."""
        if (done := self._background.ask(order)) is None:
            self._age = " · …"
            return None
        if not order.is_same(done[0]):
            self._age = f" · … as of step {done[0].step:,}"
        return done[1]

    def dated(self, *names: str) -> str:
        """Return the longest of the names that leaves room for how old the picture is."""
        return fit(*(f"{name}{self._age}" for name in names), width=self.inner_size[0] - 2)

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Draw the picture, and beside it what its marks mean."""
        self._age, self._cells = "", (0, 0)
        beside = width >= _NARROWEST
        room = width - (_LEGEND + 2 if beside else 0), height if beside else height - 1
        size = self.size_for(*room)
        self._refused = self.refusal(snapshot, size)
        if self._refused:
            rows = wrapped(self._refused, width - 2)
            return [[Segment(f" {row}", self.ink.dim)] for row in rows]
        self._cells = wide, high = size
        lines, legend = self.picture(snapshot, size)
        if lines is None:
            lines = [[] for _ in range(high + 1)]
            lines[high // 2] = [Segment(" " * self.GUTTER + "computing …", self.ink.dim)]
        if not beside:
            return [*lines, legend.key_line(self.ink, width)]
        left = self.GUTTER + wide + 2
        words = legend.rows(self.ink, width - left, height)
        lines += [[] for _ in range(height - len(lines))]
        return [
            [*line, Segment(" " * (left - width_of(line)), self.ink.text), *said]
            for line, said in zip(lines, words + [[] for _ in lines], strict=False)
        ]


def with_sentences(
    lines: list[Line], sentences: list[str], ink: Ink, width: int, height: int
) -> list[Line]:
    """Add those sentences to a legend's rows that there is room for."""
    lines = lines[:height]
    for sentence in sentences:
        rows = wrapped(sentence, width)
        if len(rows) + 1 <= height - len(lines):
            lines += [[], *([Segment(row, ink.dim)] for row in rows)]
    return lines
