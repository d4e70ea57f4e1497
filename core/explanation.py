"""The arithmetic behind a number, as data: how it is laid out is not decided here.

An explanation is a few equations in the order in which they are worked out. The result of each is
worked out from the very terms that it lists, so whoever adds up what is shown gets what is shown.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np

from core.activations import ACTIVATIONS
from core.operations import Array
from core.targets import Target

MOST_TERMS = 24
"""Terms of an equation that are listed one by one; the smaller ones are added up as a rest."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Scope(StrEnum):
    """What an equation is about."""

    IMAGE = "this image"
    BATCH = "the batch"
    NETWORK = "the network"


@dataclass(frozen=True)
class Factor:
    """A number with its name."""

    name: str
    """As the formula calls it, or in words."""
    value: float
    """A float; in counts an int."""


@dataclass(frozen=True)
class Term:
    """A product, added or taken away."""

    factors: tuple[Factor, ...]
    """At least one."""
    sign: int = 1
    """1: added; −1: taken away."""

    @property
    def value(self) -> float:
        """What it adds: the sign times the factors."""
        return self.sign * math.prod(factor.value for factor in self.factors)


@dataclass(frozen=True)
class Rest:
    """The terms that are not listed, added up."""

    count: int
    """How many."""
    value: float
    """Their sum."""


@dataclass(frozen=True)
class Equation:
    """One piece of arithmetic: function(terms + rest) × times ÷ divisor = result.

    Make one with `equation`, which works the result out.
    """

    scope: Scope
    name: str
    """What comes out."""
    formula: str
    """How, in symbols."""
    terms: tuple[Term, ...]
    """What is added up."""
    rest: Rest | None
    """What else is added up, if not all terms are listed."""
    function: str
    """The activation that is applied to the sum; empty for none."""
    times: Factor | None
    """What the sum is multiplied by."""
    divisor: Factor | None
    """What it is divided by."""
    alike: int
    """How many more equations of this kind there would be."""
    result: float
    """Worked out from all that."""


def added(values: Iterable[float]) -> float:
    """Add up with a single rounding at the end; whole numbers exactly; what overflows plainly."""
    numbers = list(values)
    if all(isinstance(number, int) for number in numbers):
        return sum(numbers)
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):
        return sum(numbers)


def equation(
    name: str,
    formula: str,
    terms: Iterable[Term],
    scope: Scope = Scope.IMAGE,
    *,
    rest: Rest | None = None,
    function: str = "",
    times: Factor | None = None,
    divisor: Factor | None = None,
    alike: int = 0,
) -> Equation:
    """Make an equation and work out its result; the parameters are the fields of `Equation`."""
    listed = tuple(terms)
    result = added([term.value for term in listed] + ([rest.value] if rest else []))
    if function:
        result = ACTIVATIONS[function].value(result)
    if times is not None:
        result *= times.value
    if divisor is not None:
        result /= divisor.value
    return Equation(scope, name, formula, listed, rest, function, times, divisor, alike, result)


def subscript(number: int) -> str:
    """Write a whole number below the line: x₄ is the fourth of the x."""
    return str(number).translate(_SUBSCRIPTS)


def products(
    left: tuple[str, Array], right: tuple[str, Array]
) -> tuple[tuple[Term, ...], Rest | None]:
    """Make the terms of a weighted sum, and the rest if there are too many.

    Parameters
    ----------
    left, right : tuple of str and ndarray of shape (n,)
        What the factors are called, each name followed by its number from 1; and their values.
    """
    (one, values), (other, weights) = left, right
    chosen: Sequence[int] = range(len(values))
    rest = None
    if len(values) > MOST_TERMS:
        sizes = values * weights
        largest = np.argpartition(-np.abs(sizes), MOST_TERMS)
        chosen = sorted(largest[:MOST_TERMS].tolist())
        rest = Rest(len(values) - MOST_TERMS, float(sizes[largest[MOST_TERMS:]].sum()))
    terms = []
    for i in chosen:
        place = subscript(i + 1)
        factors = (
            Factor(f"{one}{place}", float(values[i])),
            Factor(f"{other}{place}", float(weights[i])),
        )
        terms.append(Term(factors))
    return tuple(terms), rest


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


class Cause(StrEnum):
    """Why a gradient is zero, or nearly so."""

    INPUT = "input 0"
    DEAD = "dead relu"
    SATURATED = "saturated"
    WEIGHTS = "weights 0"
    BLOCKED = "nothing comes back"
    RIGHT = "no error"
    CANCEL = "they cancel out"


@dataclass(frozen=True)
class Reason:
    """Why a gradient is zero, or nearly so."""

    cause: Cause
    scope: Scope
    """Whether for the image that is looked at, or for the batch."""
    images: int
    """For how many images it holds …"""
    of: int
    """… of how many."""
    layer: int
    """The layer of the neuron that the parameter leads to, from 0."""
    neuron: int
    """That neuron, from 0."""
    activation: str
    """Its activation."""
    slope: float | None = None
    """For a saturated neuron: its slope, for a batch the mean over those images."""


@dataclass(frozen=True)
class Unworked:
    """The batch is too large to be gone through here, image by image."""

    multiply_adds: int
    """What that would cost."""
    value: float | None
    """What the engine computed, if it has."""


class Origin(StrEnum):
    """Where a parameter's first value came from."""

    ESSAY = "the essay"
    DRAWN = "drawn evenly from a range"
    NORMAL = "drawn from the normal distribution"
    ZERO = "all weights begin at 0"
    BIAS = "a bias begins at 0"


@dataclass(frozen=True)
class Began:
    """Where a parameter began."""

    origin: Origin
    spread: float
    """Random weights are drawn evenly from −spread … spread, or with this standard deviation."""
    seed: int


class Remark(StrEnum):
    """What else there is to say."""

    GIVEN = "the truth is given with the image"
    UNKNOWN = "only a person's own data could know the truth, and it has no such image"
    PENDING = "the gradient is still being computed"
    MIXED = "the steps so far did not all cost the same"
    UNSEEN = "this image is not trained on"


@dataclass(frozen=True)
class Ruled:
    """By which rule the right answer comes about."""

    task: str
    """A name in `TASKS`."""


@dataclass(frozen=True)
class Twins:
    """All neurons of a layer are alike, so that they get the same gradients and stay alike."""

    layer: int
    """From 0."""
    neurons: int


Fact: TypeAlias = Reason | Unworked | Began | Ruled | Twins | Remark
"""What an explanation says beside its equations."""


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
