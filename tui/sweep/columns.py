"""The columns of a table of a sweep's results, for the command and for the screen."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from core.sweeps import Spread, Summary
from tui.words.numerals import MINUS


class Column(NamedTuple):
    """A column of the table."""

    title: str
    text: Callable[[Summary, bool], str]
    """Returns what stands in it: with ranges, or without."""
    spread: Callable[[Summary], Spread | None]
    """Returns its numbers, to sort by."""
    is_high_better: bool = False

    def sorting(self, summary: Summary) -> float:
        """Return what to sort by, the best first: the median; what has none comes last."""
        spread = self.spread(summary)
        if spread is None or math.isnan(spread.median):
            return math.inf
        return -spread.median if self.is_high_better else spread.median


LOSS = "loss"
"""The title of a column that is always there."""


def columns_of(goal: str | None, summaries: Sequence[Summary]) -> list[Column]:
    """Return the columns that have something in them.

    Parameters
    ----------
    goal : str, optional
        What the goal of all runs is called.
    summaries : sequence of Summary
        What stands in the table.
    """
    columns = [_at_end(LOSS, lambda each: each.loss, _short)]
    if any(summary.test_loss for summary in summaries):
        columns.append(_at_end("test loss", lambda each: each.test_loss, _short))
    if any(summary.accuracy for summary in summaries):
        columns.append(_at_end("accuracy", lambda each: each.accuracy, _percent, is_high=True))
    if any(summary.test_accuracy for summary in summaries):
        columns.append(
            _at_end("test accuracy", lambda each: each.test_accuracy, _percent, is_high=True)
        )
    total = ""
    if goal is not None or any(summary.reached for summary in summaries):
        to, total = f"to {goal or 'goal'}", "total "
        columns = [
            _ranged(f"steps {to}", lambda each: each.goal_steps),
            _ranged(f"multiply-adds {to}", lambda each: each.goal_multiply_adds),
            *columns,
            _median(f"seconds {to}", lambda each: each.goal_seconds, _seconds),
        ]
        if any(summary.reached < summary.runs for summary in summaries):
            columns.insert(2, _counted("not reached", lambda each: each.runs - each.reached))
    columns.append(_median(f"{total}multiply-adds", lambda each: each.multiply_adds, whole_text))
    columns.append(_median(f"{total}seconds", lambda each: each.seconds, _seconds))
    if any(summary.unusable > summary.out_of_memory for summary in summaries):
        columns.append(_counted("diverged", lambda each: each.unusable - each.out_of_memory))
    if any(summary.out_of_memory for summary in summaries):
        columns.append(_counted("out of memory", lambda each: each.out_of_memory))
    return columns


def ordered(
    goal: str | None, columns: Sequence[Column], summaries: Sequence[Summary], by: str = ""
) -> tuple[str, list[Summary]]:
    """Return the title of the column that sorts, and the combinations in its order, best first.

    Parameters
    ----------
    goal : str, optional
        What the goal of all runs is called.
    columns : sequence of Column
        All of them.
    summaries : sequence of Summary
        The combinations.
    by : str
        The title of a column; if there is none: with a goal the cost until it, otherwise the loss.
    """
    usual = LOSS if goal is None else f"multiply-adds to {goal}"
    titles = {column.title: column for column in columns}
    column, loss = titles.get(by, titles[usual]), titles[LOSS]
    return column.title, sorted(
        summaries, key=lambda each: (column.sorting(each), loss.sorting(each))
    )


def stacked(title: str) -> tuple[str, str]:
    """Return a title in two rows, as narrow as can be: multiply-adds / to 0.01."""
    words = title.split()
    if len(words) < 2:
        return "", title
    ways = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
    return min(ways, key=lambda way: max(map(len, way)))


def _ranged(title: str, spread: Callable[[Summary], Spread | None]) -> Column:
    """Return a column of medians of whole numbers with their ranges."""

    def text(summary: Summary, has_ranges: bool) -> str:
        return _spread_text(spread(summary), whole_text, has_ranges=has_ranges)

    return Column(title, text, spread)


def _at_end(
    title: str,
    spread: Callable[[Summary], Spread | None],
    form: Callable[[float], str],
    *,
    is_high: bool = False,
) -> Column:
    """Return a column of what runs come to at their end, or why half of them or more do not."""

    def text(summary: Summary, has_ranges: bool) -> str:
        found = spread(summary)
        is_lost = summary.unusable and (found is None or math.isinf(found.median))

        def written(value: float) -> str:
            return lost_word(summary) if is_lost and math.isinf(value) else form(value)

        if found is None and is_lost:
            return lost_word(summary)
        return _spread_text(found, written, has_ranges=has_ranges and not is_high)

    return Column(title, text, spread, is_high)


def _median(
    title: str, spread: Callable[[Summary], Spread | None], form: Callable[[float], str]
) -> Column:
    """Return a column of medians."""

    def text(summary: Summary, _: bool) -> str:
        found = spread(summary)
        return "–" if found is None or math.isinf(found.median) else form(found.median)

    return Column(title, text, spread)


def _counted(title: str, number: Callable[[Summary], int]) -> Column:
    """Return a column that says of how many runs something is true."""

    def text(summary: Summary, _: bool) -> str:
        some, runs = number(summary), summary.runs
        return "" if not some else "yes" if runs == 1 else f"{some:,} of {runs:,}"

    def spread(summary: Summary) -> Spread:
        some = number(summary)
        return Spread(some, some, some)

    return Column(title, text, spread)


def lost_word(summary: Summary) -> str:
    """Return why runs of a combination have no loss, in a word or three."""
    return "diverged" if summary.unusable > summary.out_of_memory else "out of memory"


def lost_text(summary: Summary) -> str:
    """Return how many runs of a combination have no loss: ; 2 diverged."""
    diverged = summary.unusable - summary.out_of_memory
    each = ((diverged, "diverged"), (summary.out_of_memory, "out of memory"))
    return "".join(f"; {some:,} {word}" for some, word in each if some)


def _spread_text(spread: Spread | None, form: Callable[[float], str], *, has_ranges: bool) -> str:
    """Write a median, and its range if it has one."""
    if spread is None:
        return "–"
    median = form(spread.median)
    if not has_ranges or spread.low == spread.high == spread.median:
        return median
    low, high = form(spread.low), form(spread.high)
    return f"{median} ({low})" if low == high else f"{median} ({low}–{high})"


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", MINUS)


def whole_text(value: float) -> str:
    """Write a median of whole numbers exactly: it may lie half way between two."""
    return "–" if math.isinf(value) else f"{value:,.{int(value % 1 > 0)}f}"


def _seconds(value: float) -> str:
    """Write seconds with two digits that count, zeros at their end among them."""
    places = 1 - math.floor(math.log10(value)) if value > 0 else 0
    return f"{value:.{max(0, places)}f}"


def _percent(value: float) -> str:
    return f"{100 * value:.3g}%"
