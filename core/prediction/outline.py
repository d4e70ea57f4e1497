"""Arrays without numbers: the engine's own calls, recorded without computing anything.

An outline has the shape of an array and its place in memory. The matrix engine puts its list of
calls together from outlines as from arrays, however large they are, and each call is recorded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from core.arrays import Array, Operation
from core.network.cost import Phase
from core.prediction.times import written_shape
from core.structs import Struct

NUMBER = 8
"""Bytes of a number: all engines compute in float64."""


PRODUCTS = "dot", "matmul"
"""The functions that multiply matrices."""


class Operand(Struct):
    """The numbers in memory that a call reads or writes."""

    owner: int
    """The array that they belong to."""
    start: int
    """Index of the first one there."""
    size: int
    """How many."""

    def meets(self, other: Operand) -> bool:
        """Whether any of them are another's as well."""
        return (
            self.owner == other.owner
            and self.start < other.start + other.size
            and other.start < self.start + self.size
        )


class Call(Struct):
    """One call of a function of numpy."""

    name: str
    """Of the function."""
    shape: tuple[int, ...]
    """Of the array that is written, or (m, k, n) of a matrix product."""
    read: tuple[Operand, ...]
    """Arrays that are only read."""
    written: tuple[Operand, ...]
    """Arrays that are written; perhaps read as well."""
    layout: str = ""
    """Of a matrix product: for each of its matrices, whether it is transposed (T) or not (N)."""
    phase: Phase | None = None
    """The part of the step that makes it; None if that is none of them."""

    @property
    def size(self) -> int:
        """The numbers that are computed, or the multiply-adds."""
        return math.prod(self.shape)

    @property
    def product(self) -> tuple[int, int, int] | None:
        """The sizes (m, k, n) of a product of two matrices, if it is one."""
        if self.name not in PRODUCTS:
            return None
        m, k, n = self.shape
        return m, k, n

    @property
    def written_shape(self) -> str:
        """What it is called on, such as ``4×1,000``, or ``4×5 · 5×1,000`` of a product."""
        if self.product is None:
            return written_shape(self.shape)
        m, k, n = self.product
        return f"{written_shape((m, k))} · {written_shape((k, n))}"


Counted: TypeAlias = list[tuple[Call, int]]
"""Calls in order, each with the number of times that it is made."""


@dataclass
class Recorder:
    """Makes outlines, and records the calls that they take part in."""

    calls: list[Call] = field(default_factory=list)
    owners: int = 0
    phase: Phase | None = None
    """The part of the step that makes the calls from now on."""

    def array(self, *shape: int) -> Array:
        """Return the outline of a new array; an engine finds in it all that it asks of an array."""
        self.owners += 1
        return cast(Array, Outline(self, Operand(self.owners, 0, math.prod(shape)), shape))

    def taken(self, times: int = 1) -> Counted:
        """Return the calls since this was asked for last, each made so many times; 0: none."""
        calls, self.calls = self.calls, []
        return [(call, times) for call in calls] if times else []

    def run(self, operations: Sequence[Operation]) -> None:
        """Record the calls of a list, as `core.arrays.run` makes them."""
        for function, arguments in operations:
            self.record(function.__name__, arguments[:-1], arguments[-1:])

    def record_single(self, *names: str) -> None:
        """Record calls on single numbers."""
        for name in names:
            self.record(name, [], [])

    def record(self, name: str, inputs: Sequence[object], outputs: Sequence[object]) -> None:
        """Record a call."""
        read = [each for each in inputs if isinstance(each, Outline)]
        written = [each for each in outputs if isinstance(each, Outline)]
        layout, largest = "", max((*read, *written), key=lambda each: each.size, default=None)
        numbers = largest.shape if largest is not None else ()
        if name in PRODUCTS:
            layout = "".join("T" if each.is_transposed else "N" for each in read)
            first, second = read
            numbers = (*first.shape, *second.shape[1:])
            name = name if len(numbers) == 3 else "vector dot"
        writing = tuple(each.operand for each in written if each.operand.size > 1)
        reading = dict.fromkeys(each.operand for each in read if each.operand.size > 1)
        kept = tuple(operand for operand in reading if operand not in writing)
        self.calls.append(Call(name, numbers, kept, writing, layout, self.phase))


class Outline:
    """An array without its numbers.

    Parameters
    ----------
    recorder : Recorder
        Where calls are recorded.
    operand : Operand
        Where its numbers would lie.
    shape : tuple of int
        Its shape.
    is_transposed : bool
        Whether its numbers lie column by column.
    """

    def __init__(
        self,
        recorder: Recorder,
        operand: Operand,
        shape: tuple[int, ...],
        is_transposed: bool = False,
    ) -> None:
        self._recorder = recorder
        self.operand = operand
        self.shape = shape
        self.is_transposed = is_transposed

    @property
    def size(self) -> int:
        """Count its numbers."""
        return self.operand.size

    def __len__(self) -> int:
        """Count its rows."""
        return self.shape[0]

    def __getitem__(self, rows: int | slice) -> Outline:
        """Return one row, or some of them."""
        # Of a transposed matrix these are columns: they lie apart, from the first number of theirs.
        apart = 1 if self.is_transposed else math.prod(self.shape[1:])
        if isinstance(rows, slice):
            first, stop, _ = rows.indices(len(self))
            shape = (max(stop - first, 0), *self.shape[1:])
        else:
            first, shape = rows, self.shape[1:]
        start = self.operand.start + first * apart
        operand = Operand(self.operand.owner, start, math.prod(shape))
        return Outline(self._recorder, operand, shape, self.is_transposed)

    def __iter__(self) -> Iterator[Outline]:
        """Return its rows."""
        return (self[row] for row in range(len(self)))

    @property
    def T(self) -> Outline:  # noqa: N802  # as numpy calls it
        """The same numbers, transposed."""
        return Outline(self._recorder, self.operand, self.shape[::-1], not self.is_transposed)

    def reshape(self, *shape: int | tuple[int, ...]) -> Outline:
        """Return the same numbers in another shape."""
        first = shape[0]
        sizes = first if isinstance(first, tuple) else cast(tuple[int, ...], shape)
        known = math.prod(size for size in sizes if size >= 0)
        whole = tuple(size if size >= 0 else self.operand.size // known for size in sizes)
        return Outline(self._recorder, self.operand, whole)

    def fill(self, value: float) -> None:
        """Do nothing: this is no part of a step."""

    def sum(self) -> float:
        """Record a sum."""
        self._recorder.record("sum", [self], [])
        return 0.0

    def __array_ufunc__(
        self, function: Callable[..., object], method: str, *inputs: object, **named: object
    ) -> None:
        """Record a call of an elementwise function."""
        outputs = named.get("out", ())
        self._recorder.record(function.__name__, inputs, cast(tuple[object, ...], outputs))

    def __array_function__(
        self,
        function: Callable[..., object],
        types: object,
        arguments: tuple[object, ...],
        named: object,
    ) -> object:
        """Make one more outline like this, or record a call of any other function."""
        if function.__name__ in ("empty_like", "zeros_like"):
            return self._recorder.array(*self.shape)
        self._recorder.record(function.__name__, arguments[:2], arguments[2:])
        return 0.0
