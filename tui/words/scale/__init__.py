"""Words for networks of all sizes: the columns of their tables, and what a GPU would change."""

from tui.words.scale.columns import (
    BATCH,
    EXAMPLE,
    FORWARD,
    MEMORY,
    PARAMETERS,
    STEP,
    STEPS,
    TRAINING,
    Column,
    energies,
    notes,
    times_here,
    times_on,
)
from tui.words.scale.sentences import answer_text, helps_text, training_text

__all__ = [
    "BATCH",
    "EXAMPLE",
    "FORWARD",
    "MEMORY",
    "PARAMETERS",
    "STEP",
    "STEPS",
    "TRAINING",
    "Column",
    "answer_text",
    "energies",
    "helps_text",
    "notes",
    "times_here",
    "times_on",
    "training_text",
]
