"""What stands beside the landscape, in more words and in fewer."""

from dataclasses import replace

import numpy as np
import pytest

from core.landscape.landscape import Direction, along
from core.network.architecture import Architecture
from tests.tui.moments import PLAIN
from tests.tui.plain import text_of
from tui.panes.landscape.drawing import DrawnLandscape
from tui.panes.landscape.words import Legend

DRAWN = DrawnLandscape([], (), (0.25, -1.5, 0.0123), False)
LEGEND = Legend(
    Architecture(), (along(0), along(1)), (0.98, -0.4), 0.4458, (0.0, 0.0), True, False, 1000,
    True, None, DRAWN,
)  # fmt: skip
FLATTEST = Direction(np.arange(4), np.full(4, 0.5), 0.1)
STEEPEST = Direction(np.arange(4), np.array([0.5, -0.5, 0.5, -0.5]), 2.5)
CURVED = replace(LEGEND, directions=(FLATTEST, STEEPEST))


def rows(legend: Legend, width: int = 40, height: int = 12) -> list[str]:
    return text_of(legend.rows(PLAIN, width, height)).split("\n")


def test_the_two_weights_are_named_with_their_values() -> None:
    assert rows(LEGEND)[:2] == ["→ weight 1 +0.9800", "↑ weight 2 −0.4000"]


def test_along_the_curvatures_it_says_which_rates_they_bear() -> None:
    assert rows(CURVED)[:4] == [
        "→ flattest way: λ = 0.100",
        "  rates hold up to 2/λ = 20.0",
        "↑ steepest way: λ = 2.50",
        "  rates diverge above 2/λ = 0.800",
    ]
    assert rows(CURVED, 25)[3] == "  rate ≤ 2/λ = 0.800"
    # What momentum or Adam makes of a gradient bears other rates.
    assert rows(replace(CURVED, is_plain=False))[:2] == [
        "→ flattest way: λ = 0.100",
        "↑ steepest way: λ = 2.50",
    ]


@pytest.mark.parametrize(
    ("loss", "is_there", "said"),
    [
        (0.4458, False, "lowest cell: 0.0123 at +0.25 −1.50"),
        (0.4458, True, "lowest cell: where we are"),
        (0.0123, False, "no cell’s middle is lower"),
        (0.0122, True, "no cell’s middle is lower"),
        (None, False, "lowest cell: 0.0123 at +0.25 −1.50"),
    ],
)
def test_the_lowest_cell_is_told_beside_the_loss_here(
    loss: float | None, is_there: bool, said: str
) -> None:
    legend = replace(LEGEND, loss=loss, drawn=replace(DRAWN, is_there=is_there))
    here = "…" if loss is None else f"{loss:.4f}"
    assert [row[2:] for row in rows(legend)[2:4]] == [f"here: loss {here}", said]


def test_the_place_of_the_lowest_cell_is_told_where_there_is_room_for_it() -> None:
    whole = "lowest cell: 0.0123 at +0.25 −1.50"
    assert rows(LEGEND, len(whole) + 2)[3][2:] == whole
    assert rows(LEGEND, len(whole) + 1)[3][2:] == "lowest cell: 0.0123"


def test_without_a_finite_loss_or_a_picture_it_says_so_or_nothing() -> None:
    assert rows(replace(LEGEND, drawn=replace(DRAWN, best=None)))[3] == "no loss in sight is finite"
    assert not any("lowest" in row for row in rows(replace(LEGEND, drawn=None)))


def test_where_a_step_leads_is_told_of_plain_descent_only() -> None:
    downhill = replace(LEGEND, down=(0.5, -0.5), has_path=True)
    assert [row[2:] for row in rows(downhill)[4:6]] == [
        "downhill, where a step leads",
        "the way we came",
    ]
    assert rows(replace(downhill, is_plain=False))[4][2:] == "downhill"
    assert not any("downhill" in row for row in rows(LEGEND))
