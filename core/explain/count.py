"""The arithmetic behind a cost in multiply-adds: its factors, and where each comes from."""

from core.explain.equations import Equation, Factor, Scope, Term, equation
from core.explain.explanation import EqualCostDescent, Explanation, Fact, OtherOperations, Remark
from core.metrics.meter import cost_of
from core.metrics.other_gradient import other_method
from core.network.architecture import Architecture
from core.network.optimizers import OPTIMIZERS, Work
from core.quantities.quantities import Count, CountQuantity
from core.run.snapshot import Snapshot

MOST_KINDS = 8
"""Kinds of steps, by what they cost, whose sum is written out."""


def explain_count(snapshot: Snapshot, quantity: CountQuantity) -> Explanation:
    """Work out a count from the network's shape, the images of a step and the method.

    Parameters
    ----------
    snapshot : Snapshot
        The moment.
    quantity : CountQuantity
        Which line.
    """
    method = snapshot.config.gradient
    if quantity.count is Count.TOTAL:
        return _total(snapshot, quantity)
    if quantity.count is Count.FORWARD_PASSES:
        return _forward_passes(snapshot, quantity)
    if quantity.count is Count.OTHER_STEP:
        method = other_method(method)
    forward, gradient, update, where = _phases(snapshot, method)
    if quantity.count in (Count.STEP, Count.OTHER_STEP):
        phases = [Factor(each.name, each.result) for each in (forward, gradient, update)]
        step = equation(
            "a step",
            "forward + gradient + update",
            [Term((phase,)) for phase in phases],
            Scope.NETWORK,
        )
        used = [each for each in where if _is_used(each, (forward, gradient, update))]
        equations = (*used, forward, gradient, update, step)
        return Explanation(quantity, step.result, equations)
    line = {Count.FORWARD: forward, Count.GRADIENT: gradient, Count.UPDATE: update}[quantity.count]
    used = [each for each in where if _is_used(each, (line,))]
    facts = _other_operations(snapshot) if quantity.count is Count.UPDATE else ()
    return Explanation(quantity, line.result, (*used, line), facts=facts)


def _other_operations(snapshot: Snapshot) -> tuple[Fact, ...]:
    """Return the other operations of an update, if there are any."""
    config, architecture = snapshot.config, snapshot.architecture
    work = OPTIMIZERS[config.optimizer].work(config.options)
    penalties = (config.l1 > 0) + (config.l2 > 0)
    by_norm, by_value = config.clip_norm is not None, config.clip_value is not None
    if work == Work() and not (penalties or config.is_clipped or config.is_scheduled):
        return ()
    count, weights = architecture.parameter_count, architecture.weight_count
    return (
        OtherOperations(
            config.optimizer,
            count,
            work,
            by_norm,
            by_value,
            config.is_scheduled,
            weights,
            penalties,
        ),
    )


def _is_used(source: Equation, lines: tuple[Equation, ...]) -> bool:
    """Whether a factor of these lines comes from there."""
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
        passes = equation(
            "forward passes", f"one for each of the {moved.name}", terms, Scope.NETWORK
        )
        where.append(passes)
        gradient = _product("gradient", (Factor(passes.name, passes.result), images, weights))
    elif architecture.hidden:
        carried = _pairs("weights above layer 1", architecture, 2)
        where.append(carried)
        back = Factor("weights above layer 1", carried.result)
        each = (Term((images, weights)), Term((images, back)))
        formula = "images × weights + images × weights above layer 1"
        gradient = equation("gradient", formula, each, Scope.NETWORK)
    else:
        gradient = _product("gradient", (images, weights))
    update = _product("update", (moved,))
    if snapshot.frozen:
        held = Term((Factor("frozen", len(snapshot.frozen)),), -1)
        formula = f"{moved.name} − frozen"
        update = equation("update", formula, (Term((moved,)), held), Scope.NETWORK)
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


def _forward_passes(snapshot: Snapshot, quantity: CountQuantity) -> Explanation:
    """Work out the cost of the manual changes' forward passes, and descent at equal cost."""
    manual_edits = snapshot.manual_edits
    if manual_edits is None:
        return Explanation(quantity, None, (), facts=(Remark.UNMOVED,))
    forward, _, _, where = _phases(snapshot, snapshot.config.gradient)
    used = [each for each in where if _is_used(each, (forward,))]
    factor = Factor("forward passes", manual_edits.forward_passes)
    passes = _product("manual changes", (factor, Factor("forward", forward.result)))
    compared = EqualCostDescent(manual_edits, snapshot.loss, snapshot.cost.step)
    return Explanation(quantity, passes.result, (*used, forward, passes), facts=(compared,))


def _total(snapshot: Snapshot, quantity: CountQuantity) -> Explanation:
    """Work out what all steps so far are the sum of, if they are of few kinds."""
    if len(snapshot.steps_by_cost) > MOST_KINDS:
        return Explanation(quantity, snapshot.multiply_adds, (), facts=(Remark.MIXED,))
    steps_by_cost = snapshot.steps_by_cost or ((0, snapshot.cost.step),)
    terms = [
        Term((Factor("steps", steps), Factor(_kind(snapshot, cost), cost)))
        for steps, cost in steps_by_cost
    ]
    total = equation("so far", "steps × a step", terms, Scope.NETWORK)
    return Explanation(quantity, total.result, (total,))


def _kind(snapshot: Snapshot, cost: int) -> str:
    """Name a step by what it cost."""
    config, schedule, frozen = snapshot.config, snapshot.schedule, len(snapshot.frozen)
    last = schedule.images % schedule.batch_size
    if snapshot.judging_cost:
        final = cost_of(config, last or schedule.batch_size, frozen=frozen).step
        if cost == final + snapshot.judging_cost:
            return "an epoch's last step, and a forward pass over all images"
    if cost == cost_of(config, schedule.batch_size, frozen=frozen).step:
        return "a step"
    if cost == snapshot.other_cost.step:
        return "a step, other method"
    if last and cost == cost_of(config, last, frozen=frozen).step:
        return "an epoch's last step"
    return "an earlier step"
