"""The corner of relu, where backprop and finite differences use two slopes."""

import numpy as np

from core.images.images import Batch
from core.metrics.corners import Corner, corner_images, corner_of
from core.metrics.other_gradient import other_gradient
from core.network.architecture import Architecture
from core.run.snapshot import Snapshot
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig


def start(config: TrainingConfig) -> Snapshot:
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    return trainer.snapshot()


def test_the_two_gradients_differ_where_a_corner_is_found_and_nowhere_else() -> None:
    # One of the 16 images is all white: with biases of 0 each of its weighted sums is 0.
    config = TrainingConfig(task="xor", pixels="black-white", hidden=(4,), activation="relu")
    now = start(config)
    assert now.gradient is not None
    assert now.coming_batch is not None
    nudged = other_gradient(config, now.parameters, now.coming_batch)
    biases = range(16, 20)
    assert now.corner_images == 1
    for index in range(len(nudged)):
        found = Corner(0, index - 16, 1, 16, 1) if index in biases else None
        assert now.corner_of(index) == found
        assert (abs(nudged[index] - now.gradient[index]) > 1e-3) == (index in biases)
    # By backprop and by finite differences, as the two one-sided derivatives.
    np.testing.assert_allclose(
        now.gradient[16:20], [-0.02091, 0.05611, 0.22438, 0.04849], atol=5e-6
    )
    np.testing.assert_allclose(nudged[16:20], [-0.01545, 0.04342, 0.19244, 0.03717], atol=5e-6)


def test_a_nudge_may_move_a_later_sum_either_way() -> None:
    # x → relu → relu → output; the first neuron outputs 1, the second one's sum is 1·w + b = 0.
    architecture = Architecture((1, 1), "relu", "linear", bias=True)
    parameters = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 1.0, -1.0, 1.0, 0.0])
    batch = Batch(np.array([[1.0, 0.0, 0.0, 0.0], [0.5, 0.0, 0.0, 0.0]]), np.zeros(2))
    assert corner_images(architecture, parameters, batch) == 1
    assert corner_of(architecture, parameters, batch, 0) == Corner(1, 0, 1, 2, 1)
    assert corner_of(architecture, parameters, batch, 1) is None  # its pixel is 0: nothing moves
    assert corner_of(architecture, parameters, batch, 7) is None  # it is behind the corner
    falling = parameters.copy()
    falling[5:7] = -1.0, 1.0
    assert corner_of(architecture, falling, batch, 0) == Corner(1, 0, 1, 2, 0)


def test_without_relu_or_beyond_the_effort_no_corner_is_looked_for() -> None:
    assert start(TrainingConfig(hidden=(4,), initialisation="zero")).corner_images == 0
    large = start(TrainingConfig(hidden=(600,), activation="relu"))
    assert large.corner_images is None
    assert large.corner_of(0) is None
