"""Reuse distances: how much memory a step goes through between two uses of the same array.

A cache keeps what was used last. So an array is found in a cache if all that was used since its own
last use, itself included, fits in there. Source: Mattson, Gecsei, Slutz and Traiger, 1970,
https://doi.org/10.1147/sj.92.0078.
"""

from collections.abc import Sequence

from core.prediction.outline import NUMBER, Call, Operand


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


class _Memory:
    """What was used, and when.

    Parameters
    ----------
    uses : int
        How many there will be.
    """

    def __init__(self, uses: int) -> None:
        # Numbers that were used last at each time, as a Fenwick tree: Fenwick, 1994,
        # https://doi.org/10.1002/spe.4380240306.
        self._tree = [0] * (uses + 1)
        self._held = [0] * (uses + 1)
        self._now = 0
        self._total = 0
        self._owners: dict[int, dict[int, tuple[Operand, int]]] = {}

    def use(self, operand: Operand) -> int:
        """Use an array, and return the numbers gone through since its last use, its own included;
        all there are if it was not used before."""
        parts = self._owners.setdefault(operand.owner, {})
        known = parts.get(operand.start)
        if operand.start and known is not None and known[0].size >= operand.size:
            first = parts.get(0)
            meeting = [known] if first is None or not first[0].meets(operand) else [known, first]
        else:
            meeting = [each for each in parts.values() if each[0].meets(operand)]
        # Of an array that was used piece by piece its largest piece counts; and a piece was used
        # somewhere in between when all of it was.
        largest, last = max(meeting, key=lambda each: each[0].size, default=(operand, 0))
        between = self._total - self._sum(last) + max(largest.size - operand.size, 0)
        self._now += 1
        for part, time in meeting:
            if part.size <= operand.size:
                self._add(time, -self._held[time])
                del parts[part.start]
        self._add(self._now, operand.size)
        parts[operand.start] = operand, self._now
        return between + operand.size

    def _add(self, time: int, numbers: int) -> None:
        self._held[time] += numbers
        self._total += numbers
        while 0 < time < len(self._tree):
            self._tree[time] += numbers
            time += time & -time

    def _sum(self, time: int) -> int:
        """Add up the numbers that were used last up to a time."""
        total = 0
        while time > 0:
            total += self._tree[time]
            time -= time & -time
        return total
