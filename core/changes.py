"""What a user may change in a run, as data.

`Trainer.apply` carries a change out between two steps. So a run can be told as its config and the
list of what was changed when.
"""

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

from core.config import TrainingConfig
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

    @property
    def values(self) -> tuple[tuple[int, float], ...]:
        """The one place, with its value."""
        return ((self.index, self.value),)

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Give the config, which stays as it is; raises `ConfigError`."""
        _check_values(self.values, config)
        return config


@dataclass(frozen=True)
class SetParameters:
    """Give several weights and biases other values, all at once; one way back takes back all."""

    values: tuple[tuple[int, float], ...]
    """Places in the flat vector, none twice, each with its finite value."""

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Give the config, which stays as it is; raises `ConfigError`."""
        if not self.values:
            raise ConfigError("parameter", "takes at least one place with its value, not none")
        _check_values(self.values, config)
        known: set[int] = set()
        for index, _ in self.values:
            if index in known:
                raise ConfigError("parameter", f"takes one value for each, not two for {index:,}")
            known.add(index)
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


def _check_values(values: tuple[tuple[int, float], ...], config: TrainingConfig) -> None:
    for index, value in values:
        if not math.isfinite(value):
            raise ConfigError("parameter", f"takes a finite number, not {value:g}")
        _check_index(index, config)


def _check_index(index: int, config: TrainingConfig) -> None:
    count = config.architecture.parameter_count
    if not 0 <= index < count:
        raise ConfigError("parameter", f"takes 0 to {count - 1:,}, not {index:,}")


Change: TypeAlias = (
    SetLearningRate | SetEngine | SetGradientMethod | SetParameter | SetParameters | SetFrozen
)
"""Any of them."""

_LADDER = (1, 2, 5)


def neighbouring_rate(rate: float, *, up: bool) -> float:
    """Give the next learning rate on the ladder 1, 2, 5 × 10ᵏ, at most 10⁶, at least 10⁻⁹."""
    rungs = [float(f"{digit}e{power}") for power in range(-9, 7) for digit in _LADDER]
    if up:
        return next((rung for rung in rungs if rung > rate * (1 + 1e-9)), rate)
    return next((rung for rung in reversed(rungs) if rung < rate * (1 - 1e-9)), rate)
