"""The loss pane: the curve, its axes, and a cursor to read it by."""

import math

from rich.segment import Segment
from textual import events
from textual.binding import Binding

from core import Earlier, Snapshot
from core.curve import Stretch
from core.score import Confusion
from tui.drawing import Line
from tui.numerals import MINUS, count, rate, short, shown
from tui.panes.pane import Pane
from tui.plot import Plot, plot
from tui.view import MoveCursor


class LossPane(Pane):
    """The loss of every step so far; an earlier run stays as a faint line."""

    BINDINGS = [
        Binding("left,h", "move(-1)", "cursor", key_display="← →", tooltip="Cursor to the left."),
        Binding("right,l", "move(1)", "cursor", show=False, tooltip="Cursor to the right."),
        Binding("home", "first", "start", show=False, tooltip="Cursor to step 0."),
        Binding("end", "last", "end", show=False, tooltip="No cursor: the newest step."),
        Binding("L", "app.switch_scale", "log/linear", tooltip=""),
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
        """Give the step that is looked at: where the run stands, if more is known of it."""
        step = last if self.snapshot is None else self.snapshot.step
        return min(step, last)

    def action_first(self) -> None:
        """Put the cursor on step 0."""
        self.request(MoveCursor(0))

    def action_last(self) -> None:
        """Take the cursor away: the newest step is read."""
        self.request(MoveCursor(None))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor under the mouse."""
        place = self.place_of(event)
        if place is not None and self._plot is not None:
            step = self._plot.step_at(place[0])
            if step is not None:
                self.request(MoveCursor(step))

    def on_mouse_scroll_up(self) -> None:
        """Move the cursor to the right."""
        self.action_move(1)

    def on_mouse_scroll_down(self) -> None:
        """Move the cursor to the left."""
        self.action_move(-1)

    def shown(self, snapshot: Snapshot) -> object:
        """Give what the curves and the words depend on; a curve only grows, or starts anew."""
        view, earlier = self.view, snapshot.earlier
        before = None if earlier is None else (id(earlier.curve), earlier.loss)
        return (
            snapshot.curve.length, snapshot.step, snapshot.loss, snapshot.config, before,
            snapshot.scores, view.cursor, view.log_scale,
        )  # fmt: skip

    def title(self, snapshot: Snapshot) -> str:
        """Give the loss, and what it is the mean of."""
        loss = "…" if snapshot.loss is None else loss_text(snapshot.loss)
        if (beside := test_text(snapshot)) is not None:
            return f"loss {loss} · {beside}"
        if not snapshot.is_full_batch:
            return f"loss {loss} · of this batch ({snapshot.batch_size:,} images)"
        if snapshot.config.loss != "mse":
            return f"loss {loss} · cross-entropy, {snapshot.batch_size:,} images"
        return f"loss {loss} · mean of {snapshot.batch_size:,} errors²"

    def subtitle(self, snapshot: Snapshot) -> str:
        """Say if the scale is not the usual one."""
        return "log scale" if self.view.log_scale else ""

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        """Give plot and words."""
        earlier = snapshot.earlier
        words = self._words(snapshot, width, max(1, min(4, height - 5)))
        known = snapshot.curve.length - 1
        looked_at = snapshot.step < known or self.view.cursor == snapshot.step
        cursor = snapshot.step if looked_at else None
        self._plot = drawn = plot(
            snapshot.curve,
            width,
            max(1, height - len(words)),
            log=self.view.log_scale,
            earlier=None if earlier is None else earlier.curve,
            cursor=None if cursor is None else min(cursor, snapshot.curve.length - 1),
            unicode=self.ink.unicode,
            test=snapshot.test_curve,
        )
        if drawn.note:
            words[-1] = [Segment(f" {drawn.note}", self.ink.warning)]
        rows = [
            self._styled(text, roles) for text, roles in zip(drawn.rows, drawn.roles, strict=True)
        ]
        return rows + words

    def _styled(self, text: str, roles: str) -> Line:
        """Colour a row of the plot, stretch by stretch."""
        ink = self.ink
        styles = {
            "a": ink.dim, "c": ink.positive, "t": ink.negative, "e": ink.faint, "x": ink.key,
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
        """Say what the curve is worth: at the cursor, against the earlier run, in errors."""
        ink = self.ink
        words: list[Line] = []
        known = snapshot.curve.length - 1
        if known >= 0 and (self.view.cursor is not None or snapshot.step < known):
            step = min(snapshot.step, known)
            words.append([Segment(f" {stretch_text(snapshot.curve.at(step))}", ink.strong)])
        if snapshot.earlier is not None:
            told = earlier_text(snapshot, width - 2)
            words += [[Segment(f" {text}", ink.text)] for text in told]
            most = max(most, len(words))
        words += [[Segment(f" {text}", ink.text)] for text in score_texts(snapshot, width - 2)]
        if snapshot.config.loss == "mse" and snapshot.loss is not None:
            words.append([Segment(f" {typical_text(snapshot.loss, width - 2)}", ink.dim)])
        return words[:most] or [[]]


def loss_text(loss: float) -> str:
    """Write a loss with as many digits as can be read, in a steady width."""
    if not math.isfinite(loss):
        return short(loss)
    for limit, places in ((9.99995, 4), (99.9995, 3), (999.995, 2)):
        if 0.01 <= loss < limit:
            return f"{loss:.{places}f}"
    return short(loss, 4 if loss >= 1000 else 3)


def test_text(snapshot: Snapshot) -> str | None:
    """Give the test loss and how far it is above the training loss."""
    scores = snapshot.scores
    if scores is None or scores.test is None or scores.gap is None:
        return None
    late = "" if scores.step == snapshot.step else f" at step {count(scores.step)}"
    learnt, tested = loss_text(scores.train.loss), loss_text(scores.test.loss)
    return f"test {tested}{late} · gap {signed(scores.gap, learnt, tested)}"


def score_texts(snapshot: Snapshot, width: int) -> list[str]:
    """Say how many answers are right, and what the dots beside the curve are."""
    scores = snapshot.scores
    if scores is None:
        return []
    train, test, texts = scores.train.confusion, scores.test, list[str]()
    tested = None if test is None else test.confusion
    if train is not None and tested is not None:
        texts.append(
            first_fitting(
                width,
                f"right {_share(train)} = {percent_of(train)}, test {_share(tested)}"
                f" = {percent_of(tested)}",
                f"right {_share(train)}, test {_share(tested)}",
                f"right {percent_of(train)}, test {percent_of(tested)}",
            )
        )
        texts += [
            _wrong("wrongly", train, width),
            _wrong("of the test images, wrongly", tested, width),
        ]
    elif train is not None:
        right = f"right {_share(train)} = {percent_of(train)}"
        wrong = f"; {_wrong('wrongly', train, width)}"
        texts.append(first_fitting(width, right + wrong, f"right {_share(train)}{wrong}", right))
    if test is not None:
        dots = f"dots: the loss on the {test.images:,} test images"
        texts.append(first_fitting(width, dots, "dots: test images"))
    return [text for text in texts if text]


def _share(confusion: Confusion) -> str:
    return f"{confusion.right:,} of {confusion.images:,}"


def _wrong(name: str, confusion: Confusion, width: int) -> str:
    """Count the wrong answers by what was said."""
    text = f"{name} yes {confusion.false_yes:,}, no {confusion.false_no:,}"
    return text if len(text) <= width else ""


def signed(gap: float, learnt: str, tested: str) -> str:
    """Write a gap with its sign; ≈ where the two printed losses are not so far apart."""
    written = loss_text(abs(gap))
    exact = loss_text(abs(shown(tested) - shown(learnt))) == written
    return f"{'' if exact else '≈'}{'+' if gap >= 0 else MINUS}{written}"


def percent_of(confusion: Confusion) -> str:
    """Write the share of right answers as percent: 100 only where all are right."""
    if confusion.right == confusion.images:
        return "100 %"
    return f"{min(99.9, 100 * confusion.accuracy):.1f} %"


def first_fitting(width: int, *texts: str) -> str:
    """Give the first of some texts that fits; nothing if none does."""
    return next((text for text in texts if len(text) <= width), "")


def typical_text(loss: float, width: int) -> str:
    """Give the root of the mean squared error: how far off a prediction typically is."""
    written, root = loss_text(loss), loss_text(math.sqrt(loss) if loss >= 0 else math.nan)
    follows = loss_text(math.sqrt(max(0.0, shown(written)))) == root
    equation = f"√{written} {'=' if follows else '≈'} {root}"
    for words in ("typical error of an image: ", "typical error: ", ""):
        if len(words) + len(equation) <= width:
            return words + equation
    return root if len(root) <= width else ""


def stretch_text(stretch: Stretch) -> str:
    """Say what is known of a step, or of the steps that share a place on the curve."""
    if stretch.first_step == stretch.last_step:
        return f"step {stretch.first_step:,}: loss {short(stretch.last)}"
    steps = f"steps {stretch.first_step:,}–{stretch.last_step:,}"
    if stretch.minimum == stretch.maximum or math.isnan(stretch.minimum):
        return f"{steps}: loss {short(stretch.last)}"
    return f"{steps}: loss {short(stretch.minimum)} to {short(stretch.maximum)}"


def earlier_text(snapshot: Snapshot, width: int) -> list[str]:
    """Compare with the earlier run: when each first came to the same loss, and for how much."""
    earlier = snapshot.earlier
    if earlier is None:
        return []
    name = _way(earlier, snapshot)
    if earlier.loss is None or earlier.here is None or earlier.there is None:
        return [f"faint: the run before, {name}"]
    here, there = earlier.here, earlier.there
    what = "loss" if snapshot.is_full_batch else "batch loss"
    starts = (f"{what} {rate(earlier.loss)} reached now", f"≤{rate(earlier.loss)} now")
    for unit in (" multiply-adds", " mult.-adds", ""):
        for start in starts:
            now = f"{start}: step {here.step:,}, {count(here.multiply_adds)}{unit}"
            if len(now) <= width:
                before = (
                    f"{'before':>{len(start)}}: step {there.step:,}, {count(there.multiply_adds)}"
                )
                named = f"{before}, {name}"
                return [now, named if len(named) <= width else before]
    return [f"≤{rate(earlier.loss)}: now {here.step:,}, before {there.step:,}"]


def _way(earlier: Earlier, snapshot: Snapshot) -> str:
    """Name what was different in the earlier run."""
    config = snapshot.config
    parts = []
    if earlier.learning_rate != config.learning_rate:
        parts.append(f"rate {rate(earlier.learning_rate)}")
    if earlier.gradient != config.gradient:
        parts.append(earlier.gradient)
    if earlier.engine != config.engine:
        parts.append(f"engine {earlier.engine}")
    return ", ".join(parts) or "other settings"
