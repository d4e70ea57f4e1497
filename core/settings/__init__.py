"""Settings: each setting, a config of all of them, its images, and the presets.

`TrainingConfig` declares each setting, holds a value for it and refuses what no run can have.
`SETTINGS` says of each what it takes and means: from this table come the options of the command,
the form on the screen, the session file and the line that is shared.
"""

from core.settings.config import SETTINGS, TrainingConfig
from core.settings.defaults import WORDS, fitting
from core.settings.images import could_have, first_example, first_image, images_of
from core.settings.kinds import (
    Activations,
    Choice,
    Layers,
    Real,
    Switch,
    Takes,
    Value,
    Whole,
    written,
)
from core.settings.presets import PRESETS, Closing, Preset, Standing, preset_of
from core.settings.reshaping import Reshape, reshaped, standing
from core.settings.settings import Group, Setting
from core.settings.sharing import words_of

__all__ = [
    "PRESETS",
    "SETTINGS",
    "WORDS",
    "Activations",
    "Choice",
    "Closing",
    "Group",
    "Layers",
    "Preset",
    "Real",
    "Reshape",
    "Setting",
    "Standing",
    "Switch",
    "Takes",
    "TrainingConfig",
    "Value",
    "Whole",
    "could_have",
    "first_example",
    "first_image",
    "fitting",
    "images_of",
    "preset_of",
    "reshaped",
    "standing",
    "words_of",
    "written",
]
