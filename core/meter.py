"""What a run has cost so far: the multiply-adds of every step it took."""

from copy import copy
from dataclasses import dataclass

from core.batches import Schedule
from core.config import TrainingConfig
from core.cost import StepCost, step_cost
from core.losses import LOSSES
from core.optimizers import OPTIMIZERS


def cost_of(
    config: TrainingConfig, images: int, method: str | None = None, frozen: int = 0
) -> StepCost:
    """Give the ledger of a step of this run on so many images, perhaps by another method."""
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
class Tariff:
    """What steps cost from some step on, until something changes."""

    first_step: int
    """The first step that costs this."""
    before: int
    """Multiply-adds of all the steps before it."""
    step: int
    """Multiply-adds of a step on a whole batch."""
    epoch: int
    """Multiply-adds of an epoch, whose last batch may be smaller."""
    schedule: Schedule
    """Which step is the last one of an epoch."""

    def since(self, step: int) -> int:
        """Multiply-adds of the steps since the schedule began, up to `step` updates."""
        epochs, rest = divmod(step - self.schedule.since, self.schedule.per_epoch)
        return epochs * self.epoch + rest * self.step


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
        self._tariffs: list[Tariff] = []
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
        epoch = (schedule.per_epoch - 1) * whole + last
        if self._tariffs and self._tariffs[-1].first_step == step:
            self._tariffs.pop()
        self._tariffs.append(Tariff(step, before, whole, epoch, schedule))

    def copy(self) -> "Meter":
        """Give a meter that goes on by itself."""
        copied = copy(self)
        copied._tariffs = list(self._tariffs)
        return copied

    def total(self, step: int) -> int:
        """Multiply-adds of the first `step` updates."""
        tariff = next(t for t in reversed(self._tariffs) if t.first_step <= step)
        return tariff.before + tariff.since(step) - tariff.since(tariff.first_step)
