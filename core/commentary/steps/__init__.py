"""Commentary: the facts about the last step, or a stretch of a run, with their numbers.

A start takes none of them, so that the first frame does not wait for this package.
"""

from core.commentary.steps.endings import (
    AccuracyReached,
    Diverged,
    LossReached,
    NoProgress,
    Paused,
    PresetShown,
    StepsTaken,
    ended,
)
from core.commentary.steps.image import ErrorSides, SelectedImage
from core.commentary.steps.loss import (
    EpochDone,
    FlatCurve,
    LossMilestone,
    LossMoved,
    Overfitting,
    Overshot,
    RateTooSmall,
    Slowed,
    Went,
    went,
)
from core.commentary.steps.steps import (
    Computing,
    Fact,
    StepFact,
    after_arrival,
    after_step,
    computing,
    milestones,
)
from core.commentary.steps.weights import Converged, NoChange, SignChanged, Stepped, WeightsMoved

__all__ = [
    "AccuracyReached",
    "Computing",
    "Converged",
    "Diverged",
    "EpochDone",
    "ErrorSides",
    "Fact",
    "FlatCurve",
    "LossMilestone",
    "LossMoved",
    "LossReached",
    "NoChange",
    "NoProgress",
    "Overfitting",
    "Overshot",
    "Paused",
    "PresetShown",
    "RateTooSmall",
    "SelectedImage",
    "SignChanged",
    "Slowed",
    "StepFact",
    "Stepped",
    "StepsTaken",
    "WeightsMoved",
    "Went",
    "after_arrival",
    "after_step",
    "computing",
    "ended",
    "milestones",
    "went",
]
