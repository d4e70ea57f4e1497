"""A run written down for elsewhere: scripts, a table, a result; one file for each form."""

from core.files.exports.forms import FORMS, STEPS
from core.files.exports.result import result_of

__all__ = [
    "FORMS",
    "STEPS",
    "result_of",
]
