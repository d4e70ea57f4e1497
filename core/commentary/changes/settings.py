"""Facts about changed settings: what each means for a run that goes on."""

import math
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from core.commentary.opening import has_schedule, stable_rate_limit
from core.run.snapshot import Snapshot
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.kinds import Value
from core.structs import Struct


class RateChanged(Struct):
    """Another learning rate: of the coming step, as a schedule has it."""

    before: float
    after: float
    limit: float | None
    is_scheduled: bool = False
    """Whether the rate changes by a schedule, and may come below the limit by itself."""

    @property
    def above(self) -> bool:
        """Whether it is known to diverge."""
        return self.limit is not None and self.after > self.limit


class EngineChanged(Struct):
    """Another engine computes the steps."""

    engine: str


class MethodChanged(Struct):
    """The gradient is found another way."""

    method: str
    parameters: int
    before: int
    """Multiply-adds of a step the other way."""
    after: int
    """Multiply-adds of a step from now on."""
    backprop_passes: float
    """What a forward pass and backprop's gradient come to, in forward passes."""
    difference: float | None = None
    """By how much the two gradients differ at most; None while one is not known."""
    corner_images: int | None = None
    """For how many images of the step a relu is at its corner; None if that is not known …"""
    images: int = 0
    """… of how many."""


class OptimizerChanged(Struct):
    """Another optimizer makes the steps, and begins with an empty state."""

    config: TrainingConfig
    """What the steps are made by from now on."""


class BatchChanged(Struct):
    """Steps see another number of images."""

    images: int
    """To a step, now."""
    whole: bool
    """Whether those are all training images."""
    left: bool
    """Whether an epoch was left before its end."""


class SettingChanged(Struct):
    """Another setting that a run goes on with."""

    setting: str
    """A name in `SETTINGS`."""
    before: Value
    after: Value
    matters: bool
    """Whether it has a part in the optimizer that makes the steps."""


SettingFact: TypeAlias = (
    RateChanged | EngineChanged | MethodChanged | OptimizerChanged | BatchChanged | SettingChanged
)
"""Any of them."""

_TOLD = ("learning_rate", "gradient", "engine", "optimizer", "batch_size")
"""Settings whose change is a fact of its own kind."""


def settings_changed(before: Snapshot, after: Snapshot) -> Iterator[SettingFact]:
    """Yield which settings have changed, what matters most first."""
    was, now = before.config, after.config
    rates = was.rate_at(after.step), after.rate
    if was.learning_rate != now.learning_rate or rates[0] != rates[1]:
        yield RateChanged(*rates, stable_rate_limit(now, after), has_schedule(now))
    if was.gradient != now.gradient:
        costs = after.other_cost.step, after.cost.step
        yield MethodChanged(
            now.gradient,
            len(after.parameters),
            *costs,
            _backprop_passes(after),
            _difference(before, after),
            after.corner_images,
            after.batch_size,
        )
    if was.engine != now.engine:
        yield EngineChanged(now.engine)
    if was.optimizer != now.optimizer:
        yield OptimizerChanged(now)
    old, new = before.schedule, after.schedule
    if was.batch_size != now.batch_size and old.batch_size != new.batch_size:
        yield BatchChanged(new.batch_size, new.is_full_batch, new.left > old.left)
    yield from _others(was, now)


def _others(was: TrainingConfig, now: TrainingConfig) -> Iterator[SettingFact]:
    """Yield the changed settings that have no kind of fact of their own."""
    for name, setting in SETTINGS.items():
        before: Value = getattr(was, name)
        after: Value = getattr(now, name)
        if setting.keeps_run and name not in _TOLD and before != after:
            yield SettingChanged(name, before, after, setting.matters(now))


def _difference(before: Snapshot, after: Snapshot) -> float | None:
    """Return the largest difference of two moments' gradients, where both are of the same step."""
    if before.gradient is None or after.gradient is None or before.step != after.step:
        return None
    if before.schedule != after.schedule or not np.array_equal(before.parameters, after.parameters):
        return None
    difference = float(np.max(np.abs(after.gradient - before.gradient)))
    return difference if math.isfinite(difference) else None


def _backprop_passes(now: Snapshot) -> float:
    """Return what backprop costs, forward pass and gradient, in forward passes."""
    cost = now.cost if now.config.gradient == "backprop" else now.other_cost
    return (cost.forward.count + cost.gradient.count) / cost.forward.count
