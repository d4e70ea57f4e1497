"""What a person trains: a run, the run beside it, and the runs that were left."""

from dataclasses import dataclass, replace
from functools import cached_property

from core.images.images import DEFAULT_IMAGE, Example, Image
from core.metrics.previous_run import PreviousRun
from core.run.changes import Change, is_by_hand
from core.run.descent import Descent, ManualEdits
from core.run.run import Run
from core.run.snapshot import Snapshot, freeze
from core.run.timeline import Checkpoint
from core.settings.config import TrainingConfig, check_batch_size

RUNS_KEPT = 30
"""Earlier runs that can be come back to …"""
EMPTY_KEPT = 10
"""… of which no more than these were left before their first step, as a network is being built …"""
RUNS_MEMORY = 64 * 2**20
"""… as long as their parameters and images take no more bytes than these; one always can."""


@dataclass(frozen=True, eq=False)
class OtherRun:
    """A run beside another one, which is compared with it; it goes no further."""

    run: Run
    has_started_again: bool
    """Whether the other one has begun where this one began, and did not branch off it."""

    @cached_property
    def previous(self) -> PreviousRun:
        """What a run is compared with."""
        here, log = self.run.here, self.run.log
        if not self.has_started_again:
            last = log.last_settings(here.config)
            return PreviousRun((), last, log.history.curve(), log.effort)
        last = (here.settings_used or here.settings_used_next)[-1]
        # Where images were changed on the way, the same settings do not go the same way.
        settings_used = here.settings_used if len(log.edits) == log.carried else ()
        return PreviousRun(settings_used, last, log.history.curve(), log.effort)


@dataclass(frozen=True, eq=False)
class LeftRun:
    """A run that another one was begun instead of."""

    run: Run
    other: OtherRun | None
    """The one beside it."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done in it: no step, no change, no other run beside it."""
        return not (self.run.last_step or self.run.log.journal or self.other)

    @property
    def nbytes(self) -> int:
        """Bytes of its numbers, without its images."""
        return 3 * self.run.here.network.parameters.nbytes + self.run.here.state.nbytes


class Trainer:
    """A run, and the runs that it can change places with: nothing a key does loses a run.

    Parameters
    ----------
    run : Run or TrainingConfig
        The run, or what it is made from.
    other : Other, optional
        The run beside it.
    """

    def __init__(self, run: Run | TrainingConfig, other: OtherRun | None = None) -> None:
        self.run = run if isinstance(run, Run) else Run.of(run)
        self.other = other
        """The run that this one branched off, or that it was before it was started again."""
        self.left: list[LeftRun] = []
        """The runs that are kept: in a ring, from the one that follows this one to the one before.
        """
        self._later = 0
        """How many of them, the first ones, this one was returned to from."""
        self._visited: Checkpoint | None = None
        """The origin of the run that `visit` has opened last."""
        self._descent: Descent | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done in the run: no step, no change, no other run beside it."""
        return LeftRun(self.run, self.other).is_empty

    def apply(self, change: Change) -> None:
        """Carry out a person's change, between two steps.

        Before the last step that is known, that starts a branch: the run as it had been is kept
        beside it.

        Raises
        ------
        ConfigError
            If the change asks for what no run can have; nothing is changed then.
        """
        run = self.run
        if is_by_hand(change) and not run.log.manual_edits(run.step_count):
            self._descent = None
            run.log.keep(run.here.checkpoint(run.log.done))  # descent is to begin here
        whole = run.copy() if run.log.goes_beyond(run.step_count) else None
        run.apply(change)
        if whole is not None:
            self.other = OtherRun(whole, has_started_again=False)

    def swap(self) -> None:
        """Change places with the run beside this one."""
        if self.other is None:
            return
        # A copy of each: runs that were left may have the same one beside them.
        here, there = self.run.copy(), self.other.run.copy()
        self.run, self.other = there, OtherRun(here, has_started_again=False)

    def reset(self) -> None:
        """Start again from the same weights; the run so far becomes the previous run."""
        other = self.other
        if self.run.last_step:
            other = OtherRun(self.run.copy(), has_started_again=True)
        self._begin(self.run.started_again(self.run.config), other)

    def restart(self, seed: int) -> None:
        """Start with other weights on the same images.

        Raises
        ------
        ConfigError
            If the seed is outside 0 … 2³² − 1.
        """
        self._begin(self.run.started_again(replace(self.run.config, seed=seed)))

    def open(self, config: TrainingConfig) -> None:
        """Start another run, from whatever config."""
        self._begin(Run.of(config))

    def visit(self, config: TrainingConfig) -> None:
        """Start a run that can be trained again at any time: unless it is changed, it is not kept.

        So a person may look at any number of them, and the run before is still the one that these
        were begun instead of.
        """
        run = Run.of(config)
        if self.is_repeatable:
            self.run, self.other = run, None
        else:
            self._begin(run)
        self._visited = run.log.origin

    def rebuild(self, config: TrainingConfig) -> None:
        """Start another run, on the images that there are now if it draws the same ones.

        Raises
        ------
        ConfigError
            If an image that was added by hand cannot be learned from in that run, or a step would
            take more images than are left.
        """
        edits = self.run.log.edits if config.draws_like(self.run.config) else []
        if not edits:
            self.open(config)
            return
        check_batch_size(config.batch_size, len(self.run.here.images))
        for edit in edits:
            edit.applied_to(config)
        self._begin(self.run.started_again(config))

    def continue_with(self, opened: "Trainer") -> None:
        """Continue with another trainer's run."""
        self._begin(opened.run, opened.other)

    @property
    def runs_before(self) -> int:
        """How many of the runs that are kept were there before this one."""
        return len(self.left) - self._later

    def return_to_before(self, *, goes_round: bool = False) -> bool:
        """Return to the run before this one, which is kept unless nothing was done in it.

        Parameters
        ----------
        goes_round : bool
            Whether the run before the first one is the last one.

        Returns
        -------
        bool
            Whether there was one.
        """
        is_first = not self.runs_before
        if not self.left or (is_first and not goes_round):
            return False
        kept = [] if self.is_empty or self.is_repeatable else [self._kept_small()]
        before = self.left.pop()
        self.left[:0] = kept
        self._later = 0 if is_first else self._later + len(kept)
        self.run, self.other = before.run, before.other
        return True

    def _begin(self, run: Run, other: OtherRun | None = None) -> None:
        """Continue with a new run; the present one is kept."""
        self.left, self._later = _kept([*self.left, self._kept_small()]), 0
        self.run, self.other = run, other

    def _kept_small(self) -> LeftRun:
        """Return the present run as it is kept, in little memory."""
        left = LeftRun(self.run.copy(), self.other)
        left.run.log.timeline = left.run.log.timeline.leaner()
        return left

    @property
    def is_repeatable(self) -> bool:
        """Whether it is a run that `visit` has opened, and nothing in it was changed."""
        log = self.run.log
        return log.origin is self._visited and not (log.journal or self.other)

    @property
    def descent(self) -> Descent | None:
        """Gradient descent beside what is changed by hand here; None where nothing was.

        Its `catch_up` takes the steps that are missing.
        """
        run = self.run
        if not run.log.manual_edits(run.step_count):
            self._descent = None  # beside edits that have ended it would only take memory
        elif self._descent is None or not self._descent.belongs_to(run):
            self._descent = Descent(run)
        else:
            self._descent.afford()
        return self._descent

    @property
    def manual_edits(self) -> ManualEdits | None:
        """What was changed by hand here, as far as it is known what descent reaches."""
        descent = self.descent
        return None if descent is None else descent.manual_edits

    def snapshot(self, image: Image = DEFAULT_IMAGE, example: Example | None = None) -> Snapshot:
        """Freeze this moment, looking at an image, which may be one of the run's own.

        Loss and gradient are None while the present parameters have not been evaluated;
        `Run.ensure_evaluated` evaluates them. Scores that take long are those that were found last.
        """
        previous = None if self.other is None else self.other.previous
        return freeze(self.run, image, example, previous, self.manual_edits)


def _kept(runs: list[LeftRun]) -> list[LeftRun]:
    """Return the runs that are kept of those that were left, the last one last."""
    unbegun, kept = 0, []
    for left in reversed(runs):
        unbegun += left.is_empty
        if left is runs[-1] or not left.is_empty or unbegun <= EMPTY_KEPT:
            kept.append(left)
    bytes_kept, images = 0, {id(runs[-1].run.log.base)}
    for count, left in enumerate(kept[:RUNS_KEPT], 1):
        bytes_kept += left.nbytes
        if id(left.run.here.images) not in images:
            images.add(id(left.run.here.images))
            bytes_kept += left.run.here.images.nbytes
        if bytes_kept > RUNS_MEMORY:
            return kept[:count][::-1]
    return kept[: RUNS_KEPT + 1][::-1]
