"""The sweep screen: many runs trained beside the screen, their results, curves and costs."""

SWEEP = "sweep"
"""The name of the worker that trains."""
