"""Going back and forth: a moment returned to is the same to the last bit."""

import math
import tracemalloc
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ConfigError
from core.images.batches import Schedule
from core.network.optimizers import OPTIMIZERS
from core.network.schedules import SCHEDULES
from core.network.update import State
from core.run.changes import (
    AddImage,
    Change,
    RemoveImage,
    SetFrozen,
    SetParameter,
    SetParameters,
    SetSettings,
)
from core.run.stopping import Outcome, Progress
from core.run.timeline import MEMORY, Checkpoint, Moment, Timeline
from core.run.trainer import RUNS_KEPT, Trainer
from core.settings.config import TrainingConfig

Trace = tuple[object, ...]


def trace(trainer: Trainer) -> Trace:
    """Return all that must be the same again: parameters, memory, loss, bill, settings, images."""
    state, loss, snapshot = trainer.run.here.state, trainer.run.loss, trainer.snapshot()
    return (
        trainer.run.here.network.parameters.tobytes(),
        state.slots.tobytes(),
        state.count.item(),
        loss,
        trainer.run.multiply_adds,
        trainer.run.config,
        trainer.run.here.frozen,
        trainer.run.here.images.images.tobytes(),
        trainer.run.here.images.targets.tobytes(),
        trainer.run.here.coming_batch.targets.tobytes(),
        snapshot.epoch,
        # At a moment that was gone back to, nobody knows yet that the next step diverges.
        None if snapshot.outcome is Outcome.DIVERGED else snapshot.outcome,
        None if snapshot.change is None else snapshot.change.tobytes(),
        None
        if trainer.run.scorer.quadratic is None
        else trainer.run.scorer.quadratic.stable_learning_rate,
    )


def stepped(config: TrainingConfig, steps: int) -> Trainer:
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=steps)
    return trainer


CONFIGS = st.builds(
    TrainingConfig,
    hidden=st.sampled_from([(), (2,), (3, 2)]),
    activation=st.sampled_from(["tanh", "relu", "sigmoid"]),
    initialisation=st.sampled_from(["auto", "normal", "zero"]),
    learning_rate=st.sampled_from([0.01, 0.1, 0.5]),
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    nesterov=st.booleans(),
    centered=st.booleans(),
    amsgrad=st.booleans(),
    l1=st.sampled_from([0.0, 0.01]),
    l2=st.sampled_from([0.0, 0.01]),
    schedule=st.sampled_from(["constant", "constant", "step", "cosine"]),
    warmup_steps=st.sampled_from([0, 0, 3]),
    decay_steps=st.just(4),
    cosine_steps=st.just(9),
    clip_norm=st.sampled_from([None, None, 0.2]),
    images=st.just(12),
    batch_size=st.sampled_from([None, 5, 1]),
    patience=st.sampled_from([None, None, 2]),
    seed=st.integers(0, 50),
)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.sampled_from([0.02, 0.05, 0.2, 1e3]).map(lambda value: SetSettings.of(learning_rate=value)),
    st.sampled_from(["matrix", "loops"]).map(lambda value: SetSettings.of(engine=value)),
    st.sampled_from(["backprop", "nudge"]).map(lambda value: SetSettings.of(gradient=value)),
    st.sampled_from([None, 13, 11, 5, 3, 1]).map(lambda value: SetSettings.of(batch_size=value)),
    st.sampled_from(list(OPTIMIZERS)).map(lambda value: SetSettings.of(optimizer=value)),
    st.builds(
        lambda momentum, alpha, l1, l2: SetSettings.of(
            momentum=momentum, alpha=alpha, l1=l1, l2=l2
        ),
        st.sampled_from([0.0, 0.9]),
        st.sampled_from([0.5, 0.99]),
        st.sampled_from([0.0, 0.01]),
        st.sampled_from([0.0, 0.1]),
    ),
    st.sampled_from(list(SCHEDULES)).map(lambda value: SetSettings.of(schedule=value)),
    st.sampled_from([None, 0.05]).map(
        lambda value: SetSettings.of(clip_norm=None, clip_value=value)
    ),
    st.sampled_from([None, 1, 2]).map(lambda value: SetSettings.of(patience=value)),
    st.sampled_from([None, 0, 5, 12]).map(lambda value: SetSettings.of(steps=value)),
    st.sampled_from([None, 0.02, 0.1]).map(lambda value: SetSettings.of(until_loss=value)),
    st.booleans().map(lambda on: SetSettings.of(nesterov=on, centered=on, amsgrad=on)),
    st.builds(SetParameter, st.integers(0, 3), st.floats(-2, 2)),
    st.dictionaries(st.integers(0, 3), st.floats(-2, 2), min_size=1).map(
        lambda values: SetParameters(tuple(values.items()))
    ),
    st.builds(SetFrozen, st.integers(0, 3), st.booleans()),
    st.builds(
        AddImage,
        st.tuples(*[st.sampled_from([0.0, 0.3, 1.0])] * 4),
        st.sampled_from([0.0, 0.7, 2.0]),
    ),
    st.builds(RemoveImage, st.integers(0, 14)),
)
STEPS = st.integers(1, 7)


@pytest.fixture(params=["as it runs", "everywhere"])
def checkpoints(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep checkpoints by the time that has passed, or at every step."""
    if request.param == "everywhere":
        monkeypatch.setattr("core.run.timeline.SPACING", 0.0)


@pytest.mark.usefixtures("checkpoints")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONFIGS, st.lists(st.one_of(STEPS, CHANGES), max_size=14), st.randoms())
def test_every_moment_is_the_same_again(
    config: TrainingConfig,
    actions: list[int | Change],
    random: Random,
) -> None:
    trainer = Trainer(config)
    seen: dict[Moment, Trace] = {trainer.run.moment: trace(trainer)}
    for action in actions:
        if isinstance(action, int):
            for _ in range(action):
                trainer.run.step()
                seen[trainer.run.moment] = trace(trainer)
        else:
            before = trace(trainer)
            try:
                trainer.apply(action)
            except ConfigError:
                # An image that is not there, or has to stay, or more to a step than there are.
                assert isinstance(action, RemoveImage | SetSettings)
                assert trace(trainer) == before
            seen[trainer.run.moment] = trace(trainer)
    moments = list(seen)
    for _ in range(8):
        moment = random.choice(moments)
        trainer.run.go_to(moment)
        assert trainer.run.moment == moment
        assert trace(trainer) == seen[moment]
    # And on from the start, over all that was changed: the same end.
    trainer.run.go_to((0, 0))
    trainer.run.go_to(moments[-1])
    assert trace(trainer) == seen[moments[-1]]
    # And once more by single changes and steps, without a checkpoint.
    fresh = Trainer(config)
    for entry in trainer.run.log.journal:
        fresh.run.run_for(math.inf, max_steps=entry.step - fresh.run.step_count)
        fresh.apply(entry.change)
    fresh.run.run_for(math.inf, max_steps=trainer.run.step_count - fresh.run.step_count)
    assert trace(fresh) == seen[moments[-1]]


def test_steps_from_an_earlier_moment_replay_the_known_steps() -> None:
    trainer = stepped(TrainingConfig(), 50)
    end, length = trace(trainer), len(trainer.run.log.history)
    trainer.run.go_to(trainer.run.moment_at(20))
    assert trainer.run.step_count == 20
    assert trainer.run.last_step == 50
    trainer.run.run_for(math.inf, max_steps=30)
    assert trace(trainer) == end
    assert len(trainer.run.log.history) == length
    trainer.run.step()
    assert len(trainer.run.log.history) == length + 1


def test_replaying_the_known_steps_meets_what_was_changed_there() -> None:
    trainer = stepped(TrainingConfig(), 10)
    trainer.apply(SetSettings.of(learning_rate=0.5))
    trainer.run.run_for(math.inf, max_steps=10)
    end = trace(trainer)
    trainer.run.go_to((3, 0))
    assert trainer.run.config.learning_rate == 0.1
    while trainer.run.step_count < 20:
        trainer.run.run_for(math.inf, max_steps=20 - trainer.run.step_count)
    assert trace(trainer) == end


def test_a_run_beside_two_others_is_not_moved_on_by_one_of_them() -> None:
    trainer = stepped(TrainingConfig(images=12), 9)
    trainer.reset()
    trainer.reset()  # both have the nine steps beside them
    trainer.swap()
    old = trace(trainer)
    trainer.run.run_for(math.inf, max_steps=3)
    assert trainer.return_to_before()
    trainer.swap()
    assert trainer.run.last_step == 9
    assert trace(trainer) == old


def test_a_change_in_the_past_starts_a_branch() -> None:
    trainer = stepped(TrainingConfig(), 40)
    old = trace(trainer)
    trainer.run.go_to(trainer.run.moment_at(10))
    trainer.apply(SetSettings.of(learning_rate=0.5))
    assert trainer.run.last_step == 10
    assert trainer.other is not None
    assert trainer.other.run.last_step == 40
    snapshot = trainer.snapshot()
    assert snapshot.previous_run is not None
    assert snapshot.previous_run.curve.length == 41
    trainer.run.run_for(math.inf, max_steps=30)
    assert trace(trainer) != old
    trainer.swap()
    assert trainer.run.config.learning_rate == 0.1
    trainer.run.go_to(trainer.run.moment_at(40))
    assert trace(trainer) == old
    trainer.swap()
    assert trainer.run.step_count == 40
    assert trainer.run.config.learning_rate == 0.5


@pytest.mark.parametrize("optimizer", ["momentum", "rmsprop", "adam"])
def test_each_of_two_branches_remembers_its_own_way(optimizer: str) -> None:
    config = TrainingConfig(optimizer=optimizer, learning_rate=0.01, images=20, batch_size=6)
    trainer = stepped(config, 40)
    end = trace(trainer)
    trainer.run.go_to(trainer.run.moment_at(10))
    parting = trace(trainer)
    trainer.apply(SetSettings.of(batch_size=3))
    trainer.run.run_for(math.inf, max_steps=5)
    here = trace(trainer)
    trainer.swap()
    assert trace(trainer) == parting
    trainer.run.run_for(math.inf, max_steps=30)
    assert trace(trainer) == end
    trainer.swap()
    assert trace(trainer) == here


@pytest.mark.parametrize("change", [None, SetParameter(0, 3.0), AddImage((1.0,) * 4, 0.0)])
@pytest.mark.parametrize("changed_at", [5_000, 5_001, 5_002])
def test_a_branch_knows_each_of_its_steps_also_where_the_curve_was_coarse(
    changed_at: int, change: Change | None
) -> None:
    # Where four steps share a bucket, one with the steps 5,000 to 5,003 is cut in its middle.
    config, last = TrainingConfig(images=10), 5_002
    trainer = stepped(config, changed_at)
    if change is not None:
        trainer.apply(change)
    trainer.run.run_for(math.inf, max_steps=9_001 - changed_at)
    assert trainer.snapshot().curve.width == 4
    trainer.run.go_to(trainer.run.moment_at(last))
    before = trainer.run.loss
    trainer.apply(SetSettings.of(learning_rate=0.2))
    assert trainer.run.loss == before
    # The steps of the cut bucket, once more: each with the loss after what was changed there.
    again = stepped(config, 4_999)
    losses = []
    for step in (5_000, 5_001, 5_002):
        again.run.step()
        if step == changed_at and change is not None:
            again.apply(change)
        losses.append(again.run.loss)
    curve = trainer.snapshot().curve
    assert curve.length == last + 1
    bucket = curve.at(last)
    assert (bucket.first_step, bucket.last_step) == (5_000, last)
    assert (bucket.minimum, bucket.maximum) == (min(losses), max(losses))
    assert bucket.last == losses[-1] == before
    trainer.run.run_for(math.inf, max_steps=10)
    assert len(trainer.run.log.history) == 5_013


def test_a_changed_weight_shows_at_once_and_is_undone_first() -> None:
    trainer = stepped(TrainingConfig(), 5)
    before = trace(trainer)
    trainer.apply(SetParameter(2, 1.5))
    assert trainer.run.here.network.parameters[2] == 1.5
    assert trainer.snapshot().gradient is None
    changed = trainer.run.loss
    assert trainer.snapshot().curve.at(5).last == changed
    assert trainer.run.moment_before() == (5, 0)
    trainer.run.go_to((5, 0))
    assert trace(trainer) == before
    assert trainer.run.moment_before() == (4, 0)
    # Taken back at the end, it is gone: a step goes on without it.
    trainer.run.step()
    assert trace(trainer) == trace(stepped(TrainingConfig(), 6))


def test_a_coming_step_whose_loss_is_not_known_yet_is_none_to_go_back_from() -> None:
    trainer = stepped(TrainingConfig(), 5)
    trainer.run.advance()
    # It stands at step 6, but what is seen is still step 5: one back is step 4.
    assert trainer.run.step_count == 6
    assert trainer.run.moment_before() == (4, 0)
    assert trainer.run.moment_before(4) == (1, 0)
    assert trainer.run.moment_before(9) == (0, 0)
    trainer.run.ensure_evaluated()
    assert trainer.run.moment_before() == (5, 0)
    # From step 1, still unknown, there is only the start to go back to.
    begun = Trainer(TrainingConfig())
    assert begun.run.moment_before() is None
    begun.run.ensure_evaluated()
    begun.run.advance()
    assert begun.run.moment_before() == (0, 0)


def test_several_weights_changed_at_once_are_undone_at_once() -> None:
    trainer = stepped(TrainingConfig(), 5)
    before = trace(trainer)
    trainer.apply(SetParameters(((2, 1.5), (0, -0.25))))
    assert trainer.run.here.network.parameters[[0, 2]].tolist() == [-0.25, 1.5]
    assert trainer.snapshot().gradient is None
    after = trace(trainer)
    assert trainer.snapshot().curve.at(5).last == trainer.run.loss
    trainer.run.run_for(math.inf, max_steps=3)
    end = trace(trainer)
    trainer.run.go_to((5, 1))
    assert trace(trainer) == after
    assert trainer.run.moment_before() == (5, 0)
    trainer.run.go_to((5, 0))
    assert trace(trainer) == before
    assert trainer.run.moment_before() == (4, 0)
    # The known way meets the change again.
    trainer.run.go_to((8, 1))
    assert trace(trainer) == end


def test_several_weights_changed_in_the_past_start_a_branch() -> None:
    trainer = stepped(TrainingConfig(), 40)
    old = trace(trainer)
    trainer.run.go_to(trainer.run.moment_at(10))
    trainer.apply(SetParameters(((1, 0.25), (3, 0.25))))
    assert trainer.run.last_step == 10
    assert trainer.other is not None
    assert trainer.other.run.last_step == 40
    trainer.swap()
    trainer.run.go_to(trainer.run.moment_at(40))
    assert trace(trainer) == old
    trainer.swap()
    assert trainer.run.here.network.parameters[[1, 3]].tolist() == [0.25, 0.25]


def test_what_only_one_of_several_weights_cannot_be_changes_none() -> None:
    trainer = stepped(TrainingConfig(), 2)
    before = trace(trainer)
    with pytest.raises(ValueError, match="finite"):
        trainer.apply(SetParameters(((0, 1.0), (1, math.nan))))
    assert trace(trainer) == before
    assert trainer.run.moment == (2, 0)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_weight_accepts_finite_numbers_only(value: float) -> None:
    trainer = stepped(TrainingConfig(), 2)
    before = trace(trainer)
    with pytest.raises(ValueError, match="finite"):
        trainer.apply(SetParameter(0, value))
    with pytest.raises(ValueError, match="must be 0 to 3"):
        trainer.apply(SetFrozen(4, True))
    assert trace(trainer) == before
    assert trainer.run.moment == (2, 0)


@pytest.mark.parametrize("engine", ["matrix", "loops"])
def test_a_frozen_weight_stays_and_its_update_costs_nothing(engine: str) -> None:
    trainer = stepped(TrainingConfig(engine=engine, images=20), 3)
    paid = trainer.run.multiply_adds
    trainer.apply(SetFrozen(1, True))
    kept = trainer.run.here.network.parameters.copy()
    trainer.run.run_for(math.inf, max_steps=4)
    moved = trainer.run.here.network.parameters != kept
    assert moved.tolist() == [True, False, True, True]
    assert trainer.run.multiply_adds - paid == 4 * (80 + 80 + 3)
    assert trainer.snapshot().cost.update.count == 3
    trainer.apply(SetFrozen(1, False))
    trainer.run.step()
    assert trainer.run.here.network.parameters[1] != kept[1]


def test_nothing_loses_a_run() -> None:
    trainer = stepped(TrainingConfig(), 30)
    first = trace(trainer)
    trainer.restart(7)
    trainer.run.run_for(math.inf, max_steps=5)
    second = trace(trainer)
    trainer.open(TrainingConfig(hidden=(2,)))
    assert trainer.return_to_before()
    assert trace(trainer) == second
    trainer.run.go_to((0, 0))
    assert trainer.run.moment_before() is None
    assert trainer.return_to_before()
    assert trace(trainer) == first
    assert not trainer.return_to_before()
    # Nor does returning, from whatever step: of the three only the one without a step is gone.
    trainer.run.go_to((12, 0))
    assert trainer.return_to_before(goes_round=True)
    assert (trainer.run.step_count, trainer.run.last_step) == (0, 5)
    trainer.run.go_to((5, 0))
    assert trace(trainer) == second
    assert trainer.return_to_before()
    assert (trainer.run.step_count, trainer.run.last_step) == (12, 30)
    assert not trainer.return_to_before()
    trainer.open(TrainingConfig(hidden=(2,)))
    assert [left.run.last_step for left in trainer.left] == [5, 30]


def test_runs_that_can_be_trained_again_do_not_drive_out_others() -> None:
    trainer, visited = stepped(TrainingConfig(), 30), TrainingConfig(images=10, steps=5)
    for seed in range(2 * RUNS_KEPT):
        trainer.visit(replace(visited, seed=seed))
        trainer.run.run_for(math.inf)
    assert [left.run.last_step for left in trainer.left] == [30]
    # What is changed in one of them is kept; what is begun from one is a run like any other.
    trainer.apply(SetSettings.of(steps=6))
    trainer.visit(visited)
    trainer.reset()
    assert [left.run.last_step for left in trainer.left] == [30, 5, 0]
    assert not trainer.left[-1].run.log.journal
    trainer.visit(visited)
    assert len(trainer.left) == 4
    assert all(trainer.return_to_before(goes_round=True) for _ in range(4))
    assert trainer.run.last_step == 30


def test_a_run_that_diverged_can_go_back_and_on_another_way() -> None:
    trainer = stepped(TrainingConfig(learning_rate=1.0), 1_000)
    assert trainer.run.outcome is not None
    trainer.run.go_to(trainer.run.moment_at(3))
    assert trainer.run.outcome is None
    trainer.apply(SetSettings.of(learning_rate=0.1))
    trainer.run.run_for(math.inf, max_steps=500)
    assert trainer.run.outcome is None
    assert trainer.run.loss < 0.01


def test_a_long_return_can_be_called_off() -> None:
    trainer = stepped(TrainingConfig(images=10), 200)
    here = trainer.run.here.checkpoint(trainer.run.log.done)
    before = trace(trainer)
    trainer.run.approach((100, 0))
    assert not trainer.run.reach((100, 0), cancelled=lambda: True)
    trainer.run.restore(here)
    assert trace(trainer) == before


def test_checkpoints_stay_within_their_memory() -> None:
    def checkpoint(step: int) -> Checkpoint:
        numbers = np.zeros(1_000_000)
        state, config = State.fresh(OPTIMIZERS["sgd"], len(numbers)), TrainingConfig()
        nothing, schedule, kept = frozenset[int](), Schedule(1000, 1000), Progress()
        return Checkpoint((step, 0), config, numbers, numbers, state, nothing, (), kept, schedule)

    timeline = Timeline(checkpoint(0))
    for step in range(1, 40):
        assert timeline.is_due((step, 0), 1.0)
        timeline.keep(checkpoint(step))
    assert len(timeline) * 16e6 <= max(MEMORY, 4 * 16e6 + 1e4)
    assert timeline.before((39, 0)).moment == (39, 0)
    assert timeline.before((0, 0)).moment == (0, 0)


def test_4_000_checkpoints_of_a_small_run_are_kept_and_then_the_older_half_is_thinned() -> None:
    here = Trainer(TrainingConfig()).run.here.checkpoint(0)
    timeline = Timeline(here)
    for step in range(1, 4_000):
        timeline.keep(replace(here, moment=(step, 0)))
    assert len(timeline) == 4_000
    timeline.keep(replace(here, moment=(4_000, 0)))
    # Of 4,001, every second of the first 2,000 is gone.
    assert len(timeline) == 3_001
    assert [timeline.before((step, 0)).moment[0] for step in (1_997, 1_999, 2_001)] == [
        1_996,
        1_998,
        2_001,
    ]


def test_a_checkpoint_of_a_small_run_takes_little() -> None:
    trainer = Trainer(TrainingConfig())
    trainer.run.run_for(math.inf, max_steps=3)
    checkpoints = []
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(1000):
            checkpoints.append(trainer.run.here.checkpoint(trainer.run.log.done))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Two copies of four weights with what numpy and Python take for them; thousands are kept.
    assert (after - before) / len(checkpoints) < 700


def test_runs_that_were_left_take_bounded_memory() -> None:
    trainer = stepped(TrainingConfig(images=10), 3)
    for _ in range(100):
        trainer.restart(trainer.run.config.seed + 1)
        trainer.run.step()
    # Thirty and the last one: one after the other, the last one first.
    assert seeds_left(trainer) == list(range(99, 99 - 31, -1))


def seeds_left(trainer: Trainer) -> list[int]:
    """Return to each run that was left; return their seeds."""
    seeds = []
    while trainer.return_to_before():
        seeds.append(trainer.run.config.seed)
    return seeds


@pytest.mark.parametrize(("memory", "kept"), [(4 * 96, 5), (4 * 96 - 1, 4), (0, 1)])
def test_of_larger_runs_that_were_left_fewer_are_kept(
    memory: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Three times four weights of 8 bytes each. It is the last that goes beyond the memory.
    monkeypatch.setattr("core.run.trainer.RUNS_MEMORY", memory)
    trainer = stepped(TrainingConfig(images=10), 3)
    for seed in range(1, 10):
        trainer.restart(seed)
        trainer.run.step()
    assert seeds_left(trainer) == list(range(8, 8 - kept, -1))


def test_images_of_runs_that_were_left_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each run has 96 bytes of numbers, and ten images of its own with labels: 400 more. Those of
    # the last one are those that it began with, which are counted with none.
    monkeypatch.setattr("core.run.trainer.RUNS_MEMORY", 96 + 2 * 496)
    trainer = stepped(TrainingConfig(images=10, data_seed=0), 1)
    for seed in range(1, 8):
        trainer.open(TrainingConfig(images=10, seed=seed, data_seed=seed))
        trainer.run.step()
    assert seeds_left(trainer) == [6, 5, 4, 3]


def test_a_run_that_was_left_goes_on_by_itself() -> None:
    trainer = stepped(TrainingConfig(images=30), 7)
    expected = trace(stepped(TrainingConfig(images=30), 9))
    trainer.restart(4)
    trainer.run.run_for(math.inf, max_steps=20)
    trainer.return_to_before()
    trainer.run.run_for(math.inf, max_steps=2)
    assert trace(trainer) == expected


def test_a_change_before_the_loss_is_known_is_kept_where_the_step_is_undone() -> None:
    trainer = Trainer(TrainingConfig(images=12, learning_rate=1e200, optimizer="momentum"))
    trainer.run.ensure_evaluated()
    first = trainer.run.here.network.parameters.copy()
    trainer.run.advance()
    trainer.apply(SetSettings.of(optimizer="adam"))
    trainer.run.ensure_evaluated()
    assert trainer.run.outcome is Outcome.DIVERGED
    # Another optimizer has nothing that could be undone.
    assert trainer.run.here.state.count == 0
    assert trainer.run.moment == (0, 1)
    trainer.run.go_to((0, 0))
    assert trainer.run.config.optimizer == "momentum"
    trainer.run.go_to((0, 1))
    assert trainer.run.config.optimizer == "adam"
    assert trainer.run.here.network.parameters.tolist() == first.tolist()
    trainer.apply(SetSettings.of(learning_rate=0.01))
    trainer.run.run_for(math.inf, max_steps=5)
    assert trainer.run.step_count == 5
    assert trainer.run.outcome is None


def test_replaying_to_the_end_before_a_change_shows_the_loss_without_it() -> None:
    trainer = stepped(TrainingConfig(), 4)
    before = trainer.run.loss
    trainer.apply(SetParameter(0, 3.0))
    assert trainer.run.loss != before
    trainer.run.go_to((0, 0))
    trainer.run.run_for(math.inf, max_steps=4)
    assert trainer.run.moment == (4, 0)
    assert trainer.snapshot().curve.at(4).last == before
