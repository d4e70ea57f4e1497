"""Exports of a run: scripts, a table, a result; one file per form."""

from core.files.exports.forms import FORMS, STEPS
from core.files.exports.result import result_of, settings_of

__all__ = [
    "FORMS",
    "STEPS",
    "result_of",
    "settings_of",
]
