"""Where torch computes: a GPU that has float64 if there is one, or else the CPU.

Nothing here imports torch before `device` is called.
"""

import re
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from core.engines import matrix
from core.engines.matrix import Limits
from core.structs import Struct

PCI = Path("/sys/bus/pci/devices")
"""Where Linux lists what is plugged in."""
MAKERS = {"cuda": ("0x10de", "0x1414"), "hip": ("0x1002", "0x1414"), "xpu": ("0x8086",)}
"""By the name that torch has for what it is built for, the makers of those GPUs; in WSL all are
Microsoft's."""
_DISPLAYS = "0x03"
"""What the class of a GPU begins with, whether it has a display or not."""

MOST_STEPS = 4096
"""Steps of one call at most: room for so many losses."""
GPU_LIMITS = Limits(1 << 62, 1 << 62, 16_000_000, 128)
"""A GPU takes a layer in one call; the arrays of a part have less than 400 MB."""


def limits_of(*, is_gpu: bool) -> Limits:
    """Return how much a device computes at once: the CPU as much as in the matrix engine."""
    return GPU_LIMITS if is_gpu else matrix.LIMITS


class Device(Struct):
    """What computes."""

    kind: str
    """The name that torch has for it: cuda (ROCm as well), xpu or cpu."""
    name: str
    """Its maker's name for it; of the CPU, why it is not a GPU."""

    @property
    def is_gpu(self) -> bool:
        """Whether it is a GPU."""
        return self.kind != "cpu"

    @property
    def has_graphs(self) -> bool:
        """Whether the calls of a step are recorded once, and then launched as one."""
        return self.kind == "cuda"


@cache
def device() -> Device:
    """Return the device that this machine computes on."""
    import torch  # takes a few seconds

    return choose(torch)


def choose(found: object) -> Device:
    """Return the first GPU of those that torch finds, if it has float64, or else the CPU.

    A GPU may be there and still be of no use, as where another program has it for itself: that is
    the reason for the CPU then.

    Parameters
    ----------
    found : module
        torch, or what answers like it.
    """
    try:
        return _chosen(found)
    except RuntimeError as error:
        return Device("cpu", str(error).partition("\n")[0] or "the GPU cannot be used")


def _chosen(found: object) -> Device:
    cuda, xpu, mps = (getattr(found, name, None) for name in ("cuda", "xpu", "mps"))
    if cuda is not None and cuda.is_available():
        return Device("cuda", str(cuda.get_device_name(0)))
    if xpu is not None and xpu.is_available():
        properties = xpu.get_device_properties(0)
        if properties.has_fp64:
            return Device("xpu", str(properties.name))
        return Device("cpu", f"{properties.name} has no float64")
    if mps is not None and mps.is_available():
        return Device("cpu", "Apple's GPU (MPS) has no float64")
    return Device("cpu", "torch finds no GPU")


def cards(folder: Path = PCI) -> tuple[str, ...]:
    """Return the GPUs that Linux lists, each as its maker's and its own number; none elsewhere."""
    found = []
    for card in folder.glob("*"):
        with suppress(OSError):
            if (card / "class").read_text().startswith(_DISPLAYS):
                numbers = ((card / name).read_text().strip() for name in ("vendor", "device"))
                found.append(" ".join(numbers))
    return tuple(sorted(found))


def built_for(folder: Path) -> set[str]:
    """Return what the torch in a folder is built for, of the names in `MAKERS`; it is not imported,
    which takes seconds."""
    with suppress(OSError):
        text = (folder / "version.py").read_text("utf-8", "replace")
        return {name for name in MAKERS if re.search(rf"^{name}\b.*= *'", text, re.MULTILINE)}
    return set()


def may_be_gpu(folder: Path = PCI) -> bool:
    """Whether torch is installed and may find a GPU; without importing it.

    It is built for a maker's GPUs, and Linux lists one of that maker; other systems list none.
    """
    found = find_spec("torch")
    if found is None or found.origin is None:
        return False
    kinds = built_for(Path(found.origin).parent)
    if not folder.is_dir():
        return bool(kinds)
    makers = {maker for kind in kinds for maker in MAKERS[kind]}
    return any(card.split()[0] in makers for card in cards(folder))
