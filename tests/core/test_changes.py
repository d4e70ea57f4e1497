"""Changes as data, and the ladder of learning rates."""

import math
from dataclasses import replace

import pytest

from core.changes import (
    Change,
    SetEngine,
    SetGradientMethod,
    SetLearningRate,
    SetParameter,
    SetParameters,
    neighbouring_rate,
)
from core.config import TrainingConfig
from core.errors import ConfigError


def test_each_change_changes_its_own_setting_only() -> None:
    config = TrainingConfig(hidden=(4,), seed=3)
    changed = SetLearningRate(0.5).applied_to(config)
    assert changed == replace(config, learning_rate=0.5)
    assert SetEngine("loops").applied_to(config) == replace(config, engine="loops")
    assert SetGradientMethod("nudge").applied_to(config) == replace(config, gradient="nudge")
    assert config.learning_rate == 0.1


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        (SetLearningRate(0.0), "learning_rate"),
        (SetLearningRate(math.nan), "learning_rate"),
        (SetEngine("abacus"), "engine"),
        (SetGradientMethod("guess"), "gradient"),
    ],
)
def test_a_change_to_what_no_run_can_have_is_refused(change: Change, setting: str) -> None:
    with pytest.raises(ConfigError) as refused:
        change.applied_to(TrainingConfig())
    assert refused.value.setting == setting


def test_a_changed_weight_leaves_the_settings_as_they_are() -> None:
    config = TrainingConfig()
    assert SetParameter(3, 0.5).applied_to(config) is config
    assert SetParameters(((3, 0.5), (0, -1.0))).applied_to(config) is config


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (((0, 1.0), (1, math.inf)), "parameter: takes a finite number, not inf"),
        (((0, 1.0), (4, 1.0)), "parameter: takes 0 to 3, not 4"),
        (((-1, 1.0),), "parameter: takes 0 to 3, not -1"),
        (((2, 1.0), (0, 1.0), (2, 1.0)), "parameter: takes one value for each, not two for 2"),
        ((), "parameter: takes at least one place with its value, not none"),
    ],
)
def test_weights_that_no_run_can_have_are_refused(
    values: tuple[tuple[int, float], ...], words: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        SetParameters(values).applied_to(TrainingConfig())
    assert str(refused.value) == words


def test_changes_are_data() -> None:
    assert SetParameters(((0, 1.0),)) == SetParameters(((0, 1.0),))
    assert hash(SetParameters(((0, 1.0),))) == hash(SetParameters(((0, 1.0),)))
    assert SetLearningRate(0.5) == SetLearningRate(0.5)
    assert len({SetLearningRate(0.5), SetLearningRate(0.5), SetEngine("loops")}) == 2
    assert repr(SetLearningRate(0.5)) == "SetLearningRate(learning_rate=0.5)"


@pytest.mark.parametrize(
    ("rate", "up", "down"),
    [
        (0.1, 0.2, 0.05),
        (0.2, 0.5, 0.1),
        (0.5, 1.0, 0.2),
        (1.0, 2.0, 0.5),
        # Between two rungs: the next one on either side.
        (0.3, 0.5, 0.2),
        (0.0999, 0.1, 0.05),
        # As good as on a rung.
        (0.1 + 0.2 - 0.2, 0.2, 0.05),
    ],
)
def test_the_ladder_goes_1_2_5(rate: float, up: float, down: float) -> None:
    assert neighbouring_rate(rate, up=True) == up
    assert neighbouring_rate(rate, up=False) == down


def test_the_ladder_ends() -> None:
    assert neighbouring_rate(5e6, up=True) == 5e6
    assert neighbouring_rate(1e-9, up=False) == 1e-9
    assert neighbouring_rate(1e300, up=True) == 1e300
    assert neighbouring_rate(1e-300, up=False) == 1e-300


def test_up_and_down_again_comes_home_all_the_way_along() -> None:
    rate, rungs = 1e-9, 0
    while (above := neighbouring_rate(rate, up=True)) != rate:
        assert neighbouring_rate(above, up=False) == rate
        rate, rungs = above, rungs + 1
    assert rungs == 47  # sixteen powers of ten, three rungs each
