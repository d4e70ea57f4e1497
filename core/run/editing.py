"""A run whose training images and settings a person changes."""

from collections.abc import Sequence

from core.images.batches import Batches, Schedule
from core.images.images import Batch
from core.run.changes import ImageEdit, edited
from core.run.stepping import Stepping
from core.run.stopping import Outcome, Progress
from core.settings.config import TrainingConfig


class Editing(Stepping):
    """Steps whose images and settings can be changed between two of them.

    Which images there are follows from those that the run began with and from what was done to
    them, so that only that has to be kept.

    Parameters
    ----------
    config : TrainingConfig
        What the run is made from.
    images : Batch
        All training images that it begins with.
    """

    def __init__(self, config: TrainingConfig, images: Batch) -> None:
        self._base = images
        super().__init__(config, images)

    def _begin(self) -> None:
        """Stand at step 0, on the first images."""
        self.images = self._base
        self._edits_made = 0
        super()._begin()

    def _edit(self, edit: ImageEdit) -> None:
        """Add an image or take one out, here and now."""
        self._edits_made += 1
        images = edit.edited(self.images)
        size = self.config.batch_size or len(images)
        self._hold(images, self._batches.schedule.changed(self.step_count, len(images), size))
        self._came_by_step = False
        self.outcome, self.diverged_at = None, None
        # Losses over other images do not compare: patience begins anew, with this step's.
        self._progress = Progress(self.step_count - 1)

    def _adopt(self, before: TrainingConfig) -> None:
        """Go on as the config says, some settings of which have just changed."""
        config, schedule = self.config, self._batches.schedule
        if config.optimizer != before.optimizer:
            self.state = self._new_state()
        self._equip(before)
        size = config.batch_size or len(self.images)
        if size != schedule.batch_size:
            self._hold(self.images, schedule.changed(self.step_count, len(self.images), size))
            self._came_by_step = False
        if size != schedule.batch_size or _counting(config) != _counting(before):
            # To the last bit, only losses of like batches that are computed alike compare.
            self._progress = Progress(self.step_count - 1)
        if self.outcome is not Outcome.DIVERGED:
            self.outcome = None
        if self._evaluation is not None:
            self._judge(self._evaluation)

    def _equip(self, before: TrainingConfig) -> None:
        """Have the engine that the config names, which is another than before, do what it says."""
        if (before.engine, before.gradient) != (self.config.engine, self.config.gradient):
            self._build()
        else:
            self._engine.move_by(self._rule)

    def _hold(self, images: Batch, schedule: Schedule) -> None:
        """Learn from these images from now on, in these passes."""
        self.images = images
        self.config = self.config.holding(len(images))
        self._batches = Batches(images, schedule.batch_size, self.config.seed, schedule)
        self._set_limit()
        self._build()  # an engine keeps room for every number of images that it has seen

    def _hold_again(self, edits: Sequence[ImageEdit], schedule: Schedule) -> None:
        """Learn from the images as these edits leave them, in these passes."""
        images = self.images
        if len(edits) != self._edits_made:
            self._edits_made, images = len(edits), edited(self._base, edits)
        if images is not self.images or schedule != self._batches.schedule:
            self._hold(images, schedule)

    def _begin_with(self, edits: Sequence[ImageEdit], images: Batch) -> None:
        """Begin on images that were edited already, and are these."""
        self._edits_made = len(edits)
        self._hold(images, Schedule(len(images), self.config.batch_size or len(images)))


def _counting(config: TrainingConfig) -> tuple[str, str, int | None]:
    """Give the settings besides the batch size with which patience begins anew."""
    return config.engine, config.gradient, config.patience
