"""What goes with a task where nothing else was said."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.images.tasks import TASKS
from core.run.run import Run
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.defaults import WORDS, fitting


@pytest.mark.parametrize("name", TASKS)
def test_yes_and_no_go_with_a_sigmoid_its_loss_and_a_bias(name: str) -> None:
    wanted = {"output": "sigmoid", "bias": True, "loss": "bce"} if TASKS[name].yes_no else {}
    assert fitting({"task": name}) == wanted


def test_what_was_given_stays_as_it_was_given() -> None:
    assert fitting({"task": "xor", "loss": "mse"}) == {"output": "sigmoid", "bias": True}
    # A linear output has no cross-entropy, so none is asked for.
    assert fitting({"task": "xor", "output": "linear"}) == {"bias": True}
    assert fitting({"task": "xor", "bias": False, "loss": "bce"}) == {"output": "sigmoid"}
    assert fitting({}) == fitting({"loss": "mse"}) == fitting({"task": "cats"}) == {}


def test_black_and_white_each_image_comes_once() -> None:
    assert fitting({"pixels": "black-white"}) == {"images": 16}
    assert fitting({"pixels": "black-white", "images": 99}) == {}
    assert fitting({"pixels": "tenths"}) == {}


@pytest.mark.parametrize("pixels", ["tenths", "black-white"])
@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if not task.is_own])
def test_every_task_makes_a_run_with_what_fits_it(name: str, pixels: str) -> None:
    config = TrainingConfig(task=name, pixels=pixels)
    yes_no = TASKS[name].yes_no
    assert config.architecture.is_linear != yes_no
    assert config.architecture.bias == yes_no
    assert (config.output, config.loss) == (("sigmoid", "bce") if yes_no else ("linear", "mse"))
    assert config.images == (16 if pixels == "black-white" else 1000)


def test_a_config_of_a_task_learns_as_the_command_of_it() -> None:
    # By plain numpy: sigmoid, cross-entropy and a bias, from the same weights on the same images.
    config = TrainingConfig(task="xor", images=40)
    run = Run.of(config)
    batch, weights = run.here.images, run.here.network.parameters.copy()
    inputs = np.column_stack([batch.images, np.ones(len(batch))])
    for _ in range(300):
        errors = 1 / (1 + np.exp(-inputs @ weights)) - batch.targets
        weights -= 0.1 * inputs.T @ errors / len(batch)
    run.run_for(math.inf, max_steps=300)
    np.testing.assert_allclose(run.here.network.parameters, weights, rtol=0, atol=1e-12)


def test_what_is_given_to_a_config_stays() -> None:
    config = TrainingConfig(task="xor", output="linear", bias=False)
    assert (config.output, config.loss, config.architecture.bias) == ("linear", "mse", False)
    assert TrainingConfig(task="xor", loss="mse").output == "sigmoid"
    # A config is whole: with another task it keeps what it was made with.
    assert replace(TrainingConfig(), task="xor").loss == "mse"


def test_the_words_are_of_settings() -> None:
    assert WORDS.keys() <= SETTINGS.keys()
