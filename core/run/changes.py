"""What a user may change in a run, as data.

`Trainer.apply` carries a change out between two steps. So a run can be told as its config and the
list of what was changed when.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

from core.errors import ConfigError
from core.run.edits import AddImage, RemoveImage
from core.settings.config import TrainingConfig
from core.settings.kinds import Value
from core.settings.settings import SETTINGS


@dataclass(frozen=True)
class SetSettings:
    """Go on with other settings: those with which a run can, see `Setting.keeps_run`.

    Another optimizer begins with nothing remembered; what it is set to may change as it goes on.
    Another batch size begins a new epoch.
    """

    values: tuple[tuple[str, Value], ...]
    """Names of settings, each with its new value."""

    @classmethod
    def of(cls, **values: Value) -> "SetSettings":
        """Make one from names and values."""
        return cls(tuple(values.items()))

    def applied_to(self, config: TrainingConfig) -> TrainingConfig:
        """Give the config with the change; raises `ConfigError`."""
        for name, _ in self.values:
            if name not in SETTINGS:
                raise ConfigError(name, "is no setting of a run")
            if not SETTINGS[name].keeps_run:
                raise ConfigError(name, "cannot change while a run goes on; it starts one anew")
        return config.with_settings(dict(self.values))


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


Change: TypeAlias = SetSettings | SetParameter | SetParameters | SetFrozen | AddImage | RemoveImage
"""Any of them."""

_LADDER = (1, 2, 5)


def neighbouring_rate(rate: float, *, up: bool) -> float:
    """Give the next learning rate on the ladder 1, 2, 5 × 10ᵏ, at most 10⁶, at least 10⁻⁹."""
    rungs = [float(f"{digit}e{power}") for power in range(-9, 7) for digit in _LADDER]
    if up:
        return next((rung for rung in rungs if rung > rate * (1 + 1e-9)), rate)
    return next((rung for rung in reversed(rungs) if rung < rate * (1 - 1e-9)), rate)
