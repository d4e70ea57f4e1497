"""Commentary: facts with their numbers; here those that the first frame may show.

A fact is a `Struct` beside the function that finds it. Nothing here knows the words: those
are the screen's. Facts about what a person did are in `core.commentary.changes`, those about steps
in `core.commentary.steps`: they are imported with the first of them.
"""

from core.commentary.layers import (
    SERIOUS,
    Exploding,
    IdenticalNeurons,
    LayerFact,
    LayerStats,
    NoGradientToHidden,
    ReluGradientZero,
    UpdateTooLarge,
    Vanishing,
    layer_stats,
    serious_layer_problem,
    unbroken_symmetry,
)
from core.commentary.opening import Opening, opening, stable_rate_limit

__all__ = [
    "SERIOUS",
    "Exploding",
    "IdenticalNeurons",
    "LayerFact",
    "LayerStats",
    "NoGradientToHidden",
    "Opening",
    "ReluGradientZero",
    "UpdateTooLarge",
    "Vanishing",
    "layer_stats",
    "opening",
    "serious_layer_problem",
    "stable_rate_limit",
    "unbroken_symmetry",
]
