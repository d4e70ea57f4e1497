"""What a user may change in a run, as data.

`Trainer.apply` carries a change out between two steps. So a run can be told as its config and the
list of what was changed when.
"""

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

from core.config import TrainingConfig
from core.edits import AddImage, RemoveImage
from core.errors import ConfigError


@dataclass(frozen=True)
class SetLearningRate:
    """Step by another fraction of the gradient from now on."""

    learning_rate: float
    """Above 0."""

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Give the config with the change; raises `ConfigError`."""
        return replace(config, learning_rate=self.learning_rate)


@dataclass(frozen=True)
class SetEngine:
    """Compute the steps with another engine from now on."""

    engine: str
    """A name in `ENGINES`."""

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Give the config with the change; raises `ConfigError`."""
        return replace(config, engine=self.engine)


@dataclass(frozen=True)
class SetGradientMethod:
    """Find the gradient another way from now on."""

    method: str
    """A name in `GRADIENT_METHODS`."""

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Give the config with the change; raises `ConfigError`."""
        return replace(config, gradient=self.method)


@dataclass(frozen=True)
class SetParameter:
    """Give a weight or bias another value."""

    index: int
    """Its place in the flat vector."""
    value: float
    """Finite."""

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Give the config, which stays as it is; raises `ConfigError`."""
        if not math.isfinite(self.value):
            raise ConfigError("parameter", f"takes a finite number, not {self.value:g}")
        _check_index(self.index, config)
        return config


@dataclass(frozen=True)
class SetFrozen:
    """Let no step move a weight or bias, or let them move it again."""

    index: int
    """Its place in the flat vector."""
    frozen: bool

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Give the config, which stays as it is; raises `ConfigError`."""
        _check_index(self.index, config)
        return config


def _check_index(index: int, config: TrainingConfig) -> None:
    count = config.architecture.parameter_count
    if not 0 <= index < count:
        raise ConfigError("parameter", f"takes 0 to {count - 1:,}, not {index:,}")


Change: TypeAlias = (
    SetLearningRate
    | SetEngine
    | SetGradientMethod
    | SetParameter
    | SetFrozen
    | AddImage
    | RemoveImage
)
"""Any of them."""

_LADDER = (1, 2, 5)


def neighbouring_rate(rate: float, *, up: bool) -> float:
    """Give the next learning rate on the ladder 1, 2, 5 × 10ᵏ, at most 10⁶, at least 10⁻⁹."""
    rungs = [float(f"{digit}e{power}") for power in range(-9, 7) for digit in _LADDER]
    if up:
        return next((rung for rung in rungs if rung > rate * (1 + 1e-9)), rate)
    return next((rung for rung in reversed(rungs) if rung < rate * (1 - 1e-9)), rate)
