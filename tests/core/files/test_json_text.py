"""JSON that nobody vouches for: what is in the wrong place is named, and not at any length."""

import pytest

from core.errors import SessionError
from core.files.coding import decode
from core.files.json_text import Json, said


def test_a_text_of_40_characters_is_quoted_whole_and_a_longer_one_is_cut() -> None:
    assert said("x" * 40) == f"'{'x' * 40}'"
    assert said("x" * 41) == f"'{'x' * 40}…'"


@pytest.mark.parametrize("sign", [1, -1])
def test_whole_numbers_are_read_as_far_as_every_program_has_them(sign: int) -> None:
    # A double has 53 bits: after 2⁵³ the whole numbers have gaps.
    assert decode(int, sign * 2**53, "here") == sign * 2**53
    with pytest.raises(SessionError, match="must be a whole number") as error:
        decode(int, sign * (2**53 + 1), "here")
    assert (
        str(error.value)
        == "here: must be a whole number (got a number beyond 9,007,199,254,740,992)"
    )


def test_each_kind_of_value_is_named() -> None:
    values: list[Json] = [True, False, None, 0.5, 7, [], {}]
    names = ["true", "false", "null", "0.5", "7", "a list", "an object"]
    assert [said(value) for value in values] == names
