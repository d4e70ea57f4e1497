"""Words for the rules that the times of a step's calls follow."""

from collections.abc import Sequence

from core.explain import TimeRule

_WORDS = {
    TimeRule.LONGER: "A call takes: calling + numbers × time of one, or bytes × time of a byte if "
    "that is longer.",
    TimeRule.BYTES: "Bytes of a number: 8 for each array read, 16 for each array written, which is "
    "read first.",
    TimeRule.MATRICES: "Products of matrices add multiply-adds, numbers read and numbers written.",
    TimeRule.INCLUDED: "In products with a vector or few rows, the time of a multiply-add includes "
    "reading and writing.",
    TimeRule.FARTHER: "Numbers that they read from a farther cache are added.",
    TimeRule.MEAN: "Calls of a line may find their arrays in different caches; its times are "
    "means.",
    TimeRule.APART: "A call has several lines if it is given other arrays, or sometimes waits for "
    "memory.",
}


def rules_text(rules: Sequence[TimeRule]) -> str:
    """Return the rules in sentences."""
    return " ".join(_WORDS[rule] for rule in rules)
