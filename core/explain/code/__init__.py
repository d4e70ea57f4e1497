"""The lines of the engine that compute a number, with the values of their variables."""

from core.explain.code.lines import trace_of
from core.explain.code.tracing import Moment, Trace, Variable

__all__ = [
    "Moment",
    "Trace",
    "Variable",
    "trace_of",
]
