"""The history of a run's losses in bounded memory, whatever the number of steps."""

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.metrics.curve import Curve
from core.structs import Struct

# Written as decimals and parsed, so that each is the float nearest to what a screen shows: 10 ** -5
# computed in binary would not always be 1e-05.
LADDER: tuple[float, ...] = (
    1e6,
    *(float(f"{digit}e{exponent}") for exponent in range(5, -31, -1) for digit in (5, 2, 1)),
)
"""Thresholds whose first passing is kept: 1, 2, 5 × 10^k, from 10^6 down to 10^-30."""

CAPACITY = 4096
"""Buckets of a run's history."""

# Sums are kept 2^48 times smaller than they are: a power of two costs no precision, and 10^14
# losses as large as a float can be still add up to a finite number.
_SCALE = 2.0**-48


class Buckets(Struct, eq=False):
    """All that a history knows, for a file; one entry a bucket in each array, all copies."""

    width: int
    """Steps per bucket, a power of two."""
    length: int
    """Points so far."""
    minimum: NDArray[np.float64]
    """The smallest finite loss; +inf if none is finite."""
    maximum: NDArray[np.float64]
    """The largest finite loss; −inf if none is finite."""
    total: NDArray[np.float64]
    """The sum of the finite losses, times 2⁻⁴⁸."""
    last: NDArray[np.float64]
    """The last loss as it is."""
    nonfinite: NDArray[np.int64]
    """How many losses are not finite."""
    passed: tuple[int, ...]
    """The first step at or below each threshold of `LADDER`, as far as they were reached."""


class LossHistory:
    """The loss after 0, 1, 2, … updates, summarised in a fixed number of buckets.

    While there are at most `capacity` points each has a bucket of its own. Whenever all are full,
    neighbouring pairs merge and buckets become twice as wide. So widths are powers of two and
    buckets begin at multiples of them, whatever the sizes of the chunks that came in.

    Parameters
    ----------
    capacity : int
        Buckets at most; even, and at least 2.

    Raises
    ------
    ValueError
        If the capacity is odd or below 2.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        if capacity < 2 or capacity % 2:
            raise ValueError(f"the capacity is an even number of buckets, not {capacity}")
        self._capacity = capacity
        self._width = 1
        self._length = 0
        # A bucket with no finite point holds +inf, −inf and 0: what min, max and sum start from.
        self._minimum = np.empty(capacity)
        self._maximum = np.empty(capacity)
        self._total = np.empty(capacity)
        self._last = np.empty(capacity)
        self._nonfinite = np.empty(capacity, np.int64)
        self._passed: dict[float, int] = {}

    def __len__(self) -> int:
        return self._length

    @property
    def latest(self) -> float:
        """The newest loss as it is; NaN before the first."""
        return float(self._last[(self._length - 1) // self._width]) if self._length else math.nan

    def append(self, loss: float) -> None:
        """Add the loss of one step; any float, NaN and infinity included."""
        # Single steps come one at a time: plain floats are ten times as fast here as arrays of one.
        if self._length == self._capacity * self._width:
            self._merge()
        bucket, filled = divmod(self._length, self._width)
        finite = math.isfinite(loss)
        low, high, total = (loss, loss, loss * _SCALE) if finite else (math.inf, -math.inf, 0.0)
        if filled:
            self._minimum[bucket] = min(self._minimum[bucket], low)
            self._maximum[bucket] = max(self._maximum[bucket], high)
            self._total[bucket] += total
            self._nonfinite[bucket] += not finite
        else:
            self._minimum[bucket] = low
            self._maximum[bucket] = high
            self._total[bucket] = total
            self._nonfinite[bucket] = not finite
        self._last[bucket] = loss
        while len(self._passed) < len(LADDER) and low <= LADDER[len(self._passed)]:
            self._passed[LADDER[len(self._passed)]] = self._length
        self._length += 1

    def extend(self, losses: NDArray[np.float64]) -> None:
        """Add the losses of consecutive steps.

        Parameters
        ----------
        losses : ndarray of float64, shape (n,)
            One loss a step, oldest first; n may be 0. NaN and infinity are welcome.
        """
        if len(losses) == 1:
            self.append(float(losses[0]))
            return
        while len(losses):
            room = self._capacity * self._width - self._length
            if not room:
                self._merge()
                continue
            self._fold(losses[:room])
            losses = losses[room:]

    def amend(self, loss: float) -> None:
        """Put another loss in the newest one's place: its parameters were changed by hand.

        In a bucket of several steps the extremes still take the old one in: it was there.
        """
        newest = self._length - 1
        self._passed = {mark: step for mark, step in self._passed.items() if step < newest}
        bucket, place = divmod(newest, self._width)
        self._length = newest
        if place:
            old = float(self._last[bucket])
            if math.isfinite(old):
                self._total[bucket] -= old * _SCALE
            else:
                self._nonfinite[bucket] -= 1
        self.append(loss)

    def copy(self) -> "LossHistory":
        """Return a history that goes on by itself."""
        copied = LossHistory(self._capacity)
        copied.take(self.buckets())
        return copied

    def buckets(self) -> Buckets:
        """Copy all that it knows."""
        used = -(-self._length // self._width)
        low, high, total, last = (
            array[:used].copy() for array in (self._minimum, self._maximum, self._total, self._last)
        )
        nonfinite = self._nonfinite[:used].copy()
        passed = tuple(self._passed.values())
        return Buckets(self._width, self._length, low, high, total, last, nonfinite, passed)

    def take(self, buckets: Buckets) -> None:
        """Copy the state of another history of the same capacity."""
        self._width, self._length = buckets.width, buckets.length
        used = len(buckets.last)
        kept = (buckets.minimum, buckets.maximum, buckets.total, buckets.last, buckets.nonfinite)
        for own, array in zip(self._buckets(), kept, strict=True):
            own[:used] = array
        self._passed = dict(zip(LADDER, buckets.passed, strict=False))

    def cut(self, length: int) -> "LossHistory":
        """Return the history of the first steps: as many whole buckets as fit into `length`."""
        buckets = length // self._width
        cut = LossHistory(self._capacity)
        cut._width = self._width
        cut._length = buckets * self._width
        for kept, whole in zip(cut._buckets(), self._buckets(), strict=True):
            kept[:buckets] = whole[:buckets]
        cut._passed = {mark: step for mark, step in self._passed.items() if step < cut._length}
        return cut

    def passed(self) -> Mapping[float, int]:
        """First steps at or below each threshold of `LADDER` reached so far.

        They are exact steps, however wide the buckets are. Only finite losses count.
        """
        return MappingProxyType(dict(self._passed))

    def curve(self) -> Curve:
        """Copy the history as it is now, read-only."""
        used = -(-self._length // self._width)
        starts = np.arange(used) * self._width
        nonfinite = self._nonfinite[:used].copy()
        finite = np.minimum(self._length - starts, self._width) - nonfinite
        blank = finite == 0
        minimum = np.where(blank, np.nan, self._minimum[:used])
        maximum = np.where(blank, np.nan, self._maximum[:used])
        # Rounding can carry a mean past the largest float, and past its own extremes: both are
        # undone by the clip.
        with np.errstate(over="ignore"):
            mean = self._total[:used] / np.maximum(finite, 1) / _SCALE
        mean = np.clip(mean, minimum, maximum)
        last = self._last[:used].copy()
        for array in (minimum, maximum, mean, last, nonfinite):
            array.flags.writeable = False
        return Curve(
            width=self._width,
            length=self._length,
            minimum=minimum,
            maximum=maximum,
            mean=mean,
            last=last,
            nonfinite=nonfinite,
            passed=self.passed(),
        )

    def _buckets(self) -> tuple[NDArray[np.float64] | NDArray[np.int64], ...]:
        return self._minimum, self._maximum, self._total, self._last, self._nonfinite

    def _fold(self, losses: NDArray[np.float64]) -> None:
        """Add losses, at least one, that the buckets have room for at their present width."""
        length, width, count = self._length, self._width, len(losses)
        first, stop = length // width, (length + count - 1) // width + 1
        # Where each bucket begins within the chunk; the first may have begun before it.
        starts = np.arange(first * width - length, count, width)
        starts[0] = 0
        low = high = summed = losses
        nonfinite = np.zeros(stop - first, np.int64)
        finite = np.isfinite(losses)
        if not finite.all():
            low = np.where(finite, losses, np.inf)
            high = np.where(finite, losses, -np.inf)
            summed = np.where(finite, losses, 0.0)
            nonfinite = np.add.reduceat((~finite).astype(np.int64), starts)
        minimum = np.minimum.reduceat(low, starts)
        maximum = np.maximum.reduceat(high, starts)
        total = np.add.reduceat(summed * _SCALE, starts)
        if length % width:
            minimum[0] = min(minimum[0], self._minimum[first])
            maximum[0] = max(maximum[0], self._maximum[first])
            total[0] += self._total[first]
            nonfinite[0] += self._nonfinite[first]
        self._minimum[first:stop] = minimum
        self._maximum[first:stop] = maximum
        self._total[first:stop] = total
        self._nonfinite[first:stop] = nonfinite
        self._last[first : stop - 1] = losses[starts[1:] - 1]
        self._last[stop - 1] = losses[-1]
        self._pass(low, float(minimum.min()))
        self._length += count

    def _pass(self, losses: NDArray[np.float64], lowest: float) -> None:
        """Note the thresholds that these losses, the lowest of them given, are first to reach."""
        begun = len(self._passed)
        # Nearly every chunk ends here: each threshold is reached once in a run.
        if begun == len(LADDER) or lowest > LADDER[begun]:
            return
        reached = [threshold for threshold in LADDER[begun:] if lowest <= threshold]
        # The running minimum only falls, so its negative is sorted.
        falling = np.minimum.accumulate(losses)
        steps = self._length + np.searchsorted(-falling, -np.array(reached))
        self._passed.update(zip(reached, steps.tolist(), strict=True))

    def _merge(self) -> None:
        """Make every bucket twice as wide, and half of them free."""
        half = self._capacity // 2
        for array, combine in (
            (self._minimum, np.minimum),
            (self._maximum, np.maximum),
            (self._total, np.add),
            (self._nonfinite, np.add),
        ):
            combine(array[0::2], array[1::2], out=array[:half])
        self._last[:half] = self._last[1::2]
        self._width *= 2
