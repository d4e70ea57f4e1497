"""Numbers as a person types them: one way to read them, wherever they are typed."""

import math

import pytest

from core.typed_numbers import real, shown, whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.25", 0.25),
        ("0,25", 0.25),
        (" 0,25\t", 0.25),
        (",5", 0.5),
        ("−0.5", -0.5),
        ("−0,5", -0.5),
        ("+.5", 0.5),
        ("1.", 1.0),
        ("1e-3", 0.001),
        ("1e−3", 0.001),
        ("1,5E3", 1500.0),
        ("０．２５", 0.25),
        ("－０，２５", -0.25),
        ("１ｅ－３", 0.001),
        ("\u30000.5\u3000", 0.5),
        ("0,125", 0.125),  # no thousand begins with 0
        ("1,0000", 1.0),
        ("1e999", math.inf),
        ("-inf", -math.inf),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, value: float) -> None:
    assert real(text) == value
    assert math.isnan(real("nan"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must be a number (got '')"),
        ("dark", "must be a number (got 'dark')"),
        ("1_0", "must be a number (got '1_0')"),
        ("٠.٥", "must be a number (got '٠.٥')"),
        ("10²", "must be a number (got '10²')"),
        ("0x1", "must be a number (got '0x1')"),
        ("1 000", "must be a number (got '1 000')"),
        ("0.2,0.5,0.4,0.7", "must be a number (got '0.2,0.5,0.4,0.7')"),
        ("1,234.5", "must be a number (got '1,234.5')"),
        ("\x1b[2J" + "9" * 30, "must be a number (got '\\x1b[2J9999999999999999…')"),
        # A thousand to some readers, 1 to others.
        ("1,000", "must be 1000 or 1.000 (got '1,000')"),
        ("−12,345", "must be -12345 or -12.345 (got '−12,345')"),
        ("1,234,567", "must be 1234567 (got '1,234,567')"),
    ],
)
def test_what_is_not_one_number_to_everybody_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        real(text)
    assert str(error.value) == problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("84", 84),
        (" +84 ", 84),
        ("−84", -84),
        ("1,000", 1000),
        ("12,345,678", 12_345_678),
        ("１，０００", 1000),
        ("007", 7),
    ],
)
def test_a_whole_number_is_read_as_people_write_it(text: str, value: int) -> None:
    found = whole(text)
    assert (found, type(found)) == (value, int)


@pytest.mark.parametrize(
    "text",
    [
        "8,4",
        "8.4",
        "1.0",
        "1,00",
        "0,100",
        "1,000,00",
        "1e3",
        "1e-3",
        "1e999",
        "1_0",
        "٣",
        "inf",
        "",
        "²",
    ],
)
def test_what_is_not_a_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        whole(text)
    assert str(error.value) == f"must be a whole number (got {text!r})"


def test_a_text_that_is_too_long_to_be_any_number_is_refused_at_once() -> None:
    for read in (real, whole):
        with pytest.raises(ValueError, match=r"\(got '9+…'\)"):
            read("9" * 100_000 + "x")
    with pytest.raises(ValueError, match=r"must be a whole number \(got '9+…'\)"):
        whole("9" * 100_000)
    assert shown("x" * 21) == f"'{'x' * 20}…'"
