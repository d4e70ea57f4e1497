"""What goes with a task where nothing else was said."""

import pytest

from core.images.tasks import TASKS
from core.settings.config import SETTINGS, TrainingConfig
from core.settings.defaults import WORDS, fitting
from core.settings.kinds import Value


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
    given: dict[str, Value] = {"task": name, "pixels": pixels}
    settings = given | fitting(given)
    config = TrainingConfig(**settings)  # type: ignore[arg-type]  # checked by the config itself
    assert config.architecture.is_linear != TASKS[name].yes_no


def test_the_words_are_of_settings() -> None:
    assert WORDS.keys() <= SETTINGS.keys()
