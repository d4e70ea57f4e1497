"""The ledger pane: the exact multiply-adds of a step, and of all steps so far."""

from textwrap import wrap

from rich.segment import Segment
from textual import events
from textual.binding import Binding

from core import Snapshot
from core.cost import Line as CostLine
from core.cost import Other
from tui.drawing import Line
from tui.numerals import count, short
from tui.panes.pane import Pane
from tui.view import MoveLine, SelectLine

_NAME = 10
_LINES = 6
_OTHERS = {
    Other.LOSS_TERMS: "loss terms",
    Other.BIAS_ADDITIONS: "biases added",
    Other.ACTIVATIONS: "activations",
    Other.SLOPES: "slopes multiplied",
    Other.ERRORS: "errors scaled",
    Other.DIVISIONS: "divided by ε",
}


class CostPane(Pane):
    """What the coming step costs, line by line."""

    BINDINGS = [
        Binding("up,k", "move(-1)", "move", show=False, tooltip="To the line above."),
        Binding("down,j", "move(1)", "move", show=False, tooltip="To the line below."),
    ]

    _counts: tuple[int, ...] = ()

    def action_move(self, by: int) -> None:
        """Go to another line."""
        self.request(MoveLine(by, len(self._counts)))

    def on_click(self, event: events.Click) -> None:
        """Select the line under the mouse."""
        place = self.place_of(event)
        if place is not None and place[1] < len(self._counts):
            self.request(SelectLine(place[1]))

    def shown(self, snapshot: Snapshot) -> object:
        """Give the counts."""
        config, line = snapshot.config, self.view.line
        return config, snapshot.step, snapshot.batch_size, snapshot.seconds_per_step, line

    def title(self, snapshot: Snapshot) -> str:
        """Name the pane."""
        return "multiply-adds"

    def subtitle(self, snapshot: Snapshot) -> str:
        """Give the selected count in full."""
        if not self.has_focus or not self._counts:
            return ""
        return f"{self._counts[min(self.view.line, len(self._counts) - 1)]:,} multiply-adds"

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Give the ledger; in a taller pane also the time, and what is not counted in it."""
        cost, config = snapshot.cost, snapshot.config
        other = "nudging" if config.gradient == "backprop" else "backprop"
        phases = (cost.forward, cost.gradient, cost.update)
        entries = [(line.name.value, line.text, line.count) for line in phases]
        steps = f"so far, {count(snapshot.step)} step{'' if snapshot.step == 1 else 's'}"
        entries += [
            ("a step", "", cost.step),
            (f"a step, by {other}", "", snapshot.other_cost.step),
            (steps, "", snapshot.multiply_adds),
        ]
        rows = [
            self._entry(index, entry, width, strong=index in (3, 5))
            for index, entry in enumerate(entries)
        ]
        counts = [number for _, _, number in entries]
        if height > len(rows):
            rows.append(self._time(snapshot, width))
        rows += self._besides(cost.others, width, height - len(rows))
        self._counts = tuple(counts)
        return rows

    def _entry(self, index: int, entry: tuple[str, str, int], width: int, strong: bool) -> Line:
        """Give one line: what, how it comes about, how many."""
        name, factors, number = entry
        ink = self.ink
        chosen = self.has_focus and index == min(self.view.line, _LINES - 1)
        left, text = _fitting(name, factors, number, width - 2)
        gap = " " * max(1, width - len(left) - len(text) - 2)
        return [
            Segment("▸" if chosen else " ", ink.key),
            Segment(left, ink.text if chosen else ink.dim),
            Segment(gap, ink.text),
            Segment(text, ink.strong if strong else ink.text),
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


def _fitting(name: str, factors: str, number: int, room: int) -> tuple[str, str]:
    """Choose words and count so that both fit: no number is ever cut."""
    full = f"{name:<{_NAME - 1}}{factors}" if factors else name
    brief = name.replace(" steps", "").replace(" step", "")
    for left in (full, name, name.split(",")[0], brief.split(",")[0]):
        for text in (f"{number:,}", count(number)):
            if len(left) + len(text) < room:
                return left, text
    return "", count(number)[: max(0, room)]


def duration(seconds: float) -> str:
    """Write a time as people say it: 6.1 µs, 12 ms, 3.4 s."""
    for unit, size in (("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)):
        if seconds < 999.5 * size or unit == "s":
            return f"{short(seconds / size)} {unit}"
    raise AssertionError("seconds are the last unit")
