"""The rates of the gpu engine, measured on torch's CPU device."""

from dataclasses import replace

import pytest

from core.engines import gpu
from core.errors import DeviceMemoryError
from core.prediction import predict
from core.rates import kept
from core.rates.gpu import measure, products, readings
from core.rates.rates import Rate
from tests.core.prediction.test_gpu import CONFIGS
from tests.core.rates.made import gpu_rates, rates

pytestmark = pytest.mark.skipif(not gpu.is_installed(), reason="needs torch, the extra torch")


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Rate], str]:
    """Measure little, as what is measured says nothing here."""
    monkeypatch.setattr(readings, "SECONDS", 0.0)
    monkeypatch.setitem(products.FOOTPRINTS, False, (2**12, 2**13, 2**14))
    monkeypatch.setitem(products.SIDES, False, 32)
    monkeypatch.setitem(products.LARGEST, False, 4.5)
    return measure()


def test_all_that_a_prediction_needs_is_measured(measured: tuple[dict[str, Rate], str]) -> None:
    known, _ = measured
    made = gpu_rates().gpu
    assert made is not None
    assert not made.keys() - known.keys() - {"byte of 1024"}
    assert {f"byte of {size}" for size in (2**12, 2**13, 2**14)} <= known.keys()
    assert all(0.0 <= rate.fastest <= rate.median for rate in known.values())
    here = replace(rates(), gpu=known)
    for config in CONFIGS:
        assert predict(config, here, engine="gpu").seconds > 0.0


def test_a_gpus_calls_are_recorded_and_its_end_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    from core.engines.gpu import steps
    from core.engines.gpu.devices import Device
    from core.rates.gpu import probes

    recorded, waited = [], []

    def record(work: object, begin: object) -> object:
        recorded.append(work)
        return work

    monkeypatch.setattr(steps, "recorded", record)
    monkeypatch.setattr(Device, "has_graphs", True)
    monkeypatch.setattr(torch.cpu, "synchronize", lambda: waited.append(1))
    windows = probes._Windows(Device("cpu", "as if it were a GPU"))
    calls = [probes.calls_on(1, "cpu")["tanh"]]
    windows.of(calls)()
    assert (len(recorded), len(waited)) == (1, 1)
    windows.of(calls, launched=True)()
    assert (len(recorded), len(waited)) == (1, 2)


@pytest.mark.parametrize("is_class", [True, False])
def test_where_the_device_lacks_memory_the_others_rates_are_known(
    is_class: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    def shortage(*_: object) -> None:
        if is_class:
            raise torch.OutOfMemoryError("Tried to allocate 2.00 GiB")
        raise RuntimeError("CUDA error: out of memory")

    monkeypatch.setattr(readings, "read", shortage)
    with pytest.raises(DeviceMemoryError, match="gpu: not enough memory on"):
        measure()
    monkeypatch.setattr(kept, "measure", lambda _: rates())
    assert kept.measured_now(with_gpu=True).rates == rates()
    monkeypatch.setattr(readings, "probes", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):  # what is wrong otherwise is not hidden
        kept.measured_now(with_gpu=True)
