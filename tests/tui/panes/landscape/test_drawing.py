"""What the landscape looks like, at the sizes it is made for and at others."""

import math

import numpy as np
import pytest

from core.landscape import Frame, along
from core.landscape.landscape import Landscape
from tests.tui.landscape_stage import staged
from tests.tui.moments import COLOURED, PLAIN
from tests.tui.plain import text_of
from tui.panes.landscape.drawing import GUTTER, DrawnLandscape, Landing, Marks, draw_landscape
from tui.terminal.drawing import Ink, width_of
from tui.terminal.glyphs import ARROWS
from tui.terminal.styles import plain_ink

GOLDEN_80 = """
╭ landscape · weight 1 and weight 2 ───────────────────────────────────────────╮
│   0.8 ┤loss 0.4749  ⠈⠢⢄ ⠑⢄   ⠑loss 1.7312  → weight 1 +0.6146                │
│       │⠘⢄   ⠘⡄ ⠱⡀ ⢔⠉⠑⠢⡀⠑⢄ ⠑⢄   ⠣⡀   ⠑⡄     ↑ weight 2 +0.1478                │
│   0.4 ┤ ⠈⢢   ⠘⢄ ⠱⡀⠘⢄ ◆⠈⠑⡄⠑⢄••⡀  ⠈⢆   ⠈⢢    ● here: loss 0.0431               │
│       │   ⠑⢄   ⠣⡀⠘⢄⠈⠢⣀  ●••⢢ ⠑⡄   ⠱⡀   ⠑⡄  ◆ lowest cell: 0.0316             │
│   0.0 ┤⢢1  ⠈⠢⡀  ⠈⠢⡀⠑⠤⡀⠑0.05⠈⡆ 0.2  0.5  ⠈  ○ next update: shorter than a cell│
│       │ ⠑⢄   ⠈⠢⡀  ⠈⠢⣀⠈⠒⠤⣀  0.1 ⠘⡄   ⠘⡄     ← downhill direction • path       │
│  −0.4 ┤loss 1.4432   ⠑⢄⡀ ⠉⠉⠁  loss 0.7222  ╌ equal loss: 0.05 0.1 0.2 0.5 1  │
│                  0.0       1.0       2.0   low              high loss        │
╰ arrows: move · enter: curvature · + −: closer, farther · esc: close ─────────╯
"""

GOLDEN_CURVATURE = """
╭ landscape · lowest and highest curvature ──────────────────────────────────────────────────────╮
│       │loss 1.4138⠔⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠑⠒⠒⠒⠒⠢⠤⠤⠤⣀⣀loss 1.6586  → lowest curvature: λ = 0.191     │
│   1.2 ┤⠤⠒⠒⠉⠉⠁      ⢀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⢄⣀⣀⣀⡀      ⠈⠉⠉⠒1⠤⢄⣀       stable up to rate 2/λ = 10.4    │
│       │     ⣀⡠⠤⠒⠒⠉⠉⠁      ⣀⣀⣀⣀⣀⣀⣀⣀⣀  •   ⠈⠉⠉⠒⠒⠤⢄⣀       ⠉⠒⠤  ↑ highest curvature: λ = 2.21     │
│   0.8 ┤  ⡠⠒⠉      ⢀⡠⠔⠒⠉⠉⣉⣉⠤⠤⠤⠤⠤⠤⠤⠤⠤⣉••⠉⠒⠢⢄⡀      ⠉⠒⢄           diverges above rate 2/λ = 0.905 │
│       │⢠⠊       ⢠⠊⠁  ⡔⠉⠉ ⡔⠊⠉⠉⠉⠉⠉⠉⠉⠑⢢●⠉⠑⢢  ⠈⠑⡄       ⠑⡄       ● here: loss 0.0431               │
│   0.4 ┤⠘⢄       ⠘⢄⡀  0.1 ⠣⢄⣀⣀⣀◆⣀⣀⣀0.05⡠⠜  ⢀⡠⠃       ⡠⠃       ◆ lowest cell: 0.0236             │
│       │  ⠑⠤⣀      ⠈⠑⠢⠤⣀⣀⣉⡉⠒⠒⠒⠒⠒⠒⠒⠒⠒⣉⣉⣀⣀0.2⠁      ⣀0.5        ○ next update: shorter than a cell│
│   0.0 ┤     ⠉⠑⠒⠤⠤⣀⣀⡀     ⠈⠉⠉⠉⠉⠉⠉⠉⠉⠉      ⢀⣀⣀⠤⠤⠒⠊⠉       ⣀⠤⠒  ↙ downhill: a direction only      │
│       │loss 1.0600 ⠈⠉⠉⠉⠑⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠁      loss 1.3047  • path: the moments shown         │
│         −2.0      −1.0       0.0       1.0       2.0         ╌ equal loss: 0.05 0.1 0.2 0.5 1  │
╰ arrows: move · enter: two weights · + −: closer, farther · esc: close ─────────────────────────╯
"""

GOLDEN_ASCII = r"""
# landscape . weight 1 and weight 2 ===============================================#
#  1.00 +loss 0.1280:::::\\+++++++++loss 0.9856  > weight 1 +0.6146                #
#       |::/........--\::::\\\++++++++\\#######  ^ weight 2 +0.1478                #
#       |:|............\\\::::\\++++++++\\#####  @ here: loss 0.0431               #
#       |:\......------...\\::::\\++++++++\####  * lowest cell: 0.0307             #
#       |::\....|......\\\..\\::::\\+++++++\\##  O next update: shorter than a cell#
#  0.50 +:::\....\........\\..\\::::\++++++++\\  < downhill: a direction only      #
#       |::::\....\.........\...\\:::o\++++++++  o path: the moments shown         #
#       |\\:::\\...\....*....\\..ooo:::\+++++++  - equal loss: 0.05 0.1 0.2 0.5    #
#       |++\::::\...\\........ooo..\::::\++++++  low .:+# high loss                #
#       |+++\\:::\\...\\.....@o|....\::::\+++++                                    #
#  0.00 ++++++\\:::\\...\\--0.05....0.1::0.2+++  Each cell is the exact loss over  #
#       |+++++++\\:::\\\....--.......|:::::\+++  all 1,000 images; the other       #
#       |-++++++++\\::::\\\..........|::::::\++  weights are fixed.                #
#       |#\0.5++++++\\:::::----....-/:::::::|++                                    #
#       |###\\++++++++\\\::::::----::::::::::|+  The next update is shorter than a #
# -0.50 +loss 0.7613+++++\\\::::::::loss 0.2332  cell. Press + to see it to scale. #
#               0.00      0.50      1.00                                           #
# arrows: move . enter: curvature . + -: closer, farther . esc: close =============#
"""


async def test_the_default_landscape_at_80_columns() -> None:
    async with staged() as scene:
        scene.show(12)
        assert "\n" + scene.text + "\n" == GOLDEN_80


async def test_the_default_landscape_along_its_curvatures() -> None:
    async with staged(size=(98, 12)) as scene:
        scene.pane.mode = "curvature"
        scene.show(12)
        assert "\n" + scene.text + "\n" == GOLDEN_CURVATURE


async def test_the_default_landscape_without_colour_or_unicode() -> None:
    async with staged(size=(84, 19), ink=plain_ink(unicode=False)) as scene:
        scene.show(12)
        assert scene.text.isascii()
        assert "\n" + scene.text + "\n" == GOLDEN_ASCII


@pytest.mark.parametrize("size", [(80, 10), (120, 12), (84, 19), (200, 32), (49, 12), (66, 7)])
@pytest.mark.parametrize("ink", [COLOURED, PLAIN], ids=["colour", "plain"])
@pytest.mark.parametrize("mode", ["weights", "curvature"])
async def test_every_size_is_filled_exactly(size: tuple[int, int], ink: Ink, mode: str) -> None:
    async with staged(size=size, ink=ink) as scene:
        scene.pane.mode = mode
        snapshot = scene.show(12)
        frame = scene.pane._frame
        assert frame is not None
        lines = scene.pane.draw(snapshot, size[0] - 2, size[1] - 2)
        assert len(lines) <= size[1] - 2
        assert all(width_of(line) <= size[0] - 2 for line in lines)
        assert all(mark in scene.text for mark in "●◆•")
        picture = "\n".join(row[: 9 + frame.width] for row in scene.text.split("\n")[1:-2])
        assert not set(picture) & set(ARROWS), "a direction has no length, so it has no place"
        assert any(arrow in scene.text for arrow in "←↖↙↓↘")


@pytest.mark.parametrize("size", [(3, 3), (12, 4), (20, 5), (30, 30), (70, 4)])
async def test_a_pane_too_small_has_a_note(size: tuple[int, int]) -> None:
    async with staged(size=size) as scene:
        scene.show(3)
        assert len(scene.text.split("\n")) == size[1]


# Columns are 0.1 apart and rows 0.2, from (−1, −1) on.
FRAME = Frame(-3, -10, -5, 31, 11)


def drawn_with(following: tuple[float, float], ink: Ink = COLOURED) -> DrawnLandscape:
    """Draw a plane that rises to the right, with an update from (0, 0)."""
    losses = np.tile(FRAME.columns, (FRAME.height, 1))
    plane = Landscape(np.zeros(2), along(0), along(1), FRAME.columns, FRAME.rows, losses)
    return draw_landscape(plane, FRAME, Marks((0.0, 0.0), np.empty((0, 2)), following), ink)


def places_of(drawn: DrawnLandscape, mark: str) -> list[tuple[float, float]]:
    """Return the places of the cells with a mark."""
    rows = text_of(drawn.lines[:-1]).split("\n")
    return [
        (float(FRAME.columns[x - GUTTER]), float(FRAME.rows[y]))
        for y, row in enumerate(rows)
        for x, glyph in enumerate(row)
        if glyph == mark and x >= GUTTER
    ]


@pytest.mark.parametrize("length", [0.3, 0.6, 0.9, 1.4])
@pytest.mark.parametrize("eighth", range(8))
def test_an_update_ends_where_the_step_leads(length: float, eighth: int) -> None:
    turn = eighth * math.pi / 4
    x, y = length * math.cos(turn), length * math.sin(turn)
    drawn = drawn_with((x, y))
    if min(x, y) < -1.05:
        assert drawn.landing is Landing.OUTSIDE
        assert not places_of(drawn, "○")
        return
    assert drawn.landing is (Landing.SEEN if y < 1.1 else Landing.OUTSIDE)
    for across, up in places_of(drawn, "○"):
        assert abs(across - x) <= 0.05 + 1e-9
        assert abs(up - y) <= 0.1 + 1e-9
    # The line is inside the box between both ends, and has a dot in every column or every row.
    line = [
        (float(FRAME.columns[column]), float(FRAME.rows[row]))
        for row, column in np.argwhere(updated(drawn))
    ]
    assert all(min(0.0, x) - 0.06 <= across <= max(0.0, x) + 0.06 for across, _ in line)
    assert all(min(0.0, y) - 0.11 <= up <= max(0.0, y) + 0.11 for _, up in line)
    assert len(line) >= max(abs(x) / 0.1, min(1.0, abs(y)) / 0.2) - 1.5


def updated(drawn: DrawnLandscape) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Return which cells belong to the update, by their ink."""
    ink = COLOURED.downhill.color
    rows = [
        [
            piece.style is not None and piece.style.color == ink
            for piece in row[1:]
            for _ in piece.text
        ]
        for row in drawn.lines[:-1]
    ]
    return np.array(rows)


@pytest.mark.parametrize("following", [(0.0, 0.0), (0.09, 0.0), (-0.09, 0.19), (1e-9, -1e-9)])
def test_an_update_shorter_than_a_cell_is_not_drawn(following: tuple[float, float]) -> None:
    """One that crosses the border of a cell by a little would look a whole cell long."""
    drawn = drawn_with(following)
    assert drawn.landing is Landing.NEAR
    assert not updated(drawn).any()


@pytest.mark.parametrize("following", [(1e300, 0.0), (-1e300, 1e300), (50.0, 0.0)])
def test_an_update_out_of_the_picture_is_drawn_to_its_edge(
    following: tuple[float, float],
) -> None:
    drawn = drawn_with(following)
    assert drawn.landing is Landing.OUTSIDE
    cells = np.argwhere(updated(drawn))
    assert len(cells) >= 10
    assert any(column in (0, 30) or row in (0, 10) for row, column in cells)


@pytest.mark.parametrize("ink", [COLOURED, PLAIN, plain_ink(unicode=False)])
def test_the_floor_is_seen(ink: Ink) -> None:
    """Where the loss is lowest, there is another ground than outside, or a shade."""
    drawn = drawn_with((0.0, 0.0), ink)
    lowest = next(piece for piece in drawn.lines[2][1:] if piece.text)
    if ink.colour:
        assert lowest.style is not None
        assert ink.text.bgcolor is not None
        assert lowest.style.bgcolor not in (None, ink.text.bgcolor)
    else:
        assert lowest.text[0] not in (" ", "|")
