"""What the landscape looks like, at the sizes it is made for and at others."""

import pytest

from tests.tui.landscape_stage import staged
from tests.tui.moments import COLOURED, PLAIN
from tui.terminal.drawing import Ink, width_of
from tui.terminal.styles import plain_ink

GOLDEN_80 = """
╭ landscape · weight 1 and weight 2 ───────────────────────────────────────────╮
│   0.8 ┤0.4749 ⠈⡆    ⠈⠢⢄ ⠑⢄   ⠑⢄   ⠘1.7312  → weight 1 +0.6146                │
│       │⠘⢄   ⠘⡄ ⠱⡀ ⢔⠉⠑⠢⡀⠑⢄ ⠑⢄   ⠣⡀   ⠑⡄     ↑ weight 2 +0.1478                │
│   0.4 ┤ ⠈⢢   ⠘⢄ ⠱⡀⠘⢄ ◆⠈⠑⡄⠑⢄••⡀  ⠈⢆   ⠈⢢    ● here: loss 0.0431               │
│       │   ⠑⢄   ⠣⡀⣀⣀⣀⣀⠤⠤⠤●••⢢ ⠑⡄   ⠱⡀   ⠑⡄  ◆ lowest cell: 0.0316             │
│   0.0 ┤⢢1  ⠈⠢⡀  ←⠢⡀⠑⠤⡀⠑0.05⠈⡆ 0.2  0.5  ⠈  ← downhill: the next update       │
│       │ ⠑⢄   ⠈⠢⡀  ⠈⠢⣀⠈⠒⠤⣀  0.1 ⠘⡄   ⠘⡄     • path so far                     │
│  −0.4 ┤1.4432  ⠈⠢⡀   ⠑⢄⡀ ⠉⠉⠁    ⡇  0.7222  ╌ equal loss: 0.05 0.1 0.2 0.5 1  │
│                  0.0       1.0       2.0   low              high loss        │
╰ arrows: move · enter: curvature · + −: closer, farther · esc: close ─────────╯
"""

GOLDEN_CURVATURE = """
╭ landscape · lowest and highest curvature ──────────────────────────────────────────────────────╮
│       │1.4138⣀⣀⠤⠤⠤⠔⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠑⠒⠒⠒⠒⠢⠤⠤⠤⣀⣀⡀    1.6586  → lowest curvature: λ = 0.191     │
│   1.2 ┤⠤⠒⠒⠉⠉⠁      ⢀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⢄⣀⣀⣀⡀      ⠈⠉⠉⠒1⠤⢄⣀       stable up to rate 2/λ = 10.4    │
│       │     ⣀⡠⠤⠒⠒⠉⠉⠁      ⣀⣀⣀⣀⣀⣀⣀⣀⣀  •   ⠈⠉⠉⠒⠒⠤⢄⣀       ⠉⠒⠤  ↑ highest curvature: λ = 2.21     │
│   0.8 ┤  ⡠⠒⠉      ⢀⡠⠔⠒⠉⠉⣉⣉⠤⠤⠤⠤⠤⠤⠤⠤⠤⣉••⠉⠒⠢⢄⡀      ⠉⠒⢄           diverges above rate 2/λ = 0.905 │
│       │⢠⠊       ⢠⠊⠁  ⡔⠉⠉ ⡔⠊⠉⠉⠉⠉⠉⠉⠉⠑⣀●⠉⠑⢢  ⠈⠑⡄       ⠑⡄       ● here: loss 0.0431               │
│   0.4 ┤⠘⢄       ⠘⢄⡀  ⠣⣀0.05⣀⣀⣀◆⢀⡠⠔⠉⠜ ⣀0.1 ⢀⡠⠃       ⡠⠃       ◆ lowest cell: 0.0236             │
│       │  ⠑⠤⣀      ⠈⠑⠢⠤⣀⣀⣉⡉⠒⠒⣀⠤⠚⠁⠒⠒⠒⣉⣉⣀⣀0.2⠁      ⣀0.5        ↙ downhill: the next update       │
│   0.0 ┤     ⠉⠑⠒⠤⠤⣀⣀⡀     ⠈⠉↙⠉⠉⠉⠉⠉⠉⠉      ⢀⣀⣀⠤⠤⠒⠊⠉       ⣀⠤⠒  • path so far                     │
│       │1.0600      ⠈⠉⠉⠉⠑⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠁       ⢀⣀⡠⠤1.3047  ╌ equal loss: 0.05 0.1 0.2 0.5 1  │
│         −2.0      −1.0       0.0       1.0       2.0         low              high loss        │
╰ arrows: move · enter: two weights · + −: closer, farther · esc: close ─────────────────────────╯
"""

GOLDEN_ASCII = r"""
# landscape . weight 1 and weight 2 ===============================================#
#  1.00 +0.1280-\\\\.....\\:::::::::\\+++0.9856  > weight 1 +0.6146                #
#       |../        --\....\\\::::::::\\+++++++  ^ weight 2 +0.1478                #
#       |.|            \\\....\\::::::::\\+++++  @ here: loss 0.0431               #
#       |.\      ------   \\....\\::::::::\++++  * lowest cell: 0.0307             #
#       |..\    |      \\\  \\....\\:::::::\\++  < downhill: the next update       #
#  0.50 +...\    \        \\  \\....\::::::::\\  o path so far                     #
#       |....\    \         \   \\...o\::::::::  - equal loss: 0.05 0.1 0.2 0.5    #
#       |\\...\\   \    *    \\  ooo...\:::::::  low  .:+ high loss                #
#       |::\....\   \\        ooo  \....\::::::                                    #
#       |:::\\...\\   -------@o|    \....\:::::  Each cell is the exact loss over  #
#  0.00 +:::::\\...<--  \\--0.05    0.1..0.2:::  all 1,000 images; the other       #
#       |:::::::\\...\\\    --       |.....\:::  weights are fixed.                #
#       |-::::::::\\....\\\          |......\::                                    #
#       |+\0.5::::::\\.....----    -/.......|::  Press enter for the directions of #
#       |+++\\::::::::\\\......----..........|:  lowest and highest curvature.     #
# -0.50 +0.7613\:::::::::\\\.............0.2332                                    #
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
        lines = scene.pane.draw(snapshot, size[0] - 2, size[1] - 2)
        assert len(lines) <= size[1] - 2
        assert all(width_of(line) <= size[0] - 2 for line in lines)
        assert all(mark in scene.text for mark in "●◆•")
        assert any(arrow in scene.text for arrow in "←↖↙↓↘")


@pytest.mark.parametrize("size", [(3, 3), (12, 4), (20, 5), (30, 30), (70, 4)])
async def test_a_pane_too_small_has_a_note(size: tuple[int, int]) -> None:
    async with staged(size=size) as scene:
        scene.show(3)
        assert len(scene.text.split("\n")) == size[1]
