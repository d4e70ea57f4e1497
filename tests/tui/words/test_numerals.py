"""Numbers as text: what stands where, and nothing that jumps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.words.numerals import count, duration, fixed, loss_text, power, rate, short

AnyFloat = st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=True)


def value_of(text: str) -> float:
    return float(text.strip().replace("−", "-").replace(",", "").replace("∞", "inf"))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0.684, 3, "0.684"),
        (-0.2167, 4, "−0.2167"),
        (0.0, 4, "0.0000"),
        (-0.0, 4, "0.0000"),
        (-0.00004, 4, "−4e−05"),
        (0.00004, 4, "4e−05"),
        (0.00006, 4, "0.0001"),
        (1e308, 4, "1.000e308"),
        (5e-324, 4, "5e−324"),
        (math.inf, 4, "∞"),
        (-math.inf, 4, "−∞"),
        (math.nan, 4, "nan"),
    ],
)
def test_fixed(value: float, places: int, text: str) -> None:
    assert fixed(value, places) == text


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (0.5909, 7, "+0.5909"),
        (-0.2167, 9, "  −0.2167"),
        (0.0, 7, "+0.0000"),
        (-0.0, 7, "+0.0000"),
        (12.3456, 7, "+12.346"),
        (12345.678, 7, "+12346"),
        (12345.678, 6, "+12346"),
        (-123456.7, 7, "−123457"),
        (-123456.7, 6, "−1.2e5"),
        (-0.0871, 6, "−0.087"),
        (0.0005, 6, "+5e−04"),
        (-0.00004, 7, " −4e−05"),
        (-1e308, 6, "−1e308"),
        (1.2345e308, 9, "+1.23e308"),
        (-5e-324, 6, "≈0"),
        (-5e-324, 7, "−5e−324"),
        (math.inf, 7, "+∞"),
        (math.nan, 7, "nan"),
    ],
)
def test_fixed_in_a_column(value: float, width: int, text: str) -> None:
    assert fixed(value, 4, width=width, signed=True) == text.rjust(width)


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (4.93e-7, 8, "+4.9e−07"),
        (-4.93e-7, 8, "−4.9e−07"),
        (4.93e-7, 7, "+5e−07"),
        (4.9312e-7, 10, "+4.931e−07"),
        (4.93126e-7, 12, "+4.931e−07"),
        (9.96e-7, 8, "+1.0e−06"),
        (0.25, 8, "+2.5e−01"),
        (-12345.0, 8, "−1.234e4"),
        (1e300, 8, "+1.0e300"),
        (-1.5e-300, 7, "−2e−300"),
        (-5e-324, 7, "−5e−324"),
        (0.0, 8, "0"),
        (-0.0, 8, "0"),
        (math.inf, 7, "+∞"),
        (-math.inf, 7, "−∞"),
        (math.nan, 7, "nan"),
    ],
)
def test_power_of_ten(value: float, width: int, text: str) -> None:
    assert power(value, width) == text.rjust(width)


@given(AnyFloat, st.integers(7, 14))
def test_power_keeps_to_its_width_and_nearly_to_its_value(value: float, width: int) -> None:
    text = power(value, width)
    assert len(text) == width
    assert "-" not in text
    # Below 10⁻³⁰⁷ a rounded number has fewer digits than are written.
    if math.isfinite(value) and 1e-306 < abs(value) < 1e307:
        assert value_of(text) == pytest.approx(value, rel=0.5)


@given(AnyFloat, st.integers(0, 6), st.integers(6, 12), st.booleans())
def test_fixed_keeps_to_its_width(value: float, places: int, width: int, signed: bool) -> None:
    text = fixed(value, places, width=width, signed=signed)
    assert len(text) == width
    assert "-" not in text


@given(AnyFloat, st.integers(0, 6), st.integers(0, 6))
def test_no_minus_before_a_zero(value: float, places: int, more: int) -> None:
    text = fixed(value, places, width=6 + more).strip()
    if not math.isnan(value) and text != "≈0":
        assert (value_of(text) < 0) == (value < 0)
        assert (value_of(text) == 0) == (value == 0)


@given(st.floats(-1e6, 1e6), st.integers(0, 6), st.integers(9, 14))
def test_fixed_is_close(value: float, places: int, width: int) -> None:
    shown = value_of(fixed(value, places, width=width, signed=True))
    assert abs(shown - value) <= max(0.5 * 10.0**-places * 1.0001, 0.5 * abs(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.46373, "0.464"),
        (0.45, "0.450"),
        (0.0439, "0.0439"),
        (0.00042, "0.000420"),
        (0.000012, "1.2e−05"),
        (-0.2, "−0.200"),
        (12345.0, "12,300"),
        (999.6, "1,000"),
        (999_960.0, "1.0e6"),
        (0.0, "0"),
        (-0.0, "0"),
        (1e308, "1.0e308"),
        (5e-324, "4.9e−324"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
    ],
)
def test_short(value: float, text: str) -> None:
    assert short(value) == text


@given(AnyFloat)
def test_short_is_short_and_close(value: float) -> None:
    text = short(value)
    assert len(text) <= 12
    if 1e-300 < abs(value) < 1e308:
        assert value_of(text) == pytest.approx(value, rel=0.051)


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "0"),
        (1_000, "1,000"),
        (-5_000, "−5,000"),
        (999_999_999, "999,999,999"),
        (10**9, "1.000 G"),
        (1_234_567_890, "1.235 G"),
        (999_999_999_999, "1.000 T"),
        (123_456_789_012_345, "123.5 T"),
        (10**30, "1.000 Q"),
        (10**40, "1.000e40"),
    ],
)
def test_count(n: int, text: str) -> None:
    assert count(n) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (0.05, "0.05"),
        (2.0, "2"),
        (10.0, "10"),
        (1e6, "1,000,000"),
        (1e9, "1e9"),
        (0.0001, "0.0001"),
        (0.00012, "0.00012"),
        (1e-5, "1e−05"),
        (1.5e-9, "1.5e−09"),
        (0.30000000000000004, "0.30000000000000004"),
        (math.inf, "∞"),
    ],
)
def test_rate(value: float, text: str) -> None:
    assert rate(value) == text


@given(st.floats(min_value=0, exclude_min=True, allow_infinity=False))
def test_rate_is_exact(value: float) -> None:
    assert value_of(rate(value)) == value


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (0.01, "0.0100"),
        (9.99994, "9.9999"),
        (9.99996, "10.000"),
        (99.9994, "99.999"),
        (99.9996, "100.00"),
        (999.994, "999.99"),
        (1234.5, "1,234"),
    ],
)
def test_a_loss_has_five_digits_as_long_as_it_is_not_too_small_or_too_large(
    loss: float, text: str
) -> None:
    assert loss_text(loss) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (6.12e-6, "6.12 µs"),
        (0.9994e-3, "999 µs"),
        (0.9996e-3, "1.00 ms"),
        (12.34e-3, "12.3 ms"),
        (3.4, "3.40 s"),
        (1234.0, "1,230 s"),
    ],
)
def test_times_are_written_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
