"""A run as the words of one command line."""

from collections.abc import Mapping

from core.settings.config import SETTINGS, TrainingConfig
from core.settings.defaults import fitting
from core.settings.kinds import Value, written


def words_of(config: TrainingConfig, steps: int | None = None) -> list[str]:
    """Return the options that lead to a config, and none that could be left out.

    Parameters
    ----------
    config : TrainingConfig
        A person's own data is no part of the words: its file has to be named beside them.
    steps : int, optional
        Where the run is to stop, if the config does not say.

    Returns
    -------
    list of str
        Such as ``["--task", "xor", "--hidden", "4"]``, in the order of `SETTINGS`.
    """
    wanted: dict[str, Value] = {name: getattr(config, name) for name in SETTINGS}
    wanted["bias"] = config.architecture.bias
    if config.images_per_step > config.training_images:
        wanted["batch_size"] = None  # what was added by hand is no part of the words either
    if steps is not None and wanted["steps"] is None:
        wanted["steps"] = steps
    # These follow from the data, or have no part in it.
    counted = {"images", "pixels"} if config.data is not None else set()
    given = {name: value for name, value in wanted.items() if name not in counted}
    for name in reversed(SETTINGS):
        if name not in given:
            continue
        fewer = {key: value for key, value in given.items() if key != name}
        reached = _reached(fewer)
        if all(reached[key] == value for key, value in wanted.items() if key not in counted):
            given = fewer
    return [word for name in SETTINGS if name in given for word in _option(name, given[name])]


def _reached(given: Mapping[str, Value]) -> dict[str, Value]:
    """Return the settings that some options lead to, with the bias decided."""
    usual = TrainingConfig()
    reached: dict[str, Value] = {name: getattr(usual, name) for name in SETTINGS}
    reached |= given
    reached |= fitting(given)
    if reached["bias"] is None:
        reached["bias"] = bool(reached["hidden"])
    return reached


def _option(name: str, value: Value) -> list[str]:
    """Write one option."""
    option = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{option}" if value else f"--no-{option}"]
    return [f"--{option}", written(value)]
