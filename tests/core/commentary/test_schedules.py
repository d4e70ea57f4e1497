"""What is said of learning rates is about the rate that a step took, or takes."""

from dataclasses import replace

import pytest

from core.commentary.changes.actions import after_change
from core.commentary.changes.settings import RateChanged, SettingChanged
from core.commentary.opening import opening
from core.commentary.steps.endings import Diverged
from core.commentary.steps.loss import Overshot, RateTooSmall
from core.commentary.steps.steps import after_step, milestones
from core.commentary.steps.weights import NoChange, Stepped, no_change
from core.run.changes import SetSettings
from core.run.stopping import Standstill
from core.run.trainer import Trainer
from tests.core.moments import DEFAULT, around, at, facts_of

FALLING = replace(DEFAULT, learning_rate=1.0, schedule="step", decay_steps=3)
RISING = replace(DEFAULT, learning_rate=1.0, warmup_steps=60)


def test_a_rate_that_was_too_large_is_the_one_of_the_step() -> None:
    fact = facts_of(FALLING, 3)[Overshot]
    assert isinstance(fact, Overshot)
    assert fact.learning_rate == 1.0
    assert fact.limit == pytest.approx(0.905, abs=1e-3)
    # From step 3 on the rate is 0.1, which is stable: no stretch of steps overshoots any more.
    assert not any(
        isinstance(fact, Overshot) for fact in milestones(at(FALLING, 4), at(FALLING, 9))
    )
    assert Overshot not in facts_of(FALLING, 5)


def test_a_run_opens_with_the_rate_of_its_first_step() -> None:
    assert opening(at(RISING, 0)).learning_rate == pytest.approx(1 / 61)
    assert opening(at(FALLING, 0)).learning_rate == 1.0
    # After a warm-up the rate stays, and above the limit the run diverges; here it falls again.
    assert opening(at(FALLING, 0)).is_scheduled
    assert not opening(at(RISING, 0)).is_scheduled


def test_no_larger_rate_is_asked_for_while_it_rises_by_itself() -> None:
    slow = replace(DEFAULT, learning_rate=0.001)
    assert RateTooSmall in facts_of(slow, 1)
    assert RateTooSmall not in facts_of(replace(slow, warmup_steps=60), 1)
    assert RateTooSmall not in facts_of(replace(slow, schedule="cosine"), 1)


def test_a_run_diverges_by_the_rate_of_its_last_step() -> None:
    end = at(replace(DEFAULT, learning_rate=300.0, warmup_steps=2), 30)
    (fact,) = after_step(at(DEFAULT, 0), end)
    assert isinstance(fact, Diverged)
    # A third of it is taken by the first step, two thirds by the second, which is too much.
    assert fact.step == 2
    assert fact.learning_rate == pytest.approx(200.0)


def test_a_clipped_gradient_has_no_known_limit() -> None:
    assert opening(at(replace(DEFAULT, clip_norm=5.0), 0)).limit is None


def test_a_schedule_that_is_over_leaves_nothing_to_move() -> None:
    config = replace(DEFAULT, schedule="cosine", cosine_steps=2, optimizer="momentum")
    assert no_change(at(config, 2)) is None
    moment = at(config, 3)
    assert no_change(moment) == NoChange(Standstill.RATE, moment.loss or 0.0)
    tiny = replace(DEFAULT, learning_rate=1e-300, warmup_steps=5)
    assert no_change(at(tiny, 2)) is None, "the rate still rises"


def test_a_step_of_many_weights_is_told_with_its_rate() -> None:
    config = replace(FALLING, hidden=(3,), images=20)
    before, after = around(config, 4)
    (fact,) = (each for each in after_step(before, after) if isinstance(each, Stepped))
    assert fact.learning_rate == before.rate == pytest.approx(0.1)


def test_another_schedule_is_another_rate_from_now_on() -> None:
    trainer = Trainer(DEFAULT)
    trainer.run.run_for(1e9, max_steps=3)
    before = trainer.snapshot()
    trainer.apply(SetSettings.of(schedule="step", decay_steps=3))
    rate, setting, steps = after_change(before, trainer.snapshot())
    assert isinstance(rate, RateChanged)
    assert rate.before == 0.1
    assert rate.after == pytest.approx(0.01)
    assert setting == SettingChanged("schedule", "constant", "step", True)
    assert isinstance(steps, SettingChanged)
