"""A run: its steps, what a person changes in it, and the way back to any moment.

`Trainer` is what a screen or a command has: a run, the run beside it, and those that were left. A
change is data, carried out between two steps, so a run is its config and the list of its changes. A
`Snapshot` is one moment of it, frozen.
"""

from core.run.changes import (
    AddImage,
    Change,
    RemoveImage,
    SetFrozen,
    SetParameter,
    SetParameters,
    SetSettings,
    neighbouring_rate,
)
from core.run.data import first_image, images_of
from core.run.snapshot import Reading, Snapshot
from core.run.stepping import Stepping
from core.run.stopping import Outcome
from core.run.timeline import Checkpoint, Moment
from core.run.trainer import Trainer
from core.run.walk import Walk
from core.run.walking import Descent

__all__ = [
    "AddImage",
    "Change",
    "Checkpoint",
    "Descent",
    "Moment",
    "Outcome",
    "Reading",
    "RemoveImage",
    "SetFrozen",
    "SetParameter",
    "SetParameters",
    "SetSettings",
    "Snapshot",
    "Stepping",
    "Trainer",
    "Walk",
    "first_image",
    "images_of",
    "neighbouring_rate",
]
