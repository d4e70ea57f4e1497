"""The table of a sweep, and its pictures: sorted, unfolded, drawn for any size."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from core.sweeps import Spread, best_of
from tests.tui.plain import text_of
from tests.tui.sweep.sweeps import work_of
from tui.sweep import table as module
from tui.sweep.charts import LEAST, Towards, curves_chart, scatter_chart
from tui.sweep.table import Drawing, Table
from tui.sweep.work import SweepWork, Values
from tui.terminal.drawing import width_of
from tui.terminal.glyphs import BEST, HERE
from tui.terminal.styles import plain_ink

INK = plain_ink(unicode=True)


def table_of(work: SweepWork, by: str = "loss", opened: frozenset[Values] = frozenset()) -> Table:
    with work.results() as groups:
        assert groups is not None
        return Table.of(work, groups, by, opened)


def rows_of(table: Table, width: int = 118, height: int = 9) -> list[str]:
    drawn = Drawing(INK).lines(table, 0, height, 0, width)
    return [text_of([line]) for line in (*drawn.headings, *drawn.rows)]


def test_a_combination_has_median_and_range_and_below_it_its_runs() -> None:
    # Four networks of 1 … 4 neurons: loss (1.0, 1.1, 1.2) / (neurons + 1), cost 1,000 · the same.
    table = table_of(work_of(4), opened=frozenset({((4,),)}))
    rows = [row.rstrip() for row in rows_of(table)]
    assert rows.pop(0).split() == ["hidden", "test"]
    assert rows[0].split() == ["layers", "loss▲", "loss", "multiply-adds", "seconds"]
    assert rows[1].split() == [
        *["▸◆−", "4", "0.22", "(0.2–0.24)", "0.264", "(0.24–0.288)", "5,000", "0.010"]
    ]
    assert [row.split()[:3] for row in rows[2:5]] == [
        ["seed", "0", "0.2"],
        ["seed", "1", "0.22"],
        ["seed", "2", "0.24"],
    ]
    assert rows[5].split()[:4] == ["◆+", "3", "0.275", "(0.25–0.3)"]
    assert len(rows) == 8


def test_it_sorts_by_a_column_and_opens_the_median_run() -> None:
    table = table_of(work_of(4), by="multiply-adds")
    assert [entry.values for entry in table.entries] == [((n,),) for n in (1, 2, 3, 4)]
    assert table.run_of(table.entries[0]) == ((1,), 1)  # loss 0.55 of 0.5, 0.55, 0.6
    assert table.work.config_of(((1,), 1)) == replace(table.work.plan.grid.first, seed=1)
    assert table_of(work_of(4), by="no such column").sorted_by == "loss"


def test_what_does_not_fit_is_left_out_and_named_but_never_the_column_that_sorts() -> None:
    table = table_of(work_of(4), by="seconds")
    titles = [column.title for column in table.columns]
    for width in range(1, 120):
        rows = rows_of(table, width)
        assert "seconds▲" in rows[1]
        hidden = Drawing(INK).lines(table, 0, 9, 0, width).hidden
        assert hidden == [title for title in titles if title in hidden]
        assert all((title.split()[-1] in rows[1]) == (title not in hidden) for title in titles[2:])
        if width >= 50:
            assert max(map(len, rows)) <= width, width
        if width >= 70:
            assert not hidden
    by_loss = table_of(work_of(4))
    assert "(0.2–0.24)" in rows_of(by_loss, 78)[2]
    assert "(0.24–" not in rows_of(by_loss, 70)[2]


def test_to_sort_moves_no_column_and_takes_no_range_away() -> None:
    for width in (60, 70, 78, 118):
        tables = [table_of(work_of(4), by=each) for each in ("loss", "multiply-adds", "seconds")]
        rows = [rows_of(table, width) for table in tables]
        bare = {each[1].replace("▲", " ").rstrip() for each in rows}
        assert len(bare) == 1
        # Row 4 of the one sorted by loss is row 1 by cost: the smallest network.
        assert rows[0][5][3:] == rows[1][2][3:]


def test_of_many_rows_only_those_in_sight_are_written() -> None:
    table = table_of(work_of(2_000, seeds=1))
    written: list[object] = []
    cells = module._cells

    def count(*given: object) -> list[str]:
        written.append(given)
        return cells(*given)  # type: ignore[arg-type]

    with patch.object(module, "_cells", count):
        rows = Drawing(INK).lines(table, 1_000, 20, 1_003, 78).rows
    assert len(rows) == 20
    assert len(written) <= 60  # each at most as wide as it fits, shorter, shortest
    assert len(table.some_curves) == module.MOST_CURVES
    assert table.combination_of(table.entries[1_003]) == 1_003


def test_the_frontier_is_that_of_all_rows() -> None:
    table = table_of(work_of(40))
    rows = np.random.default_rng([1]).integers(1, 6, (2, 200)).tolist()
    for cost, loss in zip(*rows, strict=True):
        # Many have the same cost, the same loss, or no loss at all.
        spreads = Spread(cost, cost, cost), None if loss == 5 else Spread(loss, loss, loss)
        like = table.summaries[cost + loss]
        summary = replace(like, values=((cost,), loss), multiply_adds=spreads[0], loss=spreads[1])
        table = replace(table, summaries=(*table.summaries, summary))
    assert table.best == best_of(table.summaries, to_goal=False)


def test_the_frontier_and_the_chosen_one_are_marked_in_the_picture() -> None:
    table = table_of(work_of(4))
    lines = scatter_chart(table.costs, table.losses, table.frontier, 3, None, 40, 10, INK)
    text = text_of(lines)
    # Each larger network has a lower loss: all four are on the frontier, and one of them is chosen.
    assert text.count(BEST) == 3 + 1  # and one in the title
    assert text.count(HERE) == 1
    rows = [line for line in text.splitlines() if HERE in line or BEST in line]
    assert rows[1].index(HERE) < rows[-1].index(BEST)
    assert text.splitlines()[-1].split() == ["2,000", "5,000"]


@pytest.mark.parametrize("unicode", [True, False])
def test_pictures_are_as_large_as_asked_whatever_the_losses_are(unicode: bool) -> None:
    ink = plain_ink(unicode=unicode)
    falling = np.array([[0, 5, 9], [1.0, 0.1, 0.01]], np.float32)
    for losses in ([1.0, 0.1], [np.nan, np.inf], [0.0, -1.0], [1e30, 1e-30], [0.5, 0.5], [7.0]):
        curve = np.array([np.arange(len(losses)), losses], np.float32)
        for width, height in (LEAST, (38, 9), (58, 14)):
            for lines in (
                curves_chart([falling, curve], [curve], None, width, height, ink),
                curves_chart([curve], [], Towards("0.5", 0.5, 0.0), width, height, ink),
                scatter_chart(
                    np.arange(1.0, len(losses) + 1),
                    np.array(losses),
                    [0],
                    0,
                    "0.01",
                    width,
                    height,
                    ink,
                ),
            ):
                assert len(lines) == height
                assert max(map(width_of, lines)) <= width


def test_a_diverging_curve_does_not_press_the_others_flat() -> None:
    falling = np.array([[0, 50, 99], [1.0, 0.1, 0.01]], np.float32)
    diverging = np.array([[0, 50, 99], [1.0, 1e10, 1e20]], np.float32)
    labels = [
        line.split()[0]
        for line in text_of(curves_chart([falling, diverging], [], None, 40, 12, INK)).splitlines()
        if "┤" in line
    ]
    assert (labels[0], labels[-1]) == ("10", "0.001")


def test_with_a_goal_curves_go_on_until_the_dearest_row_has_reached_it() -> None:
    falling = np.array([[0, 500, 1_000], [1.0, 0.1, 0.01]], np.float32)
    goal = Towards("0.1", 0.1, 500.0)
    text = text_of(curves_chart([falling], [], goal, 40, 12, INK))
    title, *rows, below = text.splitlines()
    assert title.strip() == "loss by multiply-adds; ╌ 0.1"
    assert below.split() == ["0", "550"]  # a tenth more than it needs
    (row,) = (n for n, each in enumerate(rows) if "╌" in each)
    # The curve is above the line for 500 of 550, and below it for the last tenth.
    above, below_it = (
        [place for each in part for place, mark in enumerate(each) if "⠀" < mark <= "⣿"]
        for part in (rows[:row], rows[row + 1 :])
    )
    assert min(above) < max(above) <= min(below_it)
    nobody = text_of(curves_chart([falling], [], goal._replace(reach=0.0), 40, 12, INK))
    assert nobody.splitlines()[-1].split() == ["0", "1,000"]
