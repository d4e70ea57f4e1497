"""Settings as fields declare them."""

from dataclasses import dataclass, fields

import pytest

from core.network.optimizers import OPTIMIZERS, Options
from core.network.schedules import SCHEDULES
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.kinds import Switch, Whole
from core.settings.settings import Declare, Group, Setting, settings_of

ASKED = Declare(Group.NETWORK)
GOING_ON = Declare(Group.TASK, keeps_run=True, optimizers=("adam",))


@dataclass(frozen=True)
class Declared:
    later: bool = GOING_ON(False, "later", "whether it waits", Switch())
    other: int = 3
    many: int | None = ASKED(None, "how many", "a number", Whole(1, 5), "as many as there are")
    first: int = Declare(Group.TASK)(2, "first", "a number too", Whole(0, 2))


def test_settings_are_collected_by_group_and_those_that_start_a_new_run_come_first() -> None:
    many = Setting(
        "many", "how many", "a number", Group.NETWORK, Whole(1, 5), "as many as there are"
    )
    assert list(settings_of(Declared)) == ["first", "later", "many"]
    assert settings_of(Declared)["many"] == many
    assert Declared() == Declared(later=False, other=3, many=None, first=2)


def test_a_setting_of_an_optimizer_matters_with_it_alone() -> None:
    declared = settings_of(Declared)
    chosen = {name: TrainingConfig(optimizer=name) for name in OPTIMIZERS}
    matters = [name for name in OPTIMIZERS if declared["later"].matters(chosen[name])]
    assert matters == ["adam"]
    assert all(declared["many"].matters(chosen[name]) for name in OPTIMIZERS)


def test_a_setting_of_a_schedule_matters_with_it_alone() -> None:
    matters = {
        schedule: {
            name
            for name, setting in SETTINGS.items()
            if setting.schedules and setting.matters(TrainingConfig(schedule=schedule))
        }
        for schedule in SCHEDULES
    }
    assert matters == {
        "constant": set(),
        "step": {"decay_steps", "decay_factor"},
        "cosine": {"cosine_steps", "cosine_end"},
    }
    assert TrainingConfig(decay_steps=7).step_settings == TrainingConfig()
    assert TrainingConfig(schedule="step", decay_steps=7).step_settings.decay_steps == 7


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_accepts_its_default(name: str) -> None:
    assert SETTINGS[name].holds(getattr(TrainingConfig(), name))


def test_a_settings_title_is_short_and_its_description_longer() -> None:
    for setting in SETTINGS.values():
        assert len(setting.title) <= 16, setting.title
        assert len(setting.title) < len(setting.about), setting.about
    assert len({setting.title for setting in SETTINGS.values()}) == len(SETTINGS)


def test_all_but_own_images_and_those_at_hand_and_whether_it_runs_are_settings() -> None:
    names = {field.name for field in fields(TrainingConfig)}
    assert names - SETTINGS.keys() == {"data", "at_hand", "is_run"}
    assert {field.name for field in fields(Options)} <= SETTINGS.keys()
