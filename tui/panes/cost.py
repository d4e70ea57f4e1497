"""The cost pane: the exact multiply-adds of a step, and of all steps so far."""

import math

from rich.segment import Segment
from textual import events
from textual.binding import Binding

from core import Snapshot
from core.network import Line as CostLine
from core.network import OtherOperation, Phase
from core.quantities import Count, substeps_of
from core.run import ManualEdits
from core.structs import Struct
from tui.panes.pane import Pane
from tui.panes.room import Room
from tui.terminal.drawing import Line, wrapped
from tui.terminal.glyphs import HERE, POINTER
from tui.view.selection import cost_lines
from tui.view.view import MoveLine, SelectLine
from tui.words.numerals import count, duration, loss_text
from tui.words.phrases import fit, listed

_NAME = 10
_BY_HAND = 2
"""Rows that manual changes take."""
_OTHERS = {
    OtherOperation.LOSS_TERMS: "loss terms",
    OtherOperation.BIAS_ADDITIONS: "biases added",
    OtherOperation.ACTIVATIONS: "activations",
    OtherOperation.DERIVATIVES: "derivative products",
    OtherOperation.DELTAS: "delta products",
    OtherOperation.DIVISIONS: "divisions by ε",
    OtherOperation.RATES: "scheduled rates",
    OtherOperation.CLIP_SQUARES: "clipping: squares added",
    OtherOperation.CLIP_PRODUCTS: "clipping: products",
    OtherOperation.CLIP_BOUNDS: "clipping: comparisons",
    OtherOperation.PENALTIES: "penalties added",
    OtherOperation.RULE_PRODUCTS: "optimizer products",
    OtherOperation.RULE_SUMS: "optimizer sums",
    OtherOperation.ROOTS: "optimizer roots",
    OtherOperation.QUOTIENTS: "optimizer divisions",
}


class _Entry(Struct):
    """A line of the cost pane."""

    name: str
    factors: str
    number: int
    strong: bool = False
    """Whether it is one that the eye is to find."""
    of: int | None = None
    """While single-stepping, what the number comes to in the end."""
    lit: bool | None = None
    """While single-stepping: True is what is being done, False what is not begun."""


class CostPane(Pane):
    """What the coming step costs, line by line; below it manual changes beside descent."""

    BINDINGS = [
        Binding("up,k", "move(-1)", "move", show=False, tooltip="To the line above."),
        Binding("down,j", "move(1)", "move", show=False, tooltip="To the line below."),
    ]

    _entries: dict[Count, _Entry] = {}
    _rows: tuple[Count, ...] = ()

    def action_move(self, by: int) -> None:
        """Go to another line."""
        if self._entries:
            self.request(MoveLine(by, tuple(self._entries)))

    def on_click(self, event: events.Click) -> None:
        """Select the line under the mouse."""
        place = self.place_of(event)
        if place is not None and place[1] < len(self._rows):
            self.request(SelectLine(self._rows[place[1]]))

    def on_resize(self) -> None:
        """Select the line again: another one may have to stand for it where there is less room."""
        if self.has_focus:
            self.request(SelectLine(self.view.line))

    def room(self, width: int) -> Room:
        """Return the rows that the cost has a use for: its lines, the time, and what else there
        is."""
        others = 0 if self.snapshot is None else len(self.snapshot.cost.others)
        return Room(8, 8, 8 + _BY_HAND + 3 + others)

    def shown(self, snapshot: Snapshot) -> object:
        """Return the counts."""
        config, view = snapshot.config, self.view
        moment = snapshot.step, snapshot.batch_size, _time_of(snapshot)
        losses = snapshot.manual_edits, snapshot.loss, snapshot.judging_cost
        return config, moment, losses, snapshot.frozen, view.line, view.substep

    def title(self, snapshot: Snapshot) -> str:
        """Name the pane."""
        return "cost · multiply-adds"

    def subtitle(self, snapshot: Snapshot) -> str:
        """Return the selected count in full."""
        if not self.has_focus or not self._entries:
            judging = snapshot.judging_cost
            long, brief = f"stop condition: {judging:,} per epoch", f"{judging:,} per epoch to stop"
            return fit(long, brief, width=self.inner_size[0] - 4) if judging else ""
        entry = self._entries[self.view.line_of(tuple(self._entries))]
        of = "" if entry.of is None else f" of {entry.of:,}"
        return f"{entry.number:,}{of} multiply-adds"

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Return the cost pane; in a taller pane also the time, and what is not counted in it."""
        lines = cost_lines(snapshot, height)
        entries = _entries(snapshot, self.view.substep)
        self._entries = {line: entries[line] for line in lines}
        rows = [self._entry(line, entry, width) for line, entry in self._entries.items()]
        self._rows = lines
        if snapshot.manual_edits is not None:
            rows.append(self._losses(snapshot.manual_edits, snapshot, width))
            self._rows = (*lines, Count.FORWARD_PASSES)
        if height > len(rows):
            rows.append(self._time(snapshot, width))
        return rows + self._other_operations(snapshot.cost.others, width, height - len(rows))

    def _entry(self, line: Count, entry: _Entry, width: int) -> Line:
        """Return one line: what, how it comes about, how many."""
        ink = self.ink
        chosen = self.has_focus and line is self.view.line_of(tuple(self._entries))
        left, text = _fitting(entry, width - 2)
        gap = " " * max(1, width - len(left) - len(text) - 2)
        name, number = ink.dim, ink.strong if entry.strong else ink.text
        if entry.lit is not None:
            name = number = ink.focus if entry.lit else ink.faint
        mark = POINTER if chosen else HERE if entry.lit else " "
        return [
            Segment(mark, ink.focus),
            Segment(left, ink.text if chosen and entry.lit is None else name),
            Segment(gap, ink.text),
            Segment(text, number),
            Segment(" ", ink.text),
        ]

    def _losses(self, manual_edits: ManualEdits, snapshot: Snapshot, width: int) -> Line:
        """Return the losses that manual changes and descent have reached for the same."""
        hand = "…" if snapshot.loss is None else loss_text(snapshot.loss)
        descent = "…" if manual_edits.descent_loss is None else loss_text(manual_edits.descent_loss)
        name = "loss " if snapshot.is_full_batch else "batch loss "
        ways = [(name, ", descent "), ("", ", descent "), ("", " vs ")]
        if manual_edits.has_diverged:
            descent = "diverged"
        else:
            ways.insert(0, (name, ", gradient descent "))
        ink = self.ink
        for before, between in ways:
            if len(before + hand + between + descent) <= width - 2:
                return [
                    Segment(f" {before}", ink.dim),
                    Segment(hand, ink.strong),
                    Segment(between, ink.dim),
                    Segment(descent, ink.text),
                ]
        return [Segment(f" {hand}" if len(hand) < width else "", ink.strong)]

    def _time(self, snapshot: Snapshot, width: int) -> Line:
        """Return the measured time of a step, which one that is, and why it is no shorter."""
        seconds, *names = _time_of(snapshot)
        if math.isinf(seconds):
            which = "next" if snapshot.step else "first"
            return [Segment(f" time per step: after the {which} step", self.ink.dim)]
        text = duration(seconds)
        name = fit(*names, "time per step", width=width - len(text) - 3)
        gap = " " * max(1, width - len(name) - len(text) - 2)
        return [Segment(f" {name}", self.ink.dim), Segment(gap + text, self.ink.text)]

    def _other_operations(self, others: tuple[CostLine, ...], width: int, room: int) -> list[Line]:
        """Return what else a step does that is no multiply-add: a line each, or all in a few."""
        ink = self.ink
        if room >= len(others) + 2:
            rows: list[Line] = [[], [Segment(" other operations per step:", ink.dim)]]
            for line in others:
                name, text = f"   {_OTHERS[OtherOperation(line.name)]}", count(line.count)
                gap = " " * max(1, width - len(name) - len(text) - 1)
                rows.append([Segment(name + gap + text, ink.dim)])
            return rows
        words = [f"{_OTHERS[OtherOperation(line.name)]} {count(line.count)}" for line in others]
        broken = wrapped(f"other operations: {' · '.join(words)}", width - 2)
        if len(broken) > room:
            return []
        return [[Segment(f" {text}", ink.dim)] for text in broken]


def _time_of(snapshot: Snapshot) -> tuple[float, str, str, str]:
    """Return the fastest of the last steps in a row with the present settings, as the lab does;
    before there is one, the fastest after a pause; and which of them it is, the longest words
    first."""
    times = snapshot.step_times
    if times.fastest is not None:
        long = "time per step, fastest of recent steps"
        return times.fastest, long, "time per step, fastest", "fastest step"
    return (
        times.after_pause,
        "time per step, after a pause: cold caches",
        "step after a pause, with cold caches",
        "step after a pause",
    )


def _entries(snapshot: Snapshot, substep: int | None) -> dict[Count, _Entry]:
    """Return all lines there are, also those that there may be no room for."""
    other = "finite differences" if snapshot.config.gradient == "backprop" else "backprop"
    entries = [
        *_coming_step(snapshot, substep),
        _Entry(f"by {other}", "", snapshot.other_cost.step),
        _Entry(f"so far, {listed(snapshot.step, 'step')}", "", snapshot.multiply_adds, strong=True),
    ]
    if (manual_edits := snapshot.manual_edits) is not None:
        name = listed(manual_edits.forward_passes, "manual change")
        entries.append(_Entry(name, "", manual_edits.multiply_adds, strong=True))
    return dict(zip(Count, entries, strict=False))


def _coming_step(snapshot: Snapshot, substep: int | None) -> list[_Entry]:
    """Return the lines of the coming step; while single-stepping, with what is done of it so
    far."""
    cost = snapshot.cost
    lines = (cost.forward, cost.gradient, cost.update)
    if substep is None:
        entries = [_Entry(line.name.value, line.text, line.count) for line in lines]
        return [*entries, _Entry("per step", "", cost.step, strong=True)]
    substeps = substeps_of(snapshot)
    shown = substeps[min(max(substep, 0), len(substeps) - 1)]
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
    brief = name.replace(" steps", "").replace(" step", "").replace("finite differences", "nudge")
    texts = [f"{number:,}", count(number)]
    if entry.of is not None:
        # How much is still to come matters more than the factors.
        texts[:0] = [f"{number:,} of {entry.of:,}", f"{count(number)} of {count(entry.of)}"]
    for left in (full, name, name.split(",")[0], brief.split(",")[0]):
        for text in texts if left != full or not entry.factors else texts[:2]:
            if len(left) + len(text) < room:
                return left, text
    return "", count(number)[: max(0, room)]
