"""The combinations of a sweep: all of them, each run once, checked before anything is trained."""

from unittest.mock import patch

import pytest

from core import ConfigError, TrainingConfig
from core.engines import ENGINES, Engine, Problem
from core.errors import DeviceMemoryError, SweepError
from core.run import ending
from core.settings import Value
from core.sweeps import Grid, foreseen_seconds


def grid_of(**axes: tuple[Value, ...]) -> Grid:
    """Combine values with the defaults."""
    return Grid(axes, lambda values: ending(TrainingConfig().with_settings(values)))


def test_every_combination_is_a_run_the_last_setting_first() -> None:
    grid = grid_of(hidden=((1,), (2,)), learning_rate=(0.1, 0.5), seed=(0, 1, 2))
    assert len(grid) == 12
    found = [(each.hidden, each.learning_rate, each.seed) for each in grid]
    assert found[:4] == [((1,), 0.1, 0), ((1,), 0.1, 1), ((1,), 0.1, 2), ((1,), 0.5, 0)]
    assert len(set(found)) == 12
    assert grid.names == ("hidden", "learning_rate", "seed")
    assert all(each.steps == 300 for each in grid)
    assert (grid.first.seed, grid.last.seed) == (0, 2)


def test_without_values_it_is_one_run() -> None:
    grid = grid_of()
    assert list(grid) == [TrainingConfig(steps=300)]
    assert grid.names == ()


def test_a_setting_without_a_part_in_a_run_makes_no_further_run() -> None:
    # sgd has no momentum and adam none either: 1 + 1 + 3 runs of 9.
    grid = grid_of(optimizer=("sgd", "adam", "momentum"), momentum=(0.5, 0.8, 0.9))
    assert (len(grid), grid.combinations) == (5, 9)
    found = [(each.optimizer, each.momentum) for each in grid]
    assert found == [
        ("sgd", 0.5), ("adam", 0.5), ("momentum", 0.5), ("momentum", 0.8), ("momentum", 0.9)
    ]  # fmt: skip


def test_a_combination_that_is_no_run_is_named_with_how_many_there_are() -> None:
    with pytest.raises(ConfigError) as refused:
        grid_of(images=(10, 20), batch_size=(5, 15), seed=(1, 2))
    assert refused.value.setting == "batch_size"
    assert refused.value.problem == (
        "must be 1 to 10, the number of training images (got 15); 2 of 8 combinations cannot be "
        "trained, the first is --images 10 --batch-size 15 --seed 1"
    )


def test_a_run_must_end() -> None:
    with pytest.raises(ConfigError, match="steps: needs a value"):
        Grid({}, lambda values: TrainingConfig())


def test_too_many_combinations_are_refused_before_any_is_made() -> None:
    def make(values: object) -> TrainingConfig:
        raise AssertionError("none is made")

    many = tuple(range(1001))
    with pytest.raises(SweepError, match=r"at most 1,000,000 runs \(got 1,002,001\)"):
        Grid({"seed": many, "data_seed": many}, make)


def test_what_a_device_has_no_memory_for_is_foreseen_all_the_same() -> None:
    def none_left(problem: Problem) -> Engine:
        raise DeviceMemoryError("matrix", "A GPU")

    grid = grid_of(seed=(1, 2))
    with patch.dict(ENGINES, {"matrix": none_left}):
        assert foreseen_seconds(grid) > 0


def test_more_work_is_foreseen_to_take_longer() -> None:
    few, many = grid_of(seed=(1, 2)), grid_of(seed=(1, 2), hidden=((1,), (512, 512)))
    assert foreseen_seconds(few) < foreseen_seconds(many)
