"""Numbers as the screen writes them: true minus signs, steady widths, and no −0.0000."""

import math
from decimal import Decimal

MINUS = "−"

_UNITS = ("G", "T", "P", "E", "Z", "Y", "R", "Q")
_LONGEST_MANTISSA = 3
_PLAIN = 1e9  # from here on numbers take an exponent, counts a unit


def fixed(value: float, places: int, *, width: int = 0, signed: bool = False) -> str:
    """Return a number with so many decimals, or as what still shows its size: −4e−05.

    With a width of at least 6 the result is right-aligned in it and never longer: a number that is
    too long loses decimals first, then takes an exponent. Zero has no minus sign.
    """
    if math.isnan(value):
        return "nan".rjust(width)
    if math.isinf(value):
        return f"{MINUS if value < 0 else '+' if signed else ''}∞".rjust(width)
    if value == 0:
        value = 0.0
    written = [text.replace("-", MINUS) for text in _ways(value, places, "+" if signed else "")]
    if width <= 0:
        return written[0]
    # Only three-digit exponents, such as −1e−308, can be too long even so.
    return next((text for text in written if len(text) <= width), "≈0").rjust(width)


def _ways(value: float, places: int, sign: str) -> list[str]:
    """Return a finite number in every way that is true enough, the preferred one first."""
    ways = [_exponent(value, digits, sign) for digits in range(_LONGEST_MANTISSA, -1, -1)]
    if abs(value) >= _PLAIN:
        return ways
    texts = [f"{value:{sign}.{digits}f}" for digits in range(places, -1, -1)]
    if value and not float(texts[0]):
        return ways[::-1]
    near = abs(value) / 20
    return texts[:1] + [text for text in texts[1:] if abs(float(text) - value) <= near] + ways


def in_full(value: float) -> str:
    """Return a number with all of its digits: −0.13145036000000002."""
    return repr(value).replace("-", MINUS)


def significant(value: float) -> str:
    """Return a number with ten digits that count, after the sign that says whether it is exact."""
    text = f"{value:.10g}"
    return f"{'=' if float(text) == value else '≈'} {text.replace('-', MINUS)}"


def shown(text: str) -> float:
    """Return the number that a text on the screen is; NaN for what is none."""
    try:
        return float(text.strip().replace(MINUS, "-").replace(",", ""))
    except ValueError:
        return math.nan


def equals(value: float, places: int, text: str) -> str:
    """Return the sign before a printed result: ``=``, or ``≈`` where it does not follow.

    It follows if what the printed terms come to, `value`, is printed the same. Whoever works it
    out on paper must not be told that 0.1816 + 0.1688 is anything else than what it is.
    """
    if math.isnan(value) or shown(fixed(value, places)) != shown(text):
        return "≈"
    return "="


def short(value: float, digits: int = 3) -> str:
    """Return a number for a sentence, with a few digits that count: 0.464, 12,300, 1.2e−05."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return f"{MINUS if value < 0 else ''}∞"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    size = abs(rounded)
    if not 1e-4 <= size < 1e6:
        return _exponent(value, max(digits - 2, 0), "").replace("-", MINUS)
    decimals = max(0, digits - 1 - math.floor(math.log10(size)))
    return f"{rounded:,.{decimals}f}".replace("-", MINUS)


def power(value: float, width: int) -> str:
    """Return a signed number by its power of ten in exactly so many cells, 7 at least: +4.9e−07.

    It gets as many digits as fit, at most four. Nothing at all is a plain 0.
    """
    if not math.isfinite(value):
        return fixed(value, 0, width=width, signed=True)
    if value == 0:
        return "0".rjust(width)
    ways = (_exponent(value, digits, "+") for digits in range(_LONGEST_MANTISSA, -1, -1))
    return next(text for text in ways if len(text) <= width).replace("-", MINUS).rjust(width)


def count(n: int) -> str:
    """Return a count: 1,000; from 10⁹ on four digits and a unit, as in 1.234 G."""
    if abs(n) < _PLAIN:
        return f"{n:,}".replace("-", MINUS)
    digits, power = f"{Decimal(n):.3e}".split("e")
    group, place = divmod(int(power), 3)
    if group - 3 >= len(_UNITS):
        return _exponent_of(digits, int(power)).replace("-", MINUS)
    number = Decimal(digits).scaleb(place)
    return f"{number:.{3 - place}f} {_UNITS[group - 3]}".replace("-", MINUS)


def rate(value: float) -> str:
    """Return a learning rate exactly, as short as can be: 0.1, 2, 5e−05."""
    if not math.isfinite(value):
        return short(value)
    if value == 0:
        return "0"
    exact = Decimal(repr(value)).normalize()
    if not 1e-4 <= abs(value) < _PLAIN:
        digits, power = f"{exact:e}".split("e")
        return _exponent_of(digits, int(power)).replace("-", MINUS)
    return f"{exact:,f}".replace("-", MINUS)


def _exponent(value: float, digits: int, sign: str) -> str:
    mantissa, power = f"{value:{sign}.{digits}e}".split("e")
    return _exponent_of(mantissa, int(power))


def _exponent_of(mantissa: str, power: int) -> str:
    """Return 1e6 for the large, as people type it, and 1e-06 for the small, as Python prints it."""
    return f"{mantissa}e{power:03d}" if power < 0 else f"{mantissa}e{power}"


_SMALLEST = tuple(10.0**-places for places in range(16))


_NARROWEST = 6
"""Cells into which every number can be written."""


def written(value: float, places: int, width: int) -> str:
    """Return a signed number in exactly so many cells, or with a width of 0 in as many as it takes.

    This is `fixed`, with a short cut for the numbers that fit: a frame has hundreds of them.
    """
    if _SMALLEST[places] <= abs(value) < 1e9:
        text = f"{value:+.{places}f}"
        if len(text) <= width or not width:
            return text.replace("-", MINUS).rjust(width)
    text = fixed(value, places, width=width, signed=True)
    if 0 < width < _NARROWEST and abs(value) >= 1 and "≈" in text:
        return (f"{MINUS}huge" if value < 0 else "+huge")[:width].rjust(width)
    return text


def loss_text(loss: float) -> str:
    """Return a loss with as many digits as can be read, in a steady width."""
    if not math.isfinite(loss):
        return short(loss)
    for limit, places in ((9.99995, 4), (99.9995, 3), (999.995, 2)):
        if 0.01 <= loss < limit:
            return f"{loss:.{places}f}"
    return short(loss, 4 if loss >= 1000 else 3)


def duration(seconds: float) -> str:
    """Write a time as people say it: 6.1 µs, 12 ms, 3.4 s."""
    for unit, size in (("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)):
        if seconds < 999.5 * size or unit == "s":
            return f"{short(seconds / size)} {unit}"
    raise AssertionError("seconds are the last unit")
