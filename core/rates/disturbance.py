"""What most likely disturbs, where a measurement is far from its prediction.

Rates are measured at the machine's best. What else runs on it, a clock that is slow to save power
or to keep cool, and memory that is swapped to the disk make a step take longer than that.
"""

from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import TypeAlias

from core.rates.machine import usable_cores
from core.rates.rates import Rates
from core.structs import Struct

PROC = Path("/proc")
CLOCKS = Path("/sys/devices/system/cpu")

FAR_OFF = 2.0
"""The ratio of measurement and prediction from which a cause is looked for."""
WIDE = 1.5
"""The spread of rates from which a cause is looked for."""
_SLOW = 0.8
"""Of the highest clock."""
_STOLEN = 0.05
"""Of the time of all cores."""


class MachineState(Struct):
    """What the system tells about its load at a moment; None for what it does not tell."""

    cores: int
    """That this process may use."""
    load: float | None = None
    """Programs that ran or waited to run in the last minute, on average; this one included."""
    clock: float | None = None
    """The cores' clock, of their highest one."""
    swapped: int | None = None
    """Pages swapped to the disk and back, since the system started."""
    ticks: int | None = None
    """Time of all cores since the system started."""
    stolen: int | None = None
    """Of that, what other virtual machines had instead."""


class Swapping(Struct):
    """Memory is swapped to the disk."""

    pages: int
    """To the disk and back, between the two moments."""


class Busy(Struct):
    """More programs want to run than there are cores."""

    load: float
    cores: int


class Stolen(Struct):
    """Other virtual machines run on the same processor."""

    share: float
    """Of the cores' time that they had."""


class SlowClock(Struct):
    """The clock is lower than it can be: to save power, or because the processor is hot."""

    share: float
    """Of the highest clock."""


Disturbance: TypeAlias = Swapping | Busy | Stolen | SlowClock
"""Any of them."""


def is_far_off(predicted: float, measured: float) -> bool:
    """Whether two times differ by so much that a cause is looked for."""
    return not predicted / FAR_OFF <= measured <= predicted * FAR_OFF


def spread_of(rates: Rates) -> float:
    """Return how many times its fastest reading the median reading of a rate is, in the middle."""
    named = [*rates.calls.values(), *rates.elementwise.values(), *rates.loops.values()]
    tiers = [rate for _, rate in rates.bandwidth]
    single = [rates.python_call, rates.step_call, rates.product, rates.product_all_threads]
    every = [*named, *tiers, *single]
    return median(rate.median / rate.fastest for rate in every if rate.fastest > 0.0)


def disturbances(before: MachineState, after: MachineState) -> tuple[Disturbance, ...]:
    """Return what disturbed between two moments, what matters most first."""
    found: list[Disturbance] = []
    if before.swapped is not None and after.swapped is not None and after.swapped > before.swapped:
        found.append(Swapping(after.swapped - before.swapped))
    if after.load is not None and after.load > after.cores:
        found.append(Busy(after.load, after.cores))
    if (share := _stolen(before, after)) > _STOLEN:
        found.append(Stolen(share))
    if after.clock is not None and after.clock < _SLOW:
        found.append(SlowClock(after.clock))
    return tuple(found)


def _stolen(before: MachineState, after: MachineState) -> float:
    """Return the share of the time that other virtual machines had."""
    if None in (before.ticks, after.ticks, before.stolen, after.stolen):
        return 0.0
    ticks = (after.ticks or 0) - (before.ticks or 0)
    return ((after.stolen or 0) - (before.stolen or 0)) / ticks if ticks > 0 else 0.0


def machine_state(proc: Path = PROC, clocks: Path = CLOCKS) -> MachineState:
    """Read what the system tells about its load now."""
    load = swapped = ticks = stolen = None
    with suppress(OSError, ValueError, IndexError):
        load = float((proc / "loadavg").read_text().split()[0])
    with suppress(OSError, ValueError, KeyError):
        counts = dict(line.split() for line in (proc / "vmstat").read_text().splitlines())
        swapped = int(counts["pswpin"]) + int(counts["pswpout"])
    with suppress(OSError, ValueError, IndexError):
        # user nice system idle iowait irq softirq steal; a guest's time is in user already.
        times = [int(word) for word in (proc / "stat").read_text().splitlines()[0].split()[1:9]]
        ticks, stolen = sum(times), times[7]
    return MachineState(usable_cores(), load, _clock_in(clocks), swapped, ticks, stolen)


def _clock_in(folder: Path) -> float | None:
    """Return the fastest core's clock, of its highest one: idle cores are slow by intent."""
    shares = []
    for path in folder.glob("cpu[0-9]*/cpufreq"):
        with suppress(OSError, ValueError, ZeroDivisionError):
            now = int((path / "scaling_cur_freq").read_text())
            shares.append(now / int((path / "cpuinfo_max_freq").read_text()))
    return max(shares, default=None)
