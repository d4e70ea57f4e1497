"""Predictions of many images, and which of them are worst."""

import numpy as np
import pytest

from core import Cancelled, Trainer, TrainingConfig
from core.metrics.ranking import seconds_of, worst_first
from core.network.architecture import Architecture
from core.network.network import Network, initial_parameters


@pytest.mark.parametrize("hidden", [(), (4,), (300, 300)])
def test_every_image_gets_the_prediction_that_it_gets_alone(hidden: tuple[int, ...]) -> None:
    config = TrainingConfig(hidden=hidden, images=500)
    trainer = Trainer(config)
    parameters = trainer.run.here.network.parameters
    found = Network(config.architecture, parameters).predictions(trainer.run.here.images.images)
    for index in (0, 1, 250, 499):
        top_left, top_right, bottom_left, bottom_right = trainer.run.here.images.images[
            index
        ].tolist()
        image = top_left, top_right, bottom_left, bottom_right
        alone = trainer.snapshot(image).reading.prediction
        assert found[index] == pytest.approx(alone, rel=1e-12)


def test_it_can_be_called_off_between_parts() -> None:
    shape = Architecture((1000, 1000))
    network = Network(shape, initial_parameters(shape, 1))
    asked = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) == 3

    with pytest.raises(Cancelled):
        network.predictions(np.zeros((100, 4)), cancelled)
    assert len(asked) == 3


def test_worst_first_by_size_then_by_number_and_no_number_is_worst() -> None:
    predictions = np.array([0.5, 0.1, np.nan, 0.9, 0.5, np.inf])
    labels = np.array([0.4, 0.4, 0.0, 0.4, 0.6, 0.0])
    # Errors: 0.1, −0.3, nan, 0.5, −0.1, ∞; equal sizes keep their order.
    assert worst_first(predictions, labels).tolist() == [2, 5, 3, 1, 0, 4]


def test_how_long_predictions_take_is_foreseen_from_the_network() -> None:
    # 4→2→1: 13 parameters, 7 numbers; for each of 1,000 images.
    architecture = TrainingConfig(hidden=(2,)).architecture
    predicted = 1_000 * (13 * 1e-9 + 7 * 6e-9)
    assert seconds_of(architecture, 1_000, sorts=False) == pytest.approx(predicted)
    assert seconds_of(architecture, 1_000, sorts=True) == pytest.approx(predicted + 1e-4)
