"""Reading settings from a file, each as its setting takes it."""

from collections.abc import Callable
from typing import TypeAlias

from core.engines import ENGINES, missing
from core.errors import ConfigError, SessionError
from core.files.coding import decode
from core.files.json_text import Json, keyed, said
from core.images.own_data import OwnData
from core.images.tasks import TASKS
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.kinds import Layers, Real, Value

_USUAL = next(iter(ENGINES))
"""The engine that is always there."""

Plain: TypeAlias = str | float | int | bool | None
"""What a setting may be in JSON, but for the layers."""


def read_settings(value: Json, own: OwnData | None, where: str, added: int = 0) -> TrainingConfig:
    """Read the settings of a run.

    Parameters
    ----------
    value : JSON value
        An object with a key for each setting; those that came later may be left out.
    own : OwnData, optional
        The images that a person brought.
    where : str
        Its place in the file.
    added : int
        Training images that the run began with in addition to these; below 0, how many were
        missing.

    Raises
    ------
    SessionError
        Where a setting does not take what stands there.
    """
    later = tuple(name for name, setting in SETTINGS.items() if setting.came_later)
    table = keyed(value, where, tuple(SETTINGS), may_lack=later)
    values: dict[str, Value] = {}
    for name, setting in SETTINGS.items():
        if name not in table:
            continue
        at, given = f"{where}.{name}", table[name]
        if isinstance(setting.takes, Layers):
            sizes = decode(tuple[int, ...], given, at)
            assert isinstance(sizes, tuple)
            values[name] = sizes
            continue
        plain = decode(Plain, given, at)
        if isinstance(setting.takes, Real) and type(plain) is int:
            plain = float(plain)
        assert plain is None or isinstance(plain, str | float | int)
        if not setting.holds(plain):
            raise SessionError(at, f"must be {setting.takes.words} (got {said(plain)})")
        values[name] = plain
    if values["bias"] is None and TASKS[str(values["task"])].yes_no:
        # Where an earlier version left that open, only hidden layers brought biases along.
        values["bias"] = bool(values["hidden"])
    make: Callable[..., TrainingConfig] = TrainingConfig
    try:
        if added <= 0:
            return make(**values, data=own)
        # A step may take those too; all else is to hold as ever.
        drawn = make(**{**values, "batch_size": None}, data=own)
        return make(**values, data=own, at_hand=drawn.training_images + added)
    except ConfigError as error:
        raise SessionError(f"{where}.{error.setting}", error.problem) from None


def replace_absent_engine(run: Json) -> str | None:
    """Put the first engine in the place of any that is not installed here.

    Parameters
    ----------
    run : JSON value
        A run as it stands in a file, unchecked; its settings and its journal are written.

    Returns
    -------
    str or None
        The engine that is not installed.
    """
    if not isinstance(run, dict):
        return None
    absent: str | None = None
    settings = run.get("settings")
    if isinstance(settings, dict) and (name := _absent(settings.get("engine"))):
        absent = name
        settings["engine"] = _USUAL
    journal = run.get("journal")
    for entry in journal if isinstance(journal, list) else ():
        change = entry.get("change") if isinstance(entry, dict) else None
        values = change.get("values") if isinstance(change, dict) else None
        for pair in values if isinstance(values, list) else ():
            names_engine = isinstance(pair, list) and len(pair) == 2 and pair[0] == "engine"
            if isinstance(pair, list) and names_engine and (name := _absent(pair[1])):
                absent = name
                pair[1] = _USUAL
    return absent


def _absent(name: Json) -> str | None:
    """Return an engine's name, if it needs an extra that is not installed here."""
    return name if isinstance(name, str) and missing(name) else None
