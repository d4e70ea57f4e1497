"""Many steps in each call of an engine: how many a call takes, and after which one there are no
more."""

import time
from dataclasses import dataclass, field
from typing import cast

from core.arrays import Array
from core.engines.engine import LONGEST_CALL, Engine, Evaluation, SteppingEngine, Stretch
from core.images.batches import Batches


@dataclass(slots=True)
class Calls:
    """Calls of an engine that follow one another from now on, until the steps have to end."""

    engine: SteppingEngine
    batches: Batches
    """What the steps learn from; a call stays within one pass over the images."""
    previous: Array
    """Where a call leaves the parameters before its last step, shape (parameter_count,)."""
    frozen: frozenset[int]
    """The parameters that no step moves."""
    until_loss: float
    """A step with a loss of at most this is the last."""
    limit: float
    """A step with a loss of more than this is the last."""
    last: int
    """The step to end with at the latest."""
    deadline: float
    """The time to end at, on the clock of `time.perf_counter`; one call is made in any case."""
    seconds: float
    """How long a step takes: foreseen at first, then as in the last call."""
    began: float = field(default_factory=time.perf_counter)
    """When the coming call begins."""
    is_over: bool = False
    """Whether there is no further call."""

    def take(self, step: int) -> tuple[Array, Evaluation]:
        """Take steps in one call; return the losses after each, and the evaluation after the last.

        Parameters
        ----------
        step : int
            The steps that the run has taken so far.
        """
        batches = self.batches
        images, place, rest = batches.pass_at(step + 1)
        stretch = Stretch(
            images, batches.batch_size, place, step, self.frozen, self.until_loss, self.limit
        )
        left = max(0.0, min(self.deadline - self.began, LONGEST_CALL))  # it may have passed
        fitting = int(left / self.seconds)
        count = max(1, min(self.last - step, rest, fitting))
        losses, evaluation = self.engine.steps(stretch, count, self.previous)
        ended, self.began = self.began, time.perf_counter()
        self.seconds = (self.began - ended) / len(losses)
        is_last = step + len(losses) == self.last or self.began >= self.deadline
        is_cut = len(losses) < count or not self.until_loss < losses[-1] <= self.limit
        self.is_over = is_last or is_cut
        return losses.copy(), evaluation


def stepping(engine: Engine, images: int) -> SteppingEngine | None:
    """Return the engine, if it takes many steps in one call, and steps over so many images."""
    if not hasattr(engine, "steps"):
        return None
    able = cast("SteppingEngine", engine)
    return able if images <= able.most_images else None
