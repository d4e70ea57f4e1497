"""Numbers of an equation as they are printed, and whether what is printed adds up.

Each number is rounded once, for print, from its exact value. So the printed terms may not give the
printed result: where they do not, the result stands behind ≈ and not behind =.
"""

from collections.abc import Callable
from decimal import Decimal, DecimalException
from functools import partial
from typing import TypeAlias

from core.engines import NUDGE
from core.explain import Equation, Factor, applied
from tui.words.machine import HALF_UP, TIMES, time_text
from tui.words.numerals import MINUS, count, fixed, rate, short

PLACES = 4
_FINE = 12
"""Decimals of losses that differ only by a nudge."""
EXACT = ("η", "η₀", "μ", "α", "β₁", "β₂", "λ₁", "λ₂", "E", "limit", "−limit")
"""Settings: they are written as they were set."""
_COUNTED = ("bytes", "read", "written")
"""What a time is counted by, which is written behind the count."""
_SIGNED = ("gradient", "per-image gradient", "error", "delta", "update")
"""Results whose sign is always written."""


Writer: TypeAlias = Callable[[float], str]
"""Writes a number that is no count and no setting."""


def factor_text(factor: Factor, write: Writer | None = None) -> str:
    """Write a factor: a count whole, a learning rate exactly, a number with 2 or 4 decimals."""
    value = factor.value
    if isinstance(value, int):
        return f"{count(value)} {factor.name}" if factor.name in _COUNTED else count(value)
    if factor.name in ("2", "n", "pixels"):
        return count(int(value))
    if factor.name in EXACT:
        return rate(value)
    if factor.name.startswith("1 − ") and not factor.name.endswith("ᵗ"):
        return rate(float(f"{value:.12g}"))  # 1 − 0.9 is a hair's breadth less than 0.1
    if factor.name == "ε":
        return "0.000001" if value == NUDGE else rate(value)
    return number_text(value) if write is None else write(value)


def number_text(value: float, places: int = PLACES) -> str:
    """Write a number: hundredths with two decimals, others with four or as many digits."""
    if round(value, 2) == value and abs(value) < 1000 and places == PLACES:
        return f"{value + 0.0:.2f}".replace("-", MINUS)
    if 0.01 <= abs(value) < 1e9:  # as `fixed` writes it, and a frame has hundreds of them
        return f"{value:.{places}f}".replace("-", MINUS)
    if 0 < abs(value) < 0.01 and places == PLACES:
        return short(value, 4)
    return fixed(value, places)


def result_text(equation: Equation) -> str:
    """Write what comes out of an equation."""
    value = equation.result
    if equation.unit:
        return time_text(value)
    if isinstance(value, int):
        return f"{value:,}"
    if value == 0:
        return "0"
    places = _FINE if equation.name in ("loss here", "loss nudged") else PLACES
    signed = equation.name.startswith(_SIGNED) and "²" not in equation.name
    if 0 < abs(value) < 0.01 and places == PLACES:
        text = short(value, 4)
        return f"+{text}" if signed and value > 0 else text
    return fixed(value, places, signed=signed)


def adds_up(equation: Equation) -> bool:
    """Whether the printed terms give the printed result."""
    write = writer_of(equation)
    try:
        terms = []
        for term in equation.terms:
            product = Decimal(term.sign)
            for factor in term.factors:
                product *= _printed(factor_text(factor, write))
            terms.append(product)
        if equation.rest is not None:
            terms.append(_printed(write(equation.rest.value)))
        if equation.function in ("max", "min"):
            total = max(terms) if equation.function == "max" else min(terms)
        else:
            total = sum(terms, Decimal(0))
            if equation.function:
                total = Decimal(applied(equation.function, float(total)))
        if equation.times is not None:
            total *= _printed(factor_text(equation.times, write))
        if equation.divisor is not None:
            total /= _printed(factor_text(equation.divisor, write))
        if equation.unit:
            return time_text(float(total) * HALF_UP) == result_text(equation)
        result = _printed(result_text(equation))
        return total.quantize(result) == result
    except (DecimalException, OverflowError, ValueError):
        return False  # infinities and what is no number add up to nothing


def _printed(text: str) -> Decimal:
    """Read a number as it is printed, perhaps with the unit of a time."""
    number, _, unit = text.partition(" ")
    value = Decimal(number.replace(MINUS, "-").replace(",", ""))
    return value * Decimal(str(TIMES[unit])) if unit in TIMES else value


def writer_of(equation: Equation) -> Writer:
    """Choose how numbers are written: times with their units; with many decimals where two losses
    differ only by a nudge."""
    if equation.unit:
        return time_text
    tiny = equation.divisor is not None and equation.divisor.name == "ε"
    return partial(number_text, places=_FINE if tiny else PLACES)
