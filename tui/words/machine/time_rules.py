"""Words for the rules that the times of a step's calls follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # no start waits for explanations
    from core.explain import TimeRule

_WORDS = {
    "LONGER": "A call takes: calling + numbers × time of one, or bytes × time of a byte if that is "
    "longer; the difference is waiting for memory.",
    "BYTES": "Bytes of a number: 8 for each array read, 16 for each array written, which is read "
    "first.",
    "MATRICES": "Products of matrices add multiply-adds, numbers read and numbers written.",
    "INCLUDED": "In products with a vector, few rows or few columns, the time of a multiply-add "
    "includes reading. Writing is added.",
    "FARTHER": "Numbers that they read from a farther cache are added.",
    "MEAN": "Calls of a line may find their arrays in different caches; its times are means.",
    "SEVERAL": "A call has several lines if it is given other arrays, or sometimes waits for "
    "memory.",
}
"""By the name of the rule."""


def rules_text(rules: Sequence[TimeRule]) -> str:
    """Return the rules in sentences."""
    return " ".join(_WORDS[rule.name] for rule in rules)
