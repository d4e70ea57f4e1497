"""Going back: moments of a run, kept now and then; what lies between two is trained again.

A moment is reached by restoring the checkpoint before it and replaying: the same parameters, the
same batches and the same changes give the same bits. So it takes few checkpoints, spaced by the
time that a replay takes, and not by steps.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable
from typing import TypeAlias

from core.arrays import Array
from core.images.batches import Schedule
from core.metrics.previous_run import StepSettings
from core.network.update import State
from core.run.changes import AddImage, Change, ImageEdit, RemoveImage
from core.run.stopping import Progress
from core.settings.config import TrainingConfig
from core.structs import Struct

MEMORY = 64 * 2**20
"""Bytes that the checkpoints of a run may take, or those of four if that is more."""
SPACING = 0.003
"""Seconds of training from one checkpoint to the next, while there is room."""
_OVERHEAD = 1_000
"""Bytes of a checkpoint without its parameters, roughly."""
_MOST = 4_000

Moment: TypeAlias = tuple[int, int]
"""A place in a run: updates so far, and changes so far that a person made."""


class Entry(Struct):
    """One line of a run's journal."""

    step: int
    """How many updates there had been."""
    change: Change
    """What was changed then."""


def edits_in(journal: Iterable[Entry]) -> list[ImageEdit]:
    """Return what a journal says was done to the training images."""
    changes = (entry.change for entry in journal)
    return [change for change in changes if isinstance(change, AddImage | RemoveImage)]


class Checkpoint(Struct, eq=False):
    """All that a run's moment depends on."""

    moment: Moment
    """Where it lies."""
    config: TrainingConfig
    """The settings then."""
    parameters: Array
    """The flat vector; a copy."""
    previous: Array
    """The same one step before; a copy."""
    state: State
    """The optimizer state; a copy."""
    frozen: frozenset[int]
    """The parameters that no step moves."""
    settings_used: tuple[StepSettings, ...]
    """How the run took its steps up to there."""
    progress: Progress
    """What patience had seen."""
    schedule: Schedule
    """Which pass over the images a step belongs to. The images themselves follow from the run's
    first ones and its journal."""


class Timeline:
    """The checkpoints of a run, in order.

    Parameters
    ----------
    first : Checkpoint
        The run's start; it is never dropped.
    """

    def __init__(self, first: Checkpoint) -> None:
        self._checkpoints = [first]
        self._capacity = _capacity_for(first)
        self._seconds = 0.0

    def __len__(self) -> int:
        """Count the checkpoints."""
        return len(self._checkpoints)

    @property
    def first(self) -> Checkpoint:
        """The run's start."""
        return self._checkpoints[0]

    def sample(self, most: int, most_bytes: int) -> tuple[Checkpoint, ...]:
        """Choose some checkpoints behind the first, evenly, the newest among them."""
        # With another optimizer, checkpoints may have become larger.
        size = max(map(_size_of, self._checkpoints))
        most = min(most, most_bytes // size)
        later = self._checkpoints[1:]
        stride = max(1, -(-len(later) // most)) if most else 1
        return tuple(later[::-1][::stride][::-1]) if most else ()

    def is_due(self, moment: Moment, seconds: float) -> bool:
        """Whether a checkpoint is wanted here, so many seconds of training further on."""
        self._seconds += seconds
        return self._seconds >= SPACING and self.before(moment).moment[0] < moment[0]

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint; where there is no room, thin out the older ones."""
        self._seconds = 0.0
        insort(self._checkpoints, checkpoint, key=_moment)
        # With another optimizer, checkpoints may have become larger.
        self._capacity = min(self._capacity, _capacity_for(checkpoint))
        while len(self._checkpoints) > self._capacity:
            half = len(self._checkpoints) // 2
            older = self._checkpoints[:half]
            self._checkpoints = older[::2] + self._checkpoints[half:]

    def before(self, moment: Moment) -> Checkpoint:
        """Return the last checkpoint at or before a moment."""
        return self._checkpoints[bisect_right(self._checkpoints, moment, key=_moment) - 1]

    def resume(self) -> None:
        """Count the seconds to the next checkpoint from 0: a checkpoint was restored."""
        self._seconds = 0.0

    def leaner(self) -> "Timeline":
        """Return a timeline in a sixteenth of the memory, for a run that was left."""
        leaner = Timeline(self._checkpoints[0])
        most = max(4, self._capacity // 16)
        stride = -(-len(self._checkpoints) // most)
        leaner._checkpoints = self._checkpoints[::stride]
        leaner._capacity = self._capacity
        return leaner

    def until(self, moment: Moment) -> "Timeline":
        """Return the timeline up to a moment; the checkpoints themselves are shared."""
        cut = Timeline(self._checkpoints[0])
        end = bisect_right(self._checkpoints, moment, key=_moment)
        cut._checkpoints = self._checkpoints[:end]
        cut._capacity = self._capacity
        return cut


def _capacity_for(checkpoint: Checkpoint) -> int:
    """Count how many checkpoints of this size may be kept."""
    return max(4, min(_MOST, MEMORY // _size_of(checkpoint)))


def _size_of(checkpoint: Checkpoint) -> int:
    """Count the bytes of a checkpoint, roughly."""
    numbers = checkpoint.parameters.nbytes + checkpoint.previous.nbytes + checkpoint.state.nbytes
    return numbers + _OVERHEAD


def _moment(checkpoint: Checkpoint) -> Moment:
    return checkpoint.moment
