"""What kinds of settings take, how they are read from what a person types, and written again."""

import math

import pytest

from core.settings.kinds import (
    Activations,
    Choice,
    Layers,
    Real,
    Switch,
    Takes,
    Value,
    Whole,
    written,
)

NAMES = ("tanh", "relu")
SHARE = Real(0.0, 1.0, with_most=False)
ABOVE_0 = Real(0.0, with_least=False)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Choice(NAMES), "tanh", "tanh"),
        (Activations(NAMES), "tanh, relu", "tanh,relu"),
        (Whole(1, 5_000), "1,000", 1_000),
        (SHARE, "1e-3", 0.001),
        (Switch(), "yes", True),
        (Switch(), "no", False),
        (Layers(), "8,4", (8, 4)),
        (Layers(), "8+4", (8, 4)),
        (Layers(), "none", ()),
    ],
)
def test_what_is_typed_is_read(kind: Takes, text: str, value: Value) -> None:
    found = kind.read(text)
    assert (found, type(found)) == (value, type(value))
    assert kind.holds(found)


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        (Whole(1, 5), "1.5", "must be a whole number (got '1.5')"),
        (SHARE, "much", "must be a number (got 'much')"),
        (Switch(), "on", "must be yes or no (got 'on')"),
        (Layers(), "8,x", "must be layer sizes such as 8,8, or none (got '8,x')"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_must_hold(
    kind: Takes, text: str, problem: str
) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        kind.read(text)
    assert str(error.value) == problem


@pytest.mark.parametrize(
    ("kind", "fits", "others"),
    [
        (Choice(NAMES), ["tanh"], ["sine", "", None, 1]),
        (Activations(NAMES), ["tanh", "relu,tanh"], ["sine", "tanh,sine", "tanh,", 1, None]),
        (Whole(1, 5), [1, 5], [0, 6, 2.0, True, "3", None]),
        (SHARE, [0.0, 0, 0.999], [1.0, -1e-300, math.nan, True, "0.5", None]),
        (ABOVE_0, [1e-300, 1e300], [0.0, -1.0, math.inf, math.nan, False]),
        (Real(0.0, 1.0), [0.0, 1.0], [1.0000001]),
        (Switch(), [True, False], [1, 0, "yes", None]),
        (Layers(), [(), (8, 4)], [(8.0,), (True,), "8", 8, None]),
    ],
)
def test_what_fits_is_held_and_nothing_else(
    kind: Takes, fits: list[Value], others: list[Value]
) -> None:
    assert all(map(kind.holds, fits))
    assert not any(map(kind.holds, others))


def test_a_range_states_whether_its_ends_are_part_of_it() -> None:
    assert Real(0.0).words == "a number of at least 0"
    assert ABOVE_0.words == "a number above 0"
    assert SHARE.words == "a number of at least 0 and below 1"
    assert Real(0.0, 0.5, with_least=False).words == "a number above 0 and at most 0.5"
    assert Whole(1, 1_000_000).words == "1 to 1,000,000"


def test_a_few_names_are_joined_with_or_and_many_with_commas() -> None:
    assert Choice(("matrix", "loops")).words == "matrix or loops"
    assert Choice(tuple("abcdefgh")).words == "a, b, c, d, e, f, g, h"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        ((8, 4), "8,4"),
        ((), "none"),
        (0.1, "0.1"),
        (1e-08, "1e-08"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1000.0, "1000"),
        (1_000, "1000"),
        ("tanh", "tanh"),
    ],
)
def test_a_value_is_written_as_it_would_be_typed(value: Value, text: str) -> None:
    assert written(value) == text
