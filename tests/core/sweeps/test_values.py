"""Several values of a setting, as they are typed."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engines import ENGINES
from core.settings import SETTINGS, Value
from core.sweeps import read_values, typed_values


def test_an_engine_that_is_not_installed_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(ENGINES, "gpu", raising=False)
    with pytest.raises(ValueError, match=r"^gpu is not installed here: pip install .*\[torch\]"):
        read_values(SETTINGS["engine"], "matrix,gpu")


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("hidden", "1,2,4,8", ((1,), (2,), (4,), (8,))),
        ("hidden", "4,8+8,none", ((4,), (8, 8), ())),
        ("hidden", "1..3", ((1,), (2,), (3,))),
        ("hidden", "16+8+4", ((16, 8, 4),)),
        ("activation", "tanh,relu,tanh+relu", ("tanh", "relu", "tanh,relu")),
        ("learning_rate", "0.1, 0.5", (0.1, 0.5)),
        ("learning_rate", "1..3,.5", (1.0, 2.0, 3.0, 0.5)),
        ("seed", "0..9", tuple(range(10))),
        ("seed", "0..2,7", (0, 1, 2, 7)),
        ("seed", "3", (3,)),
        ("bias", "yes,no", (True, False)),
        ("bias", "none,yes", (None, True)),
        ("batch_size", "10,none", (10, None)),
        ("optimizer", "sgd,adam", ("sgd", "adam")),
        ("until_loss", "none,1e-3", (None, 0.001)),
        ("steps", "100，200", (100, 200)),
    ],
)
def test_values_are_read(name: str, text: str, values: tuple[Value, ...]) -> None:
    assert read_values(SETTINGS[name], text) == values
    again = read_values(SETTINGS[name], typed_values(values))
    assert again == values


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("hidden", "8,8", "must have each value once (got 8 twice); two layers are written 8+8"),
        ("hidden", "8x8", "8+8 for two layers"),
        ("hidden", "4,,8", "networks such as 4 or none"),
        ("hidden", "", "networks such as 4 or none"),
        ("seed", "1,2,1", "must have each value once (got 1 twice)"),
        ("seed", "0..3,2", "must have each value once (got 2 twice)"),
        ("seed", "9..0", "the lower end of a range first"),
        ("seed", "a..b", "whole numbers at both ends"),
        ("seed", "0..", "whole numbers at both ends"),
        ("seed", "0..1000000", "at most 1,000,000 values"),
        ("seed", "-1..1", "0 to 4,294,967,295"),
        ("seed", "none", "0 to 4,294,967,295"),
        ("images", "0..2", "1 to 1,000,000; several with commas between"),
        ("steps", "1,000", "commas separate values, so write 1000 for 1,000"),
        ("learning_rate", "0,25", "a number above 0; several with commas between"),
        ("learning_rate", "0.1..0.5", "whole numbers at both ends of a range"),
        ("learning_rate", "fast", "a number above 0"),
        ("learning_rate", "nan", "a number above 0"),
        ("optimizer", "sgd,magic", "sgd, momentum, rmsprop or adam; several"),
        ("activation", "tanh+swish", "tanh+relu"),
        ("bias", "perhaps", "yes or no"),
    ],
)
def test_what_cannot_be_a_value_is_refused_in_words(name: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^must ") as refused:
        read_values(SETTINGS[name], text)
    assert words in str(refused.value)


@given(st.sampled_from(sorted(SETTINGS)), st.text(max_size=12))
def test_any_text_is_read_or_refused(name: str, text: str) -> None:
    values: tuple[Value, ...] = ()
    with suppress(ValueError):
        values = read_values(SETTINGS[name], text)
    assert all(SETTINGS[name].holds(value) for value in values)
