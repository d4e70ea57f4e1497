"""The machine that rates were measured on, as far as it tells."""

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from core.engines.gpu.devices import cards
from core.structs import Struct

CPU = Path("/proc/cpuinfo")
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Environment variables by which a person limits the threads of a matrix product."""
_ENGINES = ("numba", "torch")
"""Packages that engines are made of, where they are installed."""
_SIZES = {"K": 2**10, "M": 2**20, "G": 2**30}


class Machine(Struct):
    """What the rates of a machine depend on; where anything differs, they are measured again."""

    name: str
    """In its network; empty where it has none."""
    processor: str
    """Its model, or its kind where the system names no model."""
    cores: int
    """Cores that this process may use."""
    caches: tuple[int, ...]
    """Bytes of the data caches, the nearest first; empty where the system does not tell."""
    python: str
    numpy: str
    blas: str
    """The library that computes numpy's matrix products, with its version."""
    threads: str
    """The limit that a person has set for the threads of a matrix product; empty for none."""
    packages: tuple[str, ...]
    """Packages that engines are made of, with their versions."""
    cards: tuple[str, ...] = ()
    """The GPUs that are plugged in, as numbers of their makers; empty where the system does not
    list them."""


def this_machine() -> Machine:
    """Return the machine that this process runs on."""
    return Machine(
        name=platform.node(),
        processor=processor_in(CPU) or platform.processor() or platform.machine(),
        cores=usable_cores(),
        caches=caches_in(CACHES),
        python=platform.python_version(),
        numpy=np.__version__,
        blas=_blas(),
        threads=", ".join(f"{name}={os.environ[name]}" for name in _THREADS if name in os.environ),
        packages=tuple(_packages()),
        cards=cards(),
    )


def usable_cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def physical_memory() -> int | None:
    """Return the bytes of this machine's memory; None where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None


def processor_in(path: Path) -> str:
    """Return the model that Linux names in a file such as ``/proc/cpuinfo``; empty for none."""
    with suppress(OSError):
        for line in path.read_text("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return ""


def caches_in(folder: Path) -> tuple[int, ...]:
    """Return the bytes of each data cache that Linux lists in a folder, the nearest first."""
    found = []
    for cache in folder.glob("index*"):
        with suppress(OSError, ValueError, KeyError):
            if (cache / "type").read_text().strip() != "Instruction":
                size = (cache / "size").read_text().strip()
                found.append(int(size[:-1]) * _SIZES[size[-1]])
    return tuple(sorted(found))


def _blas() -> str:
    """Return the name and the version of the library that multiplies matrices."""
    built = np.show_config(mode="dicts")
    library = (built or {}).get("Build Dependencies", {}).get("blas", {})
    return f"{library.get('name', '')} {library.get('version', '')}".strip()


def _packages() -> Iterator[str]:
    for name in _ENGINES:
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"
