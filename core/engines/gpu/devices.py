"""Where torch computes: a GPU that has float64 if there is one, or else the CPU."""

from functools import cache

from core.structs import Struct


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

    Parameters
    ----------
    found : module
        torch, or what answers like it.
    """
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
