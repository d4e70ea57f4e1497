"""Rows and columns shared among the panes, as functions of the terminal's size and the network."""

from collections.abc import Callable

import pytest
from textual.geometry import Region, Size

from core import Snapshot, Trainer, TrainingConfig
from tui.panes.network.drawn import scene_of
from tui.panes.network.network import room_of, sheet_of
from tui.panes.room import (
    LOWER,
    SIDE_BY_SIDE,
    THREE_BESIDE,
    THREE_ROWS,
    UPPER,
    Arrangement,
    Needs,
    Room,
    places,
    shares,
)
from tui.terminal.styles import plain_ink

NETWORKS = [(), (4,), (8, 8), (40, 30)]
OPENED = ("", "explain", "valley")
SIZES = [
    Size(width, height)
    for width in (20, 60, 79, 80, 120, 200, 300)
    for height in (1, 3, 8, 11, 16, 19, 20, 26, 29, 30, 32, 44, 56, 96)
]


def moment(hidden: tuple[int, ...]) -> Snapshot:
    """Return the beginning of a run of such a network."""
    return Trainer(TrainingConfig(hidden=hidden, images=20)).snapshot((0.2, 0.5, 0.4, 0.7))


def needs_of(hidden: tuple[int, ...]) -> Needs:
    """Return what the panes have a use for, with such a network."""
    scene = scene_of(moment(hidden), plain_ink(unicode=True), stepped=False, selected=None)
    found: dict[int, Room] = {}

    def network(width: int) -> Room:
        if width not in found:
            found[width] = room_of(scene, width)
        return found[width]

    others: dict[str, Callable[[int], Room]] = {
        "image": lambda _: Room(12, 12, 26),
        "loss": lambda _: Room(8, 8),
        "cost": lambda _: Room(8, 8, 18),
        **dict.fromkeys(OPENED, lambda _: Room(9, 12)),
    }
    return {"network": network, **others}


NEEDS = {hidden: needs_of(hidden) for hidden in NETWORKS}


def placed(size: Size, beside: str, opened: str, hidden: tuple[int, ...]) -> dict[str, Region]:
    """Return where the panes lie."""
    stacked = size.width < SIDE_BY_SIDE
    return places(size, Arrangement(beside, opened, "", stacked), NEEDS[hidden])


@pytest.mark.parametrize("hidden", NETWORKS, ids=str)
def test_at_every_size_the_panes_fill_the_room_and_none_lies_over_another(
    hidden: tuple[int, ...],
) -> None:
    for size in SIZES:
        for opened in OPENED:
            for beside in (UPPER[1], LOWER[0]):
                found = placed(size, beside, opened, hidden)
                case = size, opened, beside
                cells = sum(region.area for region in found.values())
                high = max(region.bottom for region in found.values())
                assert cells == size.width * high, (case, "no gap, nothing twice")
                assert all(region.right <= size.width for region in found.values()), case
                assert all(region.area > 0 for region in found.values()), case
                assert high >= size.height, case
                assert beside in found, case
                assert not opened or opened in found, case


@pytest.mark.parametrize("hidden", NETWORKS, ids=str)
def test_nothing_of_the_network_is_cut_where_all_that_is_needed_fits(
    hidden: tuple[int, ...],
) -> None:
    needs = NEEDS[hidden]
    for size in SIZES:
        if size.width < SIDE_BY_SIDE or size.height < THREE_ROWS:
            continue
        is_wide = size.width >= THREE_BESIDE
        for opened in OPENED:
            found = placed(size, "image", opened, hidden)
            need = needs["network"](found["network"].width).need
            other = needs[opened](size.width).need if opened else 0
            rest = size.height - (max(8, other) if is_wide else 8 + other)
            case = size, opened
            assert found["network"].height >= min(need, max(12, rest)), case
            assert found["loss"].height >= 8, case
            assert not opened or found[opened].height >= 9, case
            # What the network has no use for goes to those that have.
            most = max(26, needs["network"](found["network"].width).most)
            assert found["network"].height <= most, case


@pytest.mark.parametrize("hidden", NETWORKS, ids=str)
def test_with_the_rows_that_it_needs_a_network_is_drawn_whole(hidden: tuple[int, ...]) -> None:
    scene = scene_of(moment(hidden), plain_ink(unicode=True), stepped=False, selected=None)
    for width in (56, 168):
        room = room_of(scene, width)
        assert room.least <= room.need <= room.most
        for height in range(room.need, min(room.need + 9, room.most + 1)):
            assert len(sheet_of(scene, width - 2, height - 2).lines) <= height - 2, width


def test_at_80_by_24_the_panes_lie_as_they_do_whatever_the_network() -> None:
    for hidden in NETWORKS:
        assert placed(Size(80, 20), "image", "", hidden) == {
            "image": Region(0, 0, 24, 12), "network": Region(24, 0, 56, 12),
            "loss": Region(0, 12, 47, 8), "cost": Region(47, 12, 33, 8),
        }  # fmt: skip
        below = placed(Size(80, 20), "network", "valley", hidden)
        assert below["network"] == Region(24, 0, 56, 12)
        assert below["valley"] == Region(0, 12, 80, 8)
        above = placed(Size(80, 20), "loss", "explain", hidden)
        assert above["explain"] == Region(0, 0, 80, 12)
        assert above["loss"] == Region(0, 12, 47, 8), "where it lay"


def test_at_200_by_60_two_layers_of_eight_are_whole_beside_the_landscape() -> None:
    found = placed(Size(200, 56), "network", "valley", (8, 8))
    # Headings, inputs, neurons of three layers, and two rows of flow: 6 + 17 + 2, and the frame.
    assert found["network"].height >= 27
    assert found["loss"].height >= 11, "the curve gets height too"
    assert found["valley"].height >= 16
    assert found["image"].width == 32, "what four numbers need"
    assert found["network"].width == 168, "the rest"


def test_on_a_wide_terminal_what_is_opened_stands_beside_the_lower_row_if_else_it_is_cut() -> None:
    for size, hidden in ((Size(160, 20), ()), (Size(160, 41), (8, 8)), (Size(200, 40), (8, 8))):
        found = placed(size, "loss", "valley", hidden)
        assert set(found) == {*UPPER, *LOWER, "valley"}, "nothing is hidden"
        assert found["valley"].y == found["loss"].y == found["cost"].y
        assert found["valley"].width == size.width // 2
        assert found["loss"].width >= 47, "no less than at 80 columns"


def test_from_120_columns_on_the_image_takes_what_four_numbers_need() -> None:
    for width in range(120, 300, 7):
        found = placed(Size(width, 32), "image", "", ())
        assert (found["image"].width, found["network"].width) == (32, width - 32)


def test_beside_what_is_opened_on_a_narrow_terminal_both_fit_wherever_they_can() -> None:
    for height in range(16, 60):
        for beside in (*UPPER, *LOWER):
            found = placed(Size(60, height), beside, "valley", (4,))
            assert found["valley"].y == found[beside].bottom
            assert found["valley"].height + found[beside].height <= max(height, 16)


def test_rows_go_to_what_lacks_them_and_then_by_weight() -> None:
    first, second = Room(3, 5, 9), Room(2, 2)
    assert shares(4, [(first, 1), (second, 1)]) == [3, 2], "too few: it has to be scrolled"
    assert shares(6, [(first, 1), (second, 9)]) == [4, 2], "a need before a use"
    assert shares(12, [(first, 2), (second, 1)]) == [8, 4]
    assert shares(40, [(first, 2), (second, 1)]) == [9, 31], "no more than it can use"


def test_one_pane_alone_has_all_the_room() -> None:
    for size in SIZES:
        assert places(size, Arrangement("image", "map", "loss"), NEEDS[()]) == {
            "loss": Region(0, 0, *size)
        }
