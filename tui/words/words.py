"""Commentary: facts to words, in two lines that fit under the panes."""

from collections.abc import Sequence

from core.commentary.actions import ActionFact
from core.commentary.commentary import Fact
from core.commentary.endings import EndFact
from core.commentary.facts import LooksFlat
from tui.words.actions import action_words
from tui.words.endings import ending_words
from tui.words.phrases import WIDTH, Lines
from tui.words.steps import step_words


def words(fact: Fact) -> Lines:
    """Say a fact: what happened, and then why or what to try; the second line may be empty."""
    if isinstance(fact, EndFact):
        return ending_words(fact)
    return action_words(fact) if isinstance(fact, ActionFact) else step_words(fact)


def two_lines(facts: Sequence[Fact], *, log_scale: bool = False) -> Lines:
    """Tell the most important facts, one reason among them, in two lines of at most 78 columns.

    With `log_scale`, nobody is told to press L.
    """
    told = [words(fact) for fact in facts if not (log_scale and isinstance(fact, LooksFlat))]
    if not told:
        return "", ""
    first, second = told[0]
    has_reason = bool(second)
    for what, why in told[1:]:
        if what in (first, second):
            continue
        if _fits(first, what):
            first = f"{first} {what}"
        elif _fits(second, what):
            second = f"{second} {what}".lstrip()
        else:
            continue
        if why and not has_reason and _fits(second, why):
            second = f"{second} {why}".lstrip()
            has_reason = True
    return first, second


def _fits(line: str, addition: str) -> bool:
    return len(f"{line} {addition}".lstrip()) <= WIDTH
