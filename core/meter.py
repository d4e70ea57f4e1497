"""What a run has cost so far: the multiply-adds of every step it took."""

from copy import copy
from dataclasses import dataclass

from core.batches import Batches
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


class Meter:
    """Exact totals for any step of a run, without a count for each.

    Parameters
    ----------
    config : TrainingConfig
        Gives the first tariff.
    batches : Batches
        Tells how large the last batch of an epoch is.
    """

    def __init__(self, config: TrainingConfig, batches: Batches) -> None:
        self._batches = batches
        self._tariffs: list[Tariff] = []
        self.change(config, 0)

    def change(self, config: TrainingConfig, step: int, frozen: int = 0) -> None:
        """Charge the steps after `step` updates as this config says; forget what came later."""
        self._tariffs = [tariff for tariff in self._tariffs if tariff.first_step <= step]
        before = self.total(step) if self._tariffs else 0
        last_size = self._batches.size_at(self._batches.per_epoch - 1)
        whole = cost_of(config, self._batches.batch_size, frozen=frozen).step
        last = cost_of(config, last_size, frozen=frozen).step
        epoch = (self._batches.per_epoch - 1) * whole + last
        if self._tariffs and self._tariffs[-1].first_step == step:
            self._tariffs.pop()
        self._tariffs.append(Tariff(step, before, whole, epoch))

    def copy(self) -> "Meter":
        """Give a meter that goes on by itself."""
        copied = copy(self)
        copied._tariffs = list(self._tariffs)
        return copied

    def total(self, step: int) -> int:
        """Multiply-adds of the first `step` updates."""
        tariff = next(t for t in reversed(self._tariffs) if t.first_step <= step)

        def since_start(steps: int) -> int:
            epochs, rest = divmod(steps, self._batches.per_epoch)
            return epochs * tariff.epoch + rest * tariff.step

        return tariff.before + since_start(step) - since_start(tariff.first_step)
