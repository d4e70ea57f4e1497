"""What commentary notices about the loss, on real runs."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.commentary.steps.endings import Diverged
from core.commentary.steps.loss import (
    FlatCurve,
    LossMilestone,
    Overfitting,
    Overshot,
    RateTooSmall,
    Slowed,
    loss_milestone,
    overfitting,
    passed_minimum,
)
from core.commentary.steps.steps import after_step, milestones
from core.metrics.history import LossHistory
from core.metrics.scores import Score, Scores
from core.run.snapshot import Snapshot
from core.run.trainer import Trainer
from tests.core.moments import DEFAULT, around, at, facts_of


def test_it_slows_when_the_weights_are_right_on_average() -> None:
    fact = facts_of(DEFAULT, 20)[Slowed]
    assert isinstance(fact, Slowed)
    losses = [at(DEFAULT, step).loss or 0 for step in (0, 1, 19, 20)]
    assert fact.first == pytest.approx(1 - losses[1] / losses[0])
    assert fact.share == pytest.approx(1 - losses[3] / losses[2])
    assert fact.even
    assert abs(at(DEFAULT, 20).parameters.mean() - 0.25) < 0.01
    assert Slowed not in facts_of(DEFAULT, 5)


def test_a_curve_is_flat_once_below_a_fiftieth_of_the_highest() -> None:
    start = at(DEFAULT, 0).loss or 0
    for step in (40, 50, 51, 60, 300):
        before, after = around(DEFAULT, step)
        flat = [fact for fact in after_step(before, after) if isinstance(fact, FlatCurve)]
        assert bool(flat) == ((after.loss or 0) < start / 50)
        if flat:
            assert flat[0].share == pytest.approx(1 - (after.loss or 0) / (before.loss or 0))


def test_rate_1_overshoots_at_once_and_diverges() -> None:
    config = replace(DEFAULT, learning_rate=1.0)
    (fact,) = after_step(*around(config, 1))
    assert isinstance(fact, Overshot)
    assert fact.before < fact.after
    assert fact.swung
    assert fact.were_high
    assert fact.limit == pytest.approx(0.905, abs=1e-3)
    end = at(config, 100)
    (last,) = after_step(at(config, end.step - 1), end)
    assert isinstance(last, Diverged)
    assert last.step == end.diverged_at
    assert last.loss > 1e5
    assert last.limit == fact.limit
    assert milestones(at(config, 3), end) == (last,)
    assert milestones(end, end) == ()


def test_no_overshot_is_claimed_where_the_limit_forbids_it() -> None:
    for rate in (0.1, 0.5, 0.9):
        trainer = Trainer(replace(DEFAULT, learning_rate=rate))
        trainer.run.ensure_evaluated()
        before = trainer.snapshot()
        for _ in range(300):
            trainer.run.run_for(math.inf, max_steps=7)
            after = trainer.snapshot()
            assert not any(
                isinstance(fact, Overshot)
                for fact in (*after_step(before, after), *milestones(before, after))
            )
            before = after


def test_rate_too_small_far_below_the_limit() -> None:
    fact = facts_of(replace(DEFAULT, learning_rate=0.001), 1)[RateTooSmall]
    assert isinstance(fact, RateTooSmall)
    assert fact.share < 0.01
    assert fact.limit == pytest.approx(0.905, abs=1e-3)


def test_powers_of_ten_are_passed_at_their_exact_step() -> None:
    (fact,) = [
        f for f in milestones(at(DEFAULT, 10), at(DEFAULT, 100)) if isinstance(f, LossMilestone)
    ]
    losses = [at(DEFAULT, step).loss or 0 for step in range(60)]
    first = next(step for step, loss in enumerate(losses) if loss <= 0.01)
    above = next(step for step, loss in enumerate(losses) if loss <= 0.1)
    assert fact == LossMilestone(0.01, first, first - above, True)


def test_a_test_loss_is_a_fact_once_it_is_more_than_twice_the_training_loss() -> None:
    now = at(DEFAULT, 0)

    def scored(train: float, test: float | None) -> Snapshot:
        other = None if test is None else Score(test, 3, None)
        return replace(now, scores=Scores(0, Score(train, 7, None), other))

    close, wide = scored(0.25, 0.5), scored(0.25, 0.5000001)
    assert overfitting(close, wide) == Overfitting(0.25, 0.5000001, 7)
    assert overfitting(now, wide) == Overfitting(0.25, 0.5000001, 7)
    # Not twice, and not where there is nothing to compare.
    for before, after in ((wide, wide), (close, close), (wide, close), (now, now)):
        assert overfitting(before, after) is None
    assert overfitting(close, scored(0.25, None)) is None


@pytest.mark.parametrize(
    ("there", "here", "passed"),
    [
        ((-1.0, -1.0), (0.5, 0.0), True),
        ((-1.0, 0.0), (0.0, 0.5), True),
        ((1.0, 0.0), (0.5, 0.0), False),  # uphill from the start
        ((-1.0, -1.0), (-0.5, 0.0), False),  # downhill to the end
        ((1.0, -1.0), (0.5, 0.0), False),  # level at the start
        ((-1.0, -1.0), (0.5, -0.5), False),  # level at the end: the lowest point itself
    ],
)
def test_a_step_passed_minimum_point_if_it_went_down_and_then_up(
    there: tuple[float, float], here: tuple[float, float], passed: bool
) -> None:
    now = at(DEFAULT, 0)
    before = replace(
        now, parameters=np.array([0.0, 0.0, 0.5, 0.5]), gradient=np.array([*there, 0.0, 0.0])
    )
    after = replace(
        now, step=1, parameters=np.array([1.0, 1.0, 0.5, 0.5]), gradient=np.array([*here, 0.0, 0.0])
    )
    assert passed_minimum(before, after) == passed


@pytest.mark.parametrize(("lowest", "told"), [(1e-30, 1e-30), (2e-30, 1e-29), (5e6, None)])
def test_powers_of_ten_are_milestones_down_to_the_smallest_that_is_noted(
    lowest: float, told: float | None
) -> None:
    history = LossHistory()
    history.extend(np.array([1e7, lowest]))
    before = at(DEFAULT, 0)
    fact = loss_milestone(before, replace(before, step=1, curve=history.curve()))
    assert (None if fact is None else fact.threshold) == told
