"""The cost of a run: the multiply-adds of every step it took."""

from collections import Counter
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from functools import lru_cache

from core.images.batches import Schedule
from core.network.cost import StepCost, step_cost
from core.network.losses import LOSSES
from core.network.optimizers import OPTIMIZERS
from core.settings.config import TrainingConfig
from core.structs import Struct


def judging_cost(config: TrainingConfig, schedule: Schedule) -> int:
    """Return the multiply-adds of a look at all training images, where an epoch ends with one.

    With mini-batches a stop condition is judged by it. A full batch shows them all in any case, and
    without a stop condition nobody asks.
    """
    if schedule.is_full_batch or not config.is_judged:
        return 0
    return cost_of(config, schedule.images).forward.count


def cost_of(
    config: TrainingConfig, images: int, method: str | None = None, frozen: int = 0
) -> StepCost:
    """Return the cost of a step of this run on so many images, perhaps by another method."""
    return _cost(
        config.architecture,
        images,
        config.gradient if method is None else method,
        OPTIMIZERS[config.optimizer],
        config.options,
        LOSSES[config.loss],
        frozen,
    )


# Asked for several times a frame. What is kept are no configs: a person's own images may be in one.
_cost = lru_cache(maxsize=64)(step_cost)


class StepPrice(Struct):
    """What steps cost from some step on, until something changes."""

    first_step: int
    """The first step that costs this."""
    before: int
    """Multiply-adds of all the steps before it."""
    step: int
    """Multiply-adds of a step on a whole batch."""
    last: int
    """The same of an epoch's last step, whose batch may be smaller; with the forward pass over all
    images, if a stop condition is judged by it."""
    judging: int
    """Multiply-adds of that forward pass; 0 where there is none."""
    schedule: Schedule
    """Tells which step is the last one of an epoch."""

    def last_steps(self, step: int) -> int:
        """Count the epochs' last steps from the first one to `step` updates."""
        return self.schedule.epochs(step) - self.schedule.epochs(self.first_step)

    def total(self, step: int) -> int:
        """Multiply-adds of the first `step` updates; at least `first_step`."""
        last = self.last_steps(step)
        return self.before + last * self.last + (step - self.first_step - last) * self.step

    def epochs(self, step: int) -> float:
        """Passes over all images that its steps up to `step` updates are, parts of one included."""
        return (step - self.first_step) / self.schedule.per_epoch

    def images(self, step: int) -> int:
        """Images that its steps up to `step` updates learn from, those seen again included."""
        schedule = self.schedule
        seen = []
        for each in (self.first_step, step):
            passes, rest = divmod(each - schedule.since, schedule.per_epoch)
            seen.append(passes * schedule.images + rest * schedule.batch_size)
        return seen[1] - seen[0]

    def is_like(self, other: "StepPrice") -> bool:
        """Whether it goes on as another does."""
        return replace(other, first_step=self.first_step, before=self.before) == self


class Meter:
    """Exact totals for any step of a run, without a count for each.

    Parameters
    ----------
    config : TrainingConfig
        Gives the first price.
    schedule : Schedule
        Tells how many images there are, and how large the last batch of an epoch is.
    """

    def __init__(self, config: TrainingConfig, schedule: Schedule) -> None:
        self._prices: list[StepPrice] = []
        self.change(config, schedule, 0)

    def change(
        self, config: TrainingConfig, schedule: Schedule, step: int, frozen: int = 0
    ) -> None:
        """Set what the steps after `step` updates cost; forget what came later."""
        self._prices = [price for price in self._prices if price.first_step <= step]
        before = self.total(step) if self._prices else 0
        last_size = schedule.size_at(schedule.since + schedule.per_epoch - 1)
        whole = cost_of(config, schedule.batch_size, frozen=frozen).step
        judging = judging_cost(config, schedule)
        last = cost_of(config, last_size, frozen=frozen).step + judging
        price = StepPrice(step, before, whole, last, judging, schedule)
        if self._prices and self._prices[-1].first_step == step:
            self._prices.pop()
        if not (self._prices and price.is_like(self._prices[-1])):
            self._prices.append(price)

    @property
    def has_batches(self) -> bool:
        """Whether any of its steps are on mini-batches."""
        return any(not price.schedule.is_full_batch for price in self._prices)

    def images_at(self, step: int) -> int:
        """Return how many images the step after so many updates learns from."""
        return self._at(step).schedule.size_at(step)

    def _at(self, step: int) -> StepPrice:
        return next(each for each in reversed(self._prices) if each.first_step <= step)

    def copy(self) -> "Meter":
        """Return a meter that goes on by itself."""
        copied = copy(self)
        copied._prices = list(self._prices)
        return copied

    def total(self, step: int) -> int:
        """Multiply-adds of the first `step` updates."""
        return self._at(step).total(step)

    @property
    def changes(self) -> tuple[int, ...]:
        """The steps from which on steps cost something else, 0 among them."""
        return tuple(price.first_step for price in self._prices)

    def epochs(self, step: int) -> float:
        """Passes over all images that the first `step` updates are, parts of one included."""
        parts = self._parts(step)
        return sum(price.epochs(price.first_step + steps) for price, steps, _ in parts)

    def images_seen(self, step: int) -> int:
        """Images that the first `step` updates learn from, each as often as one does."""
        parts = self._parts(step)
        return sum(price.images(price.first_step + steps) for price, steps, _ in parts)

    def steps_by_cost(self, step: int) -> tuple[tuple[int, int], ...]:
        """Sort the first `step` updates by what they cost: how many, and what each."""
        kinds: Counter[int] = Counter()
        for price, steps, last in self._parts(step):
            kinds[price.step] += steps - last
            kinds[price.last] += last
        return tuple((steps, cost) for cost, steps in kinds.items() if steps)

    def judging(self, step: int) -> int:
        """Multiply-adds that judging stop conditions took, in the first `step` updates."""
        return sum(last * price.judging for price, _, last in self._parts(step))

    def _parts(self, step: int) -> Iterator[tuple[StepPrice, int, int]]:
        """Give for each price how many of the first `step` updates have it: all, and last ones."""
        ends = [price.first_step for price in self._prices[1:]] + [step]
        for price, end in zip(self._prices, ends, strict=True):
            steps = max(0, min(end, step) - price.first_step)
            yield price, steps, price.last_steps(price.first_step + steps)
