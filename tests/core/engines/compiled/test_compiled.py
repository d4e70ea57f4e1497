"""The compiled engine: the matrix engine's numbers, and the same bits however many steps a call
takes."""

import math
import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.arrays import Array, Cancelled
from core.engines import ENGINES, MatrixEngine
from core.engines.compiled import is_installed, load
from core.engines.engine import Engine, Evaluation, Problem
from core.images.images import Batch
from core.network.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from core.network.architecture import Architecture
from core.network.network import Network
from core.network.optimizers import OPTIMIZERS
from core.run.changes import SetFrozen, SetParameter, SetSettings
from core.run.stepper import halt_of
from core.run.stopping import Outcome
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.problems import problem_of

if not is_installed():
    pytest.skip("numba is missing: pip install '.[fast]'", allow_module_level=True)

Some: TypeAlias = Mapping[str, object]
"""Some settings, by name."""

RULES: list[Some] = [
    {"optimizer": "sgd"},
    {"optimizer": "momentum"},
    {"optimizer": "momentum", "nesterov": True},
    {"optimizer": "rmsprop", "learning_rate": 0.01, "epsilon": 1e-3},
    {"optimizer": "rmsprop", "learning_rate": 0.01, "epsilon": 1e-3, "centered": True},
    {"optimizer": "adam", "learning_rate": 0.01},
    {"optimizer": "adam", "learning_rate": 0.01, "amsgrad": True},
]
WAYS: list[Some] = [
    {},
    {"l1": 0.01, "l2": 0.02, "clip_norm": 0.1},
    {"clip_value": 0.05, "schedule": "cosine", "cosine_steps": 9, "warmup_steps": 3},
]
NETWORKS: list[Some] = [
    {},
    {"hidden": (5, 3), "activation": "tanh,relu"},
    {"hidden": (4,), "activation": "sigmoid", "output": "sigmoid", "task": "diagonal"},
    {"hidden": (40,), "activation": "relu"},  # too wide for the kernel
]
BATCHES: list[Some] = [{"images": 23}, {"images": 150}, {"images": 300, "batch_size": 131}]


def config_of(*parts: Some) -> TrainingConfig:
    merged: dict[str, object] = {"engine": "compiled", "seed": 1}
    for each in parts:
        merged |= each
    return TrainingConfig(**merged)  # type: ignore[arg-type]


def configs() -> list[TrainingConfig]:
    """Combine each optimizer with each way, each network and each batch at least once."""
    chosen = []
    for number, (optimizer, way) in enumerate(product(RULES, WAYS)):
        network = NETWORKS[number % len(NETWORKS)]
        chosen.append(config_of(network, BATCHES[number % len(BATCHES)], optimizer, way))
    for network, batches in product(NETWORKS, BATCHES):
        chosen.append(config_of(network, batches))
    return chosen


def bits(trainer: Trainer) -> tuple[bytes, bytes, bytes, float]:
    """Return all that a step leaves behind."""
    here = trainer.run.here
    evaluation = here.compute()
    return (
        here.network.parameters.tobytes(),
        here.state.slots.tobytes() + here.state.count.tobytes(),
        evaluation.gradient.tobytes() + evaluation.predictions.tobytes(),
        evaluation.loss,
    )


def stepped_in(config: TrainingConfig, pieces: tuple[int, ...]) -> Trainer:
    trainer = Trainer(config)
    trainer.apply(SetFrozen(2, True))
    for piece in pieces:
        trainer.run.run_for(math.inf, max_steps=piece)
    return trainer


def stepped_by_parts(config: TrainingConfig, steps: int) -> Trainer:
    """Take steps as single-stepping does: an update, and then an evaluation."""
    trainer = Trainer(config)
    trainer.apply(SetFrozen(2, True))
    trainer.run.ensure_evaluated()
    for _ in range(steps):
        trainer.run.advance()
        trainer.run.accept(trainer.run.compute())
    return trainer


@pytest.mark.parametrize("config", configs(), ids=str)
def test_the_bits_do_not_depend_on_how_many_steps_a_call_takes(config: TrainingConfig) -> None:
    at_once = stepped_in(config, (14,))
    assert at_once.run.step_count == 14
    for other in (stepped_in(config, (1,) * 14), stepped_in(config, (3, 11))):
        assert bits(other) == bits(at_once)
    by_parts = stepped_by_parts(config, 14)
    assert bits(by_parts) == bits(at_once)
    losses = at_once.run.log.history.curve().last
    assert by_parts.run.log.history.curve().last.tobytes() == losses.tobytes()


@pytest.mark.parametrize("config", configs(), ids=str)
def test_fourteen_steps_are_the_matrix_engines(config: TrainingConfig) -> None:
    ours, theirs = Trainer(config), Trainer(replace(config, engine="matrix"))
    for trainer in (ours, theirs):
        trainer.run.run_for(math.inf, max_steps=14)
    assert ours.run.here.network.parameters == pytest.approx(
        theirs.run.here.network.parameters, rel=1e-11, abs=1e-12
    )
    mine, other = (each.run.log.history.curve().last for each in (ours, theirs))
    assert mine == pytest.approx(other, rel=1e-12, abs=1e-12)


@st.composite
def evaluations(draw: st.DrawFn) -> tuple[Architecture, str, Array, Batch]:
    output = draw(st.sampled_from(OUTPUT_ACTIVATIONS))
    loss = draw(st.sampled_from(["mse", "bce"])) if output == "sigmoid" else "mse"
    hidden = tuple(draw(st.lists(st.integers(1, 34), max_size=3)))
    names = [draw(st.sampled_from(list(ACTIVATIONS))) for _ in hidden or (1,)]
    architecture = Architecture(
        hidden, ",".join(names), output, draw(st.booleans()), draw(st.sampled_from([4, 1, 7, 33]))
    )
    images = draw(st.sampled_from([1, 2, 15, 16, 17, 127, 128, 129, 300]))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    parameters = random.normal(0.0, draw(st.sampled_from([0.1, 1.0])), architecture.parameter_count)
    batch = Batch(random.uniform(0, 1, (images, architecture.inputs)), random.uniform(0, 1, images))
    return architecture, loss, parameters, batch


@given(evaluations())
@settings(max_examples=60)
def test_one_evaluation_is_the_matrix_engines(
    case: tuple[Architecture, str, Array, Batch],
) -> None:
    architecture, loss, parameters, batch = case
    found: list[Evaluation] = []
    assessed: list[tuple[float, Array]] = []
    for name in ("compiled", "matrix"):
        problem = problem_of(Network(architecture, parameters.copy()), loss)
        engine = ENGINES[name](problem)
        found.append(engine.evaluate(batch))
        assessed.append(engine.assess(batch))
    ours, theirs = found
    size = max(1.0, float(np.abs(theirs.gradient).max()))
    assert ours.loss == pytest.approx(theirs.loss, rel=1e-12)
    assert np.abs(ours.predictions - theirs.predictions).max() <= 1e-12 * max(
        1.0, float(np.abs(theirs.predictions).max())
    )
    assert np.abs(ours.gradient - theirs.gradient).max() <= 1e-12 * size
    assert assessed[0][0] == pytest.approx(theirs.loss, rel=1e-12)
    assert assessed[0][1] == pytest.approx(theirs.predictions, rel=1e-11, abs=1e-12)


def test_every_activation_and_every_optimizer_is_known_to_the_kernel() -> None:
    load()
    from core.engines.compiled import engine as compiled

    assert compiled.KINDS.keys() == ACTIVATIONS.keys() == compiled.COMPILED.keys()
    assert compiled.OPTIMIZER_KINDS.keys() == OPTIMIZERS.keys()


def test_wide_layers_are_computed_by_matrix_products() -> None:
    def built(hidden: tuple[int, ...], method: str = "backprop") -> Engine:
        architecture = Architecture(hidden)
        network = Network(architecture, np.zeros(architecture.parameter_count))
        return ENGINES["compiled"](problem_of(network, method=method))

    assert not isinstance(built((32, 32)), MatrixEngine)
    assert isinstance(built((32, 33)), MatrixEngine)
    assert isinstance(built((4,), "nudge"), MatrixEngine)


@pytest.mark.parametrize(
    "config",
    [
        config_of({"learning_rate": 2.0, "images": 30}),
        config_of({"learning_rate": 2.0, "images": 30, "batch_size": 7}),
        config_of({"learning_rate": 90.0, "images": 30, "hidden": (4,), "activation": "relu"}),
        config_of({"learning_rate": 1e200, "images": 30, "hidden": (4,)}),
        config_of({"learning_rate": 1e308, "images": 30, "hidden": (4,), "optimizer": "momentum"}),
        config_of(
            {
                "learning_rate": 1e308,
                "images": 20,
                "hidden": (3,),
                "output": "sigmoid",
                "task": "diagonal",
                "loss": "bce",
            }
        ),
    ],
    ids=str,
)
def test_a_run_diverges_at_the_matrix_engines_step_and_the_step_is_undone(
    config: TrainingConfig,
) -> None:
    ours, theirs = Trainer(config), Trainer(replace(config, engine="matrix"))
    for trainer in (ours, theirs):
        trainer.run.run_for(math.inf, max_steps=3_000)
    assert ours.run.outcome is theirs.run.outcome is Outcome.DIVERGED
    assert ours.run.here.diverged_at == theirs.run.here.diverged_at
    assert ours.run.step_count == theirs.run.step_count
    assert np.isfinite(ours.run.here.network.parameters).all()
    before = bits(ours)
    ours.run.go_to((0, 0))
    ours.run.go_to((theirs.run.step_count, 0))
    assert bits(ours) == before


def test_a_weight_that_becomes_infinite_behind_a_tanh_ends_the_steps() -> None:
    trainer = Trainer(config_of({"hidden": (2,), "images": 10}))
    trainer.apply(SetParameter(0, 1e308))
    trainer.apply(SetSettings.of(learning_rate=1e308))
    trainer.run.run_for(math.inf, max_steps=50)
    assert trainer.run.outcome is Outcome.DIVERGED
    assert np.isfinite(trainer.run.here.network.parameters).all()


def test_it_stops_at_the_loss_and_the_step_that_are_asked_for() -> None:
    stop = Trainer(config_of({"images": 50, "until_loss": 1e-3}))
    other = Trainer(replace(stop.run.config, engine="matrix"))
    for trainer in (stop, other):
        trainer.run.run_for(math.inf)
        assert trainer.run.outcome is Outcome.LOSS_REACHED
    assert stop.run.step_count == other.run.step_count
    steps = Trainer(config_of({"images": 50, "steps": 12_345, "batch_size": 9}))
    steps.run.run_for(math.inf)
    assert steps.run.outcome is Outcome.STEPS_TAKEN
    assert steps.run.step_count == 12_345
    assert len(steps.run.log.history) == 12_346


def test_stop_conditions_that_look_at_every_step_are_judged_at_every_step() -> None:
    config = config_of({"task": "diagonal", "images": 40, "until_accuracy": 0.9, "patience": 200})
    trainer, other = Trainer(config), Trainer(replace(config, engine="matrix"))
    for each in (trainer, other):
        each.run.run_for(math.inf, max_steps=5_000)
    assert trainer.run.outcome is other.run.outcome
    assert trainer.run.step_count == other.run.step_count


@pytest.mark.parametrize("hidden", [(), (3,)])
def test_another_thread_ends_a_call_after_the_step_that_it_is_in(hidden: tuple[int, ...]) -> None:
    trainer = Trainer(config_of({"hidden": hidden, "images": 20}))
    run, halt = trainer.run, halt_of(trainer.run.here)
    assert halt is not None
    run.ensure_evaluated()
    steps = partial(run.run_for, math.inf, max_steps=10**12, cancelled=lambda: bool(halt[0]))
    thread = threading.Thread(target=steps)
    thread.start()
    halt[0] = 1
    thread.join()
    assert run.here.is_evaluated
    there = run.step_count
    assert run.run_for(math.inf, max_steps=10**6, cancelled=lambda: True) == 1
    assert run.step_count == there + 1
    halt[0] = 0
    again = Trainer(run.config)
    again.run.run_for(math.inf, max_steps=there + 1)
    assert bits(again) == bits(trainer)


def test_only_steps_of_small_layers_can_be_ended_by_another_thread() -> None:
    assert halt_of(Trainer(config_of({"hidden": (33,)})).run.here) is None
    assert halt_of(Trainer(config_of({"engine": "matrix"})).run.here) is None


def test_what_is_called_off_between_two_calls_goes_on_with_the_same_bits() -> None:
    config = config_of({"hidden": (3,), "images": 20})
    trainer = Trainer(config)
    trainer.run.ensure_evaluated()
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    taken = trainer.run.run_for(math.inf, max_steps=10**9, cancelled=cancelled)
    assert taken == trainer.run.step_count > 3
    assert trainer.run.here.is_evaluated
    assert len(trainer.run.log.history) == taken + 1
    again = Trainer(config)
    again.run.run_for(math.inf, max_steps=taken)
    assert bits(again) == bits(trainer)


def test_a_long_evaluation_is_many_calls_and_can_be_called_off_between_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    architecture = Architecture((5, 3), "tanh", "sigmoid", True)
    random = np.random.default_rng(3)
    parameters = random.uniform(-1, 1, architecture.parameter_count)
    batch = Batch(random.uniform(0, 1, (1000, 4)), random.uniform(0, 1, 1000))

    def built() -> Engine:
        return ENGINES["compiled"](problem_of(Network(architecture, parameters.copy()), "bce"))

    whole = built().evaluate(batch)
    loss, gradient = whole.loss, whole.gradient.tobytes()
    predictions = whole.predictions.tobytes()
    _, assessed = built().assess(batch)
    from core.engines.compiled import engine as compiled

    monkeypatch.setattr(compiled, "PART_MULTIPLY_ADDS", 2 * 128 * architecture.weight_count)
    engine = built()
    for asks in range(4):  # 8 tiles, two a call
        left = iter([False] * asks + [True])
        with pytest.raises(Cancelled):
            engine.evaluate(batch, lambda left=left: next(left))  # type: ignore[misc]
        parts = engine.evaluate(batch, lambda: False)
        assert (parts.loss, parts.gradient.tobytes()) == (loss, gradient)
        assert parts.predictions.tobytes() == predictions
    assert engine.assess(batch)[1].tobytes() == assessed.tobytes()
    with pytest.raises(Cancelled):
        engine.assess(batch, lambda: True)


def test_steps_too_long_for_one_call_have_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_of({"hidden": (5,), "images": 700, "optimizer": "momentum"})
    at_once = stepped_in(config, (9,))
    from core.engines.compiled import engine as compiled

    monkeypatch.setattr(compiled, "PART_MULTIPLY_ADDS", 1)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return False

    trainer = Trainer(config)
    trainer.apply(SetFrozen(2, True))
    trainer.run.run_for(math.inf, max_steps=9, cancelled=cancelled)
    assert asked == 6 * 10  # 700 images are 6 tiles, evaluated at step 0 and after each step
    assert bits(trainer) == bits(at_once)


def test_what_is_evaluated_stays_valid_while_others_are_assessed() -> None:
    trainer = Trainer(config_of({"hidden": (4,), "images": 200}))
    other = Trainer(config_of({"hidden": (4,), "images": 200, "seed": 7}))
    evaluation = trainer.run.here.compute()
    kept = evaluation.gradient.tobytes(), evaluation.predictions.tobytes(), evaluation.loss
    engine = trainer.run.here.engine
    engine.assess(other.run.here.images)
    engine.assess(trainer.run.here.images)
    assert (evaluation.gradient.tobytes(), evaluation.predictions.tobytes(), evaluation.loss) == (
        kept
    )
    engine.update()
    engine.update()
    fresh = Trainer(trainer.run.config)
    fresh.run.here.compute()
    for _ in range(2):
        fresh.run.here.engine.update()
    assert (
        fresh.run.here.network.parameters.tobytes() == trainer.run.here.network.parameters.tobytes()
    )


def test_an_engine_moves_by_another_rule_from_now_on() -> None:
    trainer = stepped_in(config_of({"hidden": (3,), "images": 20}), (5,))
    other = stepped_in(replace(trainer.run.config, engine="matrix"), (5,))
    for each in (trainer, other):
        each.apply(SetSettings.of(optimizer="adam", learning_rate=0.01))
        each.run.run_for(math.inf, max_steps=5)
        each.apply(SetSettings.of(learning_rate=0.2, l2=0.1))
        each.run.run_for(math.inf, max_steps=5)
    assert trainer.run.here.network.parameters == pytest.approx(
        other.run.here.network.parameters, rel=1e-11
    )


def test_a_problem_says_how_whole_arrays_are_computed() -> None:
    architecture = Architecture((2,), "tanh")
    problem: Problem = problem_of(Network(architecture, np.zeros(architecture.parameter_count)))
    layer = architecture.layers[0]
    assert problem.function_of(layer) is layer.activation
    relu = ACTIVATIONS["relu"]
    assert replace(problem, functions={"tanh": relu}).function_of(layer) is relu
