"""The arithmetic behind the predicted time of a step: its calls, and the time of each."""

from core.explain.calls import written_call
from core.explain.equations import MOST_TERMS, Equation, Factor, Rest, Scope, Term, equation
from core.explain.explanation import Explanation, Remark, TimeShares
from core.prediction import CallTime, Prediction, TimeTerm
from core.quantities.quantities import TimeQuantity

_SECONDS = "s"


def explain_time(quantity: TimeQuantity, prediction: Prediction | None) -> Explanation:
    """Work out the time of a step from its calls, the longest first.

    Parameters
    ----------
    quantity : TimeQuantity
        The engine that takes the step.
    prediction : Prediction or None
        Of its step; None if there is none.
    """
    if prediction is None:
        return Explanation(quantity, None, (), facts=(Remark.UNPREDICTED,))
    calls = sorted(prediction.calls, key=lambda call: -call.share.total)
    shown, others = calls[:MOST_TERMS], calls[MOST_TERMS:]
    equations = [_of_call(call) for call in shown[:-1]]
    equations.append(_of_call(shown[-1], similar=len(others)))
    rest = Rest(len(others), sum(call.share.total for call in others)) if others else None
    step = equation(
        "a step",
        "sum of its calls",
        [Term((Factor("time", each.result),)) for each in equations],
        Scope.NETWORK,
        rest=rest,
        unit=_SECONDS,
    )
    share = prediction.share
    facts = (TimeShares(quantity.engine, share.call, share.compute, share.memory),)
    return Explanation(quantity, step.result, (*equations, step), facts=facts)


def _of_call(call: CallTime, *, similar: int = 0) -> Equation:
    """Work out how long all calls of a kind take."""
    terms = []
    for number, seconds, of in call.terms or (TimeTerm(1.0, 0.0),):
        each = Factor("time", seconds)
        factors = (each,) if number == 1 else (Factor(of or "numbers", round(number)), each)
        terms.append(Term(factors))
    name = written_call(call)
    times = Factor("calls", call.count) if call.count != 1 else None
    return equation(name, "", terms, Scope.NETWORK, times=times, similar=similar, unit=_SECONDS)
