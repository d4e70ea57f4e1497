"""The cost of layers, worked out by hand, and the same count as for this program's networks."""

import pytest

from core.network.architecture import Architecture
from core.network.cost import step_cost
from core.network.losses import LOSSES
from core.network.optimizers import OPTIMIZERS
from core.scale.layers import convolution, dense, dense_layer, pooling, subsampling
from core.scale.model import dense_model
from core.settings.config import TrainingConfig


def test_a_dense_layer_costs_its_weights_three_times() -> None:
    # 3 inputs, 2 neurons: 6 weights, 2 biases. Forward 6; the gradient 6, the deltas 6.
    layer = dense_layer("", 3, 2)
    assert (layer.parameters, layer.forward, layer.backward, layer.activations) == (8, 6, 12, 2)


def test_the_first_layer_needs_no_deltas() -> None:
    first, second = dense((3, 2, 5), bias=False)
    assert (first.parameters, first.forward, first.backward) == (6, 6, 6)
    assert (second.parameters, second.forward, second.backward) == (10, 10, 20)
    assert [layer.name for layer in (first, second)] == ["3→2", "2→5"]


@pytest.mark.parametrize("hidden", [(), (4,), (8, 8), (3, 5, 2), (64, 64)])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("images", [1, 10, 1000])
def test_a_step_costs_what_the_cost_pane_counts(
    hidden: tuple[int, ...], bias: bool, images: int
) -> None:
    model = dense_model("", (4, *hidden, 1), batch=images, steps=1, bias=bias)
    architecture = Architecture(hidden, bias=bias)
    options = TrainingConfig().options
    cost = step_cost(architecture, images, "backprop", OPTIMIZERS["sgd"], options, LOSSES["mse"])
    assert model.parameters == architecture.parameter_count
    assert model.multiply_adds_forward * images == cost.forward.count
    assert model.multiply_adds_backward * images == cost.gradient.count
    assert model.multiply_adds_step == cost.step
    assert model.config is not None
    assert model.config.architecture.sizes == architecture.sizes


def test_a_convolution_uses_its_weights_at_every_place() -> None:
    # Two maps of 3×3 numbers, from one map by kernels of 2×2: 8 weights and 2 biases, used at 9
    # places: 72 multiply-adds.
    layer = convolution("", 3, [(2, 1)], 2, is_first=True)
    assert (layer.parameters, layer.forward, layer.backward) == (10, 72, 72)
    assert layer.activations == 18
    # A third map that sees two maps: 8 more weights and 72 more multiply-adds.
    layer = convolution("", 3, [(2, 1), (1, 2)], 2)
    assert (layer.parameters, layer.forward, layer.backward) == (19, 144, 288)


def test_subsampling_multiplies_once_per_output() -> None:
    # 5 maps of 2×2: 20 sums, each times a coefficient, which is added onto a bias.
    layer = subsampling("", 2, 5)
    assert (layer.parameters, layer.forward, layer.backward) == (10, 20, 40)


def test_pooling_multiplies_nothing() -> None:
    layer = pooling("", 2, 5)
    assert (layer.parameters, layer.forward, layer.backward, layer.activations) == (0, 0, 0, 20)
