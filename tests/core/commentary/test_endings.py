"""What commentary says of how a run ended."""

import math
from dataclasses import replace

from core.commentary.commentary import after_step, milestones
from core.commentary.endings import Diverged, LossReached
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.moments import DEFAULT, at


def test_rate_above_the_limit_on_mini_batches_claims_no_limit() -> None:
    config = replace(DEFAULT, learning_rate=3.0, batch_size=10)
    end = at(config, 1000)
    (fact,) = after_step(end, end)
    assert isinstance(fact, Diverged)
    assert fact.limit is None


def test_weights_that_leave_all_bounds_are_told_from_a_loss_that_does() -> None:
    config = TrainingConfig(output="sigmoid", l2=1e4, images=20, pixels="continuous")
    end = at(config, 200)
    (fact,) = after_step(end, end)
    assert isinstance(fact, Diverged)
    assert fact.step == end.diverged_at == end.step + 1
    assert fact.is_loss_finite
    for rate in (1.0, 1e300):
        end = at(replace(DEFAULT, learning_rate=rate), 200)
        (fact,) = after_step(end, end)
        assert isinstance(fact, Diverged)
        assert not fact.is_loss_finite


def test_the_target() -> None:
    trainer = Trainer(replace(DEFAULT, until_loss=0.01))
    trainer.run.ensure_evaluated()
    before = trainer.snapshot()
    trainer.run.run_for(math.inf)
    (fact,) = milestones(before, trainer.snapshot())
    assert isinstance(fact, LossReached)
    assert fact.step == 49
    assert fact.loss <= 0.01
