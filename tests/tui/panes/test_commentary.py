"""The commentary's two lines, and how they are broken where there is no room for them."""

from itertools import pairwise

import pytest

from core import TrainingConfig
from tests.tui.moments import snapshot_of
from tests.tui.plain import text_of
from tui.panes.commentary import Commentary

FIRST = "Loss 0.446 → 0.295. All four fall, even −0.08, which has to rise."
SECOND = "965 of 1,000 images came out too dark: smaller weights, smaller sums."


def drawn(width: int, height: int = 4) -> list[str]:
    pane = Commentary(id="commentary")
    pane.set_reactive(Commentary.remark, (FIRST, SECOND))
    return text_of(pane.draw(snapshot_of(TrainingConfig()), width, height)).split("\n")


def test_from_80_columns_on_each_sentence_has_its_line() -> None:
    assert drawn(80) == [f" {FIRST}", f" {SECOND}"]


@pytest.mark.parametrize("width", [79, 60, 40, 20])
def test_below_that_they_are_broken_at_words_and_fill_their_rows(width: int) -> None:
    rows = drawn(width, 99)
    words = f"{FIRST} {SECOND}".split()
    assert " ".join(rows).split() == words
    for row, following in pairwise(rows):
        assert len(row) <= width - 1
        assert len(f"{row} {following.split()[0]}") > width - 1
    assert drawn(width, 2) == rows[:2]
