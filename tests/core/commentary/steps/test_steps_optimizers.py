"""What is only true of plain gradient descent is only said of it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.commentary.changes.actions import after_change
from core.commentary.changes.settings import RateChanged
from core.commentary.layers import ReluGradientZero, Vanishing
from core.commentary.opening import Opening, opening, stable_rate_limit
from core.commentary.steps.endings import Diverged
from core.commentary.steps.loss import Overshot, RateTooSmall
from core.commentary.steps.steps import after_step, milestones
from core.commentary.steps.weights import NoChange, SignChanged, Stepped
from core.run.changes import SetFrozen, SetSettings
from core.run.snapshot import Snapshot
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.moments import DEFAULT, around, at

OTHERS = {
    "momentum": replace(DEFAULT, optimizer="momentum"),
    "rmsprop": replace(DEFAULT, optimizer="rmsprop"),
    "adam": replace(DEFAULT, optimizer="adam"),
    "L1": replace(DEFAULT, l1=0.01),
    "L2": replace(DEFAULT, l2=0.01),
}
every_other = pytest.mark.parametrize("config", OTHERS.values(), ids=OTHERS)


@every_other
def test_no_limit_is_claimed(config: TrainingConfig) -> None:
    assert stable_rate_limit(DEFAULT, at(DEFAULT, 0)) is not None
    now = at(config, 0)
    assert now.quadratic is not None
    first = opening(now)
    assert isinstance(first, Opening)
    assert first.limit is None
    trainer = Trainer(config)
    trainer.apply(SetSettings.of(learning_rate=50.0))
    (changed,) = after_change(now, trainer.snapshot())
    assert isinstance(changed, RateChanged)
    assert changed.limit is None
    assert not changed.above
    trainer.run.run_for(math.inf, max_steps=10_000)
    for fact in after_step(trainer.snapshot(), trainer.snapshot()):
        assert not isinstance(fact, Diverged) or fact.limit is None
    slow = replace(config, learning_rate=1e-4)
    assert not any(isinstance(fact, RateTooSmall) for fact in after_step(*around(slow, 30)))


def test_no_limit_is_claimed_where_weights_are_frozen() -> None:
    trainer = Trainer(DEFAULT)
    trainer.apply(SetFrozen(0, True))
    trainer.run.ensure_evaluated()
    assert stable_rate_limit(trainer.run.config, trainer.snapshot()) is None


def loss_along(trainer: Trainer, before: Snapshot, after: Snapshot, share: float) -> float:
    """Return the loss some way along a step."""
    there = before.parameters + share * (after.parameters - before.parameters)
    predictions = trainer.run.here.images.images @ there
    return float(np.mean((predictions - trainer.run.here.images.targets) ** 2))


@every_other
@pytest.mark.parametrize("rate", [0.05, 0.3, 0.8])
def test_sign_changes_and_overshoots_are_what_they_are_reported_as(
    config: TrainingConfig, rate: float
) -> None:
    trainer = Trainer(replace(config, learning_rate=rate))
    trainer.run.ensure_evaluated()
    moments = [trainer.snapshot()]
    while trainer.run.outcome is None and trainer.run.step_count < 60:
        trainer.run.step()
        moments.append(trainer.snapshot())
    for before, after, following in zip(moments, moments[1:], moments[2:], strict=False):
        for fact in after_step(before, after):
            if isinstance(fact, SignChanged):
                moved = (following.parameters - after.parameters)[list(fact.indices)]
                assert fact.follows == bool(((moved > 0) if fact.below else (moved < 0)).all())
                assert after.gradient is not None
                signs = np.sign(after.gradient[list(fact.indices)])
                assert (signs == (-1 if fact.below else 1)).all()
            if isinstance(fact, Overshot) or (isinstance(fact, SignChanged) and fact.all_past):
                # Downhill at first, uphill at the end.
                assert loss_along(trainer, before, after, 1e-4) < (before.loss or 0)
                assert loss_along(trainer, before, after, 1 - 1e-4) < (after.loss or 0)


def test_momentum_carries_a_weight_on_after_its_gradient_turned() -> None:
    carried = [
        fact
        for step in range(1, 30)
        for fact in after_step(*around(OTHERS["momentum"], step))
        if isinstance(fact, SignChanged) and not fact.follows
    ]
    assert carried


def test_a_dead_network_is_not_stuck_forever_if_more_than_the_gradient_moves_it() -> None:
    for config in OTHERS.values():
        trainer = Trainer(replace(config, hidden=(3,), activation="relu"))
        trainer.run.here.network.biases[0][:] = -10.0
        trainer.run.ensure_evaluated()
        before = trainer.snapshot()
        trainer.run.step()
        facts = after_step(before, trainer.snapshot())
        assert ReluGradientZero(3, 3, False) in facts


def test_a_vanishing_gradient_is_reported_as_scaled_where_it_is() -> None:
    deep = TrainingConfig(hidden=(4, 4, 4), activation="sigmoid", seed=9)
    for name, scaled_by in (("sgd", ""), ("momentum", ""), ("adam", "adam")):
        before, after = around(replace(deep, optimizer=name, learning_rate=0.001), 1)
        (fact,) = [f for f in after_step(before, after) if isinstance(f, Vanishing)]
        assert fact.scaled_by == scaled_by


def test_what_is_remembered_may_move_it_yet() -> None:
    # Nothing moved, and the gradient is 0: with a velocity left the next step moves all the same.
    trainer = Trainer(replace(DEFAULT, optimizer="momentum"))
    here = trainer.run.here
    here.network.parameters[:] = 0.25
    here.images.images[:] = np.round(4 * here.images.images) / 4  # so that nothing is rounded
    here.images.targets[:] = here.images.images @ here.network.parameters
    trainer.run.ensure_evaluated()
    trainer.run.step()
    zero_gradient = trainer.snapshot()
    assert zero_gradient.gradient is not None
    assert not zero_gradient.gradient.any()
    assert any(isinstance(fact, NoChange) for fact in after_step(at(DEFAULT, 0), zero_gradient))
    zero_gradient.state.slots[:] = 1.0
    rolling = replace(zero_gradient)
    assert not any(isinstance(fact, NoChange) for fact in after_step(at(DEFAULT, 0), rolling))


def test_a_step_is_reported_with_the_settings_that_made_it() -> None:
    for config in OTHERS.values():
        hidden = replace(config, hidden=(4,), seed=4, learning_rate=0.001)
        before, after = around(hidden, 2)
        (step,) = [fact for fact in after_step(before, after) if isinstance(fact, Stepped)]
        assert step.config == hidden
        assert not any(isinstance(fact, Stepped) for fact in milestones(before, after))
