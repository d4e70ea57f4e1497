"""Words for the substeps of a step: what each computes, what it costs, and the result."""

import math

import numpy as np

from core import Snapshot
from core.network import LOSSES, Layer
from core.quantities import Nudge, Substep, SubstepKind, nudge_of
from tui.words.numerals import count, short, shown
from tui.words.phrases import (
    Lines,
    all_of,
    batch_words,
    coming_rate,
    direction_words,
    fit,
    level,
    listed,
    name_of,
    plain,
    sentence,
)

_PENDING = "The numbers are still being computed."
_MOST_DIGITS = 15


def substep_words(substep: Substep, snapshot: Snapshot) -> Lines:
    """Return what a part of the coming step computes, in two lines of at most 78 columns."""
    match substep.kind:
        case SubstepKind.FORWARD:
            return _forward(substep, snapshot)
        case SubstepKind.LOSS:
            return _loss(snapshot)
        case SubstepKind.DELTA:
            return _delta(snapshot)
        case SubstepKind.GRADIENT:
            return _gradient(substep, snapshot)
        case SubstepKind.NUDGE:
            told = _nudges if substep.parameter is None else _nudge
            return told(substep, snapshot)
        case SubstepKind.UPDATE:
            return _update(substep, snapshot)


def _images(snapshot: Snapshot) -> str:
    """Return the name of the images that the coming step learns from."""
    number = snapshot.batch_size
    if number == 1:
        return "this step’s one image"
    if snapshot.is_full_batch:
        return f"all {listed(number, 'image')}"
    return f"this batch’s {listed(number, 'image')}"


def _number_of(substep: Substep, snapshot: Snapshot) -> tuple[int, str, Layer]:
    """Return a part's layer: its number from 0, its name, and where its parameters are."""
    number = 0 if substep.layer is None else substep.layer
    layers = snapshot.architecture.layers
    return number, f", layer {number + 1}" if len(layers) > 1 else "", layers[number]


def _cost(substep: Substep) -> str:
    return listed(substep.multiply_adds, "multiply-add")


def _forward(substep: Substep, snapshot: Snapshot) -> Lines:
    number, where, layer = _number_of(substep, snapshot)
    images = _images(snapshot)
    what = f"each output of layer {number}" if number else "each pixel"
    first = fit(
        f"Forward{where}: {what} times its weight, for {images}.",
        f"Forward{where}: {what} × its weight, for {images}.",
        f"Forward{where}, for {images}.",
    )
    outputs = snapshot.reading.activations[number + 1]
    name = layer.activation.name
    if number == len(snapshot.architecture.layers) - 1:
        value = level(float(outputs[0]))
        result = f"for this image the sum{' with the bias' if layer.bias else ''} is {value}"
        if not layer.activation.is_linear:
            result = f"for this image the {name} of the sum is {value}"
    elif layer.outputs == 1:
        result = f"for this image its neuron outputs {level(float(outputs[0]))}"
    else:
        least, most = level(float(np.min(outputs))), level(float(np.max(outputs)))
        neurons = listed(layer.outputs, "neuron")
        result = f"for this image its {neurons} output {least} to {most}"
    return first, fit(f"{_cost(substep)}; {result}.", f"{_cost(substep)}.")


def _loss(snapshot: Snapshot) -> Lines:
    if LOSSES[snapshot.config.loss].needs_sums:
        first = "Loss, cross-entropy, the mean of −ln(probability of the target)"
    elif snapshot.batch_size == 1:
        first = "Loss, the squared error of this step’s one image"
    else:
        first = f"Loss, the mean of the {count(snapshot.batch_size)} squared errors"
    if snapshot.loss is None:
        return f"{first}.", _PENDING
    sides = f"{count(snapshot.too_high)} too high, {count(snapshot.too_low)} too low"
    cost = "No multiply-add"
    return (
        fit(
            f"{first}{batch_words(snapshot)}: {short(snapshot.loss)}.",
            f"Loss{batch_words(snapshot)}: {short(snapshot.loss)}.",
        ),
        fit(f"{cost}. Predictions: {sides}.", f"{cost}."),
    )


def _delta(snapshot: Snapshot) -> Lines:
    """Return the delta of the output, where backprop starts."""
    loss = LOSSES[snapshot.config.loss]
    output = snapshot.architecture.layers[-1].activation
    derivative = "" if loss.needs_sums or output.is_linear else f" × {output.name} derivative"
    share = f" × {loss.factor:g} / {count(snapshot.batch_size)}"
    delta = f"(prediction − target){share}{derivative}"
    here = "the target of this image is not known"
    if not math.isnan(snapshot.reading.target):
        here = f"for this image, prediction − target = {_signed(snapshot.reading.error)}"
    return (
        fit(f"Output delta, where backprop starts: {delta}.", f"Output delta: {delta}."),
        f"No multiply-add; {here}.",
    )


def _steepest(snapshot: Snapshot, layer: Layer) -> str:
    """Return which gradient of a layer is the steepest."""
    if snapshot.gradient is None:
        return _PENDING
    slopes = np.abs(snapshot.gradient[layer.start : layer.stop])
    if np.isnan(slopes).any():
        return "Some gradients are no longer numbers."
    index = layer.start + int(np.argmax(slopes))
    slope = float(snapshot.gradient[index])
    name = name_of(snapshot.architecture, index).split(" · ")[-1]
    return f"Largest gradient: {name}, {_signed(slope)}."


def _signed(value: float) -> str:
    return f"+{short(value)}" if value > 0 else short(value)


def _gradient(substep: Substep, snapshot: Snapshot) -> Lines:
    number, where, layer = _number_of(substep, snapshot)
    images = _images(snapshot)
    source = f"output of layer {number}" if number else "pixel"
    first = fit(
        f"Gradient{where}: delta × {source}, added up over {images}.",
        f"Gradient{where}: delta × {source}, over {images}.",
        f"Gradient{where}: delta × {source}.",
        f"Gradient{where}, over {images}.",
    )
    cost = _cost(substep)
    if number:
        cost = f"{cost}, half for deltas"
    return first, fit(f"{cost}. {_steepest(snapshot, layer)}", f"{cost}.")


def _nudges(substep: Substep, snapshot: Snapshot) -> Lines:
    _, where, layer = _number_of(substep, snapshot)
    tries = layer.stop - layer.start
    what = "weights and biases" if layer.bias else "weights"
    its = f"Finite differences{where}: {count(tries)} {what}"
    passes = f"{count(tries)} forward pass{'' if tries == 1 else 'es'}"
    cost = f"{passes}, {_cost(substep)}"
    return (
        fit(f"{its}, each 0.000001 higher in turn.", f"{its}, each + 0.000001 in turn."),
        fit(f"{cost}. {_steepest(snapshot, layer)}", f"{cost}."),
    )


def _nudge(substep: Substep, snapshot: Snapshot) -> Lines:
    index = substep.parameter or 0
    name = name_of(snapshot.architecture, index)
    cost = f"{_cost(substep)}: a forward pass"
    nudge = nudge_of(snapshot, index)
    if nudge is None:
        return f"Nudge {name} by 0.000001.", _PENDING
    losses, value = _losses(nudge), plain(nudge.value)
    # A rounded value would not be what is nudged.
    tried = f"{name}, {value} + 0.000001" if shown(value) == nudge.value else f"{name} by 0.000001"
    slope = f"A slope of {_signed(nudge.slope)}"
    return (
        fit(
            f"Nudge {tried}: {losses}.",
            f"Nudge {name} by 0.000001: {losses}.",
            f"Nudge {name}: {losses}.",
            sentence(losses),
        ),
        fit(f"{slope} over 0.000001. {cost}.", f"{slope}. {cost}.", f"{slope}."),
    )


def _losses(nudge: Nudge) -> str:
    """Return the loss without and with a nudge, with as many digits as show the difference."""
    here, there = nudge.loss, nudge.tried_loss
    if not math.isfinite(here + there):
        return f"the loss is {short(here)}"
    for digits in range(7, _MOST_DIGITS + 1):
        if here != there and _is_told(here, there, digits):
            return f"loss {short(here, digits)} → {short(there, digits)}"
    return f"the loss stays {short(here)}"


def _is_told(here: float, there: float, digits: int) -> bool:
    """Whether so many digits give the difference of two numbers to a few per cent."""
    printed = float(f"{there:.{digits - 1}e}") - float(f"{here:.{digits - 1}e}")
    return abs(printed - (there - here)) <= 0.02 * abs(there - here)


def _update(substep: Substep, snapshot: Snapshot) -> Lines:
    number = snapshot.architecture.parameter_count
    held = len(snapshot.frozen)
    config = snapshot.config
    step = f"−{coming_rate(snapshot)} × its {direction_words(config)}"
    whole = listed(substep.done, "multiply-add")
    if held == number:
        return "Update: all are frozen, so nothing moves.", f"{_cost(substep)}; in all {whole}."
    kept = f"; {count(held)} frozen" if held else ""
    moved = number - held
    whom = f"{all_of(moved).lower()} at once, each" if moved > 1 else "one weight or bias"
    downhill = ", downhill" if config.is_plain_descent else ""
    first = f"Update: {whom} by {step}{downhill}{kept}."
    second = f"{_cost(substep)}; the whole step costs {whole}. Press s to finish."
    brief = f"Update: each moves by {step}{kept}."
    return fit(first, brief, f"Update: by {step}{kept}."), fit(second, f"{whole} in all.")
