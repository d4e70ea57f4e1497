"""The arithmetic behind a number, computed independently of the engines.

`explain` gives the equations that lead to a number, one of `core.quantities`.
"""

from core.explain.batch_trace import EFFORT
from core.explain.calls import rules_of, written_call
from core.explain.equations import Equation, Factor, Scope, Term, applied
from core.explain.explain import explain
from core.explain.explanation import (
    AtCorner,
    Cause,
    CleanLabel,
    Clipped,
    EqualCostDescent,
    Explanation,
    Fact,
    IdenticalNeurons,
    InitialValue,
    Origin,
    OtherOperations,
    Reason,
    Remark,
    ScheduledRate,
    TimeRule,
    TimeShares,
    TooManyTerms,
    TopImage,
    Updates,
)

__all__ = [
    "EFFORT",
    "AtCorner",
    "Cause",
    "CleanLabel",
    "Clipped",
    "EqualCostDescent",
    "Equation",
    "Explanation",
    "Fact",
    "Factor",
    "IdenticalNeurons",
    "InitialValue",
    "Origin",
    "OtherOperations",
    "Reason",
    "Remark",
    "ScheduledRate",
    "Scope",
    "Term",
    "TimeRule",
    "TimeShares",
    "TooManyTerms",
    "TopImage",
    "Updates",
    "applied",
    "explain",
    "rules_of",
    "written_call",
]
