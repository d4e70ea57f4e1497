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
_YEARS_IN_FULL = 9_995
_DIGITS = 3


def amount_text(number: float) -> str:
    """Return a count: in full below 100,000, as in 8,004; else with a letter, as in 124 M."""
    return f"{number:,.0f}" if number < _IN_FULL else _lettered(number)


def batch_text(examples: int, tokens: int | None) -> str:
    """Return what a step sees: 1,000 images, or 492 k tokens, all sequences together."""
    number, noun = (examples, "image") if tokens is None else (tokens, "token")
    return f"{amount_text(number)} {noun}{'' if number == 1 else 's'}"


def storage_text(count: float) -> str:
    """Return a number of bytes by powers of 1,000, as data sheets count them: 64 B, 1.49 GB."""
    return f"{count:.0f} B" if count < 1000 else f"{_lettered(count)}B"


def energy_text(joules: float) -> str:
    """Return an energy with three digits: 12.0 J, 1.20 kWh."""
    rounded = float(f"{joules:.3g}")
    unit, size = next((each for each in _ENERGIES if rounded >= each[1]), _ENERGIES[-1])
    return f"{_whole(joules / size)} {unit}"


def long_time_text(seconds: float) -> str:
    """Return a time with three digits: 8.00 ms; of many years with a letter: 345 M years."""
    years = seconds / _YEAR
    if years >= _YEARS_IN_FULL:
        return f"{_lettered(years)} years"
    number, unit = time_text(seconds, _DIGITS).split(" ")
    return f"{_whole(float(number.replace(',', '')))} {unit}"


def time_range_text(low: float, high: float) -> str:
    """Return a range of times with two digits: 16–50 µs, 900 ns–1.2 ms; of one time with three."""
    if low == high:
        return long_time_text(low)
    first, last = time_text(low, 2), time_text(high, 2)
    number, unit = first.split(" ")
    if first == last:
        return first
    return f"{number if last.endswith(f' {unit}') else first}–{last}"


def _lettered(number: float) -> str:
    """Return a number with three digits and a letter for its thousands, with a space between."""
    powers = range(len(_LETTERS))
    power = next((each for each in powers if number < 999.5 * 1000.0**each), powers[-1])
    return f"{_whole(number / 1000.0**power)} {_LETTERS[power]}"


def _whole(number: float) -> str:
    """Return a number with three digits, zeros at its end too: 8.00, 22.0, 3,520."""
    rounded = float(f"{number:.{_DIGITS}g}")
    if rounded < 1:
        return f"{rounded:#.{_DIGITS}g}"
    return f"{rounded:,.{max(0, _DIGITS - len(str(int(rounded))))}f}"
