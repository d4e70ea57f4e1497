"""What the lab predicts: a step of each engine, and of the same network with one thing changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from core import ConfigError, TrainingConfig
from core.arrays import Cancelled, IsCancelled
from core.prediction import (
    Experiment,
    Prediction,
    changed,
    is_known,
    memory_of,
    predict,
    traffic_of,
)
from core.rates import Rates, gpu_limits
from core.structs import Struct
from tui.worker import Setup

LONGEST = 1.0
"""Seconds of a step that is still timed."""
LARGEST = 2**29
"""Bytes of a step that is still timed."""
_DOUBLINGS = 10
"""Of the images, on the path of the roofline."""

Predictions: TypeAlias = Mapping[str, Prediction]
"""By engine; those whose rates are not known are left out."""


class Trial(Struct):
    """A network with one thing changed."""

    config: TrainingConfig | None
    """The network; None if there is none."""
    problem: str
    """Why there is none."""
    predictions: Predictions
    memory: int = 0
    """Bytes of a step."""
    frozen: int = 0
    """How many parameters no step moves."""

    def too_much(self, engine: str) -> str:
        """Return why it is not timed, as a word: ``time`` or ``memory``; empty if it can be."""
        if self.memory > LARGEST:
            return "memory"
        known = self.predictions.get(engine)
        return "time" if known is not None and known.seconds > LONGEST else ""


class Survey(Struct):
    """What is predicted of a network."""

    now: Trial
    """The network of the run."""
    trials: Mapping[Experiment, Trial]
    peak: float
    """Multiply-adds per second of the machine, at its best."""
    gpu_peak: float = 0.0
    """The same of its GPU; 0 if there is none."""

    def peak_for(self, engine: str) -> float:
        """Return the most multiply-adds per second of what an engine computes on."""
        return (engine == "gpu" and self.gpu_peak) or self.peak


class Spot(Struct):
    """A step on the roofline."""

    images: int
    """Per step."""
    intensities: Mapping[str, float]
    """Multiply-adds per byte that a step reads and writes, by engine; without those whose bytes are
    not known."""
    speeds: Mapping[str, float]
    """Predicted multiply-adds per second, by engine."""

    def intensity(self, engine: str) -> float:
        """Return multiply-adds per byte of an engine; of the matrix engine if its own are not
        known."""
        return self.intensities.get(engine, self.intensities["matrix"])


def survey(
    config: TrainingConfig,
    rates: Rates,
    engines: Sequence[str],
    cancelled: IsCancelled | None = None,
    *,
    frozen: int = 0,
) -> Survey:
    """Predict the steps of a network, and of the same network with one thing changed.

    Parameters
    ----------
    config : TrainingConfig
        As `core.prediction.as_timed` returns it.
    rates : Rates
        Of this machine.
    engines : sequence of str
        Names.
    cancelled : callable, optional
        Asked now and then; once it says True, this raises `Cancelled`.
    frozen : int
        Parameters that no step moves; twice the images leave them so, another network has none.
    """
    now = _trial(config, frozen, rates, engines, cancelled)
    trials = {}
    for experiment in Experiment:
        try:
            other = changed(config, experiment)
        except ConfigError as error:
            trials[experiment] = Trial(None, error.problem, {})
        else:
            kept = frozen if experiment is Experiment.IMAGES else 0
            trials[experiment] = _trial(other, kept, rates, engines, cancelled)
    return Survey(now, trials, peak_of(rates), gpu_limits(rates)[0])


def peak_of(rates: Rates) -> float:
    """Return the most multiply-adds per second that the machine was seen to compute."""
    return 1.0 / min(rates.product.fastest, rates.product_all_threads.fastest)


def path(
    config: TrainingConfig,
    rates: Rates,
    engines: Sequence[str],
    cancelled: IsCancelled | None = None,
    *,
    frozen: int = 0,
) -> tuple[Spot, ...]:
    """Predict how a step moves on the roofline while its images double, as `survey` does."""
    return tuple(_spots(config, frozen, rates, engines, cancelled))


def _spots(
    config: TrainingConfig,
    frozen: int,
    rates: Rates,
    engines: Sequence[str],
    cancelled: IsCancelled | None,
) -> Iterator[Spot]:
    for _ in range(_DOUBLINGS + 1):
        found = _predictions(config, frozen, rates, engines, cancelled)
        speeds = {name: each.multiply_adds / each.seconds for name, each in found.items()}
        intensities = {}
        for name, each in found.items():
            if traffic := traffic_of(config, engine=name):
                intensities[name] = each.multiply_adds / traffic
        yield Spot(config.images_per_step, intensities, speeds)
        try:
            config = changed(config, Experiment.IMAGES)
        except ConfigError:  # more images than a run may have
            return


def _trial(
    config: TrainingConfig,
    frozen: int,
    rates: Rates,
    engines: Sequence[str],
    cancelled: IsCancelled | None,
) -> Trial:
    found = _predictions(config, frozen, rates, engines, cancelled)
    return Trial(config, "", found, memory_of(config).total, frozen)


def _predictions(
    config: TrainingConfig,
    frozen: int,
    rates: Rates,
    engines: Sequence[str],
    cancelled: IsCancelled | None,
) -> Predictions:
    found = {}
    for name in engines:
        if cancelled is not None and cancelled():
            raise Cancelled
        if is_known(name, rates):
            found[name] = predict(config, rates, engine=name, frozen=frozen)
    return found


def setup_of(trial: Trial, engine: str) -> Setup:
    """Return what is timed of a network that there is, on an engine."""
    config = trial.config
    assert config is not None
    other = config if config.engine == engine else replace(config, engine=engine)
    return Setup(other, trial.frozen)
