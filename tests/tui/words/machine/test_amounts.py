"""Counts, bytes and energies, from those of four weights to those of 405 billion."""

import pytest

from tui.words.machine import amount_text, energy_text, long_time_text, storage_text


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (4, "4"),
        (8_004, "8,004"),
        (60_000, "60,000"),
        (328_096, "328 k"),
        (999_600, "1 M"),
        (124_337_664, "124 M"),
        (405_853_388_800, "406 G"),
        (2.048e25, "20.5 Y"),
    ],
)
def test_counts_have_a_letter_from_a_hundred_thousand_on(n: float, text: str) -> None:
    assert amount_text(n) == text


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0 B"), (64, "64 B"), (999, "999 B"), (1000, "1 kB"), (1.492e9, "1.49 GB")]
)
def test_storage_counts_in_thousands(n: float, text: str) -> None:
    assert storage_text(n) == text


@pytest.mark.parametrize(
    ("joules", "text"),
    [
        (2e-9, "2 nJ"),
        (12.0, "12 J"),
        (3.6e3, "1 Wh"),
        (3.6e6, "1 kWh"),
        (21.6e9 * 3600, "21.6 GWh"),
    ],
)
def test_large_energies_are_in_watt_hours(joules: float, text: str) -> None:
    assert energy_text(joules) == text


def test_many_years_have_a_letter() -> None:
    year = 365.25 * 86_400
    assert long_time_text(116 * year) == "116 years"
    assert long_time_text(17_400 * year) == "17,400 years"
    assert long_time_text(1.2e7 * year) == "12 M years"
