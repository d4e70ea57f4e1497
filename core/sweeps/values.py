"""The values of one setting that a sweep goes through, as a person types them."""

import re

from core.engines import missing
from core.settings.config import SETTINGS
from core.settings.kinds import Activations, Choice, Layers, Switch, Value, Whole, written
from core.settings.settings import Setting
from core.typed_numbers import shown, whole

MOST_VALUES = 1_000_000
"""A range is no longer than this."""
_RANGE = re.compile(r"(.*?)\.\.(.*)", re.DOTALL)
_FROM_0 = re.compile(r"[+-]?0\d+", re.ASCII)
"""What is left of 1,000 behind its comma."""


def read_values(setting: Setting, text: str) -> tuple[Value, ...]:
    """Read the values of a setting: one, or several with commas between.

    Parameters
    ----------
    setting : Setting
        Which one.
    text : str
        Such as ``"0.1,0.5"``; ``"0..9"`` is ten whole numbers; ``"none"`` leaves open what may be
        left open. Sizes of layers and names of activations within one network have a plus sign
        between: ``"4,8+8"`` is two networks.

    Raises
    ------
    ValueError
        With the words that say what it takes.
    """
    values: list[Value] = []
    for part in text.replace("，", ",").split(","):
        values += _read(setting, part.strip())
    seen: set[Value] = set()
    for value in values:
        if value in seen:
            layers = "; two layers are written 8+8" if isinstance(setting.takes, Layers) else ""
            raise ValueError(f"must have each value once (got {_typed(value)} twice){layers}")
        seen.add(value)
    return tuple(values)


def words_of_values(setting: Setting) -> str:
    """Return what `read_values` takes for a setting, in words."""
    match setting.takes:
        case Layers():
            return "networks such as 4 or none, or 8+8 for two layers, with commas between"
        case Activations(names):
            return f"{', '.join(names)} with commas between; a layer each: tanh+relu"
        case Choice() | Switch():
            return f"{setting.takes.words}; several with commas between"
        case Whole():
            return f"{setting.takes.words}; several with commas between, or a range such as 1..4"
    return f"{setting.takes.words}; several with commas between"


def title_of(name: str) -> str:
    """Return what the values of a setting are called: of the hidden layers, those are neurons."""
    return "hidden neurons" if name == "hidden" else SETTINGS[name].title


def _read(setting: Setting, part: str) -> list[Value]:
    """Read what stands between two commas: a value or a range."""
    is_numeric = not isinstance(setting.takes, Choice | Activations | Switch)
    if is_numeric and (ends := _RANGE.fullmatch(part)):
        return [_number(setting, number) for number in _range(part, *ends.groups())]
    if part == "none" and setting.unset is not None:
        return [None]
    if is_numeric and _FROM_0.fullmatch(part):
        raise ValueError(
            f"must not begin a number with 0 (got {shown(part)}): commas separate values, so write "
            "1000 for 1,000"
        )
    try:
        value = setting.takes.read(part)
    except ValueError:
        raise ValueError(_refused(setting, part)) from None
    if not part or not setting.holds(value):
        raise ValueError(_refused(setting, part))
    return [value]


def _refused(setting: Setting, part: str) -> str:
    if setting.name == "engine" and (command := missing(part)):
        return f"{part} is not installed here: {command}"
    return f"must be {words_of_values(setting)} (got {shown(part)})"


def _range(part: str, first: str, last: str) -> range:
    """Return the whole numbers of a range, both ends included."""
    try:
        low, high = whole(first), whole(last)
    except ValueError:
        raise ValueError(
            f"must have whole numbers at both ends of a range, such as 0..9 (got {shown(part)})"
        ) from None
    if high < low:
        raise ValueError(f"must have the lower end of a range first (got {shown(part)})")
    if high - low >= MOST_VALUES:
        raise ValueError(f"must have at most {MOST_VALUES:,} values in a range (got {shown(part)})")
    return range(low, high + 1)


def _number(setting: Setting, number: int) -> Value:
    """Return a number of a range as a setting takes it."""
    match setting.takes:
        case Layers():
            value: Value = (number,)
        case Whole():
            value = number
        case _:
            value = float(number)
    if not setting.holds(value):
        raise ValueError(_refused(setting, str(number)))
    return value


def _typed(value: Value) -> str:
    """Write a value as it is typed in a sweep."""
    return "none" if value is None else written(value).replace(",", "+")


def typed_values(values: tuple[Value, ...]) -> str:
    """Write values so that `read_values` reads them again."""
    return ",".join(map(_typed, values))
