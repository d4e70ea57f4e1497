"""Reuse distances: how much memory a step goes through between two uses of the same array.

A cache keeps what was used last. So an array is found in a cache if all that was used since its own
last use, itself included, fits in there. Source: Mattson, Gecsei, Slutz and Traiger, 1970,
https://doi.org/10.1147/sj.92.0078.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from core.prediction.outline import NUMBER, Call, Operand

_BLOCK = 256


def distances(calls: Sequence[Call]) -> list[list[int]]:
    """Return for each call and each of its arrays, those only read first, the bytes gone through
    since its last use.

    The calls are a step's, and steps follow one another.
    """
    touched = [(*call.read, *call.written) for call in calls]
    memory = _Memory(2 * sum(map(len, touched)))
    for operands in touched:
        for operand in operands:
            memory.use(operand)
    return [[NUMBER * memory.use(operand) for operand in operands] for operands in touched]


class _Part(NamedTuple):
    """A part of an array that was used."""

    operand: Operand
    time: int
    """When it was used last."""
    number: int
    """How many had been noted before its first number was."""


class _Parts:
    """The parts of an array that were used; of those with the same first number the last one.

    Their first numbers are in order, by the power of 2 above the size of the part: so those that
    meet another part are found without a look at all.
    """

    def __init__(self) -> None:
        self._by_start: dict[int, _Part] = {}
        self._starts: dict[int, list[int]] = {}
        self._noted = 0

    def at(self, start: int) -> _Part | None:
        """Return the part with this first number."""
        return self._by_start.get(start)

    def meeting(self, operand: Operand) -> list[_Part]:
        """Return the parts that have numbers in common with another, the first noted first."""
        by_start = self._by_start
        if len(by_start) == 1:
            return [part for part in by_start.values() if part.operand.meets(operand)]
        found = []
        for power, starts in self._starts.items():
            first = bisect_right(starts, operand.start - (1 << power))
            last = bisect_left(starts, operand.start + operand.size)
            met = (by_start[start] for start in starts[first:last])
            found += [part for part in met if part.operand.meets(operand)]
        return sorted(found, key=lambda part: part.number)

    def note(self, operand: Operand, time: int, *, is_new: bool) -> None:
        """Note a use, in place of that of the part with the same first number, if there is one."""
        start, power = operand.start, operand.size.bit_length()
        number, before = self._noted, self._by_start.get(start)
        if before is not None and before.operand.size.bit_length() == power:
            self._by_start[start] = _Part(operand, time, number if is_new else before.number)
        else:
            if before is not None:
                number = number if is_new else before.number
                self.remove(before)
            self._by_start[start] = _Part(operand, time, number)
            insort(self._starts.setdefault(power, []), start)
        self._noted += 1

    def remove(self, part: _Part) -> None:
        """Forget a part."""
        start = part.operand.start
        del self._by_start[start]
        starts = self._starts[part.operand.size.bit_length()]
        del starts[bisect_left(starts, start)]


class _Memory:
    """What was used, and when.

    Parameters
    ----------
    uses : int
        How many there will be.
    """

    def __init__(self, uses: int) -> None:
        # Numbers that were used last at each time, and the sums of every `_BLOCK` times.
        self._held = [0] * (uses + 1)
        self._sums = [0] * (uses // _BLOCK + 1)
        self._now = 0
        self._owners: defaultdict[int, _Parts] = defaultdict(_Parts)

    def use(self, operand: Operand) -> int:
        """Use an array, and return the numbers gone through since its last use, its own included;
        all there are if it was not used before."""
        parts = self._owners[operand.owner]
        known = parts.at(operand.start)
        if operand.start and known is not None and known.operand.size >= operand.size:
            first = parts.at(0)
            is_met = first is not None and first.operand.meets(operand)
            meeting = [known, first] if first is not None and is_met else [known]
        else:
            meeting = parts.meeting(operand)
        # Of an array that was used piece by piece its largest piece counts; and a piece was used
        # somewhere in between when all of it was.
        largest = meeting[0] if meeting else _Part(operand, 0, 0)
        if len(meeting) > 1:
            largest = max(meeting, key=lambda part: part.operand.size)
        between = self._since(largest.time)
        between += max(largest.operand.size - operand.size, 0)
        self._now += 1
        is_new = False
        for part in meeting:
            if part.operand.size <= operand.size:
                self._add(part.time, -self._held[part.time])
                if part.operand.start == operand.start:
                    is_new = True
                else:
                    parts.remove(part)
        self._add(self._now, operand.size)
        parts.note(operand, self._now, is_new=is_new)
        return between + operand.size

    def _add(self, time: int, numbers: int) -> None:
        self._held[time] += numbers
        self._sums[time // _BLOCK] += numbers

    def _since(self, time: int) -> int:
        """Add up the numbers that were used last after a time."""
        block = time // _BLOCK + 1
        blocks = self._sums[block : self._now // _BLOCK + 1]
        return sum(self._held[time + 1 : block * _BLOCK]) + sum(blocks)
