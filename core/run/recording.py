"""All of a run that a file keeps, and a run that stands where such a record was taken."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass, replace

import numpy as np

from core.images.batches import Schedule
from core.metrics.curve import Samples, TestCurve
from core.metrics.earlier import Past, Way
from core.metrics.history import Buckets
from core.run.changes import AddImage, RemoveImage, SetFrozen
from core.run.stopping import Outcome
from core.run.timeline import Checkpoint, Entry, Moment
from core.run.travel import Travel
from core.run.walking import Walking
from core.settings.config import TrainingConfig, check_batch_size

_UNTESTED = Samples().curve()


@dataclass(frozen=True)
class Stage:
    """What the journal has made of a run, after so many of its entries."""

    config: TrainingConfig
    """The settings then."""
    frozen: frozenset[int]
    """The parameters that no step moves."""
    schedule: Schedule
    """How many images there are, and how they are parted into batches."""


@dataclass(frozen=True, eq=False)
class RunRecord:
    """A run: what it was made from, what was changed, where it stands, and what it came by."""

    config: TrainingConfig
    """The settings at step 0."""
    journal: tuple[Entry, ...]
    """What was changed when."""
    here: Checkpoint
    """The moment that it stands at."""
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
    """The test losses that were looked at."""

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
    """Give every array that a checkpoint holds, however deep; a person's images are no part."""
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


def stages_of(config: TrainingConfig, journal: Iterable[Entry], carried: int) -> Iterator[Stage]:
    """Tell the run from its start: the stage before any entry, then the one after each.

    The first so many entries are edits of images that it began with. What a step takes is to fit
    what they leave, and not every number of images on the way.

    Raises
    ------
    ConfigError
        At an entry that asks for what no run can have.
    """
    images = config.training_images
    stage = Stage(config, frozenset(), Schedule(images, config.batch_size or images))
    yield stage
    for place, entry in enumerate(journal, 1):
        change, frozen, schedule = entry.change, stage.frozen, stage.schedule
        config = change.applied_to(stage.config)
        if isinstance(change, SetFrozen):
            only = frozenset({change.index})
            frozen = frozen | only if change.frozen else frozen - only
        elif isinstance(change, AddImage | RemoveImage):
            is_carried = place <= carried
            images = change.count_after(
                images, replace(config, batch_size=None) if is_carried else config
            )
            config = config.holding(images)
        if place >= carried:
            check_batch_size(config.batch_size, images)
        size = config.batch_size or images
        if (images, size) != (schedule.images, schedule.batch_size):
            schedule = schedule.changed(entry.step, images, size)
        stage = Stage(config, frozen, schedule)
        yield stage


def ways_to(
    moments: Iterable[Moment], stages: Sequence[Stage], journal: Sequence[Entry]
) -> Iterator[tuple[Way, ...]]:
    """Give how the run took its steps up to each of some moments, which are in order."""
    ways: tuple[Way, ...] = ()
    at, done = 0, 0

    def stepped(ways: tuple[Way, ...]) -> tuple[Way, ...]:
        way = stages[done].config.way
        return ways if ways[-1:] == (way,) else (*ways, way)

    for step, changes in moments:
        while done < changes:
            if journal[done].step > at:
                ways, at = stepped(ways), journal[done].step
            done += 1
        if step > at:
            ways, at = stepped(ways), step
        yield ways


class Recording(Walking):
    """A run that can be taken down whole, and go on from what was taken down."""

    @property
    def origin(self) -> Checkpoint:
        """The start that a run shares with those that branched off it, and with no others."""
        return self._timeline.first

    def record(self, most_checkpoints: int, most_bytes: int) -> RunRecord:
        """Take down the run; what it keeps of its past is thinned to so much."""
        here, came_by_step = self.checkpoint(), self._came_by_step
        if not np.isfinite(here.parameters).all():
            # A step has led to infinity and its loss, that ends the run, is not there yet: the
            # moment before that step is the last one that can be looked at.
            step = here.moment[0] - 1
            done = sum(entry.step <= step for entry in self._journal[: self._done])
            state = self.state.copy()
            state.undo()
            here = replace(here, moment=(step, done), parameters=here.previous, state=state.noted())
            came_by_step = False
        return RunRecord(
            self._timeline.first.config,
            tuple(self._journal),
            here,
            self._timeline.sample(most_checkpoints, most_bytes),
            self.history.buckets(),
            self.outcome,
            self.diverged_at,
            self._carried,
            self._first_loss,
            came_by_step,
        )

    def stand_by(self, record: RunRecord) -> None:
        """Stand where the record was taken; for a run just made from the record's config.

        The parameters are the record's own: whether they follow from its journal is not asked.
        """
        stages = list(stages_of(record.config, record.journal, record.carried))
        for stage, entry in zip(stages[1:], record.journal, strict=True):
            self._meter.change(stage.config, stage.schedule, entry.step, len(stage.frozen))
        self._journal, self._carried = list(record.journal), record.carried
        self.history.take(record.losses)
        for checkpoint in record.checkpoints:
            self._timeline.keep(checkpoint)
        self.restore(record.here)
        self.outcome, self.diverged_at = record.outcome, record.diverged_at
        self._first_loss = record.first_loss
        self._set_limit()
        self._came_by_step = record.came_by_step

    @staticmethod
    def begun_again(run: Travel) -> Past:
        """Give what a run is compared with that begins where this one began."""
        last = (run._ways or run._ways_on())[-1]
        # Where images were changed on the way, the same settings do not go the same way.
        ways = run._ways if run._edits_made == run._carried else ()
        return Past(ways, last, run.history.curve(), run._meter)

    @property
    def has_begun_again(self) -> bool:
        """Whether it is compared with `other` as with a run from the same start."""
        if self._past is None or self.other is None:
            return False
        same = self.begun_again(self.other)
        return (self._past.ways, self._past.last_way) == (same.ways, same.last_way)

    def stand_beside(self, other: Travel, *, begun_again: bool) -> None:
        """Have another run beside this one, to be compared with it."""
        self.other = other
        if begun_again:
            self._past = self.begun_again(other)
        else:
            self._past = Past((), other._last_way(), other.history.curve(), other._meter)
