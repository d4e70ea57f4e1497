"""Changes as data, and the ladder of learning rates."""

import math
from dataclasses import replace

import pytest

from core.errors import ConfigError
from core.run.changes import Change, SetParameter, SetParameters, SetSettings, neighbouring_rate
from core.run.stage import stages_of
from core.run.timeline import Entry
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.kinds import Value


def test_settings_change_and_nothing_else() -> None:
    config = TrainingConfig(hidden=(4,), seed=3)
    changed = SetSettings.of(learning_rate=0.5, engine="loops").applied_to(config)
    assert changed == replace(config, learning_rate=0.5, engine="loops")
    assert SetSettings(()).applied_to(config) == config
    assert config.learning_rate == 0.1


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        (SetSettings.of(learning_rate=0.0), "learning_rate"),
        (SetSettings.of(learning_rate=math.nan), "learning_rate"),
        (SetSettings.of(learning_rate="fast"), "learning_rate"),
        (SetSettings.of(engine="abacus"), "engine"),
        (SetSettings.of(gradient="guess"), "gradient"),
        (SetSettings.of(optimizer="magic"), "optimizer"),
        (SetSettings.of(momentum=1.0), "momentum"),
        (SetSettings.of(nesterov=1), "nesterov"),
        (SetSettings.of(batch_size=1001), "batch_size"),
        (SetSettings.of(batch_size=2.5), "batch_size"),
        (SetSettings.of(batch_size="all"), "batch_size"),
        (SetSettings.of(l2=-0.1), "l2"),
        (SetSettings.of(steps=True), "steps"),
        (SetSettings.of(colour="red"), "colour"),
        (SetSettings.of(learning_rate=0.5, colour="red"), "colour"),
    ],
)
def test_a_change_to_what_no_run_can_have_is_refused(change: Change, setting: str) -> None:
    with pytest.raises(ConfigError) as refused:
        change.applied_to(TrainingConfig())
    assert refused.value.setting == setting


@pytest.mark.parametrize("name", [name for name in SETTINGS if not SETTINGS[name].keeps_run])
def test_what_starts_a_new_run_is_no_change_of_one(name: str) -> None:
    value: Value = getattr(TrainingConfig(), name)
    with pytest.raises(ConfigError, match="it needs a new run") as refused:
        SetSettings(((name, value),)).applied_to(TrainingConfig())
    assert refused.value.setting == name


@pytest.mark.parametrize("name", [name for name in SETTINGS if SETTINGS[name].keeps_run])
def test_what_keeps_a_run_can_change(name: str) -> None:
    value: Value = getattr(TrainingConfig(), name)
    assert SetSettings(((name, value),)).applied_to(TrainingConfig()) == TrainingConfig()


def test_a_changed_weight_leaves_the_settings_as_they_are() -> None:
    config = TrainingConfig()
    assert SetParameter(3, 0.5).applied_to(config) is config
    assert SetParameters(((3, 0.5), (0, -1.0))).applied_to(config) is config


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (((0, 1.0), (1, math.inf)), "parameter: must be finite (got inf)"),
        (((0, 1.0), (4, 1.0)), "parameter: must be 0 to 3 (got 4)"),
        (((-1, 1.0),), "parameter: must be 0 to 3 (got -1)"),
        (((2, 1.0), (0, 1.0), (2, 1.0)), "parameter: needs one value per position (got 2 for 2)"),
        ((), "parameter: needs at least one position with its value"),
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
    faster, loops = SetSettings.of(learning_rate=0.5), SetSettings.of(engine="loops")
    assert faster == SetSettings((("learning_rate", 0.5),))
    assert len({faster, SetSettings.of(learning_rate=0.5), loops}) == 2
    assert repr(faster) == "SetSettings(values=(('learning_rate', 0.5),))"


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


def test_a_journal_is_worked_out_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[SetSettings] = []
    applied_to = SetSettings.applied_to

    def noted(change: SetSettings, config: TrainingConfig) -> TrainingConfig:
        asked.append(change)
        return applied_to(change, config)

    monkeypatch.setattr(SetSettings, "applied_to", noted)
    journal = [Entry(step, SetSettings.of(learning_rate=0.5 + step)) for step in range(3)]
    stages = list(stages_of(TrainingConfig(), journal, 0))
    assert [stage.config.learning_rate for stage in stages] == [0.1, 0.5, 1.5, 2.5]
    assert asked == [entry.change for entry in journal]
