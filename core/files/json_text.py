"""JSON from a file that nobody vouches for: parsed within known bounds, refused with its place.

A value that JSON knows and a session does not, such as NaN or a number too large, becomes an
`Unreadable` where it stands: whoever reads it there can say where that is.
"""

import json
import math
from codecs import BOM_UTF8
from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.errors import SessionError
from core.structs import Struct

MOST = 2**53
"""No whole number in a file is larger: any program that reads JSON has them exactly."""

Numbers: TypeAlias = NDArray[np.float64] | NDArray[np.int64]


class Unreadable(Struct):
    """What stands in a file where a value should, and is none."""

    problem: str


Json: TypeAlias = (
    "bool | int | float | str | list[Json] | dict[str, Json] | Unreadable | Numbers | None"
)
"""A value as JSON has it; to be written also an array, which becomes the base64 of its bytes."""


def keyed(
    value: Json, where: str, names: tuple[str, ...], may_lack: tuple[str, ...] = ()
) -> dict[str, Json]:
    """Check that a value is an object with exactly these keys, of which it may lack some."""
    if isinstance(value, Unreadable):
        raise SessionError(where, value.problem)
    if not isinstance(value, dict):
        raise SessionError(where, f"must be an object in braces (got {said(value)})")
    for name in names:
        if name not in value and name not in may_lack:
            raise SessionError(where, f"{name} is missing")
    for name in value:
        if name not in names:
            raise SessionError(where, f"has an unknown key: {said(name)}")
    return value


def listed(value: Json, where: str) -> list[Json]:
    """Check that a value is a list."""
    if isinstance(value, Unreadable):
        raise SessionError(where, value.problem)
    if not isinstance(value, list):
        raise SessionError(where, f"must be a list (got {said(value)})")
    return value


def placed(items: list[Json], where: str) -> Iterator[tuple[str, Json]]:
    """Yield each item of a list with its place in the file."""
    for index, item in enumerate(items):
        yield f"{where}[{index}]", item


def said(value: Json) -> str:
    """Name a value that is in the wrong place."""
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else f"{value[:40]}…")
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return f"{value:g}" if abs(value) <= MOST else f"a number beyond {MOST:,}"
    return "a list" if isinstance(value, list) else "an object"


MOST_BYTES = 256 * 2**20
"""A larger file is not read."""
MOST_VALUES = 500_000
"""Commas and brackets in a file: each value takes some tens of bytes once it is read."""
MOST_WIDE_BYTES = 4 * 2**20
"""A text that is not ASCII takes four times its bytes: a larger one is not read."""
_DIGITS = 30


def parse(data: bytes) -> Json:
    """Read JSON.

    Raises
    ------
    SessionError
        If it is none, or more than a session can be.
    """
    if len(data) > MOST_BYTES:
        raise SessionError("", f"is larger than {MOST_BYTES >> 20} MiB")
    # Some editors write it before a text that is saved as UTF-8.
    data = data.removeprefix(BOM_UTF8)
    if not data or data.isspace():
        raise SessionError("", "is empty")
    if sum(map(data.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise SessionError("", f"has more than {MOST_VALUES:,} values")
    if not data.isascii() and len(data) > MOST_WIDE_BYTES:
        raise SessionError("", f"is not ASCII, and larger than {MOST_WIDE_BYTES >> 20} MiB")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SessionError(f"byte {error.start:,}", "is not valid UTF-8") from None
    try:
        value: Json = json.loads(
            text,
            parse_int=_whole,
            parse_float=_number,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise SessionError(f"line {error.lineno:,}", _syntax(error, len(text))) from None
    except RecursionError:
        raise SessionError("", "is nested too deeply") from None
    return value


def _syntax(error: json.JSONDecodeError, length: int) -> str:
    """Return what is wrong with the JSON itself."""
    if error.pos >= length or error.msg.startswith("Unterminated string"):
        return "ends too early: the file is incomplete"
    said = error.msg[:1].lower() + error.msg[1:]
    return f"not valid JSON at column {error.colno:,}: {said}"


def _whole(text: str) -> int | Unreadable:
    if len(text) > _DIGITS:
        return Unreadable(f"a number of {len(text):,} digits is too large")
    return int(text)


def _number(text: str) -> float | Unreadable:
    value = float(text)
    return value if math.isfinite(value) else Unreadable("the number is too large")


def _constant(text: str) -> Unreadable:
    return Unreadable(f"{text} is not a number in JSON")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json] | Unreadable:
    table = dict(pairs)
    if len(table) < len(pairs):
        keys = sorted(key for key, _ in pairs)
        twice = next(key for key, following in pairwise(keys) if key == following)
        return Unreadable(f"has the key {twice[:40]!r} twice")
    return table
