"""Counts, bytes and energies, from those of four weights to those of 405 billion."""

import pytest

from tui.words.machine import (
    amount_text,
    batch_text,
    energy_text,
    long_time_text,
    storage_text,
    time_range_text,
)


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (4, "4"),
        (8_004, "8,004"),
        (60_000, "60,000"),
        (328_096, "328 k"),
        (999_600, "1.00 M"),
        (2.2e19, "22.0 E"),
        (124_337_664, "124 M"),
        (405_853_388_800, "406 G"),
        (2.048e25, "20.5 Y"),
    ],
)
def test_counts_have_a_letter_from_a_hundred_thousand_on(n: float, text: str) -> None:
    assert amount_text(n) == text


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0 B"), (64, "64 B"), (999, "999 B"), (1000, "1.00 kB"), (1.492e9, "1.49 GB")],
)
def test_storage_counts_in_thousands(n: float, text: str) -> None:
    assert storage_text(n) == text


@pytest.mark.parametrize(
    ("joules", "text"),
    [
        (2e-9, "2.00 nJ"),
        (9.6, "9.60 J"),
        (12.0, "12.0 J"),
        (3.6e3, "1.00 Wh"),
        (3.6e6, "1.00 kWh"),
        (21.6e9 * 3600, "21.6 GWh"),
    ],
)
def test_large_energies_are_in_watt_hours(joules: float, text: str) -> None:
    assert energy_text(joules) == text


def test_times_have_three_digits_and_many_years_a_letter() -> None:
    year = 365.25 * 86_400
    assert long_time_text(8e-3) == "8.00 ms"
    assert long_time_text(2.6 * 3600) == "2.60 h"
    assert long_time_text(116 * year) == "116 years"
    assert long_time_text(3_520 * year) == "3,520 years"
    assert long_time_text(9_999 * year) == "10.0 k years"
    assert long_time_text(17_400 * year) == "17.4 k years"
    assert long_time_text(1.2e7 * year) == "12.0 M years"


def test_a_batch_is_of_images_or_of_tokens() -> None:
    assert batch_text(1, None) == "1 image"
    assert batch_text(1000, None) == "1,000 images"
    assert batch_text(480, 491_520) == "492 k tokens"
    assert batch_text(1, 1) == "1 token"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (16e-6, 50e-6, "16–50 µs"),
        (4.8e-3, 15e-3, "4.8–15 ms"),
        (30.0, 102.0, "30 s–1.7 min"),
        (1.001, 1.002, "1 s"),
        (3.62, 3.62, "3.62 s"),
    ],
)
def test_a_range_has_its_unit_once(low: float, high: float, text: str) -> None:
    assert time_range_text(low, high) == text
