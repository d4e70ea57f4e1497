"""A run's settings as a person is changing them: texts, what is wrong, and what would follow."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from core import ConfigError, SetSettings, TrainingConfig, neighbouring_rate
from core.settings import (
    SETTINGS,
    Choice,
    Layers,
    Real,
    Setting,
    Switch,
    Value,
    Whole,
    fitting,
    written,
)
from core.structs import Struct

_SEEDS = ("seed", "data_seed")
_LAYERS = ((), (2,), (4,), (8,), (4, 4), (8, 8))


class Draft(Struct):
    """The settings of a run, some of them changed but not yet accepted."""

    base: TrainingConfig
    """The run as it is."""
    start: TrainingConfig
    """What the texts are changes of: the run as it is, or a preset."""
    texts: Mapping[str, str]
    """What was typed, by setting; the others are as at the start."""

    def text(self, name: str) -> str:
        """Return the text in a field."""
        return self.texts.get(name, written(getattr(self.start, name)))

    def typed(self, name: str, text: str) -> "Draft":
        """Return the draft with another text in a field; with a task, also with what fits it."""
        texts = {**self.texts, name: text}
        if text != self.text(name):
            texts |= _fitting(name, text)
        return replace(self, texts=texts)

    def beginning(self, config: TrainingConfig) -> "Draft":
        """Return a draft that begins with another config, such as a preset."""
        return Draft(self.base, config, {})

    @cached_property
    def _read(self) -> tuple[TrainingConfig, ConfigError | None]:
        values: dict[str, Value] = {}
        for name, text in self.texts.items():
            try:
                values[name] = SETTINGS[name].read(text)
            except ValueError as error:
                return self.start, ConfigError(name, str(error))
        try:
            config = self.start.with_settings(values)
            if not config.draws_like(self.base):  # on images of its own, none of them added by hand
                config = replace(config, at_hand=None)
            return config, None
        except ConfigError as error:
            return self.start, error

    @property
    def problem(self) -> ConfigError | None:
        """What is wrong with it, if anything."""
        return self._read[1]

    @property
    def config(self) -> TrainingConfig:
        """The config that it describes; where something is wrong, the one it began with."""
        return self._read[0]

    @cached_property
    def differing(self) -> tuple[str, ...]:
        """The settings that differ from the run as it is."""
        names = (*SETTINGS, "data")
        return tuple(n for n in names if getattr(self.base, n) != getattr(self.config, n))

    @property
    def starting_anew(self) -> tuple[str, ...]:
        """Those among them that no run can go on with."""
        return tuple(n for n in self.differing if n == "data" or not SETTINGS[n].keeps_run)

    @property
    def opens_preset(self) -> bool:
        """Whether it is a preset as it was chosen, and not the run as it is."""
        return self.start != self.base and self.config == self.start

    @property
    def change(self) -> SetSettings | None:
        """What the run is to go on with; None where it starts another one."""
        if self.opens_preset or self.starting_anew:
            return None
        return SetSettings(tuple((name, getattr(self.config, name)) for name in self.differing))

    def matters(self, setting: Setting) -> bool:
        """Whether a setting has a part in the run that the draft describes."""
        return setting.matters(self.config)

    def stepped(self, name: str, by: int) -> "Draft":
        """Return the draft with the next value in a field, or the one before."""
        setting = SETTINGS[name]
        try:
            value = setting.read(self.text(name))
        except ValueError:
            value = getattr(self.start, name)
        following = _next(setting, value, by)
        return self if following == value else self.typed(name, written(following))


def _fitting(name: str, text: str) -> dict[str, str]:
    """Return the texts that go with a task, or with what values pixels have."""
    takes = SETTINGS[name].takes
    if not isinstance(takes, Choice) or not takes.holds(text):
        return {}
    # What other choices would bring along goes back to what is usual.
    brought = {other for choice in takes.names for other in fitting({name: choice})}
    usual: dict[str, Value] = {other: getattr(TrainingConfig(), other) for other in brought}
    return {other: written(value) for other, value in {**usual, **fitting({name: text})}.items()}


def _next(setting: Setting, value: Value, by: int) -> Value:
    """Return the value after one, or before it; at the end, that value itself."""
    match setting.takes:
        case Choice(names):
            return _neighbour(names, value, by)
        case Switch():
            states: tuple[Value, ...] = (False, True)
            return _neighbour((None, *states) if setting.unset else states, value, by)
        case Layers():
            return _neighbour(_LAYERS, value, by)
        case Whole(least, most):
            if not isinstance(value, int):
                return max(least, 1) if by > 0 else value
            there = value + by if setting.name in _SEEDS else _rung(value, by)
            if there < least and setting.unset:
                return None
            return min(most, max(least, there))
        case Real() as real:
            return _next_real(setting, real, value, by)
    return value


def _next_real(setting: Setting, real: Real, value: Value, by: int) -> Value:
    """Go along hundredths and twentieths where a share is asked for, else 1, 2, 5 × 10ᵏ."""
    if not isinstance(value, int | float):
        return min(real.most, 0.01 if setting.name == "until_loss" else 0.9) if by > 0 else value
    if real.most == 1.0:
        there = round(value + 0.05 * by, 10)
    elif value == 0:
        there = 0.001 if by > 0 else value
    else:
        there = neighbouring_rate(float(value), up=by > 0)
        if there < 1e-6 and real.with_least:
            there = 0.0
    if real.holds(there):
        return there
    return None if by < 0 and setting.unset else value


def _rung(value: int, by: int) -> int:
    """Return the next of 1, 2, 5, 10, 20, …"""
    if value + by <= 1:
        return value + by
    return round(neighbouring_rate(float(value), up=by > 0))


def _neighbour(values: tuple[Value, ...] | tuple[str, ...], value: Value, by: int) -> Value:
    """Return the next of some values, going round; from none of them, the first."""
    if value not in values:
        return values[0]
    return values[(values.index(value) + by) % len(values)]
