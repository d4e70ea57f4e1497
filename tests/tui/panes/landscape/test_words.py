"""The legend of the landscape, in more words and in fewer."""

from dataclasses import replace

import numpy as np
import pytest

from core.landscape.landscape import Direction, along
from core.network.architecture import Architecture
from tests.tui.moments import PLAIN
from tests.tui.plain import text_of
from tui.panes.landscape.drawing import DrawnLandscape, Landing
from tui.panes.landscape.words import Legend

DRAWN = DrawnLandscape([], (), (0.25, -1.5, 0.0123), False, None)
LEGEND = Legend(
    Architecture(), (along(0), along(1)), (0.98, -0.4), 0.4458, (0.0, 0.0), None, True, False,
    1000, True, None, DRAWN,
)  # fmt: skip
LOWEST = Direction(np.arange(4), np.full(4, 0.5), 0.1)
HIGHEST = Direction(np.arange(4), np.array([0.5, -0.5, 0.5, -0.5]), 2.5)
CURVED = replace(LEGEND, directions=(LOWEST, HIGHEST))


def rows(legend: Legend, width: int = 40, height: int = 12) -> list[str]:
    return text_of(legend.rows(PLAIN, width, height)).split("\n")


def test_the_two_weights_are_named_with_their_values() -> None:
    assert rows(LEGEND)[:2] == ["→ weight 1 +0.9800", "↑ weight 2 −0.4000"]


def test_each_direction_of_curvature_has_its_stable_rate() -> None:
    assert rows(CURVED)[:4] == [
        "→ lowest curvature: λ = 0.100",
        "  stable up to rate 2/λ = 20.0",
        "↑ highest curvature: λ = 2.50",
        "  diverges above rate 2/λ = 0.800",
    ]
    assert rows(CURVED, 25)[3] == "  rate ≤ 2/λ = 0.800"
    # With momentum or Adam, other rates are stable.
    assert rows(replace(CURVED, is_plain=False))[:2] == [
        "→ lowest curvature: λ = 0.100",
        "↑ highest curvature: λ = 2.50",
    ]


@pytest.mark.parametrize(
    ("loss", "is_there", "said"),
    [
        (0.4458, False, "lowest cell: 0.0123 at +0.25 −1.50"),
        (0.4458, True, "lowest cell: here"),
        (0.0123, False, "no cell is lower than here"),
        (0.0122, True, "no cell is lower than here"),
        (None, False, "lowest cell: 0.0123 at +0.25 −1.50"),
    ],
)
def test_the_lowest_cell_is_beside_the_loss_here(
    loss: float | None, is_there: bool, said: str
) -> None:
    legend = replace(LEGEND, loss=loss, drawn=replace(DRAWN, is_there=is_there))
    here = "…" if loss is None else f"{loss:.4f}"
    assert [row[2:] for row in rows(legend)[2:4]] == [f"here: loss {here}", said]


def test_the_place_of_the_lowest_cell_is_there_if_it_fits() -> None:
    whole = "lowest cell: 0.0123 at +0.25 −1.50"
    assert rows(LEGEND, len(whole) + 2)[3][2:] == whole
    assert rows(LEGEND, len(whole) + 1)[3][2:] == "lowest cell: 0.0123"


def test_without_a_finite_loss_there_is_a_warning_and_without_a_picture_nothing() -> None:
    warned = rows(replace(LEGEND, drawn=replace(DRAWN, best=None)))
    assert warned[3] == "no loss in the picture is finite"
    without = rows(replace(LEGEND, drawn=None))
    assert without[2:4] == ["● here: loss 0.4458", ""]
    assert not any("lowest cell" in row for row in without)


def test_downhill_is_a_direction_and_the_path_is_of_moments() -> None:
    downhill = replace(LEGEND, down=(0.5, -0.5), has_path=True)
    for legend in (downhill, replace(downhill, is_plain=False)):
        assert rows(legend)[4:6] == ["↘ downhill: a direction only", "• path: the moments shown"]
        assert rows(legend, height=6)[4].strip() == "↘ downhill direction • path"
    assert not any("downhill" in row for row in rows(LEGEND))


@pytest.mark.parametrize(
    ("landing", "said", "brief"),
    [
        (Landing.SEEN, "○ next update: −0.0721 +0.0006", "○ next update"),
        (Landing.NEAR, "○ next update: shorter than a cell", "○ below a cell"),
        (Landing.OUTSIDE, "○ next update: out of the picture", "○ is outside"),
    ],
)
def test_where_the_next_update_leads_is_said_apart_from_downhill(
    landing: Landing, said: str, brief: str
) -> None:
    drawn = replace(DRAWN, landing=landing)
    known = replace(LEGEND, drawn=drawn, change=(-0.0721, 0.0006), down=(-0.5, 0.5), has_path=True)
    assert rows(known, 36)[4:6] == [said, "↖ downhill: a direction only"]
    assert rows(known, 34, 6)[4:] == [said, "↖ downhill direction • path"]
    assert rows(known, 34, 5)[3].strip() == f"{brief} ↖ downhill • path"
    curved = replace(known, directions=(LOWEST, HIGHEST))
    assert rows(curved, 34, 6)[5].strip() == f"{brief} ↖ downhill • path"
    assert all(len(row) <= 34 for row in rows(curved, 34, 6))
    assert not any("next update" in row for row in rows(LEGEND))
