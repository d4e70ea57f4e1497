"""A run told in options is the same run again."""

import argparse
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from core.images.tasks import TASKS
from core.run.trainer import Trainer
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.kinds import Activations, Choice, Layers, Real, Value, Whole
from core.settings.presets import PRESETS, Preset
from core.settings.settings import Setting
from core.settings.sharing import words_of
from tests.core.sessions import bytes_of
from tui.app.choosing import command_of
from tui.cli.options import add_run_options, config_of


def read(words: list[str]) -> TrainingConfig:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    add_run_options(parser)
    return config_of(parser.parse_args(words))


def decided(config: TrainingConfig) -> TrainingConfig:
    return replace(config, bias=config.architecture.bias)


def values(setting: Setting) -> st.SearchStrategy[Value]:
    some: st.SearchStrategy[Value] = st.booleans()
    match setting.takes:
        case Choice(names):
            some = st.sampled_from(names)
        case Activations(names):
            some = st.sampled_from(names)
        case Whole(least, most):
            some = st.integers(least, min(most, least + 5_000))
        case Real(least, most):
            some = st.floats(least, min(most, 1e6), allow_subnormal=False)
        case Layers():
            some = st.lists(st.integers(1, 9), max_size=3).map(tuple)
    return st.none() | some if setting.unset else some


SOME = st.dictionaries(st.sampled_from(list(SETTINGS)), st.none(), max_size=6).flatmap(
    lambda names: st.fixed_dictionaries({name: values(SETTINGS[name]) for name in names})
)


@given(SOME)
def test_any_run_comes_back(settings: dict[str, Value]) -> None:
    names = TrainingConfig.__dataclass_fields__
    usual = {name: getattr(TrainingConfig(), name) for name in names}
    try:
        config = TrainingConfig(**{**usual, **settings})
    except ConfigError:
        return
    assert decided(read(words_of(config))) == decided(config)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_preset_comes_back(preset: Preset) -> None:
    assert decided(read(words_of(preset.config))) == decided(preset.config)


OWN = [
    (["--data", "mine.csv"], []),
    (["--data", "two words & 'more'.csv", "--scale", "255"], ["--scale", "255"]),
    (["--data=-h.csv", "--task", "xor"], ["--task", "xor"]),
    (["--data", "a folder/mine.csv"], ["a folder/mine.csv"]),
    (["--data=-f/../mine.csv", "--task", "or"], ["./-f/../mine.csv"]),
    (["--preset", "xor-with", "--data", "mine.csv", "--task", "or"], ["--task", "or"]),
]


@pytest.mark.parametrize(("words", "some"), OWN)
def test_a_run_on_a_persons_own_images_comes_back(
    words: list[str], some: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("a folder", "-f"):
        Path(folder).mkdir()
    for name in ("mine.csv", "two words & 'more'.csv", "-h.csv", "a folder/mine.csv"):
        Path(name).write_text("p0,p1,p2,p3\n1,0,1,1\n0,1,1,0\n")
        if words == ["--data", name]:
            Path(name).write_text("1,0,1,1,1\n0,1,1,0,0\n")
        elif "--scale" in words:
            Path(name).write_text("255,0,51,255,1\n0,255,102,0,0\n")
    config = read(words)
    program, *told = shlex.split(command_of(config, 0))
    assert program == "napkin-net"
    assert decided(read(told)) == decided(config)
    assert all(word in told for word in some)
    # A session may be sent to others, whom the folders of this machine do not concern.
    assert b"folder" not in bytes_of(Trainer(config))


def test_an_engine_is_named_where_a_run_would_have_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.app.choosing.default_engine", lambda: "matrix")
    assert command_of(TrainingConfig(), 0) == "napkin-net"
    assert command_of(TrainingConfig(engine="loops"), 0) == "napkin-net --engine loops"
    monkeypatch.setattr("tui.app.choosing.default_engine", lambda: "compiled")
    assert command_of(TrainingConfig(), 3) == "napkin-net --steps 3 --engine matrix"
    assert command_of(TrainingConfig(engine="loops"), 0) == "napkin-net --engine loops"


def test_options_that_are_the_default_are_left_out() -> None:
    assert words_of(TrainingConfig()) == []
    assert words_of(TrainingConfig(hidden=(4,), bias=True)) == ["--hidden", "4"]
    xor = TrainingConfig(task="xor", output="sigmoid", loss="bce", bias=True, hidden=(4,))
    assert words_of(xor) == ["--task", "xor", "--hidden", "4"]
    assert words_of(replace(xor, loss="mse")) == ["--task", "xor", "--hidden", "4", "--loss", "mse"]
    assert words_of(TrainingConfig(), steps=12) == ["--steps", "12"]


def test_a_batch_of_all_images_is_an_option_and_one_with_added_images_is_not() -> None:
    config = TrainingConfig(images=10, batch_size=10)
    assert words_of(config) == ["--images", "10", "--batch-size", "10"]
    added = replace(config, at_hand=11, batch_size=11)
    assert words_of(added) == ["--images", "10"]


def test_every_task_can_be_written_as_options() -> None:
    for task in TASKS.values():
        if not task.is_own:
            words = words_of(read(["--task", task.name]))
            assert words == ([] if task.name == "darkness" else ["--task", task.name])
