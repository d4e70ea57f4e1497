"""Too little memory on the device: told as such, and nothing is lost."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core.engines import gpu
from core.engines.engine import Problem
from core.errors import DeviceMemoryError
from core.run.changes import SetFrozen, SetSettings
from core.run.trainer import Trainer
from core.settings.config import TrainingConfig
from tests.core.engines.stepping import assert_near

if not gpu.is_installed():
    pytest.skip("torch is missing: pip install '.[torch]'", allow_module_level=True)

import torch

from core.engines.gpu import batches, engine, steps
from core.engines.gpu.tensors import carry_out
from core.engines.gpu.vectors import Vectors

CONFIGS = [
    TrainingConfig(engine="gpu", images=30, hidden=(3,)),
    TrainingConfig(engine="gpu", images=30, batch_size=7, schedule="step", decay_steps=3),
    TrainingConfig(engine="gpu", images=30, optimizer="adam", until_accuracy=None, patience=40),
]


class Device:
    """A device that has no memory left from a call on; it gets it back once `free` is called.

    Parameters
    ----------
    patch : MonkeyPatch
        Puts it in the place of torch's.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls, self.last = 0, math.inf
        self.error: Exception = torch.OutOfMemoryError("Tried to allocate 2.00 GiB")
        for module in (engine, steps):
            patch.setattr(module, "carry_out", self._counting(carry_out))
        patch.setattr(batches, "Piece", self._counting(batches.Piece))
        patch.setattr("core.engines.gpu.engine.Vectors", self._counting(Vectors))

    def _counting(self, work: Callable[..., object]) -> Callable[..., object]:
        def counted(*given: object, **options: object) -> object:
            self.calls += 1
            if self.calls > self.last:
                raise self.error
            return work(*given, **options)

        return counted

    def fail_after(self, calls: int) -> None:
        """Have memory for so many calls more."""
        self.last = self.calls + calls

    def free(self) -> None:
        """Have memory again."""
        self.last = math.inf


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Device:
    return Device(monkeypatch)


@pytest.fixture
def told() -> Iterator[list[tuple[DeviceMemoryError, Problem]]]:
    """Let the matrix engine go on, and note what is told."""
    found: list[tuple[DeviceMemoryError, Problem]] = []
    gpu.fall_back(lambda error, problem: found.append((error, problem)))
    yield found
    gpu.fall_back(None)


def trained(config: TrainingConfig, steps: int) -> Trainer:
    trainer = Trainer(config)
    trainer.apply(SetFrozen(1, True))
    trainer.run.run_for(math.inf, max_steps=steps)
    return trainer


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_it_is_raised_as_such_and_the_run_stays_where_it_was(
    config: TrainingConfig, device: Device
) -> None:
    expected = trained(config, 9).run
    for calls in range(0, 12, 3):
        run = trained(config, 4).run
        device.fail_after(calls)
        with pytest.raises(DeviceMemoryError, match="not enough memory on ") as caught:
            run.run_for(math.inf, max_steps=1_000)
        assert caught.value.engine == "gpu"
        assert run.step_count >= 4
        device.free()
        run.run_for(math.inf, max_steps=9 - run.step_count)
        assert run.here.network.parameters.tobytes() == expected.here.network.parameters.tobytes()


def test_there_may_be_too_little_at_the_start(device: Device) -> None:
    run = Trainer(CONFIGS[0]).run
    for calls in range(3):
        device.fail_after(calls)
        with pytest.raises(MemoryError):
            run.ensure_evaluated()
    device.free()
    run.ensure_evaluated()


@pytest.mark.parametrize("config", CONFIGS, ids=str)
@pytest.mark.parametrize("calls", [0, 1, 2, 3, 4, 5, 6, 8, 11, 14, 20])
def test_the_matrix_engine_goes_on_wherever_it_was(
    config: TrainingConfig,
    calls: int,
    device: Device,
    told: list[tuple[DeviceMemoryError, Problem]],
) -> None:
    expected = trained(replace(config, engine="matrix"), 12).run
    device.fail_after(calls)
    trainer = Trainer(config)
    trainer.apply(SetFrozen(1, True))
    run = trainer.run
    while run.step_count < 12:
        run.run_for(math.inf, max_steps=min(3 if run.step_count % 2 else 1, 12 - run.step_count))
    ((error, problem),) = told
    assert (error.engine, problem.network) == ("gpu", run.here.network)
    assert_near(run, expected)


def test_single_steps_and_another_rule_go_on_as_well(
    device: Device, told: list[tuple[DeviceMemoryError, Problem]]
) -> None:
    runs = [trained(replace(CONFIGS[0], engine=name), 3).run for name in ("gpu", "matrix")]
    device.fail_after(0)
    for run in runs:
        run.advance()  # by the gradient that the GPU has found
        run.accept(run.compute())
        run.apply(SetSettings.of(optimizer="adam", learning_rate=0.01))
        run.run_for(math.inf, max_steps=4)
    assert len(told) == 1
    assert runs[0].here.network.parameters == pytest.approx(
        runs[1].here.network.parameters, rel=1e-12
    )
    runs[0].apply(SetSettings.of(engine="matrix"))
    assert runs[0].log.engine_before("gpu") == "matrix"


@pytest.mark.parametrize(
    ("words", "is_shortage"),
    [
        ("[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate", True),
        ("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling", True),
        ("CUDA error: an illegal memory access was encountered", False),
    ],
)
def test_errors_of_no_class_of_their_own_are_told_apart(
    words: str, is_shortage: bool, device: Device
) -> None:
    run = Trainer(CONFIGS[0]).run
    device.error = RuntimeError(words)
    device.fail_after(0)
    with pytest.raises(DeviceMemoryError if is_shortage else RuntimeError) as caught:
        run.ensure_evaluated()
    assert isinstance(caught.value, MemoryError) == is_shortage
