"""Every size of terminal: what is to be seen, and that nothing fails."""

import pytest
from textual.containers import Vertical
from textual.geometry import Region, Size

from core import TrainingConfig
from tests.tui.program import FASTEST, Program, is_on_screen, opened
from tui.app.layout import Board
from tui.panes.pane import Pane

PANES = ("image", "network", "loss", "cost")
PARTS = (*PANES, "commentary")
SIZES = [(80, 24), (120, 36), (200, 60)]
NETWORKS = [
    TrainingConfig(),
    TrainingConfig(hidden=(4,), seed=4),
    TrainingConfig(hidden=(8, 8, 8), seed=1),
    TrainingConfig(hidden=(300, 200), images=50),
]
KEYS = (
    "s", "9", "f", "+", "right", "down", "L", "?", "escape", "z", "tab", "down", "escape", "tab",
    "left", "home", "end", "tab", "down", "n", "s", ")", "r", "s", "R", "enter", "1", "escape",
)  # fmt: skip


@pytest.mark.parametrize(
    ("config", "sizes"),
    [(NETWORKS[0], ((80, 24), (20, 5))), (NETWORKS[2], ((200, 60), (40, 12), (1, 1)))],
    ids=["4-1", "4-8-8-8-1"],
)
async def test_every_key_works_at_every_size(
    config: TrainingConfig, sizes: tuple[tuple[int, int], ...]
) -> None:
    for size in sizes:
        async with opened(config, size=size) as program:
            program.send(*KEYS)
            await program.drawn()
            for name in (*PARTS, "header", "footer"):
                widget = program.widget(name)
                for y in range(widget.size.height):
                    assert widget.render_line(y).cell_length == widget.size.width, size
            assert program.app.is_running, size


@pytest.mark.parametrize("config", NETWORKS, ids=["4-1", "4-4-1", "4-8-8-8-1", "4-300-200-1"])
async def test_from_80_by_24_on_all_five_parts_are_on_the_screen(config: TrainingConfig) -> None:
    async with opened(config) as program:
        for size in SIZES:
            await program.resize(*size)
            for name in (*PARTS, "header", "footer"):
                assert is_on_screen(program.widget(name)), (size, name)
            for name, words in {
                "header": "step 0 · ready",
                "image": "selected image",
                "network": "network · ",
                "loss": "loss ",
                "cost": "multiply-adds",
                # Or, where the first loss takes its time, that the prediction is there already.
                "commentary": "redict",
                "footer": "space run",
            }.items():
                assert words in program.text(name), (size, name)


async def test_at_80_by_24_no_number_of_the_default_network_is_cut() -> None:
    async with opened() as program:
        await program.step(12)
        for words in ("predicts 0.2", "target 0.450", "error −0.2"):
            assert words in program.words("image")
        for row in program.text("network").split("\n")[2:6]:
            assert row.count("+") + row.count("−") == 4, "weight, product, gradient and update"
        for words in ("4,000", "8,004", "20,004", "so far, 12 steps", "96,048"):
            assert words in program.text("cost")


async def test_an_opened_pane_with_the_focus_stays_in_sight_when_the_terminal_gets_small() -> None:
    async with opened(size=(120, 36)) as program:
        await program.press("d")
        await program.until(lambda: program.focus == "data")
        await program.resize(80, 24)
        await program.drawn()
        assert is_on_screen(program.widget("data"))
        await program.resize(120, 36)
        await program.drawn()
        for name in (*PANES, "data"):
            assert is_on_screen(program.widget(name)), name


@pytest.mark.parametrize("size", [(60, 20), (79, 40)])
async def test_on_a_narrow_terminal_the_panes_stack_and_the_focus_scrolls_into_view(
    size: tuple[int, int],
) -> None:
    async with opened(size=size) as program:
        tops = [program.widget(name).region.y for name in PANES]
        assert tops == sorted(set(tops)), "one below the other"
        for name in (*PANES, *PANES[:2]):
            assert program.focus == name
            await program.until(lambda: is_in_view(program))
            await program.press("tab")
        await program.press("shift+tab", "shift+tab")
        assert program.focus == "image"
        await program.until(lambda: is_in_view(program))


def is_in_view(program: Program) -> bool:
    """Whether as much of the focused pane is visible as there is room for."""
    focused = program.app.focused
    assert focused is not None
    room = program.app.query_one("#panes").region
    seen = focused.region.intersection(room)
    return seen.height >= min(room.height, focused.region.height)


async def test_a_terminal_that_is_too_small_shows_the_size_needed() -> None:
    async with opened() as program:
        assert "80×24" not in program.text("header")
        for size in ((79, 24), (80, 23), (60, 20), (40, 12), (20, 5)):
            await program.resize(*size)
            assert "80×24" in program.text("header") or size[0] < 30, size
    async with opened(size=(20, 5)) as program:
        assert "80×24" in program.text()


async def test_a_zoomed_pane_fills_a_narrow_terminal_too() -> None:
    async with opened(size=(60, 20)) as program:
        for pane in PANES:
            assert program.focus == pane
            await program.until(lambda: is_in_view(program))
            await program.press("z")
            assert program.widget(pane).size == (60, 16), pane
            await program.press("z")
            assert program.widget(pane).size.height < 16, pane
            await program.press("tab")


async def test_resizing_draws_everything_again() -> None:
    async with opened() as program:
        first = program.text()
        await program.resize(120, 36)
        assert "predicts 0.68400" in program.words("image")
        assert program.widget("header").size.width == 120
        await program.resize(60, 20)
        assert program.widget("cost").size.width in (59, 60)
        await program.resize(80, 24)
        assert program.text() == first


async def test_every_row_is_as_wide_as_its_pane_in_the_middle_of_a_run() -> None:
    async with opened(NETWORKS[1]) as program:
        await program.run(50)
        for name in PANES:
            rows = program.text(name).split("\n")
            assert {len(row) for row in rows} == {program.widget(name).size.width}
            assert rows[0][0] == "╭"
            assert rows[-1][-1] == "╯"


async def test_after_a_zoom_the_focus_is_in_view_again() -> None:
    async with opened(size=(60, 20)) as program:
        board = program.app.query_one("#panes")
        await program.press("tab")
        for pane in ("loss", "cost"):
            await program.press("tab")
            assert program.focus == pane
            await program.until(lambda: is_in_view(program))
            await program.press("z")
            await program.until(lambda: board.scroll_y == 0)
            await program.press("z")
            await program.until(lambda: is_in_view(program))


async def test_live_frames_do_not_lay_the_panes_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(TrainingConfig(hidden=(4,), seed=4), size=(120, 40)) as program:
        await program.press("v", *FASTEST)
        laid_out: list[Size] = []
        place = Board.lay_out

        def counted(board: Board, size: Size) -> dict[str, Region]:
            laid_out.append(size)
            return place(board, size)

        monkeypatch.setattr(Board, "lay_out", counted)
        first = program.snapshot
        await program.press("space")
        await program.until(lambda: program.snapshot.step > first.step + 20)
        await program.press("right", "space", "tab", "9")
        assert laid_out == [], "neither a step nor a key of the panes"
        await program.press("tab", "u", "u")
        assert laid_out, "another network needs other room"


async def test_a_change_of_the_network_shares_the_room_anew() -> None:
    async with opened(TrainingConfig(hidden=(4, 4), seed=4), size=(120, 36)) as program:
        before = program.widget("network").size.height
        await program.press("tab", *"uuuu")
        assert program.snapshot.architecture.hidden == (8, 4)
        assert program.widget("network").size.height > before
        assert "▼" not in {row[-1] for row in program.text("network").split("\n")}, "nothing cut"


async def test_in_another_size_the_selected_weight_and_image_stay_in_sight() -> None:
    async with opened(TrainingConfig(hidden=(8, 8)), size=(200, 60)) as program:
        await program.press("tab", *["down"] * 17, "d", "end")
        assert program.app.view.example is not None
        for size in ((80, 24), (120, 36), (60, 20), (200, 60)):
            await program.resize(*size)
            for name in ("network", "data"):
                eye, pane = program.app.query_one(f"#{name}", Pane).eye, program.widget(name)
                if name == "network":
                    assert eye.height == 1, size
                assert pane.region.contains_region(eye), (size, name)
            assert "1,000 of 1,000" in program.text("data"), size
            assert program.focus == "data"


async def test_a_box_opens_at_the_number_that_it_asks_for() -> None:
    async with opened() as program:
        await program.press("tab", "down", "down")
        for keys, name in ((("enter",), "network"), (("tab",) * 3 + ("down", "enter"), "image")):
            await program.press(*keys)
            eye = program.app.screen_stack[0].query_one(f"#{name}", Pane).eye
            box = program.app.screen.query_one(Vertical).region
            assert box.y == eye.bottom, "right below it"
            assert box.x <= eye.x < box.right, name
            await program.press("escape")
