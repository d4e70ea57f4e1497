"""The numbers of a run that a person can point at, and the substeps of the coming step.

A `Quantity` is such a number; `core.explain` has the arithmetic behind it.
"""

from core.quantities.quantities import (
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
    TimeQuantity,
    UpdateQuantity,
)
from core.quantities.substeps import Nudge, Substep, SubstepKind, nudge_of, quantity_of, substeps_of

__all__ = [
    "Count",
    "CountQuantity",
    "ErrorQuantity",
    "GradientQuantity",
    "LossQuantity",
    "NeuronQuantity",
    "Nudge",
    "ParameterQuantity",
    "PixelQuantity",
    "PredictionQuantity",
    "Quantity",
    "Substep",
    "SubstepKind",
    "TargetQuantity",
    "TimeQuantity",
    "UpdateQuantity",
    "nudge_of",
    "quantity_of",
    "substeps_of",
]
