"""Manual changes beside gradient descent: forward passes, multiply-adds, and the losses of both."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.arrays import Array, Cancelled
from core.explain.explain import explain
from core.explain.explanation import EqualCostDescent, Remark
from core.network.cost import step_cost
from core.network.losses import LOSSES
from core.network.network import Network
from core.network.optimizers import OPTIMIZERS
from core.quantities.quantities import Count, CountQuantity
from core.run.changes import (
    Change,
    SetFrozen,
    SetParameter,
    SetSettings,
)
from core.run.descent import ManualEdits
from core.run.timeline import Moment
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.explained import holds


def edits_of(trainer: Trainer) -> ManualEdits | None:
    """Return the walk with all that there is to know of it."""
    if trainer.descent is not None:
        trainer.descent.catch_up()
    return trainer.manual_edits


def stepped(config: TrainingConfig, steps: int) -> Trainer:
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=steps)
    return trainer


def test_the_default_networks_first_manual_edits() -> None:
    trainer = Trainer(TrainingConfig())
    images, targets = trainer.run.here.images.images, trainer.run.here.images.targets
    start = trainer.run.loss
    assert trainer.manual_edits is None
    # A change costs one forward pass: 1,000 images × 4 weights = 4,000. A step costs 4,000 forward,
    # 4,000 for the gradient and 4 for the update: 8,004. Two changes, 8,000, cost less than a step.
    for passes, steps in ((1, 0), (2, 0), (3, 1), (4, 1), (5, 2)):
        trainer.apply(SetParameter(0, 0.98 - 0.05 * passes))
        manual_edits = edits_of(trainer)
        assert manual_edits is not None
        assert (manual_edits.forward_passes, manual_edits.multiply_adds) == (passes, 4_000 * passes)
        assert (manual_edits.steps, manual_edits.descent_multiply_adds) == (steps, 8_004 * steps)
        assert manual_edits.start_loss == start
        assert not manual_edits.has_diverged
        # Descent on paper: w − 0.1 · (2/1,000) · Xᵀ(X·w − t), from the weights before any edit.
        weights = np.array([0.98, 0.4, 0.86, -0.08])
        for _ in range(steps):
            weights = weights - 0.1 * 2 / 1000 * images.T @ (images @ weights - targets)
        loss = float(np.mean((images @ weights - targets) ** 2))
        assert manual_edits.descent_loss == pytest.approx(loss, abs=1e-14)
    # An evaluation costs nothing.
    assert trainer.run.multiply_adds == 0


def test_manual_edits_end_with_a_step_and_are_there_again_where_they_were() -> None:
    trainer = stepped(TrainingConfig(), 5)
    for value in (0.9, 0.8, 0.7):
        trainer.apply(SetParameter(1, value))
    manual_edits = edits_of(trainer)
    assert manual_edits is not None
    assert manual_edits.forward_passes == 3
    trainer.run.step()
    assert trainer.manual_edits is None
    trainer.run.go_to((5, 3))
    assert edits_of(trainer) == manual_edits
    trainer.run.go_to((5, 2))
    fewer = edits_of(trainer)
    assert fewer is not None
    assert (fewer.forward_passes, fewer.steps, fewer.start_loss) == (2, 0, manual_edits.start_loss)
    trainer.run.go_to((5, 0))
    assert trainer.manual_edits is None
    trainer.run.go_to((5, 3))
    assert edits_of(trainer) == manual_edits


def test_another_change_in_between_begins_other_manual_edits() -> None:
    trainer = stepped(TrainingConfig(), 2)
    trainer.apply(SetParameter(0, 0.5))
    trainer.apply(SetParameter(0, 0.4))
    middle = trainer.run.loss
    trainer.apply(SetFrozen(3, True))
    assert trainer.manual_edits is None
    for value in (0.3, 0.2, 0.1):
        trainer.apply(SetParameter(0, value))
    manual_edits = edits_of(trainer)
    assert manual_edits is not None
    assert (manual_edits.forward_passes, manual_edits.start_loss) == (3, middle)
    # The frozen weight stays where it is, and its update is not paid for.
    assert manual_edits.descent_multiply_adds == 8_003


def test_each_of_two_series_of_manual_edits_is_there_again() -> None:
    trainer = stepped(TrainingConfig(), 3)
    for value in range(9):
        trainer.apply(SetParameter(0, value / 10))
    first = edits_of(trainer)
    trainer.run.step()
    # From here on a step costs another number of multiply-adds.
    trainer.apply(SetSettings.of(gradient="nudge"))
    for value in range(9):
        trainer.apply(SetParameter(1, value / 10))
    second = edits_of(trainer)
    assert first is not None
    assert second is not None
    assert (first.steps, second.steps) == (4, 1)
    for moment, manual_edits in (((3, 9), first), ((4, 19), second), ((3, 9), first)):
        trainer.run.go_to(moment)
        assert edits_of(trainer) == manual_edits


def test_edits_after_another_change_are_compared_again() -> None:
    trainer = stepped(TrainingConfig(), 3)
    losses = []
    for rate in (0.05, 0.2):
        trainer.apply(SetSettings.of(learning_rate=rate))
        assert trainer.run.moment == (3, 1)
        for value in (0.1, 0.2, 0.3):
            trainer.apply(SetParameter(0, value))
        manual_edits = edits_of(trainer)
        assert manual_edits is not None
        losses.append(manual_edits.descent_loss)
        trainer.run.go_to((3, 0))
    # The larger of these rates comes further in a step.
    assert losses[0] is not None
    assert losses[1] is not None
    assert losses[1] < losses[0]


def test_runs_that_change_places_keep_their_manual_edits() -> None:
    trainer = stepped(TrainingConfig(), 3)
    for value in (0.9, 0.8, 0.7, 0.6):
        trainer.apply(SetParameter(0, value))
    first = edits_of(trainer)
    trainer.run.step()
    trainer.run.go_to((3, 2))
    trainer.apply(SetParameter(2, -1.0))
    second = edits_of(trainer)
    assert first is not None
    assert second is not None
    assert (first.forward_passes, second.forward_passes) == (4, 3)
    trainer.swap()
    trainer.run.go_to((3, 4))
    assert edits_of(trainer) == first
    trainer.swap()
    assert edits_of(trainer) == second
    trainer.restart(7)
    assert trainer.manual_edits is None
    assert trainer.return_to_before()
    assert edits_of(trainer) == second


def test_gradient_descent_that_diverges_is_reported() -> None:
    # Above 2/λ, about 0.9, the distance along the steepest direction grows with each step: here a
    # hundredfold, so that the loss leaves all bounds with the second.
    trainer = Trainer(TrainingConfig(learning_rate=100.0))
    trainer.run.ensure_evaluated()
    seen = []
    for value in range(12):
        trainer.apply(SetParameter(0, value / 10))
        manual_edits = edits_of(trainer)
        assert manual_edits is not None
        seen.append(
            (manual_edits.steps, manual_edits.descent_loss is None, manual_edits.has_diverged)
        )
    assert seen[:3] == [(0, False, False), (0, False, False), (1, False, False)]
    assert seen[-1] == (5, True, True)
    # Fewer steps, those that still had a loss, have it still.
    trainer.run.go_to((0, 4))
    manual_edits = edits_of(trainer)
    assert manual_edits is not None
    assert (manual_edits.steps, manual_edits.has_diverged) == (1, False)
    assert manual_edits.descent_loss is not None


@pytest.mark.parametrize(("batch_size", "evaluations"), [(None, 2), (5, 2 * 2)])
def test_how_long_descent_takes_is_foreseen(batch_size: int | None, evaluations: int) -> None:
    # A step for three edits: the loss before it and after it, on mini-batches twice. The moment
    # before the edits was kept, so that no step leads up to it.
    trainer = stepped(TrainingConfig(images=12, batch_size=batch_size), 3)
    for value in (0.1, 0.2, 0.3):
        trainer.apply(SetParameter(0, value))
    descent = trainer.descent
    assert descent is not None
    assert descent.seconds == evaluations * trainer.run.here.evaluation_seconds
    assert not descent.is_known
    descent.catch_up()
    assert descent.is_known
    assert descent.seconds == 0.0


@pytest.mark.parametrize("goal", [{"until_loss": 0.01}, {"steps": 3}], ids=str)
def test_descent_goes_on_where_the_run_came_to_its_goal(goal: dict[str, float]) -> None:
    plain = TrainingConfig()
    trainer = Trainer(plain.with_settings(goal))
    trainer.run.run_for(math.inf, max_steps=10_000)
    assert trainer.run.outcome is not None
    alone = stepped(plain, trainer.run.step_count)
    start = alone.run.loss
    for value in (0.9, 0.8, 0.7):
        trainer.apply(SetParameter(0, value))
    manual_edits = edits_of(trainer)
    assert manual_edits is not None
    assert (manual_edits.steps, manual_edits.start_loss) == (1, start)
    alone.run.step()
    assert manual_edits.descent_loss == alone.run.loss < start


@pytest.mark.parametrize("batch_size", [None, 5])
def test_a_descent_that_is_called_off_goes_on_where_it_was(batch_size: int | None) -> None:
    config = TrainingConfig(images=12, batch_size=batch_size, hidden=(3,), learning_rate=0.5)
    expected = Trainer(config)
    halting = Trainer(config)
    for trainer in (expected, halting):
        trainer.run.run_for(math.inf, max_steps=4)
        for value in range(9):
            trainer.apply(SetParameter(0, value / 10))
    chance = Random(0)
    descent = halting.descent
    assert descent is not None
    times = 0
    while not descent.is_known:
        try:
            descent.catch_up(lambda: chance.random() < 0.2)
        except Cancelled:
            times += 1
        manual_edits = halting.manual_edits
        assert manual_edits is not None
        assert (manual_edits.descent_loss is not None) == descent.is_known
    assert times > 3
    assert halting.manual_edits == edits_of(expected)


def test_descent_is_compared_on_the_batch_that_is_used() -> None:
    config = TrainingConfig(images=12, batch_size=5, learning_rate=0.5)
    trainer = stepped(config, 3)
    batch = trainer.run.here.coming_batch
    for value in (0.1, 0.2, 0.3):
        trainer.apply(SetParameter(0, value))
    manual_edits = edits_of(trainer)
    assert manual_edits is not None
    # The batches of an epoch have 5, 5 and 2 images: at step 3 a change costs 20, a step 44.
    assert (manual_edits.multiply_adds, manual_edits.steps, manual_edits.descent_multiply_adds) == (
        60,
        1,
        44,
    )
    one_on = stepped(config, 4)
    assert manual_edits.descent_loss == pytest.approx(
        loss_of(config, one_on.run.here.network.parameters, batch.images, batch.targets), abs=1e-14
    )


def loss_of(config: TrainingConfig, parameters: Array, images: Array, targets: Array) -> float:
    """Work the mean squared error out from the forward pass alone."""
    assert LOSSES[config.loss].name == "mse"
    predictions = Network(config.architecture, parameters).forward(images)[-1][:, 0]
    return float(np.mean((predictions - targets) ** 2))


CONFIGS = st.builds(
    TrainingConfig,
    hidden=st.sampled_from([(), (2,), (3, 2)]),
    learning_rate=st.sampled_from([0.01, 0.1, 0.5]),
    images=st.just(12),
    batch_size=st.sampled_from([None, 5, 1]),
    gradient=st.sampled_from(["backprop", "nudge"]),
    seed=st.integers(0, 50),
)
EDITS = st.lists(
    st.builds(SetParameter, st.integers(0, 3), st.floats(-2, 2)), min_size=1, max_size=9
)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.sampled_from([0.02, 0.05, 0.2]).map(lambda value: SetSettings.of(learning_rate=value)),
    st.sampled_from(["matrix", "loops"]).map(lambda value: SetSettings.of(engine=value)),
    st.sampled_from(["backprop", "nudge"]).map(lambda value: SetSettings.of(gradient=value)),
    st.sampled_from([None, 0.05]).map(lambda value: SetSettings.of(until_loss=value)),
    st.sampled_from(list(OPTIMIZERS)).map(lambda value: SetSettings.of(optimizer=value)),
    st.builds(SetFrozen, st.integers(0, 3), st.booleans()),
)
ACTIONS = st.lists(
    st.one_of(EDITS, EDITS, st.integers(1, 4), st.sampled_from(["back", "go"]), CHANGES),
    min_size=5,
    max_size=25,
)


@given(CONFIGS, ACTIONS, st.randoms())
def test_whatever_is_done_the_comparison_is_with_a_run_of_its_own(
    config: TrainingConfig, actions: list[list[Change] | Change | int | str], random: Random
) -> None:
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    known: set[Moment] = {trainer.run.moment}
    for action in actions:
        if isinstance(action, int):
            trainer.run.run_for(math.inf, max_steps=action)
        elif action == "back":
            if (moment := trainer.run.moment_before()) is not None:
                trainer.run.go_to(moment)
        elif action == "go":
            trainer.run.go_to(
                random.choice([each for each in sorted(known) if trainer.run.knows(each)])
            )
        else:
            for change in action if isinstance(action, list) else [action]:
                assert not isinstance(change, str)
                trainer.apply(change)
        trainer.run.ensure_evaluated()
        known.add(trainer.run.moment)
        if random.random() < 0.7:  # not every moment is shown
            compare(trainer)
    compare(trainer)


def compare(trainer: Trainer) -> None:
    """Compare the manual edits with a run that is made again from the journal up to their start."""
    journal = trainer.run.log.journal[: trainer.run.log.done]
    passes = 0
    while journal and journal[-1].step == trainer.run.step_count:
        if not isinstance(journal[-1].change, SetParameter):
            break
        passes += 1
        journal.pop()
    manual_edits = edits_of(trainer)
    assert (manual_edits is None) == (passes == 0)
    if manual_edits is None:
        return
    config = trainer.run.config
    alone = Trainer(initial(trainer))
    for entry in journal:
        alone.run.run_for(math.inf, max_steps=entry.step - alone.run.step_count)
        alone.apply(entry.change)
    alone.run.run_for(math.inf, max_steps=trainer.run.step_count - alone.run.step_count)
    batch = alone.run.here.coming_batch
    forward = len(batch) * sum(layer.inputs * layer.outputs for layer in config.architecture.layers)
    assert manual_edits.multiply_adds == passes * forward
    paid = 0
    steps = 0
    assert manual_edits.start_loss == alone.run.loss
    alone.apply(SetSettings.of(until_loss=None))  # descent stops for nothing but divergence
    while (cost := paid + price(alone)) <= passes * forward:
        paid, steps = cost, steps + 1
        alone.run.step()
    assert (manual_edits.steps, manual_edits.descent_multiply_adds) == (steps, paid)
    assert manual_edits.descent_loss is not None
    loss = loss_of(config, alone.run.here.network.parameters, batch.images, batch.targets)
    assert manual_edits.descent_loss == pytest.approx(loss, rel=1e-9)


def initial(trainer: Trainer) -> TrainingConfig:
    """Return the config that a run was made from: as it was before its changes."""
    return trainer.run.log.timeline.before((0, 0)).config


def price(trainer: Trainer) -> int:
    """Count the coming step from shapes alone."""
    config = trainer.run.config
    optimizer, loss = OPTIMIZERS[config.optimizer], LOSSES[config.loss]
    images, frozen = len(trainer.run.here.coming_batch), len(trainer.run.here.frozen)
    cost = step_cost(
        config.architecture, images, config.gradient, optimizer, config.options, loss, frozen
    )
    return cost.step


def test_manual_forward_passes_are_explained_by_their_factors() -> None:
    trainer = Trainer(TrainingConfig(hidden=(4,), seed=4))
    trainer.run.ensure_evaluated()
    target = CountQuantity(Count.FORWARD_PASSES)
    still = explain(trainer.snapshot(), None, target)
    assert (still.result, still.equations, still.facts) == (None, (), (Remark.UNMOVED,))
    for value in (0.1, 0.2, 0.3):
        trainer.apply(SetParameter(0, value))
    trainer.run.ensure_evaluated()
    manual_edits = edits_of(trainer)
    now = trainer.snapshot()
    assert now.manual_edits == manual_edits
    found = explain(now, None, target)
    holds(found)
    # 4 × 4 + 4 × 1 weights, 1,000 images, three manual changes.
    assert [(each.name, each.result) for each in found.equations] == [
        ("weights", 20),
        ("forward", 20_000),
        ("manual changes", 60_000),
    ]
    assert found.result == 60_000
    assert manual_edits is not None
    assert found.facts == (EqualCostDescent(manual_edits, now.loss, 44_025),)


def test_what_manual_edits_and_steps_cost_is_known_before_any_loss_is() -> None:
    trainer = Trainer(TrainingConfig(images=10))
    for value in (0.5, 0.4, 0.3):
        trainer.apply(SetParameter(0, value))
    assert trainer.manual_edits == ManualEdits(
        forward_passes=3,
        multiply_adds=120,
        start_loss=None,
        steps=1,
        descent_multiply_adds=84,
        descent_loss=None,
        has_diverged=False,
    )
