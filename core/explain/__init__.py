"""The arithmetic behind a number, computed independently of the engines.

A `Quantity` is a number that a person can point at; `explain` gives the equations that lead to it,
and `substeps_of` the parts in which a step is taken one at a time.
"""

from core.explain.batch_trace import EFFORT
from core.explain.equations import Equation, Factor, Scope, Term, applied
from core.explain.explain import explain
from core.explain.explanation import (
    AtCorner,
    Cause,
    CleanLabel,
    EqualCostDescent,
    Explanation,
    Fact,
    IdenticalNeurons,
    InitialValue,
    Origin,
    OtherOperations,
    Reason,
    Remark,
    TooManyTerms,
    TopImage,
    Updates,
)
from core.explain.quantities import (
    Count,
    CountQuantity,
    ErrorQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TargetQuantity,
    UpdateQuantity,
)
from core.explain.substeps import Nudge, Substep, SubstepKind, nudge_of, quantity_of, substeps_of

__all__ = [
    "EFFORT",
    "AtCorner",
    "Cause",
    "CleanLabel",
    "Count",
    "CountQuantity",
    "EqualCostDescent",
    "Equation",
    "ErrorQuantity",
    "Explanation",
    "Fact",
    "Factor",
    "GradientQuantity",
    "IdenticalNeurons",
    "InitialValue",
    "LossQuantity",
    "NeuronQuantity",
    "Nudge",
    "Origin",
    "OtherOperations",
    "ParameterQuantity",
    "PixelQuantity",
    "PredictionQuantity",
    "Quantity",
    "Reason",
    "Remark",
    "Scope",
    "Substep",
    "SubstepKind",
    "TargetQuantity",
    "Term",
    "TooManyTerms",
    "TopImage",
    "UpdateQuantity",
    "Updates",
    "applied",
    "explain",
    "nudge_of",
    "quantity_of",
    "substeps_of",
]
