"""The loss plot, compared as text: what is asserted here is what a person sees."""

import itertools
import math
import re
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.metrics.curve import Curve, TestCurve
from core.metrics.effort import Course
from core.metrics.history import LossHistory
from core.metrics.rates import RateCourse
from core.settings.config import TrainingConfig
from tui.panes.loss.plot import Across, Plot, plot
from tui.panes.picture.axis import linear_axis, log_axis

# A loss that falls as the default network makes it: fast at first.
DEFAULT = [
    0.464,
    0.306,
    0.209,
    0.150,
    0.113,
    0.0901,
    0.0755,
    0.0662,
    0.0600,
    0.0557,
    0.0525,
    0.0501,
]
DECADES = [10.0**-k for k in range(7)]


def curve_of(losses: Sequence[float] | NDArray[np.float64], capacity: int = 4096) -> Curve:
    history = LossHistory(capacity)
    history.extend(np.asarray(losses, np.float64))
    return history.curve()


def draw(
    losses: Sequence[float] | NDArray[np.float64],
    width: int = 30,
    height: int = 5,
    *,
    log: bool = False,
    previous_run: Sequence[float] | None = None,
    cursor: int | None = None,
    unicode: bool = True,
    capacity: int = 4096,
    rates: RateCourse | None = None,
    across: Across | None = None,
) -> Plot:
    return plot(
        curve_of(losses, capacity),
        width,
        height,
        log=log,
        previous_run=None if previous_run is None else curve_of(previous_run, capacity),
        cursor=cursor,
        unicode=unicode,
        rates=rates,
        across=across,
    )


def costing(*amounts: float) -> Course:
    return Course(np.arange(len(amounts), dtype=np.float64), np.array(amounts))


def test_steps_stand_where_they_lie_in_another_unit() -> None:
    # Two steps for 10 each, then two for 40: the third begins at a fifth of the way.
    across = Across(costing(0, 10, 20, 60, 100), None, "{:g}".format)
    drawn = draw([1.0, 1.0, 0.5, 0.5, 0.0], 8 + 21, 4, across=across, cursor=3)
    assert (drawn.left, drawn.columns) == (7, 21)
    assert drawn.rows[-1][7:].split() == ["0", "50", "100"]
    assert [drawn.column_of(step) for step in range(5)] == [7, 9, 11, 19, 27]
    assert [drawn.step_at(7 + column) for column in (0, 2, 4, 12, 20, 21)] == [0, 1, 2, 3, 4, None]
    # Where steps are dear the curve falls late.
    assert drawn.rows[0][7:].strip(" ┊").startswith("⠉⠉")


def test_a_cheaper_run_falls_earlier_where_multiply_adds_are_counted() -> None:
    losses = [1.0, 0.5, 0.25, 0.125, 0.0625]
    dear, cheap = costing(0, 40, 80, 120, 160), costing(0, 10, 20, 30, 40)
    drawn = draw(losses, 40, 6, previous_run=losses, across=Across(dear, cheap, "{:g}".format))
    first = {role: min(row.find(role) for row in drawn.roles if role in row) for role in "ce"}
    last = {role: max(row.rfind(role) for row in drawn.roles) for role in "ce"}
    assert drawn.end == 160
    assert first["c"] - drawn.left <= 1
    # The previous run ends after a quarter of the way, with the same loss.
    assert last["e"] - drawn.left <= (drawn.columns - 1) // 4 + 1 < last["c"] - drawn.left


@pytest.mark.parametrize("end", [728_364, 1_544_772, 3_241_620, 14_903_448])
def test_an_amount_is_marked_between_the_first_and_the_last(end: int) -> None:
    # The only multiple of the amount that fits by its size is too near the last label.
    across = Across(costing(0.0, end), None, lambda amount: f"{amount:,.0f}")
    first, *marks, last = draw([1.0, 0.5], 7 + 37, 4, across=across).rows[-1].split()
    assert (first, last) == ("0", f"{end:,}")
    assert marks
    assert all(int(mark.replace(",", "")) % 100_000 == 0 for mark in marks)


@given(st.lists(st.floats(1e-9, 1e12), min_size=1, max_size=40), st.integers(1, 80))
def test_any_amounts_have_a_place_and_a_label(added: list[float], columns: int) -> None:
    course = costing(0.0, *np.cumsum(added).tolist())
    across = Across(course, None, "{:.3g}".format)
    drawn = draw([0.5] * (len(added) + 1), columns, 4, across=across)
    assert {len(row) for row in drawn.rows} == {columns}
    assert drawn.column_of(len(added)) == drawn.left + max(drawn.columns, 1) - 1


def test_learning_rates_are_dots_in_every_other_column_from_0_to_the_highest() -> None:
    # A loss of 0 lies on the bottom; the rate is 1 for the first half and 0 for the second.
    config = TrainingConfig(
        learning_rate=1.0, schedule="step", decay_steps=20, decay_factor=1e-9, warmup_steps=0
    )
    drawn = draw([0.0] * 40, 30, 4, rates=RateCourse(config.options))
    left = drawn.left
    assert drawn.rows[0][left:].startswith("⠁" * 11)
    assert drawn.roles[0][left:].startswith("r" * 11)
    assert drawn.rows[0][left + 12 :].strip() == ""
    assert set(drawn.rows[2][left:].strip()) <= set("⣀⡀⣇⣄⣠⢠⢀")
    assert "c" in drawn.roles[2]
    # Where they cross, the loss is what is seen.
    assert draw([1.0] * 40, 30, 4, rates=RateCourse(config.options)).roles[0][left] == "c"


def trimmed(lines: Sequence[str]) -> list[str]:
    return [line.rstrip() for line in lines]


def dots_of(drawn: Plot) -> NDArray[np.bool_]:
    """Read the curve's dots back from the braille."""
    cells = [row[drawn.left : drawn.left + drawn.columns] for row in drawn.rows[:-1]]
    bits = [[ord(cell) - 0x2800 if cell != " " else 0 for cell in row] for row in cells]
    codes = np.array(bits, np.int64)
    dots = np.zeros((4 * len(cells), 2 * drawn.columns), np.bool_)
    for row, pair in enumerate([(0, 3), (1, 4), (2, 5), (6, 7)]):
        for column, bit in enumerate(pair):
            dots[row::4, column::2] = codes >> bit & 1
    return dots


def labels_of(drawn: Plot) -> dict[int, float]:
    """Read the labels of the value axis, by row."""
    edges = [row.split("┤")[0] for row in drawn.rows[:-1]]
    return {
        row: float(edge.replace(",", "").replace("−", "-"))
        for row, edge in enumerate(edges)
        if edge != drawn.rows[row]
    }


def top_of(drawn: Plot, *, log: bool) -> float:
    """Work out the loss at the topmost dot from the labels, which are evenly apart in rows.

    The lowest label's dot is the last of all; the highest label's is the first of its row.
    """
    labels, dots = labels_of(drawn), 4 * (len(drawn.rows) - 1) - 1
    rows = sorted(labels)
    assert len({below - row for row, below in itertools.pairwise(rows)}) == 1
    assert rows[-1] == len(drawn.rows) - 2
    bottom, label = labels[rows[-1]], labels[rows[0]]
    share = dots / (dots - 4 * rows[0])
    if log:
        return float(bottom * (label / bottom) ** share)
    assert bottom == 0.0
    return float(label * share)


def dot_column(step: int, drawn: Plot) -> int:
    """Work out the dot column of a step: step 0 on the first, the last step on the last one."""
    return math.floor(step * (2 * drawn.columns - 1) / max(drawn.last_step, 1) + 0.5)


def test_a_short_run() -> None:
    drawn = draw(DEFAULT, 45)
    assert trimmed(drawn.rows) == [
        "  0.5 ┤⠢⢄",
        "      │  ⠉⠢⢄⡀",
        "      │     ⠈⠑⠒⠢⠤⢄⣀⣀⡀",
        "  0.0 ┤             ⠈⠉⠉⠉⠉⠑⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒",
        "       0     2      4      6     8        11",
    ]
    assert drawn.note == ""


def test_a_single_point_is_at_the_left() -> None:
    assert trimmed(draw([0.464]).rows) == [
        "  0.5 ┤⠂",
        "      │",
        "      │",
        "  0.0 ┤",
        "       0",
    ]


def test_a_long_run() -> None:
    losses = 0.4 * np.exp(-np.arange(1_000_001) / 3e5)
    assert trimmed(draw(losses, 50, 8).rows) == [
        "  0.6 ┤",
        "      │",
        "  0.4 ┤⠲⣄⡀",
        "      │  ⠙⠲⢤⣀",
        "  0.2 ┤     ⠈⠙⠒⠦⢤⣀⡀",
        "      │           ⠉⠙⠒⠒⠦⠤⢤⣀⣀⣀",
        "  0.0 ┤                    ⠈⠉⠉⠉⠙⠒⠒⠒⠒⠒⠒⠦⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤",
        "       0                 500,000        1,000,000",
    ]


def test_a_spike_among_a_million_is_seen() -> None:
    losses = np.full(1_000_000, 0.01)
    losses[500_000] = 5.0
    assert trimmed(draw(losses, 31).rows) == [
        "    5 ┤           ⢸",
        "      │           ⢸",
        "      │           ⢸",
        "    0 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣸⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀",
        "       0     400,000   999,999",
    ]


def test_log_scale_of_powers_of_ten() -> None:
    assert trimmed(draw(DECADES, 30, 8, log=True).rows) == [
        "    1 ┤⠑⠢⣀",
        "      │   ⠉⠢⢄",
        " 0.01 ┤      ⠉⠢⢄⡀",
        "      │         ⠈⠑⠤⣀",
        "1e−04 ┤             ⠑⠢⣀",
        "      │                ⠑⠢⢄",
        "1e−06 ┤                   ⠉⠢⢄",
        "       0      2      4      6",
    ]


def test_log_scale_of_one_decade_has_marks_between() -> None:
    assert trimmed(draw(DEFAULT, 30, 9, log=True).rows) == [
        "      │⢄",
        " 0.40 ┤⠈⠢⡀",
        "      │  ⠑⢄",
        " 0.20 ┤    ⠣⡀",
        "      │     ⠈⠢⣀",
        " 0.10 ┤        ⠑⢄⡀",
        "      │          ⠈⠢⢄⣀",
        " 0.05 ┤              ⠉⠑⠒⠢⠤⠤⣀⣀",
        "       0         5         11",
    ]


def test_without_unicode() -> None:
    assert trimmed(draw(DEFAULT, 45, unicode=False).rows) == [
        "  0.5 +-.",
        "      |  '-..",
        "      |     ''--:....",
        "  0.0 +             ''''''''':--------------",
        "       0     2      4      6     8        11",
    ]


def test_without_unicode_on_a_log_scale_with_a_cursor() -> None:
    assert trimmed(draw(DECADES, 30, 8, log=True, unicode=False, cursor=4).rows) == [
        "    1 +'-.           |",
        "      |   '-.        |",
        " 0.01 +      '-..    |",
        "      |         ':-. |",
        "1e-04 +             '-.",
        "      |              | '-.",
        "1e-06 +              |    '-.",
        "       0      2      4      6",
    ]


def test_gaps_are_where_losses_are_not_finite() -> None:
    losses = [3, 3, 2, math.nan, 1, 1, math.inf, 2, -math.inf, 3, 3]
    assert trimmed(draw(losses, 29).rows) == [
        "    3 ┤⠉⠉⠱⡀              ⠈⠉⠉",
        "      │   ⠈⠂         ⠐",
        "      │        ⠤⠤⠤",
        "    0 ┤",
        "       0   2   4   6   8  10",
    ]


def test_a_diverging_run() -> None:
    assert trimmed(draw([*(0.5 * 3.0**k for k in range(12)), math.inf, math.nan]).rows) == [
        "  1e5 ┤                  ⡄",
        "      │                 ⡸",
        "      │                ⢠⠃",
        "    0 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡠⠤⠔⠁",
        "       0       5       10  13",
    ]


def test_a_previous_curve_and_the_cursor() -> None:
    drawn = draw([4, 2, 1, 0, 0], previous_run=[4, 4, 3, 3, 2, 2, 1, 1, 0], cursor=2)
    assert trimmed(drawn.rows) == [
        "    4 ┤⠫⡉⠉⠒⠤⡀",
        "      │ ⠘⡄  ⠈⠉⠉⠉⠢⢄",
        "      │  ⠈⠑⠢⣀     ⠉⠉⠉⠑⠤⣀⣀⣀⡀",
        "    0 ┤     ┊⠑⠤⣀⣀⣀⡀       ⠈⠢⢄",
        "       0    2     4    6    8",
    ]
    assert trimmed(drawn.roles) == [
        "aaaaaaaceeeex",
        "aaaaaaa cc  xeeeee",
        "aaaaaaa  cccx     eeeeeeeee",
        "aaaaaaa     xcccccc       eee",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]


@pytest.mark.parametrize(
    ("earlier", "log", "top", "first"),
    [
        # The labels are two rows apart here, so the top is that of 15 dots, at 11 dots for 2.
        ([2.5, 2.0, 1.0, 0.5], False, 2 * 15 / 11, 0),
        ([3.0, 2.0, 1.0, 0.5], False, 3, 0),
        # Of what is more than three times as high, nothing is drawn, so that the curve is not flat.
        ([3.5, 3.0, 1.0, 0.5], False, 3, 1),
        ([1000, 100, 1.0, 0.5], False, 1, 2),
        # In powers of ten there is room for all of it.
        ([1000, 100, 1.0, 0.5], True, 1000, 0),
    ],
)
def test_an_earlier_curve_is_shown_up_to_three_times_the_highest_loss(
    earlier: list[float], log: bool, top: float, first: int
) -> None:
    drawn = draw([1.0, 0.5, 0.2, 0.1], previous_run=earlier, log=log)
    assert top_of(drawn, log=log) == pytest.approx(top)
    columns = [x for row in drawn.roles for x, role in enumerate(row) if role == "e"]
    assert min(columns) == drawn.column_of(first)


# The label at the top is read back as a float: the smallest floats have too few digits for it.
_READABLE = st.floats(0, 1e3, allow_subnormal=False)


def test_a_test_loss_shows_in_a_cell_that_the_curve_passes() -> None:
    losses = np.array([0.4] * 12)
    curve = curve_of(losses)
    alone = draw(losses, 30)
    # Looked at in two moments: a little below the curve, in the same row of cells.
    test = TestCurve(np.array([0, 6]), np.array([0.37, 0.37]))
    drawn = plot(curve, 30, 5, log=False, previous_run=None, cursor=None, unicode=True, test=test)
    new = dots_of(drawn) & ~dots_of(alone)
    assert [*zip(*np.nonzero(new), strict=True)] == [(1, 0), (1, dot_column(6, drawn))]
    assert (dots_of(drawn) >= dots_of(alone)).all()
    assert drawn.roles[0].count("t") == 2
    assert drawn.roles[0].count("c") == drawn.columns - 2


def test_where_curve_and_test_losses_run_together_their_colours_alternate() -> None:
    losses = np.linspace(0.45, 0.05, 45)
    steps = np.arange(45)
    drawn = plot(
        curve_of(losses),
        30,
        2,
        log=False,
        previous_run=None,
        cursor=None,
        unicode=True,
        test=TestCurve(steps, losses),
    )
    assert drawn.roles[0][drawn.left :].strip() == ("tc" * drawn.columns)[: drawn.columns]


@given(
    losses=st.lists(
        st.one_of(_READABLE, st.sampled_from([math.nan, math.inf])), min_size=2, max_size=90
    ),
    width=st.integers(20, 60),
    height=st.integers(3, 14),
    capacity=st.sampled_from([16, 4096]),
)
def test_no_extreme_is_ever_lost(
    losses: list[float], width: int, height: int, capacity: int
) -> None:
    drawn = draw(losses, width, height, capacity=capacity)
    curve = curve_of(losses, capacity)
    seen = dots_of(drawn)
    if np.isnan(curve.maximum).all():
        assert not seen.any()
        return
    top = top_of(drawn, log=False)
    assert top >= np.nanmax(curve.maximum) * (1 - 1e-12)
    steps = [bucket * curve.width + curve.width // 2 for bucket in range(len(curve.last))]
    steps[0], steps[-1] = 0, curve.length - 1
    for bucket, step in enumerate(steps):
        for loss in (float(curve.minimum[bucket]), float(curve.maximum[bucket])):
            if math.isfinite(loss):
                dot = (1 - loss / top) * (len(seen) - 1)
                # Half a dot either way: at a tie, rounding may go to either side.
                near = {round(dot - 1e-6), round(dot + 1e-6)}
                assert any(seen[row, dot_column(step, drawn)] for row in near)


@given(st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=60), st.integers(20, 60), st.booleans())
def test_a_finite_curve_has_no_holes(losses: list[float], width: int, log: bool) -> None:
    lit = [np.flatnonzero(column) for column in dots_of(draw(losses, width, 8, log=log)).T]
    assert all(len(dots) and dots[-1] - dots[0] == len(dots) - 1 for dots in lit)
    for one, other in itertools.pairwise(lit):
        assert one[0] <= other[-1] + 1
        assert other[0] <= one[-1] + 1


@pytest.mark.parametrize("losses", [[0, 1], [1, 0, 0.7], [0.2, 1, 0, 1]])
def test_points_more_than_a_dot_apart_are_joined_by_straight_lines(losses: list[float]) -> None:
    drawn = draw(losses, 45, 9)
    dots = dots_of(drawn)
    ends = [dot_column(step, drawn) for step in range(len(losses))]
    heights = (1 - np.array(losses) / top_of(drawn, log=False)) * (len(dots) - 1)
    for x, column in enumerate(dots.T):
        around = np.interp([x - 0.5, x, x + 0.5], ends, heights)
        lit = np.flatnonzero(column)
        assert around.min() - 1 <= lit[0] <= lit[-1] <= around.max() + 1


def test_a_previous_curve_beside_the_present_one_shows_in_every_cell() -> None:
    """On a linear scale both end in the same row of cells: none hides the other."""
    steps = np.arange(300)
    fast, slow = 0.45 * np.exp(-steps / 25), 0.45 * np.exp(-steps / 40)
    both, alone = draw(fast, 45, 6, previous_run=slow.tolist()), draw(fast, 45, 6)
    assert (dots_of(both) == dots_of(alone) | dots_of(draw(slow, 45, 6))).all()
    last = both.roles[-2][both.left + 10 :]
    assert "cececececece" in last
    equal = draw(fast, 45, 6, previous_run=fast.tolist())
    assert (dots_of(equal) == dots_of(alone)).all()
    assert equal.roles[-2].strip("a ").count("e") >= 10


@given(
    losses=st.lists(st.floats(), max_size=40),
    previous_run=st.one_of(st.none(), st.lists(st.floats(), max_size=40)),
    width=st.integers(-1, 60),
    height=st.integers(-1, 16),
    log=st.booleans(),
    cursor=st.one_of(st.none(), st.integers(-2, 60)),
    unicode=st.booleans(),
)
def test_anything_can_be_drawn_at_any_size(
    losses: list[float],
    previous_run: list[float] | None,
    width: int,
    height: int,
    log: bool,
    cursor: int | None,
    unicode: bool,
) -> None:
    drawn = draw(
        losses,
        width,
        height,
        log=log,
        previous_run=previous_run,
        cursor=cursor,
        unicode=unicode,
        capacity=16,
    )
    assert len(drawn.rows) == len(drawn.roles) == max(height, 0)
    assert all(len(line) == max(width, 0) for line in (*drawn.rows, *drawn.roles))
    assert set("".join(drawn.roles)) <= set("acex ")
    assert unicode or "".join(drawn.rows).isascii()
    assert drawn.note.isascii()


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "losses",
    [
        [5e-324],
        [5e-324, 1e-323, 1e-323],
        [sys.float_info.max, 1e308],
        [sys.float_info.max, -sys.float_info.max],
        [5e-324, sys.float_info.max],
        [0.3] * 50,
        [2.0, -3.0],
    ],
)
def test_extreme_losses_are_drawn(losses: list[float], log: bool) -> None:
    # Nothing may overflow: warnings are errors in these tests.
    drawn = draw(losses, 40, 7, log=log)
    assert "c" in "".join(drawn.roles)
    assert dots_of(drawn)[:, 0].any()


def test_losses_below_zero_have_an_axis_too() -> None:
    assert trimmed(draw([-1, -3]).rows) == [
        "    0 ┤",
        "      │⠒⠢⠤⢄⣀⡀",
        "      │     ⠈⠉⠉⠒⠒⠤⠤⣀⣀",
        "   −3 ┤              ⠉⠉⠑⠒⠢⠤⢄⣀",
        "       0                    1",
    ]


def test_what_is_not_finite_never_touches_the_bounds() -> None:
    plain = draw([0.4, 0.3, 0.2])
    diverged = draw([0.4, 0.3, 0.2, math.inf, math.nan, -math.inf])
    assert [row[:7] for row in plain.rows[:4]] == [row[:7] for row in diverged.rows[:4]]


def test_bounds_stay_while_the_loss_falls() -> None:
    axes = {tuple(row[:7] for row in draw(DEFAULT[: k + 1]).rows[:4]) for k in range(len(DEFAULT))}
    assert len(axes) == 1


def test_zero_is_left_out_of_a_log_scale_with_a_note() -> None:
    drawn = draw([1, 0, 0.5, 0.1], log=True)
    assert drawn.note == "a log scale cannot show 0"
    assert not dots_of(drawn)[:, dot_column(1, drawn)].any()
    assert dots_of(drawn)[:, dot_column(2, drawn)].any()


@pytest.mark.parametrize(
    ("losses", "log", "note"),
    [
        ([0.0, -1.0], True, "a log scale cannot show 0"),
        ([math.nan, math.inf], False, "no loss is finite"),
        ([math.nan, math.inf], True, "no loss is finite"),
        ([], False, ""),
    ],
)
def test_with_nothing_to_draw_the_plot_is_empty(losses: list[float], log: bool, note: str) -> None:
    drawn = draw(losses, log=log)
    assert drawn.note == note
    assert set("".join(drawn.roles)) == {"a", " "}


@given(st.integers(0, 10**9), st.integers(1, 100))
def test_columns_and_steps_lead_to_each_other(last: int, columns: int) -> None:
    drawn = Plot((), (), 0, last, last, 7, columns, "", None)
    assert drawn.step_at(6) is drawn.step_at(7 + columns) is None
    assert drawn.column_of(-1) is drawn.column_of(last + 1) is None
    assert (drawn.step_at(7), drawn.column_of(0)) == (0, 7)
    assert columns == 1 or drawn.step_at(6 + columns) == last
    assert last == 0 or drawn.column_of(last) == 6 + columns
    for column in range(7, 7 + columns):
        step = drawn.step_at(column)
        assert step is not None
        # Where every column has steps of its own, it leads back to itself.
        assert last < 4 * columns or drawn.column_of(step) == column


@pytest.mark.parametrize("last", [1, 7, 10, 99, 1000, 4095, 123_456, 9_999_999, 10**9])
@pytest.mark.parametrize("width", [12, 20, 45, 90])
def test_step_labels_stand_at_their_steps_and_apart(last: int, width: int) -> None:
    value = np.full(1, 0.5)
    curve = Curve(2**30, last + 1, value, value, value, value, np.zeros(1, np.int64), {})
    drawn = plot(curve, width, 5, log=False, previous_run=None, cursor=None, unicode=True)
    row = drawn.rows[-1]
    found = list(re.finditer(r"[\d,]+", row))
    if found:
        assert found[-1].group() == f"{last:,}"
        assert found[-1].end() == drawn.left + drawn.columns
    for label in found[:-1]:
        column = drawn.column_of(int(label.group().replace(",", "")))
        assert column is not None
        assert label.start() <= column < label.end()
    assert all(after.start() - label.end() >= 2 for label, after in itertools.pairwise(found))


@given(
    low=st.floats(-3, 3),
    decades=st.floats(0.001, 9),
    rows=st.integers(2, 30),
    dots=st.sampled_from([3, 4]),
    log=st.booleans(),
)
def test_labels_are_nice_numbers_evenly_apart_at_their_losses(
    low: float, decades: float, rows: int, dots: int, log: bool
) -> None:
    lowest, highest = 10.0**low, 10.0 ** (low + decades)
    axis = log_axis(lowest, highest, rows, dots) if log else linear_axis(0.0, highest, rows, dots)
    places = sorted(axis.labels)
    assert places[-1] == rows - 1
    assert len(places) >= 2
    apart = {below - row for row, below in itertools.pairwise(places)}
    assert len(apart) == 1, "as many rows from each label to the next"
    assert rows <= 2 or apart.pop() >= 2
    for row, label in axis.labels.items():
        digits = label.split("e")[0].replace(".", "").replace(",", "").strip("0")
        assert len(digits) <= 3, "a number of few digits"
        loss = float(label.replace(",", "").replace("−", "-"))
        height = float(axis.heights(np.array([loss]))[0])
        # A loss equal to the label has its dot in the label's row.
        assert round((1 - height) * (rows * dots - 1)) // dots == row
    ends = axis.heights(np.array([lowest, highest]))
    assert 0.0 <= ends[0] <= ends[1] <= 1.0
    assert not log or 10**axis.bottom <= lowest * 1.000001
    assert highest <= (10**axis.top if log else axis.top * highest) * 1.000001
