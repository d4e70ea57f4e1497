"""What JSON can hold, and how to say what is wrong with it and where."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.errors import SessionError

MOST = 2**53
"""No whole number in a file is larger: any program that reads JSON has them exactly."""

Numbers: TypeAlias = NDArray[np.float64] | NDArray[np.int64]


@dataclass(frozen=True)
class Unreadable:
    """What stands in a file where a value should, and is none."""

    problem: str


Json: TypeAlias = (
    "bool | int | float | str | list[Json] | dict[str, Json] | Unreadable | Numbers | None"
)
"""A value as JSON has it; to be written also an array, which becomes the base64 of its bytes."""


def keyed(value: Json, where: str, names: tuple[str, ...]) -> dict[str, Json]:
    """See that a value is an object with just these keys."""
    if isinstance(value, Unreadable):
        raise SessionError(where, value.problem)
    if not isinstance(value, dict):
        raise SessionError(where, f"takes an object in braces, not {said(value)}")
    for name in names:
        if name not in value:
            raise SessionError(where, f"{name} is missing")
    for name in value:
        if name not in names:
            raise SessionError(where, f"has a key that is not known: {said(name)}")
    return value


def listed(value: Json, where: str) -> list[Json]:
    """See that a value is a list."""
    if isinstance(value, Unreadable):
        raise SessionError(where, value.problem)
    if not isinstance(value, list):
        raise SessionError(where, f"takes a list, not {said(value)}")
    return value


def placed(items: list[Json], where: str) -> Iterator[tuple[str, Json]]:
    """Give each item of a list with its place in the file."""
    for index, item in enumerate(items):
        yield f"{where}[{index}]", item


def said(value: Json) -> str:
    """Name a value that is in the wrong place."""
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else f"{value[:40]}…")
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return f"{value:g}" if abs(value) <= MOST else "a number that large"
    return "a list" if isinstance(value, list) else "an object"
