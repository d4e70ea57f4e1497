"""The default network: what it says, what a step does, and how its training goes."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.engines import ENGINES
from core.images.images import Batch
from core.network.architecture import DEFAULT_WEIGHTS, Architecture
from core.network.network import Network
from core.run.changes import SetSettings
from core.run.snapshot import Snapshot
from core.run.stopping import Outcome
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.problems import problem_of


def after(steps: int, config: TrainingConfig | None = None) -> Snapshot:
    trainer = Trainer(config or TrainingConfig())
    trainer.run.ensure_evaluated()
    if steps:
        trainer.run.run_for(math.inf, max_steps=steps)
    return trainer.snapshot()


def test_it_opens_on_0_684_against_0_450() -> None:
    # 0.2·0.98 + 0.5·0.4 + 0.4·0.86 + 0.7·(−0.08) = 0.196 + 0.2 + 0.344 − 0.056 = 0.684
    reading = after(0).reading
    assert reading.image == (0.2, 0.5, 0.4, 0.7)
    assert reading.prediction == pytest.approx(0.684, abs=1e-15)
    assert reading.target == pytest.approx(0.45, abs=1e-15)
    assert reading.error == pytest.approx(0.234, abs=1e-15)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_step_on_two_images_by_hand(engine: str) -> None:
    # The default image: 0.684 against 0.45, an error of 0.234; squared 0.054756.
    # A second one, [1, 0, 0, 0.5]: 0.98 − 0.04 = 0.94 against 0.375, an error of 0.565;
    # squared 0.319225. Loss: (0.054756 + 0.319225) / 2 = 0.1869905.
    # Gradient, 2/2 · (0.234·first image + 0.565·second):
    #   weight 1: 0.234·0.2 + 0.565·1   = 0.0468 + 0.565  = 0.6118
    #   weight 2: 0.234·0.5             = 0.117
    #   weight 3: 0.234·0.4             = 0.0936
    #   weight 4: 0.234·0.7 + 0.565·0.5 = 0.1638 + 0.2825 = 0.4463
    # A step at rate 0.1: 0.98 − 0.06118, 0.4 − 0.0117, 0.86 − 0.00936, −0.08 − 0.04463.
    batch = Batch(np.array([[0.2, 0.5, 0.4, 0.7], [1, 0, 0, 0.5]]), np.array([0.45, 0.375]))
    network = Network(Architecture(), np.array(DEFAULT_WEIGHTS))
    built = ENGINES[engine](problem_of(network))
    evaluation = built.evaluate(batch)
    assert evaluation.predictions == pytest.approx([0.684, 0.94], abs=1e-15)
    assert evaluation.loss == pytest.approx(0.1869905, abs=1e-15)
    assert evaluation.gradient == pytest.approx([0.6118, 0.117, 0.0936, 0.4463], abs=1e-15)
    built.update()
    assert network.parameters == pytest.approx([0.91882, 0.3883, 0.85064, -0.12463], abs=1e-15)


def test_the_loss_starts_where_it_is_known_to() -> None:
    loss = after(0).loss
    assert loss is not None
    assert 0.42 < loss < 0.49
    # The pixels are independent, each of mean ½ and variance 0.1: with d the weights less ¼, the
    # loss is about (½·Σd)² + 0.1·Σd², whatever images are drawn.
    d = np.array(DEFAULT_WEIGHTS) - 0.25
    expected = float((0.5 * d.sum()) ** 2 + 0.1 * (d**2).sum())
    for data_seed in range(20):
        loss = after(0, TrainingConfig(data_seed=data_seed)).loss
        assert loss == pytest.approx(expected, rel=0.15)


def test_at_first_all_weights_fall_even_the_one_that_has_to_rise() -> None:
    start, first = after(0), after(1)
    assert (first.parameters < start.parameters).all()
    assert start.parameters[3] < 0.25
    # Nearly every image comes out too dark: the brightness is what is wrong most.
    assert start.too_high > 900
    assert start.too_high + start.too_low <= 1000


def test_the_fourth_weight_turns_round_after_about_eight_steps() -> None:
    falls = []
    for steps in range(15):
        change = after(steps).change
        assert change is not None
        falls.append(bool(change[3] < 0))
    turn = falls.index(False)
    assert 6 <= turn <= 10
    assert falls == [True] * turn + [False] * (15 - turn)


def test_the_probe_passes_the_target_sinks_and_comes_back() -> None:
    predictions = []
    trainer = Trainer(TrainingConfig())
    for _ in range(301):
        predictions.append(trainer.snapshot().reading.prediction)
        trainer.run.step()
    assert predictions[2] > 0.45 > predictions[3]
    lowest = predictions.index(min(predictions))
    assert 11 <= lowest <= 15
    assert predictions[lowest] == pytest.approx(0.25, abs=0.01)
    assert abs(predictions[150] - 0.45) > 0.005 > abs(predictions[300] - 0.45)


def test_the_loss_falls_all_the_time() -> None:
    losses = after(500).curve.last
    assert (np.diff(losses) < 0).all()


def test_it_learns_to_average() -> None:
    by_300, by_500 = after(300), after(500)
    assert (np.abs(by_300.parameters - 0.25) < 0.01).all()
    assert (np.abs(by_500.parameters - 0.25) < 0.001).all()
    assert f"{by_500.reading.prediction:.2f}" == "0.45"
    assert by_500.reading.prediction == pytest.approx(0.45, abs=1e-3)


def test_nudging_in_loops_agrees_with_backprop_in_matrices() -> None:
    config = TrainingConfig()
    nudged = after(20, replace(config, engine="loops", gradient="nudge"))
    assert nudged.parameters == pytest.approx(after(20, config).parameters, abs=1e-5)


def test_rate_1_diverges_and_the_limit_is_known_beforehand() -> None:
    trainer = Trainer(TrainingConfig(learning_rate=1.0))
    quadratic = trainer.snapshot().quadratic
    assert quadratic is not None
    assert 0.88 < quadratic.stable_learning_rate < 0.93
    trainer.run.run_for(math.inf, max_steps=10_000)
    snapshot = trainer.snapshot()
    assert snapshot.outcome is Outcome.DIVERGED
    assert snapshot.diverged_at is not None
    assert 10 < snapshot.diverged_at < 100
    assert np.isfinite(snapshot.parameters).all()


def test_rate_one_half_converges() -> None:
    snapshot = after(300, TrainingConfig(learning_rate=0.5))
    assert snapshot.outcome is None
    assert snapshot.parameters == pytest.approx([0.25] * 4, abs=1e-6)


def test_what_it_cost() -> None:
    for engine in ENGINES:
        config = TrainingConfig(engine=engine)
        snapshot = after(2, config)
        assert (snapshot.cost.step, snapshot.other_cost.step) == (8_004, 20_004)
        assert snapshot.multiply_adds == 16_008


def test_a_run_is_its_config_and_what_was_changed_when() -> None:
    # Told twice, it ends in the same bits, however its steps are cut up.
    def told(pieces: list[int]) -> Trainer:
        trainer = Trainer(TrainingConfig())
        for piece in pieces:
            trainer.run.run_for(math.inf, max_steps=piece)
        trainer.apply(SetSettings.of(learning_rate=0.5))
        trainer.run.run_for(math.inf, max_steps=10)
        return trainer

    one, other = told([12]), told([1, 2, 3, 6])
    assert one.run.here.network.parameters.tobytes() == other.run.here.network.parameters.tobytes()
    assert (
        one.run.log.history.curve().last.tobytes() == other.run.log.history.curve().last.tobytes()
    )
