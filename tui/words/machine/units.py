"""Times and bytes as text, each in the unit that suits its size."""

import math

_TIMES = (
    ("years", 365.25 * 86_400),
    ("days", 86_400.0),
    ("h", 3_600.0),
    ("min", 60.0),
    ("s", 1.0),
    ("ms", 1e-3),
    ("µs", 1e-6),
    ("ns", 1e-9),
    ("ps", 1e-12),
)
_BYTES = (("PiB", 2**50), ("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))
_THOUSANDS = (
    *(("Y", 1e24), ("Z", 1e21), ("E", 1e18), ("P", 1e15)),
    *(("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1.0)),
)
_ENERGIES = (
    *(("GWh", 3.6e12), ("MWh", 3.6e9), ("kWh", 3.6e6), ("Wh", 3.6e3)),
    *(("J", 1.0), ("mJ", 1e-3), ("µJ", 1e-6), ("nJ", 1e-9)),
)
_IN_FULL = 1e5
"""Below this an amount is written in full."""


def time_text(seconds: float, digits: int = 3) -> str:
    """Return a time with so many significant digits: 13.2 ns, 4.5 µs, 116 years."""
    # What rounds up to a whole larger unit is written in that one.
    rounded = _rounded(seconds, digits)
    unit, size = next((each for each in _TIMES if rounded >= each[1]), _TIMES[-1])
    number = _rounded(seconds / size, digits)
    text = f"{number:,.10g}" if number < _IN_FULL else thousands_text(number, digits)
    return f"{text} {unit.removesuffix('s') if number == 1 and len(unit) > 3 else unit}"


def bytes_text(count: float, digits: int = 3) -> str:
    """Return a number of bytes: 32 bytes, 96.1 KiB, 149 GiB."""
    unit, size = next(
        (each for each in _BYTES if count >= each[1]), ("byte" if count == 1 else "bytes", 1)
    )
    return f"{_rounded(count / size, digits):,.10g} {unit}"


def thousands_text(number: float, digits: int = 3) -> str:
    """Return a number with a letter for its thousands: 21.3 G, 600 M, 45."""
    rounded = _rounded(number, digits)
    letter, size = next((each for each in _THOUSANDS if rounded >= each[1]), _THOUSANDS[-1])
    return f"{_rounded(number / size, digits):,.10g} {letter}".rstrip()


def amount_text(number: float, digits: int = 3) -> str:
    """Return a count: in full below 100,000, as in 8,004; else with a letter, as in 124 M."""
    return f"{number:,.0f}" if number < _IN_FULL else thousands_text(number, digits)


def storage_text(count: float, digits: int = 3) -> str:
    """Return a number of bytes by powers of 1,000, as data sheets count them: 64 B, 1.49 GB."""
    text = thousands_text(count, digits)
    return f"{text}B" if text[-1].isalpha() else f"{text} B"


def energy_text(joules: float, digits: int = 3) -> str:
    """Return an energy: 12 J, 1.2 kWh."""
    rounded = _rounded(joules, digits)
    unit, size = next((each for each in _ENERGIES if rounded >= each[1]), _ENERGIES[-1])
    return f"{_rounded(joules / size, digits):,.10g} {unit}"


def _rounded(value: float, digits: int) -> float:
    """Round to so many significant digits."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else value
