"""The arithmetic behind any number of a run, worked out again from what it is made of."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import Array
from core.explain.batch_trace import EFFORT
from core.explain.count import explain_count
from core.explain.equations import Equation, Factor, Scope, Term, equation, products, subscript
from core.explain.explanation import CleanLabel, Explanation, Fact, InitialValue, Origin, Remark
from core.explain.gradient import explain_gradient
from core.explain.loss import explain_loss
from core.explain.step import explain_step, step_equations
from core.images.images import Batch
from core.images.tasks import TASKS
from core.network.architecture import Architecture
from core.network.initialisations import INITIALISATIONS
from core.network.network import initial_parameters
from core.quantities.quantities import (
    CountQuantity,
    ErrorQuantity,
    GradientQuantity,
    LossQuantity,
    NeuronQuantity,
    ParameterQuantity,
    PixelQuantity,
    PredictionQuantity,
    Quantity,
    TargetQuantity,
    TimeQuantity,
    UpdateQuantity,
)
from core.run.snapshot import Reading, Snapshot

if TYPE_CHECKING:
    from core.prediction import Prediction

_MOST_NEURONS = 8
"""Neurons of the first layer whose product with a pixel is listed."""
_REDRAWN = 100_000
"""Parameters of a network whose initial values are drawn again to be shown."""


def explain(
    snapshot: Snapshot,
    batch: Batch | None,
    quantity: Quantity,
    effort: int = EFFORT,
    prediction: Prediction | None = None,
    present: Prediction | None = None,
) -> Explanation:
    """Work out the arithmetic behind a number.

    Parameters
    ----------
    snapshot : Snapshot
        The moment.
    batch : Batch or None
        The images of the coming step; without, what needs them is left out.
    quantity : Quantity
        Which number.
    effort : int
        Multiply-adds that a look at every image of the batch may cost; where it would cost more,
        the explanation says so.
    prediction : Prediction, optional
        Of the time of a step, if that is the number; without, the explanation says so.
    present : Prediction, optional
        Of the run's own step, if the number is an experiment's.

    Raises
    ------
    IndexError
        If the quantity is a parameter or a neuron that the network does not have.
    """
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        match quantity:
            case CountQuantity():
                return explain_count(snapshot, quantity)
            case TimeQuantity():
                from core.explain.step_time import explain_time  # no start waits for predictions

                return explain_time(quantity, prediction, present)
            case LossQuantity():
                return explain_loss(snapshot, batch, quantity, effort)
            case GradientQuantity():
                return explain_gradient(snapshot, batch, quantity, effort)
            case UpdateQuantity():
                return explain_step(snapshot, quantity)
            case ParameterQuantity():
                return _parameter(snapshot, quantity)
            case NeuronQuantity(layer, neuron):
                return _explained(quantity, neuron_equations(snapshot, layer, neuron))
            case PredictionQuantity():
                last = len(snapshot.architecture.layers) - 1
                return _explained(quantity, neuron_equations(snapshot, last, 0))
            case PixelQuantity(pixel):
                return _pixel(snapshot, quantity, pixel)
            case TargetQuantity():
                return _target(snapshot, quantity)
            case ErrorQuantity() if math.isnan(snapshot.reading.target):
                return Explanation(quantity, None, (), facts=(Remark.UNKNOWN,))
            case ErrorQuantity():
                return _explained(quantity, (error_equation(snapshot.reading),))


def _explained(
    quantity: Quantity, equations: tuple[Equation, ...], facts: tuple[Fact, ...] = ()
) -> Explanation:
    """Explain by equations of which the last one gives the number."""
    return Explanation(quantity, equations[-1].result, equations, facts=facts)


def neuron_equations(snapshot: Snapshot, layer: int, neuron: int) -> tuple[Equation, ...]:
    """Work out a neuron for the selected image: weighted sum, bias, activation.

    Parameters
    ----------
    snapshot : Snapshot
        Gives weights and the level below.
    layer, neuron : int
        Which, counted from 0.
    """
    architecture = snapshot.architecture
    place = architecture.layers[layer]
    if not 0 <= neuron < place.outputs:
        raise IndexError(f"layer {layer + 1} has {place.outputs} neurons")
    is_last = layer == len(architecture.layers) - 1
    symbol = "x" if layer == 0 else "h"
    weights = snapshot.parameters[place.weights][neuron :: place.outputs]
    terms, rest = products(("w", weights), (symbol, snapshot.reading.activations[layer]))
    formula = f"Σ wᵢ·{symbol}ᵢ"
    if place.bias:
        terms += (Term((Factor("b", float(snapshot.parameters[place.biases][neuron])),)),)
        formula += " + b"
    output = "prediction" if is_last else "output"
    linear = place.activation.is_linear
    total = equation(output if linear else "sum", formula, terms, rest=rest)
    if linear:
        return (total,)
    name = place.activation.name
    of_it = Term((Factor("sum", total.result),))
    return total, equation(output, f"{name}(sum)", (of_it,), function=name)


def error_equation(reading: Reading) -> Equation:
    """Work out the error for the selected image."""
    terms = (
        Term((Factor("prediction", reading.prediction),)),
        Term((Factor("target", reading.target),), -1),
    )
    return equation("error", "prediction − target", terms)


def _pixel(snapshot: Snapshot, quantity: Quantity, pixel: int) -> Explanation:
    """Work out the product of a pixel in each neuron of the first layer."""
    layer = snapshot.architecture.layers[0]
    value = float(snapshot.reading.image[pixel])
    row = snapshot.parameters[layer.weights][pixel * layer.outputs : (pixel + 1) * layer.outputs]
    equations = []
    for neuron in range(min(_MOST_NEURONS, layer.outputs)):
        name = "product" if layer.outputs == 1 else f"product in neuron {neuron + 1}"
        factors = (Factor("w", float(row[neuron])), Factor("x", value))
        similar = layer.outputs - _MOST_NEURONS if neuron == _MOST_NEURONS - 1 else 0
        equations.append(equation(name, "w·x", (Term(factors),), similar=similar))
    return Explanation(quantity, value, tuple(equations))


def _target(snapshot: Snapshot, quantity: Quantity) -> Explanation:
    """Work out the target."""
    reading, task = snapshot.reading, TASKS[snapshot.config.task]
    if math.isnan(reading.target):
        return Explanation(quantity, None, (), facts=(Remark.UNKNOWN,))
    if task.is_own or snapshot.rule is not None:
        return Explanation(quantity, reading.target, (), facts=(Remark.GIVEN,))
    facts = (CleanLabel(task.name),)
    pixels = [Factor(f"x{subscript(i + 1)}", float(x)) for i, x in enumerate(reading.image)]
    if task.name == "darkness":
        terms = [Term((pixel,)) for pixel in pixels]
        four = Factor("pixels", float(len(pixels)))
        return _explained(quantity, (equation("target", "Σ xᵢ ÷ 4", terms, divisor=four),))
    if task.name == "top-bottom":
        terms = [Term((pixel,), sign) for pixel, sign in zip(pixels, (1, 1, -1, -1), strict=True)]
        two, formula = Factor("2", 2.0), "(x₁ + x₂ − x₃ − x₄) ÷ 2"
        return _explained(quantity, (equation("target", formula, terms, divisor=two),), facts)
    if task.name == "contrast":
        darkest, brightest = (
            choose(pixels, key=lambda pixel: pixel.value) for choose in (max, min)
        )
        terms = [Term((darkest,)), Term((brightest,), -1)]
        return _explained(quantity, (equation("target", "darkest − brightest", terms),), facts)
    return Explanation(quantity, reading.target, (), facts=facts)


def _parameter(snapshot: Snapshot, quantity: ParameterQuantity) -> Explanation:
    """Work out a weight or bias: initial value, change since, and product for this image."""
    place = snapshot.architecture.place(quantity.index)
    value = float(snapshot.parameters[quantity.index])
    symbol = "b" if place.source is None else "w"
    equations = []
    facts: tuple[Fact, ...] = ()
    if snapshot.architecture.parameter_count <= _REDRAWN:
        config = snapshot.config
        first = _first_parameters(config.architecture, config.seed, config.initialisation)
        began = float(first[quantity.index])
        facts = (_origin(snapshot, quantity),)
        if snapshot.step:
            moved = Term((Factor("change", value - began),))
            came = (Term((Factor("initial", began),)), moved)
            equations.append(equation(symbol, "initial value + change since", came, Scope.NETWORK))
    if place.source is not None:
        pixel = Factor("x", float(snapshot.reading.activations[place.layer][place.source]))
        brings = Term((Factor("w", value), pixel))
        level = "x" if place.layer == 0 else "h"
        equations.append(equation("product", f"w·{level}", (brings,)))
    if snapshot.gradient is not None and quantity.index not in snapshot.frozen:
        equations.append(step_equations(snapshot, quantity.index)[-1])
        if not snapshot.config.is_plain_descent or snapshot.config.is_scheduled:
            facts += (Remark.DIRECTION,)
    return Explanation(quantity, value, tuple(equations), facts=facts)


@lru_cache(maxsize=2)
def _first_parameters(architecture: Architecture, seed: int, initialisation: str) -> Array:
    return initial_parameters(architecture, seed, initialisation)


def _origin(snapshot: Snapshot, quantity: ParameterQuantity) -> InitialValue:
    """Return where a parameter's initial value came from."""
    config = snapshot.config
    place = config.architecture.place(quantity.index)
    layer = config.architecture.layers[place.layer]
    initialisation = INITIALISATIONS[config.initialisation]
    spread = initialisation.spread(layer.inputs, layer.outputs, layer.activation)
    origin = Origin.NORMAL if initialisation.is_normal else Origin.DRAWN
    if config.starts_as_default:
        origin = Origin.DEFAULT
    elif place.source is None:
        origin = Origin.BIAS
    elif not spread:
        origin = Origin.ZERO
    return InitialValue(origin, spread, config.seed)
