"""Defaults that depend on the task; a config takes them for what it is not given."""

from collections.abc import Mapping

from core.images.tasks import TASKS
from core.settings.kinds import Value

EVERY_BLACK_WHITE = 16
"""2×2 images in black and white."""

WORDS = {
    "images": "black-white: 16",
    "output": "yes/no tasks: sigmoid",
    "loss": "yes/no tasks: bce",
}
"""The same in words, setting by setting."""


def fitting(given: Mapping[str, Value]) -> dict[str, Value]:
    """Return settings that go with the task, in addition to those given.

    A yes/no task goes with a sigmoid, its cross-entropy and a bias; black and white pixels with
    each of the 16 images once.

    Parameters
    ----------
    given : mapping
        What a person has said: fields of `TrainingConfig` with their values.
    """
    fits: dict[str, Value] = {}
    task = TASKS.get(str(given.get("task")))
    if task is not None and task.yes_no:
        fits = {"output": "sigmoid", "bias": True}
        if given.get("output", "sigmoid") == "sigmoid":
            fits["loss"] = "bce"
    if given.get("pixels") == "black-white":
        fits["images"] = EVERY_BLACK_WHITE
    return {name: value for name, value in fits.items() if name not in given}
