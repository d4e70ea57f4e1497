"""The loss pane: the curve, its axes, and a cursor to read it by."""

from functools import partial

from rich.segment import Segment
from textual import events
from textual.binding import Binding

from core import Snapshot
from core.metrics import Unit
from core.quantities import SubstepKind
from tui.panes.loss.plot import Across, Plot, plot
from tui.panes.loss.words import (
    across_text,
    amount,
    comparison_text,
    rates_text,
    rmse_text,
    score_texts,
    stretch_text,
    taken_text,
    title_text,
    unit_of,
)
from tui.panes.pane import Pane
from tui.panes.room import Room
from tui.terminal.drawing import Line
from tui.view.stage import is_known
from tui.view.view import MoveCursor, SwitchRate
from tui.words.phrases import fit


class LossPane(Pane):
    """The loss of every step so far; a previous run stays as a faint line."""

    BINDINGS = [
        Binding("left,h", "move(-1)", "cursor", key_display="← →", tooltip="Cursor to the left."),
        Binding("right,l", "move(1)", "cursor", show=False, tooltip="Cursor to the right."),
        Binding("home", "first", "start", show=False, tooltip="Cursor to step 0."),
        Binding(
            "end", "last", "end", show=False, tooltip="Remove the cursor; show the newest step."
        ),
        Binding("t", "rate", "rate", tooltip="Show the learning rate, dotted; again: hide it."),
        Binding("L", "app.do('log')", "log/linear", tooltip=""),
        Binding("X", "app.do('unit')", "unit", tooltip=""),
    ]

    _plot: Plot | None = None

    def action_move(self, columns: int) -> None:
        """Go along the curve, a column at a time, a step at a time where steps are wider."""
        if self._plot is None or self._plot.last_step < 0:
            return
        drawn, step = self._plot, self._cursor(self._plot.last_step)
        column = drawn.column_of(step)
        there = None if column is None else drawn.step_at(column + columns)
        if there is None or (there - step) * columns <= 0:
            there = step + columns
        self.request(MoveCursor(min(drawn.last_step, max(0, there))))

    def _cursor(self, last: int) -> int:
        """Return the step that is looked at: where the run stands, if more is known of it."""
        step = last if self.snapshot is None else self.snapshot.step
        return min(step, last)

    def action_first(self) -> None:
        """Put the cursor on step 0."""
        self.request(MoveCursor(0))

    def action_last(self) -> None:
        """Take the cursor away: the newest step is read."""
        self.request(MoveCursor(None))

    def action_rate(self) -> None:
        """Draw the course of the learning rate too, or leave it out again."""
        self.request(SwitchRate())

    def on_click(self, event: events.Click) -> None:
        """Put the cursor under the mouse."""
        place = self.place_of(event)
        if place is not None and self._plot is not None:
            step = self._plot.step_at(place[0])
            if step is not None:
                self.request(MoveCursor(step))

    def turn_wheel(self, event: events.MouseEvent, by: int) -> None:
        """Move the cursor: to the right when the wheel turns up."""
        self.action_move(-by)

    def room(self, width: int) -> Room:
        """Return the rows that the curve has a use for: as many as there are."""
        return Room(8, 8)

    def shown(self, snapshot: Snapshot) -> object:
        """Return what the curves and the words depend on; a curve only grows, or starts again."""
        view, previous_run = self.view, snapshot.previous_run
        before = None if previous_run is None else (id(previous_run.curve), previous_run.loss)
        return (
            snapshot.curve.length, snapshot.step, snapshot.loss, snapshot.config, before,
            snapshot.scores, view.cursor, view.log_scale, view.shows_rate, view.unit,
            is_known(snapshot, view.substep, SubstepKind.LOSS),
        )  # fmt: skip

    def title(self, snapshot: Snapshot) -> str:
        """Return the loss, and what it is the mean of."""
        return title_text(snapshot, self._loss(snapshot), self.inner_size[0] - 2)

    def subtitle(self, snapshot: Snapshot) -> str:
        """Return what is not usual: the scale, and what steps are counted in."""
        unit = unit_of(snapshot, self.view.unit)
        scale = "log scale" if self.view.log_scale else ""
        room = self.inner_size[0] - 4 - (len(scale) + 3 if scale else 0)
        across = across_text(snapshot, unit, room)
        return " · ".join(each for each in (scale, across) if each)

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Return plot and words."""
        previous_run = snapshot.previous_run
        words = self._words(snapshot, width, max(1, min(4, height - 5)))
        known = snapshot.curve.length - 1
        has_cursor = snapshot.step < known or self.view.cursor == snapshot.step
        cursor = snapshot.step if has_cursor else None
        self._plot = drawn = plot(
            snapshot.curve,
            width,
            max(1, height - len(words)),
            log=self.view.log_scale,
            previous_run=None if previous_run is None else previous_run.curve,
            cursor=None if cursor is None else min(cursor, snapshot.curve.length - 1),
            unicode=self.ink.unicode,
            test=snapshot.test_curve,
            rates=snapshot.rates if self.view.shows_rate else None,
            across=self._across(snapshot),
        )
        if drawn.note:
            words[-1] = [Segment(f" {drawn.note}", self.ink.warning)]
        rows = [
            self._styled(text, roles) for text, roles in zip(drawn.rows, drawn.roles, strict=True)
        ]
        return rows + words

    def _across(self, snapshot: Snapshot) -> Across | None:
        """Return what the steps took, if they are counted in something else."""
        unit, previous = unit_of(snapshot, self.view.unit), snapshot.previous_run
        if unit is Unit.STEPS:
            return None
        before = None
        if previous is not None:
            before = previous.effort.course(max(0, previous.curve.length - 1), unit)
        course = snapshot.effort.course(max(0, snapshot.curve.length - 1), unit)
        return Across(course, before, partial(amount, unit))

    def _styled(self, text: str, roles: str) -> Line:
        """Colour a row of the plot, stretch by stretch."""
        ink = self.ink
        styles = {
            "a": ink.dim, "c": ink.positive, "t": ink.test, "e": ink.previous, "r": ink.faint,
            "x": ink.focus,
            " ": ink.text,
        }  # fmt: skip
        line: Line = []
        start = 0
        for x in range(1, len(roles) + 1):
            if x == len(roles) or roles[x] != roles[start]:
                line.append(Segment(text[start:x], styles[roles[start]]))
                start = x
        return line

    def _words(self, snapshot: Snapshot, width: int, most: int) -> list[Line]:
        """Return what the curve is worth: at the cursor, against the previous run, in errors."""
        ink = self.ink
        words: list[Line] = []
        known = snapshot.curve.length - 1
        if known >= 0 and (self.view.cursor is not None or snapshot.step < known):
            step = min(snapshot.step, known)
            stretch = stretch_text(snapshot.curve.at(step), snapshot.is_full_batch)
            taken = taken_text(snapshot, step, unit_of(snapshot, self.view.unit))
            words.append(
                [Segment(f" {fit(stretch + taken, stretch, width=width - 1)}", ink.strong)]
            )
        if self.view.shows_rate and known >= 0:
            words.append([Segment(f" {rates_text(snapshot, width - 2)}", ink.dim)])
        if snapshot.previous_run is not None:
            unit = unit_of(snapshot, self.view.unit)
            told = comparison_text(snapshot, width - 2, unit)
            words += [[Segment(f" {text}", ink.text)] for text in told]
            most = max(most, len(words))
        words += [[Segment(f" {text}", ink.text)] for text in score_texts(snapshot, width - 2)]
        if snapshot.config.loss == "mse" and (loss := self._loss(snapshot)) is not None:
            rmse = rmse_text(loss, width - 2, snapshot.is_full_batch)
            words.append([Segment(f" {rmse}", ink.dim)])
        return words[:most] or [[]]

    def _loss(self, snapshot: Snapshot) -> float | None:
        """Return the loss as far as it is known, also at the substep that is shown."""
        known = is_known(snapshot, self.view.substep, SubstepKind.LOSS)
        return snapshot.loss if known else None
