"""The same network with one thing changed, and the bytes that a step goes through."""

from dataclasses import replace

import pytest

from core import ConfigError, TrainingConfig
from core.prediction import Experiment, as_timed, changed, predict, traffic_of
from tests.core.rates.made import rates

NETWORK = TrainingConfig(
    hidden=(3, 2), activation="relu,tanh", images=40, batch_size=10, test_share=0.5, seed=7,
    learning_rate=2.0, until_loss=0.1, patience=3, label_noise=0.1, optimizer="adam",
    engine="loops",
)  # fmt: skip


def test_what_is_timed_keeps_what_a_step_costs_and_nothing_else() -> None:
    timed = as_timed(NETWORK, 20)
    assert timed.architecture == NETWORK.architecture
    assert (timed.images_now, timed.images_per_step) == (20, 10)
    assert (timed.optimizer, timed.engine) == ("adam", "loops")
    assert not timed.is_judged
    assert timed.steps is None
    for other in ({"seed": 8}, {"data_seed": 3}, {"learning_rate": 0.5}, {"pixels": "continuous"}):
        assert as_timed(NETWORK.with_settings(other), 20) == timed
    assert as_timed(replace(NETWORK, batch_size=None), 20).is_full_batch
    assert as_timed(TrainingConfig(output="sigmoid", loss="bce", task="xor"), 9).loss == "bce"


def test_each_experiment_changes_one_thing() -> None:
    timed = as_timed(NETWORK, 20)
    more = changed(timed, Experiment.IMAGES)
    assert (more.images_now, more.images_per_step, more.hidden) == (40, 20, (3, 2))
    assert changed(as_timed(TrainingConfig(), 1000), Experiment.IMAGES).is_full_batch
    wider = changed(timed, Experiment.WIDTH)
    assert (wider.hidden, wider.images_per_step) == ((6, 4), 10)
    deeper = changed(timed, Experiment.LAYER)
    assert deeper.hidden == (3, 2, 2)
    assert deeper.architecture.activations == ("relu", "tanh", "tanh")


def test_what_cannot_be_changed_is_refused_in_words() -> None:
    plain = as_timed(TrainingConfig(), 1000)
    with pytest.raises(ConfigError, match="there is no hidden layer to widen"):
        changed(plain, Experiment.WIDTH)
    assert changed(plain, Experiment.LAYER).hidden == (4,)
    with pytest.raises(ConfigError, match="the limit is"):
        changed(as_timed(TrainingConfig(hidden=(3000, 3000)), 10), Experiment.WIDTH)


def test_the_bytes_of_a_step_are_those_of_its_calls() -> None:
    # 4→1 on 10 images. The parameters are copied, scaled and moved: 3 × (4 + 4). The product of
    # 4 weights with 4×10 pixels writes 10: 54; the errors: 10 + 10 + 10; their squares are added
    # up: 10; they are scaled in place: 10; pixels × errors write 4: 54. In all 182 numbers.
    config = TrainingConfig(images=10)
    assert traffic_of(config) == 8 * 182
    # With twice the images only what has an image for each number is doubled: all but 32.
    assert traffic_of(config, 20) == 8 * (2 * (182 - 32) + 32)


def test_each_engine_has_its_own_bytes() -> None:
    config = TrainingConfig(images=10)
    # 10 images are padded to 16: 4 pixels, a target, a prediction that is read and written.
    assert traffic_of(config, engine="compiled") == 8 * 16 * 7
    # A larger network is made of products, with one call for an activation instead of several.
    large = TrainingConfig(hidden=(64,), images=10, activation="sigmoid")
    matrix, compiled = traffic_of(large), traffic_of(large, engine="compiled")
    assert matrix is not None
    assert compiled is not None
    assert 0 < compiled < matrix
    assert (traffic_of(config, engine="gpu") or 0) > 8 * 182
    assert traffic_of(config, engine="loops") is None


def test_small_steps_are_calls_and_large_ones_are_not() -> None:
    small, large = TrainingConfig(images=1), TrainingConfig(hidden=(64, 64), images=100_000)
    few, many = predict(small, rates()), predict(large, rates())
    assert few.share.call > 0.9 * few.seconds
    assert many.share.call < 0.1 * many.seconds
