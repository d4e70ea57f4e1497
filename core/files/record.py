"""All of a run that a file keeps, and a run that is where such a record was taken."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import is_dataclass, replace

import numpy as np

from core.metrics.curve import Samples, TestCurve
from core.metrics.history import Buckets
from core.metrics.previous_run import StepSettings
from core.run.run import Run
from core.run.stage import Stage, stages_of
from core.run.stopping import Outcome
from core.run.timeline import Checkpoint, Entry, Moment
from core.settings.config import TrainingConfig
from core.structs import Struct

_UNTESTED = Samples().curve()


class RunRecord(Struct, eq=False):
    """A run: what it was made from, what was changed, its present moment, and how it got there."""

    config: TrainingConfig
    """The settings at step 0."""
    journal: tuple[Entry, ...]
    """What was changed when."""
    here: Checkpoint
    """The present moment."""
    checkpoints: tuple[Checkpoint, ...]
    """Some of the moments that it keeps, but for the start, which follows from the settings."""
    losses: Buckets
    """Its curve."""
    outcome: Outcome | None
    """Why it goes no further, if so."""
    diverged_at: int | None
    """The step whose loss showed that it diverges."""
    carried: int
    """How many of the changes are the images that it began with, edited in a run before it."""
    first_loss: float | None
    """The loss that it began with, once that is known; far above it, a run has diverged."""
    came_by_step: bool
    """Whether the parameters are what a step has left."""
    tests: TestCurve = _UNTESTED
    """The test losses that were computed."""

    @property
    def last_step(self) -> int:
        """The last step that is known."""
        return max(self.here.moment[0], self.losses.length - 1)

    @property
    def nbytes(self) -> int:
        """Bytes of the parameters that are kept, roughly."""
        return sum(nbytes_of(checkpoint) for checkpoint in (self.here, *self.checkpoints))


def arrays_of(
    checkpoint: Checkpoint,
) -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Yield every array that a checkpoint holds, however deep; a person's images are no part."""
    rest: list[object] = list(vars(checkpoint).values())
    while rest:
        value = rest.pop()
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, tuple | list):
            rest += value
        elif is_dataclass(value) and not isinstance(value, TrainingConfig):
            rest += vars(value).values()


def nbytes_of(checkpoint: Checkpoint) -> int:
    """Count the bytes of a checkpoint's arrays."""
    return sum(array.nbytes for array in arrays_of(checkpoint))


def settings_used_until(
    moments: Iterable[Moment], stages: Sequence[Stage], journal: Sequence[Entry]
) -> Iterator[tuple[StepSettings, ...]]:
    """Yield how the run took its steps up to each of some moments, which are in order."""
    settings_used: tuple[StepSettings, ...] = ()
    at, done = 0, 0

    def stepped(settings_used: tuple[StepSettings, ...]) -> tuple[StepSettings, ...]:
        step_settings = stages[done].config.step_settings
        return (
            settings_used
            if settings_used[-1:] == (step_settings,)
            else (*settings_used, step_settings)
        )

    for step, changes in moments:
        while done < changes:
            if journal[done].step > at:
                settings_used, at = stepped(settings_used), journal[done].step
            done += 1
        if step > at:
            settings_used, at = stepped(settings_used), step
        yield settings_used


def record_of(run: Run, most_checkpoints: int, most_bytes: int) -> RunRecord:
    """Return the record of a run, with at most so many checkpoints and bytes."""
    log, ending = run.log, run.here.ending
    here, came_by_step = run.here.checkpoint(run.log.done), run.here.came_by_step
    if not np.isfinite(here.parameters).all():
        # A step has led to infinity and its loss, that ends the run, is not there yet: the
        # moment before that step is the last one that can be looked at.
        step = here.moment[0] - 1
        done = sum(entry.step <= step for entry in log.journal[: log.done])
        state = run.here.state.copy()
        state.undo()
        here = replace(here, moment=(step, done), parameters=here.previous, state=state.noted())
        came_by_step = False
    return RunRecord(
        log.origin.config,
        tuple(log.journal),
        here,
        log.timeline.sample(most_checkpoints, most_bytes),
        log.history.buckets(),
        ending.outcome,
        ending.diverged_at,
        log.carried,
        ending.first_loss,
        came_by_step,
        log.tests.curve(),
    )


def run_of(record: RunRecord) -> Run:
    """Return a run that is where a record was taken.

    The parameters are the record's own: whether they follow from its journal is not asked.
    """
    run = Run.of(record.config)
    here, log = run.here, run.log
    stages = list(stages_of(record.config, record.journal, record.carried))
    for stage, entry in zip(stages[1:], record.journal, strict=True):
        log.set_cost(stage, entry.step)
    log.journal, log.carried = list(record.journal), record.carried
    log.history.take(record.losses)
    log.tests.take(record.tests)
    for checkpoint in record.checkpoints:
        log.timeline.keep(checkpoint)
    run.restore(record.here)
    here.ending.outcome, here.ending.diverged_at = record.outcome, record.diverged_at
    here.ending.first_loss = record.first_loss
    here.ending.set_limit(here.images.targets)
    here.came_by_step = record.came_by_step
    return run
