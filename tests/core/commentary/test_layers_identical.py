"""Why zero fails: what is said of it is what really happens, with each activation."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.commentary.layers import (
    IdenticalNeurons,
    NoGradientToHidden,
    ReluGradientZero,
    identical_neurons,
    no_gradient_to_hidden,
    unbroken_symmetry,
)
from core.commentary.steps.steps import after_step, milestones
from core.explain.equations import Scope
from core.explain.explain import explain
from core.explain.explanation import Cause, Reason
from core.explain.explanation import IdenticalNeurons as SameAs
from core.network.activations import ACTIVATIONS
from core.quantities.quantities import GradientQuantity
from core.run.changes import SetParameter
from core.run.snapshot import Snapshot
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.explained import moment
from tests.core.moments import around, at

ZERO = TrainingConfig(initialisation="zero", hidden=(4,), images=60)


def predictions(now: Snapshot) -> set[float]:
    """Return the predictions for some images that have nothing in common."""
    images = [(0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 1.0, 1.0), (0.1, 0.9, 0.3, 0.0)]
    return {now.with_image(image).reading.prediction for image in images}


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
@pytest.mark.parametrize("hidden", [(1,), (4,), (3, 2)])
def test_from_zero_only_the_bias_of_the_output_learns(
    activation: str, hidden: tuple[int, ...]
) -> None:
    config = replace(ZERO, activation=activation, hidden=hidden, learning_rate=0.5)
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    said = (NoGradientToHidden(len(hidden), True, True),)
    assert unbroken_symmetry(trainer.snapshot()) == said
    trainer.run.run_for(math.inf, max_steps=100)
    now = trainer.snapshot()
    assert unbroken_symmetry(now) == said
    assert np.flatnonzero(now.parameters).tolist() == [now.architecture.parameter_count - 1]
    # All it can find is the mean of the answers.
    assert predictions(now) == {float(now.parameters[-1])}
    assert float(now.parameters[-1]) == pytest.approx(trainer.run.here.images.targets.mean())


@pytest.mark.parametrize(("optimizer", "forever"), [("sgd", True), ("momentum", False)])
def test_what_an_optimizer_remembers_leads_away_from_zero(optimizer: str, forever: bool) -> None:
    trainer = Trainer(TrainingConfig(hidden=(2,), images=60, optimizer=optimizer))
    trainer.run.run_for(math.inf, max_steps=3)
    for index in range(len(trainer.run.here.network.parameters)):
        trainer.apply(SetParameter(index, 0.0))
    trainer.run.ensure_evaluated()
    assert no_gradient_to_hidden(trainer.snapshot()) == NoGradientToHidden(1, True, forever)
    trainer.run.run_for(math.inf, max_steps=2)
    # The output's bias, the last one, learns at any rate.
    assert bool(trainer.run.here.network.parameters[:-1].any()) is not forever


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
def test_without_biases_nothing_ever_moves(activation: str) -> None:
    trainer = Trainer(replace(ZERO, activation=activation, bias=False))
    trainer.run.ensure_evaluated()
    assert unbroken_symmetry(trainer.snapshot()) == (NoGradientToHidden(1, False, True),)
    trainer.run.run_for(math.inf, max_steps=10)
    assert not trainer.snapshot().parameters.any()


def test_sigmoid_neurons_begin_at_a_half_and_learn_but_all_the_same() -> None:
    trainer = Trainer(replace(ZERO, activation="sigmoid"))
    trainer.run.ensure_evaluated()
    assert unbroken_symmetry(trainer.snapshot()) == (
        IdenticalNeurons(0, 1, 4, 1, ignores_image=True),
    )
    assert no_gradient_to_hidden(trainer.snapshot()) == NoGradientToHidden(1, True, False)
    trainer.run.step()  # the weights that lead on leave 0
    assert no_gradient_to_hidden(trainer.snapshot()) is None
    trainer.run.step()  # now the first layer's do
    now = trainer.snapshot()
    assert unbroken_symmetry(now) == (IdenticalNeurons(0, 1, 4, 1, ignores_image=False),)
    assert len(predictions(now)) == 3
    trainer.run.run_for(math.inf, max_steps=500)
    assert unbroken_symmetry(trainer.snapshot()) == (
        IdenticalNeurons(0, 1, 4, 1, ignores_image=False),
    )
    for weights in trainer.run.here.network.weights[0]:
        assert np.ptp(weights) <= 1e-9


def test_a_layer_of_neurons_that_are_identical_is_one_neuron() -> None:
    # n neurons with the weight w each are one with n·w; that one's own weights get n times the
    # gradient of the many, so it is only what they can come to that is the same, not how fast.
    trainer = Trainer(replace(ZERO, activation="sigmoid", hidden=(5,)))
    trainer.run.run_for(math.inf, max_steps=50)
    many = trainer.snapshot()
    layer, output = many.architecture.layers
    one = Trainer(replace(ZERO, activation="sigmoid", hidden=(1,)))
    first = many.parameters[layer.start : layer.stop].reshape(5, 5)[:, 0]
    one.run.here.network.parameters[:] = [
        *first,
        many.parameters[output.weights].sum(),
        many.parameters[-1],
    ]
    assert one.snapshot().reading.prediction == pytest.approx(many.reading.prediction, abs=1e-12)


def test_a_single_sigmoid_neuron_has_no_other_to_be_like() -> None:
    trainer = Trainer(replace(ZERO, activation="sigmoid", hidden=(1,)))
    trainer.run.ensure_evaluated()
    assert unbroken_symmetry(trainer.snapshot()) == (NoGradientToHidden(1, True, False),)
    trainer.run.step()
    assert unbroken_symmetry(trainer.snapshot()) == ()


def test_two_identical_neurons_of_three_are_not_all_of_them() -> None:
    trainer = Trainer(replace(ZERO, activation="sigmoid", hidden=(3,), bias=False))
    # Neuron by neuron, what leads in from the first pixel, then what leads on.
    for index, value in ((0, 0.5), (1, 0.5), (2, 0.25), (12, 1.0), (13, 1.0), (14, 1.0)):
        trainer.apply(SetParameter(index, value))
    trainer.run.ensure_evaluated()
    assert unbroken_symmetry(trainer.snapshot()) == ()
    trainer.apply(SetParameter(2, 0.5))
    trainer.run.ensure_evaluated()
    assert unbroken_symmetry(trainer.snapshot()) == (
        IdenticalNeurons(0, 1, 3, 1, ignores_image=False),
    )
    trainer.apply(SetParameter(14, 0.5))
    trainer.run.ensure_evaluated()
    assert unbroken_symmetry(trainer.snapshot()) == ()


def test_many_neurons_stay_identical_but_for_rounding() -> None:
    # With 37 neurons the products of matrices are not added up in the same order in all columns.
    now = at(TrainingConfig(hidden=(37,), activation="sigmoid", initialisation="zero"), 20)
    assert unbroken_symmetry(now) == (IdenticalNeurons(0, 1, 37, 1, ignores_image=False),)


def test_behind_a_layer_that_is_silent_no_image_gets_through() -> None:
    now = at(replace(ZERO, hidden=(3, 2), activation="tanh,sigmoid"), 50)
    assert unbroken_symmetry(now) == (IdenticalNeurons(0, 2, 5, 2, ignores_image=True),)
    assert len(predictions(now)) == 1
    silent = at(replace(ZERO, hidden=(3, 2), activation="sigmoid,tanh"), 50)
    assert unbroken_symmetry(silent) == (NoGradientToHidden(2, True, True),)
    assert len(predictions(silent)) == 1


def test_without_hidden_layers_zero_does_no_harm() -> None:
    assert unbroken_symmetry(at(replace(ZERO, hidden=()), 0)) == ()
    now = at(TrainingConfig(initialisation="zero"), 500)
    assert np.abs(now.parameters - 0.25).max() < 0.001


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=3, max_size=3),
    st.booleans(),
    st.sampled_from([None, 7]),
    st.sampled_from(["backprop", "nudge"]),
)
def test_neurons_reported_to_stay_identical_stay_identical(
    hidden: list[int], names: list[str], bias: bool, batch: int | None, gradient: str
) -> None:
    activation = ",".join(names[: len(hidden)])
    config = replace(
        ZERO,
        hidden=tuple(hidden),
        activation=activation,
        bias=bias,
        batch_size=batch,
        gradient=gradient,
    )
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    begins = trainer.snapshot()
    trainer.run.run_for(math.inf, max_steps=4)
    now = trainer.snapshot()
    nothing = no_gradient_to_hidden(begins)
    assert nothing is not None
    assert begins.gradient is not None
    assert not begins.gradient[: now.architecture.layers[-1].start].any()
    if nothing.forever:
        assert no_gradient_to_hidden(now) == nothing
        assert not now.parameters[: now.architecture.layers[-1].weights.stop].any()
    elif gradient == "backprop":  # nudging rounds each neuron's loss on its own
        same = identical_neurons(now)
        assert (0 if same is None else same.neurons) == sum(n for n in hidden if n > 1)


@pytest.mark.parametrize("initialisation", ["auto", "glorot", "he", "uniform", "normal"])
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_weights_drawn_at_random_are_not_identical(initialisation: str, activation: str) -> None:
    config = replace(ZERO, initialisation=initialisation, activation=activation, hidden=(4, 2))
    for step in (0, 3):
        assert unbroken_symmetry(at(config, step)) == ()


def test_a_frozen_weight_parts_neurons_that_were_identical() -> None:
    trainer = Trainer(replace(ZERO, activation="sigmoid"))
    trainer.run.run_for(math.inf, max_steps=3)
    now = trainer.snapshot()
    assert identical_neurons(now) is not None
    assert identical_neurons(replace(now, frozen=frozenset({0}))) is None


def test_a_network_that_is_right_has_nothing_to_learn() -> None:
    now = at(replace(ZERO, initialisation="normal"), 0)
    parameters = now.parameters.copy()
    parameters[now.architecture.layers[-1].weights] = 0.0
    assert no_gradient_to_hidden(replace(now, parameters=parameters)) == NoGradientToHidden(
        1, True, False
    )
    assert no_gradient_to_hidden(replace(now, parameters=parameters, too_high=0, too_low=0)) is None


def test_commentary_reports_it_with_each_step_and_at_speed_once() -> None:
    config = replace(ZERO, activation="relu")
    before, after = around(config, 1)
    facts = after_step(before, after)
    assert NoGradientToHidden(1, True, True) in facts
    assert not any(isinstance(fact, ReluGradientZero) for fact in facts), (
        "zero is why, not the relu"
    )
    assert NoGradientToHidden(1, True, True) in milestones(before, after)
    assert NoGradientToHidden(1, True, True) not in milestones(after, at(config, 9))
    zero_gradient = after_step(*around(replace(config, bias=False), 3))
    assert zero_gradient[0] == NoGradientToHidden(1, False, True)


def test_explain_gives_the_reasons() -> None:
    now, batch = moment(ZERO)
    found = explain(now, batch, GradientQuantity(0))
    assert found.result == 0.0
    told = [fact for fact in found.facts if isinstance(fact, Reason)]
    assert (Cause.WEIGHTS, Scope.BATCH) in [(fact.cause, fact.scope) for fact in told]
    assert SameAs(0, 4) in found.facts
    output = explain(now, batch, GradientQuantity(now.architecture.layers[1].start))
    told = [fact for fact in output.facts if isinstance(fact, Reason)]
    assert (Cause.INPUT, Scope.BATCH) in [(fact.cause, fact.scope) for fact in told]
    assert SameAs(0, 4) in output.facts
    sigmoid, batch = moment(replace(ZERO, activation="sigmoid"), 5)
    found = explain(sigmoid, batch, GradientQuantity(2))
    assert found.result != 0.0
    assert SameAs(0, 4) in found.facts
    drawn, batch = moment(replace(ZERO, initialisation="auto"))
    facts = explain(drawn, batch, GradientQuantity(0)).facts
    assert not any(isinstance(fact, SameAs) for fact in facts)
