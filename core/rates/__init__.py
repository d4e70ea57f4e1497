"""Base rates of this machine: seconds of a call, a multiply-add, a byte; all measured here."""

from core.rates.disturbance import (
    WIDE,
    Busy,
    Disturbance,
    MachineState,
    SlowClock,
    Stolen,
    Swapping,
    disturbances,
    is_far_off,
    machine_state,
    spread_of,
)
from core.rates.gpu import gpu_limits
from core.rates.kept import NAME, Kept, as_plain_data, from_text, measured_now, read, write
from core.rates.machine import Machine, physical_memory, this_machine
from core.rates.measuring import measure
from core.rates.rates import Level, Rate, Rates, Tiers, levels_of

__all__ = [
    "NAME",
    "WIDE",
    "Busy",
    "Disturbance",
    "Kept",
    "Level",
    "Machine",
    "MachineState",
    "Rate",
    "Rates",
    "SlowClock",
    "Stolen",
    "Swapping",
    "Tiers",
    "as_plain_data",
    "disturbances",
    "from_text",
    "gpu_limits",
    "is_far_off",
    "levels_of",
    "machine_state",
    "measure",
    "measured_now",
    "physical_memory",
    "read",
    "spread_of",
    "this_machine",
    "write",
]
