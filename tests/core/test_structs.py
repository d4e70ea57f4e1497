"""Structs: what a frozen dataclass promises, of a class that is made faster."""

import copy
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.structs import Struct

T = TypeVar("T")


class Place(Struct):
    """Two numbers, and what is neither compared nor shown."""

    x: int
    y: float = 0.5
    told: bool = field(default=False, compare=False, repr=False)

    @property
    def both(self) -> float:
        """Return their sum."""
        return self.x + self.y


class Other(Struct):
    """The same fields, and another class."""

    x: int
    y: float = 0.5
    told: bool = False


class Numbers(Struct, eq=False):
    """What equals only itself."""

    values: list[int]
    names: Mapping[str, int] = field(default_factory=dict)


class Checked(Struct):
    """Refuses what is below 0."""

    x: int
    twice: int | None = None

    def __post_init__(self) -> None:
        """Check `x`, and decide what is not given."""
        if self.x < 0:
            raise ValueError("x must be 0 or more")
        if self.twice is None:
            object.__setattr__(self, "twice", 2 * self.x)


class Nothing(Struct):
    """No field at all."""


class Held(Struct, Generic[T]):
    """Something of some type."""

    held: T


@dataclass(frozen=True)
class Plain:
    """The dataclass that `Place` is to behave as."""

    x: int
    y: float = 0.5
    told: bool = field(default=False, compare=False, repr=False)


GIVEN = st.tuples(st.integers(0, 1), st.sampled_from([0.5, 1.0]), st.booleans())


@given(GIVEN, GIVEN)
def test_it_compares_hashes_and_reads_as_a_frozen_dataclass(
    one: tuple[int, float, bool], another: tuple[int, float, bool]
) -> None:
    assert (Place(*one) == Place(*another)) is (Plain(*one) == Plain(*another))
    assert (Place(*one) != Place(*another)) is (Plain(*one) != Plain(*another))
    assert len({Place(*one), Place(*another)}) == len({Plain(*one), Plain(*another)})
    assert repr(Place(*one)) == repr(Plain(*one)).replace("Plain", "Place")
    assert asdict(Place(*one)) == asdict(Plain(*one))


def test_fields_are_given_by_place_by_name_or_not_at_all() -> None:
    assert Place(1, 2.0) == Place(y=2.0, x=1) == Place(1, y=2.0)
    assert Place(1).y == 0.5
    assert Place(1).both == 1.5
    assert [each.name for each in fields(Place)] == ["x", "y", "told"]


def test_another_class_of_the_same_fields_is_not_equal() -> None:
    assert Place(1) != Other(1)
    assert Place(1) != (1, 0.5)
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        ((), {"y": 1.0}),
        ((1, 2.0, True, 4), {}),
        ((1,), {"z": 1}),
        ((), {"z": 1}),
        ((1,), {"x": 1}),
    ],
)
def test_too_little_and_too_much_is_refused(
    values: tuple[object, ...], named: dict[str, object]
) -> None:
    make: type = Place
    with pytest.raises(TypeError, match="Place must have these, each once: x, y, told"):
        make(*values, **named)


def test_no_field_is_set_or_deleted() -> None:
    place = Place(1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        place.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del place.x
    assert place == Place(1)


def test_what_holds_no_plain_values_equals_only_itself() -> None:
    numbers = Numbers([1])
    assert numbers == numbers
    assert numbers != Numbers([1])
    assert len({numbers, Numbers([1])}) == 2


def test_a_default_that_can_change_is_made_for_each() -> None:
    first, second = Numbers([1]), Numbers([1])
    assert first.names == {}
    assert first.names is not second.names


def test_what_a_class_checks_and_decides_is_done_with_all_fields_set() -> None:
    assert Checked(2).twice == 4
    assert Checked(2, 5).twice == 5
    with pytest.raises(ValueError, match="0 or more"):
        Checked(-1)
    with pytest.raises(ValueError, match="0 or more"):
        replace(Checked(2), x=-1)


def test_it_is_replaced_copied_pickled_and_matched() -> None:
    place = Place(1, 2.0, told=True)
    assert replace(place, x=3) == Place(3, 2.0)
    for same in (copy.copy(place), copy.deepcopy(place), pickle.loads(pickle.dumps(place))):
        assert same == place
        assert same.told
    match place:
        case Place(x, y):
            assert (x, y) == (1, 2.0)
    assert Held[int](3) == Held(3)
