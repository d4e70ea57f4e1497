"""The explain pane: the arithmetic behind the selected number, and the code that does it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from rich.segment import Segment
from textual.binding import Binding
from textual.reactive import var

from core import Snapshot
from core.explain import EFFORT, Explanation, explain
from core.explain.code import Trace, trace_of
from core.images import Batch
from core.quantities import (
    GradientQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TimeQuantity,
    UpdateQuantity,
)
from tui.panes.explain.arithmetic import explanation_rows
from tui.panes.explain.code import code_rows, lit_row
from tui.panes.explain.rounding import result_text
from tui.panes.explain.words import title_of, words_for
from tui.panes.pane import Pane
from tui.terminal.drawing import Line, width_of
from tui.terminal.glyphs import SIDE
from tui.words.phrases import Lines, fit, images

if TYPE_CHECKING:
    from core.prediction import Prediction

Predicted: TypeAlias = (
    "Callable[[Snapshot, TimeQuantity], tuple[Prediction | None, Prediction | None]]"
)
"""Returns the prediction of a step, and of the run's own step if the first is an experiment's."""

BESIDE = 110
"""From this width on the code stands beside the arithmetic, else below it."""
_CODE_ROWS = 7
"""Of the code where it has to be scrolled to."""
_WIDEST_CODE = 100
LIVE_EFFORT = 1_000_000
"""Multiply-adds that a look at the batch's images may cost while training runs: a millisecond."""
_TURNED = (ParameterQuantity, GradientQuantity, UpdateQuantity, NeuronQuantity)
"""What a key on the network turns through."""
RETRACED = 0.25
"""Seconds between two traces while training runs."""


class ExplainPane(Pane):
    """How one number comes about; the app says which one, and gives the images of the batch.

    The app sets `coming_batch` before the snapshot that it belongs to: a batch alone draws nothing.

    Parameters
    ----------
    id : str
        Its name.
    predicted : callable
        Returns the prediction of a step by an engine; None while there is none.
    """

    SCROLLS = True

    BINDINGS = [
        Binding(
            "down,j",
            "move(1)",
            "next line",
            key_display="↓ ↑",
            tooltip="Show the next line of the code.",
        ),
        Binding(
            "up,k",
            "move(-1)",
            "previous line",
            show=False,
            tooltip="Show the previous line of the code.",
        ),
        Binding(
            "home",
            "begin",
            "its line",
            show=False,
            tooltip="Show the line that computes the number.",
        ),
        Binding(
            "end",
            "finish",
            "last line",
            show=False,
            tooltip="Show the last line of the code.",
        ),
        Binding("pageup", "scroll(-1)", "scroll", show=False, tooltip="Scroll up."),
        Binding("pagedown", "scroll(1)", "scroll", show=False, tooltip="Scroll down."),
    ]

    quantity: var[Quantity] = var[Quantity](PredictionQuantity(), init=False)
    coming_batch: var[Batch | None] = var[Batch | None](None, init=False)

    def __init__(self, *, id: str, predicted: Predicted) -> None:
        super().__init__(id=id)
        self._predicted = predicted
        self._explained: object = None
        self._explanation: Explanation | None = None
        self._traced: tuple[Snapshot, Quantity] | None = None
        self._traced_at = 0.0
        self._trace: Trace | None = None
        self._moment: int | None = None
        self._code_top = 0
        self._code_height = 1

    def watch_quantity(self) -> None:
        """Explain another number, from its beginning."""
        self._moment = None
        self._top = 0
        self.draw_again()

    def action_move(self, by: int) -> None:
        """Go to another moment of the code; where there is no code, scroll."""
        if self._trace is None:
            self.scroll_rows(by)
            return
        if not self._trace.moments:
            return
        last = len(self._trace.moments) - 1
        self._moment = min(last, max(0, self._lit(self._trace) + by))
        self._show_code()

    def action_begin(self) -> None:
        """Go to the line that computes the number; where there is no code, to the first row."""
        self._moment = None
        if self._trace is None:
            self.scroll_rows(-self._top)
        else:
            self._show_code()

    def action_finish(self) -> None:
        """Go to the last moment of the code; where there is no code, to the last row."""
        self.action_move(len(self._content if self._trace is None else self._trace.moments))

    def _show_code(self) -> None:
        """Draw the code at another moment, with the lit line in sight."""
        self.redraw()
        if self._trace is not None and self.inner_size[0] < BESIDE:
            row = lit_row(self._trace, self._lit(self._trace), self._code_height)
            self.show_row(self._code_top + row)

    def _lit(self, trace: Trace) -> int:
        """Return the moment that is shown."""
        moment = trace.start if self._moment is None else self._moment
        return max(0, min(moment, len(trace.moments) - 1))

    def shown(self, snapshot: Snapshot) -> object:
        """Return what the rows depend on."""
        return snapshot, self.quantity, self._moment, self.view.substep

    def title(self, snapshot: Snapshot) -> str:
        """Name the number."""
        try:
            title = f"explain · {title_of(snapshot, self.quantity)}"
        except IndexError:
            return "explain"
        explanation = self._explain(snapshot)
        told = isinstance(self.quantity, PixelQuantity | ParameterQuantity)
        if told or explanation.result is None or not explanation.equations:
            return title
        return f"{title} = {result_text(explanation.equations[-1])}"

    def subtitle(self, snapshot: Snapshot) -> str:
        """Return what the keys do here, or how they come here and what else can be explained."""
        if isinstance(self.quantity, TimeQuantity):
            keys = "↓ ↑ home end: scroll · e: lab · esc: close"
            return keys if self.has_focus else "e: lab"
        if self.has_focus:
            return "↓ ↑: next and previous line of code · home: the number’s line"
        more = "select any number to explain it"
        if self.view.substep is not None:
            more = ". and ,: next and previous substep"
        elif isinstance(self.quantity, _TURNED):
            more = "t: weight, gradient, update, neuron"
        return f"{more} · tab, then ↓ ↑: lines of code"

    def introduction(self, snapshot: Snapshot) -> Lines:
        """Return which number it explains, and what to press."""
        what = self.title(snapshot).removeprefix("explain · ")
        if isinstance(self.quantity, TimeQuantity):
            return (
                fit(f"Explained: {what}. Each call, the longest first.", f"Explained: {what}."),
                "Every rate was measured on this machine. Press e to go back to the lab.",
            )
        first = fit(
            f"Explained: {what}. First the arithmetic, then the code that computes it.",
            f"Explained: {what}. Arithmetic first, then the code.",
            f"Explained: {what}.",
        )
        if self.view.substep is not None:
            return first, "Press . and , for the next and previous substep, e to close."
        if self.has_focus:
            return first, "Arrows go through the lines of code. Press e to close."
        if isinstance(self.quantity, _TURNED):
            return first, "Press t for another number of this weight, e to close."
        return first, "Select any other number to explain it. Press e to close."

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Return arithmetic and code, side by side where there is room."""
        try:
            explanation = self._explain(snapshot)
            trace, step = self._follow(snapshot)
        except IndexError:
            return [[Segment(" this network has no such number; select another", self.ink.dim)]]
        if width < BESIDE:
            return self._stacked(snapshot, explanation, trace, step, (width, height))
        if trace is None:
            return self._arithmetic(snapshot, explanation, width)
        right = min(_WIDEST_CODE, width * 48 // 100)
        left = width - right - 2
        rows = self._arithmetic(snapshot, explanation, left)
        code = code_rows(trace, self._lit(trace), right, height, self.ink, step=step)
        top = max(0, min(self._top, len(rows) - height))
        rows += [[] for _ in range(height - len(rows))]
        beside: list[Line] = []
        for number, row in enumerate(rows):
            gap = Segment(" " * (left - width_of(row)), self.ink.text)
            rule = Segment(f"{SIDE} ", self.ink.faint)
            inside = top <= number < top + height
            beside.append([*row, gap, rule, *(code[number - top] if inside else [])])
        return beside

    def _stacked(
        self,
        snapshot: Snapshot,
        explanation: Explanation,
        trace: Trace | None,
        step: int,
        size: tuple[int, int],
    ) -> list[Line]:
        """Return the arithmetic and the code under it."""
        width, height = size
        rows = self._arithmetic(snapshot, explanation, width)
        if trace is None:
            return rows
        self._code_top = len(rows)
        spare = height - len(rows)
        whole = len(trace.source.lines) + 1
        self._code_height = spare if spare >= 3 else min(whole, max(3, min(_CODE_ROWS, height)))
        lit = self._lit(trace)
        return rows + code_rows(trace, lit, width, self._code_height, self.ink, step=step)

    def _arithmetic(self, snapshot: Snapshot, explanation: Explanation, width: int) -> list[Line]:
        words, batch = words_for(explanation, snapshot), images(snapshot.batch_size)
        noun = "weight"
        if isinstance(self.quantity, GradientQuantity):
            place = snapshot.architecture.place(self.quantity.index)
            noun = "bias" if place.source is None else "weight"
        return explanation_rows(explanation, width, self.ink, words, batch, noun)

    def _explain(self, snapshot: Snapshot) -> Explanation:
        """Work the number out, once for each moment."""
        effort = LIVE_EFFORT if self.pace.running else EFFORT
        about = (snapshot, self.coming_batch, self.quantity, effort)
        prediction: Prediction | None = None
        present: Prediction | None = None
        depends: object = about
        if isinstance(self.quantity, TimeQuantity):  # which steps do not change
            prediction, present = self._predicted(snapshot, self.quantity)
            depends = self.quantity, prediction, present
        if self._explanation is None or self._explained != depends:
            self._explanation = explain(*about, prediction, present)
            self._explained = depends
        return self._explanation

    def _follow(self, snapshot: Snapshot) -> tuple[Trace | None, int]:
        """Trace the code; while training runs only a few times a second."""
        now = time.monotonic()
        known = self._traced
        if known is not None and known[1] == self.quantity:
            recent = self.pace.running and now - self._traced_at < RETRACED
            if known[0] is snapshot or recent:
                return self._trace, known[0].step
        try:
            self._trace = trace_of(snapshot, self.quantity)
        except OSError:  # no source to read, as in an archive
            self._trace = None
        self._traced, self._traced_at = (snapshot, self.quantity), now
        return self._trace, snapshot.step
