"""Every combination of some settings' values, each checked before anything is trained."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import prod

from core.errors import ConfigError, SweepError
from core.metrics.meter import cost_of
from core.run.run import Run
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.kinds import Value
from core.sweeps.values import typed_values

MOST_RUNS = 1_000_000
"""A sweep has no more."""

Make = Callable[[Mapping[str, Value]], TrainingConfig]
"""Makes a config of some settings; it decides what the others are."""


class Grid:
    """The runs of a sweep: one for each combination of values.

    A setting that has no part in a run, as Adam's β₁ in plain gradient descent, takes only its
    first value there: the same run is not trained twice. Configs are made when they are asked for,
    and not kept.

    Parameters
    ----------
    axes : mapping of str to tuple
        The values of each setting that is given; the last one changes fastest.
    make : callable
        Makes the config of a combination.

    Raises
    ------
    SweepError
        If there are too many combinations.
    ConfigError
        If one of them is no run, or does not end.
    """

    def __init__(self, axes: Mapping[str, tuple[Value, ...]], make: Make) -> None:
        self.axes = dict(axes)
        self._make = make
        self._lengths = [len(values) for values in axes.values()]
        if prod(self._lengths) > MOST_RUNS:
            raise SweepError(
                f"a sweep has at most {MOST_RUNS:,} runs (got {prod(self._lengths):,})"
            )
        self._runs = self._count()

    def __len__(self) -> int:
        """Count the runs."""
        return self._runs

    def __iter__(self) -> Iterator[TrainingConfig]:
        """Make the config of each run."""
        for values in product(*self.axes.values()):
            config = self._make(dict(zip(self.axes, values, strict=True)))
            if self._is_first(config, values):
                yield config

    def config_of(self, values: Mapping[str, Value]) -> TrainingConfig:
        """Return the config of a run by its values; of a setting without one it has the first."""
        return self._make({name: each[0] for name, each in self.axes.items()} | dict(values))

    @property
    def names(self) -> tuple[str, ...]:
        """The settings that differ within the sweep."""
        return tuple(name for name, values in self.axes.items() if len(values) > 1)

    def has_goal(self, goal: float | None) -> bool:
        """Whether all runs have the same goal: the one that is given, or that at which they stop.

        Parameters
        ----------
        goal : float, optional
            The training loss that is waited for.
        """
        if goal is not None:
            return True
        first = self.first
        stops = {"until_loss": first.until_loss, "until_accuracy": first.until_accuracy}
        return not stops.keys() & {*self.names} and any(stop is not None for stop in stops.values())

    @property
    def combinations(self) -> int:
        """All combinations, with those that are the same run as another one."""
        return prod(self._lengths)

    @property
    def first(self) -> TrainingConfig:
        """The first run."""
        return self.config_of({})

    @property
    def last(self) -> TrainingConfig:
        """The last combination."""
        return self._make({name: values[-1] for name, values in self.axes.items()})

    def _is_first(self, config: TrainingConfig, values: tuple[Value, ...]) -> bool:
        """Whether it is the first of those combinations that are the same run."""
        return all(
            value == self.axes[name][0] or SETTINGS[name].matters(config)
            for name, value in zip(self.axes, values, strict=True)
        )

    def _count(self) -> int:
        """Count the runs; refuse the sweep if one of them cannot be."""
        runs, wrong = 0, 0
        first: tuple[ConfigError, tuple[Value, ...]] | None = None
        for values in product(*self.axes.values()):
            try:
                config = self._make(dict(zip(self.axes, values, strict=True)))
                if config.steps is None:
                    raise ConfigError("steps", "needs a value: a run of a sweep must end")
                runs += self._is_first(config, values)
            except ConfigError as problem:
                wrong += 1
                first = first or (problem, values)
        if first is None:
            return runs
        error, values = first
        raise ConfigError(error.setting, error.problem + self._place(values, wrong))

    def _place(self, values: tuple[Value, ...], wrong: int) -> str:
        """Return in which combination something is wrong, and how many more there are."""
        if self.combinations == 1:
            return ""
        named = [
            f"--{name.replace('_', '-')} {typed_values((value,))}"
            for name, value in zip(self.axes, values, strict=True)
            if len(self.axes[name]) > 1
        ]
        share = f"{wrong:,} of {self.combinations:,} combinations cannot be trained"
        return f"; {share}, the first is {' '.join(named)}"


_STEP_SECONDS = 10e-6
"""What a step takes at least, in numpy."""


def foreseen_seconds(grid: Grid) -> float:
    """Return roughly how long the runs of a sweep take one after the other.

    Only to decide whether workers are worth starting: it counts multiply-adds, and takes each run
    for as long as the longer one of the first and the last.
    """
    return len(grid) * max(_seconds(grid.first), _seconds(grid.last))


def _seconds(config: TrainingConfig) -> float:
    """Return roughly how long a run takes, if no other stop condition ends it before."""
    work = cost_of(config, config.images_per_step).step * _seconds_per_multiply_add(config.engine)
    return (config.steps or 0) * max(work, _STEP_SECONDS)


def _seconds_per_multiply_add(engine: str) -> float:
    """Return roughly what an engine takes, whether or not there is memory for a run."""
    try:
        run = Run.of(TrainingConfig(engine=engine, images=1))
        return run.here.engine.seconds_per_multiply_add
    except MemoryError:  # so not even for four weights: each run will say so
        return 0.0
