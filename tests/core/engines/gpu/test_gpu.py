"""The gpu engine: the matrix engine's numbers, and the same bits however many steps a call takes.

Where there is no GPU, torch's CPU computes: all but the recording of graphs is the same then.
"""

import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, product, repeat
from types import SimpleNamespace

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
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.engines.stepping import (
    BATCHES,
    NETWORKS,
    OPTIMIZERS,
    SOME,
    Some,
    assert_near,
    bits,
    config_of,
    stepped_by_parts,
    stepped_in,
)
from tests.core.problems import problem_of

if not gpu.is_installed():
    pytest.skip("torch is missing: pip install '.[torch]'", allow_module_level=True)

from core.engines.gpu.engine import GpuEngine  # where torch is installed


def gpu_config(*parts: Some) -> TrainingConfig:
    return config_of({"engine": "gpu"}, *parts)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_an_evaluation_and_a_hundred_steps_are_the_matrix_engines(optimizer: Some) -> None:
    for network, batches in product(NETWORKS, BATCHES):
        ours = Trainer(gpu_config(optimizer, network, batches))
        theirs = Trainer(replace(ours.run.config, engine="matrix"))
        mine, other = (each.run.here.compute() for each in (ours, theirs))
        assert mine.loss == pytest.approx(other.loss, rel=1e-12, abs=1e-15)
        assert mine.predictions == pytest.approx(other.predictions, rel=1e-12, abs=1e-12)
        assert mine.gradient == pytest.approx(other.gradient, rel=1e-12, abs=1e-12)
        for each in (ours, theirs):
            each.run.run_for(math.inf, max_steps=100)
            assert each.run.step_count == 100
        assert_near(ours.run, theirs.run)


@pytest.mark.parametrize("method", GRADIENT_METHODS)
@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_a_batch_in_parts_and_blocks_is_the_batch_in_one(
    network: Some, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = gpu_config(network, {"images": 50, "gradient": method})
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
        ours = stepped_in(gpu_config(network, batches, {"gradient": "nudge"}), 3)
        theirs = stepped_in(replace(ours.run.config, engine="matrix"), 3)
        parameters = [each.run.here.network.parameters for each in (ours, theirs)]
        assert parameters[0] == pytest.approx(parameters[1], rel=1e-8, abs=1e-8)
        assert bits(stepped_by_parts(ours.run.config, 3)) == bits(ours)


@pytest.mark.parametrize("config", [replace(each, engine="gpu") for each in SOME[::4]], ids=str)
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
        Trainer(gpu_config({"hidden": (2,), "activation": name})).run.step()


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


def test_to_load_it_asks_for_a_gpu_which_takes_a_while() -> None:
    from core.engines.gpu.devices import device

    device.cache_clear()
    gpu.load()
    assert device.cache_info().currsize == 1


def test_on_the_cpu_long_steps_are_taken_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.engines.gpu.devices import Device, device

    engine = built(some_images(5))
    assert isinstance(engine, GpuEngine)
    if not device().is_gpu:
        # 4→5→3→1 has 13 numbers on its levels, and 38 weights.
        assert engine.most_images == 250_000 // 13
    monkeypatch.setattr(Device, "is_gpu", True)
    assert engine.most_images > 10**9


def test_a_step_is_timed_though_its_thread_only_waits_for_the_gpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trainer = Trainer(gpu_config())
    trainer.run.ensure_evaluated()
    wall = chain((0.0,), repeat(0.008))
    clock = SimpleNamespace(perf_counter=lambda: next(wall), thread_time=lambda: 0.0)
    monkeypatch.setattr("core.run.run.time", clock)
    monkeypatch.setattr("core.run.stepper.time", clock)
    assert trainer.run.run_for(math.inf, max_steps=1) == 1
    assert trainer.snapshot().step_times.in_a_row == (0.008,)


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
