"""The sentence about the goal of a sweep."""

from collections.abc import Mapping

from core import TrainingConfig
from core.run import ending
from core.settings import Value
from core.sweeps import Grid, Groups, Result
from tui.sweep.goal import goal_name, winner_text

BASE = TrainingConfig(images=20, steps=10)


def groups_of(costs: dict[float, tuple[int | None, ...]]) -> Groups:
    """Put together runs of learning rates, a seed each, by what they cost until the goal."""
    groups = Groups(("learning_rate", "seed"))
    for rate, each in costs.items():
        for seed, cost in enumerate(each):
            config = TrainingConfig(learning_rate=rate, seed=seed, steps=5)
            is_reached = cost is not None
            groups.add(
                Result(
                    config, "steps taken", 5, 0.5, None, None, None, 3 if is_reached else None,
                    cost, 0.1 if is_reached else None, 9_000, 0.2,
                )
            )  # fmt: skip
    return groups


def told(costs: dict[float, tuple[int | None, ...]], *, is_over: bool = True) -> str:
    groups = groups_of(costs)
    return winner_text(groups, "0.01", groups.summaries(), is_over=is_over)


def test_the_winner_is_told_with_its_cost_and_how_many_runs_reach_the_goal() -> None:
    start = "Cheapest to reach 0.01: learning rate 0.5, for "
    assert told({0.1: (7_000,), 0.5: (1_000,)}) == f"{start}1,000 multiply-adds."
    assert told({0.1: (7_000,) * 2, 0.5: (1_000, 2_001)}) == (
        f"{start}1,500.5 multiply-adds (median); both runs reach it."
    )
    assert told({0.1: (7_000,) * 3, 0.5: (1_000, None, 2_000)}, is_over=False) == (
        f"So far, c{start[1:]}2,000 multiply-adds (median); 1 of 3 runs does not reach it. "
        "Cheapest of those whose runs all reach it: learning rate 0.1, for 7,000."
    )
    assert told({0.5: (1_000, None, 2_000), 0.1: (None,) * 3}).endswith("does not reach it.")
    assert told({0.5: (2_000,), 0.1: (2_000,)}) == (
        f"{start}2,000 multiply-adds; 1 other costs the same."
    )


def test_what_most_runs_or_all_do_not_reach_is_told() -> None:
    assert told({0.1: (None,), 0.5: (None, None)}) == "No run reaches 0.01."
    assert told({0.1: (None,)}, is_over=False) == "So far, no run reaches 0.01."
    assert told({0.1: (None, None), 0.5: (2_000, None)}) == (
        "1 of 4 runs reaches 0.01; none in more than half of its runs."
    )


def test_a_goal_is_what_is_waited_for_or_what_all_runs_stop_at() -> None:
    rates: dict[str, tuple[Value, ...]] = {"learning_rate": (0.1, 0.2)}
    cases: tuple[tuple[dict[str, Value], float | None, str | None], ...] = (
        ({}, None, None),
        ({}, 0.01, "0.01"),
        ({"until_loss": 0.5}, None, "0.5"),
        ({"until_loss": 0.5}, 0.01, "0.01"),
        ({"task": "and", "output": "sigmoid", "until_accuracy": 0.9}, None, "accuracy 0.9"),
    )
    for config, goal, name in cases:
        base = BASE.with_settings(config)

        def make(values: Mapping[str, Value], base: TrainingConfig = base) -> TrainingConfig:
            return ending(base.with_settings(values))

        assert goal_name(Grid(rates, make), goal) == name
