"""Rates that are kept in a file from one start to the next, for as long as the machine is the same.

The file is JSON: `as_plain_data` gives what is in it. What cannot be read is as good as not there:
nothing of a person's is lost, since the rates are measured again in a second.
"""

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from types import NoneType
from typing import TypeAlias, cast, get_args, get_type_hints

from core.atomic import read_whole, replacing
from core.rates.energy import counters, joules_between
from core.rates.machine import Machine, this_machine
from core.rates.measuring import measure
from core.rates.rates import Rate, Rates, Tiers

NAME = "rates.json"
FORM = 2
"""Number of the file's form: it changes with what a rate means or is called."""
_MOST_BYTES = 2**20

_Held: TypeAlias = Rate | Mapping[str, Rate] | Tiers | int | None


class _BrokenError(ValueError):
    """The file is not one of ours."""


@dataclass(frozen=True)
class Kept:
    """The rates of a machine, and when they were measured."""

    machine: Machine
    measured: str
    """Date and time in UTC, such as 2026-01-31 09:30."""
    watts: float | None
    """Power of the processor while they were measured, whatever else ran on it; None where the
    system does not tell."""
    rates: Rates


def measured_now(progress: Callable[[float], None] | None = None) -> Kept:
    """Measure the rates of this machine, which takes about a second.

    Parameters
    ----------
    progress : callable, optional
        Told the share that is done, in [0, 1].
    """
    before, began = counters(), time.perf_counter()
    rates = measure(progress)
    joules = joules_between(before, counters())
    watts = None if joules is None else joules / (time.perf_counter() - began)
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
    return Kept(this_machine(), when, watts, rates)


def read(folder: str) -> Kept | None:
    """Read the rates that are kept in a folder; None if there are none of this machine as it is."""
    try:
        return _kept_from(json.loads(read_whole(os.path.join(folder, NAME), _MOST_BYTES)))
    except (OSError, ValueError, RecursionError):
        return None


def write(folder: str, kept: Kept) -> None:
    """Keep rates in a folder, which is made if it is not there.

    Raises
    ------
    OSError, ValueError
        If they cannot be written; what was kept before is still there then.
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with replacing(os.path.join(folder, NAME)) as file:
        json.dump(as_plain_data(kept), file, indent=1)


def as_plain_data(kept: Kept) -> dict[str, object]:
    """Return what is written: each rate as its fastest and its median reading, in seconds."""
    rates = {each.name: _plain(getattr(kept.rates, each.name)) for each in fields(Rates)}
    return {
        "form": FORM,
        "measured": kept.measured,
        "machine": _plain_machine(kept.machine),
        "watts": kept.watts,
        "rates": rates,
    }


def _plain(held: _Held) -> object:
    match held:
        case Rate(fastest, median):
            return {"fastest": fastest, "median": median}
        case Mapping():
            return {name: _plain(rate) for name, rate in held.items()}
        case tuple():
            return [{"bytes": size, "fastest": r.fastest, "median": r.median} for size, r in held]
    return held


def _kept_from(data: object) -> Kept | None:
    """Return what a file holds; None if it is of another machine or form."""
    found, machine = _mapping(data), this_machine()
    if found.get("form") != FORM or found.get("machine") != _plain_machine(machine):
        return None
    watts, measured = found.get("watts"), found.get("measured")
    if not isinstance(measured, str) or not (measured.isascii() and measured.isprintable()):
        raise _BrokenError("no date")
    rates = _rates_from(_mapping(found.get("rates")))
    return Kept(machine, measured, None if watts is None else _number(watts), rates)


def _plain_machine(machine: Machine) -> object:
    """Return a machine as it is read from JSON, which has no tuples."""
    plain: object = json.loads(json.dumps(asdict(machine)))
    return plain


def _rates_from(data: Mapping[str, object]) -> Rates:
    held: dict[str, object] = {}
    for name, kind in get_type_hints(Rates).items():
        value = data.get(name)
        if kind is Rate:
            held[name] = _rate(value)
        elif kind is int:
            held[name] = int(_number(value))
        elif kind == Tiers:
            held[name] = _tiers(value)
        elif value is None and NoneType in get_args(kind):
            held[name] = None
        else:
            held[name] = {each: _rate(rate) for each, rate in _mapping(value).items()}
    return Rates(**held)  # type: ignore[arg-type]  # of the right types, see above


def _rate(data: object) -> Rate:
    found = _mapping(data)
    return Rate(_number(found.get("fastest")), _number(found.get("median")))


def _tiers(data: object) -> Tiers:
    if not isinstance(data, list) or not data:
        raise _BrokenError("no tiers")
    return tuple((int(_number(_mapping(each).get("bytes"))), _rate(each)) for each in data)


def _mapping(data: object) -> dict[str, object]:
    if not isinstance(data, dict):
        raise _BrokenError("no object")
    return cast(dict[str, object], data)


def _number(data: object) -> float:
    if type(data) not in (int, float) or not math.isfinite(number := float(cast(float, data))):
        raise _BrokenError("no number")
    if number < 0.0:
        raise _BrokenError("no rate")
    return number
