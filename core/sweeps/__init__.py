"""Sweeps: every combination of some settings, trained by whatever workers there are.

A `Grid` is the combinations, a `Sweep` hands them out as `Task` and returns each `Result` as it
comes, `Groups` puts results together over seeds, and `frontier` finds the lowest loss for each
cost. A `SweepFile` keeps results, so that a sweep goes on where it was stopped.
"""

from core.sweeps.dispatcher import Sweep, sweep
from core.sweeps.executors import Workers
from core.sweeps.file import SweepFile, begun_with, sweep_file
from core.sweeps.grid import MOST_RUNS, Grid, foreseen_seconds
from core.sweeps.kinds import KINDS, kind_for, workers_of
from core.sweeps.report import Finished, best_of, medians_of, rows_of, write_json
from core.sweeps.summary import (
    NUMBERS,
    SEEDS,
    Groups,
    Row,
    Spread,
    Summary,
    cheapest_of,
    cost_to_goal,
    frontier,
    frontier_of_groups,
    frontier_of_runs,
    summary_of,
)
from core.sweeps.task import MOST_POINTS, Ended, Result, Task, run
from core.sweeps.values import read_values, title_of, typed_values, words_of_values

__all__ = [
    "KINDS",
    "MOST_POINTS",
    "MOST_RUNS",
    "NUMBERS",
    "SEEDS",
    "Ended",
    "Finished",
    "Grid",
    "Groups",
    "Result",
    "Row",
    "Spread",
    "Summary",
    "Sweep",
    "SweepFile",
    "Task",
    "Workers",
    "begun_with",
    "best_of",
    "cheapest_of",
    "cost_to_goal",
    "foreseen_seconds",
    "frontier",
    "frontier_of_groups",
    "frontier_of_runs",
    "kind_for",
    "medians_of",
    "read_values",
    "rows_of",
    "run",
    "summary_of",
    "sweep",
    "sweep_file",
    "title_of",
    "typed_values",
    "words_of_values",
    "workers_of",
    "write_json",
]
