"""The pen that the network's drawings write with."""

from core import TrainingConfig
from tests.tui.moments import PLAIN, snapshot_of
from tests.tui.plain import text_of
from tui.panes.network.columns import Pen
from tui.panes.network.drawn import scene_of

NOTES: list[tuple[str, ...]] = [("a long note", "short"), ("another long note", "brief")]


def noted(rows: int, width: int) -> list[str]:
    """Write the notes, and return the rows."""
    pen = Pen(scene_of(snapshot_of(TrainingConfig()), PLAIN, stepped=False, selected=None))
    pen.notes(NOTES, rows, width)
    return text_of(pen.lines).split("\n") if pen.lines else []


def test_notes_are_written_in_the_longest_words_that_fit() -> None:
    assert noted(3, 18) == ["", " a long note", " another long note"]
    assert noted(3, 17) == ["", " a long note", " brief"]
    assert noted(3, 12) == ["", " a long note", " brief"]
    assert noted(3, 11) == ["", " short", " brief"]
    assert noted(3, 6) == ["", " short", " brief"]
    assert noted(3, 5) == [""], "a space and a letter less than the shortest words have"


def test_a_row_is_left_empty_above_the_notes_where_there_is_one_more() -> None:
    assert noted(0, 40) == []
    assert noted(1, 40) == [" a long note"]
    assert noted(2, 40) == [" a long note", " another long note"]
    assert noted(3, 40) == ["", " a long note", " another long note"]
    assert noted(9, 40) == ["", " a long note", " another long note"]
