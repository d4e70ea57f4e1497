"""A run of a sweep: what is handed out, the training itself, and what comes back.

All of it is numbers and text, so that it can be sent to another process or another machine.
"""

import time
from dataclasses import replace
from enum import StrEnum

import numpy as np

from core.arrays import Array, Cancelled, IsCancelled
from core.metrics.scores import Score
from core.run.changes import SetSettings
from core.run.run import Run
from core.run.stopping import Outcome
from core.settings.config import TrainingConfig
from core.structs import Struct

MOST_POINTS = 64
"""Points of a run's loss curve that are kept."""
_SECONDS = 0.05
"""Of training between two looks at whether it is to stop."""
_LONG = 0.02
"""An evaluation that takes so many seconds is itself asked whether it is to stop."""


class Task(Struct):
    """One run that is to be trained."""

    config: TrainingConfig
    """What it is made from, its engine included; it must say after how many steps it ends."""
    goal: float | None = None
    """The training loss that is waited for; the run goes on beyond it. None: where the run stops
    at a loss or an accuracy, that is its goal."""


class Ended(StrEnum):
    """Why a run of a sweep has no numbers."""

    MEMORY = "out of memory"
    """The machine had not enough memory for it."""


class Result(Struct):
    """What came of one run."""

    config: TrainingConfig
    """What it was made from."""
    outcome: str
    """Why it ended, a value of `core.Outcome` or of `Ended`."""
    steps: int
    """Updates that it took."""
    loss: float
    """Mean over all training images, at its end; NaN if there is none."""
    test_loss: float | None
    """Mean over the test images; None without any."""
    accuracy: float | None
    """The share of correct answers on the training images, in [0, 1]; None for a regression
    task."""
    test_accuracy: float | None
    """The same on the test images."""
    goal_steps: int | None
    """Updates until the goal was reached; None if it was not, or if there is none."""
    goal_multiply_adds: int | None
    """Multiply-adds until then."""
    goal_seconds: float | None
    """Time that the steps took until then."""
    multiply_adds: int
    """Of all steps. With mini-batches a goal costs a forward pass over all training images at the
    end of each epoch until it is reached, as every stop condition does."""
    seconds: float
    """Time that the steps took."""
    curve_steps: tuple[int, ...] = ()
    """Steps of at most `MOST_POINTS` points of the loss curve, ascending: half of them evenly
    spaced, half at growing distances from the start."""
    curve_losses: tuple[float, ...] = ()
    """The loss of exactly these steps, as long as `curve_steps`; with mini-batches, of their
    batches."""
    curve_multiply_adds: tuple[int, ...] = ()
    """The multiply-adds until these steps, as long as `curve_steps`."""

    @property
    def is_usable(self) -> bool:
        """Whether its loss means something: it did not diverge, and it was computed."""
        return is_usable(self.outcome)


def is_usable(outcome: str) -> bool:
    """Whether the loss of a run that ended so means something."""
    return outcome not in (Outcome.DIVERGED, Ended.MEMORY)


def run(task: Task, is_stopped: IsCancelled | None = None) -> Result:
    """Train one run to its end.

    Parameters
    ----------
    task : Task
        The run.
    is_stopped : callable, optional
        Asked several times per second.

    Raises
    ------
    Cancelled
        Once `is_stopped` has said so.
    """
    try:
        return _train(task, is_stopped)
    except MemoryError:
        return _nothing(task.config)


def _train(task: Task, is_stopped: IsCancelled | None) -> Result:
    """Train the run, first until its goal, then until its end."""
    config, goal = task.config, task.goal
    first = config if goal is None else replace(config, until_loss=_first(config.until_loss, goal))
    training, reached = Run.of(first), None
    goal_seconds = seconds = _to_the_end(training, is_stopped)
    if training.outcome in (Outcome.LOSS_REACHED, Outcome.ACCURACY_REACHED):
        loss = training.overall()[0]
        if goal is None or loss <= goal:
            reached = training.step_count, training.multiply_adds
        if training.outcome is Outcome.LOSS_REACHED and first != config:
            training.apply(SetSettings.of(until_loss=config.until_loss))
            seconds += _to_the_end(training, is_stopped)
    train, test = _scores(training, is_stopped)
    return Result(
        config,
        training.outcome or "",
        training.step_count,
        train.loss,
        None if test is None else test.loss,
        _accuracy(train),
        _accuracy(test),
        None if reached is None else reached[0],
        None if reached is None else reached[1],
        None if reached is None else goal_seconds,
        training.multiply_adds,
        seconds,
        *_curve(training),
    )


def _nothing(config: TrainingConfig) -> Result:
    """Return the result of a run that there was not enough memory for."""
    return Result(config, Ended.MEMORY, 0, np.nan, None, None, None, None, None, None, 0, 0.0)


def _first(until: float | None, goal: float) -> float:
    """Return the loss at which to look first: the higher one of where it stops and its goal."""
    return goal if until is None else max(until, goal)


def _to_the_end(training: Run, is_stopped: IsCancelled | None) -> float:
    """Take steps until none is left; return the seconds that they took."""
    _ = training.here.engine  # to load one takes a second, and is no step
    started = time.perf_counter()
    while training.outcome is None:
        if is_stopped is not None and is_stopped():
            raise Cancelled
        is_long = training.here.evaluation_seconds > _LONG
        training.run_for(_SECONDS, cancelled=is_stopped if is_long else None)
    return time.perf_counter() - started


def _scores(training: Run, is_stopped: IsCancelled | None) -> tuple[Score, Score | None]:
    """Return how it does on all training images, and on the test images."""
    training.ensure_evaluated(is_stopped)
    if not training.scorer.scores_wanted:
        loss = training.overall()[0]
        return Score(loss, len(training.here.images), None), None
    training.scorer.score(is_stopped)
    scores = training.scorer.scores
    if scores is None:
        raise RuntimeError("an evaluated run has scores")
    return scores.train, scores.test


def _accuracy(score: Score | None) -> float | None:
    return None if score is None or score.confusion is None else score.confusion.accuracy


def _curve(training: Run) -> tuple[tuple[int, ...], tuple[float, ...], tuple[int, ...]]:
    """Return a few points of the loss curve: steps, finite losses, and multiply-adds."""
    curve, meter = training.log.history.curve(), training.log.meter
    # Each bucket of the history keeps the loss of its last step as it was.
    ends: Array = np.minimum((np.arange(len(curve.last)) + 1) * curve.width, curve.length) - 1
    finite = np.isfinite(curve.last)
    ends, losses = ends[finite], curve.last[finite]
    if not len(ends):
        return (), (), ()
    half, last = MOST_POINTS // 2, len(ends) - 1
    even = np.linspace(0, last, half)
    growing = np.geomspace(1, last + 1, half) - 1
    places = np.unique(np.rint(np.concatenate([even, growing])).astype(int))
    steps = [int(ends[place]) for place in places]
    return (
        tuple(steps),
        tuple(float(losses[place]) for place in places),
        tuple(meter.total(step) for step in steps),
    )
