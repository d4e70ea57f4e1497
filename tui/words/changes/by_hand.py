"""Words for manual changes, beside what gradient descent reaches at equal cost."""

from core.commentary.changes import ParameterFrozen, ParameterSet, ParametersSet
from core.run import ManualEdits
from tui.words.numerals import count, short
from tui.words.phrases import (
    UNDO,
    Lines,
    all_of,
    apart,
    capital,
    fit,
    listed,
    name_of,
    names,
    plain,
    says,
)


@says.register
def _(fact: ParameterFrozen) -> Lines:
    if not fact.frozen:
        return "Not frozen any more: the next step moves it.", ""
    return (
        "Frozen: no step moves it, and the update costs one multiply-add less.",
        f"Press x to unfreeze it. Frozen now: {count(fact.frozen_count)}.",
    )


@says.register
def _(fact: ParameterSet) -> Lines:
    name = "Value"
    if fact.weights is not None:
        name = capital(names((fact.index,), fact.weights))
    elif fact.architecture is not None:
        name = capital(name_of(fact.architecture, fact.index))
    before, after = plain(fact.before), plain(fact.after)
    short_name = capital(name.split(" · ")[-1])
    return _changed(
        fact,
        *(f"{each} set from {before} to {after}" for each in (name, short_name)),
        f"{name} set to {after}",
    )


@says.register
def _(fact: ParametersSet) -> Lines:
    if len(fact.indices) == fact.parameters:
        who = all_of(fact.parameters)
    elif fact.weights is not None:
        who = capital(names(fact.indices, fact.weights))
    else:
        who = f"{count(len(fact.indices))} weights and biases"
    now = f"{who} changed together"
    return _changed(fact, f"{now}, {plain(fact.distance)} along a straight line", now)


def _changed(fact: ParameterSet | ParametersSet, *ways: str) -> Lines:
    """Return what a manual change did to the loss, and what descent reaches at equal cost.

    `ways` say what was changed, in long words and in short ones.
    """
    manual_edits = fact.manual_edits
    if manual_edits is None:
        return fit(*(f"{now}." for now in ways)), UNDO
    changes = f"After {listed(manual_edits.forward_passes, 'change')}"
    of = "loss" if fact.batch is None else "batch loss"
    losses = f"{of} {_from_to(manual_edits.start_loss, fact.loss_after)}"
    first = fit(*(f"{now}. {changes}: {losses}." for now in ways), f"{changes}: {losses}.")
    descent, back = _descent(manual_edits, fact.step), UNDO
    came = f"{_came(fact)} " if manual_edits.forward_passes > 1 and _came(fact) else ""
    return first, fit(f"{came}{descent} {back}", f"{came}{descent}", f"{descent} {back}", descent)


def _from_to(before: float | None, after: float | None) -> str:
    """Return how the loss has changed, with dots for what is still being computed."""
    if before is not None and after is not None:
        return " → ".join(apart(before, after))
    return " → ".join("…" if loss is None else short(loss) for loss in (before, after))


def _came(fact: ParameterSet | ParametersSet) -> str:
    """Return whether the last of several manual changes was a good one."""
    if fact.loss_before is None or fact.loss_after is None or fact.loss_after == fact.loss_before:
        return ""
    better = fact.loss_after < fact.loss_before
    return "That was better." if better else "That was worse."


def _descent(manual_edits: ManualEdits, step: int) -> str:
    """Return what gradient descent makes of as many multiply-adds."""
    spent = count(manual_edits.multiply_adds)
    if not manual_edits.steps and not manual_edits.has_diverged:
        return f"A descent step costs {count(step)} multiply-adds; you used {spent}."
    same = f"Gradient descent, ≤ {spent} multiply-adds"
    if manual_edits.has_diverged:
        return f"{same}: it diverges."
    loss = "…" if manual_edits.descent_loss is None else short(manual_edits.descent_loss)
    return f"{same}: {loss} ({listed(manual_edits.steps, 'step')})."
