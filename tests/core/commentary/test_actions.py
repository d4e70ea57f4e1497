"""What follows from what a user does, as facts."""

from dataclasses import replace

import pytest

from core.commentary.actions import (
    DefaultStart,
    ImageChanged,
    NewWeights,
    Opening,
    StartedAgain,
    after_change,
    after_start,
    opening,
)
from core.commentary.settings import EngineChanged, MethodChanged, RateChanged
from core.run.changes import SetSettings
from core.run.trainer import Trainer
from tests.core.moments import DEFAULT, at


def test_opening_tells_prediction_target_and_limit() -> None:
    fact = opening(at(DEFAULT, 0))
    assert isinstance(fact, Opening)
    assert fact.prediction == pytest.approx(0.684)
    assert fact.target == pytest.approx(0.45)
    assert fact.limit == pytest.approx(0.905, abs=1e-3)
    on_batches = opening(at(replace(DEFAULT, batch_size=10), 0))
    assert isinstance(on_batches, Opening)
    assert on_batches.limit is None


def test_starts() -> None:
    trainer = Trainer(DEFAULT)
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
    assert isinstance(after_start(other, trainer.snapshot()), DefaultStart)


def test_changes() -> None:
    trainer = Trainer(DEFAULT)
    trainer.run.ensure_evaluated()
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
    assert image.target == pytest.approx(0.55)
