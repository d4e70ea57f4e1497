"""The words beside the arithmetic."""

from typing import get_args

import pytest

from core.explain.explanation import Fact
from tui.panes.explain.words import words_of


@pytest.mark.parametrize("kind", get_args(Fact))
def test_every_fact_has_words(kind: type[Fact]) -> None:
    assert words_of.dispatch(kind) is not words_of.dispatch(object)
