"""Amounts of any size, from those of four weights to those of 405 billion."""

from tui.words.machine.units import time_text

_LETTERS = ("", "k", "M", "G", "T", "P", "E", "Z", "Y")
"""Of the powers of a thousand."""
_ENERGIES = (
    *(("GWh", 3.6e12), ("MWh", 3.6e9), ("kWh", 3.6e6), ("Wh", 3.6e3)),
    *(("J", 1.0), ("mJ", 1e-3), ("µJ", 1e-6), ("nJ", 1e-9)),
)
_IN_FULL = 1e5
"""Below this an amount is written in full."""
_YEAR = 365.25 * 86_400


def amount_text(number: float) -> str:
    """Return a count: in full below 100,000, as in 8,004; else with a letter, as in 124 M."""
    return f"{number:,.0f}" if number < _IN_FULL else _lettered(number).rstrip()


def storage_text(count: float) -> str:
    """Return a number of bytes by powers of 1,000, as data sheets count them: 64 B, 1.49 GB."""
    return f"{_lettered(count)}B"


def energy_text(joules: float) -> str:
    """Return an energy: 12 J, 1.2 kWh."""
    rounded = float(f"{joules:.3g}")
    unit, size = next((each for each in _ENERGIES if rounded >= each[1]), _ENERGIES[-1])
    return f"{float(f'{joules / size:.3g}'):,.10g} {unit}"


def long_time_text(seconds: float) -> str:
    """Return a time; of many years, their number with a letter: 345 M years."""
    years = seconds / _YEAR
    return time_text(seconds) if years < _IN_FULL else f"{amount_text(years)} years"


def _lettered(number: float) -> str:
    """Return a number with three digits and a letter for its thousands, with a space between."""
    powers = range(len(_LETTERS))
    power = next((each for each in powers if number < 999.5 * 1000.0**each), powers[-1])
    return f"{float(f'{number / 1000.0**power:.3g}'):,.10g} {_LETTERS[power]}"
