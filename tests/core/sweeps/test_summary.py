"""Results put together: medians and ranges over seeds, and the frontier of loss against cost."""

import math
import tracemalloc
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core import Outcome, TrainingConfig
from core.sweeps import (
    Ended,
    Groups,
    Result,
    Spread,
    cheapest_of,
    frontier,
    frontier_of_groups,
    frontier_of_runs,
)

POINTS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from([0.0, 0.5, 1.0, 2.0, math.inf, math.nan])),
    max_size=12,
)


def result(
    loss: float, cost: int = 10, *, seed: int = 0, rate: float = 0.1, goal: int | None = None
) -> Result:
    """Make up what came of a run; an infinite loss has diverged."""
    config = TrainingConfig(seed=seed, learning_rate=rate, steps=5)
    outcome = Outcome.STEPS_TAKEN if math.isfinite(loss) else Outcome.DIVERGED
    return Result(
        config, outcome, 5, loss, None, None, None, goal, goal and 100 * goal, goal and 0.1 * goal,
        cost, 0.5, (0,), (1.0,),
    )  # fmt: skip


def test_runs_are_put_together_over_seeds() -> None:
    groups = Groups(("seed", "learning_rate"))
    assert groups.names == ("learning_rate",)
    for seed, loss in enumerate([0.3, 0.1, 0.2]):
        groups.add(result(loss, seed=seed, goal=None if seed == 0 else 4 * seed))
    groups.add(result(0.5, rate=0.9))
    first, second = groups.summaries()
    assert (first.values, first.runs, first.unusable) == ((0.1,), 3, 0)
    assert first.loss == Spread(0.2, 0.1, 0.3)
    assert first.test_loss is None
    # 4 and 8 steps, and one run that does not get there: the middle of the three is 8.
    assert (first.reached, first.goal_steps) == (2, Spread(8.0, 4, 8))
    assert (second.values, second.loss) == ((0.9,), Spread(0.5, 0.5, 0.5))
    assert [row.values for row in groups.rows((0.1,))] == [(0.1, 0), (0.1, 1), (0.1, 2)]


def test_a_summary_follows_what_comes() -> None:
    groups = Groups(("seed",))
    groups.add(result(0.5))
    assert groups.summaries()[0].loss == Spread(0.5, 0.5, 0.5)
    groups.add(result(1.5, seed=1))
    assert groups.summaries()[0].loss == Spread(1.0, 0.5, 1.5)


def test_a_diverged_run_counts_as_the_worst() -> None:
    groups = Groups(("seed",))
    for seed, loss in enumerate([0.1, math.inf, 0.3]):
        groups.add(result(loss, seed=seed))
    (summary,) = groups.summaries()
    # 0.1, 0.3, ∞: the middle one is 0.3; the range is of those that have a loss.
    assert (summary.unusable, summary.loss) == (1, Spread(0.3, 0.1, 0.3))
    for seed in (3, 4):
        groups.add(result(math.inf, seed=seed))
    assert groups.summaries()[0].loss == Spread(math.inf, 0.1, 0.3)
    alone = Groups(("seed",))
    alone.add(result(math.inf))
    assert alone.summaries()[0].loss is None


def test_a_diverged_run_costs_what_it_took_and_counts_as_the_worst_in_every_result() -> None:
    groups = Groups(("seed",))
    for seed, (loss, cost) in enumerate(((0.1, 900), (math.inf, 30), (math.inf, 20))):
        run = replace(result(loss, cost, seed=seed), test_loss=2 * loss)
        groups.add(replace(run, accuracy=0.9, test_accuracy=0.8))
    (summary,) = groups.summaries()
    # Medians of all three: 900, 30 and 20 multiply-adds; the best of three is not the middle one.
    assert summary.multiply_adds == Spread(30, 20, 900)
    assert summary.loss == Spread(math.inf, 0.1, 0.1)
    assert summary.test_loss == Spread(math.inf, 0.2, 0.2)
    assert summary.accuracy == Spread(-math.inf, 0.9, 0.9)
    assert summary.test_accuracy == Spread(-math.inf, 0.8, 0.8)
    assert frontier_of_groups([summary]) == []
    # What was out of memory has taken no step: of its cost nothing is known.
    groups.add(replace(result(math.nan, 0, seed=3), outcome=Ended.MEMORY))
    (summary,) = groups.summaries()
    assert (summary.runs, summary.unusable, summary.out_of_memory) == (4, 3, 1)
    assert summary.multiply_adds == Spread(30, 20, 900)


def test_the_frontier_is_what_no_other_run_beats() -> None:
    runs = [
        result(0.5, 10),  # the cheapest
        result(0.6, 20),  # costs more, and is worse
        result(0.2, 30),
        result(0.2, 40),  # no better for more
        result(0.1, 50),
        result(math.inf, 5),  # diverged
    ]
    assert [runs.index(each) for each in frontier_of_runs(runs)] == [0, 2, 4]


def test_groups_are_compared_by_their_medians() -> None:
    groups = Groups(("learning_rate", "seed"))
    for rate, losses in ((0.1, (0.1, 0.5, 0.6)), (0.2, (0.2, 0.3, 0.4)), (0.3, (math.inf,) * 3)):
        for seed, loss in enumerate(losses):
            groups.add(result(loss, rate=rate, seed=seed))
    assert [each.values for each in frontier_of_groups(groups.summaries())] == [(0.2,)]


def test_the_cheapest_to_the_goal_is_the_one_of_the_lowest_median_cost() -> None:
    # result: goal_multiply_adds is 100 per step to the goal; None: not reached.
    goals = {
        0.1: (5, 6, 7),  # 600
        0.2: (1, 2, None),  # 100, 200, ∞: the middle one is 200
        0.3: (1, None, None),  # ∞: most runs do not reach it
        0.4: (2, 2, 2),  # 200 as well, and a higher loss
    }
    groups = Groups(("learning_rate", "seed"))
    for rate, steps in goals.items():
        for seed, goal in enumerate(steps):
            groups.add(result(rate, 1_000, rate=rate, seed=seed, goal=goal))
    summaries = groups.summaries()
    assert [each.reached for each in summaries] == [3, 2, 1, 3]
    assert summaries[1].goal_multiply_adds == Spread(200, 100, 200)
    assert summaries[1].goal_seconds == Spread(0.2, 0.1, 0.2)
    assert [each.values for each in cheapest_of(summaries)] == [(0.2,), (0.4,)]
    # The frontier is of all steps, with a goal too: each takes 1,000, and 0.1 is the lowest loss.
    assert [each.values for each in frontier_of_groups(summaries)] == [(0.1,)]
    assert cheapest_of([]) == cheapest_of(summaries[2:3]) == []


def test_a_run_that_diverges_after_its_goal_has_reached_it() -> None:
    groups = Groups(())
    groups.add(result(math.inf, goal=3))
    (summary,) = groups.summaries()
    assert (summary.reached, summary.unusable, summary.loss) == (1, 1, None)
    assert summary.goal_multiply_adds == Spread(300, 300, 300)
    assert cheapest_of([summary]) == [summary]


@given(POINTS)
def test_everything_with_a_loss_is_beaten_or_on_the_frontier(
    points: list[tuple[int, float]],
) -> None:
    found = frontier(points, lambda point: point[0], lambda point: point[1])
    for cost, loss in points:
        if math.isfinite(loss):
            assert any(c <= cost and each <= loss for c, each in found)
    for cost, loss in found:
        beaten = [c <= cost and each <= loss and (c, each) != (cost, loss) for c, each in points]
        assert not any(beaten)
    assert [cost for cost, _ in found] == sorted({cost for cost, _ in found})


def test_a_result_in_a_group_is_its_numbers() -> None:
    whole = replace(result(0.25, 7, goal=3), test_loss=0.5, accuracy=0.75)
    row = Groups(("learning_rate",)).add(whole)
    assert (row.loss, row.multiply_adds, row.goal_steps, row.test_loss) == (0.25, 7, 3, 0.5)
    assert row.is_usable


def test_a_result_takes_little_memory_once_it_is_in_a_group() -> None:
    groups, count = Groups(("learning_rate", "seed")), 400
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for seed in range(count):
        groups.add(replace(result(0.1 * seed, seed=seed), curve_losses=(0.5,) * 64))
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert used < 1_000 * count  # a config alone takes 2 kB
