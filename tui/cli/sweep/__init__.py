"""`napkin-net sweep`: every combination of settings, trained, and a table of the results."""

from tui.cli.sweep.command import sweep

__all__ = ["sweep"]
