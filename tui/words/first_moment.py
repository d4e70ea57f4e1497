"""Words for a run at its first moment."""

from core.commentary import Opening
from core.images import TASKS
from tui.words.phrases import Lines, answer, diverges_above, fit, says, sentence


@says.register
def _(fact: Opening) -> Lines:
    said = sentence(answer(fact.prediction, fact.target, TASKS[fact.task], fact.rule))
    picked, short_ = "The weights are not trained yet.", "They are untrained."
    if fact.zero:
        picked = short_ = "The weights are all 0."
    first = fit(f"{said} {picked}", f"{said} {short_}", said)
    if fact.limit is None:
        return first, "Press s to take one small step, or space to run."
    if fact.learning_rate > fact.limit:
        limit = diverges_above(fact.limit, is_scheduled=fact.is_scheduled)
        return first, f"Press s to take one step. {limit}"
    return first, "Press s to take one small step that lowers the loss, or space to run."
