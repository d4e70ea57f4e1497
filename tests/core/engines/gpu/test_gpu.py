"""The gpu engine: the matrix engine's numbers, and the same bits however many steps a call takes.

Where there is no GPU, torch's CPU computes: all but the recording of graphs is the same then.
"""

import math
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from typing import TypeAlias

import numpy as np
import pytest

from core.arrays import Array, Cancelled
from core.engines import ENGINES, gpu, matrix
from core.engines.engine import GRADIENT_METHODS, Engine
from core.engines.matrix import Limits
from core.images.images import Batch
from core.network.activations import ACTIVATIONS
from core.network.architecture import Architecture
from core.network.network import Network
from core.run.changes import SetFrozen, SetParameter, SetSettings
from core.run.stopping import Outcome
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.problems import problem_of

if not gpu.is_installed():
    pytest.skip("torch is missing: pip install '.[torch]'", allow_module_level=True)

from core.engines.gpu.engine import GpuEngine  # where torch is installed

Some: TypeAlias = Mapping[str, object]
"""Some settings, by name."""

# Where gradients are tiny, RMSProp and Adam divide rounding by rounding: hence the large ε.
OPTIMIZERS: list[Some] = [
    {"optimizer": "sgd"},
    {"optimizer": "sgd", "l1": 0.01, "l2": 0.02},
    {"optimizer": "sgd", "clip_norm": 0.1, "l2": 0.02},
    {"optimizer": "sgd", "clip_value": 0.05},
    {"optimizer": "momentum", "schedule": "cosine", "cosine_steps": 60, "warmup_steps": 3},
    {"optimizer": "momentum", "nesterov": True, "schedule": "step", "decay_steps": 7},
    {"optimizer": "rmsprop", "learning_rate": 0.01, "epsilon": 0.1},
    {"optimizer": "rmsprop", "learning_rate": 0.01, "epsilon": 0.1, "centered": True},
    {"optimizer": "adam", "learning_rate": 0.01, "epsilon": 1e-3},
    {"optimizer": "adam", "learning_rate": 0.01, "epsilon": 1e-3, "amsgrad": True, "l1": 0.01},
]
BINARY: dict[str, object] = {"output": "sigmoid", "task": "diagonal"}
NETWORKS: list[Some] = [
    {},
    {"bias": True},
    {"output": "sigmoid", "loss": "mse", "bias": True},
    BINARY | {"loss": "bce"},
    {"hidden": (4,), "activation": "tanh"},
    {"hidden": (5, 3), "activation": "tanh,relu", "bias": False},
    BINARY | {"hidden": (4,), "activation": "sigmoid", "loss": "bce"},
    {"hidden": (3, 2, 3), "activation": "linear,sigmoid,tanh"},
]
BATCHES: list[Some] = [
    {"images": 23},
    {"images": 150},
    {"images": 40, "batch_size": 16},
    {"images": 30, "batch_size": 1},
]


def config_of(*parts: Some) -> TrainingConfig:
    merged: dict[str, object] = {"engine": "gpu", "seed": 1}
    for each in parts:
        merged |= each
    return TrainingConfig(**merged)  # type: ignore[arg-type]


COMBINATIONS = [config_of(*parts) for parts in product(OPTIMIZERS, NETWORKS, BATCHES)]
SOME = COMBINATIONS[::11]
"""Every optimizer, network and batch is among them."""


def bits(trainer: Trainer) -> tuple[bytes, ...]:
    """Return all that a step leaves behind."""
    here = trainer.run.here
    evaluation = here.compute()
    losses = trainer.run.log.history.curve().last
    arrays = (
        *(here.network.parameters, here.previous, here.state.slots, here.state.count),
        *(evaluation.gradient, evaluation.predictions, np.array(evaluation.loss), losses),
    )
    return tuple(array.tobytes() for array in arrays)


def stepped_in(config: TrainingConfig, *pieces: int) -> Trainer:
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


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_an_evaluation_and_a_hundred_steps_are_the_matrix_engines(optimizer: Some) -> None:
    for network, batches in product(NETWORKS, BATCHES):
        ours = Trainer(config_of(optimizer, network, batches))
        theirs = Trainer(replace(ours.run.config, engine="matrix"))
        mine, other = (each.run.here.compute() for each in (ours, theirs))
        assert mine.loss == pytest.approx(other.loss, rel=1e-12, abs=1e-15)
        assert mine.predictions == pytest.approx(other.predictions, rel=1e-12, abs=1e-12)
        assert mine.gradient == pytest.approx(other.gradient, rel=1e-12, abs=1e-12)
        for each in (ours, theirs):
            each.run.run_for(math.inf, max_steps=100)
            assert each.run.step_count == 100
        parameters = [each.run.here.network.parameters for each in (ours, theirs)]
        assert parameters[0] == pytest.approx(parameters[1], rel=1e-12, abs=1e-12), ours.run.config
        losses = [each.run.log.history.curve().last for each in (ours, theirs)]
        assert losses[0] == pytest.approx(losses[1], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("config", SOME, ids=str)
def test_the_bits_do_not_depend_on_how_many_steps_a_call_takes(config: TrainingConfig) -> None:
    at_once = bits(stepped_in(config, 14))
    assert bits(stepped_in(config, 3, 11)) == at_once
    assert bits(stepped_by_parts(config, 14)) == at_once


@pytest.mark.parametrize("method", GRADIENT_METHODS)
@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_a_batch_in_parts_and_blocks_is_the_batch_in_one(
    network: Some, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(network, {"images": 50, "gradient": method})
    whole = stepped_in(config, 5)
    monkeypatch.setattr(matrix, "LIMITS", Limits(20, 60, 60, 1))
    parts = stepped_in(config, 5)
    # Nudging divides what rounding there is by ε.
    near = 1e-12 if method == "backprop" else 1e-8
    assert parts.run.here.network.parameters == pytest.approx(
        whole.run.here.network.parameters, rel=near, abs=near
    )
    assert bits(stepped_in(config, 2, 3)) == bits(parts)


def test_finite_differences_are_the_matrix_engines() -> None:
    for network, batches in product(NETWORKS, BATCHES):
        ours = stepped_in(config_of(network, batches, {"gradient": "nudge"}), 3)
        theirs = stepped_in(replace(ours.run.config, engine="matrix"), 3)
        parameters = [each.run.here.network.parameters for each in (ours, theirs)]
        assert parameters[0] == pytest.approx(parameters[1], rel=1e-8, abs=1e-8)
        assert bits(stepped_by_parts(ours.run.config, 3)) == bits(ours)


@pytest.mark.parametrize("config", SOME[::4], ids=str)
def test_recording_a_step_leaves_no_trace(
    config: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.engines.gpu import steps
    from core.engines.gpu.devices import Device

    expected = bits(stepped_in(config, 5, 9))
    recorded = 0

    def carried_out(work: Callable[[], None], begin: Callable[[], object]) -> Callable[[], object]:
        nonlocal recorded
        recorded += 1
        for _ in range(3):
            begin()
            work()
        return work

    monkeypatch.setattr(steps, "recorded", carried_out)
    monkeypatch.setattr(Device, "has_graphs", True)
    assert bits(stepped_in(config, 5, 9)) == expected
    size = config.batch_size or config.images
    assert recorded == len({size, config.images % size} - {0}), "once for each size of a batch"


@pytest.mark.parametrize(
    "changed",
    [
        {"learning_rate": 2.0},
        {"learning_rate": 2.0, "batch_size": 7},
        {"learning_rate": 90.0, "hidden": (4,), "activation": "relu"},
        {"learning_rate": 1e200, "hidden": (4,)},
        {"learning_rate": 1e308, "hidden": (4,), "optimizer": "momentum"},
        BINARY | {"learning_rate": 1e308, "hidden": (3,), "loss": "bce"},
    ],
    ids=str,
)
def test_a_run_diverges_at_the_matrix_engines_step_and_the_step_is_undone(changed: Some) -> None:
    ours = Trainer(config_of({"images": 30}, changed))
    theirs = Trainer(replace(ours.run.config, engine="matrix"))
    for trainer in (ours, theirs):
        trainer.run.run_for(math.inf, max_steps=3_000)
    assert ours.run.outcome is theirs.run.outcome is Outcome.DIVERGED
    assert ours.run.here.diverged_at == theirs.run.here.diverged_at
    assert ours.run.step_count == theirs.run.step_count
    assert np.isfinite(ours.run.here.network.parameters).all()


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
    steps = Trainer(config_of({"images": 50, "steps": 5_000, "batch_size": 9}))
    steps.run.run_for(math.inf)
    assert steps.run.outcome is Outcome.STEPS_TAKEN
    assert len(steps.run.log.history) == 5_001


def test_an_engine_moves_by_another_rule_from_now_on() -> None:
    trainer = stepped_in(config_of({"hidden": (3,), "images": 20}), 5)
    other = stepped_in(replace(trainer.run.config, engine="matrix"), 5)
    for each in (trainer, other):
        each.apply(SetSettings.of(optimizer="adam", learning_rate=0.01))
        each.run.run_for(math.inf, max_steps=5)
        each.apply(SetSettings.of(learning_rate=0.2, l2=0.1))
        each.run.run_for(math.inf, max_steps=5)
        each.run.go_to((3, 0))
        each.run.go_to((15, 2))
    assert trainer.run.here.network.parameters == pytest.approx(
        other.run.here.network.parameters, rel=1e-11
    )


def built(batch: Batch, method: str = "backprop") -> Engine:
    architecture = Architecture((5, 3), "tanh", "sigmoid", True)
    random = np.random.default_rng(3)
    parameters = random.uniform(-1, 1, architecture.parameter_count)
    return ENGINES["gpu"](problem_of(Network(architecture, parameters), "bce", method))


def some_images(count: int, seed: int = 0) -> Batch:
    random = np.random.default_rng(seed)
    return Batch(random.uniform(0, 1, (count, 4)), random.uniform(0, 1, count))


@pytest.mark.parametrize("method", GRADIENT_METHODS)
def test_what_is_evaluated_stays_valid_while_others_are_assessed(method: str) -> None:
    batch = some_images(100)
    engine = built(batch, method)
    evaluation = engine.evaluate(batch)
    kept = evaluation.loss, evaluation.gradient.tobytes(), evaluation.predictions.tobytes()
    for other in (some_images(100, 1), some_images(30), batch):
        loss, predictions = engine.assess(other)
        fresh = built(other).evaluate(other)
        assert (loss, predictions.tobytes()) == (fresh.loss, fresh.predictions.tobytes())
    assert (
        evaluation.loss,
        evaluation.gradient.tobytes(),
        evaluation.predictions.tobytes(),
    ) == kept


def test_images_that_may_not_be_written_to_are_read() -> None:
    batch = some_images(10)
    expected = built(batch).evaluate(batch).loss
    batch.images.setflags(write=False)
    batch.targets.setflags(write=False)
    assert built(batch).evaluate(batch).loss == expected


def test_a_call_is_asked_before_whether_to_stop() -> None:
    batch = some_images(20)
    engine = built(batch)
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    with pytest.raises(Cancelled):
        engine.evaluate(batch, stop)
    assert asked == 11
    fresh = built(batch).evaluate(batch)
    assert engine.evaluate(batch).gradient.tobytes() == fresh.gradient.tobytes()


def test_every_activation_is_translated() -> None:
    # A call that torch has no name for would be a KeyError.
    for name in ACTIVATIONS:
        Trainer(config_of({"hidden": (2,), "activation": name})).run.step()


def test_torch_is_imported_only_for_the_first_engine() -> None:
    script = """
import math, sys
import core, core.engines
from core.engines import gpu
assert "gpu" in core.engines.ENGINES
assert "torch" not in sys.modules and not gpu.is_loaded()
run = core.Trainer(core.TrainingConfig(engine="gpu")).run
assert "torch" not in sys.modules and not gpu.is_loaded()
run.run_for(math.inf, max_steps=1)
assert gpu.is_loaded()
name, reason = gpu.place()
assert bool(name) != bool(reason)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_on_the_cpu_long_steps_are_taken_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.engines.gpu.devices import Device, device

    engine = built(some_images(5))
    assert isinstance(engine, GpuEngine)
    if not device().is_gpu:
        # 4→5→3→1 has 13 numbers on its levels, and 38 weights.
        assert engine.most_images == 250_000 // 13
    monkeypatch.setattr(Device, "is_gpu", True)
    assert engine.most_images > 10**9


def values_of(arrays: tuple[Array, ...]) -> list[list[float]]:
    return [array.tolist() for array in arrays]


def test_arrays_in_the_same_memory_have_tensors_in_the_same_memory() -> None:
    from core.engines.gpu.tensors import Mirror

    whole = np.arange(12.0)
    table, corner = whole.reshape(3, 4), whole.reshape(3, 4)[1:, 2:].T
    mirror = Mirror("cpu")
    tensors = tuple(mirror.of(array) for array in (whole, table, corner))
    mirror.of(corner)[0, 1] = -1.0
    assert tensors[0][10] == tensors[1][2, 2] == -1.0
    assert whole[10] == 10.0, "the array itself stays as it is"
    corner[0, 1] = -1.0
    assert values_of(tuple(each.numpy() for each in tensors)) == values_of((whole, table, corner))
