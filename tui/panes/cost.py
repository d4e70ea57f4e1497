"""The ledger pane: the exact multiply-adds of a step, and of all steps so far."""

from dataclasses import dataclass
from textwrap import wrap

from rich.segment import Segment
from textual import events
from textual.binding import Binding

from core import Snapshot
from core.cost import Line as CostLine
from core.cost import Other, Phase
from core.parts import parts_of
from tui.drawing import Line
from tui.numerals import count, short
from tui.panes.pane import Pane
from tui.view import MoveLine, SelectLine

_NAME = 10
_LINES = 6
_SHOWN = "●"
"""Marks the line that slow motion is at."""
_OTHERS = {
    Other.LOSS_TERMS: "loss terms",
    Other.BIAS_ADDITIONS: "biases added",
    Other.ACTIVATIONS: "activations",
    Other.SLOPES: "slopes multiplied",
    Other.ERRORS: "errors scaled",
    Other.DIVISIONS: "divided by ε",
    Other.PENALTIES: "penalties added",
    Other.RULE_PRODUCTS: "optimizer’s products",
    Other.RULE_SUMS: "optimizer’s products added",
    Other.ROOTS: "optimizer’s roots",
    Other.QUOTIENTS: "optimizer’s divisions",
}


@dataclass(frozen=True)
class _Entry:
    """A line of the ledger."""

    name: str
    factors: str
    number: int
    strong: bool = False
    """Whether it is one that the eye is to find."""
    of: int | None = None
    """In slow motion, what the number comes to in the end."""
    lit: bool | None = None
    """In slow motion: True is what is being done, False what is not begun."""


class CostPane(Pane):
    """What the coming step costs, line by line."""

    BINDINGS = [
        Binding("up,k", "move(-1)", "move", show=False, tooltip="To the line above."),
        Binding("down,j", "move(1)", "move", show=False, tooltip="To the line below."),
    ]

    _entries: tuple[_Entry, ...] = ()

    def action_move(self, by: int) -> None:
        """Go to another line."""
        self.request(MoveLine(by, len(self._entries)))

    def on_click(self, event: events.Click) -> None:
        """Select the line under the mouse."""
        place = self.place_of(event)
        if place is not None and place[1] < len(self._entries):
            self.request(SelectLine(place[1]))

    def shown(self, snapshot: Snapshot) -> object:
        """Give the counts."""
        config, view = snapshot.config, self.view
        moment = snapshot.step, snapshot.batch_size, snapshot.seconds_per_step
        return config, moment, snapshot.frozen, view.line, view.part

    def title(self, snapshot: Snapshot) -> str:
        """Name the pane."""
        return "multiply-adds"

    def subtitle(self, snapshot: Snapshot) -> str:
        """Give the selected count in full."""
        if not self.has_focus or not self._entries:
            return ""
        entry = self._entries[min(self.view.line, len(self._entries) - 1)]
        of = "" if entry.of is None else f" of {entry.of:,}"
        return f"{entry.number:,}{of} multiply-adds"

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Give the ledger; in a taller pane also the time, and what is not counted in it."""
        other = "nudging" if snapshot.config.gradient == "backprop" else "backprop"
        steps = f"so far, {count(snapshot.step)} step{'' if snapshot.step == 1 else 's'}"
        self._entries = (
            *_coming_step(snapshot, self.view.part),
            _Entry(f"a step, by {other}", "", snapshot.other_cost.step),
            _Entry(steps, "", snapshot.multiply_adds, strong=True),
        )
        rows = [self._entry(index, entry, width) for index, entry in enumerate(self._entries)]
        if height > len(rows):
            rows.append(self._time(snapshot, width))
        return rows + self._besides(snapshot.cost.others, width, height - len(rows))

    def _entry(self, index: int, entry: _Entry, width: int) -> Line:
        """Give one line: what, how it comes about, how many."""
        ink = self.ink
        chosen = self.has_focus and index == min(self.view.line, _LINES - 1)
        left, text = _fitting(entry, width - 2)
        gap = " " * max(1, width - len(left) - len(text) - 2)
        name, number = ink.dim, ink.strong if entry.strong else ink.text
        if entry.lit is not None:
            name = number = ink.key if entry.lit else ink.faint
        mark = "▸" if chosen else _SHOWN if entry.lit else " "
        return [
            Segment(mark, ink.key),
            Segment(left, ink.text if chosen and entry.lit is None else name),
            Segment(gap, ink.text),
            Segment(text, number),
            Segment(" ", ink.text),
        ]

    def _time(self, snapshot: Snapshot, width: int) -> Line:
        """Give the measured time of a step."""
        if snapshot.seconds_per_step is None:
            return [Segment(" time: once a step is taken", self.ink.dim)]
        name, text = " computing a step took", duration(snapshot.seconds_per_step)
        gap = " " * max(1, width - len(name) - len(text) - 1)
        return [Segment(name, self.ink.dim), Segment(gap + text, self.ink.text)]

    def _besides(self, others: tuple[CostLine, ...], width: int, room: int) -> list[Line]:
        """Give what else a step does that is no multiply-add: a line each, or all in a few."""
        ink = self.ink
        if room >= len(others) + 2:
            rows: list[Line] = [[], [Segment(" in a step, besides:", ink.dim)]]
            for line in others:
                name, text = f"   {_OTHERS[Other(line.name)]}", count(line.count)
                gap = " " * max(1, width - len(name) - len(text) - 1)
                rows.append([Segment(name + gap + text, ink.dim)])
            return rows
        words = [f"{_OTHERS[Other(line.name)]} {count(line.count)}" for line in others]
        broken = wrap(f"besides: {' · '.join(words)}", max(1, width - 2), break_on_hyphens=False)
        if len(broken) > room:
            return []
        return [[Segment(f" {text}", ink.dim)] for text in broken]


def _coming_step(snapshot: Snapshot, part: int | None) -> list[_Entry]:
    """Give the lines of the coming step; in slow motion, with what is done of it so far."""
    cost = snapshot.cost
    lines = (cost.forward, cost.gradient, cost.update)
    if part is None:
        entries = [_Entry(line.name.value, line.text, line.count) for line in lines]
        return [*entries, _Entry("a step", "", cost.step, strong=True)]
    parts = parts_of(snapshot)
    shown = parts[min(max(part, 0), len(parts) - 1)]
    order = list(Phase)
    entries, left = [], shown.done
    for line in lines:
        done = min(left, line.count)
        left -= done
        begun = order.index(shown.phase) - order.index(Phase(line.name))
        of = line.count if done < line.count else None
        lit = None if begun > 0 else begun == 0
        entries.append(_Entry(line.name.value, line.text, done, of=of, lit=lit))
    return [*entries, _Entry("this step so far", "", shown.done, strong=True)]


def _fitting(entry: _Entry, room: int) -> tuple[str, str]:
    """Choose words and count so that both fit: no number is ever cut."""
    name, number = entry.name, entry.number
    full = f"{name:<{_NAME - 1}}{entry.factors}" if entry.factors else name
    brief = name.replace(" steps", "").replace(" step", "")
    texts = [f"{number:,}", count(number)]
    if entry.of is not None:
        # How much is still to come matters more than the factors.
        texts[:0] = [f"{number:,} of {entry.of:,}", f"{count(number)} of {count(entry.of)}"]
    for left in (full, name, name.split(",")[0], brief.split(",")[0]):
        for text in texts if left != full or not entry.factors else texts[:2]:
            if len(left) + len(text) < room:
                return left, text
    return "", count(number)[: max(0, room)]


def duration(seconds: float) -> str:
    """Write a time as people say it: 6.1 µs, 12 ms, 3.4 s."""
    for unit, size in (("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)):
        if seconds < 999.5 * size or unit == "s":
            return f"{short(seconds / size)} {unit}"
    raise AssertionError("seconds are the last unit")
