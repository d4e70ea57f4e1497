"""Rates that are kept in a file from one start to the next, for as long as the machine is the same.

The file is JSON: `as_plain_data` gives what is in it. What cannot be read, or cannot have been
measured, is as good as not there: nothing of a person's is lost, since the rates are measured again
in two seconds.
"""

import json
import math
import os
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, fields, replace
from itertools import pairwise
from types import NoneType
from typing import TypeAlias, cast, get_args, get_type_hints

from core.atomic import read_whole, replacing_bytes
from core.errors import DeviceMemoryError
from core.network.activations import ACTIVATIONS
from core.network.optimizers import OPTIMIZERS
from core.rates import gpu
from core.rates.disturbance import WIDE, machine_state, spread_of
from core.rates.energy import counters, joules_between
from core.rates.loops import EXTRAS, UPDATES
from core.rates.machine import Machine, this_machine
from core.rates.measuring import measure
from core.rates.products import LAYOUTS, TERMS
from core.rates.rates import Rate, Rates, Tiers
from core.structs import Struct

NAME = "rates.json"
FORM = 3
"""Number of the file's form: it changes with what a rate means or is called."""
_MOST_BYTES = 2**20
_LONGEST = 1.0
"""Seconds that no rate reaches, on any machine."""
_SHORTEST = 1e-18
"""Seconds that every rate takes that is not 0: that of what noise hides is 0."""
_MOST_WATTS = 1e6
_MOST_LOAD = 1e6
_MOST_COUNTED = 2**60
"""Bytes and multiply-adds that no file counts."""
_DATE = "%Y-%m-%d %H:%M"

_FUNCTIONS = (
    *("absolute", "add", "copy", "divide", "exp", "log1p", "maximum", "method dot", "minimum"),
    *("multiply", "negative", "positive", "power", "reciprocal", "sign", "sqrt", "subtract"),
    *("sum", "tanh", "vector dot"),
)
_ON_DEVICE = *sorted({*_FUNCTIONS} - {"method dot", "sum"}), "add_up", "index_select"
"""What torch's calls are named by, all but products of matrices."""
_CURVED = tuple(name for name, each in ACTIVATIONS.items() if not each.is_linear)
NAMES: dict[str, Collection[str]] = {
    "calls": (
        *(*_FUNCTIONS, "dot", "matmul", "single"),
        *("part", "nudge", "batch", "epoch", "schedule", "frozen"),
    ),
    "elementwise": (*_FUNCTIONS, "shuffle", "shuffle many", "transpose"),
    "products": (
        *(f"{layout} {term}" for layout in LAYOUTS.values() for term in TERMS),
        *(f"packed {layout}" for layout in LAYOUTS.values()),
    ),
    "loops": (
        *("step", "image mse linear", "image mse sigmoid", "image bce sigmoid", "list", "vector"),
        *("batch", "taken image", "layer", "neuron", "multiply-add", "bias", "back layer", "row"),
        *("gradient multiply-add", "gradient bias", "carried multiply-add"),
        *(f"{kind} {name}" for kind in ("value", "carried") for name in ACTIVATIONS),
        *(*(f"update {name}" for name in UPDATES), *EXTRAS),
    ),
    "compiled": (
        *(
            "call",
            "epoch",
            "load",
            "four",
            "four image",
            "four updated",
            "step",
            "adam",
            "changed",
            "tile",
        ),
        *("image mse", "image bce", "forward loop", "gradient loop", "carry loop"),
        *("forward multiply-add", "gradient multiply-add", "carried multiply-add"),
        *(f"update {name}" for name in OPTIMIZERS),
        *(f"{kind} {name}" for kind in ("value", "slopes") for name in _CURVED),
        *(
            f"{kind} {what} {name}"
            for kind in ("calling", "array")
            for what in ("value", "slopes")
            for name in _CURVED
        ),
    ),
    "gpu": (
        *("launch", "step", "steps", "step alone", "byte to", "byte from", "image number"),
        *("product", "call dot", "call put"),
        *(f"{kind} {name}" for kind in ("call", "number") for name in _ON_DEVICE),
        *(f"{kind} {term}" for kind in ("matrix", "vector") for term in gpu.TERMS),
    ),
}
"""The rates without which some step could not be predicted, by the field of `Rates`."""
_POSITIVE: dict[str, Collection[Collection[str]]] = {
    "calls": [(name,) for name in (*_FUNCTIONS, "dot", "matmul", "single")],
    "loops": [("step", "list", "vector", "layer", "multiply-add")],
    "compiled": [("four", "four image"), ("step", "tile", "forward loop", "forward multiply-add")],
    "gpu": [
        # What is around the calls of a step is a hundredth of it, so that it may measure as 0.
        ("step", *(f"call {name}" for name in (*_ON_DEVICE, "dot"))),
        *(("steps",), ("step alone",), ("product",)),
    ],
}
"""Groups of rates that are not all 0: what takes no time at all cannot be predicted."""

_Held: TypeAlias = Rate | Mapping[str, Rate] | Tiers | int | str | None


class _BrokenError(ValueError):
    """The file is not one of ours."""


class Kept(Struct):
    """The rates of a machine, and when they were measured."""

    machine: Machine
    measured: str
    """Date and time in UTC, such as 2026-01-31 09:30."""
    watts: float | None
    """Power of the processor while they were measured, whatever else ran on it; None where the
    system does not tell."""
    rates: Rates
    load: float | None = None
    """Programs that ran or waited to run in the minute before, on average; None where the system
    does not tell."""

    @property
    def was_disturbed(self) -> bool:
        """Whether the machine was too busy for its rates to be those at its best."""
        is_busy = self.load is not None and self.load > self.machine.cores
        return is_busy or spread_of(self.rates) >= WIDE


def measured_now(
    progress: Callable[[float], None] | None = None, *, with_gpu: bool = False
) -> Kept:
    """Measure the rates of this machine, which takes about two seconds.

    Parameters
    ----------
    progress : callable, optional
        Told the share that is done, in [0, 1].
    with_gpu : bool
        Whether those of the gpu engine as well, for which torch is imported. They are None if its
        device has too little free memory for the probes.
    """
    load = machine_state().load
    before, began = counters(), time.perf_counter()
    share = 0.5 if with_gpu else 1.0
    rates = measure(_part(progress, 0.0, share))
    if with_gpu:
        with suppress(DeviceMemoryError):  # the rates of all other engines are known
            known, name = gpu.measure(_part(progress, share, 1.0))
            rates = replace(rates, gpu=known, gpu_name=name)
    joules = joules_between(before, counters())
    watts = None if joules is None else joules / (time.perf_counter() - began)
    when = time.strftime(_DATE, time.gmtime())
    return Kept(this_machine(), when, watts, rates, load)


def _part(
    progress: Callable[[float], None] | None, begin: float, end: float
) -> Callable[[float], None] | None:
    """Return what reports a part of the work as such."""
    if progress is None:
        return None
    report = progress
    return lambda share: report(begin + (end - begin) * share)


def read(folder: str) -> Kept | None:
    """Read the rates that are kept in a folder; None if there are none of this machine as it is."""
    try:
        return from_text(read_whole(os.path.join(folder, NAME), _MOST_BYTES))
    except (OSError, ValueError):
        return None


def from_text(text: bytes | str) -> Kept:
    """Return the rates that a text holds, as `as_plain_data` gives them.

    Raises
    ------
    ValueError
        If they are not of this machine as it is, or cannot have been measured.
    """
    try:
        return _kept_from(json.loads(text))
    except (OverflowError, RecursionError) as error:
        raise _BrokenError("no number, or no end") from error


def write(folder: str, kept: Kept) -> None:
    """Keep rates in a folder, which is made if it is not there.

    Raises
    ------
    OSError, ValueError
        If they cannot be written, or something else has that name, such as a pipe; what was kept
        before is still there then.
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with replacing_bytes(os.path.join(folder, NAME)) as file:
        file.write(json.dumps(as_plain_data(kept), indent=1).encode())


def as_plain_data(kept: Kept) -> dict[str, object]:
    """Return what is written: each rate as its fastest and its median reading, in seconds."""
    rates = {each.name: _plain(getattr(kept.rates, each.name)) for each in fields(Rates)}
    return {
        "form": FORM,
        "measured": kept.measured,
        "machine": _plain_machine(kept.machine),
        "watts": kept.watts,
        "load": kept.load,
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


def _kept_from(data: object) -> Kept:
    found, machine = _mapping(data), this_machine()
    if found.get("form") != FORM or found.get("machine") != _plain_machine(machine):
        raise _BrokenError("of another machine or form")
    watts, measured, load = (found.get(name) for name in ("watts", "measured", "load"))
    if not isinstance(measured, str):
        raise _BrokenError("no date")
    when = time.strftime(_DATE, time.strptime(measured, _DATE))
    rates = _rates_from(_mapping(found.get("rates")))
    power = None if watts is None else _number(watts, _MOST_WATTS)
    return Kept(machine, when, power, rates, None if load is None else _number(load, _MOST_LOAD))


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
        elif kind is str:
            held[name] = _text(data.get(name, ""))
        elif kind is int:
            held[name] = _count(value)
        elif kind == Tiers:
            held[name] = _tiers(value)
        elif value is None and NoneType in get_args(kind):
            held[name] = None
        else:
            held[name] = _named(name, _mapping(value))
    rates = Rates(**held)  # type: ignore[arg-type]  # of the right types, see above
    reached = sum(rate.fastest for _, rate in rates.bandwidth)
    if not (rates.product.fastest and rates.product_all_threads.fastest and reached):
        raise _BrokenError("no peak")
    if rates.gpu is not None and not any(rate.fastest for _, rate in gpu.tiers(rates.gpu)):
        raise _BrokenError("no memory of the device")
    return rates


def _named(field: str, data: Mapping[str, object]) -> dict[str, Rate]:
    """Read the rates of a field that has several, and raise if any that is needed is not there."""
    found = {each: _rate(rate) for each, rate in data.items()}
    if not found.keys() >= set(NAMES.get(field, ())):
        raise _BrokenError("a rate is missing")
    for group in _POSITIVE.get(field, ()):
        if not any(found[name].fastest for name in group):
            raise _BrokenError("nothing takes any time")
    return found


def _rate(data: object) -> Rate:
    found = _mapping(data)
    fastest, median = _number(found.get("fastest")), _number(found.get("median"))
    if median < fastest:
        raise _BrokenError("the median is below the fastest")
    return Rate(fastest, median)


def _tiers(data: object) -> Tiers:
    if not isinstance(data, list) or not data:
        raise _BrokenError("no tiers")
    tiers = tuple((_count(_mapping(each).get("bytes")), _rate(each)) for each in data)
    if any(low >= high for (low, _), (high, _) in pairwise(tiers)):
        raise _BrokenError("tiers in no order")
    return tiers


def _count(data: object) -> int:
    if type(data) is not int or not 1 <= data <= _MOST_COUNTED:
        raise _BrokenError("no count")
    return data


def _mapping(data: object) -> dict[str, object]:
    if not isinstance(data, dict):
        raise _BrokenError("no object")
    return cast(dict[str, object], data)


def _text(data: object) -> str:
    if not isinstance(data, str):
        raise _BrokenError("no text")
    return data


def _number(data: object, most: float = _LONGEST) -> float:
    if type(data) not in (int, float) or not math.isfinite(number := float(cast(float, data))):
        raise _BrokenError("no number")
    if number and not _SHORTEST <= number <= most:
        raise _BrokenError("no rate")
    return number
