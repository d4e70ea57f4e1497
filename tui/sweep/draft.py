"""What a sweep is to vary, as a person types it, and what would follow from that."""

import os
from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property
from math import prod

from core import Cancelled, ConfigError, TrainingConfig, neighbouring_rate
from core.arrays import IsCancelled
from core.errors import SweepError
from core.run import ending
from core.settings import SETTINGS, Real, Value, fitting
from core.structs import Struct
from core.sweeps import (
    SEEDS,
    Grid,
    foreseen_seconds,
    kind_for,
    read_values,
    title_of,
    typed_values,
    words_of_values,
)
from core.typed_numbers import real
from tui.words.phrases import fit, listed

MOST_RUNS = 10_000
"""A sweep on the screen has no more."""
GOAL = "goal"
"""The field for the loss to wait for, which is no setting."""
_GOAL = Real(0.0)
FIRST = ("hidden", "activation", "learning_rate", "optimizer", "batch_size", "steps", "seed", GOAL)
"""Fields that come first: those that a sweep varies most often."""
FIELDS = (*FIRST, *(name for name in SETTINGS if name not in FIRST))
_SIZES = (1, 2, 4, 8)
"""Neurons of the hidden layers that are offered."""


class Plan(Struct):
    """A sweep that can begin."""

    grid: Grid
    goal: float | None
    seconds: float
    """Roughly how long its runs take one after the other."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was typed for it, by field."""

    def words(self, width: int) -> str:
        """Return what would be trained, and roughly how long, in at most so many columns."""
        lengths = {name: len(values) for name, values in self.grid.axes.items() if len(values) > 1}
        named = " × ".join(f"{title_of(name)} ({length})" for name, length in lengths.items())
        bare = " × ".join(map(str, lengths.values()))
        runs, time = listed(len(self.grid), "run"), f"{self._time()}."
        if not lengths:
            return fit(f"{runs}; {time}", runs, width=width)
        ways = f"{runs}: {named}; {time}", f"{runs}: {bare}; {time}", f"{runs}; {time}", runs
        return fit(*ways, width=width)

    def _time(self) -> str:
        """Return roughly how long it takes; a busy machine decides over a few seconds."""
        if kind_for(self.seconds) == "inline":
            return "a few seconds"
        count = min(os.cpu_count() or 1, len(self.grid))
        workers = f"{count} process{'es' * (count > 1)}"
        return f"roughly {time_text(self.seconds / count)} in {workers}"


class Draft(Struct):
    """A sweep as it is being typed."""

    base: TrainingConfig
    """The run on the screen, which all runs of the sweep begin from."""
    texts: Mapping[str, str]
    """What was typed or is offered, by field; the others are as in the run."""

    @classmethod
    def of(cls, base: TrainingConfig) -> "Draft":
        """Return what is offered for a run: sizes of its hidden layers, or learning rates."""
        if layers := len(base.hidden):
            sizes: tuple[Value, ...] = tuple((size,) * layers for size in _SIZES)
            return cls(base, {"hidden": typed_values(sizes), "seed": "0..2"})
        rate = base.learning_rate
        up = neighbouring_rate(rate, up=True)
        rates = neighbouring_rate(rate, up=False), rate, up, neighbouring_rate(up, up=True)
        return cls(base, {"learning_rate": typed_values(rates), "seed": "0..2"})

    def text(self, name: str) -> str:
        """Return the text in a field."""
        if name in self.texts or name == GOAL:
            return self.texts.get(name, "none")
        return typed_values((getattr(ending(self.base), name),))

    def typed(self, name: str, text: str) -> "Draft":
        """Return the draft with another text in a field; with none, it is as in the run."""
        texts = {**self.texts, name: text}
        if not text:
            del texts[name]
        return replace(self, texts=texts)

    def about(self, name: str) -> str:
        """Return what a field takes."""
        if name == GOAL:
            return (
                "a loss to reach: the sweep counts steps and multiply-adds until then, and names "
                "the cheapest combination; none: no goal"
            )
        return words_of_values(SETTINGS[name])

    def varies(self, name: str) -> bool:
        """Whether a field has several values."""
        return len(self._read[0].get(name, ())) > 1

    @cached_property
    def _read(self) -> tuple[dict[str, tuple[Value, ...]], tuple[str, str] | None]:
        """The values of the fields, as far as they can be read; and the first problem."""
        axes: dict[str, tuple[Value, ...]] = {}
        problem: tuple[str, str] | None = None
        for name in FIELDS:
            if name not in self.texts or name == GOAL:
                continue
            try:
                axes[name] = read_values(SETTINGS[name], self.texts[name])
            except ValueError as error:
                problem = problem or (name, str(error))
        if (text := self.texts.get(GOAL, "none")) != "none":
            try:
                if not _GOAL.holds(real(text)):
                    raise ValueError
            except ValueError:
                problem = problem or (GOAL, f"must be {_GOAL.words}, or none (got {text!r})")
        return axes, problem

    @property
    def problem(self) -> tuple[str, str] | None:
        """The field that cannot be read, and why, if there is one."""
        if self._read[1] is not None:
            return self._read[1]
        runs = prod(map(len, self._read[0].values()))
        if runs > MOST_RUNS:
            words = f"{runs:,} combinations are more than the {MOST_RUNS:,} that this screen takes"
            return "", f"{words}: use napkin-net sweep"
        return None

    def plan(self, cancelled: IsCancelled | None = None) -> "Plan | tuple[str, str]":
        """Return the sweep, each of its runs checked; or the field that is wrong, and why.

        That takes time, some tenths of a millisecond for each run; raises `Cancelled`.
        """
        if self.problem is not None:
            return self.problem
        axes = self._read[0]
        # Seeds change fastest: a combination is complete before the next one begins.
        axes = {name: axes[name] for name in sorted(axes, key=lambda name: name in SEEDS)}
        goal, is_checked = self.text(GOAL), False

        def make(values: Mapping[str, Value]) -> TrainingConfig:
            if cancelled is not None and cancelled() and not is_checked:
                raise Cancelled
            return self._config(values)

        try:
            grid = Grid(axes, make)
            is_checked = True
            seconds = foreseen_seconds(grid)
            return Plan(grid, None if goal == "none" else real(goal), seconds, self.texts)
        except ConfigError as error:
            return error.setting, error.problem
        except SweepError as error:
            return "", str(error)

    def _config(self, values: Mapping[str, Value]) -> TrainingConfig:
        """Return the config of a run of the sweep."""
        # On images as they are generated, or in the file: those changed by hand are not in it.
        base = replace(self.base, at_hand=None)
        return ending(base.with_settings({**values, **fitting(values)}))


def field_title(name: str) -> str:
    """Return what a field is called."""
    return "goal" if name == GOAL else title_of(name)


def time_text(seconds: float) -> str:
    """Write a time that a person waits for."""
    if seconds < 1:
        return "1 s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    for unit, size in (("minutes", 60), ("hours", 3600), ("days", 86400)):
        if seconds < 120 * size or unit == "days":
            return f"{seconds / size:,.0f} {unit}"
    raise AssertionError("days are the last unit")
