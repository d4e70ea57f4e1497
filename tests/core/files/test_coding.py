"""Values to JSON and back by their types: whatever a change or a checkpoint may come to hold."""

import json
from dataclasses import dataclass
from typing import get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.arrays import Array
from core.errors import SessionError
from core.files.coding import decode, encode
from core.files.json_text import MOST, Json
from core.images.images import Image
from core.metrics.history import Buckets, LossHistory
from core.run.changes import Change, SetSettings
from core.run.stopping import Outcome
from core.settings.kinds import Value

st.register_type_strategy(int, st.integers(-MOST, MOST))


def through_json(kind: object, value: object) -> object:
    """Write a value and read it again."""
    coded = encode(kind, value)
    text: Json = json.loads(json.dumps(coded, allow_nan=False))
    return decode(kind, text, "here")


def changes(kind: type[Change]) -> st.SearchStrategy[Change]:
    """Draw changes of a kind, with values of the types that its fields declare."""
    if kind is not SetSettings:
        declared: dict[str, type] = get_type_hints(kind)
        return st.builds(kind, **{name: st.from_type(type_) for name, type_ in declared.items()})
    # No setting takes what is not finite.
    finite = st.floats(allow_nan=False, allow_infinity=False)
    values = [finite if part is float else st.from_type(part) for part in get_args(Value)]
    settings = st.tuples(st.from_type(str), st.one_of(values))
    return st.builds(SetSettings, st.lists(settings).map(tuple))


@pytest.mark.parametrize("kind", get_args(Change), ids=lambda kind: kind.__name__)
def test_every_change_is_read_as_it_was_written(kind: type[Change]) -> None:
    @given(changes(kind))
    def comes_back(change: Change) -> None:
        assert repr(through_json(Change, change)) == repr(change)

    comes_back()


@dataclass(frozen=True)
class Some:
    """One of two."""

    values: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Other:
    """The other of two."""

    image: Image
    label: float | None


@dataclass(frozen=True, eq=False)
class State:
    """What remembers arrays."""

    memory: tuple[Array, ...]
    counts: NDArray[np.int64]
    outcome: Outcome | None
    held: frozenset[int]
    either: Some | Other


@pytest.mark.parametrize(
    "value",
    [
        Some((("learning_rate", 1.0), ("batch_size", 5), ("bias", None), ("hidden", (3, 4)))),
        Some((("nesterov", True), ("optimizer", "adam"), ("epsilon", 1e-08))),
        Other((0.0, 0.1, 0.2, -0.0), 1.0),
        Other((0.0, 0.1, 0.2, 0.3), None),
    ],
)
def test_dataclasses_that_are_one_of_several(value: Some | Other) -> None:
    assert repr(through_json(Some | Other, value)) == repr(value)


def test_arrays_of_every_size_come_back_to_the_last_bit() -> None:
    chance = np.random.default_rng(0)
    for size in (0, 1, 7, 1_000, 5_000):
        numbers = chance.standard_normal(size)
        for array in (numbers, numbers.reshape(-1, 1), np.full(size, np.inf)):
            text = encode(Array, array)
            if isinstance(text, dict):
                assert text["float64"] is array
                continue
            again = decode(Array, json.loads(json.dumps(text)), "here")
            assert isinstance(again, np.ndarray)
            assert again.tobytes() == array.tobytes()


def test_what_holds_arrays_however_deep() -> None:
    memory = (np.array([0.1, -0.0]), np.zeros(0))
    state = State(memory, np.array([3]), Outcome.DIVERGED, frozenset({5, 2}), Some(()))
    again = through_json(State, state)
    assert isinstance(again, State)
    assert repr(again) == repr(state)
    assert [array.flags.writeable for array in again.memory] == [True, True]


@given(st.floats())
def test_every_float_comes_back(value: float) -> None:
    assert repr(through_json(float, value)) == repr(value)


@pytest.mark.parametrize(
    ("kind", "value", "line"),
    [
        (int, True, "here: must be a whole number (got true)"),
        (int, 2.0, "here: must be a whole number (got 2)"),
        (int, 2**60, "here: must be a whole number (got a number beyond 9,007,199,254,740,992)"),
        (float, "0.5", "here: must be a number (got '0.5')"),
        (bool, 1, "here: must be true or false (got 1)"),
        (str, None, "here: must be a string (got null)"),
        (str, "a" * 200_000, "here: must be a string (got 'aaaa"),
        (tuple[int, int], [1], "here: must have 2 values (got 1)"),
        (tuple[int, ...], [1, "a"], "here[1]: must be a whole number (got 'a')"),
        (tuple[int, ...], {"a": 1}, "here: must be a list (got an object)"),
        (frozenset[int], [[]], "here[0]: must be a whole number (got a list)"),
        (Outcome, "bored", "here: must be diverged or "),
        (Other, [], "here: must be an object in braces (got a list)"),
        (Other, {"image": [0, 0, 0, 0]}, "here: label is missing"),
        (Some | Other, {"kind": "System"}, "here.kind: must be Some or Other (got 'System')"),
        (Some | Other, {"kind": ["Some"]}, "here.kind: must be Some or Other (got a list)"),
        (Some | Other, [], "here: cannot be a list"),
        (float | None, [], "here: cannot be a list"),
    ],
    ids=str,
)
def test_what_is_of_another_kind_is_refused(kind: object, value: Json, line: str) -> None:
    with pytest.raises(SessionError) as refused:
        decode(kind, value, "here")
    assert str(refused.value).startswith(line)


def test_a_value_of_no_kind_has_no_place_in_a_session() -> None:
    with pytest.raises(TypeError, match="complex has no place"):
        encode(complex, 1j)


def test_a_curve_comes_back_and_goes_on() -> None:
    history, again = LossHistory(), LossHistory()
    chance = np.random.default_rng(1)
    history.extend(chance.random(10_001))
    again.take(history.buckets())
    for one in (history, again):
        one.append(np.nan)
        one.extend(np.linspace(0.5, 1e-9, 5_000))
    ours, theirs = again.buckets(), history.buckets()
    for name in Buckets.__dataclass_fields__:
        assert repr(getattr(ours, name)) == repr(getattr(theirs, name))
    assert len(again) == len(history)
    assert dict(again.passed()) == dict(history.passed())
