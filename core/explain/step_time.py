"""The arithmetic behind the predicted time of a step: its calls, and the time of each."""

from core.explain.calls import rules_of, written_call
from core.explain.equations import MOST_TERMS, Equation, Factor, Rest, Scope, Term, equation
from core.explain.explanation import Explanation, Remark, TimeShares
from core.prediction import CallTime, Prediction, TimeTerm, written_seconds
from core.quantities.quantities import TimeQuantity

_SECONDS = "s"


def explain_time(
    quantity: TimeQuantity, prediction: Prediction | None, present: Prediction | None = None
) -> Explanation:
    """Work out the time of a step from its calls, the longest first.

    Parameters
    ----------
    quantity : TimeQuantity
        The engine that takes the step.
    prediction : Prediction or None
        Of its step; None if there is none.
    present : Prediction, optional
        Of the run's own step, if the number is an experiment's: each line tells what its call takes
        now.
    """
    if prediction is None:
        return Explanation(quantity, None, (), facts=(Remark.UNPREDICTED,))
    pairs = zip(prediction.calls, _now(prediction, present), strict=True)
    calls = sorted(pairs, key=lambda pair: -pair[0].share.total)
    shown, others = calls[:MOST_TERMS], calls[MOST_TERMS:]
    equations = [_of_call(*pair) for pair in shown]
    rest = Rest(len(others), sum(call.share.total for call, _ in others)) if others else None
    step = equation(
        "a step",
        "sum of its calls",
        [Term((Factor("time", each.result),)) for each in equations],
        Scope.NETWORK,
        rest=rest,
        unit=_SECONDS,
    )
    share, total = prediction.share, None if present is None else present.seconds
    spent, rules = (share.call, share.compute, share.memory), rules_of(prediction.calls)
    facts = (TimeShares(quantity.engine, *spent, total, rules),)
    return Explanation(quantity, step.result, (*equations, step), facts=facts)


def _now(prediction: Prediction, present: Prediction | None) -> list[str]:
    """Return what each call takes in the present step, in words: the same call, or else the next
    one of its function and part of a step. Nothing, where there is no other step."""
    if present is None:
        return [""] * len(prediction.calls)
    left = list(present.calls)
    found = [" (new)"] * len(prediction.calls)
    for is_same in (_is_same, _is_similar):
        for place, call in enumerate(prediction.calls):
            known = next((each for each in left if is_same(each, call)), None)
            if known is not None and found[place] == " (new)":
                left.remove(known)
                found[place] = f" (now {written_seconds(known.share.total)})"
    return found


def _is_similar(one: CallTime, other: CallTime) -> bool:
    return (one.name, one.phase) == (other.name, other.phase)


def _is_same(one: CallTime, other: CallTime) -> bool:
    return _is_similar(one, other) and one.shape == other.shape


def _of_call(call: CallTime, now: str) -> Equation:
    """Work out how long all calls of a kind take; the name says what they take now."""
    terms = []
    for term in call.terms or (TimeTerm(1.0, 0.0),):
        factors = [Factor("time", term.seconds)]
        if term.size != 1:
            factors.insert(0, Factor(term.of, term.size))
        if not term.is_alone:
            of = term.of if term.size == 1 else ""
            factors.insert(0, Factor(of or "numbers", round(term.number)))
        terms.append(Term(tuple(factors)))
    name = written_call(call) + now
    times = Factor("calls", call.count) if call.count != 1 else None
    return equation(name, "", terms, Scope.NETWORK, times=times, unit=_SECONDS)
