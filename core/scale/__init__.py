"""Scale: the cost of networks from four weights to 405 billion, by the same count."""

from core.scale.accelerators import (
    ACCELERATORS,
    CALL_SECONDS,
    HELPS_FROM,
    MEASURED,
    START_SECONDS,
    UTILISATION,
    Accelerator,
    Estimate,
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

__all__ = [
    "ACCELERATORS",
    "CALL_SECONDS",
    "HELPS_FROM",
    "LADDER",
    "MEASURED",
    "START_SECONDS",
    "TOKENS_PER_PARAMETER",
    "TOKENS_PER_STEP",
    "UTILISATION",
    "Accelerator",
    "Estimate",
    "LayerCost",
    "Measured",
    "Model",
    "cards_for",
    "dense_model",
    "gpt",
    "model_of",
    "seconds_here",
    "sized_model",
    "time_on",
    "transformer_model",
]
