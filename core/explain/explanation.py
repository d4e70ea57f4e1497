"""The arithmetic behind a number, as data: how it is laid out is not decided here.

An explanation is a few equations in the order in which they are worked out, and facts beside them.
"""

from dataclasses import dataclass

from core.explain.equations import Equation
from core.explain.remarks import Fact
from core.explain.targets import Target


@dataclass(frozen=True)
class Witness:
    """An image of the batch that counts much."""

    index: int
    """Its place in the batch, from 0."""
    image: tuple[float, ...]
    """Its pixels."""
    prediction: float
    truth: float
    value: float
    """Its term of the sum."""
    share: float
    """Its part of all terms' sizes, 0 … 1."""


@dataclass(frozen=True)
class Explanation:
    """The arithmetic behind one number."""

    target: Target
    """Which one."""
    result: float | None
    """The number, worked out from the terms; None where that is not done, see `facts`."""
    equations: tuple[Equation, ...]
    """In the order in which they are worked out."""
    witnesses: tuple[Witness, ...] = ()
    """The images that count most, the largest first; of a gradient those that raise it, then those
    that lower it."""
    facts: tuple[Fact, ...] = ()
