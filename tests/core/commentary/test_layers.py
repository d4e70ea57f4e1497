"""The size of each layer's signals, vanishing and exploding gradients, and dead relus."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.arrays import Array
from core.commentary.layers import (
    Exploding,
    ReluGradientZero,
    UpdateTooLarge,
    Vanishing,
    exploding,
    layer_stats,
    relu_gradient_zero,
    root_mean_square,
    serious_layer_problem,
    update_too_large,
    vanishing,
)
from core.commentary.steps.steps import after_step, milestones
from core.images.images import Batch
from core.network.activations import ACTIVATIONS
from core.run.changes import SetSettings
from core.run.snapshot import Snapshot
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.explained import set_to
from tests.core.moments import around, at

SIGMOIDS = TrainingConfig(hidden=(8,) * 6, activation="sigmoid")
WILD = TrainingConfig(hidden=(64,) * 10, initialisation="normal", images=40)


def test_a_layers_signals_by_hand() -> None:
    # tanh 0 = 0 and tanh(½·ln 3) = ½ give a mean activation of ¼; the output is ½.
    bias = 0.5 * math.log(3) - 0.3
    parameters = [1, 0.5, -0.4, 0.2, 0.7, 0.25, -0.4, 0, 0, bias, 0.3, 0.8, 0.1]
    now, _ = set_to(TrainingConfig(hidden=(2,), images=10), np.array(parameters))
    gradient = np.array([3.0, -4.0] + [0.0] * 8 + [0.0, 0.0, 6.0])
    hidden, output = layer_stats(replace(now, gradient=gradient))
    assert hidden.output == pytest.approx(0.25)
    assert output.output == pytest.approx(0.5)
    # √((9 + 16) / 10) and √(36 / 3)
    assert hidden.gradient == pytest.approx(math.sqrt(2.5))
    assert output.gradient == pytest.approx(math.sqrt(12))
    assert (hidden.relus, hidden.zero_gradient) == (output.relus, output.zero_gradient) == (0, 0)
    unknown = layer_stats(replace(now, gradient=None))
    assert [stats.gradient for stats in unknown] == [None, None]
    assert unknown[0].output == hidden.output


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20), st.integers(-300, 300))
def test_a_root_mean_square_is_right_at_any_size(numbers: list[float], power: int) -> None:
    numbers = [0.0 if abs(number) < 1e-6 else number for number in numbers]
    scale = 10.0**power
    scaled = np.array(numbers) * scale
    plain = math.sqrt(sum(number * number for number in numbers) / len(numbers))
    assert root_mean_square(scaled) == pytest.approx(plain * scale, rel=1e-9)


def test_a_root_mean_square_of_what_is_no_number() -> None:
    assert math.isnan(root_mean_square(np.array([1.0, math.nan])))
    assert root_mean_square(np.array([1.0, -math.inf])) == math.inf
    assert root_mean_square(np.zeros(3)) == 0.0


def relu_outputs(now: Snapshot, batch: Batch) -> list[Array]:
    """Return the activations of each layer for each image, the plain way."""
    activations, numbers = [], batch.images
    for layer in now.architecture.layers:
        sums = numbers @ now.parameters[layer.weights].reshape(layer.inputs, layer.outputs)
        if layer.bias:
            sums = sums + now.parameters[layer.biases]
        name = layer.activation.name
        numbers = np.maximum(sums, 0.0) if name == "relu" else np.tanh(sums)
        numbers = sums if name == "linear" else numbers
        activations.append(numbers)
    return activations


def still_of(config: TrainingConfig, parameters: Array) -> list[int]:
    now, _ = set_to(config, parameters)
    return [stats.zero_gradient for stats in layer_stats(now)]


RELUS = TrainingConfig(hidden=(2, 2), activation="relu", images=30)
ON = [*[1.0] * 8, 0.0, 0.0, *[1.0] * 4, 0.0, 0.0, 1.0, 1.0, 0.0]
"""4→2→2→1: two times eight weights and two biases, four and two, two and one."""


def test_a_relu_neuron_that_is_off_for_all_images_gets_no_gradient() -> None:
    assert still_of(RELUS, np.array(ON)) == [0, 0, 0]
    off = np.array(ON)
    off[9] = -100.0  # the second neuron's bias
    assert still_of(RELUS, off) == [1, 0, 0]
    now, _ = set_to(RELUS, off)
    assert [stats.relus for stats in layer_stats(now)] == [2, 2, 0]


def test_behind_dead_neurons_none_gets_any() -> None:
    blocked = np.array(ON)
    blocked[14:16] = -100.0  # both biases of the second layer
    assert still_of(RELUS, blocked) == [2, 2, 0]
    assert still_of(replace(RELUS, activation="tanh,relu"), blocked) == [0, 2, 0]


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(["relu", "tanh,relu", "relu,tanh"]),
    st.sampled_from([(5,), (5, 4)]),
    st.booleans(),
    st.sampled_from([0.5, 2.0]),
)
def test_who_is_off_for_every_image_gets_no_gradient(
    seed: int, names: str, hidden: tuple[int, ...], bias: bool, spread: float
) -> None:
    random = np.random.default_rng(seed)
    if len(hidden) == 1:
        names = "relu"
    config = replace(RELUS, hidden=hidden, activation=names, bias=bias, images=12)
    parameters = random.normal(-0.4, spread, config.architecture.parameter_count)
    now, batch = set_to(config, parameters)
    outputs = relu_outputs(now, batch)
    for layer, said, stats in zip(now.architecture.layers, outputs, layer_stats(now), strict=True):
        if layer.activation.name != "relu":
            assert stats.zero_gradient == 0
            continue
        off = int(np.count_nonzero(~(said > 0).any(axis=0)))
        # With one hidden layer there is nothing else that could keep a gradient from a neuron.
        assert stats.zero_gradient == off if len(hidden) == 1 else stats.zero_gradient >= off


@given(st.integers(0, 1000), st.sampled_from(list(ACTIVATIONS)), st.integers(0, 3))
@settings(max_examples=30)
def test_a_gradients_sizes_are_those_of_the_layers(seed: int, activation: str, depth: int) -> None:
    now = at(TrainingConfig(hidden=(3,) * depth, activation=activation, images=9, seed=seed), 1)
    assert now.gradient is not None
    for layer, stats in zip(now.architecture.layers, layer_stats(now), strict=True):
        part = now.gradient[layer.start : layer.stop]
        assert stats.gradient == pytest.approx(float(np.sqrt(np.mean(part**2))), rel=1e-12)


def ends(now: Snapshot) -> tuple[float, float]:
    """Return the first layer's gradient and the last's, the plain way."""
    assert now.gradient is not None
    first, last = now.architecture.layers[0], now.architecture.layers[-1]
    sizes = [
        float(np.sqrt(np.mean(now.gradient[layer.start : layer.stop] ** 2)))
        for layer in (first, last)
    ]
    return sizes[0], sizes[1]


@pytest.mark.parametrize("seed", range(5))
def test_six_layers_of_sigmoid_vanish(seed: int) -> None:
    now = at(replace(SIGMOIDS, seed=seed), 0)
    fact = vanishing(now)
    assert fact is not None
    first, last = ends(now)
    assert fact.times == pytest.approx(last / first)
    assert fact.times > 1_000, "thousands of times"
    assert serious_layer_problem(now) == (fact,)
    # The shares fall from layer to layer, and a sigmoid's derivative is ¼ at most.
    sizes = [stats.gradient or 0.0 for stats in layer_stats(now)]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("seed", range(3))
def test_the_same_layers_with_tanh_or_relu_do_neither(activation: str, seed: int) -> None:
    now = at(replace(SIGMOIDS, activation=activation, seed=seed), 0)
    assert serious_layer_problem(now) == ()
    assert (vanishing(now), exploding(now), update_too_large(now)) == (None, None, None)


@pytest.mark.parametrize("seed", range(3))
def test_weights_that_do_not_suit_their_layers_explode(seed: int) -> None:
    now = at(replace(WILD, seed=seed), 0)
    fact = exploding(now)
    assert fact is not None
    first, last = ends(now)
    assert fact.times == pytest.approx(first / last)
    assert fact.times > 100
    assert exploding(at(replace(WILD, seed=seed, initialisation="auto"), 0)) is None


def test_a_step_far_larger_than_the_weights_is_an_explosion_too() -> None:
    config = replace(WILD, hidden=(16,) * 6, activation="relu")
    now = at(config, 0)
    fact = update_too_large(now)
    assert fact is not None
    assert now.change is not None
    sizes = [float(np.sqrt(np.mean(numbers**2))) for numbers in (now.change, now.parameters)]
    assert fact.times == pytest.approx(sizes[0] / sizes[1])
    assert fact.times >= 10
    assert fact in serious_layer_problem(now)
    assert update_too_large(at(replace(config, learning_rate=1e-9), 0)) is None
    assert update_too_large(at(TrainingConfig(learning_rate=1e6), 0)) is None, (
        "no depth, no such word"
    )


def test_a_network_with_one_hidden_layer_has_no_way_to_vanish_on() -> None:
    now = at(TrainingConfig(hidden=(8,), activation="sigmoid"), 0)
    gradient = np.full(len(now.parameters), 1e-9)
    gradient[-1] = 1.0
    assert vanishing(replace(now, gradient=gradient)) is None
    assert serious_layer_problem(replace(now, gradient=None)) == ()


def test_commentary_names_it_with_a_step_and_as_a_milestone_once() -> None:
    before, after = around(SIGMOIDS, 1)
    (fact,) = [fact for fact in after_step(before, after) if isinstance(fact, Vanishing)]
    assert fact == vanishing(after)
    assert fact in milestones(before, after)
    first, second = at(SIGMOIDS, 1), at(SIGMOIDS, 2)
    assert serious_layer_problem(first)
    assert not any(isinstance(fact, Vanishing) for fact in milestones(first, second))
    wild = replace(WILD, learning_rate=1e-6)
    told = milestones(*around(wild, 1))
    assert [fact for fact in told if isinstance(fact, Exploding)] == list(
        serious_layer_problem(at(wild, 1))
    )
    hurls = replace(WILD, hidden=(16,) * 6, activation="relu", learning_rate=1e-2)
    trainer = Trainer(hurls)
    trainer.run.ensure_evaluated()
    start = trainer.snapshot()
    assert any(isinstance(fact, UpdateTooLarge) for fact in serious_layer_problem(start))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=9))
def test_nothing_raises_whatever_the_numbers(numbers: list[float]) -> None:
    now = at(TrainingConfig(hidden=(2, 2), activation="relu", images=5), 1)
    spread = np.resize(np.array(numbers), len(now.parameters))
    for odd in (
        replace(now, gradient=spread),
        replace(now, parameters=spread),
        replace(now, parameters=spread, gradient=spread),
    ):
        painted = odd.with_image((0.1, 0.2, 0.3, 0.4))
        assert len(layer_stats(painted)) == 3
        serious_layer_problem(painted)
        update_too_large(painted)


def test_a_dead_relu_network_is_stuck() -> None:
    trainer = Trainer(TrainingConfig(hidden=(3,), activation="relu"))
    trainer.run.here.network.biases[0][:] = -10.0
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.run.step()
    assert ReluGradientZero(3, 3, True) in after_step(before, trainer.snapshot())
    trainer.run.here.network.biases[0][0] = 10.0
    trainer.apply(SetSettings.of(engine="loops"))
    trainer.run.step()
    assert ReluGradientZero(2, 3, False) in after_step(before, trainer.snapshot())


def test_only_the_layers_with_relu_are_stuck_by_it() -> None:
    trainer = Trainer(TrainingConfig(hidden=(3, 2), activation="tanh,relu"))
    trainer.run.here.network.biases[1][:] = -10.0
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.run.step()
    # Nothing comes back through the relu layer, so that all stay as they are.
    assert ReluGradientZero(2, 2, True) in after_step(before, trainer.snapshot())
    tanh = Trainer(TrainingConfig(hidden=(3, 2), activation="relu,tanh"))
    tanh.run.here.network.biases[0][:] = -10.0
    tanh.run.ensure_evaluated()
    before = tanh.snapshot()
    tanh.run.step()
    # The tanh layer above still learns its biases.
    assert ReluGradientZero(3, 3, False) in after_step(before, tanh.snapshot())


def test_a_relu_that_waits_for_the_weight_that_leads_on_is_not_stuck_for_ever() -> None:
    trainer = Trainer(TrainingConfig(hidden=(1,), activation="relu"))
    trainer.run.here.network.parameters[:] = [1, 1, 1, 1, 0, 0, 0]
    trainer.run.ensure_evaluated()
    assert relu_gradient_zero(trainer.snapshot()) == ReluGradientZero(1, 1, False)
    trainer.run.run_for(math.inf, max_steps=2)
    assert relu_gradient_zero(trainer.snapshot()) is None


def test_a_deep_sigmoid_network_vanishes() -> None:
    config = TrainingConfig(hidden=(8,) * 6, activation="sigmoid", seed=9)
    before, after = around(config, 1)
    (fact,) = [f for f in after_step(before, after) if isinstance(f, Vanishing)]
    first, last = after.architecture.layers[0], after.architecture.layers[-1]
    assert after.gradient is not None
    near, far = after.gradient[last.start : last.stop], after.gradient[first.start : first.stop]
    ratio = np.sqrt(np.mean(near**2)) / np.sqrt(np.mean(far**2))
    assert fact.times == pytest.approx(ratio)


def deep_with(first: float, last: float) -> Snapshot:
    """Return a moment whose gradient is these numbers in the first layer and the last."""
    now = at(TrainingConfig(hidden=(2, 2), images=10), 0)
    gradient = np.zeros_like(now.parameters)
    layers = now.architecture.layers
    for layer, value in ((layers[0], first), (layers[-1], last)):
        gradient[layer.start : layer.stop] = value
    return replace(now, gradient=gradient)


def test_a_gradient_vanishes_or_explodes_from_a_hundredfold_on() -> None:
    assert vanishing(deep_with(1.0, 100.0)) == Vanishing(100.0, "")
    assert vanishing(deep_with(1.0, 99.0)) is None
    assert exploding(deep_with(100.0, 1.0)) == Exploding(100.0)
    assert exploding(deep_with(99.0, 1.0)) is None


def test_a_thousandfold_comes_before_anything_else() -> None:
    small = 2.0**-20  # so that the step is not too large itself
    assert serious_layer_problem(deep_with(small, 1_000 * small)) == (Vanishing(1_000.0, ""),)
    assert serious_layer_problem(deep_with(small, 999 * small)) == ()


def test_a_step_is_too_large_from_ten_times_the_parameters_on() -> None:
    now = at(TrainingConfig(hidden=(2, 2), images=10, learning_rate=1.0), 0)
    ones = np.ones_like(now.parameters)
    assert update_too_large(replace(now, parameters=ones, gradient=10.0 * ones)) == UpdateTooLarge(
        10.0
    )
    assert update_too_large(replace(now, parameters=ones, gradient=9.9 * ones)) is None
