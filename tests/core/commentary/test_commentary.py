"""What commentary notices, on real runs: facts with numbers that can be worked out beside it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.commentary.commentary import Fact, after_change, after_step, milestones, opening
from core.commentary.facts import (
    Arrived,
    Computing,
    Counted,
    EpochDone,
    LookedAt,
    LooksFlat,
    LossMoved,
    Moved,
    Overshot,
    Settled,
    Slowed,
    Stepped,
    Stuck,
    Turned,
)
from core.commentary.layers import Vanishing
from core.commentary.moves import stuck
from core.run.changes import SetSettings
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.moments import ESSAY, around, at


def facts_of(config: TrainingConfig, step: int) -> dict[type, Fact]:
    return {type(fact): fact for fact in after_step(*around(config, step))}


def test_step_1_all_four_fall_even_the_one_that_has_to_rise() -> None:
    before, after = around(ESSAY, 1)
    facts = after_step(before, after)
    assert facts[0] == LossMoved(before.loss or 0, after.loss or 0, 1, 1000, True)
    moved = facts_of(ESSAY, 1)[Moved]
    assert isinstance(moved, Moved)
    assert moved.fell == (0, 1, 2, 3)
    assert moved.rose == ()
    assert moved.against == -0.08
    assert (moved.too_high, moved.too_low, moved.images) == (965, 35, 1000)


def test_step_3_passes_the_truth_and_is_worse_from_then_on() -> None:
    third = facts_of(ESSAY, 3)[LookedAt]
    assert isinstance(third, LookedAt)
    assert third.passed
    assert third.before > third.truth > third.after
    assert third.together_better
    assert third.answered == at(ESSAY, 2).too_high
    for step in range(4, 13):
        later = facts_of(ESSAY, step)[LookedAt]
        assert isinstance(later, LookedAt)
        assert later.worse
        assert not later.passed
        assert later.together_better


@pytest.mark.parametrize("index", [3, 1])
def test_a_weight_turns_at_the_step_where_its_gradient_changes_sign(index: int) -> None:
    moments = [at(ESSAY, step) for step in range(21)]
    gradients = [m.gradient[index] for m in moments if m.gradient is not None]
    turns = [
        step
        for step in range(1, 21)
        for fact in after_step(moments[step - 1], moments[step])
        if isinstance(fact, Turned) and index in fact.indices
    ]
    assert turns == [step for step in range(1, 21) if gradients[step - 1] > 0 > gradients[step]]
    assert len(turns) == 1
    assert Turned((3,), 4, True, False, True) in after_step(*around(ESSAY, 8))
    assert Turned((3,), 4, True, False, True) in milestones(*around(ESSAY, 8))


def test_arrives_within_a_thousandth_of_the_average() -> None:
    arrival = Arrived(4, 0, 0.25)
    assert arrival not in after_step(*around(ESSAY, 300))
    assert arrival in after_step(*around(ESSAY, 500))
    assert arrival in milestones(at(ESSAY, 200), at(ESSAY, 500))
    assert arrival not in milestones(at(ESSAY, 500), at(ESSAY, 600))
    assert Arrived(4, 1, 0.25) in after_step(*around(replace(ESSAY, bias=True), 3000))


def test_settles_when_no_bit_moves() -> None:
    before, after = around(ESSAY, 3000)
    assert np.array_equal(before.parameters, after.parameters)
    (fact, _) = after_step(before, after)
    assert isinstance(fact, Settled)
    assert Settled not in facts_of(ESSAY, 500)


def test_half_the_limit_and_more_turns_all_round_but_falls() -> None:
    config = replace(ESSAY, learning_rate=0.8)
    facts = after_step(*around(config, 1))
    assert isinstance(facts[0], LossMoved)
    assert facts[0].after < facts[0].before
    assert Turned((0, 1, 2, 3), 4, True, True, True) in facts


def test_mini_batches_compare_no_losses() -> None:
    config = replace(ESSAY, batch_size=10)
    for step in range(1, 9):
        before, after = around(config, step)
        facts = after_step(before, after)
        assert facts[0] == LossMoved(before.loss or 0, after.loss or 0, 1, 10, False)
        assert not any(isinstance(f, Turned | Slowed | LooksFlat | Overshot) for f in facts)
        assert not any(isinstance(f, LookedAt) and f.together_better for f in facts)
    assert EpochDone(1000, 10, 100) in milestones(at(config, 90), at(config, 130))
    assert EpochDone(1000, 10, 100) not in milestones(at(config, 190), at(config, 230))


def test_the_image_comes_right_once() -> None:
    right = [
        step
        for step in range(300, 400, 10)
        for fact in milestones(at(ESSAY, step), at(ESSAY, step + 10))
        if isinstance(fact, LookedAt) and fact.came_right
    ]
    assert len(right) == 1


def test_hidden_layers_speak_of_predictions_and_no_single_weights() -> None:
    config = TrainingConfig(hidden=(4,), seed=4)
    before, after = around(config, 1)
    facts = after_step(before, after)
    assert not any(isinstance(fact, Moved | Turned | Arrived) for fact in facts)
    assert Counted("darkness", 1000, 727, 586, 273, 414) in facts
    (step,) = [fact for fact in facts if isinstance(fact, Stepped)]
    assert step.parameters == 25
    assert step.most == np.abs(after.parameters - before.parameters).max()


def test_a_dead_relu_network_is_stuck() -> None:
    trainer = Trainer(TrainingConfig(hidden=(3,), activation="relu"))
    trainer.run.here.network.biases[0][:] = -10.0
    trainer.run.look()
    before = trainer.snapshot()
    trainer.run.step()
    assert Stuck(3, 3, True) in after_step(before, trainer.snapshot())
    trainer.run.here.network.biases[0][0] = 10.0
    trainer.apply(SetSettings.of(engine="loops"))
    trainer.run.step()
    assert Stuck(2, 3, False) in after_step(before, trainer.snapshot())


def test_only_the_layers_with_relu_are_stuck_by_it() -> None:
    trainer = Trainer(TrainingConfig(hidden=(3, 2), activation="tanh,relu"))
    trainer.run.here.network.biases[1][:] = -10.0
    trainer.run.look()
    before = trainer.snapshot()
    trainer.run.step()
    # Nothing comes back through the relu layer, so that all stay as they are.
    assert Stuck(2, 2, True) in after_step(before, trainer.snapshot())
    tanh = Trainer(TrainingConfig(hidden=(3, 2), activation="relu,tanh"))
    tanh.run.here.network.biases[0][:] = -10.0
    tanh.run.look()
    before = tanh.snapshot()
    tanh.run.step()
    # The tanh layer above still learns its biases.
    assert Stuck(3, 3, False) in after_step(before, tanh.snapshot())


def test_a_relu_that_waits_for_the_weight_that_leads_on_is_not_stuck_for_ever() -> None:
    trainer = Trainer(TrainingConfig(hidden=(1,), activation="relu"))
    trainer.run.here.network.parameters[:] = [1, 1, 1, 1, 0, 0, 0]
    trainer.run.look()
    assert stuck(trainer.snapshot()) == Stuck(1, 1, False)
    trainer.run.run_for(math.inf, max_steps=2)
    assert stuck(trainer.snapshot()) is None


def test_a_deep_sigmoid_network_vanishes() -> None:
    config = TrainingConfig(hidden=(8,) * 6, activation="sigmoid", seed=9)
    before, after = around(config, 1)
    (fact,) = [f for f in after_step(before, after) if isinstance(f, Vanishing)]
    first, last = after.architecture.layers[0], after.architecture.layers[-1]
    assert after.gradient is not None
    near, far = after.gradient[last.start : last.stop], after.gradient[first.start : first.stop]
    ratio = np.sqrt(np.mean(near**2)) / np.sqrt(np.mean(far**2))
    assert fact.times == pytest.approx(ratio)


def test_while_the_loss_is_computed() -> None:
    trainer = Trainer(ESSAY)
    trainer.run.look()
    before = trainer.snapshot()
    trainer.run.advance()
    assert after_step(before, trainer.snapshot()) == (Computing(1, 8000),)
    assert milestones(before, trainer.snapshot()) == ()


AnyFloat = st.floats(allow_nan=True, allow_infinity=True)
HIDDEN = [(), (2,), (2, 2)]


@given(
    st.sampled_from(HIDDEN),
    st.booleans(),
    st.lists(AnyFloat, min_size=8, max_size=8),
    st.sampled_from([None, 7]),
)
def test_nothing_raises_whatever_the_numbers(
    hidden: tuple[int, ...], bias: bool, numbers: list[float], batch: int | None
) -> None:
    config = TrainingConfig(
        hidden=hidden, activation="relu", bias=bias, images=20, batch_size=batch
    )
    before, after = around(config, 2)
    spread = np.resize(np.array(numbers), len(after.parameters))
    for loss, gradient in ((numbers[0], spread), (None, None), (numbers[1], None)):
        odd = replace(after, loss=loss, gradient=gradient, parameters=spread)
        for pair in ((before, odd), (odd, replace(odd, step=5)), (odd, at(config, 3))):
            after_step(*pair)
            milestones(*pair)
            after_change(*pair)
        opening(odd)
    other = at(replace(config, hidden=(3,)), 7)
    assert milestones(before, other) == after_step(before, other) == ()
