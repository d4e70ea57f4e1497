"""What the loss pane says of a loss: its size, its test set, and the previous run."""

import math

from core import RunComparison, Snapshot, TrainingConfig
from core.metrics import Confusion, Effort, Stretch, Unit
from core.settings import SETTINGS, Value
from tui.words.numerals import MINUS, count, duration, loss_text, rate, short, shown
from tui.words.phrases import batch_words, coming_rate, fit, images, listed


def test_text(snapshot: Snapshot) -> str | None:
    """Return the test loss and how far it is above the training loss."""
    scores = snapshot.scores
    if scores is None or scores.test is None or scores.gap is None:
        return None
    late = "" if scores.step == snapshot.step else f" at step {count(scores.step)}"
    trained, tested = loss_text(scores.train.loss), loss_text(scores.test.loss)
    return f"test {tested}{late} · gap {signed(scores.gap, trained, tested)}"


def title_text(snapshot: Snapshot, known: float | None, width: int) -> str:
    """Return the loss, if it is known by now, and what it is the mean of."""
    loss = "…" if known is None else loss_text(known)
    beside, size = test_text(snapshot), snapshot.batch_size
    if not snapshot.is_full_batch and beside is not None:
        return fit(
            f"loss {loss}{batch_words(snapshot)} · {beside}",
            f"batch loss {loss} · {beside}",
            f"batch {loss} · {beside}",
            width=width,
        )
    if beside is not None:
        return f"loss {loss} · {beside}"
    if not snapshot.is_full_batch:
        return f"loss {loss} ·{batch_words(snapshot)}"
    if snapshot.config.loss != "mse":
        return f"loss {loss} · cross-entropy, {images(size)}"
    return f"loss {loss} · mean of {listed(size, 'error')}²"


def score_texts(snapshot: Snapshot, width: int) -> list[str]:
    """Return how many answers are right, and what the dots beside the curve are."""
    scores, whole = snapshot.scores, snapshot.is_full_batch
    if scores is None:
        return []
    train, test, texts = scores.train.confusion, scores.test, list[str]()
    tested = None if test is None else test.confusion
    if train is not None and tested is not None:
        texts.append(
            fit(
                f"accuracy {_share(train, whole)} = {percent_of(train)}, test {_share(tested)}"
                f" = {percent_of(tested)}",
                f"accuracy {_share(train, whole)}, test {_share(tested)}",
                f"accuracy {percent_of(train)}, test {percent_of(tested)}",
                "",
                width=width,
            )
        )
        texts += [
            _wrong("", train, width),
            _wrong("test: ", tested, width),
        ]
    elif train is not None:
        accuracy, wrong = (
            f"accuracy {_share(train, whole)} = {percent_of(train)}",
            _wrong("", train, width),
        )
        if len(both := f"{accuracy}; {wrong}") <= width:
            texts.append(both)
        else:
            texts += [fit(accuracy, f"accuracy {percent_of(train)}", "", width=width), wrong]
    if test is not None:
        dots = f"dots: the loss on the {listed(test.images, 'test image')}"
        texts.append(fit(dots, "dots: test images", "", width=width))
    return [text for text in texts if text]


def _share(confusion: Confusion, whole: bool = True) -> str:
    """Return how many answers are right; beside the loss of a batch, that they are of all."""
    return f"{confusion.correct:,} of {'' if whole else 'all '}{confusion.images:,}"


def _wrong(name: str, confusion: Confusion, width: int) -> str:
    """Count the false positives and the false negatives."""
    positives, negatives = f"{confusion.false_positives:,}", f"{confusion.false_negatives:,}"
    text = f"{name}false positives {positives}, false negatives {negatives}"
    return fit(text, f"{name}false positives {positives}", "", width=width)


def signed(gap: float, trained: str, tested: str) -> str:
    """Write a gap with its sign; ≈ where the two printed losses are not so far apart."""
    written = loss_text(abs(gap))
    exact = loss_text(abs(shown(tested) - shown(trained))) == written
    return f"{'' if exact else '≈'}{'+' if gap >= 0 else MINUS}{written}"


def percent_of(confusion: Confusion) -> str:
    """Write the share of right answers as percent: 100 only where all are right."""
    if confusion.correct == confusion.images:
        return "100%"
    return f"{min(99.9, 100 * confusion.accuracy):.1f}%"


def rmse_text(loss: float, width: int, whole: bool = True) -> str:
    """Return the root of the mean squared error, over all images or a batch: a typical error."""
    written, root = loss_text(loss), loss_text(math.sqrt(loss) if loss >= 0 else math.nan)
    follows = loss_text(math.sqrt(max(0.0, shown(written)))) == root
    equation = f"√{written} {'=' if follows else '≈'} {root}"
    of = "RMSE" if whole else "batch RMSE"
    for words in (f"{of}, a typical error: ", f"{of}: ", ""):
        if len(words) + len(equation) <= width:
            return words + equation
    return root if len(root) <= width else ""


def stretch_text(stretch: Stretch, whole: bool = True) -> str:
    """Return what is known of a step, or of the steps that share a place on the curve."""
    loss = "loss" if whole else "batch loss"
    if stretch.first_step == stretch.last_step:
        return f"step {stretch.first_step:,}: {loss} {short(stretch.last)}"
    steps = f"steps {stretch.first_step:,}–{stretch.last_step:,}"
    if stretch.minimum == stretch.maximum or math.isnan(stretch.minimum):
        return f"{steps}: {loss} {short(stretch.last)}"
    return f"{steps}: {loss} {short(stretch.minimum)} to {short(stretch.maximum)}"


def units_of(snapshot: Snapshot) -> tuple[Unit, ...]:
    """Return what the steps of a run can be counted in; with full batches, a step is an epoch."""
    efforts = [snapshot.effort]
    if snapshot.previous_run is not None:
        efforts.append(snapshot.previous_run.effort)
    known = [unit for unit in Unit if all(effort.knows(unit) for effort in efforts)]
    if not any(effort.meter.has_batches for effort in efforts):
        known.remove(Unit.EPOCHS)
    return tuple(known)


def unit_of(snapshot: Snapshot, wanted: Unit) -> Unit:
    """Return what the steps are counted in: steps, if there is nothing to tell in another unit."""
    return wanted if wanted in units_of(snapshot) else Unit.STEPS


def amount(unit: Unit, value: float) -> str:
    """Write so many of a unit, with no word for it but that of a time."""
    match unit:
        case Unit.SECONDS:
            return duration(value) if value else "0"
        case Unit.EPOCHS:
            return rate(round(value, 2))
    return count(round(value))


def _named(unit: Unit, effort: Effort, step: int) -> str:
    """Return what the steps up to one took, with the word for it."""
    words = amount(unit, effort.at(step, unit))
    return words if unit is Unit.SECONDS else f"{words} {unit}"


def taken_text(snapshot: Snapshot, step: int, unit: Unit) -> str:
    """Return what the steps up to one took; nothing where they are counted in steps."""
    return "" if unit is Unit.STEPS else f" · {_named(unit, snapshot.effort, step)}"


def across_text(snapshot: Snapshot, unit: Unit, width: int) -> str:
    """Return what steps are counted in; nothing if in steps.

    Seconds are those of all steps, slow ones too: by how much, their mean shows.
    """
    if unit is Unit.STEPS:
        return ""
    last = snapshot.curve.length - 1
    if unit is not Unit.SECONDS or last < 1:
        return f"across: {unit}"
    mean = duration(snapshot.effort.at(last, unit) / last)
    return fit(
        f"across: seconds of all steps, slow ones too: mean {mean}",
        f"across: seconds, all steps: mean {mean}",
        "across: seconds",
        width=width,
    )


def rates_text(snapshot: Snapshot, width: int) -> str:
    """Return what the dotted line is: the learning rate of the coming step, and the scale."""
    now, top = coming_rate(snapshot), short(snapshot.rates.highest(snapshot.curve.length - 1))
    return fit(
        f"dotted: learning rate, now {now}; from 0 at the bottom to {top} at the top",
        f"dotted: learning rate {now}; top: {top}",
        f"dotted: rate {now}; top: {top}",
        f"dotted: rate {now}",
        width=width,
    )


def comparison_text(snapshot: Snapshot, width: int, unit: Unit = Unit.STEPS) -> list[str]:
    """Compare with the previous run: when each first came to the same loss, and for how much.

    How much is told in multiply-adds, unless steps are counted in another unit.
    """
    previous_run = snapshot.previous_run
    if previous_run is None:
        return []
    name = _differences(previous_run, snapshot)
    if previous_run.loss is None or previous_run.here is None or previous_run.there is None:
        return [f"faint: previous run, {name}"]
    here, there = previous_run.here, previous_run.there
    what = "loss" if snapshot.is_full_batch else "batch loss"
    starts = (f"{what} {rate(previous_run.loss)} reached now", f"≤{rate(previous_run.loss)} now")
    unit = Unit.MULTIPLY_ADDS if unit is Unit.STEPS else unit
    took, took_before = (
        amount(unit, effort.at(mark.step, unit))
        for effort, mark in ((snapshot.effort, here), (previous_run.effort, there))
    )
    for word in _UNIT_WORDS[unit]:
        for start in starts:
            now = f"{start}: step {here.step:,}, {took}{word}"
            if len(now) <= width:
                which = "previous run" if len(start) >= len("previous run") else "previous"
                before = f"{which:>{len(start)}}: step {there.step:,}, {took_before}"
                named = f"{before}, {name}"
                return [now, named if len(named) <= width else before]
    return [f"≤{rate(previous_run.loss)}: now {here.step:,}, previous {there.step:,}"]


_UNIT_WORDS = {
    Unit.MULTIPLY_ADDS: (" multiply-adds", " mult.-adds", ""),
    Unit.IMAGES: (" images seen", " images", ""),
    Unit.EPOCHS: (" epochs", ""),
    Unit.SECONDS: ("",),
}
"""What stands behind an amount, the longest first."""
_NAMED = ("learning_rate", "gradient", "engine", "optimizer", "batch_size")
"""Settings that are told first, and briefly."""


def _differences(previous_run: RunComparison, snapshot: Snapshot) -> str:
    """Name what was different in the previous run."""
    was, now = previous_run.step_settings, snapshot.config.step_settings
    others = [name for name in SETTINGS if name not in _NAMED]
    differ = [name for name in (*_NAMED, *others) if getattr(was, name) != getattr(now, name)]
    return ", ".join(_told(was, name) for name in differ) or "other settings"


def _told(step_settings: TrainingConfig, name: str) -> str:
    """Return the words for one setting of the previous run."""
    match name:
        case "learning_rate":
            return f"rate {rate(step_settings.learning_rate)}"
        case "gradient" | "optimizer":
            return str(getattr(step_settings, name))
        case "engine":
            return f"engine {step_settings.engine}"
        case "batch_size":
            return f"batch {count(step_settings.images_per_step)}"
    value: Value = getattr(step_settings, name)
    if value is None:
        return f"no {SETTINGS[name].title}"
    if isinstance(value, bool):
        return SETTINGS[name].title if value else f"no {SETTINGS[name].title}"
    shown = rate(value) if isinstance(value, float) else value
    return f"{SETTINGS[name].title} {shown}"
