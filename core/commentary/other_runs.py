"""One run in another's place, as facts: what is come back to, and what a new one says at first."""

from dataclasses import dataclass

from core.run.snapshot import Snapshot


@dataclass(frozen=True)
class CameBack:
    """The run that was left for another one stands again where it was left."""

    step: int
    last_step: int
    """The last step that is known of it."""
    loss: float | None


@dataclass(frozen=True)
class Answered:
    """What the network makes of the image that is looked at."""

    prediction: float
    truth: float
    task: str
    rule: float | None = None
    """What the task's rule says of the image, where its label says something else."""


def came_back(now: Snapshot) -> CameBack:
    """Tell where the run stands that was come back to."""
    return CameBack(now.step, max(now.step, now.curve.length - 1), now.loss)


def answered(now: Snapshot) -> Answered:
    """Tell what the network says of the image."""
    return Answered(now.reading.prediction, now.reading.truth, now.config.task, now.rule)
