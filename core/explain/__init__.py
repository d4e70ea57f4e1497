"""The arithmetic behind a number: what it is made of, worked out independently of the engines.

A `Quantity` is a number that a person can point at; `explain` gives the equations that lead to it,
and `parts_of` the parts in which a step is taken one at a time.
"""

from core.explain.equations import Equation, Factor, Scope, Term, applied
from core.explain.explain import explain
from core.explain.explanation import (
    Cause,
    CleanLabel,
    Compared,
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
from core.explain.parts import Nudge, Part, PartKind, nudge_of, parts_of, quantity_of
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
    TruthQuantity,
    UpdateQuantity,
)
from core.explain.working import EFFORT

__all__ = [
    "EFFORT",
    "Cause",
    "CleanLabel",
    "Compared",
    "Count",
    "CountQuantity",
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
    "Part",
    "PartKind",
    "PixelQuantity",
    "PredictionQuantity",
    "Quantity",
    "Reason",
    "Remark",
    "Scope",
    "Term",
    "TooManyTerms",
    "TopImage",
    "TruthQuantity",
    "UpdateQuantity",
    "Updates",
    "applied",
    "explain",
    "nudge_of",
    "parts_of",
    "quantity_of",
]
