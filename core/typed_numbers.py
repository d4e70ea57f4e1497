"""Numbers as a person types them, read the same way wherever a number can be typed.

Python reads less than people write, 0,25 or −0.5, and more, 1_000. Nothing is guessed: a text that
two people would read differently is refused.
"""

import re

_LONGEST = 20
"""Characters of a wrong text that its refusal repeats."""
_MOST_DIGITS = 4300
"""Of a whole number, as many as Python reads."""
_PLAIN = {ord("−"): "-"} | {0xFEE0 + ord(mark): mark for mark in "+-.,0123456789Ee"}
"""The minus sign of typography, and the marks of numbers in full width as on Asian keyboards."""
# No two parts of a pattern take the same digits, or a long text would take them for hours.
_REAL = re.compile(r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|inf|infinity|nan)", re.A | re.I)
_WHOLE = re.compile(r"[+-]?\d+", re.A)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+", re.A)
"""Digits in groups of thousands, with commas between."""


def real(text: str) -> float:
    """Read a number such as 0.25, 0,25, −0.5, 1e-3 or ０．２５; inf and nan are read as well.

    A comma is the decimal comma. 1,000 could also be a thousand, and is refused.

    Raises
    ------
    ValueError
        With the words that say what must be typed.
    """
    plain = text.strip().translate(_PLAIN)
    if _GROUPED.fullmatch(plain):
        number = plain.replace(",", "")
        either = f"{number} or {plain.replace(',', '.')}" if plain.count(",") == 1 else number
        raise ValueError(f"must be {either} (got {shown(text)})")
    plain = plain.replace(",", ".")
    if not _REAL.fullmatch(plain):
        raise ValueError(f"must be a number (got {shown(text)})")
    return float(plain)


def whole(text: str) -> int:
    """Read a whole number such as 1000, 1,000 or １０００.

    Raises
    ------
    ValueError
        With the words that say what must be typed.
    """
    plain = text.strip().translate(_PLAIN)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if _WHOLE.fullmatch(plain) and len(plain) <= _MOST_DIGITS:
        return int(plain)
    raise ValueError(f"must be a whole number (got {shown(text)})")


def shown(text: str) -> str:
    """Write a wrong text in quotes, cut where it is long; it does nothing to a terminal."""
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
