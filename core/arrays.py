"""A numpy computation as a list of calls, put together once and run many times.

A training step of a small network takes a few microseconds, most of them Python's own. So whatever
can be decided before the first step is decided then: which arrays are read, which are written.
What remains of a step is a flat list of calls, each of which writes into an array that exists.

Whatever may take long can be called off: it is cut into calls and parts of a few milliseconds.
"""

import math
from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

Operation: TypeAlias = tuple[Callable[..., object], tuple[Array, ...]]
"""A function and its arguments; the last argument is the array that is written."""

IsCancelled: TypeAlias = Callable[[], bool]
"""Whether a computation is no longer wanted; asked every few milliseconds."""


class Cancelled(Exception):
    """A computation was called off; nothing has changed."""


ZERO: Array = np.array(0.0)
ONE: Array = np.array(1.0)
for _constant in (ZERO, ONE):
    _constant.setflags(write=False)


def aligned(*shape: int) -> Array:
    """Return an array, not filled yet, that begins with a cache line of 64 bytes.

    Where numpy happens to find room, a step takes up to a tenth longer in one process than in
    another.
    """
    size = math.prod(shape)
    room = np.empty(size + 7)
    skipped = -room.ctypes.data % 64 // room.itemsize
    return room[skipped : skipped + size].reshape(shape)


def maximum(left: Array, right: Array, out: Array) -> None:
    """Write the larger of two numbers; NaN stays NaN. numpy takes no third argument here."""
    np.maximum(left, right, out=out)


def minimum(left: Array, right: Array, out: Array) -> None:
    """Write the smaller of two numbers; NaN stays NaN."""
    np.minimum(left, right, out=out)


def add_up(values: Array, out: Array) -> None:
    """Write the sum of an array's numbers."""
    np.sum(values, out=out)


def run(operations: list[Operation], cancelled: IsCancelled | None = None) -> None:
    """Carry out the calls, in order; before each, ask whether to stop."""
    if cancelled is None:
        for function, arguments in operations:
            function(*arguments)
        return
    for function, arguments in operations:
        if cancelled():
            raise Cancelled
        function(*arguments)


def in_parts(count: int, most: int, cancelled: IsCancelled | None = None) -> Iterator[slice]:
    """Cut so many rows into parts of so many at most; before each, ask whether to stop."""
    for start in range(0, count, most):
        if cancelled is not None and cancelled():
            raise Cancelled
        yield slice(start, min(start + most, count))
