"""A run: its steps, a person's changes, and going back to any moment.

`Trainer` is what a screen or a command has: a `Run`, the run beside it, and those that were left. A
run is where it is, the `Stepper`, and what is known of it, the `Log`. A change is data, carried out
between two steps, so a run is its config and the list of its changes. A `Snapshot` is one moment of
it, frozen.
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
from core.run.descent import Descent, ManualEdits
from core.run.log import Log
from core.run.run import Run, return_to_first
from core.run.scorer import Scorer
from core.run.snapshot import Reading, Snapshot
from core.run.stepper import Deadline, Stepper, halt_of, judging_seconds, seconds_for
from core.run.stopping import STEPS, STEPS_AT_MOST, Arrival, Outcome, Standstill, ending
from core.run.timeline import Checkpoint, Moment
from core.run.trainer import OtherRun, Trainer

__all__ = [
    "STEPS",
    "STEPS_AT_MOST",
    "AddImage",
    "Arrival",
    "Change",
    "Checkpoint",
    "Deadline",
    "Descent",
    "Log",
    "ManualEdits",
    "Moment",
    "OtherRun",
    "Outcome",
    "Reading",
    "RemoveImage",
    "Run",
    "Scorer",
    "SetFrozen",
    "SetParameter",
    "SetParameters",
    "SetSettings",
    "Snapshot",
    "Standstill",
    "Stepper",
    "Trainer",
    "ending",
    "halt_of",
    "judging_seconds",
    "neighbouring_rate",
    "return_to_first",
    "seconds_for",
]
