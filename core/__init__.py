"""The network, its training and its cost."""

from core.changes import (
    Change,
    SetEngine,
    SetGradientMethod,
    SetLearningRate,
    neighbouring_rate,
)
from core.config import TrainingConfig
from core.engines.engine import Cancelled
from core.errors import ConfigError
from core.images import ESSAY_IMAGE, TASKS, Image
from core.snapshot import Earlier, Reading, Snapshot
from core.stopping import Outcome
from core.trainer import Trainer

__all__ = [
    "ESSAY_IMAGE",
    "TASKS",
    "Cancelled",
    "Change",
    "ConfigError",
    "Earlier",
    "Image",
    "Outcome",
    "Reading",
    "SetEngine",
    "SetGradientMethod",
    "SetLearningRate",
    "Snapshot",
    "Trainer",
    "TrainingConfig",
    "neighbouring_rate",
]
