"""The arithmetic behind a line of the ledger: its factors, and where each comes from."""

from collections.abc import Iterable

from core.cost import StepCost
from core.engines.engine import GRADIENT_METHODS
from core.explanation import (
    Equation,
    Explanation,
    Factor,
    Remark,
    Scope,
    Term,
    equation,
)
from core.meter import cost_of
from core.network import Architecture
from core.snapshot import Snapshot
from core.targets import Count, CountTarget


def explain_count(snapshot: Snapshot, target: CountTarget) -> Explanation:
    """Work out a count from the network's shape, the images of a step and the method.

    Parameters
    ----------
    snapshot : Snapshot
        The moment.
    target : CountTarget
        Which line.
    """
    method = snapshot.config.gradient
    if target.count is Count.TOTAL:
        return _total(snapshot, target)
    if target.count is Count.OTHER_STEP:
        method = next(other for other in GRADIENT_METHODS if other != method)
    forward, gradient, update, where = _phases(snapshot, method)
    if target.count in (Count.STEP, Count.OTHER_STEP):
        phases = [Factor(each.name, each.result) for each in (forward, gradient, update)]
        step = equation(
            "a step",
            "forward + gradient + update",
            [Term((phase,)) for phase in phases],
            Scope.NETWORK,
        )
        used = [each for each in where if _is_used(each, (forward, gradient, update))]
        equations = (*used, forward, gradient, update, step)
        return Explanation(target, step.result, equations)
    line = {Count.FORWARD: forward, Count.GRADIENT: gradient, Count.UPDATE: update}[target.count]
    used = [each for each in where if _is_used(each, (line,))]
    return Explanation(target, line.result, (*used, line))


def _is_used(source: Equation, lines: tuple[Equation, ...]) -> bool:
    """Tell whether a factor of these lines comes from there."""
    factors = (factor for line in lines for term in line.terms for factor in term.factors)
    return any(factor.name == source.name for factor in factors)


def _phases(
    snapshot: Snapshot, method: str
) -> tuple[Equation, Equation, Equation, tuple[Equation, ...]]:
    """Work out the phases of a step, and what their factors are made of."""
    architecture = snapshot.architecture
    images = Factor("images", snapshot.batch_size)
    counted = _pairs("weights", architecture, 1)
    weights = Factor("weights", counted.result)
    where = [counted]
    terms = [Term((weights,))]
    moved = weights
    if architecture.bias:
        terms.append(Term((Factor("biases", sum(architecture.sizes[1:])),)))
        both = equation("weights and biases", "weights + biases", terms, Scope.NETWORK)
        moved = Factor(both.name, both.result)
        where.append(both)
    forward = _product("forward", (images, weights))
    if method == "nudge":
        nudges = equation("nudges", f"one for each of the {moved.name}", terms, Scope.NETWORK)
        where.append(nudges)
        gradient = _product("gradient", (Factor("nudges", nudges.result), images, weights))
    elif architecture.hidden:
        carried = _pairs("carried back", architecture, 2)
        where.append(carried)
        back = Factor("carried back", carried.result)
        each = (Term((images, weights)), Term((images, back)))
        formula = "images × weights + images × carried back"
        gradient = equation("gradient", formula, each, Scope.NETWORK)
    else:
        gradient = _product("gradient", (images, weights))
    update = _product("update", (moved,))
    return forward, gradient, update, tuple(where)


def _product(name: str, factors: tuple[Factor, ...]) -> Equation:
    formula = " × ".join(factor.name for factor in factors)
    return equation(name, formula, (Term(factors),), Scope.NETWORK)


def _pairs(name: str, architecture: Architecture, first: int) -> Equation:
    """Add up, from a layer on, the numbers that go into it times its neurons."""
    terms = [
        Term((Factor("inputs", layer.inputs), Factor("neurons", layer.outputs)))
        for layer in architecture.layers[first - 1 :]
    ]
    formula = "inputs × neurons"
    if len(terms) > 1:
        formula += ", layer by layer"
    elif first > 1:
        formula += " of the last layer"
    return equation(name, formula, terms, Scope.NETWORK)


def _total(snapshot: Snapshot, target: CountTarget) -> Explanation:
    """Say what all steps so far are the sum of, if they fell into few kinds."""
    kinds = _kinds(snapshot)
    if kinds is None:
        return Explanation(target, snapshot.multiply_adds, (), facts=(Remark.MIXED,))
    terms = _steps(kinds) or [Term((Factor("steps", 0), Factor("a step", snapshot.cost.step)))]
    total = equation("so far", "steps × a step", terms, Scope.NETWORK)
    return Explanation(target, total.result, (total,))


def _steps(kinds: Iterable[tuple[int, str, int]]) -> list[Term]:
    return [
        Term((Factor("steps", steps), Factor(name, cost))) for steps, name, cost in kinds if steps
    ]


def _kinds(snapshot: Snapshot) -> list[tuple[int, str, int]] | None:
    """Sort the steps into kinds that cost the same; None if their costs do not tell how.

    Each kind is a number of steps, its name, and what a step of it costs.
    """
    config, steps, total = snapshot.config, snapshot.step, snapshot.multiply_adds
    schedule = snapshot.schedule
    if schedule.since:  # the steps before were on other images; they may cost the same
        return [(steps, "a step", cost)] if steps * (cost := snapshot.cost.step) == total else None
    if schedule.is_full_batch:
        return _by_method(steps, total, snapshot.cost, snapshot.other_cost)
    epochs = schedule.epochs(steps)
    whole = cost_of(config, schedule.batch_size).step
    last = cost_of(config, schedule.size_at(schedule.per_epoch - 1)).step
    kinds = [(steps - epochs, "a step", whole), (epochs, "an epoch's last step", last)]
    if last == whole:
        kinds = [(steps, "a step", whole)]
    return kinds if sum(number * cost for number, _, cost in kinds) == total else None


def _by_method(
    steps: int, total: int, now: StepCost, other: StepCost
) -> list[tuple[int, str, int]] | None:
    """Find out how many steps went each way: two unknowns, and two sums that are known."""
    difference = other.step - now.step
    if difference == 0:
        return [(steps, "a step", now.step)] if steps * now.step == total else None
    others, left = divmod(total - steps * now.step, difference)
    if left or not 0 <= others <= steps:
        return None
    return [(steps - others, "a step", now.step), (others, "a step, the other way", other.step)]
