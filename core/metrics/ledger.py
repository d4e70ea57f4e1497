"""The ledger of a run: the multiply-adds of every step it took."""

from collections import Counter
from copy import copy
from dataclasses import dataclass, replace

from core.images.batches import Schedule
from core.network.cost import StepCost, step_cost
from core.network.losses import LOSSES
from core.network.optimizers import OPTIMIZERS
from core.settings.config import TrainingConfig


def cost_of(
    config: TrainingConfig, images: int, method: str | None = None, frozen: int = 0
) -> StepCost:
    """Return the ledger of a step of this run on so many images, perhaps by another method."""
    return step_cost(
        config.architecture,
        images,
        config.gradient if method is None else method,
        OPTIMIZERS[config.optimizer],
        config.options,
        LOSSES[config.loss],
        frozen,
    )


@dataclass(frozen=True)
class StepPrice:
    """What steps cost from some step on, until something changes."""

    first_step: int
    """The first step that costs this."""
    before: int
    """Multiply-adds of all the steps before it."""
    step: int
    """Multiply-adds of a step on a whole batch."""
    last: int
    """The same of an epoch's last step, whose batch may be smaller."""
    schedule: Schedule
    """Tells which step is the last one of an epoch."""

    def last_steps(self, step: int) -> int:
        """Count the epochs' last steps from the first one to `step` updates."""
        return self.schedule.epochs(step) - self.schedule.epochs(self.first_step)

    def total(self, step: int) -> int:
        """Multiply-adds of the first `step` updates; at least `first_step`."""
        last = self.last_steps(step)
        return self.before + last * self.last + (step - self.first_step - last) * self.step

    def is_like(self, other: "StepPrice") -> bool:
        """Whether it goes on as another does."""
        return replace(other, first_step=self.first_step, before=self.before) == self


class Meter:
    """Exact totals for any step of a run, without a count for each.

    Parameters
    ----------
    config : TrainingConfig
        Gives the first tariff.
    schedule : Schedule
        Tells how many images there are, and how large the last batch of an epoch is.
    """

    def __init__(self, config: TrainingConfig, schedule: Schedule) -> None:
        self._tariffs: list[StepPrice] = []
        self.change(config, schedule, 0)

    def change(
        self, config: TrainingConfig, schedule: Schedule, step: int, frozen: int = 0
    ) -> None:
        """Charge the steps after `step` updates as these say; forget what came later."""
        self._tariffs = [tariff for tariff in self._tariffs if tariff.first_step <= step]
        before = self.total(step) if self._tariffs else 0
        last_size = schedule.size_at(schedule.since + schedule.per_epoch - 1)
        whole = cost_of(config, schedule.batch_size, frozen=frozen).step
        last = cost_of(config, last_size, frozen=frozen).step
        tariff = StepPrice(step, before, whole, last, schedule)
        if self._tariffs and self._tariffs[-1].first_step == step:
            self._tariffs.pop()
        if not (self._tariffs and tariff.is_like(self._tariffs[-1])):
            self._tariffs.append(tariff)

    def copy(self) -> "Meter":
        """Return a meter that goes on by itself."""
        copied = copy(self)
        copied._tariffs = list(self._tariffs)
        return copied

    def total(self, step: int) -> int:
        """Multiply-adds of the first `step` updates."""
        return next(t for t in reversed(self._tariffs) if t.first_step <= step).total(step)

    def bill(self, step: int) -> tuple[tuple[int, int], ...]:
        """Sort the first `step` updates by what they cost: how many, and what each."""
        kinds: Counter[int] = Counter()
        ends = [tariff.first_step for tariff in self._tariffs[1:]] + [step]
        for tariff, end in zip(self._tariffs, ends, strict=True):
            steps = max(0, min(end, step) - tariff.first_step)
            last = tariff.last_steps(tariff.first_step + steps)
            kinds[tariff.step] += steps - last
            kinds[tariff.last] += last
        return tuple((steps, cost) for cost, steps in kinds.items() if steps)
