"""`napkin-net train`: the same training without a screen."""

import argparse
import csv
import json
import math
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TextIO

from core import TASKS, ConfigError, Outcome, Snapshot, Trainer
from core.atomic import is_same, words_of
from core.errors import DeviceMemoryError
from core.run import STEPS, STEPS_AT_MOST, SetSettings, ending
from core.settings import first_image
from tui import PROGRAM
from tui.cli.engines import load_or_end, no_memory
from tui.cli.options import (
    Help,
    Parser,
    add_run_options,
    config_or_end,
    option_of,
)
from tui.cli.output import Interruptions, cannot_write, interruptions, no_output
from tui.cli.progress import Report, training_progress
from tui.cli.session import add_file, file_or_end, trainer_or_end
from tui.words.phrases import batch_words, listed, split_words, yes_or_no

STOPS = ("steps", "until_loss", "until_accuracy", "patience")
"""Settings that a saved run goes on with, as they are given."""
OTHERWISE = f"{STEPS_AT_MOST:,} with --until-loss, --until-accuracy or --patience"
_LARGE = 1e7
"""Above this, four decimals mean nothing."""
_LONG = 0.02
"""An evaluation that takes so many seconds is one that ctrl+c should not have to wait for."""


def _parser() -> Parser:
    parser = Parser(
        prog=f"{PROGRAM} train",
        usage=f"{PROGRAM} train [FILE] [options]",
        description="Train without a screen, and print the result. A session FILE is trained "
        f"further: {STEPS} steps, or until a stop condition holds; --steps counts from step 0.",
        allow_abbrev=False,
        formatter_class=Help,
    )
    add_file(parser)
    add = parser.add_argument
    add("--json", action="store_true", help="print one JSON object")
    add(
        "--csv",
        metavar="FILE",
        help="write step,loss,multiply_adds, one row per step; with mini-batches also images: of "
        "how many the loss is the mean",
    )
    add_run_options(parser, steps=f"{STEPS}; {OTHERWISE}")
    return parser


def train(words: Sequence[str]) -> int:
    """Carry out `napkin-net train`; return the exit status."""
    parser = _parser()
    arguments = parser.read(words)
    trainer = _trainer_of(parser, arguments)
    if arguments.csv == "-":
        parser.error("--csv needs a file (got '-'): standard output is for the result")
    if is_same(arguments.csv, arguments.data_file):
        parser.error(f"--csv {arguments.csv!r} is the file of --data: choose another file")
    if arguments.csv is None and sys.stdout is None:  # it was closed
        return no_output("write to a file with --csv")
    load_or_end(parser, [trainer.run.config.engine])
    try:
        run = _carry_out(arguments, trainer)
        told = json.dumps(run.result()) if arguments.json else summary(run)
    except OSError as error:
        return cannot_write(error, f"--csv {arguments.csv!r}")
    except DeviceMemoryError as error:
        return no_memory(error, trainer.run.config)
    try:
        print(told, flush=True)
    except OSError as error:
        return cannot_write(error)
    return 128 + run.interrupted.by if run.status == "interrupted" else 0


def _trainer_of(parser: Parser, arguments: argparse.Namespace) -> Trainer:
    """Return what is trained: a new run, or a saved one with other stop conditions."""
    name = file_or_end(parser, arguments, STOPS)
    try:
        if name is None:
            return Trainer(ending(config_or_end(parser, arguments)))
        if is_same(arguments.csv, name):
            parser.error(f"--csv {arguments.csv!r} is the session itself: choose another file")
        trainer = trainer_or_end(parser, name)
        given = {stop: getattr(arguments, stop) for stop in STOPS}
        given = {stop: value for stop, value in given.items() if value is not None}
        config = trainer.run.config.with_settings({"steps": None} | given)
        config = ending(config, trainer.run.step_count + STEPS)
        trainer.apply(SetSettings.of(**{stop: getattr(config, stop) for stop in STOPS}))
        return trainer
    except ConfigError as error:
        parser.error(option_of(error))


def _carry_out(arguments: argparse.Namespace, trainer: Trainer) -> "Run":
    """Train as the arguments say; raise `OSError` if the table takes nothing."""
    with ExitStack() as stack:
        interrupted = stack.enter_context(interruptions())
        table: TextIO | None = None
        if arguments.csv is not None:
            try:
                table = stack.enter_context(open(arguments.csv, "w", encoding="utf-8", newline=""))
            except ValueError as error:
                raise OSError(words_of(error)) from None
        run = Run(trainer, interrupted)
        report = stack.enter_context(training_progress(run.steps))
        if table is None:
            run.quickly(report)
        else:
            run.step_by_step(report, table)
    return run


class Run:
    """One training without a screen.

    Parameters
    ----------
    trainer : Trainer
        What is trained; its config says when it ends.
    interrupted : callable
        Whether to stop now.
    """

    def __init__(self, trainer: Trainer, interrupted: Interruptions) -> None:
        self.trainer = trainer
        self.interrupted = interrupted
        self.start = trainer.run.step_count
        self.steps = trainer.run.config.steps or 0
        self.seconds = 0.0

    def _advance(self, seconds: float, steps: int) -> None:
        """Train for some time and steps; only this counts as training."""
        trainer = self.trainer
        started = time.perf_counter()
        trainer.run.run_for(
            seconds,
            max_steps=steps,
            cancelled=self.interrupted if trainer.run.here.evaluation_seconds > _LONG else None,
        )
        self.seconds += time.perf_counter() - started

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to do."""
        return self.trainer.run.outcome is not None or self.interrupted()

    def quickly(self, report: Report) -> None:
        """Train as fast as it goes."""
        self._advance(0.0, 0)
        while not self.is_over:
            self._advance(0.1, self.steps - self.trainer.run.step_count)
            report(self.trainer)

    def step_by_step(self, report: Report, table: TextIO) -> None:
        """Train and write one row per step."""
        rows = csv.writer(table, lineterminator="\n")
        run = self.trainer.run
        history, meter = run.log.history, run.log.meter
        written = run.step_count  # a saved run has steps already
        rows.writerow(["step", "loss", "multiply_adds", *["images"] * meter.has_batches])
        self._advance(0.0, 0)
        told = time.monotonic()
        while True:
            if len(history) > written:
                row = [written, history.latest, meter.total(written)]
                rows.writerow([*row, meter.images_at(written)] if meter.has_batches else row)
                written += 1
            if self.is_over:
                return
            self._advance(0.0, 1)
            if time.monotonic() - told > 0.1:
                report(self.trainer)
                told = time.monotonic()

    def result(self) -> object:
        """Return the result as plain data."""
        from core.files.exports import result_of

        return result_of(self.trainer, self.status, self.seconds)

    @property
    def status(self) -> str:
        """Finished, interrupted, or why it ended before its last step."""
        outcome = self.trainer.run.outcome
        if outcome is Outcome.STEPS_TAKEN:
            return "finished"
        return "interrupted" if outcome is None else outcome.value


def summary(run: Run) -> str:
    """Return the result in a few lines."""
    trainer = run.trainer
    # Over all training images, whatever batch was the last; but nothing more if it is to end now.
    loss = None if run.status == "interrupted" else trainer.run.overall()[0]
    snapshot = trainer.snapshot(first_image(trainer.run.config))
    reading, ended = snapshot.reading, _ended(run.status, snapshot)
    if run.status == "finished" and run.start >= max(run.steps, 1):
        ended = f"none of them now: --steps {run.steps:,} counts from step 0 of the run"
    image = [round(pixel, 6) for pixel in reading.image]
    lines = [
        f"{snapshot.step:,} step{'' if snapshot.step == 1 else 's'}, {ended}",
        _loss(snapshot, loss),
        *_weights(snapshot),
        *_answers(snapshot),
        *(split_words(snapshot.config, trainer.run.scorer.equal_test_images) or ()),
        f"{image} gives {_four(reading.prediction)}{_right(snapshot)}",
        f"{snapshot.multiply_adds:,} multiply-adds in {run.seconds:.3g} s{_judging(trainer)}",
    ]
    return "\n".join(lines)


def _loss(snapshot: Snapshot, overall: float | None) -> str:
    """Return the loss, and with mini-batches which images it is the mean over."""
    if overall is None:
        return f"loss {_plain(snapshot.loss)}{batch_words(snapshot)}"
    training = snapshot.schedule.images
    of = "" if snapshot.is_full_batch else f" over all {training:,} training images"
    return f"loss {_plain(overall)}{of}"


def _judging(trainer: Trainer) -> str:
    """Return what stop conditions have cost, if anything."""
    cost = trainer.run.log.meter.judging(trainer.run.step_count)
    return f"; {cost:,} of them for the stop condition" if cost else ""


def _ended(status: str, snapshot: Snapshot) -> str:
    """Return why it ended, and what that means."""
    config = snapshot.config
    if status == Outcome.DIVERGED and not snapshot.diverged_at:
        return f"{status} before the first: the loss is not finite"
    if status == Outcome.DIVERGED:
        from core.commentary import stable_rate_limit

        limit = stable_rate_limit(config, snapshot)
        rates = "" if limit is None else f"; on these images, rates above {limit:.3g} diverge"
        return f"{status} at step {snapshot.diverged_at:,}: the steps overshoot{rates}"
    missed = []
    if config.until_loss is not None:
        missed.append(f"the loss did not reach {config.until_loss:g}")
    if config.until_accuracy is not None:
        missed.append(f"the accuracy did not reach {config.until_accuracy:g}")
    return "; ".join([status, *missed]) if status == "finished" else status


def _four(value: float, sign: str = "-") -> str:
    """Write a number with four places, and a very large one short."""
    return f"{value:{sign}.4f}" if abs(value) < _LARGE else f"{value:{sign}.4g}"


def _right(snapshot: Snapshot) -> str:
    """Return the target of the selected image."""
    reading = snapshot.reading
    if math.isnan(reading.target):
        return ""
    if not TASKS[snapshot.config.task].yes_no:
        return f"; the target is {_four(reading.target)}"
    return f" ({yes_or_no(reading.prediction)}); the target is {yes_or_no(reading.target)}"


def _weights(snapshot: Snapshot) -> list[str]:
    """Return the weights and biases where there are few enough to read."""
    if snapshot.architecture.hidden:
        return []
    return ["weights " + " ".join(_four(weight, "+") for weight in snapshot.parameters)]


def _answers(snapshot: Snapshot) -> list[str]:
    """Return the loss on the test images, and the accuracy."""
    scores, lines = snapshot.scores, []
    if scores is None:
        return []
    if scores.test is not None:
        lines.append(
            f"loss on {listed(scores.test.images, 'test image')} {_plain(scores.test.loss)}"
        )
    for name, score in (("training", scores.train), ("test", scores.test)):
        if score is not None and score.confusion is not None:
            answers = score.confusion
            lines.append(
                f"{name} accuracy: {answers.correct:,} of {answers.images:,}; false positives "
                f"{answers.false_positives:,}, false negatives {answers.false_negatives:,}"
            )
    return lines


def _plain(value: float | None) -> str:
    return "not computed" if value is None else f"{value:.6g}"
