"""The time of a training step, predicted call by call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from core.network.cost import step_cost
from core.network.losses import LOSSES
from core.network.optimizers import OPTIMIZERS
from core.prediction.compiled import compiled_times
from core.prediction.gpu import gpu_times
from core.prediction.loops import loops_times
from core.prediction.matrix import matrix_times
from core.prediction.times import CallTime, Share
from core.rates.rates import Rates
from core.settings.config import TrainingConfig
from core.structs import Struct


class Prediction(Struct):
    """The time of one training step."""

    engine: str
    """Name of the engine."""
    images: int
    """Images of the batch."""
    multiply_adds: int
    """Of the step."""
    calls: tuple[CallTime, ...]
    """All that a step calls, in the order of the first time; `share` is their sum."""
    share: Share
    """Seconds of the step."""

    @property
    def seconds(self) -> float:
        """Seconds of the step."""
        return self.share.total


TIMES: dict[str, Callable[[TrainingConfig, Rates, int, int], Iterable[CallTime]]] = {
    "matrix": matrix_times,
    "loops": loops_times,
    "compiled": compiled_times,
    "gpu": gpu_times,
}
"""What predicts the calls of a step with so many images and frozen weights, by engine."""


def is_known(engine: str, rates: Rates) -> bool:
    """Whether a step of an engine can be predicted from the rates of a machine."""
    measured = {"compiled": rates.compiled, "gpu": rates.gpu}
    return engine in TIMES and measured.get(engine, rates) is not None


def predict(
    config: TrainingConfig,
    rates: Rates,
    *,
    engine: str | None = None,
    images: int | None = None,
    frozen: int = 0,
) -> Prediction:
    """Predict the time of a training step; nothing is allocated, however large the network.

    The step is the whole of what a run does from one step to the next, on a batch of full size. Its
    beginning of an epoch is shared out among all steps of the epoch.

    Parameters
    ----------
    config : TrainingConfig
        The network, its loss, its optimizer and the images.
    rates : Rates
        Of the machine.
    engine : str, optional
        A name in `TIMES`; the config's unless said.
    images : int, optional
        Of the batch; the config's batch size unless said.
    frozen : int
        Weights that steps do not move. Where an engine does not keep them itself, the run takes
        each back after the update.

    Raises
    ------
    KeyError
        If the rates of that engine are not known.
    """
    name = config.engine if engine is None else engine
    count = config.images_per_step if images is None else images
    calls = merged(TIMES[name](config, rates, count, frozen))
    cost = step_cost(
        config.architecture,
        count,
        config.gradient,
        OPTIMIZERS[config.optimizer],
        config.options,
        LOSSES[config.loss],
        frozen,
    )
    share = sum((call.share for call in calls), Share())
    return Prediction(name, count, cost.step, calls, share)


def merged(calls: Iterable[CallTime]) -> tuple[CallTime, ...]:
    """Put calls that are alike together, at the place of the first one.

    They may find their arrays in different caches: then the time of a number is their mean.
    """
    found: dict[object, CallTime] = {}
    for call in calls:
        key = call.phase, call.name, call.shape, call.counted
        known = found.get(key)
        found[key] = call if known is None else known + call
    return tuple(
        replace(call, terms=tuple(term for term in call.terms if term.seconds))
        for call in found.values()
    )
