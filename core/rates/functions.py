"""Probes of numpy's functions: calling them, computing numbers, and reaching memory."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from core.arrays import ONE, ZERO, Array, Operation, aligned, maximum, minimum, run
from core.rates.probes import Probe, Readings
from core.rates.rates import Rate, Tiers, scaled

MANY = 1024
"""Numbers of an array: three of them lie in the first cache."""
TIMES = 16
"""Calls in a window."""
_KIB = (16, 24, 32, 48, 64, 96, 128, 256, 512)
_MIB = (1, 1.5, 2, 3, 4, 6, 8, 16, 32)
FOOTPRINTS = (*(2**10 * size for size in _KIB), *(int(2**20 * size) for size in _MIB))
"""Bytes that the probes of memory go through, from the first cache to what no cache holds."""
LARGEST_WINDOW = 2**18
"""Bytes that a window of them goes through at least."""


def _copied(values: Array, out: Array) -> None:
    for _ in range(TIMES):
        out[...] = values


def _summed(values: Array) -> None:
    for _ in range(TIMES):
        values.sum()


def _vector_product(values: Array, others: Array) -> None:
    for _ in range(TIMES):
        float(np.dot(values, others))


def _method_product(values: Array, others: Array) -> None:
    dot = values.dot
    for _ in range(TIMES):
        dot(others)


def operations(values: Array, positive: Array, out: Array) -> dict[str, Operation]:
    """Return a call of each function that is called on all numbers of arrays, by its name."""
    return {
        "absolute": (np.absolute, (values, out)),
        "add": (np.add, (values, positive, out)),
        "divide": (np.divide, (values, positive, out)),
        "exp": (np.exp, (values, out)),
        "log1p": (np.log1p, (positive, out)),
        "maximum": (maximum, (values, ZERO, out)),
        "minimum": (minimum, (values, ONE, out)),
        "multiply": (np.multiply, (values, positive, out)),
        "negative": (np.negative, (values, out)),
        "positive": (np.positive, (values, out)),
        "power": (np.power, (positive, ONE, out)),
        "reciprocal": (np.reciprocal, (positive, out)),
        "sign": (np.sign, (values, out)),
        "sqrt": (np.sqrt, (positive, out)),
        "subtract": (np.subtract, (values, positive, out)),
        "tanh": (np.tanh, (values, out)),
    }


def windows(size: int) -> dict[str, Callable[[], object]]:
    """Return windows of `TIMES` calls on arrays of so many numbers, by the function's name."""
    random = np.random.default_rng(0)
    values, positive, out = aligned(size), aligned(size), aligned(size)
    values[...] = random.uniform(-1.0, 1.0, size)
    positive[...] = random.uniform(0.5, 1.5, size)
    several: dict[str, Callable[[], object]] = {
        name: partial(run, [operation] * TIMES)
        for name, operation in operations(values, positive, out).items()
    }
    return several | {
        "copy": partial(_copied, values, out),
        "sum": partial(_summed, positive),
        "vector dot": partial(_vector_product, values, positive),
        "method dot": partial(_method_product, values, positive),
    }


def one_of_each() -> list[Operation]:
    """Return a list as a step's: every function is called once, after another one."""
    single = [aligned(1) for _ in range(3)]
    for number in single:
        number.fill(0.5)
    matrix = np.ones((2, 2))
    calls: list[Operation] = []
    for operation in operations(*single).values():
        calls.append(operation)
        if len(calls) % 4 == 3:
            calls.append((np.dot, (matrix, matrix, np.ones((2, 2)))))
    return calls


def room() -> Array:
    """Return the memory that all large probes share, written once: that takes a while."""
    numbers = aligned(FOOTPRINTS[-1] // 8)
    numbers.fill(0.0)
    return numbers


def probes(memory: Array) -> Iterator[Probe]:
    """Yield the probes of all functions.

    Parameters
    ----------
    memory : ndarray
        What `room` returns.
    """
    for size in (1, MANY):
        for name, window in windows(size).items():
            yield Probe(f"{name} {size}", window, TIMES)
    squares = [np.ones((2, 2)) for _ in range(3)]
    product: Operation = (np.dot, (squares[0], squares[1], squares[2]))
    number = np.array(0.5)
    alone: Operation = (np.add, (number, ZERO, number))
    yield Probe("single 1", partial(run, [alone] * TIMES), TIMES)
    yield Probe("dot 1", partial(run, [product] * TIMES), TIMES)
    yield Probe("matmul 1", partial(run, [(np.matmul, product[1])] * TIMES), TIMES)
    yield Probe("one of each", partial(run, one_of_each() * 2), 2)
    for footprint in FOOTPRINTS:
        first, second = np.split(memory[: footprint // 8], 2)
        times = max(LARGEST_WINDOW // footprint, 1)
        halves: list[Operation] = [(np.multiply, (first, second, first))]
        yield Probe(f"memory {footprint}", partial(run, halves * times), times)


def calls(readings: Readings) -> dict[str, Rate]:
    """Return the seconds of a call before any number is computed, by function.

    A call among calls of other functions takes longer than one call of a kind after another: by
    how much, a list of one call of each shows.
    """
    names = [*windows(1), "dot", "matmul", "single"]
    alone = {name: readings.rate(f"{name} 1") for name in names}
    listed = [function_name(function) for function, _ in one_of_each()]
    mixed = readings.rate("one of each")
    fastest = mixed.fastest / sum(alone[name].fastest for name in listed)
    median = mixed.median / sum(alone[name].median for name in listed)
    return {name: scaled(rate, fastest, median) for name, rate in alone.items()}


def function_name(function: Callable[..., object]) -> str:
    """Return the name of a function."""
    return function.__name__


def elementwise(readings: Readings) -> dict[str, Rate]:
    """Return the seconds per number, in the first cache, by function."""
    return {
        name: readings.rate(f"{name} {MANY}", MANY - 1, above=f"{name} 1") for name in windows(1)
    }


def bandwidth(readings: Readings) -> Tiers:
    """Return the seconds per byte, by how many bytes are gone through again and again."""
    tiers = []
    for footprint in FOOTPRINTS:
        # Half of them are read, and half of them are read and written.
        rate = readings.rate(f"memory {footprint}", 1.5 * footprint, above="multiply 1")
        tiers.append((footprint, rate))
    return tuple(tiers)
