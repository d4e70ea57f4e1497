"""Times and bytes as text."""

import pytest

from tui.words.machine import bytes_text, percent_text, thousands_text, time_text


@pytest.mark.parametrize(
    ("seconds", "digits", "text"),
    [
        (0.0, 3, "0 s"),
        (2.831e-11, 3, "28.3 ps"),
        (1.324e-8, 3, "13.2 ns"),
        (1.324e-8, 1, "10 ns"),
        (9.6e-10, 1, "1 ns"),
        (9.996e-7, 3, "1 µs"),
        (4.5e-3, 3, "4.5 ms"),
        (59.0, 3, "59 s"),
        (1004.0, 3, "16.7 min"),
        (45_000.0, 3, "12.5 h"),
        (86_400.0, 3, "1 day"),
        (3.65e9, 3, "116 years"),
        (31_557_600.0, 3, "1 year"),
        (3.2e13, 2, "1,000,000 years"),
        (float("inf"), 3, "inf years"),
    ],
)
def test_a_time_has_the_unit_that_suits_it(seconds: float, digits: int, text: str) -> None:
    assert time_text(seconds, digits) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (968, "968 bytes"),
        (2**10, "1 KiB"),
        (98_435, "96.1 KiB"),
        (75 * 2**30, "75 GiB"),
        (5 * 2**60, "5,120 PiB"),
    ],
)
def test_bytes_are_counted_in_powers_of_1024(count: int, text: str) -> None:
    assert bytes_text(count) == text


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (0.0, 3, "0"),
        (45.0, 3, "45"),
        (999.9, 3, "1 k"),
        (21.34e9, 3, "21.3 G"),
        (21.34e9, 1, "20 G"),
        (3.0e15, 3, "3,000 T"),
    ],
)
def test_large_numbers_have_a_letter(number: float, digits: int, text: str) -> None:
    assert thousands_text(number, digits) == text


def test_a_share_keeps_its_size() -> None:
    shares = (0.0, 0.00009, 0.04, 0.976)
    assert [percent_text(each) for each in shares] == ["0%", "0.009%", "4%", "98%"]
