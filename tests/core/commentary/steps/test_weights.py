"""What commentary notices about weights and biases, on real runs."""

from dataclasses import replace

import numpy as np
import pytest

from core.commentary.steps.loss import LossMoved
from core.commentary.steps.steps import after_step, milestones
from core.commentary.steps.weights import (
    Converged,
    NoChange,
    SignChanged,
    WeightsMoved,
    weights_moved,
)
from tests.core.moments import DEFAULT, around, at, facts_of


def test_step_1_all_four_fall_even_the_one_that_has_to_rise() -> None:
    before, after = around(DEFAULT, 1)
    facts = after_step(before, after)
    assert facts[0] == LossMoved(before.loss or 0, after.loss or 0, 1, 1000, True)
    moved = facts_of(DEFAULT, 1)[WeightsMoved]
    assert isinstance(moved, WeightsMoved)
    assert moved.fell == (0, 1, 2, 3)
    assert moved.rose == ()
    assert moved.against == -0.08
    assert (moved.too_high, moved.too_low, moved.images) == (965, 35, 1000)


@pytest.mark.parametrize("index", [3, 1])
def test_a_weight_turns_at_the_step_where_its_gradient_changes_sign(index: int) -> None:
    moments = [at(DEFAULT, step) for step in range(21)]
    gradients = [m.gradient[index] for m in moments if m.gradient is not None]
    turns = [
        step
        for step in range(1, 21)
        for fact in after_step(moments[step - 1], moments[step])
        if isinstance(fact, SignChanged) and index in fact.indices
    ]
    assert turns == [step for step in range(1, 21) if gradients[step - 1] > 0 > gradients[step]]
    assert len(turns) == 1
    assert SignChanged((3,), 4, True, False, True) in after_step(*around(DEFAULT, 8))
    assert SignChanged((3,), 4, True, False, True) in milestones(*around(DEFAULT, 8))


def test_arrives_within_a_thousandth_of_the_average() -> None:
    arrival = Converged(4, 0, 0.25)
    assert arrival not in after_step(*around(DEFAULT, 300))
    assert arrival in after_step(*around(DEFAULT, 500))
    assert arrival in milestones(at(DEFAULT, 200), at(DEFAULT, 500))
    assert arrival not in milestones(at(DEFAULT, 500), at(DEFAULT, 600))
    assert Converged(4, 1, 0.25) in after_step(*around(replace(DEFAULT, bias=True), 3000))


def test_settles_when_no_bit_moves() -> None:
    before, after = around(DEFAULT, 3000)
    assert np.array_equal(before.parameters, after.parameters)
    (fact, _) = after_step(before, after)
    assert isinstance(fact, NoChange)
    assert NoChange not in facts_of(DEFAULT, 500)


def test_half_the_limit_and_more_turns_all_round_but_falls() -> None:
    config = replace(DEFAULT, learning_rate=0.8)
    facts = after_step(*around(config, 1))
    assert isinstance(facts[0], LossMoved)
    assert facts[0].after < facts[0].before
    assert SignChanged((0, 1, 2, 3), 4, True, True, True) in facts


def test_of_those_that_went_the_wrong_way_the_one_farthest_off_is_reported() -> None:
    # The best they can be is 0.25 each.
    now = at(DEFAULT, 0)
    before = replace(now, parameters=np.array([0.2, 0.0, 0.9, 0.25]))
    after = replace(now, parameters=np.array([0.1, -0.1, 0.5, 0.25]))
    moved_so = weights_moved(before, after)
    assert moved_so is not None
    assert (moved_so.fell, moved_so.rose, moved_so.against) == ((0, 1, 2), (), 0.0)
    upwards = weights_moved(before, replace(now, parameters=np.array([0.21, 0.1, 0.95, 0.25])))
    assert upwards is not None
    assert (upwards.rose, upwards.against) == ((0, 1, 2), 0.9)
    right = weights_moved(before, replace(now, parameters=np.array([0.21, 0.1, 0.8, 0.25])))
    assert right is not None
    assert right.against is None


def test_a_weight_as_near_as_converged_ones_are_does_not_go_the_wrong_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = at(DEFAULT, 0)
    assert now.quadratic is not None
    assert now.quadratic.best is not None
    old = now.quadratic.best - np.array([0.0, 0.001, 0.0, 0.0])
    before, after = replace(now, parameters=old), replace(now, parameters=old - 0.5)
    distance = float(np.abs(now.quadratic.best - old).max())
    for near_best, against in ((distance, None), (np.nextafter(distance, 0.0), float(old[1]))):
        monkeypatch.setattr("core.commentary.steps.weights.NEAR_BEST", near_best)
        fact = weights_moved(before, after)
        assert fact is not None
        assert fact.against == against
