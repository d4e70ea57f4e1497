"""Which device computes: a GPU with float64, or else the CPU, and why."""

from types import SimpleNamespace

import pytest

from core.engines.gpu.devices import Device, choose

NONE = SimpleNamespace(is_available=lambda: False)


def found(**devices: SimpleNamespace) -> SimpleNamespace:
    """Return what answers like torch."""
    return SimpleNamespace(**{"cuda": NONE, "xpu": NONE, "mps": NONE, **devices})


def intel(*, has_fp64: bool) -> SimpleNamespace:
    properties = SimpleNamespace(name="Intel Arc", has_fp64=has_fp64)
    return SimpleNamespace(is_available=lambda: True, get_device_properties=lambda _: properties)


CUDA = SimpleNamespace(is_available=lambda: True, get_device_name=lambda _: "NVIDIA H100")
MPS = SimpleNamespace(is_available=lambda: True)


@pytest.mark.parametrize(
    ("devices", "chosen"),
    [
        (found(), Device("cpu", "torch finds no GPU")),
        (SimpleNamespace(), Device("cpu", "torch finds no GPU")),
        (found(cuda=CUDA), Device("cuda", "NVIDIA H100")),
        (found(cuda=CUDA, xpu=intel(has_fp64=True)), Device("cuda", "NVIDIA H100")),
        (found(xpu=intel(has_fp64=True)), Device("xpu", "Intel Arc")),
        (found(xpu=intel(has_fp64=False)), Device("cpu", "Intel Arc has no float64")),
        (found(mps=MPS), Device("cpu", "Apple's GPU (MPS) has no float64")),
    ],
)
def test_a_gpu_computes_if_it_has_float64(devices: SimpleNamespace, chosen: Device) -> None:
    assert choose(devices) == chosen
    assert chosen.is_gpu == (chosen.kind != "cpu")


def test_only_cuda_records_graphs() -> None:
    assert Device("cuda", "NVIDIA H100").has_graphs
    assert not Device("xpu", "Intel Arc").has_graphs
    assert not Device("cpu", "torch finds no GPU").has_graphs
