"""A model of a run: the story of what was done, from which its settings, images and cost follow."""

from dataclasses import dataclass, field, replace

from core.network.cost import step_cost
from core.network.losses import LOSSES
from core.network.optimizers import OPTIMIZERS
from core.run.changes import AddImage, Change, RemoveImage, SetFrozen, SetSettings
from core.run.timeline import Moment
from core.settings.config import TrainingConfig
from tests.core.run.test_travel import Trace


@dataclass(frozen=True)
class Stage:
    """What follows from a story up to one of its places."""

    config: TrainingConfig
    images: int
    left: int
    """Images that the pass has still to see."""
    frozen: frozenset[int] = frozenset()
    steps: int = 0
    changes: int = 0
    paid: int = 0
    """Multiply-adds of all the steps."""

    @classmethod
    def first(cls, config: TrainingConfig) -> "Stage":
        return cls(config, config.training_images, config.training_images)

    @property
    def moment(self) -> Moment:
        return self.steps, self.changes

    @property
    def batch(self) -> int:
        return self.config.batch_size or self.images

    def stepped(self) -> "Stage":
        """Pay for a step on the images that are its turn."""
        config, size = self.config, min(self.batch, self.left)
        cost = step_cost(
            config.architecture, size, config.gradient, OPTIMIZERS[config.optimizer],
            config.options, LOSSES[config.loss], len(self.frozen),
        )  # fmt: skip
        left, paid = self.left - size or self.images, self.paid + cost.step
        if config.is_judged and size == self.left and size < self.images:
            # After the last of several batches, all images are looked at to judge the run.
            paid += self.images * config.architecture.weight_count
        return replace(self, left=left, steps=self.steps + 1, paid=paid)

    def changed(self, change: Change) -> "Stage":
        """Make a change; other images, or another batch size, begin a new pass over them."""
        after = replace(self, changes=self.changes + 1)
        match change:
            case SetSettings(values):
                after = replace(after, config=self.config.with_settings(dict(values)))
            case SetFrozen(index, frozen):
                only = frozenset({index})
                after = replace(after, frozen=self.frozen | only if frozen else self.frozen - only)
            case AddImage():
                config = self.config.holding(self.images + 1)
                after = replace(after, images=self.images + 1, config=config)
            case RemoveImage():
                config = self.config.holding(self.images - 1)
                after = replace(after, images=self.images - 1, config=config)
        is_same = (after.images, after.batch) == (self.images, self.batch)
        return after if is_same else replace(after, left=after.images)


@dataclass
class Story:
    """All that is known of a run, and where it stands."""

    stages: list[Stage]
    """The one before anything was done, then the one after each step and change."""
    changes: list[Change | None] = field(default_factory=list)
    """What leads from each stage to the next: a change, or None for a step."""
    at: int = 0
    """The stage that it stands at."""
    seen: dict[Moment, Trace] = field(default_factory=dict)
    """What there was at each moment that was stood at."""
    carried: int = 0
    """Changes that it began with, which nobody takes back."""
    is_blown: bool = False
    """Whether a step is known after the last that can be stood at: it led to infinity."""

    @property
    def here(self) -> Stage:
        return self.stages[self.at]

    @property
    def is_empty(self) -> bool:
        return len(self.stages) == 1

    def copy(self) -> "Story":
        return replace(self, stages=self.stages[:], changes=self.changes[:], seen=dict(self.seen))

    def cut(self) -> None:
        """Forget what came after this moment."""
        del self.stages[self.at + 1 :], self.changes[self.at :]
        known = {stage.moment for stage in self.stages}
        self.seen = {moment: seen for moment, seen in self.seen.items() if moment in known}
        self.is_blown = False

    def add(self, change: Change | None) -> None:
        """Continue from the last stage by a step or a change."""
        stage = self.stages[-1]
        self.stages.append(stage.stepped() if change is None else stage.changed(change))
        self.changes.append(change)
        self.at = len(self.stages) - 1

    def stand_at(self, moment: Moment) -> None:
        """Go where the story has a moment, or beyond its end, by steps."""
        moments = [stage.moment for stage in self.stages]
        if moment in moments:
            self.at = moments.index(moment)
            return
        assert moment[0] > self.stages[-1].steps
        assert moment[1] == self.stages[-1].changes
        while self.stages[-1].steps < moment[0]:
            self.add(None)
