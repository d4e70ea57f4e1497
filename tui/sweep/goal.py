"""The goal of a sweep in words: what it is called, and which settings reach it most cheaply."""

from collections.abc import Sequence

from core.settings import Value, written
from core.sweeps import Grid, Groups, Summary, cheapest_of, cost_to_goal, title_of, typed_values
from tui.sweep.columns import whole_text
from tui.words.phrases import listed


def goal_name(grid: Grid, goal: float | None) -> str | None:
    """Return what the goal of all runs is called; None if they have none, or not the same one.

    Parameters
    ----------
    grid : Grid
        The runs.
    goal : float, optional
        The loss that is waited for; without it, what all runs stop at is their goal.
    """
    if not grid.has_goal(goal):
        return None
    first = grid.first
    if goal is not None or first.until_accuracy is None:
        return written(goal if goal is not None else first.until_loss)
    accuracy = f"accuracy {written(first.until_accuracy)}"
    return accuracy if first.until_loss is None else f"{written(first.until_loss)} or {accuracy}"


def combination_text(groups: Groups, summary: Summary) -> str:
    """Return the settings of a combination: 1 hidden neuron, learning rate 0.5."""
    each = zip(groups.names, summary.values, strict=True)
    return ", ".join(setting_text(name, value) for name, value in each)


def setting_text(name: str, value: Value) -> str:
    """Return a setting with its value: learning rate 0.5, 8+8 hidden neurons."""
    typed = typed_values((value,))
    if name != "hidden":
        return f"{title_of(name)} {typed}"
    if not value:
        return "no hidden layer"
    return f"{typed} hidden neuron{'s' * (value != (1,))}"


def winner_text(groups: Groups, goal: str, summaries: Sequence[Summary], *, is_over: bool) -> str:
    """Return which combination reaches the goal for the fewest multiply-adds, as a sentence.

    Parameters
    ----------
    groups : Groups
        The results.
    goal : str
        What it is called.
    summaries : sequence of Summary
        The combinations.
    is_over : bool
        Whether no more runs come.
    """
    told = _winner(groups, goal, summaries)
    return told if is_over else f"So far, {told[0].lower()}{told[1:]}"


def _winner(groups: Groups, goal: str, summaries: Sequence[Summary]) -> str:
    """Return which combination reaches the goal for the fewest multiply-adds of what there is."""
    found = cheapest_of(summaries)
    if not found:
        reached = sum(each.reached for each in summaries)
        if not reached:
            return f"No run reaches {goal}."
        runs = sum(each.runs for each in summaries)
        how = "none in more than half of its runs" if groups.names else "no more than half"
        reach = "reaches" if reached == 1 else "reach"
        return f"{reached:,} of {listed(runs, 'run')} {reach} {goal}; {how}."
    first = found[0]
    median = "" if first.runs == 1 else " (median)"
    text = f"{_cost_text(first)} multiply-adds{median}{_reached(first)}"
    if not groups.names:
        return f"To reach {goal} costs {text}."
    others = len(found) - 1
    ties = f"; {listed(others, 'other')} cost{'s' * (others == 1)} the same" if others else ""
    told = f"Cheapest to reach {goal}: {combination_text(groups, first)}, for {text}{ties}."
    sure = cheapest_of([each for each in summaries if each.reached == each.runs])
    if first.reached == first.runs or not sure:
        return told
    second = f"{combination_text(groups, sure[0])}, for {_cost_text(sure[0])}"
    return f"{told} Cheapest of those whose runs all reach it: {second}."


def _cost_text(summary: Summary) -> str:
    """Return the median multiply-adds until the goal."""
    return whole_text(cost_to_goal(summary))


def _reached(summary: Summary) -> str:
    """Return how many runs of a combination reach the goal."""
    missing = summary.runs - summary.reached
    if missing:
        return f"; {missing:,} of {summary.runs:,} runs do{'es' * (missing == 1)} not reach it"
    every = "both" if summary.runs == 2 else f"all {summary.runs:,}"
    return "" if summary.runs == 1 else f"; {every} runs reach it"
