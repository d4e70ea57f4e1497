"""The rates of the gpu engine, as the readings of its probes show them."""

import math
from collections.abc import Callable, Iterable

import numpy as np

from core.arrays import Array
from core.engines.gpu.devices import Device, device
from core.rates.gpu.probes import probes
from core.rates.gpu.products import (
    FOOTPRINTS,
    MANY,
    ONE,
    SECONDS,
    SIDES,
    STEPS,
    TAKEN,
    TERMS,
    TIMES,
    TRANSFERRED,
    drawn_products,
    terms,
    times_of,
)
from core.rates.probes import Readings, read
from core.rates.products import least_squares
from core.rates.rates import Rate, scaled


def measure(progress: Callable[[float], None] | None = None) -> tuple[dict[str, Rate], str]:
    """Measure the rates of the gpu engine; torch is imported first, which takes seconds.

    Parameters
    ----------
    progress : callable, optional
        Told the share that is done, in [0, 1].

    Returns
    -------
    rates : dict of str to Rate
        By name.
    name : str
        The GPU's; empty where torch computes on the CPU.

    Raises
    ------
    DeviceMemoryError
        If the device has too little free memory for the probes.
    """
    from core.engines.gpu.fallback import naming_shortage  # imports torch

    found = device()
    readings = naming_shortage(lambda: read(list(probes(found)), SECONDS, progress))()
    return rates(readings, found), found.name if found.is_gpu else ""


def rates(readings: Readings, found: Device) -> dict[str, Rate]:
    """Return the rates that the readings of all probes show, by name."""
    is_gpu, many = found.is_gpu, MANY[found.is_gpu]
    numbered = [name.removesuffix(" 1") for name in readings.seconds if name.endswith(" 1")]
    computing = [
        name.removeprefix("gpu ") for name in numbered if f"{name} {many}" in readings.seconds
    ]
    alone = {name: _each(readings, f"gpu {name} 1") for name in (*computing, "dot", "put")}
    # A call among calls of other functions may take longer than one of a kind after another.
    mixed = readings.combined({"gpu one of each": 1.0, ONE: -1.0})
    others = [rate for name, rate in alone.items() if name != "tanh"]
    fastest = mixed.fastest / sum(rate.fastest for rate in others)
    median = mixed.median / sum(rate.median for rate in others)
    found_rates = _around(readings)
    for name, rate in alone.items():
        found_rates[f"call {name}"] = scaled(rate, fastest, median)
    for name in computing:
        above = f"gpu {name} 1"
        found_rates[f"number {name}"] = readings.rate(f"gpu {name} {many}", many - 1, above=above)
    for size in FOOTPRINTS[is_gpu]:
        # Half of them are read, and half of them are read and written.
        parts = _of_one(f"gpu byte of {size}", 3)
        for name, factor in _of_one("gpu multiply 1", TIMES).items():
            parts[name] = parts.get(name, 0.0) - factor
        found_rates[f"byte of {size}"] = readings.combined(parts, 1.5 * size)
    return found_rates | _products(readings, alone["dot"], is_gpu=is_gpu)


def _of_one(name: str, times: int) -> dict[str, float]:
    """Return how the seconds of one call come from windows of so many and of a single one."""
    return {name: times / (times - 1.0), ONE: -1.0 / (times - 1.0)}


def _each(readings: Readings, name: str, times: int = TIMES) -> Rate:
    """Return the seconds of one call."""
    return readings.combined(_of_one(name, times))


def _around(readings: Readings) -> dict[str, Rate]:
    """Return what is around the calls: launching them, steps, and transfers."""
    several, one = f"gpu steps {STEPS}", "gpu steps 1"
    more = STEPS - 1.0
    step = {several: 1.0 / more, one: -1.0 / more}
    listed = {"gpu step listed": -1.0 / STEPS, ONE: 1.0 / STEPS}
    return {
        "launch": readings.combined(
            {"gpu launched": TIMES / (TIMES - 1.0), "gpu launched one": -1.0 / (TIMES - 1.0)}
        ),
        "step": readings.combined(step | listed),
        "steps": readings.combined({one: 1.0 + 1.0 / more, several: -1.0 / more}),
        "step alone": readings.combined(
            {"gpu step alone": 1.0, "gpu step alone listed": -1.0 / STEPS, ONE: 1.0 / STEPS}
        ),
        "transfer": readings.rate("gpu from 16"),
        "byte to": readings.rate(
            f"gpu to {TRANSFERRED}", 8 * (TRANSFERRED - 16), above="gpu to 16"
        ),
        "byte from": readings.rate(
            f"gpu from {TRANSFERRED}", 8 * (TRANSFERRED - 16), above="gpu from 16"
        ),
        "image number": readings.rate(f"gpu images {TAKEN}", 5 * (TAKEN - 1), above="gpu images 1"),
    }


def _products(readings: Readings, call: Rate, *, is_gpu: bool) -> dict[str, Rate]:
    """Return the rates that fit the readings of all products best, and the one of a large one."""
    drawn = drawn_products(is_gpu=is_gpu)
    names = [f"{kind} {term}" for kind in ("matrix", "vector") for term in TERMS]
    table = np.array([[terms(shape).get(name, 0.0) for name in names] for _, shape in drawn])
    seconds = [
        _each(readings, f"gpu {layout} {shape}", times_of(shape, is_gpu=is_gpu))
        for layout, shape in drawn
    ]
    fastest = _fit(table, [each.fastest for each in seconds], call.fastest)
    median = _fit(table, [each.median for each in seconds], call.median)
    found = {
        name: Rate(low, max(low, high))
        for name, low, high in zip(names, fastest.tolist(), median.tolist(), strict=True)
    }
    side = (SIDES[is_gpu],) * 3
    parts = _of_one(f"gpu NN {side}", times_of(side, is_gpu=is_gpu))
    return found | {"product": readings.combined(parts, math.prod(side))}


def _fit(table: Array, seconds: Iterable[float], call: float) -> Array:
    """Fit the equation to the seconds of products, which include calling them."""
    return least_squares(table, np.array(list(seconds)) - call, call)
