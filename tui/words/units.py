"""Quantities with their units, from nanoseconds to years: three digits that count."""

import math

from tui.words.numerals import count, short

_HOUR = 3600.0
_DAY = 24 * _HOUR
_YEAR = 365.25 * _DAY
_TIMES = (
    ("ns", 1e-9, 1e-6),
    ("µs", 1e-6, 1e-3),
    ("ms", 1e-3, 1.0),
    ("s", 1.0, _HOUR),
    ("h", _HOUR, 2 * _DAY),
    ("days", _DAY, _YEAR),
    ("years", _YEAR, math.inf),
)
"""Units of time: each with its seconds, and where the next one begins."""
_ENERGIES = (
    ("nJ", 1e-9, 1e-6),
    ("µJ", 1e-6, 1e-3),
    ("mJ", 1e-3, 1.0),
    ("J", 1.0, 1e3),
    ("kJ", 1e3, 3.6e5),
    ("kWh", 3.6e6, 3.6e9),
    ("MWh", 3.6e9, 3.6e12),
    ("GWh", 3.6e12, math.inf),
)
"""Units of energy, likewise in joules."""
_PREFIXES = ("", "k", "M", "G", "T", "P", "E", "Z", "Y")
_PLAIN = 1e5
"""Below this a count is written in full."""


def duration(seconds: float) -> str:
    """Write a time as people say it: 6.1 µs, 12 ms, 3.4 s, 12.5 days."""
    return _in_units(seconds, _TIMES)


def energy(joules: float) -> str:
    """Write an energy: 12 J, and from 0.1 kWh on in watt-hours."""
    return _in_units(joules, _ENERGIES)


def amount(n: float) -> str:
    """Write a count to three digits: 8,004 and 124 M, where M is 10⁶."""
    if n < _PLAIN:
        return count(round(n))
    return _prefixed(n, "")


def storage(n: float) -> str:
    """Write bytes: 64 B, 1.49 GB, where G is 10⁹."""
    return _prefixed(n, "B")


def _in_units(value: float, units: tuple[tuple[str, float, float], ...]) -> str:
    """Write a value in the unit that suits it; a million years and more as 1.00 M years."""
    unit, size, _ = next((each for each in units if value < each[2] * 0.9995), units[-1])
    number = value / size
    text = short(number) if number < 999_500 else _prefixed(number, "").rstrip()
    return f"{text} {unit}"


def _prefixed(n: float, unit: str) -> str:
    """Write a number with a prefix: 1.49 G, three digits, or as a power of ten beyond 10²⁷."""
    powers = [power for power in range(len(_PREFIXES)) if n < 999.5 * 1000.0**power]
    if not powers:
        return f"{short(n)} {unit}".rstrip()
    size, prefix = 1000.0 ** powers[0], _PREFIXES[powers[0]]
    number = short(n / size) if prefix else f"{n:,.0f}"
    return f"{number} {prefix}{unit}".rstrip()
