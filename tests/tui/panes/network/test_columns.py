"""The pen that the network's drawings write with."""

from core import TrainingConfig
from tests.tui.moments import PLAIN, snapshot_of
from tests.tui.plain import text_of
from tui.panes.network.columns import Pen
from tui.panes.network.drawn import scene_of

NOTES: list[tuple[str, ...]] = [("a long note", "short"), ("another long note", "brief")]
THREE: list[tuple[str, ...]] = [*NOTES, ("the last",)]


def noted(rows: int, width: int, notes: list[tuple[str, ...]] = NOTES) -> list[str]:
    """Write some notes, and return the rows."""
    pen = Pen(scene_of(snapshot_of(TrainingConfig()), PLAIN, stepped=False, selected=None))
    pen.notes(notes, rows, width)
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
    # Above three notes it counts for more than the last of them.
    assert noted(2, 40, THREE) == [" a long note", " another long note"]
    assert noted(3, 40, THREE) == ["", " a long note", " another long note"]
    assert noted(4, 40, THREE) == ["", " a long note", " another long note", " the last"]
