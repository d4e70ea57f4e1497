"""Every preset shows what its lines say."""

import math

import numpy as np
import pytest

from core.metrics.scores import Confusion, Scores
from core.run.stopping import Outcome
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from core.settings.presets import PRESETS, Preset


def ran(name: str, steps: int) -> Trainer:
    trainer = Trainer(PRESETS[name].config)
    trainer.run.ensure_evaluated()
    trainer.run.run_for(math.inf, max_steps=steps)
    return trainer


def loss_of(trainer: Trainer) -> float:
    return trainer.run.log.history.latest


def scores_of(trainer: Trainer) -> Scores:
    scores = trainer.snapshot().scores
    assert scores is not None
    return scores


def answers_of(trainer: Trainer) -> Confusion:
    confusion = scores_of(trainer).train.confusion
    assert confusion is not None
    return confusion


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_its_lines_fit_under_the_panes(preset: Preset) -> None:
    assert all(0 < len(line) <= 78 for line in preset.lines)


def test_the_default_network_comes_to_quarters() -> None:
    assert PRESETS["essay"].config == TrainingConfig()
    assert np.abs(ran("essay", 1000).run.here.network.parameters - 0.25).max() < 0.001


def test_xor_without_a_hidden_layer_is_a_coins_toss() -> None:
    trainer = ran("xor-without", 1000)
    assert loss_of(trainer) == pytest.approx(math.log(2), abs=1e-6)


def test_xor_with_a_hidden_layer_is_learned() -> None:
    assert answers_of(ran("xor-with", 100)).correct == 16


def test_one_hidden_neuron_gets_twelve_right_and_two_get_all() -> None:
    assert answers_of(ran("one-too-few", 300)).correct == 12
    assert answers_of(ran("one-too-few", 3000)).correct == 12


def test_dead_relus_do_not_move() -> None:
    trainer = ran("dead-relu", 200)
    before = Trainer(PRESETS["dead-relu"].config).run.here.network
    assert (before.weights[0] < 0).all()
    assert (trainer.run.here.network.weights[0] == before.weights[0]).all()
    assert (trainer.run.here.network.biases[0] == 0).all()
    assert trainer.run.here.network.biases[1][0] != 0
    hidden = trainer.run.here.network.forward(trainer.run.here.images.images)[1]
    assert (hidden == 0).all()


def test_a_saturated_sigmoid_is_stuck() -> None:
    start = Trainer(PRESETS["saturated"].config)
    start.run.ensure_evaluated()
    once = ran("saturated", 1)
    predictions = once.run.here.network.forward(once.run.here.images.images)[-1][:, 0]
    assert np.mean(predictions < 0.001) > 0.99
    assert np.mean(predictions * (1 - predictions)) < 0.001
    assert loss_of(ran("saturated", 1000)) == pytest.approx(loss_of(once), rel=1e-4)
    assert loss_of(once) > start.run.loss


def test_too_large_a_rate_diverges_with_every_step_farther() -> None:
    trainer = ran("too-large", 10)
    losses = trainer.run.log.history.curve().last
    assert (np.diff(losses) > 0).all()
    trainer.run.run_for(math.inf)
    assert trainer.run.outcome is Outcome.DIVERGED


def test_ten_noisy_images_are_memorised() -> None:
    early, late = scores_of(ran("overfitting", 30)), scores_of(ran("overfitting", 10_000))
    assert (early.train.images, early.test is not None) == (10, True)
    assert late.train.loss < 1e-3
    assert early.test is not None
    assert late.test is not None
    assert late.test.images == 40
    assert late.test.loss > 3 * early.test.loss


def test_zero_weights_stay_zero_but_for_the_outputs_bias() -> None:
    network = ran("zero", 100).run.here.network
    assert all((weights == 0).all() for weights in network.weights)
    assert (network.biases[0] == 0).all()
    assert network.biases[1][0] > 0.4
