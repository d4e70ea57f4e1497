"""Every form that a run can be written down in."""

from collections.abc import Callable

from core.errors import ExportError
from core.files.exports.curve_table import curve_table
from core.files.exports.loops_script import loops_script
from core.files.exports.numpy_script import numpy_script
from core.files.exports.plan import MOST_IMAGES, Plan, plan_of
from core.files.exports.result import json_text
from core.files.exports.torch_script import torch_script
from core.run.trainer import Trainer
from core.structs import Struct

STEPS = 50
"""How many further steps a script takes, unless it is told otherwise."""


class Form(Struct):
    """One of them."""

    name: str
    """The name that the option uses."""
    about: str
    """What it is, in a few words."""
    ending: str
    """What a file of it is called at the end."""
    text: Callable[[Trainer, int], str]
    """The text, from a run and the further steps that a script is to take; raises `ExportError`."""


def _script(write: Callable[[Plan, int], str]) -> Callable[[Trainer, int], str]:
    def text(trainer: Trainer, steps: int) -> str:
        if len(trainer.run.here.images) > MOST_IMAGES:
            raise ExportError(
                f"a script contains its images, at most {MOST_IMAGES:,}; "
                f"this run has {len(trainer.run.here.images):,}"
            )
        return write(plan_of(trainer, steps), steps)

    return text


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("essay", "a Python script of plain loops, no imports", ".py", _script(loops_script)),
        Form("numpy", "a Python script with numpy", ".py", _script(numpy_script)),
        Form("torch", "a Python script with PyTorch", ".py", _script(torch_script)),
        Form("json", "settings, weights and all results", ".json", json_text),
        Form("csv", "the loss curve", ".csv", curve_table),
    )
}
"""Every form that is text about a run, by name."""
