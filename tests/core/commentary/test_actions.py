"""What follows from what a user does, as facts."""

from dataclasses import replace

import numpy as np
import pytest

from core.commentary.actions import (
    EssayStart,
    ImageChanged,
    NewWeights,
    Opening,
    StartedAgain,
    after_change,
    after_start,
    opening,
)
from core.commentary.by_hand import ParameterSet, ParametersSet
from core.commentary.settings import (
    BatchChanged,
    EngineChanged,
    MethodChanged,
    OptimizerChanged,
    RateChanged,
    SettingChanged,
)
from core.run.changes import SetParameters, SetSettings
from core.run.trainer import Trainer
from tests.core.moments import ESSAY, at


def test_opening_tells_prediction_truth_and_limit() -> None:
    fact = opening(at(ESSAY, 0))
    assert isinstance(fact, Opening)
    assert fact.prediction == pytest.approx(0.684)
    assert fact.truth == pytest.approx(0.45)
    assert fact.limit == pytest.approx(0.905, abs=1e-3)
    on_batches = opening(at(replace(ESSAY, batch_size=10), 0))
    assert isinstance(on_batches, Opening)
    assert on_batches.limit is None


def test_changes() -> None:
    trainer = Trainer(ESSAY)
    trainer.run.look()
    before = trainer.snapshot()
    assert after_change(before, before) == ()
    trainer.apply(SetSettings.of(learning_rate=1.0))
    trainer.apply(SetSettings.of(gradient="nudge"))
    trainer.apply(SetSettings.of(engine="loops"))
    rate, method, engine, image = after_change(before, trainer.snapshot((0.2, 0.9, 0.4, 0.7)))
    assert isinstance(rate, RateChanged)
    assert (rate.before, rate.after, rate.above) == (0.1, 1.0, True)
    assert method == MethodChanged("nudge", 4, 8004, 20004, 2.0)
    assert engine == EngineChanged("loops")
    assert isinstance(image, ImageChanged)
    assert (image.pixels, image.values) == ((1,), (0.9,))
    assert image.truth == pytest.approx(0.55)


def test_other_settings_are_told_by_what_they_are() -> None:
    trainer = Trainer(replace(ESSAY, batch_size=10))
    trainer.run.step()
    before = trainer.snapshot()
    change = SetSettings.of(optimizer="adam", batch_size=500, beta2=0.9, alpha=0.5, l2=0.1)
    trainer.apply(change)
    assert after_change(before, trainer.snapshot()) == (
        OptimizerChanged("adam"),
        BatchChanged(500, False, True),
        SettingChanged("alpha", 0.99, 0.5, False),
        SettingChanged("beta2", 0.999, 0.9, True),
        SettingChanged("l2", 0.0, 0.1, True),
    )
    before = trainer.snapshot()
    trainer.apply(SetSettings.of(batch_size=None))
    assert after_change(before, trainer.snapshot()) == (BatchChanged(1000, True, False),)


@pytest.mark.parametrize(("bias", "weights", "indices"), [(False, 4, (1, 3)), (True, 4, (0, 4))])
def test_parameters_changed_by_hand(bias: bool, weights: int, indices: tuple[int, ...]) -> None:
    trainer = Trainer(replace(ESSAY, bias=bias))
    trainer.run.look()
    before = trainer.snapshot()
    old = before.parameters[list(indices)]
    first, second = indices
    trainer.apply(SetParameters(((first, old[0] + 0.3), (second, old[1] - 0.4))))
    trainer.run.look()
    after = trainer.snapshot()
    (fact,) = after_change(before, after)
    assert isinstance(fact, ParametersSet)
    assert (fact.indices, fact.parameters, fact.weights) == (indices, 4 + bias, weights)
    assert fact.distance == pytest.approx(0.5)
    assert (fact.loss_before, fact.loss_after) == (before.loss, after.loss)
    # Where only one came out otherwise, that one is told of.
    trainer.apply(SetParameters(((first, old[0] + 0.3), (second, 0.25))))
    (single,) = after_change(after, trainer.snapshot())
    assert isinstance(single, ParameterSet)
    assert (single.index, single.weights, single.after) == (second, weights, 0.25)
    assert single.loss_after is None


def test_parameters_without_numbers_changed_by_hand() -> None:
    trainer = Trainer(replace(ESSAY, hidden=(2,)))
    before = trainer.snapshot()
    trainer.apply(SetParameters(((0, 1.0), (1, 2.0))))
    (fact,) = after_change(before, trainer.snapshot())
    assert isinstance(fact, ParametersSet)
    assert fact.weights is None


def test_what_is_not_a_number_before_and_after_has_not_changed() -> None:
    now = at(ESSAY, 0)
    broken = replace(now, parameters=np.array([1.0, np.nan, np.inf, np.nan]))
    changed = replace(now, parameters=np.array([2.0, np.nan, np.inf, np.nan]))
    (fact,) = after_change(broken, changed)
    assert isinstance(fact, ParameterSet)
    assert fact.index == 0


def test_starts() -> None:
    trainer = Trainer(ESSAY)
    trainer.run.step()
    before = trainer.snapshot()
    trainer.reset()
    assert after_start(before, trainer.snapshot()) == StartedAgain(1, False)
    trainer.run.step()
    trainer.apply(SetSettings.of(learning_rate=0.5))
    trainer.reset()
    assert after_start(before, trainer.snapshot()) == StartedAgain(1, True)
    trainer.restart(4)
    other = trainer.snapshot()
    fact = after_start(before, other)
    assert isinstance(fact, NewWeights)
    assert fact.seed == 4
    trainer.restart(0)
    assert isinstance(after_start(other, trainer.snapshot()), EssayStart)
