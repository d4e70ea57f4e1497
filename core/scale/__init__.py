"""Scale: the cost of networks from four weights to 405 billion, by the same count."""

from core.scale.accelerators import (
    ACCELERATORS,
    MEASURED,
    ONE_BY_ONE,
    TOGETHER,
    UTILISATION,
    Accelerator,
    Estimate,
    Launching,
    Measured,
    cards_for,
    time_on,
)
from core.scale.here import seconds_here
from core.scale.ladder import LADDER
from core.scale.layers import LayerCost
from core.scale.model import (
    TOKENS_PER_PARAMETER,
    TOKENS_PER_STEP,
    Model,
    dense_model,
    gpt,
    model_of,
    sized_model,
    transformer_model,
)
from core.scale.rungs import Rung, rung_of

__all__ = [
    "ACCELERATORS",
    "LADDER",
    "MEASURED",
    "ONE_BY_ONE",
    "TOGETHER",
    "TOKENS_PER_PARAMETER",
    "TOKENS_PER_STEP",
    "UTILISATION",
    "Accelerator",
    "Estimate",
    "Launching",
    "LayerCost",
    "Measured",
    "Model",
    "Rung",
    "cards_for",
    "dense_model",
    "gpt",
    "model_of",
    "rung_of",
    "seconds_here",
    "sized_model",
    "time_on",
    "transformer_model",
]
