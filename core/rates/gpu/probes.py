"""Windows of the gpu engine's calls, of matrix products, memory and transfers, and of its steps."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from core.arrays import Operation, add_up
from core.engines.engine import Stretch
from core.images.images import Batch
from core.network.architecture import Architecture
from core.rates.functions import operations
from core.rates.gpu.products import (
    FOOTPRINTS,
    MANY,
    ONE,
    SIDES,
    STEPS,
    TAKEN,
    TIMES,
    TRANSFERRED,
    drawn_products,
    times_of,
)
from core.rates.probes import Probe
from core.rates.products import operation
from core.rates.steps import images, problem

if TYPE_CHECKING:
    from core.engines.gpu.devices import Device
    from core.engines.gpu.tensors import Call


def calls_on(size: int, kind: str) -> dict[str, "Call"]:
    """Return a call of each function on so many numbers of a device, by its name."""
    import torch

    from core.engines.gpu.tensors import Mirror, copied

    random, total, out = np.random.default_rng(0), np.empty(()), np.empty(size)
    values, positive = random.uniform(-1.0, 1.0, size), random.uniform(0.5, 1.5, size)
    listed: dict[str, Operation] = {
        **operations(values, positive, out),
        "add_up": (add_up, (values, total)),
        "vector dot": (np.dot, (values, positive, total)),
    }
    mirror = Mirror(kind)
    found = dict(zip(listed, mirror.calls(listed.values()), strict=True))
    rows = max(size // 4, 1)
    table = torch.zeros(4, rows, dtype=torch.float64, device=kind)
    places = torch.arange(rows, device=kind)
    found["copy"] = copied, (mirror.of(values),), mirror.of(out)
    found["index_select"] = torch.index_select, (table, 1, places), torch.empty_like(table)
    return found


def _small_calls(found: "Device") -> dict[str, "Call"]:
    """Return a call of each function on a single number, or on hardly more."""
    from core.engines.gpu.steps import Record
    from core.engines.gpu.tensors import Mirror

    calls = calls_on(1, found.kind)
    squares = [np.ones((2, 2)) for _ in range(3)]
    (calls["dot"],) = Mirror(found.kind).calls([(np.dot, (squares[0], squares[1], squares[2]))])
    calls["put"] = Record(found).noting()[0]
    return calls


class _Windows:
    """Makes windows of calls on a device, which end when the device is done.

    Parameters
    ----------
    found : Device
        What computes.
    """

    def __init__(self, found: "Device") -> None:
        import torch

        self._has_graphs = found.has_graphs
        self.wait: Callable[[], object] = getattr(torch, found.kind).synchronize

    def of(self, calls: Sequence["Call"], *, launched: bool = False) -> Callable[[], object]:
        """Return a window of these calls, recorded where the engine does so; or else `launched`
        one after the other."""
        from core.engines.gpu.steps import recorded
        from core.engines.gpu.tensors import carry_out

        work: Callable[[], object] = partial(carry_out, calls)
        if self._has_graphs and not launched:
            work = recorded(partial(carry_out, calls), _nothing)
        return self.waiting(work)

    def waiting(self, work: Callable[[], object]) -> Callable[[], object]:
        """Return a window of some work on the device."""

        def window() -> None:
            work()
            self.wait()

        return window


def probes(found: "Device") -> Iterator[Probe]:
    """Yield the probes of the gpu engine.

    Parameters
    ----------
    found : Device
        What it computes on.
    """
    windows = _Windows(found)
    for name, window, times in _all(found, windows):
        yield Probe(name, window, times, is_elsewhere=True)


_Timed: TypeAlias = tuple[str, Callable[[], object], int]
"""Name and window of a probe, and how often it does its work."""


def _all(found: "Device", windows: _Windows) -> Iterator[_Timed]:
    small, many = _small_calls(found), calls_on(MANY[found.is_gpu], found.kind)
    one = small["tanh"]
    yield ONE, windows.of([one]), 1
    yield "gpu launched one", windows.of([one], launched=True), 1
    yield "gpu launched", windows.of([one] * TIMES, launched=True), TIMES
    yield "gpu one of each", windows.of(list(small.values())), 1
    for calls, size in ((small, 1), (many, MANY[found.is_gpu])):
        for name, call in calls.items():
            yield f"gpu {name} {size}", windows.of([call] * TIMES), TIMES
    yield from _memory(found, windows)
    yield from _steps(found, windows)


def _memory(found: "Device", windows: _Windows) -> Iterator[_Timed]:
    """Yield the probes of matrix products, of memory, and of transfers."""
    import torch

    from core.engines.gpu.batches import Held
    from core.engines.gpu.tensors import Mirror

    drawn, side = drawn_products(is_gpu=found.is_gpu), (SIDES[found.is_gpu],) * 3
    largest = max(m * k + k * n + m * n for _, (m, k, n) in [*drawn, ("NN", side)]) + 24
    room = torch.zeros(
        max(largest, FOOTPRINTS[found.is_gpu][-1] // 8), dtype=torch.float64, device=found.kind
    )
    mirror, unused = Mirror(found.kind), np.empty(len(room))
    mirror.put(unused, room)
    for layout, shape in [*drawn, ("NN", side)]:
        times = times_of(shape, is_gpu=found.is_gpu)
        (call,) = mirror.calls([operation(layout, shape, unused)])
        yield f"gpu {layout} {shape}", windows.of([call] * times), times
    for footprint in FOOTPRINTS[found.is_gpu]:
        first, second = room[: footprint // 8].split(footprint // 16)
        call = torch.mul, (first, second), first
        yield f"gpu byte of {footprint}", windows.of([call] * 3), 3
    for size in (16, TRANSFERRED):
        there = torch.zeros(size, dtype=torch.float64, device=found.kind)
        here = torch.zeros(size, dtype=torch.float64, pin_memory=found.kind == "cuda")
        yield f"gpu to {size}", windows.waiting(partial(there.copy_, here)), 1
        yield f"gpu from {size}", windows.waiting(partial(here.copy_, there)), 1
    for count in (1, TAKEN):
        first, second = images(count), images(count)
        held = Held(found, first)
        yield f"gpu images {count}", windows.waiting(partial(_taken, held.take, first, second)), 2


def _taken(take: Callable[[Batch], None], *several: Batch) -> None:
    for batch in several:
        take(batch)


def _steps(found: "Device", windows: _Windows) -> Iterator[_Timed]:
    """Yield the probes of steps of the engine itself, and of nothing but their calls."""
    from core.engines.gpu.engine import GpuEngine

    given, batch = problem(Architecture(bias=False)), images(1)
    engine, previous = GpuEngine(given), given.network.parameters.copy()
    stretch = Stretch(batch, 1, 0, 0, frozenset(), -math.inf, math.inf)
    engine.evaluate(batch)

    def alone() -> None:
        engine.update()
        engine.evaluate(batch)

    for count in (1, STEPS):
        yield f"gpu steps {count}", partial(engine.steps, stretch, count, previous), 1
    yield "gpu step alone", alone, 1
    listed, single = engine.step_calls(stretch), engine.step_calls(stretch, alone=True)
    yield "gpu step listed", windows.of(listed * STEPS), 1
    yield "gpu step alone listed", windows.of(single * STEPS), 1


def _nothing() -> None:
    """Do nothing before the calls of a window are recorded."""
