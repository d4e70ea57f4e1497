"""The time of a training step, predicted call by call."""

from dataclasses import dataclass

from core.rates.rates import Rates
from core.settings.config import TrainingConfig


@dataclass(frozen=True)
class Share:
    """Seconds by what they are spent on."""

    call: float = 0.0
    """Calling: Python and numpy, before any number is computed."""
    compute: float = 0.0
    """Computing: multiply-adds, and the numbers of elementwise functions."""
    memory: float = 0.0
    """Waiting for memory beyond that."""

    @property
    def total(self) -> float:
        """All of it."""
        return self.call + self.compute + self.memory

    def __add__(self, other: "Share") -> "Share":
        """Add the seconds of two."""
        return Share(
            self.call + other.call, self.compute + other.compute, self.memory + other.memory
        )

    def __mul__(self, times: float) -> "Share":
        """Return the seconds of so many."""
        return Share(self.call * times, self.compute * times, self.memory * times)


@dataclass(frozen=True)
class CallTime:
    """One kind of call of a step: how often it is made, and how long each takes."""

    name: str
    """What is called, such as ``dot`` or ``tanh``."""
    shape: str
    """What it is called on, such as ``4×1,000``."""
    count: int
    """How often a step calls it."""
    share: Share
    """Seconds of all `count` calls."""
    equation: str
    """Seconds of one call, such as ``347 ns + 4,000 × 13.2 ns``."""


@dataclass(frozen=True)
class Prediction:
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


def predict(
    config: TrainingConfig, rates: Rates, *, engine: str | None = None, images: int | None = None
) -> Prediction:
    """Predict the time of a training step.

    Parameters
    ----------
    config : TrainingConfig
        The network, its loss, its optimizer and the images.
    rates : Rates
        Of the machine.
    engine : str, optional
        A name in `ENGINES`; the config's unless said.
    images : int, optional
        Of the batch; the config's batch size unless said.
    """
    raise NotImplementedError
