"""Dataclasses as JSON values and back, by the types that their fields are declared with.

What comes from a file is checked against these types and nothing else is made of it: no code runs,
no name is looked up but those that the types give.
"""

import base64
import binascii
import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import is_dataclass
from enum import StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError, SessionError
from core.files.json_text import MOST, Json, Numbers, Unreadable, keyed, listed, placed, said

READABLE = 1_000
"""So many numbers of an array are written one by one; more as base64 of their bytes."""
_LONGEST = 100_000
_ENDLESS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}
_ARRAYS = {"float64": "<f8", "int64": "<i8"}
# By the whole declaration: what numpy makes of one (an alias of ndarray, or an alias of its own)
# depends on its version.
_ARRAY_KINDS: dict[object, str] = {NDArray[np.float64]: "float64", NDArray[np.int64]: "int64"}

T = TypeVar("T")


@lru_cache
def _hints(cls: Hashable) -> Mapping[str, object]:
    return get_type_hints(cls)


def hints_of(cls: Callable[..., object]) -> Mapping[str, object]:
    """Return the declared types of a dataclass's fields."""
    return _hints(cls)


def encode_fields(
    value: object, *, without: tuple[str, ...] = (), readable: int = READABLE
) -> Json:
    """Write a dataclass as an object with a key for each field."""
    return {
        name: encode(kind, getattr(value, name), readable)
        for name, kind in hints_of(type(value)).items()
        if name not in without
    }


def encode(kind: object, value: object, readable: int = READABLE) -> Json:
    """Write a value that was declared to be of some kind."""
    if isinstance(value, np.ndarray):
        return _encode_array(value, readable)
    if is_dataclass(value):
        fields = encode_fields(value, readable=readable)
        # Where it could be one of several, it says which.
        if len(_classes(get_args(kind))) > 1 and isinstance(fields, dict):
            return {"kind": type(value).__name__, **fields}
        return fields
    if isinstance(value, frozenset):
        return [encode(get_args(kind)[0], item, readable) for item in sorted(value)]
    if isinstance(value, tuple):
        kinds = _kinds_within(_tuple_kind(kind), len(value))
        return [encode(k, item, readable) for k, item in zip(kinds, value, strict=True)]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} has no place in a session")


def _encode_array(value: NDArray[np.float64], readable: int) -> Json:
    if value.ndim == 0:
        return encode(float, float(value))
    # An empty list does not tell how long its rows would be.
    is_told = value.size > 0 or value.ndim == 1
    if is_told and value.size <= readable and bool(np.isfinite(value).all()):
        listed: list[Json] = value.tolist()
        return listed
    name = next(name for name, code in _ARRAYS.items() if np.dtype(code) == value.dtype)
    shape: list[Json] = list(value.shape)
    return {"shape": shape, name: value}


def _tuple_kind(kind: object) -> object:
    """Find the tuple among the kinds that a value may be of."""
    if get_origin(kind) is tuple:
        return kind
    return next(k for k in get_args(kind) if get_origin(k) is tuple)


def _kinds_within(kind: object, length: int) -> tuple[object, ...]:
    """Return the kinds of a tuple's items."""
    kinds = get_args(kind)
    return (kinds[0],) * length if kinds[1:] == (Ellipsis,) else kinds


def decode(kind: object, value: Json, where: str) -> object:
    """Read a value that is declared to be of some kind.

    Raises
    ------
    SessionError
        If it is none.
    """
    if isinstance(value, Unreadable):
        raise SessionError(where, value.problem)
    origin = get_origin(kind)
    if isinstance(kind, UnionType) or origin is Union:
        return _decode_union(get_args(kind), value, where)
    if kind in _ARRAY_KINDS:
        return decode_array(value, where, whole=_ARRAY_KINDS[kind] == "int64")
    if origin is tuple or origin is frozenset:
        items = listed(value, where)
        if origin is frozenset:
            return frozenset(decode(get_args(kind)[0], v, at) for at, v in placed(items, where))
        kinds = _kinds_within(kind, len(items))
        if len(kinds) != len(items):
            raise SessionError(where, f"must have {len(kinds)} values (got {len(items):,})")
        both = zip(kinds, placed(items, where), strict=True)
        return tuple(decode(k, item, at) for k, (at, item) in both)
    if isinstance(kind, type) and is_dataclass(kind):
        return decode_fields(kind, value, where)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        names = [str(member.value) for member in kind]
        if not isinstance(value, str) or value not in names:
            raise SessionError(where, f"must be {' or '.join(names)} (got {said(value)})")
        return kind(value)
    return _decode_scalar(kind, value, where)


def _decode_scalar(kind: object, value: Json, where: str) -> object:
    if kind is NoneType and value is None:
        return None
    if kind is bool and isinstance(value, bool):
        return value
    if kind is str and isinstance(value, str) and len(value) <= _LONGEST:
        return value
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if kind is int and is_whole and isinstance(value, int) and abs(value) <= MOST:
        return value
    if kind is float and isinstance(value, str) and value in _ENDLESS:
        return _ENDLESS[value]
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    names = {bool: "true or false", str: "a string", int: "a whole number", float: "a number"}
    takes = names.get(kind, "null") if isinstance(kind, type) else "something else"
    raise SessionError(where, f"must be {takes} (got {said(value)})")


def _decode_union(kinds: tuple[object, ...], value: Json, where: str) -> object:
    """Read what may be of several kinds: by its name, or by what JSON says it is."""
    classes = _classes(kinds)
    if isinstance(value, dict) and len(classes) > 1:
        name = value.get("kind")
        if not isinstance(name, str) or name not in classes:
            raise SessionError(
                f"{where}.kind", f"must be {' or '.join(classes)} (got {said(name)})"
            )
        rest = {key: item for key, item in value.items() if key != "kind"}
        return decode_fields(classes[name], rest, where)
    # A whole number is one where it may be, and else a number.
    for kind in sorted(kinds, key=lambda kind: kind is not type(value)):
        if _suits(kind, value):
            return decode(kind, value, where)
    raise SessionError(where, f"cannot be {said(value)}")


def _classes(kinds: tuple[object, ...]) -> dict[str, type]:
    """Return the dataclasses among some kinds, by name."""
    return {kind.__name__: kind for kind in kinds if isinstance(kind, type) and is_dataclass(kind)}


def _suits(kind: object, value: Json) -> bool:
    """Whether a JSON value could be of a kind at all."""
    origin = get_origin(kind)
    if isinstance(value, dict):
        return kind in _ARRAY_KINDS or (isinstance(kind, type) and is_dataclass(kind))
    if isinstance(value, list):
        return kind in _ARRAY_KINDS or origin in (tuple, frozenset)
    if isinstance(value, bool) or value is None:
        return kind is type(value)
    if isinstance(value, int):
        return kind is int or kind is float
    if isinstance(value, str) and kind is float:
        return value in _ENDLESS
    return kind is type(value) or (isinstance(kind, type) and issubclass(kind, type(value)))


def decode_fields(
    cls: Callable[..., T], value: Json, where: str, given: Mapping[str, object] | None = None
) -> T:
    """Read an object that has a key for each field of a dataclass.

    Parameters
    ----------
    cls : type
        The dataclass.
    value : JSON value
        The object.
    where : str
        Its place in the file.
    given : mapping, optional
        Fields that do not stand in the file.
    """
    fields = dict(given or {})
    kinds = {name: kind for name, kind in hints_of(cls).items() if name not in fields}
    table = keyed(value, where, tuple(kinds))
    for name, kind in kinds.items():
        fields[name] = decode(kind, table[name], f"{where}.{name}")
    try:
        return cls(**fields)
    except ConfigError as error:
        raise SessionError(f"{where}.{error.setting}", error.problem) from None


def decode_array(value: Json, where: str, *, whole: bool = False) -> Numbers:
    """Read an array: its numbers in a list, or its shape and the base64 of its bytes."""
    name, kind = ("int64", int) if whole else ("float64", float)
    if isinstance(value, int | float | str):
        return np.array(decode(kind, value, where), np.dtype(name))
    if not isinstance(value, dict):
        return np.array(_rows(kind, value, where), np.dtype(name))
    table = keyed(value, where, ("shape", name))
    shape = [
        decode(int, n, at) for at, n in placed(listed(table["shape"], where), f"{where}.shape")
    ]
    sizes = [n for n in shape if isinstance(n, int) and n >= 0]
    text = table[name]
    if isinstance(text, Unreadable) or not isinstance(text, str):
        raise SessionError(f"{where}.{name}", f"must be base64 (got {said(text)})")
    fits = len(sizes) == len(shape) <= 2 and max((0, *sizes)) < 2**40
    if not fits or math.prod(sizes) > len(text):
        raise SessionError(f"{where}.shape", "does not match the numbers")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SessionError(f"{where}.{name}", "is not valid base64") from None
    if len(raw) != 8 * math.prod(sizes):
        needed = 8 * math.prod(sizes)
        raise SessionError(where, f"holds {len(raw):,} bytes, but its shape needs {needed:,}")
    numbers: Numbers = np.frombuffer(raw, _ARRAYS[name]).astype(name).reshape(sizes)
    return numbers


def _rows(kind: type, value: Json, where: str) -> list[object]:
    """Read a list of numbers, or a list of such lists that are equally long."""
    items = listed(value, where)
    if not items or not isinstance(items[0], list):
        return [decode(kind, item, at) for at, item in placed(items, where)]
    width = len(items[0])
    rows: list[object] = []
    for at, row in placed(items, where):
        if len(listed(row, at)) != width:
            raise SessionError(at, f"must have as many numbers as the first row, {width:,}")
        rows.append([decode(kind, item, there) for there, item in placed(listed(row, at), at)])
    return rows
