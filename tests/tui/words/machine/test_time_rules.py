"""Words for the rules that the times of a step's calls follow."""

from core.explain import TimeRule
from tui.words.machine import rules_text


def test_every_rule_has_a_sentence_of_its_own() -> None:
    assert len({rules_text([rule]) for rule in TimeRule}) == len(TimeRule)
    assert rules_text([TimeRule.LONGER, TimeRule.FARTHER]).count(".") == 2
    assert rules_text([]) == ""
