"""The arithmetic behind a step: what the optimizer makes of the gradient, number by number.

Everything is computed again from the gradient, the settings and the optimizer state.
"""

import math

import numpy as np

from core.arrays import Array
from core.explain.equations import Equation, Factor, Rest, Scope, Term, equation, subscript
from core.explain.explanation import Clipped, Explanation, Fact, Remark, ScheduledRate, Updates
from core.network.clipping import TINY
from core.quantities.quantities import UpdateQuantity
from core.run.snapshot import Snapshot
from core.settings.config import TrainingConfig

_MOST_SQUARES = 4
"""Squares of a norm that are listed one by one."""


def explain_step(snapshot: Snapshot, quantity: UpdateQuantity) -> Explanation:
    """Work out what the coming step adds to a parameter, and what it will be then.

    Parameters
    ----------
    snapshot : Snapshot
        The moment.
    quantity : UpdateQuantity
        The parameter.
    """
    config = snapshot.config
    is_bias = snapshot.architecture.place(quantity.index).source is None
    if snapshot.gradient is None:
        return Explanation(quantity, None, (), facts=(Remark.PENDING,))
    if quantity.index in snapshot.frozen:
        return Explanation(quantity, 0.0, (), facts=(Remark.FROZEN,))
    equations = step_equations(snapshot, quantity.index)
    facts: tuple[Fact, ...] = ()
    if config.is_clipped:
        facts += (_clipping(snapshot, quantity.index),)
    if config.is_scheduled:
        facts += (_schedule(snapshot),)
    if len(snapshot.state.slots):
        facts += (Updates(config.optimizer, round(snapshot.state.count.item()) + 1),)
    if config.l1 or config.l2:
        facts += (Remark.UNPENALISED if is_bias else Remark.PENALISED,)
    return Explanation(quantity, equations[-1].result, equations, facts=facts)


def step_equations(snapshot: Snapshot, index: int) -> tuple[Equation, ...]:
    """Work out a parameter's coming step; the last two give the step, and what comes of it.

    Parameters
    ----------
    snapshot : Snapshot
        The moment; its gradient must be known.
    index : int
        The parameter's place in the flat vector.
    """
    assert snapshot.gradient is not None
    config = snapshot.config
    symbol = "b" if snapshot.architecture.place(index).source is None else "w"
    value = Factor(symbol, float(snapshot.parameters[index]))
    slope = Factor("g", float(snapshot.gradient[index]))
    equations: list[Equation] = []
    if config.is_clipped:
        equations += _clipped(snapshot, index)
        if equations and equations[-1].name == "g′":
            slope = Factor("g′", equations[-1].result)
    if symbol == "w" and (config.l1 or config.l2):
        equations.append(_penalised(config, slope, value))
        slope = Factor("G", equations[-1].result)
    remembered = [float(number) for number in snapshot.state.slots[:, index]]
    if config.optimizer == "momentum":
        equations += _momentum(config, slope, remembered[0])
    elif config.optimizer == "rmsprop":
        equations += _rmsprop(config, slope, remembered)
    elif config.optimizer == "adam":
        equations += _adam(config, slope, remembered, round(snapshot.state.count.item()) + 1)
    direction = slope
    if config.optimizer != "sgd":
        last = equations[-1]
        direction = Factor(last.name.removesuffix(" ←"), last.result)
    rate = Factor("η", config.learning_rate)
    if config.is_scheduled:
        equations += _scheduled(snapshot)
        rate = Factor("η(k)", equations[-1].result)
    step = Term((rate, direction), -1)
    formula = f"{rate.name}·{direction.name}"
    equations += [
        _equation("update", f"−{formula}", step),
        _equation(f"{symbol} ←", f"{symbol} − {formula}", Term((value,)), step),
    ]
    return tuple(equations)


def _equation(
    name: str, formula: str, *terms: Term, function: str = "", divisor: Factor | None = None
) -> Equation:
    return equation(name, formula, terms, Scope.NETWORK, function=function, divisor=divisor)


def _norm(gradient: Array) -> Equation:
    """Return the equation of the gradient's norm: the largest squares, and the rest of them."""
    with np.errstate(over="ignore", invalid="ignore"):
        squares = gradient * gradient
    chosen = sorted(np.argsort(-squares, kind="stable")[:_MOST_SQUARES].tolist())
    numbers = [Factor(f"g{subscript(i + 1)}", float(gradient[i])) for i in chosen]
    others = np.delete(squares, chosen)
    rest = Rest(len(others), float(others.sum())) if len(others) else None
    terms = [Term((number, number)) for number in numbers]
    return equation("‖g‖", "√(sum of all g²)", terms, Scope.NETWORK, rest=rest, function="√")


def _clipping(snapshot: Snapshot, index: int) -> Clipped:
    """Return what the gradient's size is, and whether it is clipped."""
    assert snapshot.gradient is not None
    config = snapshot.config
    if config.clip_norm is not None:
        norm = _norm(snapshot.gradient).result
        return Clipped(True, config.clip_norm, norm, config.clip_norm < norm + TINY)
    assert config.clip_value is not None
    size = abs(float(snapshot.gradient[index]))
    return Clipped(False, config.clip_value, size, config.clip_value < size)


def _clipped(snapshot: Snapshot, index: int) -> list[Equation]:
    """Return the equations of the gradient's size, and of the clipped gradient if it is clipped."""
    assert snapshot.gradient is not None
    clipping, slope = _clipping(snapshot, index), Factor("g", float(snapshot.gradient[index]))
    limit = Factor("limit", clipping.limit)
    if not clipping.by_norm:
        if not clipping.is_clipped:
            return []
        if slope.value > 0:
            return [_equation("g′", "g, at most the limit", *_each(slope, limit), function="min")]
        below = Factor("−limit", -limit.value)
        return [_equation("g′", "g, at least −limit", *_each(slope, below), function="max")]
    norm = _norm(snapshot.gradient)
    if not clipping.is_clipped:
        return [norm]
    divisor = Factor("‖g‖ + 0.000001", norm.result + TINY)
    share = _equation("c", "limit ÷ (‖g‖ + 0.000001)", Term((limit,)), divisor=divisor)
    return [norm, share, _equation("g′", "c·g", Term((Factor("c", share.result), slope)))]


def _each(*factors: Factor) -> tuple[Term, ...]:
    return tuple(Term((factor,)) for factor in factors)


def _schedule(snapshot: Snapshot) -> ScheduledRate:
    """Return where in its schedule the learning rate is."""
    config, step = snapshot.config, snapshot.step
    length = {"step": config.decay_steps, "cosine": config.cosine_steps}.get(config.schedule, 0)
    warmup = config.warmup_steps
    is_warming_up = step < warmup
    done = step if is_warming_up else step - warmup
    return ScheduledRate(config.schedule, warmup, done, is_warming_up, length)


def _scheduled(snapshot: Snapshot) -> list[Equation]:
    """Return the equations of the learning rate of the coming step."""
    config, place = snapshot.config, _schedule(snapshot)
    whole = Factor("η₀", config.learning_rate)
    if place.is_warming_up:
        term, all_steps = Term((whole, Factor("k + 1", place.step + 1))), place.warmup + 1
        divisor = Factor("N + 1", all_steps)
        return [_equation("η(k)", "η₀·(k + 1) ÷ (N + 1)", term, divisor=divisor)]
    if config.schedule == "step":
        power = Factor("γⁿ", math.pow(config.decay_factor, place.step // place.length))
        return [_equation("η(k)", "η₀·γⁿ", Term((whole, power)))]
    if config.schedule == "constant":
        return [_equation("η(k)", "η₀", Term((whole,)))]
    end = Factor("E", config.cosine_end)
    if place.step >= place.length:
        return [_equation("η(k)", "η₀·E", Term((whole, end)))]
    cosine = Factor("cos(π·t ÷ T)", math.cos(math.pi * place.step / place.length))
    terms = _each(Factor("1", 1), cosine)
    wave = _equation("wave", "(1 + cos(π·t ÷ T)) ÷ 2", *terms, divisor=Factor("2", 2))
    fallen = Term((Factor("1 − E", 1.0 - end.value), Factor("wave", wave.result)))
    share = _equation("share", "E + (1 − E)·wave", Term((end,)), fallen)
    rate = Term((whole, Factor("share", share.result)))
    return [wave, share, _equation("η(k)", "η₀·share", rate)]


def _penalised(config: TrainingConfig, slope: Factor, value: Factor) -> Equation:
    """Add what L1 and L2 do to the gradient of a weight."""
    terms, formula = [Term((slope,))], slope.name
    if config.l1:
        sign = Factor("sign", float((value.value > 0) - (value.value < 0)))
        terms.append(Term((Factor("λ₁", config.l1), sign)))
        formula += " + λ₁·sign of w"
    if config.l2:
        terms.append(Term((Factor("λ₂", config.l2), value)))
        formula += " + λ₂·w"
    return _equation("G", formula, *terms)


def _momentum(config: TrainingConfig, slope: Factor, velocity: float) -> list[Equation]:
    """Return the equations of momentum: the old velocity, decayed, plus the gradient."""
    kept = Factor("μ", config.momentum)
    before = Term((kept, Factor("v", velocity)))
    now = _equation("v ←", f"μ·v + {slope.name}", before, Term((slope,)))
    if not config.nesterov:
        return [now]
    ahead = Term((kept, Factor("v", now.result)))
    return [now, _equation("d", f"{slope.name} + μ·v", Term((slope,)), ahead)]


def _mean(
    name: str, symbol: str, share: float, before: float, values: tuple[Factor, ...]
) -> Equation:
    """Return the equation that updates a running mean."""
    same = len(values) == 2
    taken = f"{values[0].name}²" if same else values[0].name
    kept, new = Factor(symbol, share), Factor(f"1 − {symbol}", 1.0 - share)
    return _equation(
        f"{name} ←",
        f"{symbol}·{name} + (1 − {symbol})·{taken}",
        Term((kept, Factor(name, before))),
        Term((new, *values)),
    )


def _divided(slope: Factor, squares: Factor, config: TrainingConfig) -> list[Equation]:
    """Divide by the square root of a mean of squares, and a little more than that."""
    name = squares.name if len(squares.name) < 3 else f"({squares.name})"
    root = _equation(f"√{name}", "", Term((squares,)), function="√")
    sizes = Term((Factor(root.name, root.result),)), Term((Factor("ε", config.epsilon),))
    size = _equation("divisor", f"√{name} + ε", *sizes)
    divisor = Factor("divisor", size.result)
    return [
        root,
        size,
        _equation("d", f"{slope.name} ÷ divisor", Term((slope,)), divisor=divisor),
    ]


def _rmsprop(config: TrainingConfig, slope: Factor, remembered: list[float]) -> list[Equation]:
    """Divide the gradient by its RMS, or centered by its standard deviation."""
    squares = _mean("s", "α", config.alpha, remembered[0], (slope, slope))
    equations = [squares]
    size = Factor("s", squares.result)
    if config.centered:
        mean = _mean("m", "α", config.alpha, remembered[1], (slope,))
        both = Factor("m", mean.result)
        spread = _equation("s − m²", "", Term((size,)), Term((both, both), -1))
        equations += [mean, spread]
        size = Factor(spread.name, max(spread.result, 0.0))
    return equations + _divided(slope, size, config)


def _adam(
    config: TrainingConfig, slope: Factor, remembered: list[float], update: int
) -> list[Equation]:
    """Divide the running mean of gradients by their RMS; both corrected for starting at 0."""
    mean = _mean("m", "β₁", config.beta1, remembered[0], (slope,))
    squares = _mean("s", "β₂", config.beta2, remembered[1], (slope, slope))
    equations = [mean, squares]
    name, size = "s", squares.result
    if config.amsgrad:
        terms = Term((Factor("largest s", remembered[2]),)), Term((Factor("s", size),))
        largest = _equation("largest s", "", *terms, function="max")
        equations.append(largest)
        name, size = "largest s", largest.result
    whole = []
    for symbol, share, number in (
        ("β₁", config.beta1, Factor("m", mean.result)),
        ("β₂", config.beta2, Factor(name, size)),
    ):
        power = Term((Factor(f"{symbol}ᵗ", share**update),), -1)
        part = _equation(f"1 − {symbol}ᵗ", "", Term((Factor("1", 1.0),)), power)
        made = f"{number.name[-1]}′"
        formula = f"{number.name} ÷ (1 − {symbol}ᵗ)"
        divisor = Factor(part.name, part.result)
        whole += [part, _equation(made, formula, Term((number,)), divisor=divisor)]
    by_mean, by_squares = (Factor(each.name, each.result) for each in whole[1::2])
    return equations + whole + _divided(by_mean, by_squares, config)
