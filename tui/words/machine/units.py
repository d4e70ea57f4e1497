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
HALF_UP = 1.0 + 1e-12
"""Times this, a number is rounded as by hand: 70.55 to 70.6, whatever its last bit is."""
_THOUSANDS = (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1.0))


TIMES: dict[str, float] = dict(_TIMES) | {"year": _TIMES[0][1], "day": _TIMES[1][1]}
"""Seconds of every unit that a time may have."""


def time_text(seconds: float, digits: int = 3) -> str:
    """Return a time with so many significant digits: 13.2 ns, 4.5 µs, 116 years."""
    if not seconds:
        return "0 s"
    # What rounds up to a whole larger unit is written in that one.
    rounded = _rounded(seconds, digits)
    unit, size = next((each for each in _TIMES if rounded >= each[1]), _TIMES[-1])
    number = _rounded(seconds / size, digits)
    return f"{number:,.10g} {unit.removesuffix('s') if number == 1 and len(unit) > 3 else unit}"


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


def percent_text(share: float) -> str:
    """Return a share of 1 in percent: 97%, 0.03%."""
    return f"{100 * share:.0f}%" if share >= 0.095 or not share else f"{100 * share:.1g}%"


def _rounded(value: float, digits: int) -> float:
    """Round to so many significant digits."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else value
