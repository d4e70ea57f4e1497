"""The optimizers: a step of each on paper, one engine held to the other, what is remembered."""

import math
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.arrays import Array, run
from core.engines import ENGINES, loops
from core.engines.engine import Problem
from core.engines.matrix import MatrixEngine
from core.images.tasks import TASKS, generate
from core.network.architecture import Architecture
from core.network.losses import LOSSES
from core.network.network import Network
from core.network.optimizers import OPTIMIZERS, Options
from core.network.schedules import SCHEDULES
from core.network.update import Rule, State
from core.run.changes import SetFrozen, SetParameter, SetSettings
from core.run.stopping import Outcome
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig

every_engine = pytest.mark.parametrize("engine", ENGINES)

CHOICES = {
    "sgd": TrainingConfig(),
    "momentum": TrainingConfig(optimizer="momentum"),
    "nesterov": TrainingConfig(optimizer="momentum", nesterov=True),
    "rmsprop": TrainingConfig(optimizer="rmsprop"),
    "rmsprop, centered": TrainingConfig(optimizer="rmsprop", centered=True),
    "adam": TrainingConfig(optimizer="adam"),
    "adam, amsgrad": TrainingConfig(optimizer="adam", amsgrad=True),
    "adam, L1 and L2": TrainingConfig(optimizer="adam", l1=0.01, l2=0.02),
    "sgd, L1": TrainingConfig(l1=0.01),
    "sgd, L2": TrainingConfig(l2=0.01),
    "sgd, step, clip norm": TrainingConfig(
        schedule="step", decay_steps=200, decay_factor=0.5, warmup_steps=3, clip_norm=0.4
    ),
    "adam, cosine, clip value": TrainingConfig(
        optimizer="adam", schedule="cosine", cosine_steps=400, clip_value=0.05
    ),
}
every_choice = pytest.mark.parametrize("config", CHOICES.values(), ids=CHOICES)


def by_matrix(rule: Rule, architecture: Architecture, parameters: Array, gradient: Array) -> Array:
    """Move parameters by the calls of the matrix engine."""
    moved = parameters.copy()
    run(rule.operations(architecture, moved, gradient))
    return moved


def by_loops(rule: Rule, architecture: Architecture, parameters: Array, gradient: Array) -> Array:
    """Move parameters by the functions of the loops engine."""
    slopes = gradient.tolist()
    if rule.clips:
        slopes = loops.clip(slopes, rule.options)
    if rule.penalises:
        slopes = loops.penalise(parameters.tolist(), slopes, architecture, rule.options)
    rule.state.begin()
    memory = rule.state.slots.T.tolist()
    moved = loops.update(parameters.tolist(), slopes, memory, rule)
    rule.state.slots.T[...] = memory
    return np.array(moved)


Move: TypeAlias = Callable[[Rule, Architecture, Array, Array], Array]

WAYS = pytest.mark.parametrize("move", [by_matrix, by_loops], ids=["matrix", "loops"])


def two_steps(move: Move, name: str, config: TrainingConfig) -> tuple[list[float], Rule]:
    """Move one weight at 1 by the gradients 2 and then −1, the other pixels' weights by none."""
    rule = Rule.fresh(OPTIMIZERS[name], config.options, 4)
    weights, places = np.array([1.0, 0, 0, 0]), []
    for slope in (2.0, -1.0):
        weights = move(rule, Architecture(), weights, np.array([slope, 0, 0, 0]))
        places.append(float(weights[0]))
    assert weights[1:].tolist() == [0.0, 0.0, 0.0]
    return places, rule


@WAYS
def test_sgd_by_hand(move: Move) -> None:
    # 1 − 0.1·2 = 0.8, then 0.8 − 0.1·(−1) = 0.9.
    places, rule = two_steps(move, "sgd", TrainingConfig(learning_rate=0.1))
    assert places == pytest.approx([0.8, 0.9], abs=1e-15)
    assert (rule.state.slots.shape, rule.state.count.item()) == ((0, 4), 0)


@WAYS
def test_momentum_by_hand(move: Move) -> None:
    # v = 0.9·0 + 2 = 2: 1 − 0.1·2 = 0.8. Then v = 0.9·2 − 1 = 0.8: 0.8 − 0.08 = 0.72: still down.
    places, rule = two_steps(move, "momentum", TrainingConfig(learning_rate=0.1))
    assert places == pytest.approx([0.8, 0.72], abs=1e-15)
    assert rule.state.slots[0, 0] == pytest.approx(0.8, abs=1e-15)
    assert (rule.state.before[0, 0], rule.state.count.item()) == (2.0, 2)


@WAYS
def test_nesterovs_momentum_by_hand(move: Move) -> None:
    # v = 2, d = 2 + 0.9·2 = 3.8: 1 − 0.38 = 0.62. Then v = 0.8, d = −1 + 0.9·0.8 = −0.28: 0.648.
    places, _ = two_steps(move, "momentum", TrainingConfig(learning_rate=0.1, nesterov=True))
    assert places == pytest.approx([0.62, 0.648], abs=1e-15)


@WAYS
def test_rmsprop_by_hand(move: Move) -> None:
    # s = 0.01·4 = 0.04, √s = 0.2: d = 2 ÷ (0.2 + 0.05) = 8: 1 − 0.1·8 = 0.2.
    # Then s = 0.99·0.04 + 0.01·1 = 0.0496: 0.2 + 0.1 ÷ (√0.0496 + 0.05).
    places, _ = two_steps(move, "rmsprop", TrainingConfig(learning_rate=0.1, epsilon=0.05))
    expected = [0.2, 0.2 + 0.1 / (math.sqrt(0.0496) + 0.05)]
    assert places == pytest.approx(expected, abs=1e-14)


@WAYS
def test_centered_rmsprop_by_hand(move: Move) -> None:
    # With α = ½: s = ½·4 = 2, m = ½·2 = 1, s − m² = 1: d = 2 ÷ (1 + 1) = 1: 1 − 0.1 = 0.9.
    # Then s = 1 + ½ = 1.5, m = ½ − ½ = 0, s − m² = 1.5: 0.9 + 0.1 ÷ (√1.5 + 1).
    config = TrainingConfig(learning_rate=0.1, alpha=0.5, centered=True, epsilon=1.0)
    places, rule = two_steps(move, "rmsprop", config)
    assert places == pytest.approx([0.9, 0.9 + 0.1 / (math.sqrt(1.5) + 1)], abs=1e-15)
    assert rule.state.slots[:, 0] == pytest.approx([1.5, 0.0], abs=1e-15)


@WAYS
def test_adam_by_hand(move: Move) -> None:
    # With β₁ = ½, β₂ = ¾: m = 1, v = ¼·4 = 1; m̂ = 1 ÷ ½ = 2, v̂ = 1 ÷ ¼ = 4: d = 2 ÷ (2 + 2) = ½.
    # Then m = ½ − ½ = 0: it stays.
    config = TrainingConfig(learning_rate=0.1, beta1=0.5, beta2=0.75, epsilon=2.0)
    places, rule = two_steps(move, "adam", config)
    assert places == pytest.approx([0.95, 0.95], abs=1e-15)
    assert rule.state.slots[:, 0] == pytest.approx([0.0, 1.0, 0.0], abs=1e-15)
    # A third gradient of 3: m = 1.5, v = ¾ + ¼·9 = 3; m̂ = 1.5 ÷ (1 − ⅛), v̂ = 3 ÷ (1 − 27/64).
    place = move(rule, Architecture(), np.array([0.95, 0, 0, 0]), np.array([3.0, 0, 0, 0]))[0]
    direction = (1.5 / 0.875) / (math.sqrt(3 / (37 / 64)) + 2)
    assert place == pytest.approx(0.95 - 0.1 * direction, abs=1e-15)


@WAYS
def test_amsgrad_by_hand(move: Move) -> None:
    # With β₁ = 0 and β₂ = ½: v = ½·4 = 2, then ½·2 + ½·1 = 1.5; the largest stays 2.
    # d = 2 ÷ √(2 ÷ ½) = 1, then −1 ÷ √(2 ÷ ¾).
    config = TrainingConfig(learning_rate=0.1, beta1=0.0, beta2=0.5, amsgrad=True, epsilon=1e-300)
    places, rule = two_steps(move, "adam", config)
    assert places == pytest.approx([0.9, 0.9 + 0.1 / math.sqrt(8 / 3)], abs=1e-15)
    assert rule.state.slots[:, 0] == pytest.approx([-1.0, 1.5, 2.0], abs=1e-15)


@WAYS
def test_penalties_apply_to_weights_and_not_biases(move: Move) -> None:
    # L1 0.25 adds 0.25 with the weight's sign, L2 0.5 adds half of it: at 2 that is 0.25 + 1, at
    # −1 −0.25 − 0.5, at 0 nothing; the bias, the last, is left alone. With gradient 0 and rate 0.1:
    options = TrainingConfig(learning_rate=0.1, l1=0.25, l2=0.5).options
    rule = Rule.fresh(OPTIMIZERS["sgd"], options, 5)
    start = np.array([2.0, -1.0, 0.0, 4.0, 3.0])
    gradient = np.zeros(5)
    moved = move(rule, Architecture(bias=True), start, gradient)
    assert moved == pytest.approx([1.875, -0.925, 0.0, 3.775, 3.0], abs=1e-15)
    assert not gradient.any(), "the gradient stays the data's"


@st.composite
def updates(draw: st.DrawFn) -> tuple[str, Options, Architecture, list[Array]]:
    """Draw an optimizer, what it is set to, and parameters with some gradients."""
    share = st.sampled_from([0.0, 0.5, 0.9, 0.999])
    clip = draw(st.sampled_from([None, 0.5, 2.0]))
    options = Options(
        learning_rate=draw(st.sampled_from([0.001, 0.1, 1.0])),
        momentum=draw(share),
        nesterov=draw(st.booleans()),
        alpha=draw(share),
        centered=draw(st.booleans()),
        beta1=draw(share),
        beta2=draw(share),
        amsgrad=draw(st.booleans()),
        epsilon=draw(st.sampled_from([1e-8, 1e-3])),
        l1=draw(st.sampled_from([0.0, 0.01])),
        l2=draw(st.sampled_from([0.0, 0.1])),
        schedule=draw(st.sampled_from(list(SCHEDULES))),
        warmup_steps=draw(st.sampled_from([0, 2])),
        decay_steps=2,
        decay_factor=0.5,
        cosine_steps=3,
        cosine_end=0.1,
        clip_norm=clip if draw(st.booleans()) else None,
        clip_value=None,
    )
    if options.clip_norm is None:
        options = replace(options, clip_value=clip)
    hidden = draw(st.sampled_from([(), (3,), (2, 2)]))
    architecture = Architecture(hidden, bias=draw(st.booleans()))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = architecture.parameter_count
    vectors = [random.normal(size=size) for _ in range(draw(st.integers(2, 8)))]
    vectors[-1][0] = 0.0
    return draw(st.sampled_from(list(OPTIMIZERS))), options, architecture, vectors


@given(update=updates())
def test_both_engines_move_equally_and_a_change_is_what_the_update_adds(
    update: tuple[str, Options, Architecture, list[Array]],
) -> None:
    name, options, architecture, (start, *gradients) = update
    fast, slow = (Rule.fresh(OPTIMIZERS[name], options, len(start)) for _ in range(2))
    here = there = start
    for step, gradient in enumerate(gradients):
        fast.begin_at(step)
        slow.begin_at(step)
        remembered = fast.state.slots.tobytes(), fast.state.count.item()
        change = fast.change(architecture, here, gradient)
        assert (fast.state.slots.tobytes(), fast.state.count.item()) == remembered
        moved = by_matrix(fast, architecture, here, gradient)
        assert moved.tobytes() == (here + change).tobytes()
        here, there = moved, by_loops(slow, architecture, there, gradient)
        assert here == pytest.approx(there, rel=1e-12, abs=1e-12)
        assert fast.state.slots == pytest.approx(slow.state.slots, rel=1e-12, abs=1e-12)
        assert fast.state.count == slow.state.count
        undone = fast.state.copy()
        undone.undo()
        assert (undone.slots.tobytes(), undone.count.item()) == remembered


@every_choice
@every_engine
def test_a_run_adds_the_update_of_its_snapshot(config: TrainingConfig, engine: str) -> None:
    trainer = Trainer(replace(config, engine=engine, hidden=(3,), images=20, seed=3))
    trainer.run.ensure_evaluated()
    for _ in range(6):
        before = trainer.snapshot()
        trainer.run.step()
        assert before.change is not None
        added = trainer.run.here.network.parameters - before.parameters
        assert added == pytest.approx(before.change, rel=1e-10, abs=1e-15)


@every_choice
def test_it_learns(config: TrainingConfig) -> None:
    rate = 0.1 if config.optimizer == "sgd" else 0.01
    trainer = Trainer(replace(config, learning_rate=rate))
    trainer.run.run_for(math.inf, max_steps=400)
    assert trainer.run.loss < 0.02
    assert trainer.run.outcome is None


@every_choice
@every_engine
def test_the_loss_and_the_gradient_shown_are_the_datas(config: TrainingConfig, engine: str) -> None:
    trainer = Trainer(replace(config, engine=engine, images=20))
    trainer.run.run_for(math.inf, max_steps=3)
    plain = Trainer(TrainingConfig(engine=engine, images=20))
    plain.run.here.network.parameters[:] = trainer.run.here.network.parameters
    plain.run.ensure_evaluated()
    shown, data = trainer.snapshot(), plain.snapshot()
    assert shown.loss == data.loss
    assert shown.gradient is not None
    assert data.gradient is not None
    assert shown.gradient.tobytes() == data.gradient.tobytes()


@every_engine
def test_a_frozen_weight_stays_while_its_velocity_goes_on(engine: str) -> None:
    trainer = Trainer(TrainingConfig(optimizer="momentum", engine=engine, images=20))
    trainer.apply(SetFrozen(1, True))
    trainer.run.ensure_evaluated()
    change = trainer.snapshot().change
    assert change is not None
    assert change.tolist()[1] == 0.0
    trainer.run.run_for(math.inf, max_steps=3)
    assert trainer.run.here.network.parameters[1] == 0.4
    assert trainer.run.here.state.slots[0, 1] > 0


@every_engine
@pytest.mark.parametrize("optimizer", ["momentum", "rmsprop", "adam"])
def test_optimizer_state_does_not_go_with_a_step_that_is_undone(
    optimizer: str, engine: str
) -> None:
    config = TrainingConfig(optimizer=optimizer, engine=engine, images=20, learning_rate=0.01)
    trainer = Trainer(config)
    trainer.run.run_for(math.inf, max_steps=4)
    slots = trainer.run.here.state.slots.tobytes()
    # A step of this rate leads to infinity: the parameters, and what is remembered, are as before.
    trainer.apply(SetSettings.of(learning_rate=1e300))
    trainer.run.step()
    assert trainer.run.outcome is Outcome.DIVERGED
    assert (trainer.run.step_count, trainer.run.here.state.count.item()) == (4, 4)
    assert trainer.run.here.state.slots.tobytes() == slots
    # Changed by hand it goes on from there, as if that step had never been.
    trainer.apply(SetSettings.of(learning_rate=0.01))
    trainer.apply(SetParameter(0, 0.5))
    trainer.run.run_for(math.inf, max_steps=3)
    seen = trainer.run.loss, trainer.run.here.state.slots.tobytes()
    trainer.run.go_to((2, 0))
    trainer.run.go_to((7, 3))
    assert (trainer.run.loss, trainer.run.here.state.slots.tobytes()) == seen


def test_a_run_starts_again_with_nothing_remembered() -> None:
    trainer = Trainer(TrainingConfig(optimizer="adam", images=20))
    trainer.run.run_for(math.inf, max_steps=5)
    first = trainer.run.here.network.parameters.tobytes()
    trainer.reset()
    assert not trainer.run.here.state.slots.any()
    assert trainer.run.here.state.count == 0
    trainer.run.run_for(math.inf, max_steps=5)
    assert trainer.run.here.network.parameters.tobytes() == first


@every_choice
def test_an_update_allocates_nothing(config: TrainingConfig) -> None:
    network = Network(Architecture((4, 3), bias=True), np.ones(39))
    rule = Rule.fresh(OPTIMIZERS[config.optimizer], config.options, len(network.parameters))
    engine = MatrixEngine(Problem(network, LOSSES["mse"], "backprop", rule))
    images = generate(TASKS["darkness"], 30, 0)

    def steps(count: int) -> None:
        for _ in range(count):
            engine.evaluate(images)
            engine.update()

    steps(20)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        steps(500)
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now - before < 1024
    assert peak - before < 2048


def test_optimizer_state_needs_eight_bytes_per_number_twice() -> None:
    # What there is, and the same as it was before the last update.
    for name, slots in (("sgd", 0), ("momentum", 1), ("adam", 3)):
        assert State.fresh(OPTIMIZERS[name], 10).nbytes == 2 * slots * 10 * 8
