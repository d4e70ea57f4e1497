"""Words for the machine: times and bytes with their units, its rates, and what disturbs it."""

from tui.words.machine.disturbance import disturbance_text

__all__ = ["disturbance_text"]
