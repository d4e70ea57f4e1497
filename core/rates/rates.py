"""The base rates of a machine: what a prediction is made of, each of them measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Rate:
    """Seconds per unit, measured many times."""

    fastest: float
    """The lower envelope: the machine at its best, which is what predictions use."""
    median: float
    """Half of the measurements took at most so long; how far it is above `fastest` is the spread
    that other programs and the machine itself cause."""


Tiers: TypeAlias = tuple[tuple[int, Rate], ...]
"""A rate at several amounts of memory in use, ascending: (bytes, rate)."""


@dataclass(frozen=True)
class Rates:
    """Every rate of a machine that predictions use; none of them is assumed."""

    python_call: Rate
    """Seconds to call a Python function that does nothing."""
    ufunc_call: Rate
    """Seconds to call a numpy function on arrays of one number."""
    dot_call: Rate
    """Seconds to call `numpy.dot` on matrices of one number."""
    step_call: Rate
    """Seconds of a training step around its numpy calls: the run's loop and the engine's."""
    calls: Mapping[str, Rate]
    """Seconds of a call without any numbers to compute, by function."""
    elementwise: Mapping[str, Rate]
    """Seconds per number that a numpy function computes, in the first cache, by function."""
    product: Rate
    """Seconds per multiply-add of a matrix product, one thread."""
    product_all_threads: Rate
    """The same with all threads that numpy's library uses in this process."""
    vector_product: Rate
    """Seconds per multiply-add of a matrix with a vector."""
    traffic: Tiers
    """c: seconds per number of a matrix product's three matrices, in addition to its
    multiply-adds: reading, packing, writing."""
    bandwidth: Tiers
    """Seconds per byte that an elementwise function reads or writes."""
    loops: Mapping[str, Rate]
    """Of the loops engine, by what is repeated: seconds each."""
    compiled: Mapping[str, Rate] | None = None
    """Of the compiled engine, where it is installed."""
    gpu: Mapping[str, Rate] | None = None
    """Of the gpu engine, where there is a GPU."""
