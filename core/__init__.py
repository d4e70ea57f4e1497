"""The network, its training and its cost."""

from core.arrays import Cancelled
from core.errors import ConfigError
from core.images.images import DEFAULT_IMAGE, Image
from core.images.tasks import TASKS
from core.metrics.previous_run import RunComparison
from core.run.changes import Change, SetSettings, neighbouring_rate
from core.run.snapshot import Reading, Snapshot
from core.run.stopping import Outcome
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

__all__ = [
    "DEFAULT_IMAGE",
    "TASKS",
    "Cancelled",
    "Change",
    "ConfigError",
    "Image",
    "Outcome",
    "Reading",
    "RunComparison",
    "SetSettings",
    "Snapshot",
    "Trainer",
    "TrainingConfig",
    "neighbouring_rate",
]
