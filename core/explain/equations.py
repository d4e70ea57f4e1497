"""Equations: pieces of arithmetic as data.

An equation's result is worked out from the very terms that it lists, so whoever adds up what is
shown gets what is shown.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.arrays import Array
from core.network.activations import ACTIVATIONS

MOST_TERMS = 24
"""Terms of an equation that are listed one by one; the smaller ones are added up as a rest."""

CHOICES: dict[str, Callable[[Iterable[float]], float]] = {"max": max, "min": min}
"""Functions that choose one of the terms."""

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
    """Applied to the sum: an activation or √; or max or min, the largest or smallest of the terms;
    empty for none."""
    times: Factor | None
    """What the sum is multiplied by."""
    divisor: Factor | None
    """What it is divided by."""
    similar: int
    """How many more equations of this kind there would be."""
    result: float
    """Worked out from all that."""
    unit: str = ""
    """Of the result and of all numbers but counts: s for seconds; empty for none."""


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
    similar: int = 0,
    unit: str = "",
) -> Equation:
    """Make an equation and work out its result; the parameters are the fields of `Equation`."""
    listed = tuple(terms)
    values = [term.value for term in listed] + ([rest.value] if rest else [])
    choice = CHOICES.get(function)
    result = choice(values) if choice is not None else applied(function, added(values))
    if times is not None:
        result *= times.value
    if divisor is not None:
        result /= divisor.value
    return Equation(
        scope, name, formula, listed, rest, function, times, divisor, similar, result, unit
    )


def applied(function: str, total: float) -> float:
    """Apply an equation's function to the sum of its terms."""
    if function == "√":
        return math.sqrt(total) if total >= 0 else math.nan
    return ACTIVATIONS[function].value(total) if function else total


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
