"""Words for the machine: times and bytes with their units, its rates, and what disturbs it."""

from tui.words.machine.amounts import (
    amount_text,
    batch_text,
    energy_text,
    long_time_text,
    storage_text,
    time_range_text,
)
from tui.words.machine.disturbance import disturbance_text
from tui.words.machine.rates import UNTOLD, Row, machine_lines, measured_text, rate_rows
from tui.words.machine.time_rules import rules_text
from tui.words.machine.units import (
    HALF_UP,
    TIMES,
    bytes_text,
    percent_text,
    thousands_text,
    time_text,
)

__all__ = [
    "HALF_UP",
    "TIMES",
    "UNTOLD",
    "Row",
    "amount_text",
    "batch_text",
    "bytes_text",
    "disturbance_text",
    "energy_text",
    "long_time_text",
    "machine_lines",
    "measured_text",
    "percent_text",
    "rate_rows",
    "rules_text",
    "storage_text",
    "thousands_text",
    "time_range_text",
    "time_text",
]
