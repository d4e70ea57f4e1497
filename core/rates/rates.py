"""The base rates of a machine: what a prediction is made of, each of them measured."""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import TypeAlias

from core.structs import Struct


class Rate(Struct):
    """Seconds per unit, measured many times."""

    fastest: float
    """The lower envelope: the machine at its best, which is what predictions use."""
    median: float
    """Half of the measurements took at most so long; how far it is above `fastest` is the spread
    that other programs and the machine itself cause."""


def scaled(rate: Rate, fastest: float, median: float) -> Rate:
    """Return a rate times two factors, the median at least the fastest."""
    return Rate(rate.fastest * fastest, max(rate.median * median, rate.fastest * fastest))


Tiers: TypeAlias = tuple[tuple[int, Rate], ...]
"""A rate at several amounts of memory in use, ascending: (bytes, rate)."""


class Rates(Struct):
    """Every rate of a machine that predictions use; none of them is assumed."""

    python_call: Rate
    """Seconds to call a Python function that does nothing."""
    python_loop: Rate
    """Seconds of one pass of a `for` loop that does nothing."""
    step_call: Rate
    """Seconds of a training step around its numpy calls: the run's loop and the engine's."""
    calls: Mapping[str, Rate]
    """Seconds of a call, without what it computes, by function, or on ``single`` numbers; also of a
    ``part`` of a batch, and of taking another mini-``batch``, around their numpy calls, and of
    beginning an ``epoch``, and of keeping a ``frozen`` weight where it is."""
    elementwise: Mapping[str, Rate]
    """Seconds per number in the first cache, by function; also to ``shuffle`` an image, few or
    ``shuffle many``, and to ``transpose`` numbers of images."""
    bandwidth: Tiers
    """Seconds per byte that is read or written, by how many are gone through again and again."""
    product: Rate
    """Seconds per multiply-add of a matrix product that is small enough for a single thread."""
    product_all_threads: Rate
    """The same of a large product, with all threads that numpy's library uses in this process."""
    vector_products: Tiers
    """Seconds per multiply-add of a matrix with a vector, by the bytes of the matrix …"""
    row_sums: Tiers
    """… and per number that it finds in a row of the matrix that lies in one piece …"""
    column_sums: Tiers
    """… or in a column, whose numbers lie apart."""
    outer_products: Tiers
    """Seconds per number of a product of two vectors, by the bytes of the result."""
    narrow_products: Tiers
    """Seconds per multiply-add of the gradient of a first layer, by the bytes of the result, where
    each row of its matrices begins with a cache line …"""
    shifted_products: Tiers
    """… and where not …"""
    narrow_result: Rate
    """… and per number of that gradient."""
    flat_product: Rate
    """Seconds per multiply-add of the gradient of a layer of few neurons."""
    products: Mapping[str, Rate]
    """The terms of a matrix product's equation, see `core.rates.products`: seconds per multiply-add
    or per number, by layout and term, such as ``forward multiply-add`` or ``packed forward``."""
    reads: Tiers
    """Seconds per number that a large product reads and packs, by the bytes of its matrices."""
    writes: Tiers
    """Seconds per number that a product writes, by the bytes of its matrices."""
    packed_from: int
    """Multiply-adds of the smallest product that is a large one."""
    loops: Mapping[str, Rate]
    """Of the loops engine, by what is repeated: seconds each."""
    compiled: Mapping[str, Rate] | None = None
    """Of the compiled engine, where it was loaded when the rates were measured."""
    gpu: Mapping[str, Rate] | None = None
    """Of the gpu engine, where it was loaded when the rates were measured."""
    gpu_name: str = ""
    """The name of the GPU that it computes on; empty where torch computes on the CPU."""

    @property
    def ufunc_call(self) -> Rate:
        """Seconds to call an elementwise function of numpy."""
        return self.calls["multiply"]

    @property
    def known_bandwidth(self) -> Tiers:
        """The bandwidth without bytes that took no time that could be measured."""
        return tuple((size, rate) for size, rate in self.bandwidth if rate.fastest > 0.0)

    @property
    def vector_product(self) -> Rate:
        """Seconds per multiply-add of a small matrix with a vector."""
        return self.vector_products[0][1]

    @property
    def dot_call(self) -> Rate:
        """Seconds to call `numpy.dot` on two matrices."""
        return self.calls["dot"]


def between(tiers: Tiers, size: int) -> float:
    """Return the fastest rate at so many bytes: between two measured ones in proportion, on
    logarithmic scales, which is 0 beside one that is 0; below the first and above the last,
    theirs."""
    if size <= tiers[0][0]:
        return tiers[0][1].fastest
    for (low, first), (high, second) in pairwise(tiers):
        if size <= high:
            share = math.log(size / low) / math.log(high / low)
            return math.pow(first.fastest, 1.0 - share) * math.pow(second.fastest, share)
    return tiers[-1][1].fastest


RISE = 1.1
"""A byte of a larger footprint that takes so many times as long is on the way out of a cache …"""
JUMP = 1.4
"""… if from one end of such a rise to the other it takes so many times as long."""


class Level(Struct):
    """A cache, or the memory behind all caches that were found."""

    size: int | None
    """Its bytes; None of the last one, whose end was not found."""
    rate: Rate
    """Seconds per byte in there: those in the middle of its footprints."""


def levels_of(bandwidth: Tiers) -> list[Level]:
    """Find the caches, by where the bandwidth falls.

    A cache ends where a byte takes the geometric mean of what it takes before and after the rise.

    Parameters
    ----------
    bandwidth : tuple of (bytes, rate)
        Seconds per byte by footprint, ascending; none is 0.
    """
    seconds = [rate.fastest for _, rate in bandwidth]
    levels: list[Level] = []
    start, place, last = 0, 0, len(bandwidth) - 1
    while place < last:
        end = place
        while end < last and seconds[end + 1] > RISE * seconds[end]:
            end += 1
        if seconds[end] > JUMP * seconds[place]:
            middle = math.sqrt(seconds[place] * seconds[end])
            size = _crossing(bandwidth[place : end + 1], middle)
            levels.append(Level(size, _middle(bandwidth[start : place + 1])))
            start = end
        place = max(end, place + 1)
    return [*levels, *(Level(None, _middle(each)) for each in [bandwidth[start:]] if each)]


def _crossing(rising: Tiers, seconds: float) -> int:
    """Return the bytes at which a rising rate reaches so many seconds."""
    for (low, first), (high, second) in pairwise(rising):
        if second.fastest >= seconds:
            share = math.log(seconds / first.fastest) / math.log(second.fastest / first.fastest)
            return round(low * math.pow(high / low, share))
    return rising[-1][0]


def _middle(tiers: Tiers) -> Rate:
    return sorted((rate for _, rate in tiers), key=lambda rate: rate.fastest)[len(tiers) // 2]
