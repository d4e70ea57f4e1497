"""Which device computes: a GPU with float64, or else the CPU, and why."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from core.engines.gpu import devices
from core.engines.gpu.devices import Device, cards, choose

NONE = SimpleNamespace(is_available=lambda: False)


def found(**devices: SimpleNamespace) -> SimpleNamespace:
    """Return what answers like torch."""
    return SimpleNamespace(**{"cuda": NONE, "xpu": NONE, "mps": NONE, **devices})


def intel(*, has_fp64: bool) -> SimpleNamespace:
    properties = SimpleNamespace(name="Intel Arc", has_fp64=has_fp64)
    return SimpleNamespace(is_available=lambda: True, get_device_properties=lambda _: properties)


CUDA = SimpleNamespace(is_available=lambda: True, get_device_name=lambda _: "NVIDIA H100")
MPS = SimpleNamespace(is_available=lambda: True)


def unusable(_: int) -> str:
    raise RuntimeError("CUDA error: all CUDA-capable devices are busy\nCUDA kernel errors …")


BUSY = SimpleNamespace(is_available=lambda: True, get_device_name=unusable)


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
        (found(cuda=BUSY), Device("cpu", "CUDA error: all CUDA-capable devices are busy")),
    ],
)
def test_a_gpu_computes_if_it_has_float64(devices: SimpleNamespace, chosen: Device) -> None:
    assert choose(devices) == chosen
    assert chosen.is_gpu == (chosen.kind != "cpu")


def test_only_cuda_records_graphs() -> None:
    assert Device("cuda", "NVIDIA H100").has_graphs
    assert not Device("xpu", "Intel Arc").has_graphs
    assert not Device("cpu", "torch finds no GPU").has_graphs


def plugged_in(folder: Path, *cards: tuple[str, str, str]) -> Path:
    """List cards as Linux does: a class, a maker, and the maker's number."""
    for number, values in enumerate(cards):
        card = folder / f"0000:00:0{number}.0"
        card.mkdir(parents=True)
        for name, value in zip(("class", "vendor", "device"), values, strict=True):
            (card / name).write_text(f"{value}\n")
    return folder


NVIDIA = "0x030200", "0x10de", "0x2330"
AMD = "0x038000", "0x1002", "0x740f"
VIRTUAL = "0x030000", "0x1234", "0x1111"
NETWORK = "0x020000", "0x10de", "0x0001"


def test_cards_are_told_from_what_else_is_plugged_in(tmp_path: Path) -> None:
    folder = plugged_in(tmp_path / "pci", NVIDIA, NETWORK, AMD)
    (folder / "0000:00:03.0").mkdir()  # what Linux tells nothing of
    assert cards(folder) == ("0x1002 0x740f", "0x10de 0x2330")
    assert cards(tmp_path / "none") == ()


def torch_of(folder: Path, **kinds: str) -> Path:
    """Put a file where torch has it, with what it is built for."""
    lines = [f"{name}: Optional[str] = {kinds.get(name)!r}\n" for name in ("cuda", "hip", "xpu")]
    (folder / "version.py").write_text("__version__ = '2.13.0'\n" + "".join(lines))
    return folder


@pytest.mark.parametrize(
    ("built", "card", "expected"),
    [
        ({"cuda": "13.0"}, NVIDIA, True),
        ({"cuda": "13.0"}, AMD, False),
        ({"cuda": "13.0"}, VIRTUAL, False),
        ({"cuda": "13.0"}, NETWORK, False),
        ({"hip": "7.0"}, AMD, True),
        ({}, NVIDIA, False),
    ],
)
def test_there_may_be_a_gpu_if_torch_is_built_for_one_that_is_plugged_in(
    built: dict[str, str],
    card: tuple[str, str, str],
    expected: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    origin = str(torch_of(tmp_path, **built) / "__init__.py")
    monkeypatch.setattr(devices, "find_spec", lambda name: SimpleNamespace(origin=origin))
    assert devices.may_be_gpu(plugged_in(tmp_path / "pci", card)) is expected
    # A system that lists nothing may have any.
    assert devices.may_be_gpu(tmp_path / "none") is bool(built)
    monkeypatch.setattr(devices, "find_spec", lambda name: None)
    assert not devices.may_be_gpu(tmp_path / "none")
