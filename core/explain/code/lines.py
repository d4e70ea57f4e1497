"""The lines of the loops engine that compute a number, and the moment at which they do."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.arrays import Array
from core.engines import loops
from core.explain.code.tracing import Trace, source_of, trace
from core.network.architecture import Architecture
from core.network.losses import LOSSES, Loss
from core.network.optimizers import OPTIMIZERS
from core.network.update import Rule
from core.quantities.quantities import (
    Count,
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
from core.run.snapshot import Snapshot

MOST_WORK = 2_000
"""Multiply-adds of a call that is traced; of a longer one only the source is given."""


@dataclass(frozen=True)
class _Probe:
    """The selected image, and the network, as the loops engine takes them."""

    architecture: Architecture
    parameters: list[float]
    layers: list[loops.Neurons]
    image: list[float]
    target: float
    loss: Loss
    gradient: list[float] | None


def trace_of(snapshot: Snapshot, quantity: Quantity) -> Trace | None:
    """Run the engine's code that computes a number, on the selected image.

    Parameters
    ----------
    snapshot : Snapshot
        The moment.
    quantity : Quantity
        Which number.

    Returns
    -------
    Trace or None
        None where no line of the engine computes it, as for a target, which is given. A trace of
        no moments, only the source, where the network is too large to go through, or where it
        takes a target that nobody knows.
    """
    architecture = snapshot.architecture
    match quantity:
        case TargetQuantity() | CountQuantity(Count.STEP | Count.OTHER_STEP | Count.TOTAL):
            return None
        case TimeQuantity():
            return None
        case PixelQuantity(pixel):
            return _sums(snapshot, 0, 0, pixel)
        case ParameterQuantity(index):
            place = architecture.place(index)
            return _sums(snapshot, place.layer, place.neuron, place.source)
        case NeuronQuantity(layer, neuron):
            return _sums(snapshot, layer, neuron, None, ended=True)
        case PredictionQuantity():
            return _sums(snapshot, len(architecture.layers) - 1, 0, None, ended=True)
        case CountQuantity(Count.FORWARD | Count.FORWARD_PASSES):
            return _sums(snapshot, 0, 0, 0)
        case ErrorQuantity():
            return _difference(snapshot)
        case LossQuantity():
            return _loss(snapshot)
        case UpdateQuantity(index):
            return _update(snapshot, index, whole=False)
        case CountQuantity(Count.UPDATE):
            return _update(snapshot, 0, whole=True)
        case GradientQuantity(index):
            return _gradient(snapshot, index)
        case CountQuantity(Count.GRADIENT):
            return _gradient(snapshot, 0)
    return None


def _probe(snapshot: Snapshot) -> _Probe:
    parameters = snapshot.parameters.tolist()
    gradient = None if snapshot.gradient is None else _numbers(snapshot.gradient)
    return _Probe(
        snapshot.architecture,
        parameters,
        loops.layers_of(snapshot.architecture, parameters),
        [float(pixel) for pixel in snapshot.reading.image],
        snapshot.reading.target,
        LOSSES[snapshot.config.loss],
        gradient,
    )


def _numbers(array: Array) -> list[float]:
    numbers: list[float] = array.tolist()
    return numbers


def _unrun(function: Callable[..., object]) -> Trace:
    """Return only the source of a call that would take too long."""
    return Trace(source_of(function), (), 0)


def _passes(snapshot: Snapshot, passes: int = 1) -> bool:
    """Whether so many passes are few enough to be traced."""
    return passes * snapshot.architecture.parameter_count <= MOST_WORK


def _knows(snapshot: Snapshot) -> bool:
    """Whether the target is known."""
    return not math.isnan(snapshot.reading.target)


def _sums(
    snapshot: Snapshot, layer: int, neuron: int, source: int | None, *, ended: bool = False
) -> Trace:
    """Trace a layer's weighted sums, at the product of one input or at the finished sum."""
    function = loops.weighted_sums
    place = snapshot.architecture.layers[layer]
    if place.inputs * place.outputs > MOST_WORK:
        return _unrun(function)
    inputs = _numbers(snapshot.reading.activations[layer])
    neurons = _one_layer(snapshot, layer)

    def wanted(variables: Mapping[str, object]) -> bool:
        return variables.get("j") == neuron or "j" not in variables

    def begins(known: Mapping[str, object]) -> bool:
        line = str(known["line"])
        if known.get("j") != neuron:
            return False
        if ended:
            return line.startswith("sums.append(")
        if source is None:
            return "biases[j]" in line
        return known.get("i") == source and "weights[i][j]" in line

    return trace(
        function, lambda: loops.weighted_sums(inputs, neurons), wanted=wanted, begins=begins
    )


def _one_layer(snapshot: Snapshot, layer: int) -> loops.Neurons:
    """Return one layer as plain numbers."""
    place = snapshot.architecture.layers[layer]
    weights = snapshot.parameters[place.weights].reshape(place.inputs, place.outputs).tolist()
    biases = snapshot.parameters[place.biases].tolist()
    return loops.Neurons(weights, biases, place.activation, place.start)


def _output(snapshot: Snapshot) -> tuple[float, float, float]:
    """Return the output neuron's sum, the prediction and the target."""
    layer = len(snapshot.architecture.layers) - 1
    sums = loops.weighted_sums(
        _numbers(snapshot.reading.activations[layer]), _one_layer(snapshot, layer)
    )
    return sums[0], snapshot.reading.prediction, snapshot.reading.target


def _difference(snapshot: Snapshot) -> Trace:
    """Trace the loss of one image, which takes the target from the prediction."""
    loss = LOSSES[snapshot.config.loss]
    total, prediction, target = _output(snapshot)
    if not _knows(snapshot):
        return _unrun(loss.delta if loss.needs_sums else loss.value)

    def begins(known: Mapping[str, object]) -> bool:
        return "prediction - target" in str(known["line"])

    if loss.needs_sums:  # there only the gradient's code takes the difference
        delta, output = loss.delta, snapshot.architecture.layers[-1].activation
        return trace(delta, lambda: delta(prediction, target, 1.0, output), begins=begins)
    value = loss.value
    return trace(value, lambda: value(total, prediction, target), begins=begins)


def _loss(snapshot: Snapshot) -> Trace:
    """Trace the mean of the images' losses, over this one image."""
    function = loops.mean_loss
    if not _passes(snapshot) or not _knows(snapshot):
        return _unrun(function)
    probe = _probe(snapshot)
    return trace(
        function,
        lambda: loops.mean_loss([probe.image], [probe.target], probe.layers, probe.loss),
        begins=lambda known: "loss.value(" in str(known["line"]),
    )


def _update(snapshot: Snapshot, index: int, *, whole: bool) -> Trace:
    """Trace the update, at one parameter: an optimizer's own lines where it remembers, those that
    clip where they change its gradient, and else those that move it."""
    optimizer = OPTIMIZERS[snapshot.config.optimizer]
    own = optimizer.slots > 0 and not whole
    function = optimizer.direction if own else loops.update
    if snapshot.gradient is None or not _passes(snapshot):
        return _unrun(function)
    probe, rule = _probe(snapshot), _coming_rule(snapshot)
    gradient, memory = probe.gradient or [], rule.state.slots.T.tolist()
    if rule.clips:
        clipped = loops.clip(gradient, rule.options)
        if not (own or whole) and clipped[index] != gradient[index]:
            return _clip(gradient, rule, index)
        gradient = clipped
    if rule.penalises:
        gradient = loops.penalise(probe.parameters, gradient, probe.architecture, rule.options)
    if own:
        only = slice(index, index + 1)
        arguments = probe.parameters[only], gradient[only], memory[only]
        return trace(function, lambda: loops.update(*arguments, rule), begins=_returns)

    def wanted(variables: Mapping[str, object]) -> bool:
        moved = variables.get("updated")
        return not isinstance(moved, list) or index <= len(moved) <= index + 1

    return trace(
        function,
        lambda: loops.update(probe.parameters, gradient, memory, rule),
        wanted=wanted,
        begins=_is_appended("updated"),
    )


def _clip(gradient: list[float], rule: Rule, index: int) -> Trace:
    """Trace how a gradient is clipped, at one parameter."""

    def wanted(variables: Mapping[str, object]) -> bool:
        clipped = variables.get("clipped")
        if isinstance(clipped, list) and ("share" in variables or "most" in variables):
            return index <= len(clipped) <= index + 1
        # Of the squares only its own, and the last one, after which the share follows.
        return variables.get("slope") in (None, gradient[index], gradient[-1])

    return trace(
        loops.clip,
        lambda: loops.clip(gradient, rule.options),
        wanted=wanted,
        begins=_is_appended("clipped"),
    )


def _coming_rule(snapshot: Snapshot) -> Rule:
    """Return the rule of the coming update, with what it will find remembered; a copy."""
    state = snapshot.state.copy()
    state.begin()
    rule = Rule(OPTIMIZERS[snapshot.config.optimizer], snapshot.config.options, state)
    rule.begin_at(snapshot.step)
    return rule


def _returns(known: Mapping[str, object]) -> bool:
    """Whether a line gives the result."""
    return str(known["line"]).startswith("return ")


def _is_appended(name: str) -> Callable[[Mapping[str, object]], bool]:
    """Return whether a line is the first that appends to a list; asked once for each moment."""
    seen = False

    def begins(known: Mapping[str, object]) -> bool:
        nonlocal seen
        if seen or not str(known["line"]).startswith(f"{name}.append("):
            return False
        seen = True
        return True

    return begins


def _gradient(snapshot: Snapshot, index: int) -> Trace:
    """Trace how this one image's gradient comes about, at one parameter."""
    nudges = snapshot.config.gradient == "nudge"
    function = loops.nudge if nudges else loops.backward
    passes = snapshot.architecture.parameter_count if nudges else 2
    if not _passes(snapshot, passes) or not _knows(snapshot):
        return _unrun(function)
    probe = _probe(snapshot)
    if nudges:
        return _nudge(probe, index)
    activations, _ = loops.forward(probe.image, probe.layers)
    output = snapshot.architecture.layers[-1].activation
    delta = probe.loss.delta(activations[-1][0], probe.target, probe.loss.factor, output)
    gradient = [0.0] * len(probe.parameters)
    # Of the layers above only how they begin and end, and what they hand down.
    above = snapshot.architecture.layers[snapshot.architecture.place(index).layer :]
    places = {None, index, *(edge for layer in above for edge in (layer.start, layer.stop))}

    def wanted(variables: Mapping[str, object]) -> bool:
        return variables.get("place") in places

    def begins(known: Mapping[str, object]) -> bool:
        return known.get("place") == index and "gradient[place]" in str(known["line"])

    return trace(
        function,
        lambda: loops.backward(activations, delta, probe.layers, gradient),
        wanted=wanted,
        begins=begins,
    )


def _nudge(probe: _Probe, index: int) -> Trace:
    """Trace the nudge of one parameter, over this one image."""

    def wanted(variables: Mapping[str, object]) -> bool:
        return variables.get("p") in (None, index)

    def begins(known: Mapping[str, object]) -> bool:
        return known.get("p") == index and "gradient.append(" in str(known["line"])

    def call() -> None:
        loops.nudge([probe.image], [probe.target], probe.architecture, probe.parameters, probe.loss)

    return trace(loops.nudge, call, wanted=wanted, begins=begins)
