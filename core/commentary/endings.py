"""How a run can end, as data with its numbers."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Diverged:
    """The run is over: its loss left all bounds, or its weights did."""

    step: int
    loss: float
    learning_rate: float
    limit: float | None
    is_loss_finite: bool = False
    """Whether only the weights became infinite."""


@dataclass(frozen=True)
class TargetReached:
    """The run is over: its loss is as low as was asked for."""

    step: int
    loss: float


@dataclass(frozen=True)
class AccuracyReached:
    """The run is over: it answers as large a share right as was asked for."""

    step: int
    right: int
    images: int


@dataclass(frozen=True)
class StepsTaken:
    """The run is over: it has taken as many steps as were asked for."""

    step: int
    loss: float


@dataclass(frozen=True)
class NoProgress:
    """The run is over: for some epochs the loss has not come lower than before them."""

    step: int
    loss: float
    epochs: int


EndFact: TypeAlias = Diverged | TargetReached | AccuracyReached | StepsTaken | NoProgress
"""Any of them."""
