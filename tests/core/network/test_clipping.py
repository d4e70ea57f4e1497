"""Clipping: worked out on paper, the same in both engines, and never part of what is shown."""

import math

import numpy as np
import pytest

from core.arrays import Array, run
from core.engines import loops
from core.network.clipping import TINY, clip_operations, is_clipped
from core.settings.config import TrainingConfig


def both_ways(config: TrainingConfig, gradient: list[float]) -> list[list[float]]:
    """Clip a gradient by the calls of the matrix engine, and by the function of the loops."""
    given = np.array(gradient)
    clipped: Array = np.empty_like(given)
    with np.errstate(over="ignore", invalid="ignore"):
        run(clip_operations(config.options, given, clipped))
    assert given.tolist() == pytest.approx(gradient, nan_ok=True)
    return [clipped.tolist(), loops.clip(gradient, config.options)]


@pytest.mark.parametrize("way", [0, 1], ids=["matrix", "loops"])
def test_by_norm_the_whole_gradient_is_scaled(way: int) -> None:
    # ‖(3, −4)‖ = 5: at most 2.5 leaves half of each, less what 10⁻⁶ beside the 5 takes.
    half = 2.5 / (5 + 1e-6)
    config = TrainingConfig(clip_norm=2.5)
    assert both_ways(config, [3.0, -4.0])[way] == pytest.approx([3 * half, -4 * half], rel=1e-15)
    assert both_ways(config, [0.3, -0.4])[way] == [0.3, -0.4]
    assert both_ways(config, [0.0, 0.0])[way] == [0.0, 0.0]
    assert (TINY, is_clipped(config.options)) == (1e-6, True)


@pytest.mark.parametrize("way", [0, 1], ids=["matrix", "loops"])
def test_by_value_each_number_is_brought_within_bounds(way: int) -> None:
    clipped = both_ways(TrainingConfig(clip_value=0.5), [3.0, -4.0, 0.5, -0.25, 0.0])[way]
    assert clipped == [0.5, -0.5, 0.5, -0.25, 0.0]


@pytest.mark.parametrize("config", [TrainingConfig(clip_norm=1.0), TrainingConfig(clip_value=1.0)])
def test_what_is_not_a_number_stays_so(config: TrainingConfig) -> None:
    for clipped in both_ways(config, [math.nan, 1.0]):
        assert math.isnan(clipped[0])
    matrix, plain = both_ways(config, [math.inf, -2.0])
    assert matrix == pytest.approx(plain, nan_ok=True)


def test_without_a_limit_nothing_is_clipped() -> None:
    assert not is_clipped(TrainingConfig().options)
