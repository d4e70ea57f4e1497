"""The arithmetic behind a number: what it is made of, worked out independently of the engines.

A `Target` is a number that a person can point at; `explain` gives the equations that lead to it,
and `parts_of` the parts in which a step is taken one at a time.
"""

from core.explain.equations import Equation, Factor, Scope, Term, applied
from core.explain.explain import explain
from core.explain.explanation import (
    Began,
    Besides,
    Cause,
    Compared,
    Explanation,
    Fact,
    Origin,
    Reason,
    Remark,
    Ruled,
    Twins,
    Unworked,
    Updates,
    Witness,
)
from core.explain.parts import Nudge, Part, PartKind, nudge_of, parts_of, target_of
from core.explain.targets import (
    Count,
    CountTarget,
    ErrorTarget,
    GradientTarget,
    LossTarget,
    NeuronTarget,
    ParameterTarget,
    PixelTarget,
    PredictionTarget,
    StepTarget,
    Target,
    TruthTarget,
)
from core.explain.working import EFFORT

__all__ = [
    "EFFORT",
    "Began",
    "Besides",
    "Cause",
    "Compared",
    "Count",
    "CountTarget",
    "Equation",
    "ErrorTarget",
    "Explanation",
    "Fact",
    "Factor",
    "GradientTarget",
    "LossTarget",
    "NeuronTarget",
    "Nudge",
    "Origin",
    "ParameterTarget",
    "Part",
    "PartKind",
    "PixelTarget",
    "PredictionTarget",
    "Reason",
    "Remark",
    "Ruled",
    "Scope",
    "StepTarget",
    "Target",
    "Term",
    "TruthTarget",
    "Twins",
    "Unworked",
    "Updates",
    "Witness",
    "applied",
    "explain",
    "nudge_of",
    "parts_of",
    "target_of",
]
