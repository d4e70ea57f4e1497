"""Commentary: the facts about what a person did to a run, with their numbers.

A start takes none of them, so that the first frame does not wait for this package.
"""

from core.commentary.changes.actions import (
    ActionFact,
    Answered,
    DefaultStart,
    ImageChanged,
    ImagesChanged,
    NewWeights,
    Rebuilt,
    Reshaped,
    RunReturned,
    StartedAgain,
    WentTo,
    after_change,
    after_reshaping,
    after_start,
    after_swap,
    after_travel,
    answered,
    default_start,
    rebuilt,
    run_returned,
)
from core.commentary.changes.by_hand import ParameterFrozen, ParameterSet, ParametersSet
from core.commentary.changes.settings import (
    BatchChanged,
    EngineChanged,
    MethodChanged,
    OptimizerChanged,
    RateChanged,
    SettingChanged,
)

__all__ = [
    "ActionFact",
    "Answered",
    "BatchChanged",
    "DefaultStart",
    "EngineChanged",
    "ImageChanged",
    "ImagesChanged",
    "MethodChanged",
    "NewWeights",
    "OptimizerChanged",
    "ParameterFrozen",
    "ParameterSet",
    "ParametersSet",
    "RateChanged",
    "Rebuilt",
    "Reshaped",
    "RunReturned",
    "SettingChanged",
    "StartedAgain",
    "WentTo",
    "after_change",
    "after_reshaping",
    "after_start",
    "after_swap",
    "after_travel",
    "answered",
    "default_start",
    "rebuilt",
    "run_returned",
]
