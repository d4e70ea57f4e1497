"""What holds at a moment of a run in addition to its numbers, and what a change does to it."""

from collections.abc import Iterable, Iterator

from core.images.batches import Schedule
from core.run.changes import AddImage, Change, RemoveImage, SetFrozen
from core.run.timeline import Entry
from core.settings.config import TrainingConfig, check_batch_size
from core.structs import Struct


class Stage(Struct):
    """The settings, the frozen parameters and the batches of a run between two changes."""

    config: TrainingConfig
    """The settings."""
    frozen: frozenset[int]
    """The parameters that no step moves, by their place in the flat vector."""
    schedule: Schedule
    """How many images there are, and how they are cut into batches."""

    @classmethod
    def first(cls, config: TrainingConfig, images: int) -> "Stage":
        """Return the stage that a run begins with, on so many training images."""
        return cls(config, frozenset(), Schedule(images, config.batch_size or images))

    def changed(self, change: Change, step: int, config: TrainingConfig | None = None) -> "Stage":
        """Return the stage after a change.

        Parameters
        ----------
        change : Change
            One that `check` lets pass.
        step : int
            Updates before it.
        config : TrainingConfig, optional
            What `check` has returned for it; without, that is worked out here.

        Raises
        ------
        ConfigError
            If the settings do not allow what it asks for.
        """
        frozen, images = self.frozen, self.schedule.images
        if config is None:
            config = change.applied_to(self.config)
        if isinstance(change, SetFrozen):
            only = frozenset({change.index})
            frozen = frozen | only if change.frozen else frozen - only
        elif isinstance(change, AddImage | RemoveImage):
            images += 1 if isinstance(change, AddImage) else -1
        size, schedule = config.batch_size or images, self.schedule
        if (images, size) != (schedule.images, schedule.batch_size):
            config = config.holding(images)
            schedule = schedule.changed(step, images, size)
        return Stage(config, frozen, schedule)

    def check(self, change: Change, *, is_carried: bool = False) -> TrainingConfig:
        """Return the settings after a change that asks for what a run can have.

        Parameters
        ----------
        change : Change
            To be made here.
        is_carried : bool
            Whether it is an edit of an image that the run begins with: what a step takes has to fit
            what all of them leave, and not every number of images on the way.

        Raises
        ------
        ConfigError
            If no run can have what it asks for.
        """
        config, images = change.applied_to(self.config), self.schedule.images
        size = None if is_carried else config.batch_size
        if isinstance(change, AddImage | RemoveImage):
            change.check(images, size)
        else:
            check_batch_size(size, images)
        return config


def stages_of(config: TrainingConfig, journal: Iterable[Entry], carried: int) -> Iterator[Stage]:
    """Yield a run's stages from its start: the one before any entry, then the one after each.

    Parameters
    ----------
    config : TrainingConfig
        The settings at step 0.
    journal : iterable of Entry
        What was changed when.
    carried : int
        How many of the first entries are edits of images that it began with.

    Raises
    ------
    ConfigError
        At an entry that asks for what no run can have.
    """
    stage = Stage.first(config, config.training_images)
    yield stage
    for place, entry in enumerate(journal, 1):
        config = stage.check(entry.change, is_carried=place <= carried)
        stage = stage.changed(entry.change, entry.step, config)
        if place == carried:
            check_batch_size(stage.config.batch_size, stage.schedule.images)
        yield stage
