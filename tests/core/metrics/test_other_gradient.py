"""The other gradient: what another hand computes, near the run's own, and nothing moves."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.arrays import Array, Cancelled
from core.engines import ENGINES
from core.engines.engine import GRADIENT_METHODS, NUDGE
from core.images.images import Batch
from core.metrics.other_gradient import other_gradient, other_method
from core.network.activations import ACTIVATIONS
from core.network.network import Network
from core.run.changes import SetFrozen, SetParameter, SetSettings
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

KINK = 5e-4


@st.composite
def trainers(draw: st.DrawFn) -> Trainer:
    """Small runs of every kind, after a few steps."""
    images = draw(st.integers(1, 9))
    output, loss = draw(
        st.sampled_from([("linear", "mse"), ("sigmoid", "mse"), ("sigmoid", "bce")])
    )
    config = TrainingConfig(
        hidden=tuple(draw(st.lists(st.integers(1, 4), max_size=2))),
        activation=draw(st.sampled_from(list(ACTIVATIONS))),
        output=output,
        loss=loss,
        bias=draw(st.sampled_from([None, True, False])),
        images=images,
        batch_size=draw(st.none() | st.integers(1, images)),
        seed=draw(st.integers(0, 2**32 - 1)),
        data_seed=draw(st.integers(0, 2**32 - 1)),
        engine=draw(st.sampled_from(list(ENGINES))),
        gradient=draw(st.sampled_from(GRADIENT_METHODS)),
    )
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=draw(st.integers(1, 3)))
    return trainer


def other_of(trainer: Trainer) -> Array:
    return other_gradient(
        trainer.run.config, trainer.run.here.network.parameters, trainer.run.here.coming_batch
    )


def plain_loss(trainer: Trainer, parameters: Array) -> float:
    """Compute the coming batch's loss the plain way: another hand than the engines'."""
    batch = trainer.run.here.coming_batch
    predictions = Network(trainer.run.config.architecture, parameters).forward(batch.images)[-1][
        :, 0
    ]
    if trainer.run.config.loss == "bce":
        logs = batch.targets * np.log(predictions) + (1 - batch.targets) * np.log1p(-predictions)
        return float(-np.mean(logs))
    return float(np.mean((predictions - batch.targets) ** 2))


def near_a_kink(trainer: Trainer) -> bool:
    """Whether a nudge may carry a relu's sum over 0."""
    if trainer.run.config.activation != "relu":
        return False
    network = trainer.run.here.network
    activations = network.forward(trainer.run.here.coming_batch.images)
    sums = [
        level @ weights + (biases if biases.size else 0.0)
        for level, weights, biases in zip(
            activations[:-2], network.weights[:-1], network.biases[:-1], strict=True
        )
    ]
    # A sum of exactly 0 is at the kink: a bias that is nudged carries it over.
    return any(bool((np.abs(each) < KINK).any()) for each in sums)


# The default network's loss is a parabola in each weight: C(w + ε) = C(w) + C′(w)·ε + m·ε², where m
# is the mean of its pixel's squares, for (prediction − target)² has (pixel·ε)² in it and nothing
# higher. So (C(w + ε) − C(w)) / ε − C′(w) = m·ε, wherever the weights are. A pixel of 0, 0.1 … 1
# has 0.35 for m on the average: the two gradients differ by 3.5e−07.
@pytest.mark.parametrize("engine", ENGINES)
def test_the_default_gradients_differ_by_the_pixels_mean_square_times_the_nudge(
    engine: str,
) -> None:
    trainer = Trainer(TrainingConfig(engine=engine))
    for _ in range(3):
        trainer.run.ensure_evaluated()
        moment = replace(trainer.snapshot(), other_gradient=other_of(trainer))
        squares = np.mean(trainer.run.here.images.images**2, axis=0)
        assert squares == pytest.approx([0.35] * 4, abs=0.02)
        # The losses, below ½, are rounded by 10⁻¹⁶ or so; divided by ε that is 10⁻¹⁰.
        assert moment.gradient_difference == pytest.approx(squares * NUDGE, abs=2e-9)
        trainer.run.step()


@given(trainer=trainers())
def test_it_is_to_the_bit_what_a_run_by_the_other_method_computes(trainer: Trainer) -> None:
    found = other_of(trainer)
    other = Trainer(trainer.run.config)
    other.run.run_for(math.inf, max_steps=trainer.run.step_count)
    other.apply(SetSettings.of(gradient=other_method(trainer.run.config.gradient)))
    for index, value in enumerate(trainer.run.here.network.parameters.tolist()):
        other.apply(SetParameter(index, value))
    assert found.tobytes() == other.run.compute().gradient.tobytes()


@given(trainer=trainers())
def test_by_nudging_it_is_what_trying_each_parameter_by_hand_gives(trainer: Trainer) -> None:
    trainer.apply(SetSettings.of(gradient="backprop"))
    parameters = trainer.run.here.network.parameters
    here = plain_loss(trainer, parameters)
    tried = []
    for index in range(len(parameters)):
        nudged = parameters.copy()
        nudged[index] += NUDGE
        tried.append((plain_loss(trainer, nudged) - here) / NUDGE)
    assert other_of(trainer) == pytest.approx(np.array(tried), abs=4e-9 * max(1.0, here))


@given(trainer=trainers())
def test_the_two_differ_by_no_more_than_a_nudge_makes(trainer: Trainer) -> None:
    if near_a_kink(trainer):
        return
    trainer.run.ensure_evaluated()
    moment = replace(trainer.snapshot(), other_gradient=other_of(trainer))
    both, gradient_difference = moment.both_gradients, moment.gradient_difference
    assert both is not None
    assert gradient_difference is not None
    trainer.apply(SetSettings.of(gradient="backprop"))
    parameters, curvature = moment.parameters, np.empty_like(moment.parameters)
    for index, value in enumerate(parameters.tolist()):
        slopes = []
        for there in (value + 1e-5, value - 1e-5):
            trainer.apply(SetParameter(index, there))
            slopes.append(float(trainer.run.compute().gradient[index]))
        trainer.apply(SetParameter(index, value))
        curvature[index] = (slopes[0] - slopes[1]) / 2e-5
    # ε/2 · C″, and the losses' rounding divided by ε.
    rounding = 4e-9 * max(1.0, moment.loss or 0.0)
    assert (np.abs(gradient_difference - NUDGE / 2 * curvature) <= rounding).all()
    trainer.run.ensure_evaluated()
    assert both[0] == pytest.approx(trainer.snapshot().gradient, abs=1e-12)


@given(trainer=trainers())
def test_nothing_moves_and_it_costs_nothing(trainer: Trainer) -> None:
    undisturbed = Trainer(trainer.run.config)
    undisturbed.run.run_for(math.inf, max_steps=trainer.run.step_count)
    batch = trainer.run.here.coming_batch
    images, targets = batch.images.tobytes(), batch.targets.tobytes()
    other_of(trainer)
    assert (batch.images.tobytes(), batch.targets.tobytes()) == (images, targets)
    trainer.run.run_for(math.inf, max_steps=2)
    undisturbed.run.run_for(math.inf, max_steps=2)
    now, then = trainer.snapshot(), undisturbed.snapshot()
    assert now.parameters.tobytes() == then.parameters.tobytes()
    assert now.curve.last.tobytes() == then.curve.last.tobytes()
    assert now.multiply_adds == then.multiply_adds
    assert now.gradient is not None
    assert then.gradient is not None
    assert now.gradient.tobytes() == then.gradient.tobytes()


def test_what_is_given_out_is_kept_by_nobody() -> None:
    trainer = Trainer(TrainingConfig())
    first = other_of(trainer)
    kept = first.copy()
    trainer.run.step()
    second = other_of(trainer)
    assert first.tobytes() == kept.tobytes() != second.tobytes()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("method", GRADIENT_METHODS)
def test_a_run_that_goes_on_meanwhile_does_not_disturb_it(engine: str, method: str) -> None:
    trainer = Trainer(TrainingConfig(hidden=(2,), engine=engine, gradient=method, images=20))
    undisturbed = other_of(trainer)
    parameters = trainer.run.here.network.parameters

    def moving() -> bool:
        parameters[:] += 1.0
        return False

    found = other_gradient(trainer.run.config, parameters, trainer.run.here.coming_batch, moving)
    assert found.tobytes() == undisturbed.tobytes()


def test_a_frozen_parameter_has_both_gradients_too() -> None:
    trainer = Trainer(TrainingConfig())
    free = other_of(trainer)
    trainer.apply(SetFrozen(1, True))
    assert other_of(trainer).tobytes() == free.tobytes()


@pytest.mark.parametrize("method", GRADIENT_METHODS)
def test_backprop_comes_first_whichever_is_the_runs_own(method: str) -> None:
    trainer = Trainer(TrainingConfig(gradient=method))
    trainer.run.ensure_evaluated()
    moment = replace(trainer.snapshot(), other_gradient=other_of(trainer))
    both, gradient_difference, own = (
        moment.both_gradients,
        moment.gradient_difference,
        moment.gradient,
    )
    assert both is not None
    assert gradient_difference is not None
    assert both[GRADIENT_METHODS.index(method)] is own
    assert (gradient_difference == both[1] - both[0]).all()
    assert (gradient_difference > 0).all(), (
        "the essay's loss is a bowl: a little farther on it is steeper"
    )


def test_with_one_gradient_there_is_no_difference() -> None:
    trainer = Trainer(TrainingConfig())
    trainer.run.ensure_evaluated()
    moment = replace(trainer.snapshot(), other_gradient=other_of(trainer))
    assert moment.gradient_difference is not None
    for half in (replace(moment, gradient=None), replace(moment, other_gradient=None)):
        assert half.both_gradients is None
        assert half.gradient_difference is None


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("method", GRADIENT_METHODS)
def test_where_the_loss_overflows_nothing_is_made_up(engine: str, method: str) -> None:
    config = TrainingConfig(engine=engine, gradient=method, images=5)
    trainer = Trainer(config)
    huge = np.full(4, 1e300)
    found = other_gradient(config, huge, trainer.run.here.images)
    own = other_gradient(
        replace(config, gradient=other_method(method)), huge, trainer.run.here.images
    )
    moment = replace(trainer.snapshot(), gradient=own, other_gradient=found)
    # ∞ − ∞ is no number; backprop's 2/n · Σ error · pixel is still one.
    assert moment.both_gradients is not None
    assert np.isnan(moment.both_gradients[1]).all()
    assert moment.gradient_difference is not None
    assert not np.isfinite(moment.gradient_difference).any()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("method", GRADIENT_METHODS)
def test_it_can_be_called_off(engine: str, method: str) -> None:
    trainer = Trainer(TrainingConfig(engine=engine, gradient=method))
    parameters = trainer.run.here.network.parameters
    with pytest.raises(Cancelled):
        other_gradient(trainer.run.config, parameters, trainer.run.here.coming_batch, lambda: True)


def test_what_cannot_be_is_refused() -> None:
    trainer = Trainer(TrainingConfig())
    batch: Batch = trainer.run.here.images
    with pytest.raises(ValueError, match="4 parameters needed"):
        other_gradient(trainer.run.config, np.zeros(5), batch)
    with pytest.raises(ValueError, match=r"must be backprop or nudge \(got 'guess'\)"):
        other_method("guess")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("method", GRADIENT_METHODS)
def test_how_long_it_takes_is_foreseen_from_its_cost(engine: str, method: str) -> None:
    trainer = Trainer(TrainingConfig(hidden=(8,), engine=engine, gradient=method))
    cost, other = trainer.snapshot().cost.step, trainer.snapshot().other_cost.step
    known = trainer.run.here.evaluation_seconds / cost
    assert trainer.run.here.foresee_other_gradient() == pytest.approx(other * known)
    # A measurement that something held up counts no more than what is known; a better one does.
    trainer.run.here.measured = 1000.0 * known * cost
    assert trainer.run.here.foresee_other_gradient() == pytest.approx(other * known)
    trainer.run.here.measured = 0.1 * known * cost
    assert trainer.run.here.foresee_other_gradient() == pytest.approx(0.1 * other * known)
