"""What all panes are: a frame with words in its edges, and rows that scroll in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.segment import Segment
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region

from core import Snapshot, TrainingConfig
from tests.tui.moments import COLOURED, snapshot_of
from tui.panes.pane import Pane
from tui.terminal.drawing import Line


class Numbered(Pane):
    """A pane of numbered rows, with a title of so many letters."""

    SCROLLS = True

    def __init__(self, letters: int, rows: int) -> None:
        super().__init__(id="numbered")
        self.letters = letters
        self.rows = rows

    def title(self, snapshot: Snapshot) -> str:
        return "x" * self.letters

    def draw(self, snapshot: Snapshot, width: int, height: int) -> list[Line]:
        return [[Segment(f"row {number}", self.ink.text)] for number in range(self.rows)]

    def text(self) -> list[str]:
        return [self.render_line(y).text for y in range(self.size.height)]


class Alone(App[None]):
    """The pane, and nothing else."""

    CSS = "Numbered { width: 100%; height: 100%; }"

    def __init__(self, pane: Numbered) -> None:
        super().__init__()
        self.pane = pane

    def compose(self) -> ComposeResult:
        yield self.pane


@asynccontextmanager
async def shown(
    letters: int = 3, rows: int = 0, size: tuple[int, int] = (20, 6)
) -> AsyncIterator[Numbered]:
    pane = Numbered(letters, rows)
    async with Alone(pane).run_test(size=size):
        pane.ink = COLOURED
        pane.snapshot = snapshot_of(TrainingConfig(images=5))
        yield pane


@pytest.mark.parametrize("width", [7, 8, 20])
async def test_a_title_is_whole_where_a_piece_of_the_frame_is_left_beside_it(width: int) -> None:
    inner = width - 2
    async with shown(inner - 3, size=(width, 3)) as pane:
        assert pane.text()[0] == f"╭ {'x' * (inner - 3)} ─╮"
    async with shown(inner - 2, size=(width, 3)) as pane:
        assert pane.text()[0] == f"╭ {'x' * (inner - 4)}… ─╮"


async def test_a_frame_too_narrow_for_a_letter_and_its_spaces_has_no_title() -> None:
    async with shown(3, size=(6, 3)) as pane:
        assert pane.text()[0] == "╭────╮"
    async with shown(0) as pane:
        assert pane.text()[0] == f"╭{'─' * 18}╮"


async def test_arrows_in_the_frame_tell_that_there_is_more_above_and_below() -> None:
    async with shown(rows=6) as pane:
        assert [row[-1] for row in pane.text()] == ["╮", "│", "│", "│", "▼", "╯"]
        pane.scroll_rows(1)
        assert [row[-1] for row in pane.text()] == ["╮", "▲", "│", "│", "▼", "╯"]
        pane.scroll_rows(1)
        assert [row[-1] for row in pane.text()] == ["╮", "▲", "│", "│", "│", "╯"]
        assert [row[1:6] for row in pane.text()[1:-1]] == ["row 2", "row 3", "row 4", "row 5"]
        pane.scroll_rows(1)
        assert pane.text()[1][1:6] == "row 2", "there is no more"
        pane.scroll_rows(-9)
        assert pane.text()[1][1:6] == "row 0"
    async with shown(rows=4) as pane:
        assert [row[-1] for row in pane.text()] == ["╮", "│", "│", "│", "│", "╯"]


async def test_only_the_cells_that_came_out_differently_are_painted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with shown(rows=4) as pane:
        painted: list[tuple[Region, ...]] = []
        monkeypatch.setattr(pane, "refresh", lambda *regions: painted.append(regions))
        pane.letters = 4
        pane.draw_again()
        # A letter stands where the space after the third one was, and a space on the frame.
        assert painted == [(Region(5, 0, 2, 1),)]
        pane.draw_again()
        assert len(painted) == 1, "nothing came out differently"


async def test_a_page_leaves_a_row_in_sight_and_the_wheel_turns_two() -> None:
    async with shown(rows=20) as pane:
        pane.action_scroll(1)
        assert pane.text()[1][1:7] == "row 3 "
        pane.action_scroll(-1)
        assert pane.text()[1][1:7] == "row 0 "
        event = events.MouseScrollDown(pane, 1, 1, 0, 1, 0, False, False, False)
        pane.on_mouse_scroll_down(event)
        assert pane.text()[1][1:7] == "row 2 "


async def test_a_row_is_brought_into_sight_only_if_it_is_not() -> None:
    async with shown(rows=20) as pane:
        for row in (0, 3):
            pane.show_row(row)
            assert pane.text()[1][1:7] == "row 0 "
        pane.show_row(4)
        assert pane.text()[1][1:7] == "row 2 ", "in the middle"
        pane.show_row(1)
        assert pane.text()[1][1:7] == "row 0 "


async def test_a_place_under_the_mouse_is_one_of_the_content() -> None:
    async with shown(rows=20) as pane:
        pane.scroll_rows(5)
        places = {}
        for x, y in ((0, 1), (1, 0), (1, 1), (18, 4), (19, 4), (18, 5)):
            click = events.Click(pane, x, y, 0, 0, 1, False, False, False)
            places[x, y] = pane.place_of(click)
        assert places == {
            (0, 1): None, (1, 0): None, (1, 1): (0, 5), (18, 4): (17, 8), (19, 4): None,
            (18, 5): None,
        }  # fmt: skip
