"""The network: its shape, its flat vector and what it predicts."""

import math
from itertools import pairwise

import numpy as np
import pytest

from core.errors import ConfigError
from core.network.architecture import (
    DEFAULT_WEIGHTS,
    Architecture,
    is_default_start,
    written_activations,
)
from core.network.network import Network, initial_parameters


@pytest.mark.parametrize(
    ("hidden", "bias", "count"),
    [
        ((), False, 4),
        ((), True, 5),
        ((4,), True, 4 * 4 + 4 + 4 + 1),
        ((4,), False, 4 * 4 + 4),
        ((8, 8), True, (4 + 1) * 8 + (8 + 1) * 8 + (8 + 1)),
    ],
)
def test_weights_and_biases_are_counted(hidden: tuple[int, ...], bias: bool, count: int) -> None:
    architecture = Architecture(hidden, bias=bias)
    assert architecture.sizes == (4, *hidden, 1)
    assert architecture.parameter_count == count
    assert len(initial_parameters(architecture, 1)) == count


def test_the_flat_vector_holds_layer_after_layer_weights_row_by_row_and_then_biases() -> None:
    network = Network(Architecture((2,), bias=True), np.arange(13.0))
    first, second = network.weights
    assert first.tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert network.biases[0].tolist() == [8, 9]
    assert second.tolist() == [[10], [11]]
    assert network.biases[1].tolist() == [12]


def test_layers_lie_side_by_side_without_gaps() -> None:
    layers = Architecture((3, 5), bias=True).layers
    for layer, following in pairwise(layers):
        assert layer.weights.stop == layer.biases.start
        assert layer.biases.stop == layer.stop == following.start
    assert [layer.activation.name for layer in layers] == ["tanh", "tanh", "linear"]


def test_each_hidden_layer_may_have_an_activation_of_its_own() -> None:
    architecture = Architecture((3, 5, 2), "relu,tanh,linear", "sigmoid")
    names = [layer.activation.name for layer in architecture.layers]
    assert names == ["relu", "tanh", "linear", "sigmoid"]
    assert architecture.activations == ("relu", "tanh", "linear")
    assert Architecture((3, 5), "relu").activations == ("relu", "relu")
    assert Architecture().activations == ()


def test_activations_are_written_as_one_name_where_all_layers_share_it() -> None:
    assert written_activations(("tanh", "tanh")) == "tanh"
    assert written_activations(("tanh", "relu")) == "tanh,relu"


def test_the_layers_are_views_of_the_vector() -> None:
    network = Network(Architecture((2,), bias=True), np.zeros(13))
    network.parameters[3] = 7.0
    network.biases[1][0] = 5.0
    assert network.weights[0][1, 1] == 7.0
    assert network.parameters[12] == 5.0


def test_a_vector_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="4 parameters needed"):
        Network(Architecture(), np.zeros(5))


def test_a_forward_pass_by_hand() -> None:
    # Neuron 1 adds 0.2·1 + 0.5·(−0.4) + 0.4·0.7 + 0.7·(−0.4) + 0 = 0, and tanh 0 = 0.
    # Neuron 2 adds 0.2·0.5 + 0.5·0.2 + 0.4·0.25 + 0.7·0 = 0.3 and its bias ½·ln 3 − 0.3; that is
    # ½·ln 3, whose tanh is ½. The output is 0·0.3 + ½·0.8 + 0.1 = 0.5.
    parameters = [1, 0.5, -0.4, 0.2, 0.7, 0.25, -0.4, 0, 0, 0.5 * math.log(3) - 0.3, 0.3, 0.8, 0.1]
    network = Network(Architecture((2,), "tanh", bias=True), np.array(parameters))
    image, hidden, output = network.forward(np.array([[0.2, 0.5, 0.4, 0.7]]))
    assert image.tolist() == [[0.2, 0.5, 0.4, 0.7]]
    assert hidden == pytest.approx(np.array([[0.0, 0.5]]), abs=1e-15)
    assert output == pytest.approx(np.array([[0.5]]), abs=1e-15)


def test_a_forward_pass_through_two_activations_by_hand() -> None:
    # The relu adds 0.2 − 0.5 + 0.4 − 0.7 = −0.6, so it outputs 0; the second one 1.8, its output.
    # The tanh neuron adds 5·0 + 0·1.8 + ½·ln 3 and outputs ½; the output 2·½ − 0.25.
    parameters = [1, 1, -1, 1, 1, 1, -1, 1, 0, 0, 5, 0, 0.5 * math.log(3), 2, -0.25]
    network = Network(Architecture((2, 1), "relu,tanh", bias=True), np.array(parameters))
    _, first, second, output = network.forward(np.array([[0.2, 0.5, 0.4, 0.7]]))
    assert first == pytest.approx(np.array([[0.0, 1.8]]), abs=1e-15)
    assert second == pytest.approx(np.array([[0.5]]), abs=1e-15)
    assert output == pytest.approx(np.array([[0.75]]), abs=1e-15)


def test_a_forward_pass_leaves_images_and_parameters_alone() -> None:
    images = np.full((3, 4), 0.5)
    network = Network(Architecture((3, 3), "relu", "sigmoid", True), np.full(31, 0.25))
    activations = network.forward(images)
    assert [level.shape for level in activations] == [(3, 4), (3, 3), (3, 3), (3, 1)]
    assert (images == 0.5).all()
    assert (network.parameters == 0.25).all()


def test_the_default_network_starts_from_the_default_weights() -> None:
    assert initial_parameters(Architecture(), 0).tolist() == [0.98, 0.4, 0.86, -0.08]
    assert DEFAULT_WEIGHTS == (0.98, 0.4, 0.86, -0.08)


@pytest.mark.parametrize(
    "architecture",
    [Architecture(bias=True), Architecture((4,)), Architecture(output="sigmoid")],
    ids=["a bias", "a hidden layer", "a sigmoid"],
)
def test_any_other_network_draws_its_own(architecture: Architecture) -> None:
    assert not architecture.is_default
    assert set(initial_parameters(architecture, 0)).isdisjoint(DEFAULT_WEIGHTS)


def test_any_other_seed_draws_its_own() -> None:
    drawn = {tuple(initial_parameters(Architecture(), seed)) for seed in range(20)}
    assert len(drawn) == 20


def test_the_same_seed_draws_the_same_bits() -> None:
    architecture = Architecture((4, 3), bias=True)
    again = initial_parameters(architecture, 7)
    assert initial_parameters(architecture, 7).tobytes() == again.tobytes()


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh", "sigmoid"])
def test_weights_fill_their_range_and_biases_are_zero(activation: str) -> None:
    architecture = Architecture((60, 40), activation, bias=True)
    parameters = initial_parameters(architecture, 3)
    for layer in architecture.layers:
        # He for relu, Glorot for everything else; the output here is linear.
        he = layer.activation.name == "relu"
        limit = math.sqrt(6 / layer.inputs if he else 6 / (layer.inputs + layer.outputs))
        weights = np.abs(parameters[layer.weights])
        assert 0.8 * limit < weights.max() <= limit
        assert weights.mean() == pytest.approx(limit / 2, rel=0.25)
        assert (parameters[layer.biases] == 0).all()


LIMITS = {
    "glorot": lambda layer: math.sqrt(6 / (layer.inputs + layer.outputs)),
    "he": lambda layer: math.sqrt(6 / layer.inputs),
    "uniform": lambda layer: 1.0,
}


@pytest.mark.parametrize("initialisation", LIMITS)
@pytest.mark.parametrize("activation", ["relu", "tanh,relu"])
def test_a_limit_that_is_asked_for_is_every_layers(initialisation: str, activation: str) -> None:
    architecture = Architecture((60, 40), activation, bias=True)
    parameters = initial_parameters(architecture, 3, initialisation)
    for layer in architecture.layers:
        limit, weights = LIMITS[initialisation](layer), parameters[layer.weights]
        assert 0.8 * limit < np.abs(weights).max() <= limit
        # Evenly in ±limit: a standard deviation of limit / √3.
        assert weights.std() == pytest.approx(limit / math.sqrt(3), rel=0.25)
        assert (parameters[layer.biases] == 0).all()


def test_normal_weights_have_a_standard_deviation_of_1() -> None:
    architecture = Architecture((200, 100), bias=True)
    parameters = initial_parameters(architecture, 3, "normal")
    weights = parameters[architecture.layers[1].weights]
    assert weights.std() == pytest.approx(1.0, abs=0.02)
    assert weights.mean() == pytest.approx(0.0, abs=0.02)
    assert 3 < np.abs(weights).max() < 6
    assert (parameters[architecture.layers[1].biases] == 0).all()


def test_zero_weights_are_zero_whatever_the_seed() -> None:
    for seed in (0, 1):
        assert not initial_parameters(Architecture((4,), bias=True), seed, "zero").any()


def test_auto_is_he_for_relu_and_glorot_for_the_others_layer_by_layer() -> None:
    for activation, same in (("tanh", "glorot"), ("sigmoid", "glorot")):
        architecture = Architecture((5, 3), activation)
        drawn = initial_parameters(architecture, 2)
        assert drawn.tobytes() == initial_parameters(architecture, 2, "auto").tobytes()
        assert drawn.tobytes() == initial_parameters(architecture, 2, same).tobytes()
    architecture = Architecture((5, 3), "tanh,relu")
    auto, glorot, he = (
        initial_parameters(architecture, 2, name) for name in ("auto", "glorot", "he")
    )
    first, second, last = (layer.weights for layer in architecture.layers)
    assert auto[first].tobytes() == glorot[first].tobytes()
    assert auto[second].tobytes() == he[second].tobytes()
    assert auto[last].tobytes() == glorot[last].tobytes()


@pytest.mark.parametrize("initialisation", ["glorot", "he", "uniform", "normal", "zero"])
def test_the_default_weights_are_drawn_by_auto_alone(initialisation: str) -> None:
    drawn = initial_parameters(Architecture(), 0, initialisation)
    assert set(drawn).isdisjoint(DEFAULT_WEIGHTS)
    assert not is_default_start(Architecture(), 0, initialisation)
    assert is_default_start(Architecture(), 0, "auto")
    assert not is_default_start(Architecture(), 1, "auto")


@pytest.mark.parametrize(
    ("hidden", "activation", "output", "setting", "words"),
    [
        ((0,), "tanh", "linear", "hidden", "at least 1 neuron"),
        ((4, -1), "tanh", "linear", "hidden", "at least 1 neuron"),
        ((4,), "gelu", "linear", "activation", "linear, relu, tanh, sigmoid"),
        ((4, 4), "tanh,gelu", "linear", "activation", "linear, relu, tanh, sigmoid"),
        ((4, 4), "tanh,", "linear", "activation", "linear, relu, tanh, sigmoid"),
        ((4,), "tanh,relu", "linear", "activation", "lists 2 names for 1 hidden layer"),
        ((4, 4, 4), "tanh,relu", "linear", "activation", "lists 2 names for 3 hidden layers"),
        ((), "tanh,relu", "linear", "activation", "lists 2 names for 0 hidden layers"),
        ((4,), "tanh", "tanh", "output", "linear or sigmoid"),
        ((10_000, 10_000), "tanh", "linear", "hidden", "the limit is 10,000,000"),
    ],
)
def test_what_cannot_be_built_is_refused(
    hidden: tuple[int, ...], activation: str, output: str, setting: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as refused:
        Architecture(hidden, activation, output)
    assert refused.value.setting == setting


def test_ten_million_parameters_are_allowed_and_one_more_is_not() -> None:
    # 4·h weights into h neurons and h out of them: 5·h in all.
    assert Architecture((2_000_000,)).parameter_count == 10_000_000
    with pytest.raises(ConfigError):
        Architecture((2_000_001,))


def test_only_a_plain_weighted_sum_is_linear() -> None:
    assert Architecture().is_linear
    assert Architecture(bias=True).is_linear
    assert not Architecture(output="sigmoid").is_linear
    assert not Architecture((4,), "linear").is_linear
