"""`napkin-net scale`: what training costs, from four weights to 405 billion."""

from tui.cli.scale.command import scale

__all__ = ["scale"]
