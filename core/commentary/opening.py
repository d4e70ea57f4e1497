"""Facts about a run at its first moment, and the learning rate above which it diverges."""

import math

from core.run.snapshot import Snapshot
from core.settings.config import TrainingConfig
from core.structs import Struct


class Opening(Struct):
    """A run at its first moment, and what it predicts for the selected image."""

    task: str
    """What is to be learned, a name in `TASKS`."""
    prediction: float
    target: float
    learning_rate: float
    """Of the first step."""
    limit: float | None
    """2/λ, above which it diverges; None where that is not known."""
    zero: bool
    """Whether all weights begin at 0."""
    rule: float | None = None
    """The clean label of the image, if its label differs."""
    is_scheduled: bool = False
    """Whether the rate changes by a schedule, and may come below the limit by itself."""


def opening(now: Snapshot) -> Opening:
    """Return what there is before the first step."""
    return Opening(
        task=now.config.task,
        prediction=now.reading.prediction,
        target=now.reading.target,
        learning_rate=now.rate,
        limit=stable_rate_limit(now.config, now),
        zero=now.config.initialisation == "zero",
        rule=now.rule,
        is_scheduled=has_schedule(now.config),
    )


def stable_rate_limit(config: TrainingConfig, now: Snapshot) -> float | None:
    """Return the learning rate above which this run diverges, where that is known.

    It is known where the loss is quadratic and each step is −η times its gradient over all images.
    On mini-batches the curvature over all images is no limit, nor is it for another optimizer, with
    L1 or L2, or along the ways that are left where weights are frozen.
    """
    if now.quadratic is None or not (now.is_full_batch and config.is_plain_descent) or now.frozen:
        return None
    limit = now.quadratic.stable_learning_rate
    return limit if math.isfinite(limit) else None


def has_schedule(config: TrainingConfig) -> bool:
    """Whether the learning rate goes on changing: a warm-up alone ends at a rate that stays."""
    return config.schedule != "constant"
