"""Facts about predictions: the one for the selected image, and how many are too high or too low."""

import math
from typing import TypeAlias

from core.commentary.steps.weights import is_small
from core.images.tasks import TASKS
from core.metrics.scores import YES
from core.run.snapshot import Snapshot
from core.structs import Struct

RIGHT = 0.0005
"""A prediction this near to the target is the target to three decimals."""
VISIBLE = 1e-3
"""A smaller change of a prediction need not show in its three decimals."""
NOTABLE_SHARE = 0.02
"""Smallest share of the images changing sides that is a fact."""


class SelectedImage(Struct):
    """What some steps did to the prediction for the selected image."""

    before: float
    after: float
    target: float
    images: int
    """In the batch that the step learned from."""
    together_better: bool
    """Whether the loss over all training images is known to have fallen."""
    together_worse: bool
    """Whether it is known to have risen."""
    answered: int
    """How many of the batch were wrong in the direction that the move of this prediction mends."""
    task: str
    is_training: bool = False
    """Whether it was picked out of the training images."""
    is_noisy: bool = False
    """Whether the target is a label that the task's rule does not give."""

    @property
    def crossed_target(self) -> bool:
        """Whether it went from one side of the target to the other, and is not right there."""
        return (self.before - self.target) * (self.after - self.target) < 0

    @property
    def worse(self) -> bool:
        """Whether it is farther from the target now."""
        return abs(self.after - self.target) > abs(self.before - self.target)

    @property
    def came_right(self) -> bool:
        """Whether it is the target to three decimals, or the right one of yes and no, only now."""
        if TASKS[self.task].yes_no:
            return (self.after >= YES) == (self.target >= YES) != (self.before >= YES)
        return abs(self.after - self.target) < RIGHT <= abs(self.before - self.target)

    @property
    def went_wrong(self) -> bool:
        """Whether it is the wrong one of yes and no, only now."""
        if not TASKS[self.task].yes_no:
            return False
        return (self.after >= YES) != (self.target >= YES) == (self.before >= YES)


def selected_image(before: Snapshot, after: Snapshot) -> SelectedImage | None:
    """Return what became of the prediction for the selected image, if the change can be seen."""
    old, new = before.reading, after.reading
    change = new.prediction - old.prediction
    if old.image != new.image or not math.isfinite(change) or math.isnan(new.target):
        return None
    better = before.loss is not None and after.loss is not None and after.loss < before.loss
    fact = SelectedImage(
        before=old.prediction,
        after=new.prediction,
        target=new.target,
        images=before.batch_size,
        together_better=better and after.is_full_batch,
        together_worse=not better and after.is_full_batch,
        answered=before.too_high if change < 0 else before.too_low,
        task=after.config.task,
        is_training=new.is_training,
        is_noisy=after.rule is not None,
    )
    is_right = abs(fact.after - fact.target) < RIGHT
    sign_changed = fact.came_right or fact.went_wrong
    return fact if sign_changed or (abs(change) > VISIBLE and not is_right) else None


class ErrorSides(Struct):
    """How many images are predicted too high and too low, before and after."""

    task: str
    images: int
    high_before: int
    high: int
    low_before: int
    low: int


def error_sides(before: Snapshot, after: Snapshot) -> ErrorSides | None:
    """Return how many images are predicted too high and too low, if that changed much.

    Only where `WeightsMoved` does not have it.
    """
    was, now = (before.too_high, before.too_low), (after.too_high, after.too_low)
    if is_small(after) or None in (before.loss, after.loss) or not after.is_full_batch:
        return None
    if abs(was[0] - now[0]) < NOTABLE_SHARE * after.batch_size:
        return None
    return ErrorSides(after.config.task, after.batch_size, was[0], now[0], was[1], now[1])


ImageFact: TypeAlias = SelectedImage | ErrorSides
"""Either of them."""
