"""Branching off where something is changed in a run's past; the runs that were left."""

from copy import copy
from typing import Self

from core.metrics.earlier import Past, Way
from core.network.network import Network
from core.run.changes import AddImage, Change, RemoveImage, SetSettings
from core.run.replay import Replay
from core.run.timeline import Entry, Moment
from core.settings.config import check_batch_size


class Travel(Replay):
    """A run that can be changed wherever it stands.

    That may be at an earlier moment than the last that is known; a change there starts a branch,
    and the run as it had been is kept beside it, as `other`.
    """

    other: "Travel | None" = None
    """The run that this one branched off, or that it was before it was started again."""
    before: "Travel | None" = None
    """The run that was left for this one: nothing a key does loses a run."""

    def _begin(self) -> None:
        """Stand at step 0, compared with no other run."""
        super()._begin()
        self._past: Past | None = None
        self.other = None

    @property
    def is_unbegun(self) -> bool:
        """Whether nothing was done in it: no step, no change, no other run beside it."""
        return not (self.last_step or self._journal or self.other)

    @property
    def changes_untold(self) -> int:
        """How many of the changes made so far the present config does not tell."""
        return sum(
            entry.step > 0 or not isinstance(entry.change, SetSettings)
            for entry in self._journal[: self._done]
        )

    def apply(self, change: Change) -> None:
        """Carry out a user's change, between two steps; before the end, that starts a branch.

        Raises
        ------
        ConfigError
            If the change asks for what no run can have; nothing is changed then.
        """
        config = change.applied_to(self.config)
        if isinstance(change, AddImage | RemoveImage):
            change.count_after(len(self.images), config)
        else:
            check_batch_size(config.batch_size, len(self.images))
        if len(self.history) > self.step_count + 1:
            self._branch()
        elif self._done < len(self._journal):
            self._forget_future()
        self._carry_out(change)
        self._charge()
        self._journal.append(Entry(self.step_count, change))
        self._done += 1

    def fork(self) -> Self:
        """Give a run that stands at the same moment; it goes on by itself once it is woken."""
        forked = self._twin((self.last_step, len(self._journal)))
        forked.network = Network(self.config.architecture, self.network.parameters.copy())
        forked._previous = self._previous.copy()
        forked.state = self.state.copy()
        return forked

    def _twin(self, last: Moment) -> Self:
        """Give a run that knows the same up to a moment, but has no parameters of its own yet."""
        twin = copy(self)
        twin._meter = self._meter.copy()
        twin.history = self.history.copy()
        twin._journal = self._journal[: last[1]]
        twin._timeline = self._timeline.until(last)
        twin._evaluation = None
        return twin

    def wake(self) -> None:
        """Make a fork ready to go on: only then it needs an engine of its own."""
        self._build()

    def _branch(self) -> None:
        """Leave the known future to `other`, and go on from here another way."""
        other = self.fork()
        other.other = None
        self.other = other
        self._past = Past((), self._last_way(), self.history.curve(), other._meter)
        self._meter = other._meter.copy()
        length = self.step_count + 1
        whole, self.history = self.history, self.history.cut(length)
        if (begun := len(self.history)) < length:
            # The rest of the last bucket is stepped again, to be known step by step.
            again = self.fork()
            again.wake()
            again.history = whole
            again.go_to((begun, 0))
            while len(self.history) < length:
                self.history.append(again.loss)
                again.reach((again.step_count + 1, 0))
        self._forget_future()
        self.outcome, self.diverged_at = None, None

    def _last_way(self) -> Way:
        """Give how the last known step is taken."""
        config = self.config
        for entry in self._journal[self._done :]:
            config = entry.change.applied_to(config)
        return config.way

    def swap(self) -> None:
        """Change places with `other`: it goes on, and this is kept beside it."""
        if self.other is None:
            return
        # A fork of it as well: runs that were left may have the same one beside them.
        here, there = self.fork(), self.other.fork()
        here.other = None
        past = Past((), here._last_way(), here.history.curve(), here._meter)
        vars(self).update(vars(there))
        self.other, self._past, self.before = here, past, here.before
        self.wake()
