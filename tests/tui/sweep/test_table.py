"""The table of a sweep, and its pictures: sorted, unfolded, drawn for any size."""

import math
from collections.abc import Sequence
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from core import Outcome
from core.sweeps import Spread, best_of
from tests.tui.plain import text_of
from tests.tui.sweep.sweeps import BASE, result_of, work_of
from tui.sweep import table as module
from tui.sweep.charts import LEAST, Towards, curves_chart, scatter_chart
from tui.sweep.columns import columns_of, lost_text, ordered
from tui.sweep.draft import Draft, Plan
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
    assert rows[0].split() == ["neurons", "loss▲", "loss", "multiply-adds", "seconds"]
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


def diverging(losses: Sequence[float | None]) -> SweepWork:
    """Return a sweep over seeds; None: the run diverged after 20 of its 900 multiply-adds."""
    work = work_of(1, seeds=len(losses), done=0)
    for seed, loss in enumerate(losses):
        config = replace(BASE, hidden=(1,), seed=seed)
        result = replace(result_of(config, 0, has_goal=False), multiply_adds=900)
        lost = replace(result, outcome=Outcome.DIVERGED, loss=math.inf, multiply_adds=20)
        work.take([lost if loss is None else replace(result, loss=loss)])
    return work


def test_a_row_says_how_many_runs_diverged_in_the_same_words_everywhere() -> None:
    # Of three runs two diverged: the middle loss is theirs, and so is the middle cost.
    table = table_of(diverging((0.5, None, None)), opened=frozenset({()}))
    titles = [column.title for column in table.columns]
    assert titles == ["loss", "test loss", "multiply-adds", "seconds", "diverged"]
    whole, first, second, _ = table.entries
    cells = [[column.text(each.summary, True) for column in table.columns] for each in
             (whole, first, second)]  # fmt: skip
    assert cells[0] == ["diverged (0.5)", "diverged (0.6)", "20", "0.010", "2 of 3"]
    assert cells[1] == ["0.5", "0.6", "900", "0.010", ""]
    assert cells[2] == ["diverged", "diverged", "20", "0.010", "yes"]
    assert lost_text(whole.summary) == "; 2 diverged"
    # Of one that was out of memory, that is told, and its cost is not known.
    memory = replace(whole.summary, unusable=3, out_of_memory=3, loss=None, multiply_adds=None)
    columns = {column.title: column for column in columns_of(None, [memory])}
    assert "diverged" not in columns
    shown = [
        columns[name].text(memory, True) for name in ("loss", "multiply-adds", "out of memory")
    ]
    assert shown == ["out of memory", "–", "3 of 3"]
    assert lost_text(memory) == "; 3 out of memory"


def test_accuracy_counts_a_diverged_run_as_the_worst_too() -> None:
    summary = replace(table_of(work_of(1)).summaries[0], unusable=2)
    whole = replace(summary, accuracy=Spread(0.25, 0.25, 0.25))
    lost = replace(whole, accuracy=Spread(-math.inf, 0.9, 0.9), test_accuracy=Spread(0.75, 0.5, 1))
    columns = {column.title: column for column in columns_of(None, [lost, whole])}
    assert columns["accuracy"].text(lost, True) == "diverged"
    assert columns["test accuracy"].text(lost, True) == "75%"
    _, shown = ordered(None, [*columns.values()], [lost, whole], "accuracy")
    assert shown == [whole, lost]  # the highest first


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


def test_rows_over_many_settings_are_told_apart_at_80_columns() -> None:
    typed = {
        "hidden": "2+2,16+16", "activation": "tanh,relu", "learning_rate": "0.1,0.5",
        "optimizer": "adam,rmsprop", "batch_size": "5,none", "l2": "0,0.01",
        "initialisation": "he,glorot", "epsilon": "1e-8,1e-6",
    }  # fmt: skip
    plan = Draft(BASE, typed).plan()
    assert isinstance(plan, Plan)
    work = SweepWork(plan)
    work.take([result_of(each, n, has_goal=False) for n, each in enumerate(plan.grid)])
    table = table_of(work)
    assert len(table.entries) == 2**8
    above, below, *rows = rows_of(table, width=78, height=256)
    values = [row.partition(" 0.0")[0][4:].split()[:8] for row in rows]
    assert len({*map(tuple, values)}) == 2**8
    assert ("neur…" in below, "activation" in above + below) == (True, False)  # headings are cut
    # Where even so there is no room for all, those of the selected row are told below.
    entry, hidden = table.entries[0], Drawing(INK).lines(table, 0, 9, 0, 60).hidden
    assert table.told_apart(entry, []) == ""
    unseen = table.told_apart(entry, hidden)
    assert unseen.startswith(("L2 ", "initialisation ", "epsilon ", "batch size "))
    assert unseen.count(",") + 1 == len(hidden) - 3  # and test loss, multiply-adds, seconds


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
    assert table.best == best_of(table.summaries)


_ALL_STEPS = "multiply-adds", "of", "all", "steps"


def test_the_frontier_and_the_chosen_one_are_marked_in_the_picture() -> None:
    table = table_of(work_of(4))
    lines = scatter_chart(table.costs, table.losses, table.frontier, 3, 40, 10, INK)
    text = text_of(lines)
    # Each larger network has a lower loss: all four are on the frontier, and one of them is chosen.
    assert text.count(BEST) == 3 + 1  # and one in the title
    assert text.count(HERE) == 1
    rows = [line for line in text.splitlines() if HERE in line or BEST in line]
    assert rows[1].index(HERE) < rows[-1].index(BEST)
    # Both axes say what they show, and both are about the moment after all steps.
    assert text.splitlines()[0].strip() == "loss at the end (log); ◆ frontier"
    assert text.splitlines()[-1].split() == ["2", "k", "multiply-adds", "(log)", "5", "k"]
    assert table.losses.tolist() == [each.loss.median for each in table.summaries if each.loss]
    wide = text_of(scatter_chart(table.costs, table.losses, table.frontier, 3, 57, 10, INK))
    assert wide.splitlines()[0].strip().endswith("◆ frontier, ● selected")
    fewer = text_of(scatter_chart(table.costs, table.losses, table.frontier, 3, 50, 10, INK))
    assert fewer.splitlines()[-1].split() == ["2", "k", *_ALL_STEPS, "(log)", "5", "k"]
    with_goal = table_of(work_of(4, goal=0.5))
    assert with_goal.costs.tolist() == [5_000, 4_000, 3_000, 2_000]
    assert len(with_goal.best) == 4


def test_a_row_without_a_cost_is_left_out_of_the_picture() -> None:
    lost, there = [math.inf, math.nan], [5_000.0, 5_000.0]
    losses = np.array([0.5, 0.4, 0.3, 0.2])
    lines = scatter_chart(np.array([*lost, *there]), losses, [3], 2, 58, 14, INK)
    text = text_of(lines)
    assert (text.count(BEST), text.count(HERE)) == (1 + 1, 1 + 1)  # once in the title
    assert "each costs 5,000 multiply-adds" in text


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
    assert title.strip() == "loss (log scale); ╌ goal 0.1"
    assert below.split() == ["0", "multiply-adds", "550"]  # a tenth more than it needs
    (row,) = (n for n, each in enumerate(rows) if "╌" in each)
    # The curve is above the line for 500 of 550, and below it for the last tenth.
    above, below_it = (
        [place for each in part for place, mark in enumerate(each) if "⠀" < mark <= "⣿"]
        for part in (rows[:row], rows[row + 1 :])
    )
    assert min(above) < max(above) <= min(below_it)
    nobody = text_of(curves_chart([falling], [], goal._replace(reach=0.0), 40, 12, INK))
    assert nobody.splitlines()[-1].split() == ["0", "multiply-adds", "1", "k"]
    # An accuracy has no line in a picture of losses, so no mark is explained.
    accuracy = curves_chart([falling], [], Towards("accuracy 0.9", None, 0.0), 40, 12, INK)
    assert text_of(accuracy).splitlines()[0].strip() == "loss (log scale)"
    assert "╌" not in text_of(accuracy)
    by_step = text_of(curves_chart([falling], [], None, 40, 12, INK))
    assert by_step.splitlines()[-1].split() == ["0", "step", "1,000"]
