"""What a run may be made from, and how a wrong setting is refused."""

import math
from dataclasses import FrozenInstanceError, replace
from typing import TypedDict, Unpack

import numpy as np
import pytest

from core.errors import ConfigError
from core.images.images import Batch
from core.images.own_data import OwnData
from core.images.tasks import TASKS
from core.settings.config import TrainingConfig


class Settings(TypedDict, total=False):
    """Some fields of a config."""

    hidden: tuple[int, ...]
    activation: str
    output: str
    bias: bool | None
    learning_rate: float
    schedule: str
    warmup_steps: int
    decay_steps: int
    decay_factor: float
    cosine_end: float
    clip_norm: float
    clip_value: float
    batch_size: int | None
    optimizer: str
    loss: str
    task: str
    images: int
    pixels: str
    pixel_noise: float
    label_noise: float
    test_share: float
    data: OwnData | None
    seed: int
    data_seed: int
    engine: str
    gradient: str


def refusal(**settings: Unpack[Settings]) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        TrainingConfig(**settings)
    return refused.value


def test_without_options_it_is_the_default_run() -> None:
    config = TrainingConfig()
    assert config.architecture.sizes == (4, 1)
    assert config.architecture.is_default
    assert (config.learning_rate, config.images, config.loss) == (0.1, 1000, "mse")
    assert (config.optimizer, config.engine, config.gradient) == ("sgd", "matrix", "backprop")
    assert config.is_full_batch
    assert config.images_per_step == 1000


def test_the_bias_is_on_with_hidden_layers_unless_set() -> None:
    assert not TrainingConfig().architecture.bias
    assert TrainingConfig(hidden=(4,)).architecture.bias
    assert TrainingConfig(bias=True).architecture.bias
    assert not TrainingConfig(hidden=(4,), bias=False).architecture.bias


def test_a_batch_of_all_images_is_a_full_batch() -> None:
    assert TrainingConfig(images=10, batch_size=10).is_full_batch
    assert not TrainingConfig(images=10, batch_size=9).is_full_batch
    assert TrainingConfig(images=10, batch_size=9).images_per_step == 9


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan, math.inf, -math.inf])
def test_a_learning_rate_is_a_number_above_0(rate: float) -> None:
    error = refusal(learning_rate=rate)
    assert error.setting == "learning_rate"
    assert error.problem == f"must be a number above 0 (got {rate:g})"


@pytest.mark.parametrize("images", [0, -5, 1_000_001, 10**9])
def test_images_are_1_to_a_million(images: int) -> None:
    error = refusal(images=images)
    assert error.setting == "images"
    assert error.problem == f"must be 1 to 1,000,000 (got {images:,})"


@pytest.mark.parametrize("size", [0, -1, 51])
def test_a_batch_is_1_to_all_images(size: int) -> None:
    error = refusal(images=50, batch_size=size)
    assert error.setting == "batch_size"
    assert error.problem == f"must be 1 to 50, the number of training images (got {size:,})"


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_seeds_are_0_to_2_to_the_32nd_less_1(seed: int) -> None:
    error = refusal(seed=seed)
    assert (error.setting, error.problem) == ("seed", f"must be 0 to 4,294,967,295 (got {seed:,})")
    assert refusal(data_seed=seed).setting == "data_seed"


@pytest.mark.parametrize(
    ("settings", "setting", "words"),
    [
        (
            Settings(optimizer="magic"),
            "optimizer",
            "must be sgd, momentum, rmsprop or adam (got 'magic')",
        ),
        (Settings(loss="l1"), "loss", "must be mse or bce (got 'l1')"),
        (
            Settings(pixels="red"),
            "pixels",
            "must be tenths, continuous or black-white (got 'red')",
        ),
        (Settings(task="own"), "task", "own needs images of your own: --data FILE.csv"),
        (
            Settings(task="top-bottom", loss="bce", output="sigmoid"),
            "loss",
            "bce needs labels from 0 to 1: choose --loss mse",
        ),
        (
            Settings(label_noise=0.1, loss="bce", output="sigmoid"),
            "loss",
            "bce needs labels from 0 to 1: choose --loss mse",
        ),
        (Settings(engine="abacus"), "engine", "must be matrix or loops (got 'abacus')"),
        (Settings(gradient="guess"), "gradient", "must be backprop or nudge (got 'guess')"),
        (
            Settings(activation="gelu"),
            "activation",
            "must be linear, relu, tanh, sigmoid; one for all layers or one for each, "
            "such as tanh,relu (got 'gelu')",
        ),
        (Settings(output="tanh"), "output", "must be linear or sigmoid (got 'tanh')"),
        (
            Settings(schedule="linear"),
            "schedule",
            "must be constant, step or cosine (got 'linear')",
        ),
        (Settings(warmup_steps=-1), "warmup_steps", "must be 0 to 1,000,000,000 (got -1)"),
        (Settings(decay_steps=0), "decay_steps", "must be 1 to 1,000,000,000 (got 0)"),
        (
            Settings(decay_factor=0.0),
            "decay_factor",
            "must be a number above 0 and at most 1 (got 0)",
        ),
        (Settings(cosine_end=1.5), "cosine_end", "must be a number from 0 to 1 (got 1.5)"),
        (Settings(clip_norm=0.0), "clip_norm", "must be a number above 0 (got 0)"),
        (
            Settings(clip_norm=1.0, clip_value=1.0),
            "clip_value",
            "cannot be set together with clip norm: remove one of the two",
        ),
        (Settings(hidden=(0,)), "hidden", "must be layers of at least 1 neuron (got 0)"),
        (
            Settings(loss="bce"),
            "loss",
            "bce needs predictions between 0 and 1: choose --output sigmoid",
        ),
    ],
)
def test_the_refusal_names_the_setting_and_what_must_hold(
    settings: Settings, setting: str, words: str
) -> None:
    error = refusal(**settings)
    assert error.setting == setting
    assert error.problem == words
    assert str(error) == f"{setting}: {words}"


def test_the_outermost_values_are_taken() -> None:
    TrainingConfig(images=1, batch_size=1, seed=2**32 - 1, data_seed=2**32 - 1)
    TrainingConfig(images=1_000_000, learning_rate=1e300)
    TrainingConfig(learning_rate=5e-324)
    TrainingConfig(loss="bce", output="sigmoid")


def test_a_config_does_not_change_and_a_wrong_copy_is_refused_too() -> None:
    config = TrainingConfig()
    with pytest.raises(FrozenInstanceError):
        config.seed = 1  # type: ignore[misc]
    with pytest.raises(ConfigError):
        replace(config, seed=-1)
    assert replace(config, seed=1) == TrainingConfig(seed=1)


def test_a_task_is_one_of_the_table() -> None:
    error = refusal(task="cats")
    assert error.setting == "task"
    assert error.problem == f"must be {', '.join(TASKS)} (got 'cats')"


def test_a_test_share_leaves_something_to_learn_from() -> None:
    assert TrainingConfig(images=10, test_share=0.25).training_images == 8
    assert refusal(images=3, test_share=0.9).setting == "test_share"
    assert refusal(test_share=1.0).problem == "must be a number of at least 0 and below 1 (got 1)"


def own(*labels: float, labelled: bool = True) -> OwnData:
    return OwnData("mine", Batch(np.zeros((len(labels), 4)), np.array(labels)), labelled)


def test_own_data_fits_the_task_or_is_refused() -> None:
    TrainingConfig(task="own", images=2, data=own(7.0, -1.0))
    TrainingConfig(task="xor", images=2, data=own(0.0, 1.0))
    TrainingConfig(task="xor", images=1, data=own(math.nan, labelled=False))
    error = refusal(task="own", images=3, data=own(1.0, 2.0))
    assert (error.setting, error.problem) == (
        "images",
        "must be the number of images in the data, 2",
    )
    error = refusal(task="and", images=2, data=own(0.0, 0.5))
    assert (error.setting, error.problem) == (
        "task",
        "and needs labels that are 0 or 1, for no or yes",
    )
    error = refusal(task="own", images=1, data=own(0.0, labelled=False))
    assert error.problem == "must label the images, as the data has no label column"
    error = refusal(task="own", images=1, data=own(1.5), loss="bce", output="sigmoid")
    assert error.problem == "bce needs labels from 0 to 1: choose --loss mse"


def test_a_network_that_is_only_counted_may_be_of_any_size() -> None:
    hidden = (100_000, 100_000)
    with pytest.raises(ConfigError, match="the limit is 10,000,000"):
        TrainingConfig(hidden=hidden)
    counted = TrainingConfig(hidden=hidden, is_run=False)
    # 4 · 10⁵ + 10¹⁰ + 10⁵ weights and 2 · 10⁵ + 1 biases.
    assert counted.architecture.parameter_count == 10_000_700_001
    with pytest.raises(ConfigError, match="must be layers of at least 1 neuron"):
        TrainingConfig(hidden=(0,), is_run=False)
    # It is no setting: such a config equals one of the same settings.
    assert TrainingConfig(is_run=False) == TrainingConfig()
