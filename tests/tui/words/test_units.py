"""Quantities with their units."""

import math

import pytest

from tui.words.units import amount, duration, energy, storage


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (6.12e-6, "6.12 µs"),
        (0.9994e-3, "999 µs"),
        (0.9996e-3, "1.00 ms"),
        (12.34e-3, "12.3 ms"),
        (3.4, "3.40 s"),
        (1234.0, "1,230 s"),
        (0.36e-9, "0.360 ns"),
        (450e-9, "450 ns"),
        (3599.9, "1.00 h"),
        (12.5 * 3600, "12.5 h"),
        (47.9 * 3600, "47.9 h"),
        (3.96 * 86_400, "3.96 days"),
        (365.24 * 86_400, "1.00 years"),
        (116 * 365.25 * 86_400, "116 years"),
        (1.2e7 * 365.25 * 86_400, "12.0 M years"),
        (math.inf, "∞ years"),
        (1e40, "3.2e32 years"),
    ],
)
def test_times_are_written_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("joules", "text"),
    [
        (0.0, "0 nJ"),
        (2e-9, "2.00 nJ"),
        (12.0, "12.0 J"),
        (3.5e5, "350 kJ"),
        (3.6e5, "0.100 kWh"),
        (3.6e6, "1.00 kWh"),
        (21.6e9 * 3600, "21.6 GWh"),
    ],
)
def test_energies_end_in_watt_hours(joules: float, text: str) -> None:
    assert energy(joules) == text


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (4, "4"),
        (8_004, "8,004"),
        (60_000, "60,000"),
        (328_096, "328 k"),
        (999_600, "1.00 M"),
        (124_337_664, "124 M"),
        (405_853_388_800, "406 G"),
        (2.2e19, "22.0 E"),
        (2.048e25, "20.5 Y"),
        (1e30, "1.0e30"),
    ],
)
def test_counts_keep_three_digits(n: float, text: str) -> None:
    assert amount(n) == text


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0 B"), (64, "64 B"), (999, "999 B"), (1000, "1.00 kB"), (1.492e9, "1.49 GB")],
)
def test_bytes_count_in_thousands(n: float, text: str) -> None:
    assert storage(n) == text
